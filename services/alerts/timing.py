"""Clocks that ran out → the alert's next turn; every replica looks, the version in the filter lets one win."""

import asyncio
from typing import Final

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.mongo import PyMongoError
from libs.runtime.outbox import Decision, Document, Entities, Intent
from libs.runtime.telemetry import log

from .announcing import cause_of, decision_of
from .clocks import Clocks
from .handlers import counted
from .lifecycle import tick
from .metrics import TIMERS_LATE
from .readiness import Looks
from .store import alert_of_state, due, origin_of_state

EVERY_SECONDS: Final = 0.5
_AT_ONCE: Final = 200


async def serve_due_alerts(
    alerts: Entities, *, clocks: Clocks, clock: Clock, stopping: asyncio.Event, looks: Looks
) -> None:
    """Until the service stops: every half second everything that is due, oldest first."""
    while not stopping.is_set():
        served = 0
        try:
            served = await serve_once(alerts, clocks=clocks, clock=clock)
            looks.looked("clocks")
        except (TransientError, PyMongoError) as error:
            # The next look comes as soon as ever: after an outage nobody should wait longer for their call.
            log.warning("clocks wait for the store", exc_info=error)
        if served < _AT_ONCE:
            await asyncio.sleep(EVERY_SECONDS)


async def serve_once(alerts: Entities, *, clocks: Clocks, clock: Clock) -> int:
    """One look; how many alerts were due."""
    now = clock.now()
    found = alerts.collection.find(due(now)).sort("state.due_at", 1).limit(_AT_ONCE)
    intents = []
    async for raw in found:
        doc = Document.of(raw)
        TIMERS_LATE.observe((now - doc.state["due_at"]).total_seconds())

        def decide(doc: Document | None) -> Decision | None:
            if doc is None:
                return None
            turn = tick(alert_of_state(doc.state), now=clock.now(), clocks=clocks)
            return decision_of(turn, origin_of_state(doc.state), doc) if turn else None

        cause = cause_of(origin_of_state(doc.state))
        intents.append(Intent(entity_id=doc.id, cause=cause, decide=counted(decide)))
    if intents:
        crashpoint("alerts.timer.before")
        await alerts.apply(intents)
        crashpoint("alerts.timer.after")
    return len(intents)
