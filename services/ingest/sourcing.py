"""What happens to a source: seeded, added, switched, read, failing, recovered. Pure decisions on its document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from libs.runtime.outbox import Announcement, Decision, Document
from libs.schemas.envelope import OpMode
from libs.schemas.sources import (
    Quiet,
    Source,
    SourceAdded,
    SourceChanged,
    SourceDisabled,
    SourceFailing,
    SourceKind,
    SourceQuiet,
    SourceRecovered,
)
from services.ingest.scheduling import in_words, is_worth_telling, tells_more

SourceEvent = (
    type[SourceAdded]
    | type[SourceChanged]
    | type[SourceDisabled]
    | type[SourceFailing]
    | type[SourceQuiet]
    | type[SourceRecovered]
)

# "Last item" on the sources page is at most this old; each poll's own news stays in the ledger.
TOLD_EVERY: Final = timedelta(hours=1)
_FOLLOWS_ITS_FILE: Final = ("outlet_id", "outlet_name", "url", "interval_seconds", "zone", "kind", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A source as a seed or a person wants it."""

    source_id: str
    outlet_id: str
    outlet_name: str
    url: str
    opmode: OpMode
    drillid: str | None
    interval_seconds: int
    zone: str
    enabled: bool
    kind: SourceKind = "rss"
    name: str | None = None
    full_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a poll went. `reason` is None when the source was read (or had not changed), `spoke`: it had something new.

    `switches`: how often a person had switched it when the poll began; `retry_at`: it is given up until then."""

    at: datetime
    next_poll_at: datetime
    failures: int
    reason: str | None
    last_success_at: datetime | None
    last_item_at: datetime | None
    score: float = 0.0
    switches: int = 0
    spoke: bool = False
    quiet: Quiet | None = None
    retry_at: datetime | None = None
    reading_every_seconds: int | None = None
    items_per_day: float | None = None


def announce(kept: Mapping[str, Any], event: SourceEvent, /, **changes: Any) -> Decision:
    """The changed source as the whole new state, announced."""
    source = Source(**{**kept["source"], **changes})
    return Decision(
        state={**kept, "source": source.model_dump()}, announcements=(Announcement(event=event, data=source),)
    )


def add(wanted: Wanted, *, switched_by: str, seeded: bool) -> Decision:
    """A source that was not known before."""
    source = Source(
        source_id=wanted.source_id,
        outlet_id=wanted.outlet_id,
        outlet_name=wanted.outlet_name,
        url=wanted.url,
        enabled=wanted.enabled,
        state="baru" if wanted.enabled else "dimatikan",
        interval_seconds=wanted.interval_seconds,
        zone=wanted.zone,
        kind=wanted.kind,
        name=wanted.name,
        full_text=wanted.full_text,
        disabled_by=None if wanted.enabled or seeded else "orang",
    )
    state = {"opmode": wanted.opmode, "drillid": wanted.drillid, "seeded": seeded, "switched_by": switched_by}
    return announce({**state, "source": source.model_dump()}, SourceAdded)


def seed(doc: Document | None, wanted: Wanted) -> Decision | None:
    """A shipped source at start: made once, then following the file, except for a switch that a person has set."""
    if doc is None:
        return add(wanted, switched_by="seed", seeded=True)
    now = doc.state["source"]
    changes: dict[str, Any] = {
        name: getattr(wanted, name) for name in _FOLLOWS_ITS_FILE if now.get(name) != getattr(wanted, name)
    }
    given_up = wanted.enabled and is_given_up(now)
    if doc.state["switched_by"] == "seed" and now["enabled"] != wanted.enabled and not given_up:
        changes |= _switched(wanted.enabled, None, by=None)
    return announce(doc.state, SourceChanged, **changes) if changes else None


def retire(doc: Document | None) -> Decision | None:
    """A seeded source whose file is gone (the sample was left out) is switched off, not forgotten."""
    if doc is None or not may_be_read(doc.state["source"]):
        return None
    return announce(doc.state, SourceChanged, **_switched(False, None, by=None))


def is_given_up(source: Mapping[str, Any]) -> bool:
    """Switched off by the system, which will try it again."""
    return not source["enabled"] and source.get("disabled_by") == "sistem"


def may_be_read(source: Mapping[str, Any]) -> bool:
    """Switched on, or only given up for a time; what a person switched off is left alone, and files are brought."""
    return source.get("kind") != "impor" and (bool(source["enabled"]) or is_given_up(source))


def switch(doc: Document, *, enabled: bool, why: str | None) -> Decision | None:
    """A person switches it on or off; None when it already stands so. Off also ends the system's own tries."""
    source = doc.state["source"]
    if source["enabled"] == enabled and not (is_given_up(source) and not enabled):
        return None
    state = {**doc.state, "switched_by": "person", "switches": doc.state.get("switches", 0) + enabled}
    return announce(state, SourceChanged, **_switched(enabled, why, by=None if enabled else "orang"))


