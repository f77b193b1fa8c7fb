"""What is to be expected of a series: decayed means of days alike, the day's shape, and how counts scatter. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Final

from libs.reference import calendar
from services.classifier.trends.counting import ALL, DAY, HOUR, SEVERE_CLASS, WIB, Counters, Line
from services.classifier.trends.facts import EVERYTHING, SeriesKey
from services.classifier.trends.rules import Baseline

# Pseudo-days by which a series' own working days and weekends lean on its mean and on everybody's ratio of the two.
_LEANING_DAYS: Final = 3.0
_PROFILE_DAYS, _PROFILE_ITEMS, _FLAT_SHARE = 14, 100, 0.05
_HOURLY_DAYS: Final = 7
# A series with so many items in a week shows by itself how its hours scatter.
_HOURLY_ITEMS: Final = 40
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_WORKING, _FREE = "kerja", "bebas"


@dataclass(frozen=True, slots=True)
class Seen:
    """A past day that was seen: its number, its weight, the kind of days it is alike to."""

    day: int
    weight: float
    kind: str


@dataclass(frozen=True, slots=True)
class Habit:
    """A series' items a day by kind of day, and variance over mean of its days."""

    rates: Mapping[str, float]
    day_dispersion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    mean: float
    dispersion: float
    basis_days: int
    note: str | None

    @property
    def sigma(self) -> float:
        return math.sqrt(self.mean * self.dispersion)


@dataclass(slots=True)
class _Class:
    """What the days and hours of a class of items look like: days seen, shares of the day's items by hour."""

    seen: list[Seen]
    weights: dict[str, float]
    days: dict[str, int]
    profiles: dict[str, list[float]]
    free_ratio: float = 1.0


