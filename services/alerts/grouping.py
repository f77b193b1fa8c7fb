"""When an alert is raised and when its growth is pushed: wait, interval, repeat (pure; the clocks are data)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.schemas.common import Level

from .clocks import AlertClass, Clocks
from .detecting import LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What the people were last told, and when."""

    at: datetime
    publications: int
    severity: int
    level: Level


def raise_at(clocks: Clocks, kind: AlertClass, first_match_at: datetime) -> datetime:
    """The end of the wait in which what belongs together gathers."""
    return first_match_at + timedelta(seconds=clocks.classes[kind].wait_seconds)


def is_material(pushed: Pushed, *, publications: int, severity: int, level: Level, share: float) -> bool:
    """Growth that people are told about: severity or level rose, or publications grew by `share` since the push."""
    return (
        severity > pushed.severity
        or LEVELS[level] > LEVELS[pushed.level]
        or publications >= max(pushed.publications * (1 + share), pushed.publications + 1)
    )


def push_at(clocks: Clocks, kind: AlertClass, pushed: Pushed, now: datetime) -> datetime:
    """When the next growth may be pushed: the interval after the last push, or now."""
    return max(now, pushed.at + timedelta(seconds=clocks.classes[kind].interval_seconds))


def remind_at(clocks: Clocks, kind: AlertClass, since: datetime) -> datetime:
    """When the holder of an acknowledged, still open alert is reminded."""
    return since + timedelta(seconds=clocks.classes[kind].repeat_seconds)
