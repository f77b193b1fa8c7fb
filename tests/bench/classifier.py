"""`make bench-classifier`: what an item costs, stage by stage; does it stay flat as memory grows; how a backlog drains.

Processor seconds of one process, not the clock on the wall: others may be at work on the machine. Texts are put
together from the training text. Writes docs/bench/classifier.md."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.local.places import PROJECT
from libs.reference.units import Gazetteer
from libs.schemas.items import GroupableItem, Item, RelevantItem
from services.classifier.announcing import classified_item, groupable_item
from services.classifier.clustering import Features, features
from services.classifier.labelling import Document, Labeller
from services.classifier.near_copies import CopyIndex, signature
from services.classifier.normalising import read
from services.classifier.remembering import features_of
from services.classifier.story_index import StoryIndex
from services.classifier.summarising import member_of
from services.classifier.training.corpus import Example, load
from services.classifier.trends.counting import Counters
from services.classifier.trends.facts import fact_of
from tests.bench.classifier_parts import a_labeller, a_labeller_with_more_patterns
from tests.bench.machine import bind_to_two_cores, describe
from tests.support.builders import an_item, envelope_of

REPORT = PROJECT / "docs" / "bench" / "classifier.md"
MORNING = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
BATCH = 200
# Of what is collected on a day some 430 of 7,500 concern us.
RELEVANT_SHARE = 0.06
GOAL_PER_SECOND, GOAL_FLAT = 1_000.0, 1.5
SMALL, LARGE = 2_000, 20_000
SAMPLES = 400
_FILLERS = (
    "Keterangan itu disampaikan kepada wartawan pada Senin siang di kantornya.",
    "Hingga berita ini ditulis, pihak terkait masih mengumpulkan keterangan dari beberapa saksi.",
    "Warga sekitar mengaku mendengar kabar tersebut dari tetangga dan media sosial.",
    "Sejumlah pihak meminta agar persoalan ini ditangani sesuai aturan yang berlaku.",
    "Kegiatan serupa direncanakan kembali pada bulan depan dengan peserta lebih banyak.",
    "Data yang dihimpun menunjukkan angka itu naik dibanding tahun sebelumnya.",
)


@dataclass(slots=True)
class Costs:
    """Processor seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.process_time() - began

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


class Traffic:
    """Items as they come: `share` of them relevant, 800 characters each, every eighth a copy of an earlier one."""

    def __init__(self, seed: int = 7) -> None:
        self._rng = random.Random(seed)
        known = load()
        self._relevant = [e for e in known if e.relevant]
        self._others = [e for e in known if not e.relevant]
        self._words = {of: [w for e in known if e.relevant is of for w in e.title.split()] for of in (True, False)}
        self._units = list(Gazetteer.for_mode("live"))
        self._count = 0

    def items(self, count: int, *, share: float) -> list[Item]:
        return [self._item(share) for _ in range(count)]

    def _item(self, share: float) -> Item:
        self._count += 1
        pool = self._relevant if self._rng.random() < share else self._others
        chosen = self._rng.choice(pool)
        at = MORNING + timedelta(seconds=20 * self._count)
        return an_item(
            self._count, title=self._title(chosen), text=self._text(chosen), first_seen_at=at, published_at=at,
            outlet_id=f"media-{self._count % 50}",
        )  # fmt: skip

    def _title(self, example: Example) -> str:
        # Fresh words beside the known ones: otherwise all would be copies of the training text.
        more = " ".join(self._rng.choice(self._words[example.relevant]) for _ in range(self._rng.randint(0, 3)))
        return f"{example.title} {more}".strip()

    def _text(self, example: Example) -> str:
        sentences = [example.lead or example.title, *self._rng.sample(_FILLERS, 4)]
        words = self._words[example.relevant]
        sentences += [" ".join(self._rng.choice(words) for _ in range(12)) + "." for _ in range(3)]
        return " ".join(sentences)[:800]

    def headline(self, number: int) -> Features:
        """An invented headline at a random unit, as the index holds them."""
        unit = self._rng.choice(self._units)
        words = self._words[True]
        title = " ".join(self._rng.choice(words) for _ in range(8))
        return features(
            item_id=f"lama-{number}", at=MORNING - timedelta(seconds=12 * number), title=title, text="",
            units=[unit.unit_id] if self._rng.random() < 0.6 else [], unit_names=[unit.name],
            topic=self._rng.choice(("pembinaan", "layanan", "pelarian", "narkoba", "operasional")),
            signature=signature(read(title, " ".join(self._rng.choice(words) for _ in range(60)))),
        )  # fmt: skip


