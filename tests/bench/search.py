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
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from deploy.local.places import PROJECT
from deploy.local.ports import release_port, take_port
from deploy.local.servers import MongoServer, memory_mb, store_heap_mb
from libs.runtime.clock import SystemClock
from libs.runtime.mongo import (
    BulkWriteError,
    Collection,
    Database,
    Document,
    PyMongoError,
    connect,
    is_transient,
    only_duplicates,
)
from libs.schemas.items import ItemClassified, ItemCollected
from services.classifier.training import corpus
from services.gateway.cursors import Cursors
from services.gateway.freshness import Freshness
from services.gateway.projections import Place, order_of, project
from services.gateway.search_index import Filters, SearchIndex
from services.gateway.searching import STOP_WORDS, entry_of, folded_words
from services.gateway.views_store import Views
from tests.bench.machine import describe, usage
from tests.support.builders import a_classified_item, an_item, an_item_id, envelope_of

GOAL_MS, GOAL_AT = 150.0, 20_000
BATCH = 500
WRITTEN = 1000
# The first questions are not counted: the store has to warm up.
WARMING = 40
COMMON = ("lapas", "rutan", "petugas", "narapidana", "tahanan", "kalapas", "polisi", "warga")
LEADS_A_TEXT = 6
START = datetime(2026, 1, 1, tzinfo=UTC)
T = TypeVar("T")
REPORT = PROJECT / "docs" / "bench" / "search.md"


@dataclass(slots=True)
class Kind:
    """One kind of question, and how long each took (ms)."""

    name: str
    share: int
    ask: Callable[[random.Random], tuple[str, Filters]]
    milliseconds: list[float] = field(default_factory=list)
    hits: list[int] = field(default_factory=list)


def _template() -> tuple[Document, Document]:
    """A publication and its labels as the views keep them, to be filled in."""
    events = (envelope_of(ItemCollected, an_item()), envelope_of(ItemClassified, a_classified_item()))
    item, label = (project(event, Place(0, 0))[0] for event in events)
    return {**item.fields, "seq": 1}, {**label.fields, "seq": 1}


def _publication(
    examples: Sequence[corpus.Example], n: int, item: Document, label: Document
) -> tuple[Document, Document]:
    rng = random.Random(n)
    parts = rng.sample(examples, LEADS_A_TEXT)
    topic, severity = parts[0].topics[0], parts[0].severity
    head = {
        "item_id": an_item_id(n), "title": parts[0].title, "excerpt": parts[0].lead[:280],
        "outlet_id": f"media-{rng.randrange(300)}",
    }  # fmt: skip
    text = "\n".join(f"{part.title}. {part.lead}" for part in parts)
    order = order_of(START + timedelta(minutes=5 * n), an_item_id(n))
    shared = {"_id": an_item_id(n), "order": order}
    said = {"topics": [{**label["data"]["topics"][0], "name": topic}], "severity": {"value": severity, "why": []}}
    facts = {"topics": [topic], "severity": severity, "outlet_id": head["outlet_id"]}
    return (
        {**item, **shared, "data": {**item["data"], **head, "text": text}},
        {**label, **shared, **facts, "data": {**label["data"], **head, **said}},
    )


async def _fill(database: Database, examples: Sequence[corpus.Example], start: int, end: int) -> None:
    """What the views and the index would hold, written in bulk."""
    item, label = _template()
    for at in range(start, end, BATCH):
        pairs = [_publication(examples, n, item, label) for n in range(at, min(at + BATCH, end))]
        entries = [{"_id": told["_id"], **entry_of(told, collected)} for collected, told in pairs]
        for name, documents in (
            ("items", [pair[0] for pair in pairs]), ("labels", [pair[1] for pair in pairs]), ("search", entries),
        ):  # fmt: skip
            await _insisting(partial(_insert, database[name], documents))


async def _insert(collection: Collection, documents: Sequence[Document]) -> None:
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        if not only_duplicates(error):
            raise


async def _insisting(deed: Callable[[], Awaitable[T]]) -> T:
    """Again when the connection was lost: on a busy machine the driver gives up a store that is slow to answer."""
    while True:
        try:
            return await deed()
        except PyMongoError as error:
            if not is_transient(error):
                raise
            await asyncio.sleep(1)


