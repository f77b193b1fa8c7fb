"""Sources: when they are read, and what people are told about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from libs.runtime.outbox import Decision, Document
from libs.schemas.sources import Source, SourceAdded, SourceChanged, SourceFailing, SourceRecovered
from services.ingest import sourcing
from services.ingest.scheduling import in_words, retry_after_seconds

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def wanted(**changes: Any) -> sourcing.Wanted:
    fields: dict[str, Any] = {
        "source_id": "sumber-1",
        "outlet_id": "harian-contoh",
        "outlet_name": "Harian Contoh",
        "url": "https://contoh.example/rss",
        "opmode": "live",
        "drillid": None,
        "interval_seconds": 300,
        "zone": "Asia/Jakarta",
        "enabled": True,
    }
    return sourcing.Wanted(**(fields | changes))


def after(decision: Decision | None) -> Document:
    assert decision is not None
    return Document(id="sumber-1", version=1, state=decision.state, sequences={}, seen={}, applied=())


def told(decision: Decision | None) -> tuple[type[Any], Source]:
    assert decision is not None
    source = decision.announcements[0].data
    assert isinstance(source, Source)
    assert decision.state["source"] == source.model_dump()
    return decision.announcements[0].event, source


def reading(reason: str | None = None, failures: int = 0) -> sourcing.Reading:
    return sourcing.Reading(
        at=NOW, next_poll_at=NOW, failures=failures, reason=reason, last_success_at=None, last_item_at=None
    )


def test_a_seed_is_added_once_and_follows_its_file() -> None:
    event, source = told(sourcing.seed(None, wanted(enabled=False)))
    assert (event, source.state) == (SourceAdded, "dimatikan")
    doc = after(sourcing.seed(None, wanted(enabled=False)))
    assert sourcing.seed(doc, wanted(enabled=False)) is None
    event, source = told(sourcing.seed(doc, wanted(enabled=True, url="https://contoh.example/rss2")))
    assert (event, source.state, source.url) == (SourceChanged, "baru", "https://contoh.example/rss2")


def test_what_a_person_switched_the_file_does_not_switch_back() -> None:
    doc = after(sourcing.switch(after(sourcing.seed(None, wanted(enabled=False))), enabled=True, why="liputan"))
    assert sourcing.seed(doc, wanted(enabled=False)) is None
    assert doc.state["source"]["why"] == "liputan"


def test_a_switch_that_changes_nothing_is_nothing() -> None:
    doc = after(sourcing.seed(None, wanted()))
    assert sourcing.switch(doc, enabled=True, why=None) is None


def test_a_seed_whose_file_is_gone_is_switched_off() -> None:
    doc = after(sourcing.seed(None, wanted()))
    event, source = told(sourcing.retire(doc))
    assert (event, source.state) == (SourceChanged, "dimatikan")
    assert sourcing.retire(after(sourcing.retire(doc))) is None
    assert sourcing.retire(None) is None


def test_the_first_reading_is_told_later_ones_are_not() -> None:
    doc = after(sourcing.seed(None, wanted()))
    event, source = told(sourcing.after_reading(doc, reading()))
    assert (event, source.state) == (SourceChanged, "hidup")
    assert sourcing.after_reading(after(sourcing.after_reading(doc, reading())), reading()) is None


def test_a_source_that_never_worked_fails_at_once_one_that_worked_after_three() -> None:
    new = after(sourcing.seed(None, wanted()))
    event, source = told(sourcing.after_reading(new, reading("unreachable", 1)))
    assert (event, source.state, source.failure) == (SourceFailing, "gagal", "alamat tidak terjangkau")

    worked = after(sourcing.after_reading(new, reading()))
    assert sourcing.after_reading(worked, reading("timeout", 2)) is None
    failing = sourcing.after_reading(worked, reading("timeout", 3))
    assert told(failing)[0] is SourceFailing
    assert sourcing.after_reading(after(failing), reading("timeout", 4)) is None
    event, source = told(sourcing.after_reading(after(failing), reading()))
    assert (event, source.state, source.failure) == (SourceRecovered, "hidup", None)


def test_a_poll_that_ends_after_the_switch_says_nothing() -> None:
    off = after(sourcing.switch(after(sourcing.seed(None, wanted())), enabled=False, why=None))
    assert sourcing.after_reading(off, reading()) is None
    assert sourcing.after_reading(None, reading()) is None


@pytest.mark.parametrize(
    ("header", "status", "seconds"),
    [
        (None, 429, 30),
        (None, 503, 0),
        ("120", 429, 120),
        ("5", 429, 30),
        ("999999", 429, 3600),
        ("Sat, 21 Nov 2026 05:02:00 GMT", 503, 120),
        ("Sat, 21 Nov 2026 04:00:00 GMT", 503, 0),
        ("nanti", 429, 30),
        ("9" * 500, 429, 3600),
    ],
)
def test_retry_after_is_read_and_capped(header: str | None, status: int, seconds: int) -> None:
    assert retry_after_seconds(header, status, NOW) == seconds


def test_every_reason_has_words() -> None:
    assert in_words("http_404") == "menjawab dengan kode 404"
    assert in_words("sesuatu") == "tidak dapat dibaca"
