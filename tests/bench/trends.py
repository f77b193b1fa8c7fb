"""`make bench-trends`: two hundred invented months watched by the real rules, and by plain mean + 3 sigma beside them.

How late each event of known start is told, how often something is told that was no event, and what an item costs.
Seeds are fixed, so that two runs print the same (but for the times)."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from deploy.local.places import PROJECT
from services.classifier.trends import rules
from services.classifier.trends.counting import DAY, FINE, HOUR, WIB, Series
from services.classifier.trends.facts import SeriesKey
from services.classifier.trends.watching import Open, Watch
from tests.bench.trend_months import Event, Month, World, months_from

RESULTS = PROJECT / "docs" / "bench" / "trends.md"
CHAINS, MONTHS_EACH, YEARS = 8, 25, (2023, 2024, 2025)
WARM_UP_DAYS = 36
# So long after its last publication what was raised by an event may still be told.
AFTERMATH = 24 * HOUR
LOOK_EVERY = 900
# With four items, as the rule is usually given, and with so many items that it is wrong about as seldom as ours.
PLAIN_LEAST = (4, 18)
GOAL_ALARMS_A_DAY = 1.0
GOAL_ITEM_MICROSECONDS = 60


@dataclass(frozen=True, slots=True)
class Told:
    """A line that rose: when, which series, by which rule."""

    at: int
    series: SeriesKey
    rule: str


@dataclass(slots=True)
class Tally:
    """What came of the months for one way of watching. `delays`: (minutes, publications of the event so far)."""

    days: int = 0
    false: Counter[str] = field(default_factory=Counter)
    false_by_kind: Counter[str] = field(default_factory=Counter)
    delays: defaultdict[str, list[tuple[float, int] | None]] = field(default_factory=lambda: defaultdict(list))

    def add(self, month: Month, told: Sequence[Told], events: Sequence[Event], days: int) -> None:
        """`events`: also those of the month before, whose aftermath may reach into this one."""
        self.days += days
        for event in month.events:
            of_it = [t.at for t in told if t.series in event.series and event.begins <= t.at <= event.ends + 6 * HOUR]
            self.delays[_name(event)].append(_delay(event, min(of_it)) if of_it else None)
        for one in told:
            if not any(_explains(event, one) for event in events):
                self.false[one.rule] += 1
                self.false_by_kind[f"{one.rule} {one.series[0]}"] += 1


def _name(event: Event) -> str:
    return f"{event.kind.name}, {event.size}"


def _delay(event: Event, at: int) -> tuple[float, int]:
    return (at - event.begins) / 60, sum(t <= at for t in event.times)


def _explains(event: Event, told: Told) -> bool:
    """Whether it rose because of the event: one of its series, or one that holds everything."""
    whole = told.series[0] in ("semua", "jenis_sumber")
    return event.begins <= told.at <= event.ends + AFTERMATH and (whole or told.series in event.series)


class Plain:
    """The baseline to beat: mean + 3 sigma, the last hour against twelve, the last day against fourteen, without
    calendar, scatter or comparison of days alike; once for each number of items that it may ask for at least."""

    def __init__(self) -> None:
        self._until: dict[tuple[SeriesKey, str, int], int] = {}
        self._limits: dict[tuple[SeriesKey, str], tuple[int, float]] = {}

    def look(self, touched: Iterable[Series], now: int, told: Sequence[list[Told]]) -> None:
        """Adds what rises now, one list for each of PLAIN_LEAST."""
        for series in touched:
            for rule, seconds, crossing in (("jam", HOUR, self._hour), ("hari", DAY, self._day)):
                count = crossing(series, now)
                for least, into in zip(PLAIN_LEAST, told, strict=True):
                    if count < least:
                        break
                    line = (series.key, rule, least)
                    if self._until.get(line, 0) < now:
                        into.append(Told(now, series.key, rule))
                    self._until[line] = now + seconds

    def _hour(self, series: Series, now: int) -> int:
        """The count if it lies above mean + 3 sigma, else nothing."""
        line, hour = series.lines.get("sosial"), now // HOUR
        if line is None or line.hours.get(hour, 0) + line.hours.get(hour - 1, 0) < PLAIN_LEAST[0]:
            return 0
        count = line.in_fine(now // FINE, 12)
        return count if count >= self._limit(series.key, "jam", hour, line.hours, 12) else 0

    def _day(self, series: Series, now: int) -> int:
        line, day = series.lines.get("berita"), (now + WIB) // DAY
        if line is None or line.days.get(day, 0) + line.days.get(day - 1, 0) < PLAIN_LEAST[0]:
            return 0
        count = line.in_hours(now // HOUR, 24)
        return count if count >= self._limit(series.key, "hari", day, line.days, 14) else 0

    def _limit(self, key: SeriesKey, rule: str, bucket: int, counts: dict[int, int], back: int) -> float:
        known = self._limits.get((key, rule))
        if known is None or known[0] != bucket:
            before = [counts.get(bucket - n, 0) for n in range(1, back + 1)]
            mean = sum(before) / back
            sigma = (sum([n * n for n in before]) / back - mean * mean) ** 0.5
            known = self._limits[key, rule] = (bucket, mean + 3 * sigma)
        return known[1]


class Chain:
    """Months one after the other in one country, watched in both ways."""

    def __init__(self, seed: int) -> None:
        self.world = World(seed)
        self.watch = Watch("live", rules.load())
        self.plain = Plain()
        self.ours, self.baselines = Tally(), [Tally() for _ in PLAIN_LEAST]
        self.items = 0
        self._events: list[Event] = []
        self._next_look = 0

    def run(self, year: int, months: int) -> None:
        first, *rest = months_from(year, months + 1)
        self._feed(self.world.month(first + 30 - WARM_UP_DAYS, WARM_UP_DAYS, events=False))
        for first_day in rest[:months]:
            month = self.world.month(first_day)
            told, plainly = self._feed(month)
            events = [*self._events, *month.events]
            self.ours.add(month, told, events, 30)
            for tally, lines in zip(self.baselines, plainly, strict=True):
                tally.add(month, lines, events, 30)
            self._events = month.events

    def microseconds(self, first_day: int) -> float:
        """Processor time of one item at the pace of a month, habits learnt anew each day included."""
        month = self.world.month(first_day, events=False)
        began = time.process_time()
        self._feed(month, with_plain=False)
        return (time.process_time() - began) / len(month.facts) * 1e6

    def _feed(self, month: Month, *, with_plain: bool = True) -> tuple[list[Told], list[list[Told]]]:
        told: list[Told] = []
        plainly: list[list[Told]] = [[] for _ in PLAIN_LEAST]
        watch = self.watch
        for fact in month.facts:
            now = fact.at
            touched = watch.take(None, fact, now)
            for finding in watch.look(touched, now):
                line = (finding.series, finding.rule.id)
                if line not in watch.open:
                    told.append(Told(now, *line))
                watch.open[line] = Open(finding.observed, "penuh")
            if now >= self._next_look:
                self._by_the_clock(now)
            if with_plain:
                self.plain.look(touched, now, plainly)
        self.items += len(month.facts)
        return told, plainly

    def _by_the_clock(self, now: int) -> None:
        for line in self.watch.calm(now):
            self.watch.eased(line, now)
        self.watch.turn(now)
        self._next_look = now + LOOK_EVERY


def merged(tallies: Sequence[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.days += tally.days
        whole.false += tally.false
        whole.false_by_kind += tally.false_by_kind
        for name, delays in tally.delays.items():
            whole.delays[name] += delays
    return whole


def _percentiles(delays: Sequence[tuple[float, int] | None]) -> str:
    found = [d for d in delays if d is not None]
    if not found:
        return "–"
    minutes, items = ([d[n] for d in found] for n in (0, 1))
    p = np.percentile
    return (
        f"{p(minutes, 50):.0f} / {p(minutes, 95):.0f} min, {p(items, 50):.0f} / {p(items, 95):.0f} items, "
        f"{len(found)} of {len(delays)}"
    )


def table(ours: Tally, plain: Sequence[Tally]) -> list[str]:
    ways = [ours, *plain]
    heads = ["told by our rules", *(f"mean + 3σ, at least {least}" for least in PLAIN_LEAST)]
    lines = [f"| event, publications | {' | '.join(heads)} |", "|---" * (len(ways) + 1) + "|"]
    every: list[list[tuple[float, int] | None]] = [[] for _ in ways]
    for name in sorted(ours.delays, key=lambda n: (n.rpartition(",")[0], int(n.rpartition(",")[2]))):
        lines.append(f"| {name} | {' | '.join(_percentiles(way.delays[name]) for way in ways)} |")
        for into, way in zip(every, ways, strict=True):
            into += way.delays[name]
    rates = [f"**{way.false.total() / way.days:.2f}**" for way in ways]
    return [
        *lines,
        f"| all | {' | '.join(_percentiles(delays) for delays in every)} |",
        f"| false alarms a day | {' | '.join(rates)} |",
    ]


def cost(seed: int = 77) -> float:
    """Microseconds for one item in all of its series at a thousand items a second, counters full."""
    world, watch = World(seed), Watch("live", rules.load())
    for fact in world.month(20_000, WARM_UP_DAYS, events=False).facts:
        watch.take(None, fact, fact.at)
    month = world.month(20_000 + WARM_UP_DAYS, 30, events=False).facts[:20_000]
    now = (20_000 + WARM_UP_DAYS) * DAY + 5 * HOUR
    best = float("inf")
    for part in range(4):
        facts = [f.__class__(**{n: getattr(f, n) for n in f.__slots__} | {"at": now}) for f in month[part::4]]
        began = time.process_time()
        for start in range(0, len(facts), 200):
            touched: list[Series] = []
            for fact in facts[start : start + 200]:
                touched += watch.take(None, fact, now)
            for finding in watch.look(touched, now):
                watch.open[finding.series, finding.rule.id] = Open(finding.observed, "penuh")
        best = min(best, (time.process_time() - began) / len(facts))
    return best * 1e6


_HEAD = """\
# Trends, simulated

