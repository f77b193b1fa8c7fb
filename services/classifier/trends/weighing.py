"""Whether a series has left what is usual, by each rule, and whether it is back. Pure; `now` in seconds since 1970."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, log
from typing import Final

from services.classifier.trends.counting import ALL, DAY, FINE, HOUR, WIB, Counters, Line, Series
from services.classifier.trends.facts import SeriesKey
from services.classifier.trends.habits import Expected, Habits
from services.classifier.trends.rules import LEAST_HOURLY, Rule
from services.classifier.trends.tails import least_improbable

# A story younger than this has no hours to be compared with.
_STORY_HOURS: Final = 3
# Below this mean a rate is not known better; it keeps one stray item from counting as infinitely improbable.
_LEAST_MEAN: Final = 0.02
_WIDE_HOURS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A crossing, with all figures its arithmetic is told from. `before`: (days ago, items in the same window)."""

    rule: Rule
    series: SeriesKey
    label: str
    first: int
    last: int
    observed: int
    threshold: float
    expected: Expected | None
    before: tuple[tuple[int, int], ...] = ()
    hours_before: int = 0

    @property
    def score(self) -> float:
        if self.expected is None:
            return float(self.observed)
        return (self.observed - self.expected.mean) / max(self.expected.sigma, 0.1)


@dataclass(frozen=True, slots=True)
class _Sum:
    """CUSUM up to the end of an hour: the sum, since which hour it is above nothing, and what was counted since."""

    value: float = 0.0
    since: int = 0
    items: int = 0


