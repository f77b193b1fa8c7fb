"""How a service reads: batches of raw records, validated one by one, one commit after the work is on disk."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from libs.runtime.bus import Bus
from libs.runtime.crashpoint import crashpoint
from libs.runtime.dead_letter import ParkingLot
from libs.runtime.errors import PermanentError, TransientError
from libs.runtime.mongo import is_transient
from libs.runtime.settings import ServiceSettings
from libs.runtime.telemetry import BATCH_SECONDS, CONSUMED, HALTED, LAG, Tracing, log
from libs.schemas.envelope import MAX_VALUE_BYTES, Envelope
from libs.schemas.topics import InvalidEvent, Topic, UnknownEvent, parse

TRIES = 3
STALLED_SECONDS = 60
PAGE_AFTER_SECONDS = 300
# A poll's items share a trace, so that a batch seldom holds more; the exporter's queue is bounded.
MARKED_TRACES = 50
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One valid event and the record it came in."""

    event: Envelope[Any]
    topic: Topic
    record: ConsumerRecord[bytes, bytes]

    @property
    def partition(self) -> int:
        return int(self.record.partition)

    @property
    def offset(self) -> int:
        return int(self.record.offset)


@dataclass(frozen=True, slots=True)
class Batch:
    """Valid events in the order of their partitions."""

    records: Sequence[Received]

    @property
    def events(self) -> list[Any]:
        return [received.event for received in self.records]