def whole(labeller: Labeller, items: Sequence[Item], index: StoryIndex, counters: Counters) -> Costs:
    """Every stage the service takes an item through, in batches: labels, near-copies, grouping, counters."""
    costs = Costs()
    units = labeller._units
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        with costs.of("labels"):
            verdicts = labeller.label_many([Document(title=i.title, text=i.text) for i in batch])
        with costs.of("events"):
            told = [
                classified_item(i, v, labeller=labeller, units=units, opmode="live")  # type: ignore[arg-type]
                for i, v in zip(batch, verdicts, strict=True)
            ]
        relevant = [(i, c) for i, c in zip(batch, told, strict=True) if c.relevance.relevant]
        with costs.of("near-copies (signature)"):
            signed = [signature(read(i.title, i.text)) for i, _ in relevant]
        with costs.of("events"):
            groupable = [groupable_item(c, i.text, s) for (i, c), s in zip(relevant, signed, strict=True)]
        with costs.of("grouping"):
            for item in groupable:
                _place(index, item)
        with costs.of("counters"):
            for item in groupable:
                counters.change(None, fact_of(_event(item)))
    return costs


def _event(item: GroupableItem) -> RelevantItem:
    event: RelevantItem = envelope_of(RelevantItem, item)
    return event


def _place(index: StoryIndex, item: GroupableItem) -> None:
    member = member_of(item, story_id="", mode="live", sequence=1, lane="live")
    look = features_of(member)
    placement = index.place(look)
    index.add(look, placement.story_id, copy_of=placement.copy_of)
    for tie in placement.ties:
        index.merge(tie, placement.story_id)


