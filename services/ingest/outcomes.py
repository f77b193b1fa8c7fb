"""What a poll met → when the source is read next, what the ledger keeps, what people may be told."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.ingest.fetching import SourceRead, Unreadable
from services.ingest.intake import Collected
from services.ingest.quiet import quiet_now
from services.ingest.rhythm import Forecast, Rhythm, learn
from services.ingest.scheduling import (
    Patience,
    after_failure_at,
    is_hopeless,
    next_poll_at,
    retry_at,
    score_after,
    usual_pause,
)
from services.ingest.sourcing import Reading, is_given_up
from services.ingest.store import Lease

# Before a day has been watched, a figure "items a day" would be a guess.
LEAST_DAYS_TOLD = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`kept`: fields of the ledger's document."""

    due_at: datetime
    reading: Reading
    kept: dict[str, Any]


def after_success(
    source: Mapping[str, Any], lease: Lease, read: SourceRead, collected: Collected, *, now: datetime
) -> Plan:
    """The source answered: its rhythm is learnt, and the next poll planned by it."""
    spoke = collected.heard > 0
    zone, interval = source["zone"], source["interval_seconds"]
    rhythm = _learnt(lease, source, zone, collected.heard, now)
    forecast = Forecast.of(rhythm, zone)
    last_item_at = now if spoke else lease.last_item_at
    due_at = next_poll_at(rhythm=rhythm, forecast=forecast, now=now, interval_seconds=interval, spread=random.random())
    # Pages still to come are polls of their own, as soon as the host may be asked again.
    due_at = now if read.more else due_at
    due_at = max(due_at, now + timedelta(seconds=read.next_after_seconds))
    reading = Reading(
        at=now,
        next_poll_at=due_at,
        failures=0,
        reason=None,
        last_success_at=now,
        last_item_at=last_item_at,
        score=score_after(lease.score, None),
        switches=lease.switches,
        spoke=spoke,
        quiet=quiet_now(rhythm, forecast, last_item_at=last_item_at, now=now),
        reading_every_seconds=usual_pause(forecast, interval),
        items_per_day=round(rhythm.items_per_day, 2) if rhythm.basis_days >= LEAST_DAYS_TOLD else None,
    )
    kept: dict[str, Any] = {
        "failures": 0,
        "score": reading.score,
        "tries": 0,
        "first_failure_at": lease.first_failure_at if reading.score else None,
        "last_success_at": now,
        "last_item_at": last_item_at,
        "rhythm": rhythm.kept(),
        "paging": read.more,
    }
    # What another source of the outlet made uncertain must be looked at again: the answer does not count as read.
    kept |= {**read.kept, "cursor": read.cursor} if collected.settled else {}
    return Plan(due_at=due_at, reading=reading, kept=kept)


def _learnt(lease: Lease, source: Mapping[str, Any], zone: str, heard: int, now: datetime) -> Rhythm:
    known = Rhythm.of(lease.rhythm)
    if known is not None and lease.paging:
        # Further pages tell of days gone by, not of this hour.
        return replace(known, at=now, meanwhile=0.0 if heard else known.meanwhile)
    return learn(known, until=now, news=heard, zone=zone, told_quiet=source.get("quiet") is not None)


def after_failure(
    source: Mapping[str, Any], lease: Lease, trouble: Unreadable, *, now: datetime, patience: Patience
) -> Plan:
    """The source could not be read: later, ever later, and given up when that goes on for too long."""
    failures, score = lease.failures + 1, score_after(lease.score, trouble.reason)
    first_failure_at = lease.first_failure_at or now
    hopeless = is_hopeless(score=score, first_failure_at=first_failure_at, now=now, patience=patience)
    given_up = is_given_up(source)
    again_at = None
    if given_up or hopeless:
        again_at = retry_at(now=now, tries=lease.tries, patience=patience, spread=random.random())
    due_at = again_at or after_failure_at(
        now=now,
        interval_seconds=source["interval_seconds"],
        failures=failures,
        retry_after_seconds=trouble.rest_seconds,
        spread=random.random(),
    )
    reading = Reading(
        at=now,
        next_poll_at=due_at,
        failures=failures,
        reason=trouble.reason,
        last_success_at=lease.last_success_at,
        last_item_at=lease.last_item_at,
        score=score,
        switches=lease.switches,
        retry_at=again_at,
    )
    kept: dict[str, Any] = {"failures": failures, "score": score, "first_failure_at": first_failure_at}
    kept["tries"] = lease.tries + 1 if again_at else lease.tries
    return Plan(due_at=due_at, reading=reading, kept=kept)