Handler = Callable[[Batch], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a service reads: topics, the consumer group (one per subscription), and what to do with a batch.

    The handler raises TransientError to have the whole batch again later; anything else it raises is pinned to one
    record by feeding them singly, and that record is parked (PermanentError at once, others after three tries)."""

    topics: tuple[Topic, ...]
    group: str
    handler: Handler
    max_records: int = 200


@dataclass(slots=True)
class Progress:
    """What readiness asks of a subscription."""

    committed_at: float = field(default_factory=time.monotonic)
    lag: int = 0
    halted: str | None = None
    waiting_since: float | None = None

    @property
    def problem(self) -> str | None:
        now = time.monotonic()
        if self.halted:
            return self.halted
        if self.lag > 0 and now - self.committed_at > STALLED_SECONDS:
            return f"{self.lag} records behind and no commit for {now - self.committed_at:.0f} s"
        return None


class Abandoned(Exception):
    """The process is stopping: the batch is left uncommitted and comes again."""


class Reader:
    """Carries one subscription: decides the fate of every record, then commits."""

    def __init__(
        self, subscription: Subscription, bus: Bus, *, service: str, stopping: asyncio.Event, tracing: Tracing | None
    ) -> None:
        self.subscription = subscription
        self._tracing = tracing
        self.progress = Progress()
        self.consumer: AIOKafkaConsumer | None = None
        self._bus = bus
        self._parking = ParkingLot(bus, service=service, group=subscription.group)
        self._stopping = stopping
        self._abandoned = False

    async def get_msg(self, consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord[bytes, bytes], ...]:
        """Replaces FastStream's: waits inside getmany, where data wakes it, instead of sleeping between two polls."""
        self.consumer = consumer
        if self._abandoned or self.progress.halted:
            # Polling on would let a later commit pass what was left undecided.
            await asyncio.Event().wait()
        got = await consumer.getmany(timeout_ms=1000, max_records=self.subscription.max_records)
        return tuple(chain.from_iterable(got.values()))

    async def consume(self, message: KafkaMessage) -> None:
        records: tuple[ConsumerRecord[bytes, bytes], ...] = message.raw_message
        started = time.perf_counter()
        try:
            await self.decide(records)
            await self._commit(records)
        except Abandoned:
            self._abandoned = True
            return
        except Exception as error:
            # Going on would commit past records whose fate nobody decided.
            log.critical("a batch stands undecided", group=self.subscription.group, exc_info=error)
            self._halt("a batch stands undecided")
            return
        BATCH_SECONDS.labels(group=self.subscription.group).observe(time.perf_counter() - started)

    async def decide(self, records: Sequence[ConsumerRecord[bytes, bytes]]) -> None:
        """Returns when the fate of every record is decided and durable; raises Abandoned on shutdown."""
        crashpoint("consume.received")
        await self._process(Batch([r for r in [await self._validated(record) for record in records] if r]))
        if self._parking.overflowing:
            self._halt("too many records parked")
            raise Abandoned

    async def _validated(self, record: ConsumerRecord[bytes, bytes]) -> Received | None:
        topic = self._bus.logical(record.topic)
        try:
            if record.value is None:
                raise UnknownEvent("a tombstone")
            if len(record.value) > MAX_VALUE_BYTES:
                raise InvalidEvent(f"{len(record.value)} bytes, more than {MAX_VALUE_BYTES}")
            return Received(event=parse(topic, record.value), topic=topic, record=record)
        except UnknownEvent:
            self._count(topic.name, "ignored")
        except Exception as error:
            # Whatever a record does to the parser is the record's fault: it must never stop the reading.
            reason = f"invalid: {error if isinstance(error, InvalidEvent) else type(error).__name__}"
            await self._until_done(lambda: self._parking.park(record, reason, valid=False))
            self._count(topic.name, "parked")
        return None

    async def _process(self, batch: Batch) -> None:
        tries, began_ns = 0, time.time_ns()
        while batch.records:
            try:
                await self._until_done(lambda: self.subscription.handler(batch))
            except Abandoned:
                raise
            except Exception as error:
                if len(batch.records) > 1:
                    log.warning("batch failed, feeding it singly", group=self.subscription.group, exc_info=error)
                    for received in batch.records:
                        await self._process(Batch([received]))
                    return
                tries += 1
                if tries < TRIES and not isinstance(error, PermanentError):
                    continue
                log.error("record failed", group=self.subscription.group, tries=tries, exc_info=error)
                reason = f"{type(error).__name__}: {error}"
                park = partial(self._parking.park, batch.records[0].record, reason, valid=True)
                await self._until_done(park)
                self._count(batch.records[0].topic.name, "parked")
                return
            self._told(batch, began_ns)
            self._parking.took(len(batch.records))
            return

    def _told(self, batch: Batch, began_ns: int) -> None:
        """Figures and spans once per batch: per record they would cost more than reading it."""
        for name, count in Counter(received.topic.name for received in batch.records).items():
            self._count(name, "taken", count)
        if self._tracing is not None:
            traces = dict.fromkeys(received.event.traceparent for received in batch.records)
            for traceparent in list(traces)[:MARKED_TRACES]:
                self._tracing.mark(f"{self.subscription.group} took", traceparent, began_ns=began_ns)

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> None:
        """Runs the work; while a dependency is away, waits 0.2 s → 60 s with jitter and tries again, for ever."""
        wait, paged = _FIRST_WAIT, False
        self.progress.waiting_since = None
        while True:
            try:
                await work()
                self.progress.waiting_since = None
                return
            except Exception as error:
                if not (isinstance(error, TransientError | KafkaError) or is_transient(error)):
                    raise
                since = self.progress.waiting_since = self.progress.waiting_since or time.monotonic()
                if not paged and time.monotonic() - since > PAGE_AFTER_SECONDS:
                    paged = True
                    log.critical("dependency away for five minutes", group=self.subscription.group, exc_info=error)
                else:
                    log.warning("waiting for a dependency", group=self.subscription.group, exc_info=error)
            await self._rest(wait * random.uniform(0.7, 1.3))
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise Abandoned

    async def _commit(self, records: Sequence[ConsumerRecord[bytes, bytes]]) -> None:
        crashpoint("consume.before_commit")
        offsets = {TopicPartition(r.topic, r.partition): r.offset + 1 for r in records}
        try:
            assert self.consumer is not None
            await self.consumer.commit(offsets)
        except (KafkaError, IllegalStateError) as error:
            # Rebalanced away or the broker was gone: the records come again and change nothing.
            log.warning("commit refused", group=self.subscription.group, exc_info=error)
        else:
            self.progress.committed_at = time.monotonic()
        crashpoint("consume.after_commit")

    def _halt(self, why: str) -> None:
        self.progress.halted = why
        HALTED.labels(group=self.subscription.group).set(1)
        log.critical("reading stops until a person looks", group=self.subscription.group, problem=why)

    def _count(self, topic: str, fate: str, count: int = 1) -> None:
        CONSUMED.labels(group=self.subscription.group, topic=topic, fate=fate).inc(count)

    async def measure(self) -> None:
        """Refreshes the lag from what the consumer knows; a partition not fetched yet counts as 0."""
        consumer, lags = self.consumer, dict.fromkeys((topic.name for topic in self.subscription.topics), 0)
        if consumer is None:
            return
        for partition in consumer.assignment():
            end, last = consumer.highwater(partition), consumer.last_stable_offset(partition)
            committed = await asyncio.wait_for(consumer.committed(partition), 5) or 0
            lags[self._bus.logical(partition.topic).name] += max(0, max(end or 0, last or 0) - committed)
        self.progress.lag = sum(lags.values())
        for name, lag in lags.items():
            LAG.labels(group=self.subscription.group, topic=name).set(lag)
        if self.progress.lag == 0:
            self.progress.committed_at = time.monotonic()


async def _raw(message: KafkaMessage) -> Any:
    return message.body


class Consumers:
    """All subscriptions of a process on one FastStream broker, whose every setting is made here."""

    def __init__(
        self,
        settings: ServiceSettings,
        bus: Bus,
        *,
        service: str,
        stopping: asyncio.Event,
        tracing: Tracing | None = None,
    ) -> None:
        self._settings, self._bus, self._tracing = settings, bus, tracing
        self._service, self._stopping = service, stopping
        self.readers: list[Reader] = []
        self.broker = KafkaBroker(
            settings.kafka_bootstrap_servers,
            allow_auto_create_topics=False,
            ack_policy=AckPolicy.MANUAL,
            acks="all",
            enable_idempotence=True,
            graceful_timeout=10.0,
            logger=None,
        )

    def subscribe(self, subscription: Subscription) -> None:
        """The only way a service subscribes (its forbidden defaults: tests/contract)."""
        reader = Reader(subscription, self._bus, service=self._service, stopping=self._stopping, tracing=self._tracing)
        group = self._bus.group(subscription.group)
        subscriber = self.broker.subscriber(
            *(self._bus.physical(topic) for topic in subscription.topics),
            batch=True,
            group_id=group,
            group_instance_id=f"{group}-{self._settings.replica}",
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=subscription.max_records,
            batch_timeout_ms=5,
            session_timeout_ms=6000,
            heartbeat_interval_ms=1000,
            max_poll_interval_ms=600_000,
            decoder=_raw,
            no_reply=True,
        )
        subscriber.get_msg = reader.get_msg  # type: ignore[method-assign]

        async def consume(message: KafkaMessage) -> None:
            await reader.consume(message)

        subscriber(consume)
        self.readers.append(reader)

    async def start(self) -> None:
        if self.readers:
            await self.broker.start()

    async def stop(self) -> None:
        """Finishes what is in hand, then leaves the groups at once (aiokafka would let a static member's seat stand
        still for the session timeout)."""
        for reader in self.readers:
            coordinator = getattr(reader.consumer, "_coordinator", None)
            if coordinator is not None:
                coordinator._group_instance_id = None
        await self.broker.stop()
