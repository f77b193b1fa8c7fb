"""A plain Kafka consumer under test, as a stranger would write it: keeps every event of one topic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer

from libs.schemas.topics import Topic, parse
from tests.support.running import Running


@dataclass(slots=True)
class Listener:
    """`events` in the order of arrival, repeats and all."""

    events: list[Any] = field(default_factory=list)

    def of(self, name: str) -> list[Any]:
        """Those of one class, by its name."""
        return [event for event in self.events if type(event).__name__ == name]

    def distinct(self) -> dict[str, Any]:
        """By id: what is left when repeats are dropped."""
        return {event.id: event for event in self.events}


@asynccontextmanager
async def listening(running: Running, topic: Topic) -> AsyncIterator[Listener]:
    """Everything on the topic from its beginning, while the block runs."""
    await running.topics()
    consumer = AIOKafkaConsumer(
        f"{topic.name}.{running.namespace}",
        bootstrap_servers=running.stack.kafka_bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    listener = Listener()

    async def read() -> None:
        async for record in consumer:
            listener.events.append(parse(topic, record.value))

    reading = asyncio.create_task(read())
    try:
        yield listener
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await consumer.stop()
