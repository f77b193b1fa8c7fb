"""Reads every source when it is due: lease, politeness, fetch, hand over to the intake, plan the next time."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.http import Fetcher
from libs.runtime.mongo import PyMongoError
from libs.runtime.outbox import Cause, Document, Entities, Intent
from libs.runtime.telemetry import Tracing, log
from services.ingest.fetching import SourceRead, Unreadable, read_source
from services.ingest.intake import Intake
from services.ingest.metrics import POLL_SECONDS, POLLING, POLLS
from services.ingest.outcomes import Plan, after_failure, after_success
from services.ingest.parsing import ParserPool
from services.ingest.politeness import Politeness
from services.ingest.scheduling import Patience
from services.ingest.sources import ADAPTERS
from services.ingest.sourcing import after_reading, may_be_read
from services.ingest.store import FetchLedger, Lease

LOOK_EVERY_SECONDS = 0.25
GATHER_SECONDS = 0.02
STOP_WITHIN_SECONDS = 1.5
# At a start everybody is unproven: of a thousand sources two hundred may hang without keeping the others waiting.
UNPROVEN_SHARE = 0.6
AFTER_TROUBLE_OF_OURS = timedelta(seconds=5)


@dataclass(slots=True, kw_only=True)
class Poller:
    """Everything a poll needs, handed in by main.py."""

    sources: Entities
    intake: Intake
    ledger: FetchLedger
    fetcher: Fetcher
    pool: ParserPool
    politeness: Politeness
    patience: Patience
    clock: Clock
    tracing: Tracing
    stopping: asyncio.Event
    polls_at_once: int
    _running: dict[str, tuple[asyncio.Task[None], Lease]] = field(default_factory=dict)
    _renewed: float = 0.0
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def poll_for_ever(self) -> None:
        """Looks for due sources four times a second until the service stops; polls in hand get a moment to end."""
        try:
            while not self.stopping.is_set():
                full = False
                try:
                    full = await self._start_due()
                    await self._renew()
                except PyMongoError as error:
                    log.warning("cannot look for due sources", exc_info=error)
                # With more waiting than fitted, the next look is when a place becomes free.
                await self._pause(self._ended if full else self.stopping)
        finally:
            await self._end_polls()

    async def _end_polls(self) -> None:
        """Those in hand get a moment; what does not end then is given back, for another replica to begin anew."""
        held = {task: lease for task, lease in self._running.values()}
        if not held:
            return
        _, late = await asyncio.wait(held, timeout=STOP_WITHIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(PyMongoError):
            await self.ledger.give_back([held[task] for task in late])

    async def _pause(self, until: asyncio.Event) -> None:
        self._ended.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), LOOK_EVERY_SECONDS)
        if not self.stopping.is_set():
            # Polls end in crowds: one look for several places costs as much as for one.
            await asyncio.sleep(GATHER_SECONDS)

    async def _start_due(self) -> bool:
        """Takes as many leases as there are places; True when all were filled."""
        free = self.polls_at_once - len(self._running)
        if free <= 0:
            return True
        # Who hangs holds a place for as long as a fetch may take: whoever might gets a share of the places, no more.
        unproven = sum(not lease.is_proven for _, lease in self._running.values())
        leases = await self.ledger.take(
            self.clock.now(),
            free,
            pause_seconds=self.politeness.per_host_seconds,
            rests=self.politeness.needs_pauses,
            unproven=max(1, int(self.polls_at_once * UNPROVEN_SHARE)) - unproven,
        )
        docs = await self.sources.load(lease.source_id for lease in leases)
        for lease in leases:
            task = asyncio.create_task(self._poll_and_report(lease, docs.get(lease.source_id)))
            self._running[lease.source_id] = (task, lease)
            task.add_done_callback(partial(self._forget, lease.source_id))
        POLLING.set(len(self._running))
        return len(leases) == free

    def _forget(self, source_id: str, _: asyncio.Task[None]) -> None:
        self._running.pop(source_id, None)
        self._ended.set()

    async def _renew(self) -> None:
        """A poll that takes long keeps its lease: as long as we live, nobody else begins one of the same source."""
        now = asyncio.get_running_loop().time()
        if now - self._renewed >= self.ledger.lease.total_seconds() / 3:
            self._renewed = now
            await self.ledger.renew([lease for _, lease in self._running.values()], self.clock.now())

    async def _poll_and_report(self, lease: Lease, doc: Document | None) -> None:
        try:
            crashpoint("ingest.lease_taken")
            with POLL_SECONDS.time():
                await self.poll(lease, doc)
        except Exception as error:
            # Ours, not the source's: nothing is told about it, and the poll is made again.
            POLLS.labels(outcome="our_trouble").inc()
            log.error("poll broke off", source_id=lease.source_id, exc_info=error)
            await self._give_back(lease)

    async def _give_back(self, lease: Lease) -> None:
        """Ends the lease as soon as the store answers; it ends by itself after a minute."""
        for _ in range(60):
            now = self.clock.now()
            try:
                return await self.ledger.finish(lease, due_at=now + AFTER_TROUBLE_OF_OURS, now=now)
            except Exception:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), 1)
                    return

    async def poll(self, lease: Lease, doc: Document | None) -> None:
        """One poll of the source whose lease we hold."""
        now = self.clock.now()
        if doc is None or not may_be_read(doc.state["source"]):
            await self.ledger.unschedule([lease.source_id])
            await self.ledger.finish(lease, due_at=now, now=now)
            return
        if now >= lease.until:
            # We slept through our lease (a frozen machine): somebody else may be reading by now.
            return
        source = doc.state["source"]
        # Here a trace begins: what this fetch brings carries it to the last push.
        with self.tracing.span("ingest poll", None) as traceparent:
            cause = Cause.origin(opmode=doc.state["opmode"], drillid=doc.state["drillid"], traceparent=traceparent)
            adapter = ADAPTERS[source.get("kind", "rss")]
            try:
                read = await read_source(adapter, source["url"], lease, self.fetcher, self.pool, now)
            except Unreadable as trouble:
                await self._after_trouble(doc, lease, trouble, cause)
                return
            crashpoint("ingest.fetched")
            await self._after_reading(doc, lease, read, cause)

    async def _after_reading(self, doc: Document, lease: Lease, read: SourceRead, cause: Cause) -> None:
        collected = await self.intake.take_in(doc.state["source"], read, cause)
        crashpoint("ingest.written")
        POLLS.labels(outcome="unchanged" if read.entries is None else "read").inc()
        # Rate headers speak for the host: its other sources wait as well.
        await self.politeness.rest(doc.state["source"]["url"], read.next_after_seconds)
        plan = after_success(doc.state["source"], lease, read, collected, now=self.clock.now())
        await self._tell(doc, lease, plan, cause)
        if collected.news:
            log.info("feed read", source_id=lease.source_id, entries=len(read.entries or ()), news=collected.news)

    async def _after_trouble(self, doc: Document, lease: Lease, trouble: Unreadable, cause: Cause) -> None:
        source = doc.state["source"]
        POLLS.labels(outcome=trouble.reason).inc()
        await self.politeness.rest(source["url"], trouble.rest_seconds)
        plan = after_failure(source, lease, trouble, now=self.clock.now(), patience=self.patience)
        log.warning("source not read", source_id=lease.source_id, reason=trouble.reason, failures=lease.failures + 1)
        await self._tell(doc, lease, plan, cause)

    async def _tell(self, doc: Document, lease: Lease, plan: Plan, cause: Cause) -> None:
        """What changes for the people first, then the ledger: a poll that dies in between is made again."""
        reading = plan.reading
        if after_reading(doc, reading) is not None:
            await self.sources.apply(
                [Intent(entity_id=doc.id, cause=cause, decide=lambda stood: after_reading(stood, reading))]
            )
        crashpoint("ingest.published")
        await self.ledger.finish(lease, due_at=plan.due_at, now=reading.at, **plan.kept)
        crashpoint("ingest.planned")
