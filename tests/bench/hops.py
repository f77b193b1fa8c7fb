"""One hop from topic to topic: raw aiokafka, the same with our pydantic work, and ours as a service runs it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from libs.runtime.announcing import Renderer
from libs.runtime.bus import Bus, encode
from libs.runtime.clock import SystemClock
from libs.runtime.kafka import Batch, Consumers, Subscription
from libs.runtime.mongo import connect
from libs.runtime.outbox import Announcement, Cause, Decision, Document, Entities, Intent
from libs.runtime.relay import Relay
from libs.runtime.settings import ServiceSettings
from libs.runtime.telemetry import Tracing, new_traceparent
from libs.schemas.items import ClassifiedItem, ItemClassified, ItemCollected
from libs.schemas.topics import ITEMS_CLASSIFIED, ITEMS_COLLECTED, parse
from tests.bench.articles import Writer
from tests.support.builders import a_classified_item, an_item, envelope_of

PARTITIONS = 6
BATCH = 200
HEADERS = [("content-type", b"application/cloudevents+json")]
# Together with what an envelope carries anyway: about 1.4 KB.
TEXT_CHARS, EXCERPT_CHARS = 330, 110
# What one poll of a feed brings belongs to one trace.
ITEMS_OF_A_POLL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one round reached, and the processor time of this process for each record."""

    per_second: float
    cpu_microseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Two clocks at one moment."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> "Spent":
        return cls(wall=time.perf_counter(), cpu=time.process_time())

    def over(self, records: int) -> Carried:
        """What passed since, shared by the records."""
        now = Spent.now()
        return Carried(
            per_second=records / (now.wall - self.wall), cpu_microseconds=(now.cpu - self.cpu) / records * 1e6
        )


class Hop(Protocol):
    """Something that carries records from the input topic to the output topic."""

    name: str

    async def start(self) -> None: ...

    async def carry(self, count: int) -> Carried:
        """Carries `count` records (or up to a batch more) from the beginning of the input."""
        ...

    async def stop(self) -> None: ...


def producer(bootstrap: str) -> AIOKafkaProducer:
    """With the settings of our own (libs/runtime/bus.py)."""
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0, compression_type="zstd",
        max_batch_size=128 * 1024, max_request_size=1024 * 1024,
    )  # fmt: skip


async def make_input(bus: Bus, settings: ServiceSettings, units: Sequence[str], count: int) -> int:
    """Six partitions of real ItemCollected envelopes; their mean size in bytes."""
    writer, sender = Writer(units, seed=7), producer(settings.kafka_bootstrap_servers)
    await sender.start()
    size, waiting, trace = 0, [], new_traceparent()
    topic = bus.physical(ITEMS_COLLECTED)
    for n in range(count):
        article = writer.everyday()
        item = an_item(n, title=article.title, text=article.text[:TEXT_CHARS], excerpt=article.text[:EXCERPT_CHARS])
        if n % ITEMS_OF_A_POLL == 0:
            trace = new_traceparent()
        value = encode(envelope_of(ItemCollected, item, traceparent=trace))
        size += len(value)
        waiting.append(await sender.send(topic, value, key=item.item_id.encode(), headers=HEADERS))
        if len(waiting) == 1000:
            await asyncio.gather(*waiting)
            waiting.clear()
    await asyncio.gather(*waiting)
    await sender.stop()
    return size // count


