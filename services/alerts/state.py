"""The alert as this service holds it: what travels (Alert), and the clocks and marks that do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from libs.schemas.alerts import Alert, Change, Evidence, RuleMatch
from libs.schemas.notifications import NotifyReason
from libs.schemas.stories import Story

from .clocks import AlertClass, Clocks, class_of
from .detecting import count_of, growth_of
from .escalating import Place, called_next, gap_before, ladder_view
from .grouping import Pushed

Clock = Literal["raise", "escalate", "grow", "lapse", "remind"]
FIRST = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A person's severity stands until the story's own rises above what it was then."""

    severity: int
    story_severity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """One alert. `raised` False: it still gathers and nobody has been told. `clocks`: what falls due, and when."""

    alert: Alert
    raised: bool = False
    place: Place = FIRST
    reached: Mapping[int, datetime] = field(default_factory=dict)
    clocks: Mapping[Clock, datetime] = field(default_factory=dict)
    pushed: Pushed | None = None
    judged: Judged | None = None
    story_severity: int = 0

    @property
    def open(self) -> bool:
        return self.alert.status in ("terbuka", "diakui", "reda")

    @property
    def kind(self) -> AlertClass:
        return class_of(self.alert.severity)

    @property
    def due_at(self) -> datetime | None:
        return min(self.clocks.values(), default=None)

    @property
    def publications(self) -> int:
        return next((count.value for count in self.alert.evidence.counts if count.what == "publikasi"), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """People to be called about a transition."""

    reason: NotifyReason
    rungs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One transition to announce: the event's class, the alert as it then stood, who is called."""

    event: type[Any]
    alert: Alert
    call: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a decision leads to: the new state and the transitions to announce, oldest first."""

    state: AlertState
    said: tuple[Said, ...] = ()


def with_clocks(state: AlertState, **changes: datetime | None) -> AlertState:
    """Set clocks, or stop them with None."""
    merged: dict[Any, datetime | None] = {**state.clocks, **changes}
    return replace(state, clocks={name: at for name, at in merged.items() if at is not None})


def without_clocks(state: AlertState) -> AlertState:
    return replace(state, clocks={})


def changed(
    state: AlertState, clocks: Clocks, now: datetime, what: str, *, change: Change | None = None, **fields: Any
) -> AlertState:
    """The state with the alert's fields changed and what depends on the clocks written out for people."""
    alert = state.alert.model_copy(update={**fields, "changed_at": now, "change": change or Change(what=what)})
    return show_clocks(replace(state, alert=alert), clocks)


def show_clocks(state: AlertState, clocks: Clocks) -> AlertState:
    """Write the ladder, the next rung and the lapse into the alert, as the clocks stand."""
    escalates_at, lapses_at = state.clocks.get("escalate"), state.clocks.get("lapse")
    next_at = escalates_at
    if next_at is None and lapses_at is not None:
        # After a lapse the ladder goes on with its usual gap.
        next_at = lapses_at + gap_before(clocks, state.kind, state.place)
    to = called_next(clocks, state.kind, state.place) if escalates_at else ()
    alert = state.alert.model_copy(
        update={
            "escalates_at": escalates_at,
            "escalates_to": list(dict.fromkeys(clocks.role_of(rung) for rung in to)),
            "lapses_at": lapses_at,
            "rung": max(state.reached, default=state.alert.rung),
            "round": state.place.round,
            "ladder": ladder_view(clocks, state.kind, state.place, reached=state.reached, next_at=next_at),
        }
    )
    return replace(state, alert=alert)


# Fewer than four publications an hour are never a surge (domain: clocks and thresholds, "Growth").
LEAST_PUBLICATIONS: Final = 4


def evidence_of(story: Story, at: datetime) -> Evidence:
    """The figures an alert rests on; mean and limit are per hour, over the twelve hours before the last."""
    growth = growth_of(story.timeline, window_minutes=60, windows=12, sigmas=3, at=at)
    return Evidence(
        counts=[count for count in story.counts if count.what in ("publikasi", "media", "kejadian", "isu")],
        first_sources=(story.first_sources or story.head_items)[:5],
        item_ids=[line.item_id for line in story.head_items][:20],
        bucket_minutes=story.timeline.bucket_minutes,
        timeline_start_at=story.timeline.start_at,
        timeline=story.timeline.counts,
        mean=round(growth.mean, 3),
        threshold=round(max(growth.threshold, LEAST_PUBLICATIONS), 3),
    )


def joined(before: list[RuleMatch], now: tuple[RuleMatch, ...]) -> list[RuleMatch]:
    """Every rule that ever held for the alert, each as it held last."""
    return list({match.rule_id: match for match in (*before, *now)}.values())


def figures(story: Story) -> tuple[int, int]:
    """(publications, media): what grows."""
    return count_of(story, "publikasi"), count_of(story, "media")
