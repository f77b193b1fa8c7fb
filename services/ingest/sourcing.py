"""What happens to a source: seeded, added, switched, read, failing, recovered. Pure decisions on its document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from libs.runtime.outbox import Announcement, Decision, Document
from libs.schemas.envelope import OpMode
from libs.schemas.sources import Source, SourceAdded, SourceChanged, SourceFailing, SourceRecovered
from services.ingest.scheduling import in_words, is_worth_telling

SourceEvent = type[SourceAdded] | type[SourceChanged] | type[SourceFailing] | type[SourceRecovered]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a poll went. `reason` is None when the feed was read (or had not changed)."""

    at: datetime
    next_poll_at: datetime
    failures: int
    reason: str | None
    last_success_at: datetime | None
    last_item_at: datetime | None


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
    )
    state = {"opmode": wanted.opmode, "drillid": wanted.drillid, "seeded": seeded, "switched_by": switched_by}
    return announce({**state, "source": source.model_dump()}, SourceAdded)


def seed(doc: Document | None, wanted: Wanted) -> Decision | None:
    """A shipped source at start: made once, then following the file, except for a switch that a person has set."""
    if doc is None:
        return add(wanted, switched_by="seed", seeded=True)
    now = doc.state["source"]
    changes: dict[str, Any] = {
        name: getattr(wanted, name)
        for name in ("outlet_id", "outlet_name", "url", "interval_seconds", "zone")
        if now[name] != getattr(wanted, name)
    }
    if doc.state["switched_by"] == "seed" and now["enabled"] != wanted.enabled:
        changes |= _switched(wanted.enabled, None)
    return announce(doc.state, SourceChanged, **changes) if changes else None


def retire(doc: Document | None) -> Decision | None:
    """A seeded source whose file is gone (the sample was left out) is switched off, not forgotten."""
    if doc is None or not doc.state["source"]["enabled"]:
        return None
    return announce(doc.state, SourceChanged, **_switched(False, None))


def switch(doc: Document, *, enabled: bool, why: str | None) -> Decision | None:
    """A person switches it on or off; None when it already stands so."""
    if doc.state["source"]["enabled"] == enabled:
        return None
    return announce({**doc.state, "switched_by": "person"}, SourceChanged, **_switched(enabled, why))


def _switched(enabled: bool, why: str | None) -> dict[str, Any]:
    return {
        "enabled": enabled,
        "state": "baru" if enabled else "dimatikan",
        "failures": 0,
        "failure": None,
        "next_poll_at": None,
        "why": why,
    }


def after_reading(doc: Document | None, reading: Reading) -> Decision | None:
    """Only what changes for the people: read for the first time, failing, recovered. The rest is in the ledger."""
    if doc is None or not doc.state["source"]["enabled"]:
        return None
    stood = doc.state["source"]["state"]
    told: dict[str, Any] = {
        "failures": reading.failures,
        "last_success_at": reading.last_success_at,
        "last_item_at": reading.last_item_at,
        "next_poll_at": reading.next_poll_at,
    }
    if reading.reason is None:
        if stood == "hidup":
            return None
        event: SourceEvent = SourceRecovered if stood == "gagal" else SourceChanged
        return announce(doc.state, event, **told, state="hidup", failure=None)
    if not is_worth_telling(state=stood, failures=reading.failures):
        return None
    return announce(doc.state, SourceFailing, **told, state="gagal", failure=in_words(reading.reason))