async def make_topics(bus: Bus, bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    names = [bus.physical(topic) for topic in (ITEMS_COLLECTED, ITEMS_CLASSIFIED)]
    await admin.create_topics([NewTopic(name=n, num_partitions=PARTITIONS, replication_factor=1) for n in names])
    await admin.close()


@dataclass(slots=True)
class RawHop:
    """getmany → send all → gather → commit, with the settings of ours; `with_pydantic`: validates and encodes too."""

    name: str
    bus: Bus
    bootstrap: str
    with_pydantic: bool = False
    _consumer: Any = None
    _producer: Any = None

    async def start(self) -> None:
        self._consumer = AIOKafkaConsumer(
            self.bus.physical(ITEMS_COLLECTED), bootstrap_servers=self.bootstrap, group_id=self.bus.group(self.name),
            enable_auto_commit=False, auto_offset_reset="earliest", max_poll_interval_ms=600_000,
        )  # fmt: skip
        self._producer = producer(self.bootstrap)
        await self._consumer.start()
        await self._producer.start()

    async def carry(self, count: int) -> Carried:
        consumer, sender, sink = self._consumer, self._producer, self.bus.physical(ITEMS_CLASSIFIED)
        rewind(consumer)
        done, spent = 0, Spent.now()
        while done < count:
            got = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
            records = list(chain.from_iterable(got.values()))
            acknowledgements = []
            for record in records:
                value = encode(parse(ITEMS_COLLECTED, record.value)) if self.with_pydantic else record.value
                acknowledgements.append(await sender.send(sink, value, key=record.key, headers=HEADERS))
            await asyncio.gather(*acknowledgements)
            if records:
                await consumer.commit({TopicPartition(r.topic, r.partition): r.offset + 1 for r in records})
            done += len(records)
        return spent.over(done)

    async def stop(self) -> None:
        await self._consumer.stop()
        await self._producer.stop()


class OurHop:
    """A subscription of the runtime whose handler publishes through the runtime's bus."""

    def __init__(self, name: str, settings: ServiceSettings, tracing: Tracing) -> None:
        self.name = name
        self.bus = Bus(settings)
        self._tracing = tracing
        self._stopping = asyncio.Event()
        self._go, self._done = asyncio.Event(), asyncio.Event()
        self._wanted = self._carried = 0
        self._consumers = Consumers(
            settings, self.bus, service="classifier", stopping=self._stopping, tracing=self._tracing
        )
        self._consumers.subscribe(
            Subscription(topics=(ITEMS_COLLECTED,), group=name, handler=self._in_turn, max_records=BATCH)
        )

    async def start(self) -> None:
        await self.bus.start()
        await self._consumers.start()

    async def carry(self, count: int) -> Carried:
        consumer = self._consumers.readers[0].consumer
        if consumer is not None:
            rewind(consumer)
        self._wanted, self._carried = count, 0
        self._done.clear()
        spent = Spent.now()
        self._go.set()
        await self._done.wait()
        return spent.over(self._carried)

    async def _in_turn(self, batch: Batch) -> None:
        # Between the rounds one batch waits here: it is the first of the next round, as its commit is.
        await self._go.wait()
        await self.work(batch)
        self._carried += len(batch.records)
        if self._carried >= self._wanted:
            self._go.clear()
            self._done.set()

    async def work(self, batch: Batch) -> None:
        acknowledgements = [
            await self.bus.send(ITEMS_CLASSIFIED, event.data.item_id, encode(event)) for event in batch.events
        ]
        await asyncio.gather(*acknowledgements)

    async def stop(self) -> None:
        self._stopping.set()
        self._wanted = 1 << 60
        self._go.set()
        await self._consumers.stop()
        await self.bus.stop()
        self._tracing.close()


class OutboxHop(OurHop):
    """The same with state: one versioned document an item, its announcement in it (Entities.apply)."""

    def __init__(self, name: str, settings: ServiceSettings, tracing: Tracing) -> None:
        super().__init__(name, settings, tracing)
        clock = SystemClock()
        self._client = connect(settings.mongodb_url.get_secret_value())
        collection = self._client[settings.database_name("bench")]["items"]
        self._relay = Relay(collection, self.bus, clock, replica="0")
        renderer = Renderer(service="bench", node="pusat", clock=clock, tracing=tracing)
        self._entities = Entities(collection, self._relay, renderer)
        self._data = a_classified_item()
        self._round = 0

    async def start(self) -> None:
        await self.bus.start()
        await self._relay.start()
        await self._consumers.start()

    async def carry(self, count: int) -> Carried:
        self._round += 1
        return await super().carry(count)

    async def work(self, batch: Batch) -> None:
        # Another entity each round: an input met twice would have no effect.
        await self._entities.apply([self._intent(event) for event in batch.events])

    def _intent(self, event: ItemCollected) -> Intent:
        item_id = f"{self._round}:{event.data.item_id}"
        data: ClassifiedItem = self._data.model_copy(update={"item_id": event.data.item_id, "title": event.data.title})

        def decide(_: Document | None) -> Decision:
            return Decision(
                state={"item": data.model_dump()}, announcements=(Announcement(event=ItemClassified, data=data),)
            )

        return Intent(entity_id=item_id, cause=Cause.of(event), decide=decide, inputs=(event.id,))

    async def stop(self) -> None:
        await super().stop()
        await self._relay.stop()
        self._client.close()


def rewind(consumer: AIOKafkaConsumer) -> None:
    for place in consumer.assignment():
        consumer.seek(place, 0)
