"""Rows of the feed: what they say, what they hide, and how little they weigh."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from libs.schemas.alerts import Alert, AlertAcknowledged, RuleMatch
from libs.schemas.common import Span
from libs.schemas.releases import DraftSaved
from libs.schemas.stories import Story, StoryGrew, Timeline
from services.gateway.console.feed_view import Filter
from services.gateway.console.frames import render_change
from services.gateway.console.pieces import hourly_chart, why_alert
from services.gateway.console.rows import alert_row, per_hour, story_row
from services.gateway.console.words import CERTAINTIES, age, day_clock, number, unbroken, weblink
from services.gateway.gateway import Gateway
from services.gateway.live import Change
from services.gateway.views import View
from tests.support.builders import a_draft, a_story, an_actor, an_alert, envelope_of

NOW = datetime(2026, 11, 22, 1, 14, tzinfo=UTC)
GATEWAY = cast(Gateway, SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW)))


def _view(data: Any, **changes: Any) -> View[Any]:
    values = {"id": "x", "sequence": 1, "opmode": "sample", "drillid": None, "event": "e", "at": NOW, "data": data}
    return View(**(values | changes))


async def _frame(data: Story | Alert) -> str:
    event = StoryGrew if isinstance(data, Story) else AlertAcknowledged
    kind = "isu" if isinstance(data, Story) else "peringatan"
    envelope = envelope_of(event, data, opmode="sample")
    markup = await render_change(Change(kind=kind, id=envelope.subject, event=envelope), GATEWAY)
    assert markup is not None
    return markup


async def test_a_full_row_weighs_at_most_a_kilobyte_and_a_half() -> None:
    title = "Kabar pelarian di Rutan Kelas IIB Contoh Timur menyebar, unit belum menjawab dan warga resah"
    story = a_story(title=title, provinces=["Kalimantan Contoh Selatan"], needs_review=True, copies_count=14)
    full = Timeline(start_at=NOW - timedelta(hours=24), counts=[9] * 96)
    for data in (story.model_copy(update={"timeline": full}), an_alert(title=title)):
        assert len((await _frame(data)).encode()) <= 1536


async def test_what_strangers_wrote_is_text_never_markup() -> None:
    markup = await _frame(a_story(title='<img src=x onerror=alert(1)>"><script>', provinces=['"><b>']))
    assert "<img" not in markup and "<script" not in markup and "<b>" not in markup.split("data-wilayah")[1][:40]


async def test_a_frame_goes_over_the_row_of_its_id_and_other_kinds_only_signal() -> None:
    story = a_story()
    assert (await _frame(story)).startswith(f'<hx-partial id="isu-{story.story_id}" hx-swap="outerMorph"><article')
    draft = envelope_of(DraftSaved, a_draft())
    assert await render_change(Change(kind="rilis", id="r1", event=draft), GATEWAY) == (
        '<hx-partial id="rilis-r1" hx-swap="none"></hx-partial>'
    )
    assert await render_change(Change(kind="butir", id="b1", event=draft), GATEWAY) is None


def test_an_open_alert_counts_down_and_an_acknowledged_one_names_the_role() -> None:
    waiting = alert_row(_view(an_alert(severity=3)), NOW)
    assert (waiting.state, waiting.second, waiting.waits, waiting.hot) == ("Naik dalam", "ke Analis", True, True)
    assert waiting.deadline.endswith("Z")
    held = an_alert(severity=3, status="diakui", acknowledged_by=an_actor("operator"), acknowledged_at=NOW)
    row = alert_row(_view(held), NOW)
    assert (row.state, row.deadline, row.waits, row.hot) == ("Diakui Operator", "", False, False)
    assert alert_row(_view(an_alert(severity=4, status="diakui", acknowledged_by=an_actor())), NOW).hot


def test_a_story_row_tells_its_alert() -> None:
    row = story_row(_view(a_story()), NOW, _view(an_alert(stage="terverifikasi")))
    assert row.state == "Peringatan terbuka"
    assert "● Terverifikasi" in [badge.text for badge in row.badges]
    assert story_row(_view(a_story(needs_review=True)), NOW).state == "Belum Ditelaah"


def test_hours_are_counted_back_from_now() -> None:
    counts = [0] * 92 + [1, 1, 1, 4]
    bars = per_hour(counts, start_at=NOW - timedelta(hours=24), bucket_minutes=15, now=NOW, hours=14)
    assert bars == [0] * 13 + [7]
    assert per_hour(counts, start_at=None, bucket_minutes=15, now=NOW, hours=3) == [0, 0, 0]
    later = per_hour(counts, start_at=NOW - timedelta(hours=26), bucket_minutes=15, now=NOW, hours=3)
    assert later == [7, 0, 0]


def test_the_chart_marks_the_hours_over_the_limit() -> None:
    start = NOW - timedelta(hours=24)
    chart = hourly_chart([0] * 95 + [8], start_at=start, bucket_minutes=15, now=NOW, mean=2.1, limit=6.8)
    assert [bar.hot for bar in chart.bars] == [False] * 23 + [True]
    assert "1 jam melewati batas 6,8." in chart.caption
    assert all(bar.x >= 0 and bar.x + bar.width <= 100.01 and bar.y >= 0 for bar in chart.bars)


def test_reasons_mark_the_words_once() -> None:
    title = "Dikabarkan ada tahanan kabur dari Rutan Contoh Timur"
    spans = [Span(start=15, end=28, words="tahanan kabur"), Span(field="text", start=0, end=5, words="lolos")]
    rules = [
        RuleMatch(rule_id=name, name=name, level="siaga", why="cocok", spans=spans) for name in ("satu-1", "dua-1")
    ]
    first, second = why_alert(an_alert(title=title, rules_matched=rules))
    assert [part.text for part in first.quote if part.hit] == ["tahanan kabur", "lolos"]
    assert "".join(part.text for part in first.quote).startswith(title)
    assert second.quote == () and second.words == "cocok."


@pytest.mark.parametrize(
    ("query", "href", "words"),
    [
        ({}, "/umpan", ""),
        ({"tampilan": "negatif", "sev": "3"}, "/umpan?tampilan=negatif&sev=3", "Negatif ≥ 2, keparahan ≥ 3"),
        ({"topik": "pelarian", "jam": "4"}, "/umpan?topik=pelarian&jam=4", "Pelarian, 4 jam terakhir"),
        ({"topik": "'; drop", "sev": "99", "jam": "x", "tampilan": "?"}, "/umpan", ""),
    ],
)
def test_a_filter_is_its_address(query: dict[str, str], href: str, words: str) -> None:
    wanted = Filter.of(query)
    assert wanted.href() == href
    assert wanted.in_words() == words


def test_numbers_times_and_links_are_written_the_indonesian_way() -> None:
    assert [number(1204), number(8.6), number(2.0), number(None)] == ["1.204", "8,6", "2", "–"]
    assert day_clock(NOW) == "22 November 2026, 08.14 WIB"
    assert [age(NOW - timedelta(seconds=s), NOW) for s in (5, 300, 7200, 200_000)] == [
        "5 dtk",
        "5 mnt",
        "2 jam",
        "2 hari",
    ]
    assert unbroken("Lapas Kelas IIA Contoh") == "Lapas Kelas\u00a0IIA Contoh"
    assert weblink("javascript:alert(1)") is None and weblink("https://a.example/") == "https://a.example/"


@pytest.mark.parametrize(
    ("certainty", "said"), [("teramati", "Dibenarkan"), ("mungkin", "Belum pasti"), ("tidak_mungkin", "Disangkal")]
)
def test_a_story_says_whether_it_is_confirmed_supposed_or_denied(certainty: str, said: str) -> None:
    row = story_row(_view(a_story(certainty=certainty)), NOW)
    assert said in [badge.text for badge in row.badges]


def test_what_media_tell_as_a_fact_needs_no_word() -> None:
    row = story_row(_view(a_story(certainty="sangat_mungkin")), NOW)
    assert not set(CERTAINTIES.values()) & {badge.text for badge in row.badges}
