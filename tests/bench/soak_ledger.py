"""Which items were answered: each once, none that was not fed. And what a soak is judged by. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, mean
from typing import Final

_NUMBER: Final = re.compile(rb"/berita/(\d+)\"")
_SEQUENCE: Final = re.compile(rb"\"sequence\":\s*(\d+)")
WARM_SHARE: Final = 1 / 3
# A line that would add less than this share of the mean in what was measured is flat.
FLAT_SHARE: Final = 0.05
# Fewer samples of the settled part make no line.
FEWEST: Final = 30


@dataclass(slots=True)
class Ledger:
    """`repeats`: the same announcement told again, which a reader drops by its sequence; `doubled`: an item given
    labels once more; `strange`: what was never fed."""

    count: int
    answered: int = 0
    repeats: int = 0
    doubled: int = 0
    strange: int = 0
    _seen: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self._seen = bytearray(self.count + 1)

    def answer(self, value: bytes, *, fed: int) -> None:
        found = _NUMBER.search(value)
        number = int(found.group(1)) if found else 0
        if not 0 < number <= fed:
            self.strange += 1
        elif not self._seen[number]:
            self._seen[number] = 1
            self.answered += 1
        elif (sequence := _SEQUENCE.search(value)) and int(sequence.group(1)) == 1:
            self.repeats += 1
        else:
            self.doubled += 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line through memory over time: MB a minute, the mean, and whether it is flat; None: too short to say."""

    slope: float
    mean: float
    flat: bool | None

    @property
    def word(self) -> str:
        return "not judged: too short" if self.flat is None else "flat" if self.flat else "NOT flat"


def line_through(samples: Sequence[tuple[float, float]]) -> Line:
    """(seconds, MB) after the first third, in which it warms up."""
    settled = samples[int(len(samples) * WARM_SHARE) :]
    seconds, megabytes = [at for at, _ in settled], [held for _, held in settled]
    if len(settled) < FEWEST:
        return Line(0.0, mean(megabytes) if megabytes else 0.0, None)
    slope = linear_regression(seconds, megabytes).slope
    return Line(slope * 60, mean(megabytes), slope * (seconds[-1] - seconds[0]) < FLAT_SHARE * mean(megabytes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What went in and what became of it, when all was quiet."""

    wanted: int
    fed: int
    answered: int
    repeats: int
    doubled: int
    strange: int
    relevant: int
    members: int
    members_purged: int
    counted: int
    counted_purged: int
    without_story: int
    outbox: int
    parked: int
    most_documents: int


def faults(tally: Tally, *, most: int) -> list[str]:
    """What is not as promised, in words; empty when all is."""
    found = []
    if tally.answered != tally.fed:
        found.append(f"{tally.fed - tally.answered:,} of {tally.fed:,} fed items were not classified")
    if tally.doubled or tally.strange:
        found.append(f"{tally.doubled:,} items were labelled twice, {tally.strange:,} were never fed")
    in_stories = tally.members + tally.members_purged
    if in_stories != tally.relevant:
        found.append(f"{tally.relevant:,} items were relevant, {in_stories:,} came into stories")
    counted = tally.counted + tally.counted_purged
    if counted != tally.relevant:
        found.append(f"{tally.relevant:,} items were relevant, {counted:,} were counted in series")
    if tally.without_story:
        found.append(f"{tally.without_story:,} members are in stories without a document")
    if tally.outbox:
        found.append(f"{tally.outbox:,} documents still had something to announce")
    if tally.parked:
        found.append(f"{tally.parked:,} records were parked")
    if tally.most_documents > most:
        found.append(f"{tally.most_documents:,} documents at once, more than {most:,}")
    return found


def total(metrics: str, name: str, **labels: str) -> float:
    """The sum of a metric's lines that have these labels, from the text of /metrics."""
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    lines = (line for line in metrics.splitlines() if line.startswith((f"{name} ", f"{name}{{")))
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(one in line for one in wanted))


def largest(counts: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    """The sample with the most documents in all collections together."""
    return max(counts, key=lambda one: sum(one.values()), default={})