`make bench-trends`: {months} months of invented news ({items:,} items, {series:,} series at once) in {countries} lands,
item by item through the code of the service, two events of known start a month. News comes in clumps (1.6 publications
a matter), breathes by day and by topic, has hours, weekends and the seasons of the calendar; one matter in a hundred is
called severe by mistake. An event counts as told when a line of one of its topics, units, provinces or stories rises by
six hours after its last publication; delays are counted from its first. Every line that rises without an event is a
false alarm, over all series: everything, topics, units, provinces, topic and unit, stories, kinds of sources. The plain
rule looks at the same counts: the last hour of social posts against twelve, the last day of news against fourteen.
Cells: delay p50 / p95 in minutes, in publications of the event, how many of the events were told.
"""
_TAIL = """\
Goal: at most {goal:g} false alarm a day. Ours by rule and kind of series: {by_rule}.

One item in all of its series: **{cost:.0f} µs** of processor time in batches of 200, all within five minutes (goal
{cost_goal}). At the pace of the simulated months, where nearly every item asks anew for what is usual in its hour and
habits are learnt anew each day: {slow:.0f} µs.
"""


def document(ours: Tally, plain: Sequence[Tally], chains: Sequence[Done], microseconds: float) -> str:
    items, paces = sum(c.items for c in chains), [c.microseconds for c in chains]
    by_rule = ", ".join(f"{rule} {count / ours.days:.2f}" for rule, count in sorted(ours.false_by_kind.items()))
    head = _HEAD.format(
        months=ours.days // 30, items=items, series=max(c.series for c in chains), countries=len(chains)
    )
    tail = _TAIL.format(
        goal=GOAL_ALARMS_A_DAY, by_rule=by_rule or "none", cost=microseconds, cost_goal=GOAL_ITEM_MICROSECONDS,
        slow=min(paces),
    )  # fmt: skip
    return "\n".join([head, *table(ours, plain), "", tail])


@dataclass(frozen=True, slots=True)
class Done:
    """What a chain leaves behind."""

    ours: Tally
    baselines: list[Tally]
    items: int
    series: int
    microseconds: float


def run_chain(job: tuple[int, int]) -> Done:
    seed, months = job
    # Nothing here goes in circles; looking for that in millions of counts would take longer than counting.
    gc.disable()
    chain = Chain(seed)
    chain.run(YEARS[seed % len(YEARS)], months)
    print(f"country {seed + 1}: {chain.items:,} items", flush=True)
    series, items = len(chain.watch.counters), chain.items
    *_, next_day = months_from(YEARS[seed % len(YEARS)], months + 2)
    return Done(chain.ours, chain.baselines, items, series, chain.microseconds(next_day))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.trends", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--chains", type=int, default=CHAINS)
    parser.add_argument("--months", type=int, default=MONTHS_EACH)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor(options.processes) as pool:
        chains = list(pool.map(run_chain, [(n, options.months) for n in range(options.chains)]))
    ours = merged([c.ours for c in chains])
    plain = [merged([c.baselines[n] for c in chains]) for n in range(len(PLAIN_LEAST))]
    microseconds = cost()
    text = document(ours, plain, chains, microseconds)
    print(text)
    if options.chains == CHAINS and options.months == MONTHS_EACH:
        options.results.write_text(text, encoding="utf-8")
    well = ours.false.total() / ours.days <= GOAL_ALARMS_A_DAY and microseconds <= GOAL_ITEM_MICROSECONDS
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