@dataclass(slots=True)
class Habits:
    """Habits of one mode's series, worked out when first asked for on a day and kept until the next."""

    counters: Counters
    baseline: Baseline
    blind_days: Callable[[str, int, int], frozenset[int]] = lambda of, first, last: frozenset()
    kind_of_day: Callable[[date], calendar.Day] = calendar.day
    _today: int = -1
    _classes: dict[str, _Class] = field(default_factory=dict)
    _habits: dict[tuple[SeriesKey, str], Habit] = field(default_factory=dict)
    _scatter: dict[tuple[SeriesKey, str], float] = field(default_factory=dict)
    _parts: dict[tuple[str, int, int], tuple[tuple[int, float], ...]] = field(default_factory=dict)
    _hours: dict[tuple[str, int], tuple[int, float]] = field(default_factory=dict)
    _expected: dict[tuple[SeriesKey, str, int, int], Expected] = field(default_factory=dict)
    _now_hour: int = -1

    def at(self, now: int) -> None:
        """Turns the page when a new day has begun."""
        if now // HOUR != self._now_hour:
            # Windows end with the five minutes or the hour that runs: what was asked before is not asked again.
            self._now_hour = now // HOUR
            self._expected.clear()
        if (now + WIB) // DAY != self._today:
            self.forget()
            self._today = (now + WIB) // DAY

    def forget(self) -> None:
        """After history has changed: what was seen, brought in, or taken out."""
        self._classes.clear()
        self._habits.clear()
        self._scatter.clear()
        self._parts.clear()
        self._hours.clear()
        self._expected.clear()

    def basis_days(self, of: str) -> int:
        return len(self._class(of).seen)

    def is_cold(self, of: str) -> bool:
        return self.basis_days(of) < self.baseline.least_days

    def day(self, day: int) -> calendar.Day:
        return self.kind_of_day(date.fromordinal(_EPOCH_DAY + day))

    def expected(self, key: SeriesKey, of: str, first: int, last: int) -> Expected | None:
        """What is usual between two moments; None when there is too little history to say."""
        if self.is_cold(of):
            return None
        known = self._expected.get((key, of, first, last))
        if known is None:
            known = self._expected[key, of, first, last] = self._expect(key, of, first, last)
        return known

    def _expect(self, key: SeriesKey, of: str, first: int, last: int) -> Expected:
        habit, mean, widest, note = self.habit(key, of), 0.0, 1.0, None
        for day, share in self.parts(of, first, last):
            rate, wider = self.rate(habit, of, day)
            mean += rate * share
            if wider > widest:
                widest = wider
            note = note or self.day(day).note
        if widest > 1.0:
            note = f"{note}: belum cukup hari sejenis, simpangan diperlebar {widest:g} kali"
        dispersion = habit.day_dispersion if last - first > 6 * HOUR else self.hour_dispersion(key, of)
        return Expected(mean=mean, dispersion=dispersion * widest**2, basis_days=self.basis_days(of), note=note)

    def rate(self, habit: Habit, of: str, day: int) -> tuple[float, float]:
        """Items to be expected on a whole day, and by how much sigma is to be widened there."""
        kind = self.day(day)
        if not kind.is_season:
            return habit.rates[_FREE if kind.is_free else _WORKING], 1.0
        if kind.kind in habit.rates:
            return habit.rates[kind.kind], 1.0
        weekend = date.fromordinal(_EPOCH_DAY + day).weekday() >= 5
        return habit.rates[_FREE if weekend else _WORKING], self.baseline.season_sigma

    def hour(self, of: str, hour: int) -> tuple[int, float]:
        """The day that an hour is in, and the share of the day's items that it usually has."""
        known = self._hours.get((of, hour))
        if known is None:
            known = self._hours[of, hour] = self.parts(of, hour * HOUR, hour * HOUR + HOUR)[0]
        return known

    def parts(self, of: str, first: int, last: int) -> tuple[tuple[int, float], ...]:
        """(day, share of that day's items) between two moments."""
        known = self._parts.get((of, first, last))
        if known is None:
            known = self._parts[of, first, last] = tuple(self._shares(of, first, last).items())
        return known

    def _shares(self, of: str, first: int, last: int) -> dict[int, float]:
        profiles, shares = self._class(of).profiles, dict[int, float]()
        at = first
        while at < last:
            until = min(last, (at // HOUR + 1) * HOUR)
            day, hour = (at + WIB) // DAY, (at + WIB) % DAY // HOUR
            profile = profiles[_FREE if self.day(day).is_free else _WORKING]
            shares[day] = shares.get(day, 0.0) + profile[hour] * (until - at) / HOUR
            at = until
        return shares

    def habit(self, key: SeriesKey, of: str) -> Habit:
        known = self._habits.get((key, of))
        if known is None:
            known = self._habits[key, of] = self._work_out(key, of)
        return known

    def _work_out(self, key: SeriesKey, of: str) -> Habit:
        series, frame = self.counters.series.get(key), self._class(of)
        line = (series.line(of) if series else None) or Line()
        prior = self.baseline.dispersion[key[0]]
        rates = _rates(line, frame, prior=prior, season_days=self.baseline.season_days)
        return Habit(rates, self._scatter_of_days(line, frame, rates, prior))

    def hour_dispersion(self, key: SeriesKey, of: str) -> float:
        """Variance over mean of its hours; not every rule asks for it."""
        known = self._scatter.get((key, of))
        if known is None:
            known = self._scatter[key, of] = self._scatter_of_hours(key, of)
        return known

    def _scatter_of_days(self, line: Line, frame: _Class, rates: Mapping[str, float], prior: float) -> float:
        """Variance over mean of the days, weighed with what its kind is taken to have: few items say little."""
        above = below = self.baseline.dispersion_weight
        above *= prior
        for seen in frame.seen:
            mean = rates.get(seen.kind)
            if mean is not None:
                above += (min(line.of_day(seen.day), _ceiling(mean, prior)) - mean) ** 2
                below += mean
        return max(1.0, above / below)

    def _scatter_of_hours(self, key: SeriesKey, of: str) -> float:
        series, frame, habit = self.counters.series.get(key), self._class(of), self.habit(key, of)
        line, rates, prior = (series.line(of) if series else None), habit.rates, self.baseline.dispersion[key[0]]
        days = [s for s in frame.seen if s.day >= self._today - _HOURLY_DAYS]
        if line is None or sum([line.of_day(s.day) for s in days]) < _HOURLY_ITEMS:
            return min(habit.day_dispersion, prior)
        above = below = self.baseline.dispersion_weight
        above *= prior
        for seen in days:
            mean = rates.get(seen.kind, 0.0)
            profile = frame.profiles[_FREE if seen.kind == _FREE else _WORKING]
            first = (seen.day * DAY - WIB) // HOUR
            for hour, share in enumerate(profile):
                usual = mean * share
                above += (min(line.of_hour(first + hour), _ceiling(usual, prior)) - usual) ** 2
                below += usual
        return max(1.0, above / below)

    def _class(self, of: str) -> _Class:
        of = ALL if of == SEVERE_CLASS else of
        known = self._classes.get(of)
        if known is None:
            known = self._classes[of] = self._look_back(of)
        return known

    def _look_back(self, of: str) -> _Class:
        everything = self.counters.series.get(EVERYTHING)
        line = (everything.line(of) if everything else None) or Line()
        seen = self._days_seen(of, line)
        weights: dict[str, float] = {}
        days: dict[str, int] = {}
        for one in seen:
            weights[one.kind] = weights.get(one.kind, 0.0) + one.weight
            days[one.kind] = days.get(one.kind, 0) + 1
        made = _Class(seen=seen, weights=weights, days=days, profiles=self._profiles(of, line, seen))
        working, free = _mean(line, made, _WORKING), _mean(line, made, _FREE)
        if working and free:
            made.free_ratio = free / working
        return made

    def _days_seen(self, of: str, line: Line) -> list[Seen]:
        """Days whose whole was seen: not blind, and not so empty that nobody was listening."""
        first = self._today - self.baseline.look_back_days
        counts = {day: count for day in range(first, self._today) if (count := line.of_day(day))}
        if not counts:
            return []
        least, blind = (
            self.baseline.least_share_of_a_day * median(counts.values()),
            self.blind_days(of, first, self._today),
        )
        half = self.baseline.half_life_days
        return [
            Seen(day, 0.5 ** ((self._today - day) / half), self._alike(day))
            for day, count in sorted(counts.items())
            if count >= least and day not in blind
        ]

    def _alike(self, day: int) -> str:
        kind = self.day(day)
        return kind.kind if kind.is_season else _FREE if kind.is_free else _WORKING

    def _profiles(self, of: str, line: Line, seen: list[Seen]) -> dict[str, list[float]]:
        """Share of a day's items by hour (WIB), for working and free days; flat while too little is known."""
        counts = {_WORKING: [0.0] * 24, _FREE: [0.0] * 24}
        for one in seen:
            if one.day >= self._today - _PROFILE_DAYS:
                first = (one.day * DAY - WIB) // HOUR
                into = counts[_FREE if one.kind == _FREE else _WORKING]
                for hour in range(24):
                    into[hour] += line.of_hour(first + hour)
        both = [a + b for a, b in zip(counts[_WORKING], counts[_FREE], strict=True)]
        if sum(both) < _PROFILE_ITEMS:
            return self._class(ALL).profiles if of != ALL else {kind: [1 / 24] * 24 for kind in counts}
        return {kind: _shape(by_hour if sum(by_hour) >= _PROFILE_ITEMS else both) for kind, by_hour in counts.items()}


def _shape(by_hour: list[float]) -> list[float]:
    total = sum(by_hour)
    return [(1 - _FLAT_SHARE) * count / total + _FLAT_SHARE / 24 for count in by_hour]


def _mean(line: Line, frame: _Class, kind: str) -> float:
    weight = frame.weights.get(kind, 0.0)
    return sum(s.weight * line.of_day(s.day) for s in frame.seen if s.kind == kind) / weight if weight else 0.0


def _ceiling(mean: float, dispersion: float) -> float:
    """What a day or hour counts at most when habits are learnt: an event of the past is no habit."""
    return mean + 4 * math.sqrt(dispersion * mean) + 2


def _rates(line: Line, frame: _Class, *, prior: float, season_days: int) -> dict[str, float]:
    """Items a day by kind of day; twice, the second time with the days of events cut to what the first called high."""
    busy = [(s, count) for s in frame.seen if (count := line.of_day(s.day))]
    ceiling, rates = math.inf, dict[str, float]()
    for _ in range(3):
        sums: dict[str, float] = {}
        for seen, count in busy:
            sums[seen.kind] = sums.get(seen.kind, 0.0) + seen.weight * min(count, ceiling)
        rates = _leaning(sums, frame, season_days=season_days)
        ceiling = _ceiling(max(rates[_WORKING], rates[_FREE]), prior)
    return rates


def _leaning(sums: Mapping[str, float], frame: _Class, *, season_days: int) -> dict[str, float]:
    weights, ratio = frame.weights, frame.free_ratio
    worked, freed = weights.get(_WORKING, 0.0), weights.get(_FREE, 0.0)
    base = (sums.get(_WORKING, 0.0) + sums.get(_FREE, 0.0)) / max(worked + ratio * freed, 1e-9)
    rates = {
        _WORKING: (sums.get(_WORKING, 0.0) + _LEANING_DAYS * base) / (worked + _LEANING_DAYS),
        _FREE: (sums.get(_FREE, 0.0) + _LEANING_DAYS * ratio * base) / (freed + _LEANING_DAYS),
    }
    for kind, days in frame.days.items():
        if kind not in rates and days >= season_days:
            rates[kind] = (sums.get(kind, 0.0) + base) / (weights[kind] + 1)
    return rates
