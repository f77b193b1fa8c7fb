"""A ladder and a place on it → who is called now, and when the next are (pure; the clocks are data)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.schemas.alerts import Rung

from .clocks import AlertClass, Clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The step that comes next: `step` counts within the round; one past the last step is the end of the round."""

    round: int = 1
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """Who is called now and what follows. `next_at` None: the ladder is at its end, `failed` says so."""

    rungs: tuple[int, ...]
    place: Place
    next_at: datetime | None
    failed: bool = False


def climb(clocks: Clocks, kind: AlertClass, place: Place, now: datetime) -> Climb:
    """Take the step at `place`. After the last step the round starts again; after the last round everyone is told."""
    steps = clocks.classes[kind].steps
    if place.step >= len(steps):
        if place.round >= clocks.rounds:
            return Climb(rungs=clocks.everyone, place=place, next_at=None, failed=True)
        place = Place(round=place.round + 1)
    following = Place(round=place.round, step=place.step + 1)
    return Climb(rungs=steps[place.step].rungs, place=following, next_at=now + gap_before(clocks, kind, following))


def gap_before(clocks: Clocks, kind: AlertClass, place: Place) -> timedelta:
    """The usual wait between the step before `place` and the one there."""
    steps = clocks.classes[kind].steps
    if place.step <= 0:
        return timedelta()
    if place.step >= len(steps):
        return timedelta(seconds=clocks.again_after_seconds)
    return timedelta(seconds=steps[place.step].after_seconds - steps[place.step - 1].after_seconds)


def place_after(clocks: Clocks, kind: AlertClass, *, rung: int, round_no: int) -> Place:
    """Where an alert that has called up to `rung` stands on the ladder of another class."""
    steps = clocks.classes[kind].steps
    return Place(round=round_no, step=sum(1 for step in steps if max(step.rungs) <= rung))


def called_next(clocks: Clocks, kind: AlertClass, place: Place) -> tuple[int, ...]:
    """The rungs that the next step calls."""
    steps = clocks.classes[kind].steps
    if place.step < len(steps):
        return steps[place.step].rungs
    return clocks.everyone if place.round >= clocks.rounds else steps[0].rungs


def ladder_view(
    clocks: Clocks, kind: AlertClass, place: Place, *, reached: Mapping[int, datetime], next_at: datetime | None
) -> list[Rung]:
    """This round as people see it: each rung with its time, reached or planned; unplanned rungs are left out."""
    steps = clocks.classes[kind].steps
    lines = []
    for index, step in enumerate(steps):
        planned = None
        if next_at is not None and place.step <= index:
            planned = next_at + timedelta(seconds=step.after_seconds - steps[place.step].after_seconds)
        for rung in step.rungs:
            at = reached.get(rung) if index < place.step else planned
            if at is not None:
                lines.append(Rung(rung=rung, role=clocks.role_of(rung), at=at, reached=index < place.step))
    return lines
