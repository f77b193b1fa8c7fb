"""`make soak`: five hundred sources for ten minutes (MINUTES=…), each with an item a minute: is memory flat?

Memory of ingest with its parser processes is sampled; after the first third (warming up) a line is laid through it."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression, mean

from deploy.local.places import PROJECT
from tests.bench.farm import Reading, reading, since
from tests.bench.machine import bind_to_two_cores, describe, usage

RESULTS = PROJECT / "docs" / "bench" / "soak.md"
SOURCES = 500
# Every source is read this often.
EACH_SECONDS = 30.0
# All of them have something new this often.
NEWS_SECONDS = 60.0
SAMPLE_SECONDS = 3.0
WARM_SHARE = 1 / 3
# A line that would add less than this share of the mean in what was measured is flat.
FLAT_SHARE = 0.05


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


def verdict(samples: Sequence[tuple[float, float]]) -> tuple[float, float, bool]:
    """Megabytes a minute and the mean of the settled part, and whether that is flat."""
    settled = samples[int(len(samples) * WARM_SHARE) :]
    seconds, megabytes = [at for at, _ in settled], [held for _, held in settled]
    slope = linear_regression(seconds, megabytes).slope
    return slope * 60, mean(megabytes), slope * (seconds[-1] - seconds[0]) < FLAT_SHARE * mean(megabytes)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES", "10")))
    parser.add_argument("--sources", type=int, default=SOURCES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    machine = describe(bind_to_two_cores())
    with tempfile.TemporaryDirectory(prefix="pasopati-soak-") as place:
        samples, polls = asyncio.run(soak(Path(place), chosen.sources, chosen.minutes))
    slope, held, flat = verdict(samples)
    said = (
        f"{chosen.minutes:g} minutes, {chosen.sources} sources, {polls} polls: mean {held:.1f} MB after a third, "
        f"slope {slope:+.2f} MB/min, {'flat' if flat else 'NOT flat'}"
    )
    print(said)
    every = max(1, len(samples) // 20)
    rows = "\n".join(f"| {at / 60:.1f} | {megabytes:.1f} |" for at, megabytes in samples[::every])
    chosen.results.write_text(
        f"# Memory of ingest over time\n\n`make soak` (MINUTES=10 unless told otherwise); this run: {said}.\n\n"
        f"Every source is read each {EACH_SECONDS:g} s and has one new item a minute. Flat: the line through the last "
        f"two thirds\nadds less than {FLAT_SHARE:.0%} of the mean. {machine.model}, {machine.cores} cores, load before "
        f"{machine.load:.1f}.\n\n| minute | MB (ingest and parsers, shared pages by share) |\n| --- | --- |\n{rows}\n",
        encoding="utf-8",
    )
    return 0 if flat else 1


if __name__ == "__main__":
    raise SystemExit(main())
