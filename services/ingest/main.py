"""ingest: reads feeds, masks what they say, announces it."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from libs.reference.outlets import load_outlets, load_sources
from libs.reference.registry import Registry, load_registry
from libs.runtime.http import Bounds, Fetcher
from libs.runtime.retention import Retention
from libs.runtime.service import Parts, Runtime, serve
from libs.schemas.topics import ITEMS_COLLECTED, REPORTS, SOURCES
from services.ingest import keeping
from services.ingest.archiving import Archive
from services.ingest.collecting import Keys
from services.ingest.desks import ingest_commands
from services.ingest.handlers import SourceDesk, seed_sources
from services.ingest.intake import Intake
from services.ingest.lifting import LiftDesk
from services.ingest.metrics import PARSERS_KILLED
from services.ingest.outlet_desk import OutletDesk
from services.ingest.page_reading import PageReader
from services.ingest.parsing import ParserPool
from services.ingest.politeness import Politeness
from services.ingest.polling import Poller
from services.ingest.previewing import PreviewDesk
from services.ingest.remembering import Memory
from services.ingest.reports_desk import ReportDesk
from services.ingest.settings import IngestSettings
from services.ingest.store import FetchLedger
from services.ingest.unit_watch import UnitWatch

SWEEP_LOOK_SECONDS = 60.0


async def build(runtime: Runtime[IngestSettings]) -> Parts:
    settings, clock, database = runtime.settings, runtime.clock, runtime.database
    sources, items = runtime.entities("sources"), runtime.entities("items")
    ledger = FetchLedger(database, replica=settings.replica, lease=timedelta(seconds=settings.lease_seconds))
    await ledger.prepare()
    await sources.index([("state.source.url", 1)])
    files = [settings.sources_file, *([settings.sample_sources_file] if settings.sample_sources_file else [])]
    outlets = {id_: outlet for file in files for id_, outlet in load_outlets(file).items()}
    seeds = [seed for file in files for seed in load_sources(file)]
    outlet_documents = runtime.entities("outlets")
    registry = OutletDesk(
        entities=outlet_documents,
        desk=runtime.desk(outlet_documents, SOURCES),
        registry=load_registry(settings.outlets_file) if settings.outlets_file else Registry(()),
    )
    await registry.prepare()
    fetcher = Fetcher(local=settings.local, bounds=Bounds(total_seconds=settings.fetch_seconds))
    pool = ParserPool(deadline_seconds=settings.parse_seconds, killed=PARSERS_KILLED.inc)
    # Of their own: pages that are made to hurt must not keep a feed waiting.
    page_pool = ParserPool(size=1, deadline_seconds=settings.parse_seconds, killed=PARSERS_KILLED.inc)
    memory = Memory.of(database)
    await memory.prepare()
    payloads = Archive.of(database, clock=clock, bounds=settings.archive_bounds)
    await payloads.prepare()
    keys = Keys(revision=settings.derived_key("revision"), link=settings.derived_key("link"))
    politeness = Politeness(
        ledger=ledger, clock=clock, per_host_seconds=settings.per_host_seconds, local=settings.local
    )
    poller = Poller(
        sources=sources,
        intake=Intake(
            items=items, archive=database["archive"], payloads=payloads, memory=memory, keys=keys, clock=clock
        ),
        ledger=ledger,
        fetcher=fetcher,
        pool=pool,
        politeness=politeness,
        patience=settings.patience,
        clock=clock,
        tracing=runtime.tracing,
        stopping=runtime.stopping,
        polls_at_once=settings.polls_at_once,
    )
    pages = PageReader(
        sources=sources,
        items=items,
        pages=database["pages"],
        archive=database["archive"],
        memory=memory,
        keys=keys,
        fetcher=fetcher,
        pool=page_pool,
        politeness=politeness,
        clock=clock,
        tracing=runtime.tracing,
        stopping=runtime.stopping,
        replica=settings.replica,
    )
    await pages.prepare()
    desk = SourceDesk(
        sources=sources,
        desk=runtime.desk(sources, SOURCES),
        ledger=ledger,
        clock=clock,
        outlets=registry,
        local=settings.local,
    )

    watch = UnitWatch(
        units=runtime.entities("units"),
        clock=clock,
        stopping=runtime.stopping,
        look_seconds=settings.silence_look_seconds,
    )
    reports = ReportDesk(
        desk=runtime.desk(runtime.entities("reports"), REPORTS),
        watch=watch,
        key=settings.derived_key("reports"),
        clock=clock,
    )
    previews = PreviewDesk(
        desk=runtime.desk(sources, SOURCES),
        fetcher=fetcher,
        pool=pool,
        politeness=politeness,
        clock=clock,
        local=settings.local,
    )
    lifts = LiftDesk(items=items, desk=runtime.desk(items, ITEMS_COLLECTED), clock=clock)
    commands = ingest_commands(sources=desk, reports=reports, previews=previews, lifts=lifts)

    retention = Retention(database=database, rules=keeping.RULES, clock=clock, stopping=runtime.stopping)

    async def seed_and_poll() -> None:
        # A task, not part of build(): announcing needs the relays, which start after it.
        if settings.outlets_file:
            await registry.seed(outlets.values(), {seed.outlet_id: seed.opmode for seed in seeds})
        await seed_sources(seeds, outlets, sources, ledger, live=settings.live, clock=clock)
        await poller.poll_for_ever()

    async def sweep_archive() -> None:
        while not runtime.stopping.is_set():
            await payloads.sweep()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(runtime.stopping.wait(), SWEEP_LOOK_SECONDS)

    return Parts(
        subscriptions=[commands],
        tasks=[seed_and_poll, pages.read_for_ever, sweep_archive, watch.watch, retention.keep_sweeping],
        on_stop=[previews.aclose, pool.aclose, page_pool.aclose, fetcher.aclose],
    )


if __name__ == "__main__":
    serve("ingest", IngestSettings, build)
