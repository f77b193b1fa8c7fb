"""A turn of an alert → the document write that holds it and everything it announces (pure)."""

from typing import Any

from libs.runtime.outbox import Announcement, Cause, Decision, Document
from libs.schemas.alerts import Alert
from libs.schemas.envelope import Envelope
from libs.schemas.notifications import NotificationRequest, NotificationRequested
from libs.schemas.topics import ALERTS

from .state import Call, Turn
from .store import Origin, alert_to_state

_MAX_UNITS = 5


def decision_of(turn: Turn, origin: Origin, doc: Document | None) -> Decision:
    """One write: the state, each transition, and beside it the request to call people about it."""
    sequence = doc.sequences.get(ALERTS.slug, 0) if doc else 0
    announcements = []
    for said in turn.said:
        sequence += 1
        announcements.append(Announcement(event=said.event, data=said.alert))
        if said.call is not None:
            request = request_of(said.alert, said.call, transition=sequence)
            announcements.append(Announcement(event=NotificationRequested, data=request))
    return Decision(state=alert_to_state(turn.state, origin), announcements=tuple(announcements))


def request_of(alert: Alert, call: Call, *, transition: int) -> NotificationRequest:
    """Who is to be called about this transition; it holds all that a push says, so that each attempt says the same."""
    return NotificationRequest(
        alert_id=alert.alert_id,
        transition=transition,
        reason=call.reason,
        rungs=list(call.rungs),
        round=alert.round,
        level=alert.level,
        severity=alert.severity,
        stage=alert.stage,
        title=alert.title,
        unit_names=[unit.name for unit in alert.units[:_MAX_UNITS]],
        counts=[count for count in alert.evidence.counts if count.what in ("publikasi", "media")],
        why=alert.summary,
        occurred_at=alert.changed_at,
        opened_at=alert.opened_at,
    )


def origin_of(event: Envelope[Any]) -> Origin:
    """What an alert inherits from the story event that changed it."""
    return Origin(
        opmode=event.opmode,
        drillid=event.drillid,
        correlation=event.correlationid,
        causation=event.id,
        traceparent=event.traceparent,
    )


def cause_of(origin: Origin) -> Cause:
    """The cause of what a clock does: the story event that changed the alert last."""
    return Cause(
        opmode=origin.opmode,
        drillid=origin.drillid,
        correlationid=origin.correlation,
        causationid=origin.causation,
        traceparent=origin.traceparent,
    )
