"""Counters of one mode: items of each series by five minutes, hour and day; a function of the facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.classifier.trends.facts import NEWS, SOCIAL, Fact, SeriesKey, label_of, series_of

FINE, HOUR, DAY = 300, 3_600, 86_400
# Days begin at midnight in WIB.
WIB: Final = 7 * HOUR
FINE_KEPT, HOURS_KEPT, DAYS_KEPT = 2 * DAY // FINE, 15 * 24, 36
STORY_KEPT: Final = 3 * DAY
MAX_SERIES: Final = 20_000
# From this severity on an item counts among the severe ones.
SEVERE: Final = 3
ALL, SOCIAL_CLASS, NEWS_CLASS, SEVERE_CLASS = "semua", "sosial", "berita", "parah"

Buckets = tuple[int, int, int]
"""Numbers of an item's five minutes, hour and day."""


class Line:
    """Counts of one class of items: bucket number → items, nothing kept for a bucket without any. `older`: what was
    brought in later."""

    __slots__ = ("days", "fine", "hours", "older")

    def __init__(self) -> None:
        self.fine: dict[int, int] = {}
        self.hours: dict[int, int] = {}
        self.days: dict[int, int] = {}
        self.older: Line | None = None

    def count(self, buckets: Buckets, by: int) -> None:
        if by < 0:
            self._take_out(buckets)
            return
        # The hot loop of every item in every series: plain lookups, nothing called.
        fine, hour, day = buckets
        kept = self.fine
        kept[fine] = kept.get(fine, 0) + 1
        kept = self.hours
        kept[hour] = kept.get(hour, 0) + 1
        kept = self.days
        kept[day] = kept.get(day, 0) + 1

    def _take_out(self, buckets: Buckets) -> None:
        for kept, bucket in zip((self.fine, self.hours, self.days), buckets, strict=True):
            left = kept.get(bucket, 0) - 1
            if left > 0:
                kept[bucket] = left
            else:
                # Also an item whose bucket is past its time and forgotten: nothing is left to take it out of.
                kept.pop(bucket, None)

    def count_older(self, buckets: Buckets, by: int) -> None:
        if self.older is None:
            self.older = Line()
        self.older.count(buckets, by)

    def in_fine(self, last: int, buckets: int) -> int:
        """Items in so many buckets of five minutes up to and with `last`."""
        return _sum(self.fine, last, buckets)

    def in_hours(self, last: int, buckets: int) -> int:
        return _sum(self.hours, last, buckets)

    def of_day(self, day: int) -> int:
        """Everything known of a day, also what was brought in later."""
        older = self.older
        return self.days.get(day, 0) + (older.days.get(day, 0) if older else 0)

    def of_hour(self, hour: int) -> int:
        older = self.older
        return self.hours.get(hour, 0) + (older.hours.get(hour, 0) if older else 0)

    def forget(self, now: int) -> None:
        for kept, last, buckets in (
            (self.fine, now // FINE, FINE_KEPT), (self.hours, now // HOUR, HOURS_KEPT),
            (self.days, (now + WIB) // DAY, DAYS_KEPT),
        ):  # fmt: skip
            if kept and min(kept) <= last - buckets:
                for bucket in [b for b in kept if b <= last - buckets]:
                    del kept[bucket]
        if self.older is not None:
            self.older.forget(now)
            if self.older.is_empty:
                self.older = None

    @property
    def is_empty(self) -> bool:
        return not (self.fine or self.hours or self.days) and (self.older is None or self.older.is_empty)

    def dump(self) -> dict[str, dict[int, int]]:
        counts = {name: dict(sorted(getattr(self, name).items())) for name in ("fine", "hours", "days")}
        older = self.older.dump() if self.older else {}
        return {n: c for n, c in counts.items() if c} | {f"older {n}": c for n, c in older.items()}


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

    def count(self, buckets: Buckets, classes: tuple[str, ...], by: int, *, older: bool = False) -> None:
        lines = self.lines
        for of in classes:
            line = lines.get(of)
            if line is None:
                line = lines[of] = Line()
            if older:
                line.count_older(buckets, by)
            else:
                line.count(buckets, by)


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
            buckets, classes = _buckets(before), _classes(before)
            for key in series_of(before):
                series = self.series.get(key)
                if series is not None:
                    series.count(buckets, classes, -1, older=before.old)
        return [] if after is None or after.gone else self._add(after)

    def _add(self, fact: Fact) -> list[Series]:
        touched = []
        buckets, classes, at = _buckets(fact), _classes(fact), fact.at
        for key in series_of(fact):
            series = self.series.get(key)
            if series is None:
                series = self.series[key] = Series(key, label_of(key, fact))
            series.count(buckets, classes, 1, older=fact.old)
            if at > series.last_at:
                series.last_at = at
            touched.append(series)
        if len(self.series) > self._max_series + self._max_series // 10:
            self._cap()
        return touched

    def forget(self, now: int) -> None:
        """Buckets past their time, series without any, and series above the cap."""
        for key, series in list(self.series.items()):
            if key[0] == "isu" and series.last_at < now - STORY_KEPT:
                # Its document tells its past; here it has no habit to be learnt.
                del self.series[key]
                continue
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


def _buckets(fact: Fact) -> Buckets:
    at = fact.at
    return at // FINE, at // HOUR, (at + WIB) // DAY


def _classes(fact: Fact) -> tuple[str, ...]:
    kind = fact.kind
    classes = (ALL, NEWS_CLASS) if kind in NEWS else (ALL, SOCIAL_CLASS) if kind in SOCIAL else (ALL,)
    return (*classes, SEVERE_CLASS) if fact.severity >= SEVERE else classes


def _sum(buckets: dict[int, int], last: int, count: int) -> int:
    if len(buckets) < count:
        first = last - count
        return sum(n for bucket, n in buckets.items() if first < bucket <= last)
    get = buckets.get
    return sum([get(bucket, 0) for bucket in range(last - count + 1, last + 1)])
