"""Counters of one mode: items of each series by five minutes, hour and day; a function of the facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.classifier.trends.facts import NEWS, SOCIAL, Fact, SeriesKey, label_of, series_of

FINE, HOUR, DAY = 300, 3_600, 86_400
# Days begin at midnight in WIB.
WIB: Final = 7 * HOUR
FINE_KEPT, HOURS_KEPT, DAYS_KEPT = 2 * DAY // FINE, 15 * 24, 36
MAX_SERIES: Final = 20_000
# From this severity on an item counts among the severe ones.
SEVERE: Final = 3
ALL, SOCIAL_CLASS, NEWS_CLASS, SEVERE_CLASS = "semua", "sosial", "berita", "parah"


class Line:
    """Counts of one class of items: bucket number → items, nothing kept for a bucket without any. `old_…`: what was
    brought in later."""

    __slots__ = ("days", "fine", "hours", "old_days", "old_hours")

    def __init__(self) -> None:
        self.fine: dict[int, int] = {}
        self.hours: dict[int, int] = {}
        self.days: dict[int, int] = {}
        self.old_hours: dict[int, int] = {}
        self.old_days: dict[int, int] = {}

    def count(self, fact: Fact, by: int) -> None:
        hour, day = fact.at // HOUR, (fact.at + WIB) // DAY
        if fact.old:
            _count(self.old_hours, hour, by)
            _count(self.old_days, day, by)
            return
        _count(self.fine, fact.at // FINE, by)
        _count(self.hours, hour, by)
        _count(self.days, day, by)

    def in_fine(self, last: int, buckets: int) -> int:
        """Items in so many buckets of five minutes up to and with `last`."""
        return _sum(self.fine, last, buckets)

    def in_hours(self, last: int, buckets: int) -> int:
        return _sum(self.hours, last, buckets)

    def of_day(self, day: int) -> int:
        """Everything known of a day, also what was brought in later."""
        return self.days.get(day, 0) + self.old_days.get(day, 0)

    def of_hour(self, hour: int) -> int:
        return self.hours.get(hour, 0) + self.old_hours.get(hour, 0)

    def forget(self, now: int) -> None:
        for kept, last, buckets in (
            (self.fine, now // FINE, FINE_KEPT), (self.hours, now // HOUR, HOURS_KEPT),
            (self.days, (now + WIB) // DAY, DAYS_KEPT), (self.old_hours, now // HOUR, HOURS_KEPT),
            (self.old_days, (now + WIB) // DAY, DAYS_KEPT),
        ):  # fmt: skip
            for bucket in [b for b in kept if b <= last - buckets]:
                del kept[bucket]

    @property
    def is_empty(self) -> bool:
        return not (self.fine or self.hours or self.days or self.old_hours or self.old_days)

    def dump(self) -> dict[str, dict[int, int]]:
        return {name: dict(sorted(getattr(self, name).items())) for name in self.__slots__ if getattr(self, name)}


class Series:
    """One series: its lines by class, made when first needed. Social posts and news are counted apart because they
    have rules of their own; severe items because they are looked for directly."""

    __slots__ = ("key", "label", "last_at", "lines")

    def __init__(self, key: SeriesKey, label: str) -> None:
        self.key = key
        self.label = label
        self.last_at = 0
        self.lines: dict[str, Line] = {ALL: Line()}

    def line(self, of: str) -> Line | None:
        return self.lines.get(of)

    def count(self, fact: Fact, by: int) -> None:
        lines = self.lines
        lines[ALL].count(fact, by)
        for of in _classes(fact):
            line = lines.get(of)
            if line is None:
                line = lines[of] = Line()
            line.count(fact, by)
        if by > 0 and fact.at > self.last_at:
            self.last_at = fact.at


class Counters:
    """The series of one mode, at most MAX_SERIES: those that were silent longest go first."""

    def __init__(self, mode: str, *, max_series: int = MAX_SERIES) -> None:
        self.mode = mode
        self.series: dict[SeriesKey, Series] = {}
        self._max_series = max_series

    def __len__(self) -> int:
        return len(self.series)

    def change(self, before: Fact | None, after: Fact | None) -> list[Series]:
        """Takes an item out as it was and in as it is; the series it now counts in. Equal facts change nothing."""
        if before == after:
            return []
        if before is not None and not before.gone:
            for key in series_of(before):
                series = self.series.get(key)
                if series is not None:
                    series.count(before, -1)
        return [] if after is None or after.gone else self._add(after)

    def _add(self, fact: Fact) -> list[Series]:
        touched = []
        for key in series_of(fact):
            series = self.series.get(key)
            if series is None:
                series = self.series[key] = Series(key, label_of(key, fact))
            series.count(fact, 1)
            touched.append(series)
        if len(self.series) > self._max_series + self._max_series // 10:
            self._cap()
        return touched

    def forget(self, now: int) -> None:
        """Buckets past their time, series without any, and series above the cap."""
        for key, series in list(self.series.items()):
            for of, line in list(series.lines.items()):
                line.forget(now)
                if line.is_empty and of != ALL:
                    del series.lines[of]
            if len(series.lines) == 1 and series.lines[ALL].is_empty:
                del self.series[key]
        self._cap()

    def _cap(self) -> None:
        over = len(self.series) - self._max_series
        if over > 0:
            for series in sorted(self.series.values(), key=lambda s: (s.last_at, s.key))[:over]:
                del self.series[series.key]

    def dump(self) -> Mapping[SeriesKey, Mapping[str, Mapping[str, Mapping[int, int]]]]:
        """Every count, for comparing two runs."""
        return {
            key: {of: line.dump() for of, line in sorted(series.lines.items()) if not line.is_empty}
            for key, series in sorted(self.series.items())
            if any(not line.is_empty for line in series.lines.values())
        }


def _classes(fact: Fact) -> tuple[str, ...]:
    kind = fact.kind
    classes = (NEWS_CLASS,) if kind in NEWS else (SOCIAL_CLASS,) if kind in SOCIAL else ()
    return (*classes, SEVERE_CLASS) if fact.severity >= SEVERE else classes


def _count(buckets: dict[int, int], bucket: int, by: int) -> None:
    count = buckets.get(bucket, 0) + by
    if count > 0:
        buckets[bucket] = count
    else:
        # Also an item whose bucket is past its time and forgotten: nothing is left to take it out of.
        buckets.pop(bucket, None)


def _sum(buckets: dict[int, int], last: int, count: int) -> int:
    if len(buckets) < count:
        first = last - count
        return sum(n for bucket, n in buckets.items() if first < bucket <= last)
    get = buckets.get
    return sum([get(bucket, 0) for bucket in range(last - count + 1, last + 1)])
