"""`make bench-search`: how long a search takes over 20,000 and 100,000 invented publications on the embedded store.

Texts are put together from the classifier's training text; questions are drawn from its headlines, so that frequent and
rare words come as they do in life. Writes docs/bench/search.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local.places import PROJECT
from deploy.local.ports import release_port, take_port
from deploy.local.servers import MongoServer
from libs.runtime.clock import SystemClock
from libs.runtime.mongo import Database, connect
from libs.schemas.items import ItemClassified, ItemCollected, Severity, TopicLabel
from services.classifier.training import corpus
from services.gateway.cursors import Cursors
from services.gateway.freshness import Freshness
from services.gateway.projections import Place, project
from services.gateway.search_index import Filters, SearchIndex
from services.gateway.searching import STOP_WORDS, folded_words
from services.gateway.views_store import Views
from tests.bench.machine import describe
from tests.support.builders import a_classified_item, an_item, envelope_of

GOAL_MS, GOAL_AT = 150.0, 20_000
BATCH = 500
LEADS_A_TEXT = 6
START = datetime(2026, 1, 1, tzinfo=UTC)
REPORT = PROJECT / "docs" / "bench" / "search.md"


@dataclass(slots=True)
class Kind:
    """One kind of question, and how long each took (ms)."""

    name: str
    share: int
    ask: Callable[[random.Random], tuple[str, Filters]]
    milliseconds: list[float] = field(default_factory=list)
    hits: list[int] = field(default_factory=list)


def _publications(
    examples: Sequence[corpus.Example], start: int, count: int
) -> list[tuple[ItemCollected, ItemClassified]]:
    made = []
    for n in range(start, start + count):
        rng = random.Random(n)
        parts = rng.sample(examples, LEADS_A_TEXT)
        head = {
            "title": parts[0].title, "excerpt": parts[0].lead[:280], "outlet_id": f"media-{rng.randrange(300)}",
            "first_seen_at": START + timedelta(minutes=5 * n),
        }  # fmt: skip
        labels = {
            "topics": [TopicLabel.model_validate({"name": parts[0].topics[0], "score": 0.9})],
            "severity": Severity(value=parts[0].severity),
        }
        text = "\n".join(f"{part.title}. {part.lead}" for part in parts)
        made.append(
            (
                envelope_of(ItemCollected, an_item(n, **head, text=text), time=head["first_seen_at"]),
                envelope_of(ItemClassified, a_classified_item(n, **head, **labels), time=head["first_seen_at"]),
            )
        )
    return made


async def _fill(database: Database, examples: Sequence[corpus.Example], start: int, end: int) -> tuple[float, float]:
    """Seconds that the views took, and that the index beside them took."""
    views = Views(database, cursors=Cursors(b"-"), clock=SystemClock(), freshness=Freshness())
    index = SearchIndex(database, cursors=Cursors(b"-"))
    await views.prepare()
    await index.prepare()
    of_views = of_index = 0.0
    for at in range(start, end, BATCH):
        pairs = _publications(examples, at, min(BATCH, end - at))
        puts = [put for pair in pairs for event in pair for put in project(event, Place(0, at))]
        began = time.perf_counter()
        await views.put_all(puts)
        between = time.perf_counter()
        await index.follow(puts)
        of_views, of_index = of_views + between - began, of_index + time.perf_counter() - between
    return of_views, of_index


def _kinds(examples: Sequence[corpus.Example], common: Sequence[str]) -> list[Kind]:
    titles = [[w for w in folded_words(example.title) if w not in STOP_WORDS] for example in examples]
    leads = [folded_words(example.lead) for example in examples if len(example.lead.split()) > 6]

    def some(rng: random.Random, count: int) -> str:
        title = rng.choice(titles)
        return " ".join(rng.sample(title, min(count, len(title))))

    def phrase(rng: random.Random) -> tuple[str, Filters]:
        lead = rng.choice(leads)
        at = rng.randrange(len(lead) - 1)
        return f'"{lead[at]} {lead[at + 1]}"', Filters()

    def period(rng: random.Random) -> Filters:
        since = START + timedelta(days=rng.randrange(60))
        return Filters(since=since, severity_min=rng.choice((None, 2)), topic=rng.choice((None, "layanan", "narkoba")))

    return [
        Kind("two words of a headline", 30, lambda rng: (some(rng, 2), Filters())),
        Kind("four words of a headline", 15, lambda rng: (some(rng, 4), Filters())),
        Kind("one word", 15, lambda rng: (some(rng, 1), Filters())),
        Kind("common words only", 10, lambda rng: (" ".join(rng.sample(list(common), 2)), Filters())),
        Kind("a phrase", 10, phrase),
        Kind("a word, filters, a period", 10, lambda rng: (some(rng, 1), period(rng))),
        Kind("one word without another", 5, lambda rng: (f"{some(rng, 1)} -{rng.choice(common)}", Filters())),
        Kind("filters only", 5, lambda rng: ("", period(rng))),
    ]


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


async def _ask(index: SearchIndex, kinds: Sequence[Kind], questions: int) -> None:
    rng = random.Random(5)
    order = rng.choices(kinds, weights=[kind.share for kind in kinds], k=questions)
    for n, kind in enumerate([*order[:40], *order]):
        question, filters = kind.ask(rng)
        began = time.perf_counter()
        found = await index.find(question, filters, role="analis", limit=30)
        if n >= 40:  # the first warm the store up
            kind.milliseconds.append((time.perf_counter() - began) * 1000)
            kind.hits.append(found.total)


async def _measure(database: Database, sizes: Sequence[int], questions: int, memory: Callable[[], float]) -> list[str]:
    examples = [example for example in corpus.load() if example.relevant]
    lines, filled = list[str](), 0
    for size in sizes:
        of_views, of_index = await _fill(database, examples, filled, size)
        index = SearchIndex(database, cursors=Cursors(b"-"))
        began = time.perf_counter()
        await index.recount()
        counted = time.perf_counter() - began
        common = [word for word in ("lapas", "rutan", "petugas", "narapidana", "tahanan", "kalapas", "polisi", "warga")]
        kinds = _kinds(examples, common)
        await _ask(index, kinds, questions)
        everything = [one for kind in kinds for one in kind.milliseconds]
        p95 = _at(everything, 0.95)
        print(f"size={size} p50_ms={_at(everything, 0.5):.1f} p95_ms={p95:.1f}")
        lines += [
            f"\n## {size:,} publications\n",
            "| questions | asked | hits p50 | p50 ms | p95 ms | max ms |",
            "|---|--:|--:|--:|--:|--:|",
        ]
        for kind in kinds:
            row = [kind.name, len(kind.milliseconds), int(_at(kind.hits, 0.5))]
            row += [f"{_at(kind.milliseconds, share):.1f}" for share in (0.5, 0.95, 1.0)]
            lines.append("| " + " | ".join(str(cell) for cell in row) + " |")
            print(f"size={size} {lines[-1]}")
        middle = _at(everything, 0.5)
        lines.append(f"| **all** | {len(everything)} | | **{middle:.1f}** | **{p95:.1f}** | {max(everything):.1f} |")
        each = (size - filled) or 1
        lines.append(
            f"\nWriting: the views {of_views / each * 1000:.2f} ms a publication, the index beside them "
            f"{of_index / each * 1000:.2f} ms. Counting all words anew: {counted:.1f} s. "
            f"Memory of the store: {memory():.0f} MB."
        )
        print(lines[-1].strip())
        filled = size
    return lines


async def measure(sizes: Sequence[int], questions: int) -> int:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as directory:
        server = MongoServer(
            directory=Path(directory) / "mongo", port=take_port(), in_memory=False, dies_with_parent=True
        )
        server.start()
        try:
            server.wait_ready()
            client = connect(server.url)
            lines = await _measure(client["bench_search"], sizes, questions, lambda: _memory_of(server))
            client.close()
        finally:
            server.process.stop()
            release_port(server.port)
    machine = describe(os.cpu_count() or 1)
    head = (
        f"# Search\n\n`make bench-search` on {machine.cores} cores ({machine.model}). One gateway process asks, one "
        "question after the other; load average before the start "
        f"{load:.1f}; the embedded store (-Xmx1g) holds the publications, their labels and the index.\n"
        "Texts are put together from the classifier's training text, questions drawn from its headlines. Goal: p95 of "
        f"all questions together at most {GOAL_MS:.0f} ms at {GOAL_AT:,} publications."
    )
    REPORT.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return 0


def _memory_of(server: MongoServer) -> float:
    pid = server.process.pid
    pages = int((Path("/proc") / str(pid) / "statm").read_text().split()[1]) if pid else 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--questions", type=int, default=400)
    options = parser.parse_args()
    return asyncio.run(measure(sorted(options.sizes), options.questions))


if __name__ == "__main__":
    raise SystemExit(main())
