"""Sources made up for months at a time: when each publishes, and what the schedule and the silence alarm make of it."""

from __future__ import annotations

import bisect
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.ingest.quiet import quiet_now
from services.ingest.rhythm import Forecast, Rhythm, learn
from services.ingest.scheduling import next_poll_at

BEGIN = datetime(2026, 1, 4, 17, 0, tzinfo=UTC)  # midnight in Jakarta
JAKARTA = "Asia/Jakarta"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

Rate = Callable[[int, int, int], float]
"""(day number, weekday, hour in Jakarta) → items an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A kind of source. `clump`: items that come together on average. `holidays`: days with next to nothing."""

    name: str
    rate: Rate
    clump: float = 1.0
    holidays: frozenset[int] = frozenset()


def _day(hour: int, begins: int, ends: int) -> bool:
    return begins <= hour < ends


HABITS = (
    Habit(name="kantor berita, 400 sehari", rate=lambda d, w, h: 24 if _day(h, 6, 22) else 2),
    Habit(name="portal, 100 sehari", rate=lambda d, w, h: 6 if _day(h, 6, 21) else 0.6, clump=1.5),
    Habit(name="portal daerah, 30 sehari", rate=lambda d, w, h: 2 if _day(h, 7, 21) else 0.1, clump=2),
    Habit(name="empat kali sehari", rate=lambda d, w, h: 25 if h in (7, 11, 15, 19) else 0, clump=8),
    Habit(name="kanwil, hari kerja", rate=lambda d, w, h: 1.2 if w < 5 and _day(h, 8, 16) else 0.02),
    Habit(name="kanwil dengan libur", rate=lambda d, w, h: 1.2 if w < 5 and _day(h, 8, 16) else 0.02,
          holidays=frozenset({40, 41, 42, 43, 44, 60, 75, 76})),
    Habit(name="lapas, 3 sehari", rate=lambda d, w, h: 0.25 if _day(h, 7, 19) else 0.01),
    Habit(name="mingguan", rate=lambda d, w, h: 0.5 if w == 2 and _day(h, 9, 17) else 0.005),
)  # fmt: skip


def published(habit: Habit, days: int, seed: int) -> list[datetime]:
    """Moments of publication, in order."""
    chance, moments = random.Random(seed), []
    for day in range(days):
        for hour in range(24):
            rate = habit.rate(day, day % 7, hour) * (0.03 if day in habit.holidays else 1)
            for _ in range(_poisson(chance, rate / habit.clump)):
                at = BEGIN + day * DAY + hour * HOUR + timedelta(seconds=chance.uniform(0, 3600))
                together = 1 + _poisson(chance, habit.clump - 1)
                moments += [at + timedelta(seconds=i * chance.uniform(5, 60)) for i in range(together)]
    return sorted(moments)


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1)
    while left < mean:
        count += 1
        left += chance.expovariate(1)
    return count


@dataclass(slots=True, kw_only=True)
class Watched:
    """What watching one source brought."""

    days: float
    polls: int = 0
    items: int = 0
    waited: timedelta = timedelta()
    alarms: list[datetime] = field(default_factory=list)
    at_night: int = 0
    rhythm: Rhythm | None = None

    @property
    def polls_per_day(self) -> float:
        return self.polls / self.days

    @property
    def mean_wait_minutes(self) -> float:
        return self.waited.total_seconds() / 60 / max(1, self.items)


def watch(moments: list[datetime], days: int, *, seed: int, interval_seconds: int = 300) -> Watched:
    """Polls as the service does for so many days; stops at nothing, counts every alarm."""
    chance, seen = random.Random(seed), Watched(days=days)
    now, rhythm, quiet, last_item_at = BEGIN + 7 * HOUR, None, False, None
    while now < BEGIN + days * DAY:
        began = rhythm.at if rhythm else BEGIN
        new = moments[bisect.bisect_right(moments, began) : bisect.bisect_right(moments, now)]
        rhythm = learn(rhythm, until=now, news=len(new), zone=JAKARTA, told_quiet=quiet)
        forecast = Forecast.of(rhythm, JAKARTA)
        seen.polls += 1
        seen.items += len(new)
        seen.waited += sum((now - at for at in new), timedelta())
        if new:
            quiet, last_item_at = False, now
        elif not quiet and quiet_now(rhythm, forecast, last_item_at=last_item_at, now=now):
            quiet = True
            seen.alarms.append(now)
            seen.at_night += not 5 <= (now + 7 * HOUR).hour < 22
        now = next_poll_at(
            rhythm=rhythm, forecast=forecast, now=now, interval_seconds=interval_seconds, spread=chance.random()
        )
    seen.rhythm = rhythm
    return seen
