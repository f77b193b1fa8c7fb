"""Stories, requests and commands in → one document write per alert or push out."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from libs.runtime.clock import Clock
from libs.runtime.commands import Answer as DeskAnswer
from libs.runtime.commands import Applied, CommandDesk, Rejected, Unchanged, command_subscription
from libs.runtime.kafka import Batch, Subscription
from libs.runtime.outbox import Cause, Decide, Decision, Document, Entities, Intent
from libs.runtime.telemetry import log
from libs.schemas.commands import AcknowledgeAlert, DismissAlert, ResolveAlert, VerifyAlert
from libs.schemas.envelope import Command
from libs.schemas.notifications import NotificationRequested
from libs.schemas.topics import ALERTS_COMMANDS, NOTIFICATIONS, STORIES

from . import acting
from .announcing import cause_of, decision_of, origin_of
from .clocks import Clocks
from .lifecycle import merge
from .metrics import LADDER_FAILED, TRANSITIONS
from .notifying import Push, pushes_for
from .recipients import Recipients
from .rules import RuleSet
from .state import AlertState
from .store import alert_of_state, of_stories, origin_of_state
from .weighing import StoryEvent, decider, latest_of_each, left_behind, plan, rivals

# Planned again only for alerts that a person closed in the same moment.
_PLANNING_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the handlers work with."""

    alerts: Entities
    pushes: Entities
    commands: CommandDesk
    rules: RuleSet
    clocks: Clocks
    recipients: Recipients
    clock: Clock


async def weigh_stories(batch: Batch, *, desk: Desk) -> None:
    """Present states of stories → alerts opened, grown or merged; one write per alert."""
    events = latest_of_each(batch.events)
    if not events:
        return
    touched = set(events) | {event.data.into for event in events.values() if event.data.into}
    pending: list[StoryEvent] = list(events.values())
    wrote = False
    for _ in range(_PLANNING_ROUNDS):
        held = await alerts_of(desk.alerts, touched)
        plans = plan(pending, held, rules=desk.rules, clocks=desk.clocks)
        if not plans:
            break
        wrote = True
        now = desk.clock.now()
        standing = await desk.alerts.apply(
            [
                Intent(
                    entity_id=planned.alert_id,
                    inputs=planned.inputs,
                    seen=planned.seen,
                    cause=Cause.of(planned.events[-1]),
                    decide=counted(decider(planned, rules=desk.rules, clocks=desk.clocks, now=now)),
                )
                for planned in plans
            ]
        )
        pending = left_behind(plans, standing)
        if not pending:
            break
    if wrote:
        await settle_rivals(touched, desk=desk)


async def settle_rivals(story_ids: Iterable[str], *, desk: Desk) -> None:
    """Two open alerts on one story become one. Looked for after the writes: whoever writes last sees both."""
    for survivor_id, loser_id in rivals(await alerts_of(desk.alerts, story_ids)):
        docs = await desk.alerts.load([survivor_id, loser_id])
        loser_doc = docs[loser_id]
        loser, now = alert_of_state(loser_doc.state), desk.clock.now()

        def absorb(doc: Document | None, loser: AlertState = loser) -> Decision | None:
            state = _open_state(doc)
            if doc is None or state is None:
                return None
            turn, _ = merge(state, loser, now=desk.clock.now(), clocks=desk.clocks)
            return decision_of(turn, origin_of_state(doc.state), doc) if turn else None

        # The survivor first: killed in between, the next batch finds both open and the survivor already complete.
        cause = cause_of(origin_of_state(loser_doc.state))
        after = await desk.alerts.apply([Intent(entity_id=survivor_id, cause=cause, decide=counted(absorb))])
        survivor = _open_state(after[survivor_id])
        if survivor is None:
            continue

        def end(doc: Document | None, survivor: AlertState = survivor) -> Decision | None:
            state = _open_state(doc)
            if doc is None or state is None:
                return None
            _, turn = merge(survivor, state, now=desk.clock.now(), clocks=desk.clocks)
            return decision_of(turn, origin_of_state(doc.state), doc)

        await desk.alerts.apply([Intent(entity_id=loser_id, cause=cause, decide=counted(end))])
        log.info("alerts merged", alert_id=loser_id, into=survivor_id, seconds=(desk.clock.now() - now).total_seconds())


