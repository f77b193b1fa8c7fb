"""ingest: reads feeds, masks what they say, announces it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from libs.reference.outlets import load_outlets, load_sources
from libs.reference.registry import Registry, load_registry
from libs.runtime.http import Bounds, Fetcher
from libs.runtime.outbox import Entities
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gear:
    """What several parts of the service share."""

    runtime: Runtime[IngestSettings]
    sources: Entities
    items: Entities
    ledger: FetchLedger
    memory: Memory
    payloads: Archive
    keys: Keys
    fetcher: Fetcher
    pool: ParserPool
    page_pool: ParserPool
    politeness: Politeness

    @classmethod
    async def of(cls, runtime: Runtime[IngestSettings]) -> Gear:
        settings, clock, database = runtime.settings, runtime.clock, runtime.database
        ledger = FetchLedger(database, replica=settings.replica, lease=timedelta(seconds=settings.lease_seconds))
        sources = runtime.entities("sources")
        memory, payloads = Memory.of(database), Archive.of(database, clock=clock, bounds=settings.archive_bounds)
        await sources.index([("state.source.url", 1)])
        for part in (ledger, memory, payloads):
            await part.prepare()
        return cls(
            runtime=runtime,
            sources=sources,
            items=runtime.entities("items"),
            ledger=ledger,
            memory=memory,
            payloads=payloads,
            keys=Keys(revision=settings.derived_key("revision"), link=settings.derived_key("link")),
            fetcher=Fetcher(local=settings.local, bounds=Bounds(total_seconds=settings.fetch_seconds)),
            pool=ParserPool(deadline_seconds=settings.parse_seconds, killed=PARSERS_KILLED.inc),
            # Of their own: pages that are made to hurt must not keep a feed waiting.
            page_pool=ParserPool(size=1, deadline_seconds=settings.parse_seconds, killed=PARSERS_KILLED.inc),
            politeness=Politeness(
                ledger=ledger, clock=clock, per_host_seconds=settings.per_host_seconds, local=settings.local
            ),
        )

    def poller(self) -> Poller:
        runtime = self.runtime
        return Poller(
            sources=self.sources,
            intake=Intake(
                items=self.items,
                archive=runtime.database["archive"],
                payloads=self.payloads,
                memory=self.memory,
                keys=self.keys,
                clock=runtime.clock,
            ),
            ledger=self.ledger,
            fetcher=self.fetcher,
            pool=self.pool,
            politeness=self.politeness,
            patience=runtime.settings.patience,
            clock=runtime.clock,
            tracing=runtime.tracing,
            stopping=runtime.stopping,
            polls_at_once=runtime.settings.polls_at_once,
        )

    async def page_reader(self) -> PageReader:
        runtime = self.runtime
        pages = PageReader(
            sources=self.sources,
            items=self.items,
            pages=runtime.database["pages"],
            archive=runtime.database["archive"],
            memory=self.memory,
            keys=self.keys,
            fetcher=self.fetcher,
            pool=self.page_pool,
            politeness=self.politeness,
            clock=runtime.clock,
            tracing=runtime.tracing,
            stopping=runtime.stopping,
            replica=runtime.settings.replica,
        )
        await pages.prepare()
        return pages

    def previews(self) -> PreviewDesk:
        return PreviewDesk(
            desk=self.runtime.desk(self.sources, SOURCES),
            fetcher=self.fetcher,
            pool=self.pool,
            politeness=self.politeness,
            clock=self.runtime.clock,
            local=self.runtime.settings.local,
        )


async def _registry(runtime: Runtime[IngestSettings]) -> OutletDesk:
    outlets, file = runtime.entities("outlets"), runtime.settings.outlets_file
    desk = OutletDesk(
        entities=outlets,
        desk=runtime.desk(outlets, SOURCES),
        registry=load_registry(file) if file else Registry(()),
    )
    await desk.prepare()
    return desk


def _reports(runtime: Runtime[IngestSettings], watch: UnitWatch) -> ReportDesk:
    return ReportDesk(
        desk=runtime.desk(runtime.entities("reports"), REPORTS),
        watch=watch,
        key=runtime.settings.derived_key("reports"),
        clock=runtime.clock,
    )


async def _sweep_archive(payloads: Archive, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await payloads.sweep()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), SWEEP_LOOK_SECONDS)


async def build(runtime: Runtime[IngestSettings]) -> Parts:
    settings, clock = runtime.settings, runtime.clock
    gear, registry = await Gear.of(runtime), await _registry(runtime)
    poller, pages, previews = gear.poller(), await gear.page_reader(), gear.previews()
    desk = SourceDesk(
        sources=gear.sources,
        desk=runtime.desk(gear.sources, SOURCES),
        ledger=gear.ledger,
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
    lifts = LiftDesk(items=gear.items, desk=runtime.desk(gear.items, ITEMS_COLLECTED), clock=clock)
    commands = ingest_commands(sources=desk, reports=_reports(runtime, watch), previews=previews, lifts=lifts)
    retention = Retention(database=runtime.database, rules=keeping.RULES, clock=clock, stopping=runtime.stopping)
    files = [settings.sources_file, *([settings.sample_sources_file] if settings.sample_sources_file else [])]
    outlets = {id_: outlet for file in files for id_, outlet in load_outlets(file).items()}
    seeds = [seed for file in files for seed in load_sources(file)]

    async def seed_and_poll() -> None:
        # A task, not part of build(): announcing needs the relays, which start after it.
        if settings.outlets_file:
            await registry.seed(outlets.values(), {seed.outlet_id: seed.opmode for seed in seeds})
        await seed_sources(seeds, outlets, gear.sources, gear.ledger, live=settings.live, clock=clock)
        await poller.poll_for_ever()

    sweep_archive = partial(_sweep_archive, gear.payloads, runtime.stopping)
    return Parts(
        subscriptions=[commands],
        tasks=[seed_and_poll, pages.read_for_ever, sweep_archive, watch.watch, retention.keep_sweeping],
        on_stop=[previews.aclose, gear.pool.aclose, gear.page_pool.aclose, gear.fetcher.aclose],
    )


if __name__ == "__main__":
    serve("ingest", IngestSettings, build)
