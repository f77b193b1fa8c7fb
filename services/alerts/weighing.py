"""Story events of a batch and the alerts that stand → which alert each story belongs to, and its next turn (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from libs.runtime.outbox import Decide, Decision, Document
from libs.schemas.envelope import Event
from libs.schemas.ids import alert_id
from libs.schemas.stories import Story

from .announcing import decision_of, origin_of
from .clocks import Clocks
from .detecting import weigh
from .lifecycle import goes_first, grow, is_new_episode, open_alert, take_story
from .rules import RuleSet
from .state import Turn
from .store import alert_of_state

StoryEvent = Event[Story]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The story events that one alert is about to take, oldest first; `episode` for an alert that is yet to be."""

    alert_id: str
    episode: int
    events: tuple[StoryEvent, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(event.id for event in self.events)

    @property
    def seen(self) -> tuple[tuple[str, int], ...]:
        return tuple((event.subject, event.sequence) for event in self.events)


def latest_of_each(events: Iterable[StoryEvent]) -> dict[str, StoryEvent]:
    """A story's event holds its whole present state: only the last of a batch counts. Backfill warns nobody."""
    latest: dict[str, StoryEvent] = {}
    for event in events:
        known = latest.get(event.subject)
        if event.lane == "live" and (known is None or event.sequence > known.sequence):
            latest[event.subject] = event
    return latest


def plan(
    events: Iterable[StoryEvent], held: Sequence[Document], *, rules: RuleSet, clocks: Clocks
) -> list[Plan]:  # fmt: skip
    """One plan per alert; stories that concern no alert and give no reason for one are left out."""
    by_story: dict[str, list[Document]] = {}
    for doc in held:
        for story in doc.state["story_ids"]:
            by_story.setdefault(story, []).append(doc)
    plans: dict[str, Plan] = {}
    for event in events:
        chosen = _alert_for(event, by_story.get(event.subject, ()), rules=rules, clocks=clocks)
        if chosen is not None:
            identity, episode = chosen
            before = plans.get(identity)
            plans[identity] = Plan(
                alert_id=identity, episode=episode, events=(*(before.events if before else ()), event)
            )
    return list(plans.values())


def _alert_for(
    event: StoryEvent, held: Sequence[Document], *, rules: RuleSet, clocks: Clocks
) -> tuple[str, int] | None:  # fmt: skip
    states = {doc.id: alert_of_state(doc.state) for doc in held}
    open_ones = [state for state in states.values() if state.open]
    if open_ones:
        first = open_ones[0]
        for state in open_ones[1:]:
            first = state if goes_first(state, first) else first
        return first.alert.alert_id, first.alert.episode
    if event.data.status == "digabung" or any(_has_seen(doc, event) for doc in held):
        return None
    matches = weigh(event.data, rules, event.time)
    if not matches:
        return None
    own = [state for state in states.values() if state.alert.group_key == event.subject]
    closed = max(states.values(), key=lambda state: state.alert.changed_at, default=None)
    if closed is not None and not is_new_episode(closed, event.data, matches, clocks):
        return None
    episode = 1 + max((state.alert.episode for state in own), default=0)
    mode = origin_of(event).mode
    return alert_id(mode, rules.group, event.subject, episode), episode


def decider(
    planned: Plan, *, rules: RuleSet, clocks: Clocks, now: datetime
) -> Decide:  # fmt: skip
    """The decision for one alert, to be asked again after a lost race."""

    def decide(doc: Document | None) -> Decision | None:
        turn: Turn | None = None
        for event in planned.events:
            if doc is not None and _has_seen(doc, event):
                continue
            state = turn.state if turn else (alert_of_state(doc.state) if doc else None)
            matches = weigh(event.data, rules, event.time)
            if state is None:
                if not matches:
                    continue
                step: Turn | None = open_alert(
                    event.data, matches, alert_id=planned.alert_id, episode=planned.episode,
                    at=event.time, now=now, clocks=clocks,
                )  # fmt: skip
            elif not state.open:
                continue
            elif event.data.status == "digabung":
                step = take_story(state, event.data.into, now=now, clocks=clocks)
            else:
                step = grow(state, event.data, matches, rules=rules, at=event.time, now=now, clocks=clocks)
            if step is not None:
                turn = Turn(state=step.state, said=(*(turn.said if turn else ()), *step.said))
        return decision_of(turn, origin_of(planned.events[-1]), doc) if turn else None

    return decide


def left_behind(plans: Sequence[Plan], standing: Mapping[str, Document | None]) -> list[StoryEvent]:
    """Events whose alert was closed by a person while we decided: they are weighed once more."""
    left = []
    for planned in plans:
        doc = standing.get(planned.alert_id)
        if doc is not None and not doc.state["open"]:
            left += [event for event in planned.events if not _has_seen(doc, event)]
    return left


def rivals(held: Iterable[Document]) -> list[tuple[str, str]]:
    """(survivor, loser) alert ids: open alerts that rest on the same story, the one heard of first survives."""
    open_ones = {doc.id: alert_of_state(doc.state) for doc in held if doc.state["open"]}
    first_of: dict[str, str] = {}
    for identity, state in open_ones.items():
        for story in state.alert.story_ids:
            known = first_of.get(story)
            if known is None or goes_first(state, open_ones[known]):
                first_of[story] = identity
    pairs = {}
    for identity, state in open_ones.items():
        for story in state.alert.story_ids:
            if first_of[story] != identity:
                pairs[identity] = first_of[story]
    return [(survivor, loser) for loser, survivor in pairs.items() if survivor not in pairs]


def _has_seen(doc: Document, event: StoryEvent) -> bool:
    return doc.seen.get(event.subject, 0) >= event.sequence
