"""How often a source says something, learnt from its polls: by hour of its day and day of its week. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

HOUR: Final = 3600.0
# What was seen four weeks ago counts half: six weekends are remembered, and a new habit is learnt in a few weeks.
HALF_LIFE_HOURS: Final = 28 * 24.0
# How long a burst is felt: an outlet that has just published is likely to go on.
RECENT_HALF_LIFE_HOURS: Final = 1.0
# Before anything is known: two items in twenty minutes, forgotten within hours.
PRIOR_ITEMS, PRIOR_HOURS = 2.0, 1 / 3
# An hour (a weekday) with fewer items than this is drawn towards its neighbours (the whole week).
HOUR_PRIOR_ITEMS, DAY_PRIOR_ITEMS = 2.0, 3.0
# After a longer pause nobody knows when what is new was published, nor what has left the feed meanwhile.
LONGEST_LOOK_HOURS: Final = 12.0
_KERNEL: Final = ((-2, 1), (-1, 2), (0, 3), (1, 2), (2, 1))
_DAY_ZERO: Final = (0.0,) * 24
_WEEK_ZERO: Final = (0.0,) * 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """`items` and `looked` (hours) by hour of day, `week_items` and `week_expected` by weekday (Monday first), all
    decaying. `recent`: items of the last hour or so. `meanwhile`: items expected since the last one came; `longest`:
    the most that ever was before one came. `surprise` / `foreseen`: squared misses over expected items."""

    at: datetime
    items: Sequence[float] = _DAY_ZERO
    looked: Sequence[float] = _DAY_ZERO
    week_items: Sequence[float] = _WEEK_ZERO
    week_expected: Sequence[float] = _WEEK_ZERO
    recent: float = 0.0
    meanwhile: float = 0.0
    longest: float = 0.0
    surprise: float = 0.0
    foreseen: float = 0.0

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Rhythm | None:
        return cls(**raw) if raw else None

    def kept(self) -> dict[str, Any]:
        """As a document for the ledger."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @property
    def basis_days(self) -> float:
        return sum(self.looked) / 24

    @property
    def items_per_day(self) -> float:
        return 24 * sum(self.items) / sum(self.looked) if any(self.looked) else 0.0

    @property
    def clumping(self) -> float:
        """How much more uneven than chance the items come: 1 is a Poisson process, 25 batches of twenty-five."""
        return max(1.0, (self.surprise + 5.0) / (self.foreseen + 5.0))


def rates_by_hour(rhythm: Rhythm) -> list[float]:
    """Items an hour for each hour of the source's day; where little was seen, neighbours and the mean stand in."""
    mean = _mean_rate(rhythm)
    pull = HOUR_PRIOR_ITEMS / mean
    rates = []
    for hour in range(24):
        near_items = sum(weight * rhythm.items[(hour + step) % 24] for step, weight in _KERNEL)
        near_looked = sum(weight * rhythm.looked[(hour + step) % 24] for step, weight in _KERNEL)
        around = (near_items + pull * mean) / (near_looked + pull)
        rates.append((rhythm.items[hour] + pull * around) / (rhythm.looked[hour] + pull))
    return rates


def weekday_factors(rhythm: Rhythm) -> list[float]:
    """By how much each weekday differs from the average day."""
    pairs = zip(rhythm.week_items, rhythm.week_expected, strict=True)
    return [(items + DAY_PRIOR_ITEMS) / (expected + DAY_PRIOR_ITEMS) for items, expected in pairs]


