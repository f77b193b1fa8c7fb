"""Sources: when they are read, and what people are told about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.runtime.outbox import Decision, Document
from libs.schemas.sources import (
    Quiet,
    Source,
    SourceAdded,
    SourceChanged,
    SourceDisabled,
    SourceFailing,
    SourceQuiet,
    SourceRecovered,
)
from services.ingest import sourcing
from services.ingest.scheduling import in_words, retry_after_seconds

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
QUIET = Quiet(since=NOW - DAY, items_per_day=24, expected_meanwhile=24, chance=1e-9, basis_days=20)


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


def reading(reason: str | None = None, failures: int = 0, **more: Any) -> sourcing.Reading:
    fields: dict[str, Any] = {"at": NOW, "next_poll_at": NOW, "last_success_at": None, "last_item_at": None}
    return sourcing.Reading(failures=failures, reason=reason, **(fields | more))


def alive(**more: Any) -> Document:
    return after(sourcing.after_reading(after(sourcing.seed(None, wanted())), reading(**more)))


def given_up() -> Document:
    return after(sourcing.after_reading(alive(), reading("http_404", 12, retry_at=NOW + DAY, score=12.0)))


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


def test_a_hopeless_source_is_switched_off_by_the_system_with_reason_and_date() -> None:
    event, source = told(sourcing.after_reading(alive(), reading("http_404", 12, retry_at=NOW + DAY, score=12.0)))
    assert (event, source.enabled, source.state, source.disabled_by) == (SourceDisabled, False, "dimatikan", "sistem")
    assert (source.failure, source.retry_at, source.failure_score) == ("menjawab dengan kode 404", NOW + DAY, 12.0)
    assert source.next_poll_at is None


def test_a_given_up_source_recovers_by_itself_or_is_given_up_for_longer() -> None:
    event, source = told(sourcing.after_reading(given_up(), reading()))
    assert (event, source.enabled, source.state, source.disabled_by) == (SourceRecovered, True, "hidup", None)
    assert (source.retry_at, source.failure) == (None, None)
    event, source = told(sourcing.after_reading(given_up(), reading("timeout", 13, retry_at=NOW + 2 * DAY)))
    assert (event, source.retry_at) == (SourceDisabled, NOW + 2 * DAY)


def test_neither_the_file_nor_a_retry_overrules_what_was_decided() -> None:
    # The file says "on"; it was given up after that was written.
    assert sourcing.seed(given_up(), wanted()) is None
    off = after(sourcing.switch(given_up(), enabled=False, why="pindah"))
    assert (off.state["source"]["disabled_by"], off.state["source"]["retry_at"]) == ("orang", None)
    assert sourcing.after_reading(off, reading()) is None
    assert not sourcing.may_be_read(off.state["source"])
    assert sourcing.seed(off, wanted()) is None


def test_a_person_switches_a_given_up_source_on_with_a_clean_slate() -> None:
    event, source = told(sourcing.switch(given_up(), enabled=True, why=None))
    assert (event, source.state, source.disabled_by, source.failure_score) == (SourceChanged, "baru", None, 0)
    on = after(sourcing.switch(given_up(), enabled=True, why=None))
    # A poll that began before the press ends after it.
    assert sourcing.after_reading(on, reading("http_404", 13, retry_at=NOW + DAY)) is None
    assert told(sourcing.after_reading(on, reading(switches=1)))[1].state == "hidup"


def test_silence_is_told_once_and_ends_with_the_first_word() -> None:
    event, source = told(sourcing.after_reading(alive(), reading(quiet=QUIET)))
    assert (event, source.state, source.quiet) == (SourceQuiet, "hidup", QUIET)
    quiet = after(sourcing.after_reading(alive(), reading(quiet=QUIET)))
    assert sourcing.after_reading(quiet, reading(quiet=QUIET)) is None
    event, source = told(sourcing.after_reading(quiet, reading(spoke=True)))
    assert (event, source.quiet) == (SourceRecovered, None)


def test_a_source_that_fails_is_not_quiet() -> None:
    quiet = after(sourcing.after_reading(alive(), reading(quiet=QUIET)))
    event, source = told(sourcing.after_reading(quiet, reading("timeout", 3)))
    assert (event, source.quiet) == (SourceFailing, None)


def test_the_pace_is_told_when_it_has_changed_and_the_last_item_once_an_hour() -> None:
    doc = alive(reading_every_seconds=300)
    assert sourcing.after_reading(doc, reading(reading_every_seconds=400)) is None
    event, source = told(sourcing.after_reading(doc, reading(reading_every_seconds=900, items_per_day=3.5)))
    assert (event, source.reading_every_seconds, source.items_per_day) == (SourceChanged, 900, 3.5)
    soon, later = NOW + timedelta(minutes=59), NOW + timedelta(minutes=60)
    assert sourcing.after_reading(doc, reading(at=soon, spoke=True, last_item_at=soon)) is None
    assert told(sourcing.after_reading(doc, reading(at=later, spoke=True, last_item_at=later)))[1].last_item_at == later
