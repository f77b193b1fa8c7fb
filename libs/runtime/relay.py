"""The way out of the outbox: the writer announces what is outstanding, a sweep serves the dead."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata
from pymongo import UpdateOne

from libs.runtime.announcing import Entry
from libs.runtime.bus import Bus
from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.mongo import Collection, PyMongoError
from libs.runtime.telemetry import SWEPT, log
from libs.schemas.topics import CATALOGUE

PULL_AFTER_SECONDS = 0.1
SWEEP_EVERY_SECONDS = 1.0
DEAD_AFTER = timedelta(seconds=2)
_EPOCH = datetime(1970, 1, 2, tzinfo=UTC)
_TOPICS = {topic.slug: topic for topic in CATALOGUE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is outstanding in one document at one version, oldest first."""

    entity_id: str
    version: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    job: Job
    acknowledgements: tuple[tuple[Entry, "asyncio.Future[RecordMetadata]"], ...]


class Relay:
    """Publishes the outboxes of one collection.

    An entry is sent only after every older one of its document was acknowledged or sent before it by this producer:
    first-seen order holds by construction, without lease or poll (measurements: docs/adr)."""

    def __init__(self, collection: Collection, bus: Bus, clock: Clock, *, replica: str) -> None:
        self.replica = replica
        self._collection = collection
        self._bus = bus
        self._clock = clock
        self._in_flight: set[str] = set()
        self._order = asyncio.Lock()
        self._sent: asyncio.Queue[_Sent] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self._collection.create_index([("pending_since", 1)], sparse=True)
        await self._sweep({"pending_since": {"$gt": _EPOCH, "$lt": self._clock.now()}, "pending_by": self.replica})
        self._tasks = [asyncio.create_task(self._pull_for_ever()), asyncio.create_task(self._sweep_for_ever())]

    async def stop(self) -> None:
        """Waits (≤ 3 s) for what was sent; the rest is served by the next start or another replica's sweep."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._sent.join(), 3)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Sends in order and returns without waiting: what is in the outbox is durable already."""
        if not jobs:
            return
        async with self._order:
            for job in jobs:
                sent = []
                for entry in job.entries:
                    if entry.id in self._in_flight:
                        continue
                    crashpoint("relay.before_send")
                    try:
                        future = await self._bus.send(_TOPICS[entry.topic], entry.key, entry.value.encode())
                    except TransientError as error:
                        # Nothing younger of this document may overtake it; the sweep comes back for all.
                        log.warning("announcing waits", collection=self._collection.name, exc_info=error)
                        break
                    self._in_flight.add(entry.id)
                    sent.append((entry, future))
                    crashpoint("relay.after_send")
                if sent:
                    self._sent.put_nowait(_Sent(job=job, acknowledgements=tuple(sent)))

    async def _pull_for_ever(self) -> None:
        while True:
            batch = [await self._sent.get()]
            await asyncio.sleep(PULL_AFTER_SECONDS)
            while not self._sent.empty():
                batch.append(self._sent.get_nowait())
            try:
                await self._pull(batch)
            except (PyMongoError, KafkaError) as error:
                log.warning("pulling waits", collection=self._collection.name, exc_info=error)
            finally:
                # Whatever happened, the sweep must see them again: an id left in flight would blind it for ever.
                self._in_flight.difference_update(e.id for sent in batch for e, _ in sent.acknowledgements)
                for _ in batch:
                    self._sent.task_done()

    async def _pull(self, batch: Sequence[_Sent]) -> None:
        whole: list[UpdateOne] = []
        single: list[UpdateOne] = []
        emptied: list[UpdateOne] = []
        for sent in batch:
            acknowledged = await _acknowledged(sent)
            if not acknowledged:
                continue
            job = sent.job
            if len(acknowledged) == len(job.entries):
                # Size and version together say that nothing but what was acknowledged is in there.
                guard = {"_id": job.entity_id, "version": job.version, "outbox": {"$size": len(acknowledged)}}
                clear = {"$set": {"outbox": []}, "$unset": {"pending_since": "", "pending_by": ""}}
                whole.append(UpdateOne(guard, clear))
            pull = {"$pull": {"outbox": {"id": {"$in": acknowledged}}}}
            single.append(UpdateOne({"_id": job.entity_id}, pull))
            emptied.append(
                UpdateOne(
                    {"_id": job.entity_id, "outbox": {"$size": 0}},
                    {"$unset": {"pending_since": "", "pending_by": ""}},
                )
            )
        crashpoint("relay.before_pull")
        if whole and len(whole) == len(single):
            result = await self._collection.bulk_write(whole, ordered=False)
            if result.matched_count == len(whole):
                crashpoint("relay.after_pull")
                return
        if single:
            await self._collection.bulk_write([*single, *emptied], ordered=True)
        crashpoint("relay.after_pull")

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_SECONDS)
            try:
                # Two bounds: with one the store scans the whole collection.
                await self._sweep({"pending_since": {"$gt": _EPOCH, "$lt": self._clock.now() - DEAD_AFTER}})
            except PyMongoError as error:
                log.warning("sweep waits", collection=self._collection.name, exc_info=error)

    async def _sweep(self, query: dict[str, Any]) -> None:
        found = self._collection.find(query, {"outbox": 1, "version": 1}).sort("pending_since", 1).limit(200)
        jobs, emptied = [], []
        async for raw in found:
            entries = tuple(Entry.of(entry) for entry in raw.get("outbox", ()))
            if not entries:
                emptied.append(raw["_id"])
            elif not any(entry.id in self._in_flight for entry in entries):
                jobs.append(Job(entity_id=raw["_id"], version=raw["version"], entries=entries))
        if emptied:
            unset = {"$unset": {"pending_since": "", "pending_by": ""}}
            await self._collection.update_many({"_id": {"$in": emptied}, "outbox": {"$size": 0}}, unset)
        if jobs:
            SWEPT.labels(collection=self._collection.name).inc(sum(len(job.entries) for job in jobs))
            await self.publish(jobs)


async def _acknowledged(sent: _Sent) -> list[str]:
    ids = []
    for entry, future in sent.acknowledgements:
        try:
            await future
        except KafkaError as error:
            log.warning("broker refused an entry", topic=entry.topic, exc_info=error)
            continue
        ids.append(entry.id)
    return ids
