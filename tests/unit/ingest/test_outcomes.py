"""What a poll met → when the source is read next, and what the ledger keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.ingest.fetching import SourceRead, Unreadable
from services.ingest.intake import Collected
from services.ingest.outcomes import after_failure, after_success
from services.ingest.rhythm import Rhythm
from services.ingest.scheduling import Patience
from services.ingest.store import EPOCH, Lease

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = {"source_id": "s", "zone": "Asia/Jakarta", "interval_seconds": 300, "enabled": True, "quiet": None}


def a_lease(**changes: Any) -> Lease:
    fields: dict[str, Any] = {
        "source_id": "s", "token": "t", "wanted": 0, "failures": 0, "url": None, "etag": None, "last_modified": None,
        "body_digest": None, "unconditional_at": EPOCH, "last_success_at": None, "last_item_at": None,
    }  # fmt: skip
    return Lease(**(fields | changes))


def read(**changes: Any) -> SourceRead:
    return SourceRead(url="https://contoh.example/rss", entries=[], kept={"etag": '"1"'}, **changes)


def collected(heard: int = 0, *, settled: bool = True) -> Collected:
    return Collected(news=heard, settled=settled, heard=heard)


def test_a_success_forgets_failures_and_keeps_the_validator_and_the_rhythm() -> None:
    lease = a_lease(failures=4, score=6.0, first_failure_at=NOW - HOUR, tries=2)
    plan = after_success(SOURCE, lease, read(), collected(3), now=NOW)
    assert (plan.kept["failures"], plan.kept["score"], plan.kept["tries"], plan.kept["etag"]) == (0, 2.0, 0, '"1"')
    assert plan.kept["first_failure_at"] == NOW - HOUR, "a bad week is not over with one good answer"
    assert plan.kept["last_item_at"] == plan.reading.last_success_at == NOW
    assert plan.kept["rhythm"] == Rhythm(at=NOW).kept()
    assert plan.reading.items_per_day is None


def test_what_is_not_settled_does_not_count_as_read() -> None:
    plan = after_success(SOURCE, a_lease(), read(cursor={"since": "9"}), collected(1, settled=False), now=NOW)
    assert "etag" not in plan.kept and "cursor" not in plan.kept


def test_more_to_come_is_read_at_once_but_not_before_the_server_wants() -> None:
    assert after_success(SOURCE, a_lease(), read(more=True), collected(40), now=NOW).due_at == NOW
    later = after_success(SOURCE, a_lease(), read(more=True, next_after_seconds=60), collected(40), now=NOW)
    assert later.due_at == NOW + timedelta(seconds=60)


def test_further_pages_teach_no_rhythm() -> None:
    rhythm = Rhythm(at=NOW - HOUR, items=[1.0] * 24, looked=[10.0] * 24, meanwhile=3.0).kept()
    plan = after_success(SOURCE, a_lease(rhythm=rhythm, paging=True), read(), collected(40), now=NOW)
    kept = Rhythm.of(plan.kept["rhythm"])
    assert kept is not None and list(kept.items) == [1.0] * 24
    assert (kept.at, kept.meanwhile) == (NOW, 0.0)


def test_a_failure_waits_longer_each_time_and_as_long_as_it_is_told() -> None:
    patience = Patience()
    first = after_failure(SOURCE, a_lease(), Unreadable("timeout"), now=NOW, patience=patience)
    assert NOW + timedelta(minutes=10) <= first.due_at <= NOW + timedelta(minutes=12.5)
    assert (first.kept["failures"], first.kept["score"], first.kept["first_failure_at"]) == (1, 0.4, NOW)
    rest = after_failure(SOURCE, a_lease(), Unreadable("http_429", rest_seconds=1800), now=NOW, patience=patience)
    assert rest.due_at >= NOW + timedelta(minutes=30)


def test_given_up_and_tried_again_ever_later() -> None:
    lease = a_lease(failures=11, score=9.5, first_failure_at=NOW - 25 * HOUR)
    plan = after_failure(SOURCE, lease, Unreadable("http_404"), now=NOW, patience=Patience())
    assert plan.reading.retry_at == plan.due_at >= NOW + 24 * HOUR
    assert plan.kept["tries"] == 1
    off = {**SOURCE, "enabled": False, "disabled_by": "sistem"}
    again = after_failure(off, a_lease(tries=1), Unreadable("timeout"), now=NOW, patience=Patience())
    assert again.reading.retry_at is not None and again.reading.retry_at >= NOW + 48 * HOUR
