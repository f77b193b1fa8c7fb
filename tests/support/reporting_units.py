"""Units made up for months: when each sends its reports, and what the silence alarm makes of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone

from services.ingest.unit_silence import History, habit_of, is_told, learn, shared_silences, silence_of

WIB, WIT = timezone(timedelta(hours=7), "WIB"), timezone(timedelta(hours=9), "WIT")
BEGIN = datetime(2026, 1, 4, tzinfo=UTC)
LOOK_HOURS = (0, 3, 6, 8, 10, 12, 14, 16, 20)
"""Local hours at which a simulated watch looks: nights too, to see that it says nothing then."""

Chance = Callable[[int, int], float]
"""(day number, weekday) → how likely a day has reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """A kind of unit: how likely each day has reports, how many then at most, and around which hour."""

    name: str
    speaks: Chance
    most: int = 1
    hour: float = 9.0


CUSTOMS = (
    Custom(name="satu hari satu berita", speaks=lambda n, w: 0.985),
    Custom(name="beberapa sehari", speaks=lambda n, w: 0.97, most=4),
    Custom(name="hari kerja", speaks=lambda n, w: 0.95 if w < 5 else 0.04, most=2),
    Custom(name="dua dari tiga hari", speaks=lambda n, w: 0.65, hour=13.0),
    Custom(name="sekali-sekali", speaks=lambda n, w: 0.3, hour=11.0),
    Custom(name="mingguan", speaks=lambda n, w: 0.9 if w == 2 else 0.02),
    # Its people are away together now and then: its silences are longer than chance.
    Custom(name="berkelompok", speaks=lambda n, w: 0.9 if (n // 5) % 4 else 0.25),
)


def reports_of(custom: Custom, days: int, seed: int, zone: timezone, *, silent_from: int = 10**6) -> list[datetime]:
    """Moments (UTC), in order; nothing from day `silent_from` on."""
    chance, moments = random.Random(seed), []
    midnight = BEGIN.replace(tzinfo=zone)
    for n in range(min(days, silent_from)):
        day = midnight + timedelta(days=n)
        if chance.random() < custom.speaks(n, day.weekday()):
            for _ in range(chance.randint(1, custom.most)):
                hour = min(21.0, max(6.0, chance.gauss(custom.hour, 1.5)))
                moments.append((day + timedelta(hours=hour)).astimezone(UTC))
    return sorted(moments)


@dataclass(slots=True, kw_only=True)
class Simulated:
    """One unit on its way through time."""

    custom: Custom
    zone: timezone
    moments: Sequence[datetime]
    history: History | None = None
    next: int = 0
    told: list[datetime] = field(default_factory=list)
    spoke: list[datetime] = field(default_factory=list)

    def hear(self, until: datetime) -> None:
        while self.next < len(self.moments) and self.moments[self.next] <= until:
            at = self.moments[self.next]
            was_silent = self.history is not None and self.history.silent_since is not None
            self.history = learn(self.history, at, self.zone)
            if was_silent and self.history.silent_since is None:
                self.spoke.append(at)
            self.next += 1

    def judge(self, now: datetime, shared: set[object]) -> None:
        if self.history is None or self.history.silent_since is not None:
            return
        habit = habit_of(self.history, self.zone, shared)  # type: ignore[arg-type]
        figures = silence_of(self.history, habit, now, self.zone, shared)  # type: ignore[arg-type]
        if is_told(figures, habit, now, self.zone):
            self.history = replace(self.history, silent_since=now)
            self.told.append(now)


def simulate(units: Sequence[Simulated], days: int, *, from_day: int = 0) -> None:
    """Lets the units live and looks at them at each of LOOK_HOURS (WIB)."""
    for n in range(days):
        for hour in LOOK_HOURS:
            now = (BEGIN.replace(tzinfo=WIB) + timedelta(days=n, hours=hour)).astimezone(UTC)
            for unit in units:
                unit.hear(now)
            if n < from_day:
                continue
            known = [(u.history, habit_of(u.history, u.zone), u.zone) for u in units if u.history is not None]
            shared: set[object] = set(shared_silences(known, now)) if len(units) > 1 else set()
            for unit in units:
                unit.judge(now, shared)
