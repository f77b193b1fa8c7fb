"""Reads every source when it is due: lease, politeness, fetch, hand over to the intake, plan the next time."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.http import Fetcher
from libs.runtime.mongo import PyMongoError
from libs.runtime.outbox import Cause, Document, Entities, Intent
from libs.runtime.telemetry import Tracing, log
from services.ingest.addresses import host_of
from services.ingest.fetching import SourceRead, Unreadable, read_source
from services.ingest.intake import Intake
from services.ingest.metrics import POLL_SECONDS, POLLING, POLLS
from services.ingest.parsing import ParserPool
from services.ingest.scheduling import next_poll_at
from services.ingest.sources import ADAPTERS
from services.ingest.sourcing import Reading, after_reading
from services.ingest.store import FetchLedger, Lease

LOOK_EVERY_SECONDS = 0.25
STOP_WITHIN_SECONDS = 1.5
AFTER_TROUBLE_OF_OURS = timedelta(seconds=5)


@dataclass(slots=True, kw_only=True)
class Poller:
    """Everything a poll needs, handed in by main.py. `local`: addresses of our own machine rest between no requests."""

    sources: Entities
    intake: Intake
    ledger: FetchLedger
    fetcher: Fetcher
    pool: ParserPool
    clock: Clock
    tracing: Tracing
    stopping: asyncio.Event
    per_host_seconds: float
    polls_at_once: int
    local: frozenset[tuple[str, int]] = frozenset()
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def poll_for_ever(self) -> None:
        """Looks for due sources four times a second until the service stops; polls in hand get a moment to end."""
        try:
            while not self.stopping.is_set():
                try:
                    await self._start_due()
                except PyMongoError as error:
                    log.warning("cannot look for due sources", exc_info=error)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), LOOK_EVERY_SECONDS)
        finally:
            running = list(self._running.values())
            if running:
                _, late = await asyncio.wait(running, timeout=STOP_WITHIN_SECONDS)
                for task in late:
                    task.cancel()

    async def _start_due(self) -> None:
        free = self.polls_at_once - len(self._running)
        if free <= 0:
            return
        for source_id in await self.ledger.due(self.clock.now(), free):
            if source_id not in self._running:
                task = asyncio.create_task(self._poll_and_report(source_id))
                self._running[source_id] = task
                task.add_done_callback(partial(self._forget, source_id))
        POLLING.set(len(self._running))

    def _forget(self, source_id: str, _: asyncio.Task[None]) -> None:
        self._running.pop(source_id, None)

    async def _poll_and_report(self, source_id: str) -> None:
        lease: Lease | None = None
        try:
            lease = await self.ledger.lease(source_id, self.clock.now())
            if lease is not None:
                with POLL_SECONDS.time():
                    await self.poll(lease)
        except Exception as error:
            # Ours, not the feed's: nothing is told about the source, and the poll is made again.
            POLLS.labels(outcome="our_trouble").inc()
            log.error("poll broke off", source_id=source_id, exc_info=error)
            if lease is not None:
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

    async def poll(self, lease: Lease) -> None:
        """One poll of the source whose lease we hold."""
        now, source_id = self.clock.now(), lease.source_id
        doc = await self.sources.get(source_id)
        if doc is None or not doc.state["source"]["enabled"]:
            await self.ledger.unschedule([source_id])
            await self.ledger.finish(lease, due_at=now, now=now)
            return
        url = doc.state["source"]["url"]
        wait_until = await self._host_rests_until(url)
        if wait_until is not None:
            await self.ledger.finish(lease, due_at=wait_until, now=now)
            return
        # Here a trace begins: what this fetch brings carries it to the last push.
        with self.tracing.span("ingest poll", None) as traceparent:
            cause = Cause.origin(opmode=doc.state["opmode"], drillid=doc.state["drillid"], traceparent=traceparent)
            try:
                crashpoint("ingest.poll.before_fetch")
                feed = await read_source(
                    ADAPTERS[doc.state["source"].get("kind", "rss")], url, lease, self.fetcher, self.pool, now
                )
                crashpoint("ingest.poll.after_fetch")
            except Unreadable as trouble:
                await self._after_trouble(doc, lease, trouble, cause)
                return
            await self._after_reading(doc, lease, feed, cause)

    async def _host_rests_until(self, url: str) -> datetime | None:
        host = host_of(url)
        name, _, port = host.rpartition(":")
        if self.per_host_seconds == 0 or (name.strip("[]"), int(port)) in self.local:
            return None
        return await self.ledger.host_free_at(host, self.clock.now(), self.per_host_seconds)

    async def _after_reading(self, doc: Document, lease: Lease, feed: SourceRead, cause: Cause) -> None:
        source = doc.state["source"]
        collected = await self.intake.take_in(source, feed, cause)
        now = self.clock.now()
        POLLS.labels(outcome="unchanged" if feed.entries is None else "read").inc()
        # Pages still to come are polls of their own, as soon as the host may be asked again.
        pause = feed.next_after_seconds if feed.more else max(source["interval_seconds"], feed.next_after_seconds)
        due_at = next_poll_at(now=now, interval_seconds=pause, failures=0)
        last_item_at = now if collected.news else lease.last_item_at
        reading = Reading(
            at=now, next_poll_at=due_at, failures=0, reason=None, last_success_at=now, last_item_at=last_item_at
        )
        crashpoint("ingest.poll.before_state")
        await self._tell(doc, reading, cause)
        kept = {**feed.kept, "cursor": feed.cursor} if collected.settled else {}
        await self.ledger.finish(
            lease, due_at=due_at, now=now, failures=0, last_success_at=now, last_item_at=last_item_at, **kept
        )
        crashpoint("ingest.poll.after_state")
        if collected.news:
            log.info("feed read", source_id=lease.source_id, entries=len(feed.entries or ()), news=collected.news)

    async def _after_trouble(self, doc: Document, lease: Lease, trouble: Unreadable, cause: Cause) -> None:
        source, now = doc.state["source"], self.clock.now()
        failures = lease.failures + 1
        POLLS.labels(outcome=trouble.reason).inc()
        if trouble.rest_seconds:
            await self.ledger.rest_host(host_of(source["url"]), now + timedelta(seconds=trouble.rest_seconds))
        due_at = next_poll_at(
            now=now,
            interval_seconds=source["interval_seconds"],
            failures=failures,
            retry_after_seconds=trouble.rest_seconds,
        )
        reading = Reading(
            at=now,
            next_poll_at=due_at,
            failures=failures,
            reason=trouble.reason,
            last_success_at=lease.last_success_at,
            last_item_at=lease.last_item_at,
        )
        crashpoint("ingest.poll.before_state")
        await self._tell(doc, reading, cause)
        await self.ledger.finish(lease, due_at=due_at, now=now, failures=failures)
        crashpoint("ingest.poll.after_state")
        log.warning("feed not read", source_id=lease.source_id, reason=trouble.reason, failures=failures)

    async def _tell(self, doc: Document, reading: Reading, cause: Cause) -> None:
        if after_reading(doc, reading) is not None:
            await self.sources.apply(
                [Intent(entity_id=doc.id, cause=cause, decide=lambda stood: after_reading(stood, reading))]
            )