def seconds_each(work: Callable[[Any], Any], inputs: Sequence[Any]) -> float:
    """Processor seconds per input; the median of five runs over parts of the inputs."""
    parts = [inputs[n::5] for n in range(5)]
    found = []
    gc.disable()
    for part in parts:
        began = time.process_time()
        for one in part:
            work(one)
        found.append((time.process_time() - began) / len(part))
    gc.enable()
    return sorted(found)[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What one look costs while little and while ten times as much is remembered (µs)."""

    what: str
    small: float
    large: float

    @property
    def ratio(self) -> float:
        return self.large / self.small


def memory_mb() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def flatness(labeller: Labeller) -> tuple[list[Growth], dict[str, float]]:
    """Cost at SMALL and LARGE open stories, indexed heads and patterns; memory for each story and head."""
    traffic = Traffic(3)
    headlines = [traffic.headline(n) for n in range(LARGE)]
    asked = [traffic.headline(LARGE + n) for n in range(SAMPLES)]
    index, before = StoryIndex("live"), memory_mb()
    placing = []
    for size in (SMALL, LARGE):
        for number in range(len(index), size):
            index.add(headlines[number], f"isu-{number}")
        placing.append(1e6 * seconds_each(index.place, asked))
    grown = memory_mb() - before
    copies, heads, looking = CopyIndex(), memory_mb(), []
    for size in (SMALL, LARGE):
        for number in range(len(copies), size):
            copies.add(headlines[number].item_id, headlines[number].signature, headlines[number].words)
        looking.append(1e6 * seconds_each(lambda one: copies.head_of(one.signature, one.words), asked))
    held = memory_mb() - heads
    documents = [Document(title=i.title, text=i.text) for i in traffic.items(SAMPLES, share=RELEVANT_SHARE)]
    labelling = [
        1e6 * seconds_each(lambda one: each.findings(one), documents)  # noqa: B023
        for each in (labeller, a_labeller_with_more_patterns(10))
    ]
    growths = [
        Growth(what=f"placing an item among {SMALL:,} / {LARGE:,} open stories", small=placing[0], large=placing[1]),
        Growth(what=f"near-copy look-up among {SMALL:,} / {LARGE:,} heads", small=looking[0], large=looking[1]),
        Growth(what="rules over a text, shipped patterns / ten times as many", small=labelling[0], large=labelling[1]),
    ]
    return growths, {
        "KiB an open story (one head, its words and its signature)": grown * 1e6 / 1024 / LARGE,
        "KiB an indexed head of near-copies": held * 1e6 / 1024 / LARGE,
    }


def load_seconds() -> tuple[float, float]:
    """(rules, gazetteer, model and the first label of each mode; the words of same-event) in a fresh process."""
    code = (
        "import time\n"
        "from tests.bench.classifier_parts import a_labeller\n"
        "from services.classifier.clustering import features\n"
        "m=time.process_time(); a_labeller(); u=time.process_time()\n"
        "features(item_id='a', at=None, title='a b', text='')\n"
        "print(u-m, time.process_time()-u)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
    rules, words = done.stdout.split()
    return float(rules), float(words)


def report_lines(count: int) -> list[str]:
    labeller = a_labeller()
    whole(labeller, Traffic(1).items(BATCH, share=1.0), StoryIndex("live"), Counters("live"))
    lines = ["## Speed of one core", "", "| stage | µs an item, as in life | µs a relevant item |", "|---|--:|--:|"]
    found: dict[str, Costs] = {}
    for name, share in (("life", RELEVANT_SHARE), ("relevant", 1.0)):
        found[name] = whole(labeller, Traffic(2).items(count, share=share), StoryIndex("live"), Counters("live"))
    for stage in found["life"].seconds:
        row = (found[name].seconds[stage] / count * 1e6 for name in ("life", "relevant"))
        lines.append(f"| {stage} | " + " | ".join(f"{us:.0f}" for us in row) + " |")
    rates = {name: count / costs.total for name, costs in found.items()}
    lines.append("| **items/s** | " + " | ".join(f"**{rates[n]:,.0f}**" for n in ("life", "relevant")) + " |")
    reached = "reached" if rates["life"] >= GOAL_PER_SECOND else "not reached"
    print(f"items_per_second={rates['life']:.0f} only_relevant={rates['relevant']:.0f} goal=1000 {reached}")
    lines += ["", f"Goal: ≥ {GOAL_PER_SECOND:,.0f} items/s ({reached}); {count:,} items, batches of {BATCH}."]
    growths, memory = flatness(labeller)
    lines += ["", "## Does it stay flat?", "", "| | µs | µs at ten times | ratio (goal ≤ 1.5) |", "|---|--:|--:|--:|"]
    for growth in growths:
        lines.append(f"| {growth.what} | {growth.small:.0f} | {growth.large:.0f} | {growth.ratio:.2f} |")
        print(f"ratio={growth.ratio:.2f} goal={GOAL_FLAT} {growth.what}: {growth.small:.0f} -> {growth.large:.0f} us")
    lines += ["", "Memory: " + "; ".join(f"{value:.1f} {what}" for what, value in memory.items()) + "."]
    rules, words = load_seconds()
    print(f"load_seconds rules_and_model={rules:.2f} same_event={words:.2f} goal=2.00")
    print("memory " + ", ".join(f"{value:.1f} {what}" for what, value in memory.items()))
    lines += [
        "",
        f"Load: rules, gazetteer and model {rules:.2f} s, the words of same-event {words:.2f} s (goal ≤ 2 s).",
    ]
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.classifier", description=__doc__)
    parser.add_argument("--items", type=int, default=4_000)
    parser.add_argument("--drain", type=int, default=0, metavar="N", help="a backlog of N items through the real Kafka")
    chosen = parser.parse_args()
    os.nice(10)
    machine = describe(bind_to_two_cores())
    head = [
        "# The classifier",
        "",
        f"`make bench-classifier` on {machine.cores} cores ({machine.model}), load {machine.load:.1f} before. Items of "
        f"≤ 800 characters put together from the training text, {RELEVANT_SHARE:.0%} of them relevant “as in life”.",
        "",
    ]
    lines = [*head, *report_lines(chosen.items)]
    if chosen.drain:
        from tests.bench.draining import drain_lines

        lines += asyncio.run(drain_lines(chosen.drain, Traffic(5), share=RELEVANT_SHARE))
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"written to {REPORT.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
