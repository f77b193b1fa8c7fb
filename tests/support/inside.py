"""Parts of the runtime inside the test's own process, on the real broker and store."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from libs.runtime.announcing import Renderer
from libs.runtime.bus import Bus
from libs.runtime.clock import SystemClock
from libs.runtime.commands import CommandDesk
from libs.runtime.kafka import Consumers, Subscription
from libs.runtime.mongo import Client, connect
from libs.runtime.outbox import Entities
from libs.runtime.relay import Relay
from libs.runtime.settings import ServiceSettings
from libs.runtime.telemetry import Tracing
from libs.schemas.topics import Topic
from tests.support.running import SECRET_KEY
from tests.support.stack import Stack


@dataclass(slots=True, kw_only=True)
class Inside:
    """One replica of a service's plumbing."""

    settings: ServiceSettings
    bus: Bus
    client: Client
    renderer: Renderer
    stopping: asyncio.Event
    service: str
    relays: list[Relay] = field(default_factory=list)

    async def entities(self, collection: str, *, started: bool = True) -> Entities:
        database = self.client[self.settings.database_name(self.service)]
        relay = Relay(database[collection], self.bus, SystemClock(), replica=self.settings.replica)
        if started:
            await relay.start()
        self.relays.append(relay)
        return Entities(database[collection], relay, self.renderer)

    def desk(self, entities: Entities, topic: Topic) -> CommandDesk:
        async def announce(entry: Any) -> None:
            from libs.schemas.topics import CATALOGUE

            found = next(topic for topic in CATALOGUE if topic.slug == entry.topic)
            await (await self.bus.send(found, entry.key, entry.value.encode()))

        return CommandDesk(entities, topic=topic, renderer=self.renderer, announce=announce)

    @asynccontextmanager
    async def reading(self, *subscriptions: Subscription) -> AsyncIterator[Consumers]:
        consumers = Consumers(self.settings, self.bus, service=self.service, stopping=self.stopping)
        for subscription in subscriptions:
            consumers.subscribe(subscription)
        await consumers.start()
        try:
            yield consumers
        finally:
            await consumers.stop()


@asynccontextmanager
async def inside(
    stack: Stack, namespace: str, *, service: str = "classifier", replica: str = "0"
) -> AsyncIterator[Inside]:
    """Plumbing of `service`; the namespace's topics must exist."""
    settings = ServiceSettings(
        kafka_bootstrap_servers=stack.kafka_bootstrap,
        mongodb_url=stack.mongodb_url,
        namespace=namespace,
        replica=replica,
        secret_key=SECRET_KEY,
    )
    bus = Bus(settings)
    await bus.start()
    client = connect(stack.mongodb_url)
    renderer = Renderer(service=service, node="pusat", clock=SystemClock(), tracing=Tracing(service, None))
    plumbing = Inside(
        settings=settings, bus=bus, client=client, renderer=renderer, stopping=asyncio.Event(), service=service
    )
    try:
        yield plumbing
    finally:
        plumbing.stopping.set()
        for relay in plumbing.relays:
            await relay.stop()
        await bus.stop()
        client.close()


async def everything_on(stack: Stack, physical: str) -> list[Any]:
    """All records of a topic from its beginning to its present end, read by a plain consumer without a group."""
    # Not seek_to_beginning: the reset to the latest offset that assigning begins may answer after it and win.
    consumer = AIOKafkaConsumer(
        bootstrap_servers=stack.kafka_bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(physical, p) for p in consumer.partitions_for_topic(physical) or ()]
        if not partitions:
            await consumer._client.force_metadata_update()
            metadata = await consumer._client.fetch_all_metadata()
            partitions = [TopicPartition(physical, p) for p in metadata.partitions_for_topic(physical) or ()]
        assert partitions, f"{physical} does not exist"
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        records: list[Any] = []
        while any([await consumer.position(p) < ends[p] for p in partitions]):
            for got in (await consumer.getmany(timeout_ms=500)).values():
                records.extend(got)
        return records
    finally:
        await consumer.stop()


async def events_on(stack: Stack, physical: str) -> list[dict[str, Any]]:
    """The same as parsed JSON envelopes."""
    return [json.loads(record.value) for record in await everything_on(stack, physical)]
