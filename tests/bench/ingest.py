"""`make bench-ingest`: a thousand sources on loopback, a fifth of them hanging; what polls and items cost.

Polls a second, processor time per poll with 10 and with 500 in flight, what the healthy sources keep when others hang,
and what a feed of a thousand items costs with and without news. Writes docs/bench/ingest.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from deploy.local.places import PROJECT
from tests.bench.farm import Reading, reading, since
from tests.bench.machine import Machine, bind_to_two_cores, describe, usage
from tests.support.waiting import eventually

RESULTS = PROJECT / "docs" / "bench" / "ingest.md"
SOURCES, ITEMS = 1_000, 1_000
SECONDS = 15.0
# Sources of this many numbers hang: one in five.
HANG_EVERY = 5
FETCH_SECONDS = 15.0
# Both give about forty polls a second: places divided by the time an answer takes.
FEW, FEW_DELAY = 10, 0.25
MANY, MANY_DELAY = 500, 12.0
NOTHING_NEW_POLLS = 20
SETTLING_SECONDS = 10.0
PACE_SECONDS = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`goal`: "≤" or "≥" and a number."""

    name: str
    value: float
    unit: str
    goal: str = ""

    @property
    def reached(self) -> bool:
        bound = float(self.goal[1:]) if self.goal else 0.0
        return not self.goal or (self.value <= bound if self.goal[0] == "≤" else self.value >= bound)

    def cells(self) -> list[str]:
        verdict = ("reached" if self.reached else "**not reached**") if self.goal else ""
        return [self.name, f"{self.value:.2f} {self.unit}".strip(), self.goal, verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What happened in some seconds: polls answered, processor seconds of ingest with its parsers, mean in flight."""

    seconds: float
    polls: int
    cpu_seconds: float
    in_flight: float

    @property
    def per_second(self) -> float:
        return self.polls / self.seconds

    @property
    def cpu_ms_per_poll(self) -> float:
        return 1000 * self.cpu_seconds / max(1, self.polls)


async def window(read: Reading, seconds: float, sources: Sequence[int]) -> Window:
    began, cpu, polls = time.monotonic(), usage(read.service.pid).cpu_seconds, read.polls(sources)
    open_ = []
    while since(began) < seconds:
        open_.append(read.farm.open)
        await asyncio.sleep(0.1)
    return Window(
        seconds=since(began),
        polls=read.polls(sources) - polls,
        cpu_seconds=usage(read.service.pid).cpu_seconds - cpu,
        in_flight=mean(open_),
    )


async def measure_polls(directory: Path, sources: int, seconds: float) -> list[Figure]:
    async with reading(directory, sources, PASOPATI_FETCH_SECONDS=str(FETCH_SECONDS)) as read:
        await read.all_answered()
        healthy = [number for number in range(sources) if number % HANG_EVERY]
        async with read.always_due():
            # What came of the first readings is announced meanwhile.
            await asyncio.sleep(SETTLING_SECONDS)
            most = await window(read, seconds, healthy)
        # At a pace that the machine can carry: what the hanging take, not what a busy neighbour takes.
        async with read.always_due(PACE_SECONDS):
            await asyncio.sleep(PACE_SECONDS)
            alone = await window(read, 3 * PACE_SECONDS, healthy)
            read.farm.hanging = frozenset(range(0, sources, HANG_EVERY))
            # Until the first of them were given up: from then on they hold no more than their share of the places.
            await asyncio.sleep(FETCH_SECONDS + 1)
            beside = await window(read, 3 * PACE_SECONDS, healthy)
        read.farm.hanging = frozenset()
        few = await _in_flight(read, FEW, FEW_DELAY, seconds)
        many = await _in_flight(read, MANY, MANY_DELAY, seconds)
    ratio = many.cpu_ms_per_poll / few.cpu_ms_per_poll
    return [
        Figure(name="polls/s of the same sources, always due", value=most.per_second, unit="polls/s"),
        Figure(name=f"healthy sources, due each {PACE_SECONDS:g} s, none hanging",
               value=alone.per_second, unit="polls/s"),
        Figure(name=f"healthy sources, due each {PACE_SECONDS:g} s, a fifth hanging",
               value=beside.per_second, unit="polls/s"),
        Figure(name="polls the healthy keep", value=100 * beside.per_second / alone.per_second, unit="%", goal="≥90"),
        Figure(name="CPU per poll at full speed", value=most.cpu_ms_per_poll, unit="ms"),
        Figure(name=f"CPU per poll, {FEW} places, {few.in_flight:.0f} in flight, {few.per_second:.0f} polls/s",
               value=few.cpu_ms_per_poll, unit="ms"),
        Figure(name=f"CPU per poll, {MANY} places, {many.in_flight:.0f} in flight, {many.per_second:.0f} polls/s",
               value=many.cpu_ms_per_poll, unit="ms"),
        Figure(name="CPU per poll, many to few", value=ratio, unit="×", goal="≤1.3"),
    ]  # fmt: skip


async def _in_flight(read: Reading, places: int, delay: float, seconds: float) -> Window:
    read.farm.delay = 0.0
    await read.service.restart(wait=False, PASOPATI_POLLS_AT_ONCE=str(places))
    await read.service.ready(within=120)
    everyone = range(read.sources)
    # Sources that hung are unproven until they have answered once.
    read.farm.answered.clear()
    async with read.always_due():
        await read.all_answered()
        read.farm.delay = delay
        await asyncio.sleep(delay * 1.25 + 1)
        # Sources that answer late are asked in waves: two whole ones.
        return await window(read, max(seconds, 2.1 * delay), everyone)


async def measure_items(directory: Path, items: int) -> list[Figure]:
    async with reading(directory, 1) as read:
        await read.all_answered()
        await asyncio.sleep(1)
        idle = await window(read, 5, [0])
        per_second = idle.cpu_seconds / idle.seconds
        read.farm.items, read.farm.first = items, 1
        began, cpu = time.monotonic(), usage(read.service.pid).cpu_seconds
        await read.kick()
        await eventually(lambda: _all_told(read, items), within=120, what="every item was taken in")
        await _settled(read, per_second)
        took = since(began)
        new = usage(read.service.pid).cpu_seconds - cpu - per_second * took
        again = await _nothing_new(read, per_second)
    return [
        Figure(name=f"feed of {items} new items, CPU per item", value=1000 * new / items, unit="ms", goal="≤5"),
        Figure(name=f"feed of {items} new items, until ingest rests again (to a second)", value=took, unit="s"),
        Figure(name=f"the same feed, nothing new, CPU per poll (mean of {NOTHING_NEW_POLLS})", value=1000 * again,
               unit="ms", goal="≤50"),
    ]  # fmt: skip


async def _all_told(read: Reading, items: int) -> bool:
    said = await read.service.metrics()
    new = [line for line in said.splitlines() if line.startswith('pasopati_ingest_items_total{meaning="new"}')]
    return bool(new) and float(new[0].split()[-1]) >= items


async def _settled(read: Reading, idle_per_second: float) -> None:
    """Items are counted before they are written and announced: the work is done when ingest does no more than idle."""
    calm = 0
    while calm < 2:
        cpu = usage(read.service.pid).cpu_seconds
        await asyncio.sleep(0.5)
        calm = calm + 1 if usage(read.service.pid).cpu_seconds - cpu <= idle_per_second * 0.5 + 0.04 else 0


async def _nothing_new(read: Reading, idle_per_second: float) -> float:
    """Processor seconds of a poll whose answer has changed (its channel's title), though none of its items has."""
    read.farm.changing = True
    await _settled(read, idle_per_second)
    began, cpu, before = time.monotonic(), usage(read.service.pid).cpu_seconds, read.farm.answered[0]
    async with read.always_due(0.5):
        wanted = before + NOTHING_NEW_POLLS
        await eventually(lambda: read.farm.answered[0] >= wanted, within=60, what="it was polled often enough")
    # The last poll's own work comes after its answer.
    await asyncio.sleep(1)
    spent = usage(read.service.pid).cpu_seconds - cpu - idle_per_second * since(began)
    return spent / (read.farm.answered[0] - before)


def document(figures: Sequence[Figure], machine: Machine, sources: int) -> str:
    rows = [["figure", "measured", "goal", ""], ["---"] * 4, *(figure.cells() for figure in figures)]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in rows)
    return (
        f"# Reading {sources} sources\n\n"
        f"`make bench-ingest`: one ingest on {machine.cores} cores ({machine.model}; {machine.system}) with its own "
        f"Kafka and document store. Load average\nbefore the start {machine.load:.1f}: with other work on the machine "
        "polls a second are too low, processor time per poll hardly changes.\n\n"
        "At full speed all sources are kept due all the time. What the healthy keep is taken at a pace the "
        "machine can carry. An answer of the farm\nholds one known item. Processor time is that of ingest and its "
        "parser processes.\n\n"
        f"{table}\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ingest", description=__doc__)
    parser.add_argument("--sources", type=int, default=SOURCES)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each window that is measured")
    parser.add_argument("--results", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    machine = describe(bind_to_two_cores())
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="pasopati-bench-") as place:
        figures += asyncio.run(measure_items(Path(place) / "items", chosen.items))
        print(*("  ".join(figure.cells()) for figure in figures), sep="\n", flush=True)
        figures += asyncio.run(measure_polls(Path(place) / "polls", chosen.sources, chosen.seconds))
    for figure in figures:
        print(f"{'ratio=' if figure.unit in '×%' else ''}{'  '.join(figure.cells())}")
    print(f"load_before={machine.load:.1f} load_after={os.getloadavg()[0]:.1f}")
    chosen.results.write_text(document(figures, machine, chosen.sources), encoding="utf-8")
    return 0 if all(figure.reached for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
