"""Months of invented corrections news: the rhythm of days and hours, clumps, seasons, and events of known start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from libs.reference import calendar
from services.classifier.trends.counting import DAY, HOUR, WIB
from services.classifier.trends.facts import Fact, Place, SeriesKey

TOPICS: Final = (
    "pembinaan", "seremonial", "layanan", "operasional", "remisi_integrasi", "narkoba", "penyelundupan", "kebijakan",
    "tokoh", "hp_pungli", "pelarian", "kekerasan_wbp", "kematian", "integritas", "overkapasitas", "kebakaran_bencana",
    "kerusuhan", "kekerasan_petugas", "hoaks_klarifikasi", "residivis", "lainnya",
)  # fmt: skip
UNITS, PROVINCES, ITEMS_A_DAY = 500, 36, 430
# Publications of one ordinary matter: 1.6 on average, one in forty more than five.
CLUMP: Final = 0.625
SEVERE_SHARE: Final = 0.01
WEEKEND: Final = 0.6
_HOURS: Final = np.array([1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 7, 8, 8, 8, 7, 6, 5, 5, 4, 3, 2, 1], dtype=float)
# What a season does to topics; all else falls to `quiet`.
_SEASONS: Final[dict[str, tuple[float, dict[str, float]]]] = {
    "lebaran": (0.7, {"remisi_integrasi": 4.0, "layanan": 2.5}),
    "nataru": (0.8, {"remisi_integrasi": 2.5}),
    "remisi_umum": (1.0, {"remisi_integrasi": 6.0, "seremonial": 2.0}),
    "hari_bhakti": (1.0, {"seremonial": 3.0}),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: publications over hours, share of severe and of social ones, at one unit or all over."""

    name: str
    hours: float
    severe: float
    social: float
    one_unit: bool
    topic: str
    sizes: tuple[int, ...] = (10, 20, 40, 80)


KINDS: Final = (
    Kind("pelarian di satu unit", 18.0, 0.7, 0.25, True, "pelarian"),
    Kind("keluhan satu unit, tidak berat", 12.0, 0.05, 0.3, True, "hp_pungli"),
    Kind("topik naik di banyak unit, dua hari", 48.0, 0.05, 0.2, False, "narkoba", (40, 80, 160)),
    Kind("badai media sosial, tiga jam", 3.0, 0.1, 0.95, False, "kekerasan_petugas", (20, 40, 80)),
)


@dataclass(frozen=True, slots=True)
class Event:
    """One that was put in: when it began, how large it was, and the series that show it."""

    kind: Kind
    size: int
    begins: int
    ends: int
    series: frozenset[SeriesKey]
    times: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Month:
    facts: list[Fact]
    events: list[Event]


