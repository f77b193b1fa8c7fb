"""When a unit (UPT) reports, learnt from its own reports, and when its silence is no accident any more. Pure.

A day counts as spoken or not: many units report exactly once a day, which is far more regular than chance, and a
unit with three reports on one day has spoken no more than once. All days are those of the unit's own zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

# Ten of each weekday: long enough for a habit, short enough to follow a new one.
HISTORY_DAYS: Final = 70
HALF_LIFE_DAYS: Final = 28.0
# Before this nothing is said of a unit: two of each weekday, and half of these days spoken.
MIN_BASIS_DAYS, MIN_SPOKEN_DAYS = 14, 7
# A silence less likely than this is told.
IMPROBABLE: Final = 0.001
# A weekday with few observations is drawn towards the unit's average day by so many days of it.
DAY_PRIOR: Final = 2.0
# What has not been seen must stay possible: nobody is more regular than this.
SUREST: Final = 0.985
# More than the longest silence of its own, in days it should have spoken. One that was told counts as well, so that a
# unit whose people are away together now and then is not told of each time; but no outage makes it deaf for weeks.
BEYOND_LONGEST: Final = 1.25
LONGEST_TOLD_COUNTS: Final = 4.0
OFFICE_HOURS: Final = range(8, 17)
# A day on which fewer than half of the units spoke that should have is a holiday, or our own failure: nobody's silence.
SHARED_SILENCE: Final = 0.5
SHARED_SILENCE_UNITS: Final = 8
_PAUSES_KEPT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One day's reports: how many, and the minute of the day at which the first came."""

    count: int
    first_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`days`: the days with reports; `first_day`: since when the unit is known to report; `pauses`: silences that were
    told, first and last day, which say nothing about its habits. Times in UTC, days in the unit's zone."""

    first_day: date
    last_report_at: datetime
    days: Mapping[date, Spoken]
    pauses: tuple[tuple[date, date], ...] = ()
    silent_since: datetime | None = None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> History:
        return cls(
            first_day=date.fromisoformat(raw["first_day"]),
            last_report_at=raw["last_report_at"],
            days={date.fromisoformat(day): Spoken(count=c, first_minute=m) for day, (c, m) in raw["days"].items()},
            pauses=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in raw["pauses"]),
            silent_since=raw["silent_since"],
        )

    def kept(self) -> dict[str, Any]:
        """As a document."""
        return {
            "first_day": self.first_day.isoformat(),
            "last_report_at": self.last_report_at,
            "days": {day.isoformat(): [spoken.count, spoken.first_minute] for day, spoken in self.days.items()},
            "pauses": [[a.isoformat(), b.isoformat()] for a, b in self.pauses],
            "silent_since": self.silent_since,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """`speaks`: chance by weekday that a day has a report; `reports`: reports a day by weekday; `by_minute`: chance
    that a day that has one has had it by then; `longest`: the longest silence so far, in days it should have spoken."""

    speaks: tuple[float, ...]
    reports: tuple[float, ...]
    first_minutes: tuple[tuple[int, float], ...]
    basis_days: int
    spoken_days: int
    longest: float

    def by_minute(self, minute: int) -> float:
        total = sum(weight for _, weight in self.first_minutes)
        # One report more that could come at the very end of any day.
        return sum(weight for first, weight in self.first_minutes if first <= minute) / (total + 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How a unit's present silence looks: `chance` of it by accident, `missed` reports, `should` have spoken (days)."""

    chance: float
    missed: float
    should: float
    expected_per_day: float
    basis_days: int


def learn(history: History | None, at: datetime, zone: timezone) -> History:
    """After one more report; an older one than the last only completes its day."""
    local = at.astimezone(zone)
    day, minute = local.date(), local.hour * 60 + local.minute
    if history is None:
        return History(first_day=day, last_report_at=at, days={day: Spoken(count=1, first_minute=minute)})
    known = history.days.get(day)
    spoken = Spoken(
        count=known.count + 1 if known else 1, first_minute=min(minute, known.first_minute) if known else minute
    )
    last = max(at, history.last_report_at)
    oldest = last.astimezone(zone).date() - timedelta(days=HISTORY_DAYS)
    kept = {d: s for d, s in {**history.days, day: spoken}.items() if d >= oldest}
    return replace(_awake(history, at, zone), days=kept, last_report_at=last, first_day=max(history.first_day, oldest))


def _awake(history: History, at: datetime, zone: timezone) -> History:
    """A silence that was told ends with the first report after it began."""
    if history.silent_since is None or at < history.silent_since:
        return history
    first = history.last_report_at.astimezone(zone).date() + timedelta(days=1)
    last = at.astimezone(zone).date() - timedelta(days=1)
    pauses = (*history.pauses, (first, last))[-_PAUSES_KEPT:] if first <= last else history.pauses
    return replace(history, silent_since=None, pauses=pauses)


def habit_of(history: History, zone: timezone, shared: Set[date] = frozenset()) -> Habit:
    """What the days before its last report say. `shared`: days on which nearly everybody was silent."""
    last = history.last_report_at.astimezone(zone).date()
    looked, spoke, counted, minutes = [0.0] * 7, [0.0] * 7, [0.0] * 7, []
    basis = spoken_days = 0
    silent_run, runs = list[int](), list[list[int]]()
    # The last day is left out: it is one with a report by the way it was chosen, as is the first.
    for day in _days(history.first_day + timedelta(days=1), last):
        if day in shared or any(a <= day <= b for a, b in history.pauses):
            continue
        weight, spoken = 0.5 ** ((last - day).days / HALF_LIFE_DAYS), history.days.get(day)
        basis += 1
        looked[day.weekday()] += weight
        if spoken is None:
            silent_run.append(day.weekday())
            continue
        runs.append(silent_run)
        silent_run = []
        spoken_days += 1
        spoke[day.weekday()] += weight
        counted[day.weekday()] += weight * spoken.count
        minutes.append((spoken.first_minute, weight))
    runs.append(silent_run)
    paused = [[day.weekday() for day in _days(a, b + timedelta(days=1))] for a, b in history.pauses]
    speaks = _by_weekday(spoke, looked, at_most=SUREST)
    return Habit(
        speaks=speaks,
        reports=_by_weekday(counted, looked),
        first_minutes=tuple(minutes),
        basis_days=basis,
        spoken_days=spoken_days,
        longest=max(
            *(_weight(run, speaks) for run in runs),
            *(min(_weight(run, speaks), LONGEST_TOLD_COUNTS) for run in paused),
            0.0,
        ),
    )


def _weight(weekdays: Iterable[int], speaks: Sequence[float]) -> float:
    """A silent stretch, in days that should have spoken."""
    return sum(speaks[weekday] for weekday in weekdays)


def _by_weekday(found: list[float], looked: list[float], *, at_most: float = float("inf")) -> tuple[float, ...]:
    mean = sum(found) / sum(looked) if any(looked) else 0.0
    drawn = [(f + DAY_PRIOR * mean) / (n + DAY_PRIOR) for f, n in zip(found, looked, strict=True)]
    return tuple(min(value, at_most) for value in drawn)


def silence_of(
    history: History, habit: Habit, now: datetime, zone: timezone, shared: Set[date] = frozenset()
) -> Silence:
    """From the day after its last report until now."""
    local = now.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    chance, missed, should = 1.0, 0.0, 0.0
    for day in _days(history.last_report_at.astimezone(zone).date() + timedelta(days=1), today + timedelta(days=1)):
        if day in shared:
            continue
        so_far = habit.by_minute(minute) if day == today else 1.0
        spoken = habit.speaks[day.weekday()] * so_far
        chance *= 1 - spoken
        should += spoken
        missed += habit.reports[day.weekday()] * so_far
    return Silence(
        chance=chance,
        missed=missed,
        should=should,
        expected_per_day=sum(habit.reports) / 7,
        basis_days=habit.basis_days,
    )


def is_told(silence: Silence, habit: Habit, now: datetime, zone: timezone) -> bool:
    """Whether people are told now: on enough of its own history, in its office hours, beyond its own longest."""
    return (
        habit.basis_days >= MIN_BASIS_DAYS
        and habit.spoken_days >= MIN_SPOKEN_DAYS
        and silence.chance < IMPROBABLE
        and silence.should > BEYOND_LONGEST * habit.longest
        and now.astimezone(zone).hour in OFFICE_HOURS
    )


def shared_silences(units: Iterable[tuple[History, Habit, timezone]], now: datetime, *, days: int = 14) -> set[date]:
    """Days (today too) on which hardly anybody spoke who should have. Each unit counts by how sure it was to speak."""
    expected: dict[date, float] = {}
    spoken: dict[date, float] = {}
    for history, habit, zone in units:
        if habit.basis_days < MIN_BASIS_DAYS or history.silent_since is not None:
            continue
        local = now.astimezone(zone)
        for day in _days(local.date() - timedelta(days=days), local.date() + timedelta(days=1)):
            so_far = habit.by_minute(local.hour * 60 + local.minute) if day == local.date() else 1.0
            expected[day] = expected.get(day, 0.0) + habit.speaks[day.weekday()] * so_far
            spoken[day] = spoken.get(day, 0.0) + (day in history.days)
    return {
        day for day, sure in expected.items() if sure >= SHARED_SILENCE_UNITS and spoken[day] < SHARED_SILENCE * sure
    }


def _days(first: date, end: date) -> Iterable[date]:
    """Half-open."""
    return (first + timedelta(days=n) for n in range(max(0, (end - first).days)))


__all__ = [
    "Habit", "History", "Silence", "Spoken", "habit_of", "is_told", "learn", "shared_silences", "silence_of",
]  # fmt: skip
