"""The checker of the kill sweep finds what it is there to find."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.checking import Evidence, check
from tests.faults.correcting import Deed
from tests.faults.feeding import Fed
from tests.faults.findings import ALERTS, CLASSIFIED, RELEASES, REPORTS, STORIES, TRENDS, Findings
from tests.faults.receiving import Frame, Push, Seen

UNIT = "Rutan Kelas IIB Contoh Timur"


def seen(topic: str, kind: str, subject: str, sequence: int = 1, **data: Any) -> Seen:
    if "kind_" in data:
        data["kind"] = data.pop("kind_")
    return Seen(
        topic=topic, id=f"{kind}/{subject}/{sequence}", kind=kind, subject=subject, sequence=sequence, data=data
    )


def story(kind: str, subject: str, sequence: int = 1, **data: Any) -> Seen:
    usual: dict[str, Any] = {
        "status": "terbuka", "head_items": [], "titled_by": "sistem", "title": "t", "pinned": False, "split_into": [],
        "merged_from": [], "into": None,
    }  # fmt: skip
    return seen(STORIES, f"story.{kind}", subject, sequence, **usual | data)


def warning(unit: str, trend: str = "t1", sequence: int = 1, count: int = 3) -> Seen:
    return seen(
        TRENDS, "trend.raised", trend, sequence, rule="hitung_langsung", trend_id=trend,
        series={"kind": "unit", "key": "u", "label": unit}, observed={"value": count},
    )  # fmt: skip


def frame(jenis: str, entity: str, sequence: int = 1) -> Frame:
    return Frame(id="k", event="", data={"jenis": jenis, "id": entity, "urutan": sequence})


def push(number: int, alert: str = "p1") -> Push:
    return Push(id=f"n{number}", traceparent="", body={"alert_id": alert, "event": "dibuka"})


ITEM = seen(
    CLASSIFIED, "item.classified", "b1", kind_="berita", rev_no=1, link="http://127.0.0.1/1",
    sentiment={"label": "netral"}, actuality="kejadian_baru",
)  # fmt: skip
STORY = story("opened", "i1", head_items=[{"item_id": "b1"}])
WARNING = warning(UNIT)
ALERT = seen(ALERTS, "alert.raised", "p1", story_ids=["i1"], units=[{"name": UNIT}])
RELEASE = seen(RELEASES, "release.published", "r1", title="Klarifikasi uji 1")
GOOD = Evidence(
    fed=[Fed(url="http://127.0.0.1/1", outlet="harian-uji", title="t", incident=UNIT, at=0)],
    incidents=[UNIT],
    seen=[ITEM, STORY, ALERT, RELEASE, WARNING],
    pushes=[push(1), push(2)],
    frames=[frame("isu", "i1"), frame("peringatan", "p1"), frame("rilis", "r1")],
    recipients=2,
    published=["Klarifikasi uji 1"],
    attempted=["Klarifikasi uji 1"],
    acknowledged=[],
)


def with_seen(*more: Seen, without: Seen | None = None) -> Evidence:
    return replace(GOOD, seen=[one for one in GOOD.seen if one is not without] + list(more))


def test_a_whole_run_is_clean_also_when_the_wire_repeats() -> None:
    assert check(GOOD).clean
    assert check(replace(GOOD, seen=[*GOOD.seen, *GOOD.seen], pushes=[push(1), push(2), push(1)])).clean


def test_what_never_came_out_is_lost() -> None:
    assert "never classified" in check(with_seen(without=ITEM)).lost[0]
    assert "no alert" in check(with_seen(without=ALERT)).lost[0]
    assert any("published with a yes" in line for line in check(with_seen(without=RELEASE)).lost)
    assert "called 1 of 2" in check(replace(GOOD, pushes=[push(1)])).lost[0]
    assert "acknowledged" in check(replace(GOOD, acknowledged=["p1"])).lost[0]
    assert "never shown" in check(replace(GOOD, frames=GOOD.frames[1:])).lost[0]


def test_what_came_out_twice_is_doubled() -> None:
    again = seen(CLASSIFIED, "item.classified", "b1", 2, kind_="berita", rev_no=1, link="http://127.0.0.1/1")
    assert "classified 2 times" in check(with_seen(again)).doubled[0]
    same_number = replace(ITEM, id="another")
    assert any("two events numbered 1" in line for line in check(with_seen(same_number)).doubled)
    other_story = story("opened", "i2", head_items=[{"item_id": "b1"}])
    assert "stands in 2 stories" in check(with_seen(other_story)).doubled[0]
    second = seen(ALERTS, "alert.raised", "p2", story_ids=["i1"], units=[{"name": UNIT}])
    assert any("raised 2 alerts" in line for line in check(with_seen(second)).doubled)
    assert "called 3 times" in check(replace(GOOD, pushes=[push(1), push(2), push(3)])).doubled[0]
    assert "twice" in check(replace(GOOD, frames=[*GOOD.frames, frame("isu", "i1")])).doubled[0]


def test_what_was_never_fed_is_a_phantom() -> None:
    stranger = seen(CLASSIFIED, "item.classified", "b9", kind_="berita", rev_no=1, link="http://127.0.0.1/9")
    assert "never served" in check(with_seen(stranger)).phantom[0]
    elsewhere = seen(ALERTS, "alert.raised", "p9", story_ids=["i9"], units=[{"name": "Lapas lain"}])
    assert any("without an incident" in line for line in check(with_seen(elsewhere)).phantom)
    unasked = seen(RELEASES, "release.published", "r9", title="Tidak diminta")
    assert any("never asked for" in line for line in check(with_seen(unasked)).phantom)
    assert "never raised" in check(replace(GOOD, pushes=[*GOOD.pushes, push(3, "p9")])).phantom[0]


def test_a_lower_number_after_a_higher_is_out_of_order() -> None:
    grew = story("grew", "i1", 3)
    late = story("grew", "i1", 2)
    assert "2 after 3" in check(with_seen(grew, late)).out_of_order[0]
    frames = [frame("isu", "i1", 3), frame("isu", "i1", 2)]
    assert "2 after 3" in check(replace(GOOD, frames=frames)).out_of_order[0]


def test_a_page_that_tells_more_is_a_revision_and_no_double() -> None:
    page = seen(CLASSIFIED, "item.classified", "b1", 2, kind_="berita", rev_no=2, link="http://127.0.0.1/1")
    assert check(with_seen(page)).clean


def test_a_report_is_told_once_and_travels_once_as_an_item() -> None:
    told = seen(REPORTS, "report.received", "l1", title="Panen uji", item_id="b7")
    item = seen(CLASSIFIED, "item.classified", "b7", kind_="laporan", rev_no=1, item_id="b7")
    sent = replace(with_seen(told, item), reported=["Panen uji"], reports_tried=["Panen uji"])
    assert check(sent).clean
    assert "never sent" in check(replace(sent, reports_tried=[])).phantom[0]
    assert "no event" in check(replace(GOOD, reported=["Panen uji"], reports_tried=["Panen uji"])).lost[0]
    assert "never classified" in check(replace(with_seen(told), reports_tried=["Panen uji"])).lost[0]
    again = seen(REPORTS, "report.received", "l2", title="Panen uji", item_id="b7")
    assert "told 2 times" in check(replace(with_seen(told, again, item), reports_tried=["Panen uji"])).doubled[0]


def test_an_early_warning_is_told_once_and_counts_nothing_twice() -> None:
    assert "no early warning" in check(with_seen(without=WARNING)).lost[0]
    assert "2 early warnings" in check(with_seen(warning(UNIT, "t2"))).doubled[0]
    assert "5 items counted" in check(with_seen(warning(UNIT, sequence=2, count=5))).doubled[0]
    assert "without an incident" in check(with_seen(warning("Lapas lain", "t9"))).phantom[0]


def deed(kind: Any, subject: str, mark: str, *, kode: str = "diterapkan", **more: Any) -> Deed:
    answer = {"kode": kode} if kode else None
    return Deed(kind=kind, subject=subject, mark=mark, answer=answer, refused=not kode, **more)


def relabelled(sequence: int, reason: str, sentiment: str, kind: str = "item.relabelled") -> Seen:
    return seen(
        CLASSIFIED, kind, "b1", sequence, kind_="berita", rev_no=sequence, link="http://127.0.0.1/1",
        correction={"reason": reason}, sentiment={"label": sentiment}, actuality="kejadian_baru",
    )  # fmt: skip


def found(deeds: list[Deed], *events: Seen) -> Findings:
    frames = [frame("isu", one.subject, one.sequence) for one in events if one.topic == STORIES]
    return check(replace(with_seen(*events), deeds=deeds, frames=[*GOOD.frames, *frames]))


def test_a_corrected_label_is_told_once_and_stays() -> None:
    asked = deed("relabel", "b1", "Koreksi uji 1-0", labels={"sentiment": "negatif"})
    once = relabelled(2, asked.mark, "negatif")
    assert found([asked], once).clean
    assert "no effect" in found([asked]).lost[0]
    assert "2 times" in found([asked], once, relabelled(3, asked.mark, "negatif")).doubled[0]
    gone = relabelled(3, asked.mark, "netral", kind="item.classified")
    assert "a person said negatif" in found([asked], once, gone).lost[0]
    refused = deed("relabel", "b1", asked.mark, kode="", labels=asked.labels)
    assert "was refused" in found([refused], once).phantom[0]


PARTED = (
    story("opened", "i3", head_items=[{"item_id": "b3"}]),
    story("split", "i1", 2, split_into=["i3"]),
)
NAMED = story("changed", "i3", 2, title="Judul uji 1", titled_by="orang")
HELD = story("changed", "i3", 2, pinned=True)
JOINED = (
    story("merged", "i3", 2, status="digabung", into="i1"),
    story("grew", "i1", 2, merged_from=["i3"]),
)


@pytest.mark.parametrize(
    ("asked", "events", "again"),
    [
        (
            deed("split", "i1", "i3", items=("b3",)),
            PARTED,
            (story("grew", "i1", 3), story("split", "i1", 4, split_into=["i3"])),
        ),
        (
            deed("rename", "i3", "Judul uji 1"),
            (PARTED[0], NAMED),
            (story("grew", "i3", 3), story("changed", "i3", 4, title="Judul uji 1")),
        ),
        (
            deed("pin", "i3", "1"),
            (PARTED[0], HELD),
            (story("changed", "i3", 3), story("changed", "i3", 4, pinned=True)),
        ),
        (deed("merge", "i1", "i3"), (PARTED[0], *JOINED), (story("grew", "i1", 3, merged_from=["i3", "i3"]),)),
    ],
)
def test_what_a_person_asked_of_a_story_happens_once(
    asked: Deed, events: tuple[Seen, ...], again: tuple[Seen, ...]
) -> None:
    assert found([asked], *events).clean, str(found([asked], *events))
    assert "no effect" in found([asked]).lost[0]
    assert "2 times" in found([asked], *events, *again).doubled[0]
    refused = replace(asked, answer=None, refused=True)
    assert any("was refused" in line for line in found([refused], *events).phantom)


def test_what_nobody_asked_of_a_story_is_a_phantom() -> None:
    told = found([], PARTED[0], PARTED[1], story("changed", "i3", 2, title="x", titled_by="orang", pinned=True))
    assert len(told.phantom) == 3
