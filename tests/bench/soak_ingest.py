"""Five hundred sources for ten minutes (MINUTES=…), each with an item a minute: is the memory of ingest flat?

Memory of ingest with its parser processes is sampled; after the first third (warming up) a line is laid through it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.bench.farm import Reading, reading, since
from tests.bench.machine import bind_to_two_cores, describe, usage
from tests.bench.soak_ledger import FLAT_SHARE, line_through

SOURCES = 500
# Every source is read this often.
EACH_SECONDS = 30.0
# All of them have something new this often.
NEWS_SECONDS = 60.0
SAMPLE_SECONDS = 3.0


async def soak(directory: Path, sources: int, minutes: float) -> tuple[list[tuple[float, float]], int]:
    """(seconds, megabytes) over the time, and how many polls were answered."""
    samples: list[tuple[float, float]] = []
    async with reading(directory, sources) as read:
        await read.all_answered()
        began, before = time.monotonic(), read.polls(range(sources))
        async with read.always_due(EACH_SECONDS):
            while since(began) < minutes * 60:
                _publish(read, since(began))
                samples.append((since(began), usage(read.service.pid).megabytes))
                await asyncio.sleep(SAMPLE_SECONDS)
        return samples, read.polls(range(sources)) - before


def _publish(read: Reading, seconds: float) -> None:
    """A feed shows its newest five: every minute one is new and one has gone."""
    read.farm.items, read.farm.first = 5, int(seconds / NEWS_SECONDS)


def soak_ingest(directory: Path, sources: int, minutes: float) -> tuple[list[str], bool]:
    """The section of the report, and whether memory was flat."""
    machine = describe(bind_to_two_cores())
    samples, polls = asyncio.run(soak(directory, sources, minutes))
    line = line_through(samples)
    said = (
        f"{minutes:g} minutes, {sources} sources, {polls} polls: mean {line.mean:.1f} MB after a third, "
        f"slope {line.slope:+.2f} MB/min, {line.word}"
    )
    every = max(1, len(samples) // 20)
    rows = [f"| {at / 60:.1f} | {megabytes:.1f} |" for at, megabytes in samples[::every]]
    about = (
        f"Every source is read each {EACH_SECONDS:g} s and has one new item a minute. Flat: the line through the last "
        f"two thirds adds less than {FLAT_SHARE:.0%} of the mean. {machine.model}, {machine.cores} cores, load before "
        f"{machine.load:.1f}."
    )
    head = ["| minute | MB (ingest and parsers, shared pages by share) |", "| --- | --- |"]
    return [f"{said}.", "", about, "", *head, *rows], line.flat is True