def _mean_rate(rhythm: Rhythm) -> float:
    return (sum(rhythm.items) + PRIOR_ITEMS) / (sum(rhythm.looked) + PRIOR_HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Rates worked out once for one poll: `by_hour` × `by_weekday`, in the source's own time."""

    by_hour: Sequence[float]
    by_weekday: Sequence[float]
    mean: float
    offset: timedelta

    @classmethod
    def of(cls, rhythm: Rhythm, zone: str) -> Forecast:
        # One offset for the hours around a poll: Indonesia has no summer time, and elsewhere an hour is forgiven.
        offset = rhythm.at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
        return cls(
            by_hour=rates_by_hour(rhythm), by_weekday=weekday_factors(rhythm), mean=_mean_rate(rhythm), offset=offset
        )

    def rate(self, at: datetime) -> float:
        """Items an hour at that moment."""
        local = at + self.offset
        return self.by_hour[local.hour] * self.by_weekday[local.weekday()]

    def expected(self, since: datetime, until: datetime) -> float:
        """Items between two moments."""
        return sum(self.by_hour[h] * self.by_weekday[d] * hours for d, h, hours in self.pieces(since, until))

    def pieces(self, since: datetime, until: datetime) -> Iterator[tuple[int, int, float]]:
        """(weekday, hour, how many hours of it) between two moments, in the source's time."""
        at, end = since + self.offset, until + self.offset
        while at < end:
            next_hour = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            stop = min(next_hour, end)
            yield at.weekday(), at.hour, (stop - at).total_seconds() / HOUR
            at = stop


def learn(rhythm: Rhythm | None, *, until: datetime, news: int, zone: str, told_quiet: bool = False) -> Rhythm:
    """After a successful poll at `until` that brought `news` items. The first one teaches nothing: what a feed holds
    then is of many days. `told_quiet`: it was known to be silent; such a time is no habit."""
    if rhythm is None:
        return Rhythm(at=until)
    hours = (until - rhythm.at).total_seconds() / HOUR
    if hours <= 0:
        return rhythm
    faded = _faded(rhythm, hours)
    forecast = Forecast.of(rhythm, zone)
    expected = forecast.expected(rhythm.at, until) if hours <= 48 else forecast.mean * hours
    meanwhile = rhythm.meanwhile + expected
    if hours <= LONGEST_LOOK_HOURS and not told_quiet:
        faded = _with_look(faded, forecast, rhythm.at, until, news, expected)
    # What an announced silence was is half believed: it may have been no fault of the source's.
    longest = faded.longest if not news else max(faded.longest, meanwhile * (0.5 if told_quiet else 1.0))
    return replace(faded, at=until, recent=faded.recent + news, meanwhile=0.0 if news else meanwhile, longest=longest)


def _faded(rhythm: Rhythm, hours: float) -> Rhythm:
    keep = 0.5 ** (hours / HALF_LIFE_HOURS)
    return replace(
        rhythm,
        items=tuple(v * keep for v in rhythm.items),
        looked=tuple(v * keep for v in rhythm.looked),
        week_items=tuple(v * keep for v in rhythm.week_items),
        week_expected=tuple(v * keep for v in rhythm.week_expected),
        recent=rhythm.recent * 0.5 ** (hours / RECENT_HALF_LIFE_HOURS),
        longest=rhythm.longest * keep,
        surprise=rhythm.surprise * keep,
        foreseen=rhythm.foreseen * keep,
    )


def _with_look(
    rhythm: Rhythm, forecast: Forecast, since: datetime, until: datetime, news: int, expected: float
) -> Rhythm:
    """Spreads what was new over the hours looked at, as the habit so far would have it (one step of expectation and
    maximisation for counts known per interval only)."""
    # A feed that changes all its addresses at once is no rhythm.
    counted = min(float(news), 20 + 3 * expected)
    items, looked = list(rhythm.items), list(rhythm.looked)
    week_items, week_expected = list(rhythm.week_items), list(rhythm.week_expected)
    # Until two days are known an hour's rate is mostly a guess, and a weekday measured by it would inherit the guess.
    knows_hours = sum(rhythm.looked) >= 48
    for weekday, hour, hours in forecast.pieces(since, until):
        usual = forecast.by_hour[hour] * hours
        share = usual * forecast.by_weekday[weekday] / expected if expected > 0 else 0.0
        items[hour] += counted * share
        looked[hour] += hours
        if knows_hours:
            week_items[weekday] += counted * share
            week_expected[weekday] += usual
    return replace(
        rhythm,
        items=tuple(items),
        looked=tuple(looked),
        week_items=tuple(week_items),
        week_expected=tuple(week_expected),
        surprise=rhythm.surprise + (counted - expected) ** 2,
        foreseen=rhythm.foreseen + expected,
    )


def recent_rate(rhythm: Rhythm, now: datetime) -> float:
    """Items an hour in the burst of the last hour or so."""
    hours = max(0.0, (now - rhythm.at).total_seconds() / HOUR)
    still = rhythm.recent * math.pow(0.5, hours / RECENT_HALF_LIFE_HOURS)
    return still * math.log(2) / RECENT_HALF_LIFE_HOURS