async def make_pushes(batch: Batch, *, desk: Desk, wake: Callable[[], None]) -> None:
    """A request to call people → one push document per recipient and channel; known ones are left alone."""
    now = desk.clock.now()
    wanted: dict[str, tuple[Push, NotificationRequested]] = {}
    for event in batch.events:
        if isinstance(event, NotificationRequested) and event.lane == "live":
            pushes = pushes_for(
                event.data, origin=origin_of(event), opmode=event.opmode, recipients=desk.recipients, now=now
            )
            if not pushes:
                log.warning("nobody to call", alert_id=event.data.alert_id, opmode=event.opmode)
            wanted |= {push.notification_id: (push, event) for push in pushes}
    if not wanted:
        return
    await desk.pushes.apply(
        [
            Intent(entity_id=identity, inputs=(event.id,), cause=Cause.of(event), decide=_made_once(push))
            for identity, (push, event) in wanted.items()
        ]
    )
    wake()


def _made_once(push: Push) -> Decide:
    return lambda doc: Decision(state=push.to_state()) if doc is None else None


async def carry_out(command: Command[Any], *, desk: Desk) -> None:
    """A person's command → the alert's next turn, or the reason why not."""
    identity = command.subject
    doc = (await desk.alerts.load([identity])).get(identity)
    cause = Cause.of(command)
    if doc is not None:
        # What a command changes belongs to the world of its target, whatever the sender said.
        origin = origin_of_state(doc.state)
        cause = Cause(
            opmode=origin.opmode,
            drillid=origin.drillid,
            correlationid=cause.correlationid,
            causationid=cause.causationid,
            traceparent=cause.traceparent,
        )

    def decide(doc: Document | None) -> DeskAnswer:
        answer = acting.NOT_FOUND if doc is None else _act(command, alert_of_state(doc.state), desk)
        match answer:
            case acting.Refusal():
                return Rejected(code=answer.code, kode=answer.kode, message=answer.message)
            case acting.Standing():
                return Unchanged()
        assert doc is not None
        return Applied(_count(decision_of(answer, origin_of_state(doc.state), doc)))

    await desk.commands.carry_out(command, identity, decide, cause=cause)


def _act(command: Command[Any], state: AlertState, desk: Desk) -> acting.Answer:
    now, asked = desk.clock.now(), command.data
    match command:
        case AcknowledgeAlert():
            return acting.acknowledge(state, by=asked.by, note=asked.note, now=now, clocks=desk.clocks)
        case VerifyAlert():
            return acting.verify(
                state, by=asked.by, actuality=asked.actuality, severity=asked.severity, note=asked.note, now=now,
                clocks=desk.clocks, rules=desk.rules,
            )  # fmt: skip
        case DismissAlert():
            return acting.dismiss(state, by=asked.by, reason=asked.reason, note=asked.note, now=now, clocks=desk.clocks)
        case ResolveAlert():
            return acting.resolve(state, by=asked.by, note=asked.note, now=now, clocks=desk.clocks)
    raise TypeError(f"{type(command).__name__} is no command on alerts")


async def alerts_of(alerts: Entities, story_ids: Iterable[str]) -> list[Document]:
    """Every alert, open or closed, that rests on one of the stories."""
    return [Document.of(raw) async for raw in alerts.collection.find(of_stories(story_ids))]


def counted(decide: Decide) -> Decide:
    """The same decision, its transitions counted (a lost race counts twice: a figure for dashboards, not evidence)."""

    def decide_and_count(doc: Document | None) -> Decision | None:
        decision = decide(doc)
        return _count(decision) if decision else None

    return decide_and_count


def _count(decision: Decision) -> Decision:
    opmode = decision.state["origin"]["opmode"]
    for announcement in decision.announcements:
        level = getattr(announcement.data, "level", "")
        TRANSITIONS.labels(event=announcement.event.__name__, level=level, opmode=opmode).inc()
        if getattr(announcement.data, "reason", None) == "tangga_habis":
            LADDER_FAILED.labels(opmode=opmode).inc()
    return decision


def _open_state(doc: Document | None) -> AlertState | None:
    state = alert_of_state(doc.state) if doc is not None else None
    return state if state is not None and state.open else None


def subscriptions(desk: Desk, wake: Callable[[], None]) -> list[Subscription]:
    """What alerts reads: stories, its own requests, and commands; each in a group of its own."""

    async def weigh(batch: Batch) -> None:
        await weigh_stories(batch, desk=desk)

    async def push(batch: Batch) -> None:
        await make_pushes(batch, desk=desk, wake=wake)

    async def act(command: Command[Any]) -> None:
        await carry_out(command, desk=desk)

    handler: Callable[[Any], Awaitable[None]] = act
    kinds = (AcknowledgeAlert, VerifyAlert, DismissAlert, ResolveAlert)
    return [
        Subscription(topics=(STORIES,), group="alerts", handler=weigh),
        Subscription(topics=(NOTIFICATIONS,), group="alerts.push", handler=push),
        command_subscription(ALERTS_COMMANDS, group="alerts.commands", handlers=dict.fromkeys(kinds, handler)),
    ]