def _switched(enabled: bool, why: str | None, *, by: str | None) -> dict[str, Any]:
    return {
        "enabled": enabled,
        "state": "baru" if enabled else "dimatikan",
        "failures": 0,
        "failure": None,
        "failure_score": 0.0,
        "next_poll_at": None,
        "retry_at": None,
        "quiet": None,
        "disabled_by": by,
        "why": why,
    }


def after_reading(doc: Document | None, reading: Reading) -> Decision | None:
    """Only what changes for the people. The rest is in the ledger."""
    if doc is None or not may_be_read(doc.state["source"]):
        return None
    if doc.state.get("switches", 0) != reading.switches:
        # A person switched it while it was read: what that poll met is of another life.
        return None
    told: dict[str, Any] = {
        "failures": reading.failures,
        "failure_score": reading.score,
        "last_success_at": reading.last_success_at,
        "last_item_at": reading.last_item_at,
        "next_poll_at": reading.next_poll_at,
    }
    state = {**doc.state, "told_at": reading.at}
    if reading.reason is not None:
        return _after_failure(state, reading, told, in_words(reading.reason))
    return _after_success(state, doc.state.get("told_at"), reading, told)


def _after_failure(state: dict[str, Any], reading: Reading, told: dict[str, Any], words: str) -> Decision | None:
    source = state["source"]
    if reading.retry_at is not None:
        off = {"enabled": False, "state": "dimatikan", "disabled_by": "sistem", "retry_at": reading.retry_at}
        return announce(state, SourceDisabled, **{**told, **off, "next_poll_at": None}, quiet=None, failure=words)
    if not is_worth_telling(state=source["state"], failures=reading.failures):
        return None
    # A source that fails is not quiet: whether it speaks, nobody can hear.
    return announce(state, SourceFailing, **told, state="gagal", quiet=None, failure=words)


def _after_success(
    state: dict[str, Any], told_at: datetime | None, reading: Reading, told: dict[str, Any]
) -> Decision | None:
    source = state["source"]
    was_quiet = source.get("quiet") is not None
    quiet = None if reading.spoke else source.get("quiet") or reading.quiet
    pace = {"reading_every_seconds": reading.reading_every_seconds, "items_per_day": reading.items_per_day}
    told |= {"state": "hidup", "failure": None, "quiet": quiet, **{k: v for k, v in pace.items() if v is not None}}
    if is_given_up(source):
        told |= {"enabled": True, "disabled_by": None, "retry_at": None}
        return announce(state, SourceRecovered, **told)
    if source["state"] == "gagal" or (was_quiet and reading.spoke):
        return announce(state, SourceRecovered, **told)
    if quiet is not None and not was_quiet:
        return announce(state, SourceQuiet, **told)
    if source["state"] != "hidup":
        return announce(state, SourceChanged, **told)
    another_pace = reading.reading_every_seconds is not None and tells_more(
        source.get("reading_every_seconds"), reading.reading_every_seconds
    )
    item_is_news = reading.spoke and (told_at is None or reading.at - told_at >= TOLD_EVERY)
    return announce(state, SourceChanged, **told) if another_pace or item_is_news else None
