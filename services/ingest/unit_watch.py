"""Units that report and units that stopped: one document each, told once when silent and once when it speaks again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from libs.reference.units import Gazetteer, Unit
from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.outbox import Announcement, Cause, Decision, Document, Entities, Intent
from libs.schemas.sources import SilentUnit, UnitSilent, UnitSpoke
from services.ingest.metrics import SILENT_UNITS
from services.ingest.unit_silence import (
    Habit,
    History,
    Silence,
    habit_of,
    is_told,
    learn,
    shared_silences,
    silence_of,
)

# Nobody is silent within a day; so most units need no second look.
SOONEST = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class UnitWatch:
    """`look_seconds`: how often the silent ones are looked for."""

    units: Entities
    clock: Clock
    stopping: asyncio.Event
    look_seconds: float

    async def heard(self, unit_id: str, report_id: str, received_at: datetime, cause: Cause) -> None:
        """A unit reported; counted once per report, however often it is told."""

        def decide(doc: Document | None) -> Decision | None:
            unit = Gazetteer.for_mode(cause.opmode).get(unit_id)
            return after_report(doc, unit, received_at, cause) if unit else None

        await self.units.apply([Intent(entity_id=unit_id, inputs=(report_id,), cause=cause, decide=decide)])
        crashpoint("ingest.unit.heard")

    async def watch(self) -> None:
        """Runs until the service stops."""
        while not self.stopping.is_set():
            await self.look(self.clock.now())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), self.look_seconds)

    async def look(self, now: datetime) -> int:
        """Tells of every unit that has fallen silent; how many. With more replicas each asks, one tells."""
        by_mode: dict[str, list[tuple[Document, Unit, History]]] = {}
        async for raw in self.units.collection.find({}):
            doc = Document.of(raw)
            unit = Gazetteer.for_mode(doc.state["opmode"]).get(doc.id)
            if unit is not None:
                by_mode.setdefault(doc.state["opmode"], []).append((doc, unit, History.of(doc.state)))
        intents, silent = list[Intent](), 0
        for watched in by_mode.values():
            habits = [(h, await _habit(h, u), u.clock) for _, u, h in watched]
            shared = shared_silences(habits, now)
            for doc, unit, history in watched:
                silent += history.silent_since is not None
                if now - history.last_report_at > SOONEST and silent_now(history, unit, now, shared) is not None:
                    intents.append(_intent(doc, unit, now, shared))
        if intents:
            crashpoint("ingest.unit.before_silent")
            await self.units.apply(intents)
        SILENT_UNITS.set(silent + len(intents))
        return len(intents)


async def _habit(history: History, unit: Unit) -> Habit:
    await asyncio.sleep(0)  # a fifth of a millisecond each: others get their turn in between
    return habit_of(history, unit.clock)


def _intent(doc: Document, unit: Unit, now: datetime, shared: Set[date]) -> Intent:
    cause = Cause.origin(opmode=doc.state["opmode"], drillid=doc.state["drillid"])
    # Asked again on the document as it then stands: a report may have come meanwhile, or another replica was faster.
    return Intent(entity_id=doc.id, cause=cause, decide=lambda doc: after_looking(doc, unit, now, shared))


def after_report(doc: Document | None, unit: Unit, at: datetime, cause: Cause) -> Decision:
    """The unit's history with one more report; told when that ends a silence."""
    before = History.of(doc.state) if doc else None
    after = learn(before, at, unit.clock)
    state = {**after.kept(), "opmode": cause.opmode, "drillid": cause.drillid}
    if before is None or before.silent_since is None or after.silent_since is not None:
        return Decision(state=state)
    habit = habit_of(before, unit.clock)
    figures = silence_of(before, habit, at, unit.clock)
    told = _told(unit, after, figures, silent=False, since=at)
    return Decision(state=state, announcements=(Announcement(event=UnitSpoke, data=told),))


def silent_now(history: History, unit: Unit, now: datetime, shared: Set[date]) -> tuple[Habit, Silence] | None:
    """The figures, if the unit has fallen silent and nobody was told yet."""
    if history.silent_since is not None:
        return None
    habit = habit_of(history, unit.clock, shared)
    figures = silence_of(history, habit, now, unit.clock, shared)
    return (habit, figures) if is_told(figures, habit, now, unit.clock) else None


def after_looking(doc: Document | None, unit: Unit, now: datetime, shared: Set[date]) -> Decision | None:
    """Silent from now on, or None."""
    if doc is None:
        return None
    history = History.of(doc.state)
    found = silent_now(history, unit, now, shared)
    if found is None:
        return None
    told = _told(unit, history, found[1], silent=True, since=now)
    return Decision(
        state={**doc.state, "silent_since": now}, announcements=(Announcement(event=UnitSilent, data=told),)
    )


def _told(unit: Unit, history: History, figures: Silence, *, silent: bool, since: datetime) -> SilentUnit:
    return SilentUnit(
        unit_id=unit.unit_id,
        unit_name=unit.name,
        province=unit.province,
        zone=cast(Any, unit.zone),
        silent=silent,
        last_report_at=history.last_report_at,
        expected_per_day=round(figures.expected_per_day, 3),
        missed=round(figures.missed, 2),
        basis_days=figures.basis_days,
        since=since,
    )