@dataclass(slots=True)
class Weigher:
    """The rules over one mode's counters. `eased_at`: CUSUM begins anew where a trend of it ended."""

    rules: tuple[Rule, ...]
    counters: Counters
    habits: Habits
    blind_hours: Mapping[str, frozenset[int]] = field(default_factory=dict)
    eased_at: dict[tuple[SeriesKey, str], int] = field(default_factory=dict)
    _sums: dict[tuple[SeriesKey, str], tuple[int, int, _Sum]] = field(default_factory=dict)
    _by_kind: dict[str, list[Rule]] = field(default_factory=dict)
    _least: defaultdict[str, float] = field(default_factory=lambda: defaultdict(lambda: inf))

    def __post_init__(self) -> None:
        for rule in self.rules:
            for kind in rule.kinds:
                self._by_kind.setdefault(kind, []).append(rule)
                self._least[kind] = min(self._least[kind], rule.least_items)

    def find(self, touched: Iterable[Series], now: int) -> Iterator[Finding]:
        """What the rules say of series that got items."""
        self.habits.at(now)
        day = (now + WIB) // DAY
        for series in touched:
            days, kind = series.lines[ALL].days, series.key[0]
            # Two days hold every window: with fewer items in them no rule of the kind can hold.
            if days.get(day, 0) + days.get(day - 1, 0) < self._least[kind]:
                continue
            for rule in self._by_kind.get(kind, ()):
                found = self.weigh(rule, series, now)
                if found is not None:
                    yield found

    def weigh(self, rule: Rule, series: Series, now: int) -> Finding | None:
        line = series.lines.get(rule.of)
        if line is None or _surely_fewer(line, rule, now):
            return None
        if rule.rule == "cusum":
            return self._summed(rule, series, line, now)
        if rule.against == "jam_sebelumnya":
            return self._against_hours_before(rule, series, line, now)
        if rule.rule == "hitung_langsung":
            return self._directly(rule, series, line, now)
        return self._grown(rule, series, line, now)

    def is_calm(self, rule: Rule, key: SeriesKey, now: int) -> bool:
        """Whether a raised series has been back within what is usual for the whole of the rule's easing time."""
        series = self.counters.series.get(key)
        line = series.lines.get(rule.of) if series else None
        if line is None:
            return True
        self.habits.at(now)
        count = line.in_fine(now // FINE, rule.ease_hours * HOUR // FINE)
        if rule.against == "jam_sebelumnya":
            return count < rule.least_items / 2
        last = (now // FINE + 1) * FINE
        usual = self.habits.expected(key, rule.of, last - rule.ease_hours * HOUR, last)
        return count == 0 if usual is None else count <= usual.mean + rule.ease_sigmas * usual.sigma

    def late(self, series: Iterable[Series]) -> None:
        """Past hours of these series have changed: sums over them are worked out anew."""
        for one in series:
            for rule in self._by_kind.get(one.key[0], ()):
                if rule.rule == "cusum":
                    self._sums.pop((one.key, rule.id), None)

    def begin_anew(self) -> None:
        self._sums.clear()

    def forget(self, now: int) -> None:
        """Sums that begin before yesterday and endings past every look back."""
        self._sums = {key: known for key, known in self._sums.items() if known[1] > now // HOUR - 24}
        self.eased_at = {key: at for key, at in self.eased_at.items() if at > now - 3 * DAY}

    def _grown(self, rule: Rule, series: Series, line: Line, now: int) -> Finding | None:
        count, first, last = _window(line, rule, now)
        if count < rule.least_items:
            return None
        usual = self.habits.expected(series.key, rule.of, first, last)
        if usual is None:
            # No alarm from absence of history.
            return None
        threshold = _threshold(rule, usual)
        if count < threshold:
            return None
        before = tuple((days, _same_window(line, rule, now, days)) for days in rule.above_days_ago)
        if any(count <= then for _, then in before):
            return None
        return Finding(
            rule=rule, series=series.key, label=series.label, first=first, last=last, observed=count,
            threshold=threshold, expected=usual, before=before,
        )  # fmt: skip

    def _directly(self, rule: Rule, series: Series, line: Line, now: int) -> Finding | None:
        """Needs no history; where there is one, a series that is always so has to be beyond it."""
        count, first, last = _window(line, rule, now)
        if count < rule.least_items:
            return None
        usual = self.habits.expected(series.key, rule.of, first, last)
        threshold = float(rule.least_items)
        if usual is not None:
            # By pure chance: copies of one severe report are no reason to wait, they are what is looked for.
            beyond = least_improbable(max(usual.mean, _LEAST_MEAN), 1.0, rule.chance)
            threshold = max(threshold, float(beyond), usual.mean + rule.sigmas * usual.sigma)
        if count < threshold:
            return None
        return Finding(
            rule=rule, series=series.key, label=series.label, first=first, last=last, observed=count,
            threshold=threshold, expected=usual,
        )  # fmt: skip

    def _against_hours_before(self, rule: Rule, series: Series, line: Line, now: int) -> Finding | None:
        count, first, last = _window(line, rule, now)
        if count < rule.least_items:
            return None
        hour = now // HOUR
        hours = min(rule.hours_before, hour - 1 - min(line.hours))
        if hours < _STORY_HOURS:
            return None
        earlier = line.in_fine((first - 1) // FINE, hours * HOUR // FINE)
        usual = Expected(
            mean=max(earlier / hours, 0.25), dispersion=self.habits.baseline.dispersion[series.key[0]],
            basis_days=0, note=None,
        )  # fmt: skip
        threshold = _threshold(rule, usual)
        if count < threshold:
            return None
        return Finding(
            rule=rule, series=series.key, label=series.label, first=first, last=last, observed=count,
            threshold=threshold, expected=usual, hours_before=hours,
        )  # fmt: skip

    def _summed(self, rule: Rule, series: Series, line: Line, now: int) -> Finding | None:
        """CUSUM of the likelihood of a rise by `ratio`, one step an hour, divided by how counts scatter."""
        if self.habits.is_cold(rule.of):
            return None
        hour, total = now // HOUR, self._past(rule, series.key, line, now)
        count = line.hours.get(hour, 0)
        # What this hour can add at most: nearly always too little, and then nothing more is worked out.
        if total.items + count < rule.least_items or total.value + count * rule.most_gain < rule.limit:
            return None
        elapsed = (now % HOUR // FINE + 1) * FINE
        now_sum = self._steps(rule, series.key, line, total, range(hour, hour + 1), elapsed)
        if now_sum.value < rule.limit or now_sum.items < rule.least_items:
            return None
        first, last = now_sum.since * HOUR, (now // FINE + 1) * FINE
        usual = self.habits.expected(series.key, rule.of, first, last)
        if usual is None or now_sum.items < usual.mean + rule.sigmas * usual.sigma:
            return None
        return Finding(
            rule=rule, series=series.key, label=series.label, first=first, last=last, observed=now_sum.items,
            threshold=rule.limit, expected=usual,
        )  # fmt: skip

    def _past(self, rule: Rule, key: SeriesKey, line: Line, now: int) -> _Sum:
        """The sum up to the hour that runs. It begins with the day before (or where a trend ended), so that what is
        carried from hour to hour is the same as what is worked out anew."""
        hour, yesterday = now // HOUR, (((now + WIB) // DAY - 1) * DAY - WIB) // HOUR
        begin = max(yesterday, self.eased_at.get((key, rule.id), 0) // HOUR)
        known = self._sums.get((key, rule.id))
        if known is None or known[0] != begin or known[1] > hour:
            known = (begin, begin, _Sum())
        if known[1] < hour:
            total = self._steps(rule, key, line, known[2], range(known[1], hour), HOUR)
            known = self._sums[key, rule.id] = (begin, hour, total)
        return known[2]

    def _steps(self, rule: Rule, key: SeriesKey, line: Line, total: _Sum, hours: range, seconds: int) -> _Sum:
        """The sum carried over these hours, of which `seconds` have passed. Hot: local names, nothing called."""
        value, since, items = total.value, total.since, total.items
        counts, habits, of = line.hours, self.habits, rule.of
        habit, scatter = habits.habit(key, of), habits.hour_dispersion(key, of)
        blind, ratio, rise = self.blind_hours.get(of, ()), rule.ratio, rule.least_rise
        rates: dict[int, tuple[float, float]] = {}
        for hour in hours:
            count = counts.get(hour, 0)
            # Without an item a sum of nothing stays nothing.
            if (not count and not value) or hour in blind:
                continue
            day, share = habits.hour(of, hour)
            if day not in rates:
                rate, wider = habits.rate(habit, of, day)
                rates[day] = rate, scatter * wider**2
            rate, dispersion = rates[day]
            usual = max(rate * share, LEAST_HOURLY)
            risen = max(usual * ratio, usual + rise)
            value += (count * log(risen / usual) - (risen - usual) * seconds / HOUR) / dispersion
            if value <= 0:
                value, since, items = 0.0, 0, 0
            else:
                since, items = since or hour, items + count
        return _Sum(value, since, items)


def _threshold(rule: Rule, usual: Expected) -> float:
    """Mean + sigmas, the least number of items, and beyond what chance does once in 1/chance looks."""
    mean = max(usual.mean, _LEAST_MEAN)
    beyond = least_improbable(mean, usual.dispersion, rule.chance)
    return max(usual.mean + rule.sigmas * usual.sigma, float(rule.least_items), float(beyond))


def _window(line: Line, rule: Rule, now: int) -> tuple[int, int, int]:
    """Items in the rule's window that ends now, and its bounds."""
    if rule.minutes > _WIDE_HOURS * 60:
        last = (now // HOUR + 1) * HOUR
        return line.in_hours(now // HOUR, rule.minutes // 60), last - rule.minutes * 60, last
    last = (now // FINE + 1) * FINE
    return line.in_fine(now // FINE, rule.minutes * 60 // FINE), last - rule.minutes * 60, last


def _same_window(line: Line, rule: Rule, now: int, days: int) -> int:
    """Items in the same window so many days ago. Five-minute counts are not kept that long: the busier of the two
    clock hours stands for a window of an hour."""
    hour = now // HOUR - days * 24
    if rule.minutes > 60:
        return line.in_hours(hour, rule.minutes // 60)
    return max(line.hours.get(hour, 0), line.hours.get(hour - 1, 0))


def _surely_fewer(line: Line, rule: Rule, now: int) -> bool:
    """A cheap look that spares nearly every series the exact one."""
    if rule.rule == "cusum" or rule.minutes > _WIDE_HOURS * 60:
        day, days = (now + WIB) // DAY, line.days
        return days.get(day, 0) + days.get(day - 1, 0) < rule.least_items
    hour, hours = now // HOUR, line.hours
    return sum([hours.get(h, 0) for h in range(hour - rule.minutes // 60 - 1, hour + 1)]) < rule.least_items
