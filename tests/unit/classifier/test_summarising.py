"""A story is a pure function of its members: order, repeats and time of day change nothing but the timeline."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from libs.schemas.envelope import MAX_VALUE_BYTES
from services.classifier.store import of_document, pack, to_document, unpack
from services.classifier.summarising import Lineage, Member, member_of, same_but_for_time, summarise
from tests.support.builders import a_groupable_item, a_unit

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def a_member(n: int, **changes: Any) -> Member:
    minutes = changes.pop("minutes", n)
    values: dict[str, Any] = {
        "item_id": f"item-{n:04}", "story_id": "isu-1", "mode": "live", "sequence": 1,
        "at": NOON - timedelta(minutes=minutes), "title": f"Napi kabur dari rutan, laporan {n}", "lead": "",
        "excerpt": "Kutipan.", "outlet_id": f"media-{n % 3}", "outlet_name": f"Media {n % 3}", "link": None,
        "units": (a_unit(),), "topic": "pelarian", "severity": 3, "severity_why": (), "sentiment": "negatif",
        "polarity": "officials_failed", "actuality": "kejadian_baru", "needs_review": False, "signature": (),
        "words": 9,
    }  # fmt: skip
    return Member(**(values | changes))


members = st.lists(
    st.builds(
        a_member,
        st.integers(1, 60),
        minutes=st.integers(-5, 2_000),
        topic=st.sampled_from(["pelarian", "hoaks_klarifikasi", "operasional"]),
        severity=st.integers(0, 4),
        sentiment=st.sampled_from(["positif", "netral", "negatif", "campuran"]),
        gone=st.booleans(),
        copy_of=st.sampled_from([None, None, "item-0001"]),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda m: m.item_id,
)


@settings(max_examples=80, deadline=None)
@given(members, st.randoms())
def test_the_order_and_repeats_of_members_change_nothing(some: list[Member], rng: random.Random) -> None:
    shuffled = [*some, *some]
    rng.shuffle(shuffled)
    assert summarise("isu-1", some, now=NOON) == summarise("isu-1", shuffled, now=NOON)


@settings(max_examples=80, deadline=None)
@given(members)
def test_every_figure_is_a_count_of_living_members(some: list[Member]) -> None:
    story = summarise("isu-1", some, now=NOON)
    assert story is not None
    living = [m for m in some if not m.gone]
    figures = {c.what: c.value for c in story.counts}
    assert figures == {"publikasi": len(living), "media": len({m.outlet_id for m in living})}
    assert sorted(story.item_ids) == sorted(m.item_id for m in living), "each figure can be listed"
    assert sum(story.sentiment_mix.model_dump().values()) == len(living)
    assert story.severity_max == max((m.severity for m in living), default=0)
    assert sum(story.timeline.counts) == sum(m.at >= story.timeline.start_at for m in living)
    assert story.status == ("terbuka" if living else "ditutup")


def test_only_the_timeline_moves_with_time() -> None:
    some = [a_member(n) for n in range(5)]
    now, later = summarise("isu-1", some, now=NOON), summarise("isu-1", some, now=NOON + timedelta(hours=2))
    assert now is not None and later is not None
    assert now.timeline != later.timeline
    assert same_but_for_time(now, later)


def test_the_timeline_ends_with_the_running_quarter() -> None:
    story = summarise("isu-1", [a_member(0, minutes=-1), a_member(1, minutes=20)], now=NOON + timedelta(minutes=3))
    assert story is not None
    assert len(story.timeline.counts) == 96
    assert story.timeline.counts[-1] == 1
    assert story.timeline.counts[-3] == 1


def test_the_title_is_the_most_central_headline() -> None:
    titles = [
        "Warga resah semalam",
        "Tiga napi kabur dari rutan lewat atap",
        "Napi kabur lewat atap rutan, polisi memburu",
        "Polisi memburu tiga napi yang kabur dari rutan",
    ]
    story = summarise("isu-1", [a_member(n, title=t, minutes=-n) for n, t in enumerate(titles)], now=NOON)
    assert story is not None
    assert story.title in titles[1:]


def test_the_worst_item_gives_severity_and_its_reason() -> None:
    story = summarise("isu-1", [a_member(1, severity=2), a_member(2, severity=4), a_member(3, severity=3)], now=NOON)
    assert story is not None
    assert (story.severity_max, story.severity_item_id) == (4, "item-0002")


def test_merged_stories_tell_where_they_live_on() -> None:
    story = summarise("isu-1", [a_member(1)], now=NOON, lineage=Lineage(merged_from=("isu-3", "isu-2")))
    assert story is not None
    assert story.merged_from == ["isu-2", "isu-3"]
    gone = summarise("isu-2", [a_member(1)], now=NOON, lineage=Lineage(into="isu-1"))
    assert gone is not None
    assert (gone.status, gone.into) == ("digabung", "isu-1")


def test_without_members_there_is_no_story() -> None:
    assert summarise("isu-1", [], now=NOON) is None


def test_a_hot_story_stays_small_enough_to_travel() -> None:
    many = [
        a_member(n, title="Judul panjang sekali " * 20, copy_of=None if n % 3 else f"item-{n // 3:04}", minutes=n % 900)
        for n in range(3_000)
    ]
    story = summarise("isu-1", many, now=NOON)
    assert story is not None
    assert len(story.model_dump_json().encode()) < MAX_VALUE_BYTES / 2
    assert {c.what: c.value for c in story.counts}["publikasi"] == 3_000


def test_a_member_survives_its_document() -> None:
    item = a_groupable_item(1)
    member = member_of(item, story_id="isu-1", mode="live", sequence=7, lane="live")
    assert of_document(to_document(member)) == member
    assert unpack(pack(member.signature)) == member.signature
    assert member.at == item.first_seen_at
    assert member_of(item, story_id="isu-1", mode="live", sequence=7, lane="backfill").at == item.published_at