async def _writing(database: Database, start: int) -> tuple[float, float]:
    """Milliseconds a publication that the views take as they write, and the index beside them."""
    views = Views(database, cursors=Cursors(b"-"), clock=SystemClock(), freshness=Freshness())
    index = SearchIndex(database, cursors=Cursors(b"-"))
    of_views = of_index = 0.0
    for at in range(start, start + WRITTEN, BATCH):
        numbers = range(at, at + BATCH)
        events = [envelope_of(ItemCollected, an_item(n)) for n in numbers]
        events += [envelope_of(ItemClassified, a_classified_item(n)) for n in numbers]
        puts = [put for event in events for put in project(event, Place(0, at))]
        began = time.perf_counter()
        await _insisting(partial(views.put_all, puts))
        between = time.perf_counter()
        await _insisting(partial(index.follow, puts))
        of_views, of_index = of_views + between - began, of_index + time.perf_counter() - between
    return of_views / WRITTEN * 1000, of_index / WRITTEN * 1000


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
    for n, kind in enumerate([*order[:WARMING], *order]):
        question, filters = kind.ask(rng)
        began = time.perf_counter()
        found = await _insisting(partial(index.find, question, filters, role="analis", limit=30))
        if n >= WARMING:
            kind.milliseconds.append((time.perf_counter() - began) * 1000)
            kind.hits.append(found.total)


async def _measure(
    database: Database, sizes: Sequence[int], questions: int, memory: Callable[[], float], write: Callable[[str], None]
) -> None:
    examples, filled = [example for example in corpus.load() if example.relevant], 0
    views = Views(database, cursors=Cursors(b"-"), clock=SystemClock(), freshness=Freshness())
    await SearchIndex(database, cursors=Cursors(b"-")).prepare()
    await views.prepare()
    for size in sizes:
        await _fill(database, examples, filled, size)
        filled = size
        print(f"size={size} written", flush=True)
        index, load = SearchIndex(database, cursors=Cursors(b"-")), os.getloadavg()[0]
        began = time.perf_counter()
        await _insisting(index.recount)
        counted = time.perf_counter() - began
        kinds, busy = _kinds(examples, COMMON), usage(os.getpid()).cpu_seconds
        await _ask(index, kinds, questions)
        cpu = (usage(os.getpid()).cpu_seconds - busy) / (questions + WARMING) * 1000
        of_views, of_index = await _writing(database, 10_000_000 + size)
        write(
            _section(size, kinds)
            + f"\nLoad average before the questions {load:.1f}. Processor time a question, gateway and store together "
            f"(whatever the load): {cpu:.0f} ms. Writing: the views {of_views:.2f} ms a publication, the index beside "
            f"them {of_index:.2f} ms. Counting all words anew: {counted:.1f} s. Memory of the store: "
            f"{memory():.0f} MB.\n"
        )
        print(
            f"size={size} load={load:.1f} cpu_ms={cpu:.0f} recount_s={counted:.1f} store_mb={memory():.0f}", flush=True
        )


def _section(size: int, kinds: Sequence[Kind]) -> str:
    lines = [f"\n## {size:,} publications\n", "| questions | asked | hits p50 | p50 ms | p95 ms | max ms |"]
    lines.append("|---|--:|--:|--:|--:|--:|")
    for kind in kinds:
        row = [kind.name, len(kind.milliseconds), int(_at(kind.hits, 0.5))]
        row += [f"{_at(kind.milliseconds, share):.1f}" for share in (0.5, 0.95, 1.0)]
        lines.append("| " + " | ".join(str(cell) for cell in row) + " |")
    everything = [one for kind in kinds for one in kind.milliseconds]
    middle, p95, worst = (_at(everything, share) for share in (0.5, 0.95, 1.0))
    lines.append(f"| **all** | {len(everything)} | | **{middle:.1f}** | **{p95:.1f}** | {worst:.1f} |")
    print("\n".join(f"size={size} {line}" for line in lines[3:]))
    print(f"size={size} p50_ms={middle:.1f} p95_ms={p95:.1f}", flush=True)
    return "\n".join(lines) + "\n"


async def measure(sizes: Sequence[int], questions: int) -> int:
    machine, sections = describe(os.cpu_count() or 1), list[str]()
    head = (
        f"# Search\n\n`make bench-search` on {machine.cores} cores ({machine.model}). One gateway process asks, one "
        f"question after the other; the embedded store (a heap of at most {store_heap_mb(memory_mb()):,} MB) holds the "
        "publications, their labels and the index.\n"
        "Texts are put together from the classifier's training text, questions drawn from its headlines. Goal: p95 of "
        f"all questions together at most {GOAL_MS:.0f} ms at {GOAL_AT:,} publications.\n"
    )

    def write(section: str) -> None:
        sections.append(section)
        REPORT.write_text(head + "".join(sections), encoding="utf-8")

    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "mongo"
        server = MongoServer(directory=place, port=take_port(), in_memory=False, dies_with_parent=True)
        server.start()
        try:
            server.wait_ready()
            client = connect(server.url)
            await _measure(client["bench_search"], sizes, questions, lambda: _memory_of(server), write)
            client.close()
        finally:
            server.process.stop()
            release_port(server.port)
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