class World:
    """One invented country: its units, their shares of the news, and months of it one after the other."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        shares = 1 / np.arange(1, UNITS + 1) ** 0.8
        self._unit_shares = shares / shares.sum()
        order = self._random.permutation(UNITS)
        self.units = [Place(f"unit-{n:03}", f"Unit {n}", f"Provinsi {order[n] % PROVINCES}") for n in range(UNITS)]
        weights = 1 / np.arange(1, len(TOPICS) + 1) ** 0.7
        self._topic_rates = weights / weights.sum() * ITEMS_A_DAY * CLUMP
        self._hours = _HOURS / _HOURS.sum()
        self._items = 0
        self._clumps = 0

    def month(self, first_day: int, days: int = 30, *, events: bool = True) -> Month:
        facts = self._ordinary(first_day, days)
        put_in: list[Event] = []
        if events:
            kinds = self._random.choice(len(KINDS), size=2, replace=False)
            for n, kind in enumerate(kinds):
                event, of_it = self._event(KINDS[kind], first_day + 2 + n * days // 2, days // 2 - 5)
                put_in.append(event)
                facts += of_it
        facts.sort(key=lambda fact: fact.at)
        return Month(facts, put_in)

    def _ordinary(self, first_day: int, days: int) -> list[Fact]:
        rates = np.array([self._rates_of(first_day + n) for n in range(days)])
        # All news breathe together, and each topic by itself.
        rates *= self._random.gamma(40, 1 / 40, size=(days, 1)) * self._random.gamma(12, 1 / 12, size=rates.shape)
        clumps = self._random.poisson(rates)
        day, topic = (np.repeat(axis, clumps.ravel()) for axis in np.indices(clumps.shape).reshape(2, -1))
        count = len(day)
        sizes = self._random.geometric(CLUMP, size=count)
        begins = (first_day + day) * DAY - WIB + self._random.choice(24, size=count, p=self._hours) * HOUR
        begins = begins + self._random.integers(0, HOUR, size=count)
        unit = np.where(
            self._random.random(count) < 0.7, self._random.choice(UNITS, size=count, p=self._unit_shares), -1
        )
        of = np.repeat(np.arange(count), sizes)
        first_of = np.cumsum(sizes) - sizes
        later = self._random.exponential(2 * HOUR, size=len(of))
        later[first_of] = 0
        # What is called severe by mistake is so in all of its copies.
        severe = (self._random.random(count) < SEVERE_SHARE)[of]
        return self._facts(begins[of] + later, topic[of], unit[of], of, severe, social=0.25)

    def _rates_of(self, day: int) -> Any:
        of = date.fromordinal(date(1970, 1, 1).toordinal() + day)
        kind = calendar.day(of)
        rates = self._topic_rates * (WEEKEND if kind.is_free or of.weekday() >= 5 else 1.0)
        if kind.is_season:
            quiet, loud = _SEASONS[kind.kind]
            rates = rates * np.array([loud.get(topic, quiet) for topic in TOPICS])
        return rates

    def _event(self, kind: Kind, first_day: int, days: int) -> tuple[Event, list[Fact]]:
        size = int(self._random.choice(kind.sizes))
        day = first_day + int(self._random.integers(0, max(days, 1)))
        begins = day * DAY - WIB + int(self._random.integers(6 * HOUR, 20 * HOUR))
        # It begins with its first publication; half of them are there after a third of its hours.
        at = begins + np.concatenate([[0.0], np.sort(self._random.beta(1.2, 2.4, size=size - 1)) * kind.hours * HOUR])
        own = int(self._random.integers(0, UNITS))
        unit = np.full(size, own) if kind.one_unit else self._random.choice(UNITS, size=size, p=self._unit_shares)
        topic = np.full(size, TOPICS.index(kind.topic))
        story = np.zeros(size, dtype=int) if kind.one_unit else np.arange(size)
        facts = self._facts(at, topic, unit, story, self._random.random(size) < kind.severe, social=kind.social)
        series: set[SeriesKey] = {("topik", kind.topic)}
        for fact in facts:
            place = fact.units[0]
            series |= {("unit", place.unit_id), ("topik_unit", f"{kind.topic}|{place.unit_id}")}
            series |= {("provinsi", str(place.province)), ("isu", str(fact.story))}
        times = tuple(sorted(fact.at for fact in facts))
        return Event(kind, size, begins, times[-1], frozenset(series), times), facts

    def _facts(self, at: Any, topic: Any, unit: Any, clump: Any, severe: Any, *, social: float) -> list[Fact]:
        count = len(at)
        is_social = self._random.random(count) < social
        rows = zip(at.astype(int).tolist(), topic.tolist(), unit.tolist(), clump.tolist(), severe.tolist(),
                   is_social.tolist(), strict=True)  # fmt: skip
        begun, self._clumps = self._clumps, self._clumps + int(clump.max() if count else 0) + 1
        return [self._fact(begun, *row) for row in rows]

    def _fact(self, begun: int, at: int, topic: int, unit: int, clump: int, severe: bool, social: bool) -> Fact:
        self._items += 1
        return Fact(
            item_id=str(self._items),
            mode="live",
            sequence=1,
            at=at,
            old=False,
            kind="unggahan" if social else "berita",
            topic=TOPICS[topic],
            units=(self.units[unit],) if unit >= 0 else (),
            severity=3 if severe else 1,
            story=f"isu-{begun + clump}",
        )


def months_from(year: int, count: int) -> Iterator[int]:
    """Numbers of the first days of so many spans of thirty days."""
    first = date(year, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
    return (first + 30 * n for n in range(count))
