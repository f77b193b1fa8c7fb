"""Somebody outside the classifier: hands it items as ingest would, and reads what it announces."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from libs.schemas import ids
from libs.schemas.items import Item, ItemCollected, ItemRevised
from libs.schemas.topics import COMMAND_OUTCOMES, ITEMS_CLASSIFIED, ITEMS_RELEVANT, STORIES, Topic, parse, topic_of
from tests.support.builders import a_command, an_item, envelope_of
from tests.support.stack import Stack
from tests.support.waiting import eventually

READ = (ITEMS_CLASSIFIED, ITEMS_RELEVANT, STORIES, COMMAND_OUTCOMES)


@dataclass(slots=True, kw_only=True)
class Visitor:
    namespace: str
    producer: AIOKafkaProducer
    began: datetime
    # topic slug → subject → sequence → event; a reader keeps each once
    seen: dict[str, dict[str, dict[int, Any]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    outcomes: list[Any] = field(default_factory=list)
    repeats: int = 0
    out_of_order: int = 0

    def item(
        self, n: int, title: str, *, outlet: int = 1, mode: str = "live", minutes: float = 0, **changes: Any
    ) -> Item:
        name = f"media-contoh-{outlet}"
        at = self.began + timedelta(minutes=minutes)
        return an_item(
            n, item_id=ids.item_id(mode, name, f"https://{name}.example/{n}"), outlet_id=name,
            outlet_name=f"Media Contoh {outlet}", title=title, first_seen_at=at, published_at=at,
            **({"text": ""} | changes),
        )  # fmt: skip

    async def send(self, item: Item, *, sequence: int = 1, opmode: str = "live", lane: str = "live") -> Any:
        kind = ItemCollected if sequence == 1 else ItemRevised
        event = envelope_of(kind, item, sequence=sequence, opmode=opmode, lane=lane)
        await self.put(event)
        return event

    async def put(self, event: Any) -> None:
        name = f"{topic_of(type(event)).name}.{self.namespace}"
        value = event.model_dump_json(exclude_none=True).encode()
        await self.producer.send_and_wait(name, value, key=event.subject.encode())

    async def send_all(self, items: Iterable[Item], **more: Any) -> None:
        for item in items:
            await self.send(item, **more)

    async def ask(self, command: Any, subject: str, data: Any, *, key: str, within: float = 20, **more: Any) -> Any:
        """Sends a person's command and waits for what became of it."""
        asked = a_command(command, subject, data, key=key, **more)
        known = len(self.outcomes)
        await self.put(asked)

        def answered() -> Any:
            return next((o for o in self.outcomes[known:] if o.subject == asked.id), None)

        return await eventually(answered, within=within, what=f"an answer to {type(asked).__name__}")

    def take(self, topic: Topic, event: Any) -> None:
        if topic is COMMAND_OUTCOMES:
            self.outcomes.append(event)
            return
        known = self.seen[topic.slug][event.subject]
        if event.sequence in known:
            self.repeats += 1
        elif known and event.sequence < max(known):
            self.out_of_order += 1
        known.setdefault(event.sequence, event)

    def classified(self, item: Item) -> Any:
        """The last labels announced for an item, or None."""
        events = self.seen[ITEMS_CLASSIFIED.slug].get(item.item_id)
        return events[max(events)].data if events else None

    def stories(self) -> dict[str, Any]:
        """Every story as it last stood."""
        return {s: events[max(events)].data for s, events in self.seen[STORIES.slug].items()}

    def open_stories(self) -> list[Any]:
        return [s for s in self.stories().values() if s.status == "terbuka"]

    def kinds_of(self, story_id: str) -> list[str]:
        events = self.seen[STORIES.slug][story_id]
        return [type(events[n]).__name__ for n in sorted(events)]


def publications(story: Any) -> int:
    return int(next(c.value for c in story.counts if c.what == "publikasi"))


@asynccontextmanager
async def visiting(stack: Stack, namespace: str) -> AsyncIterator[Visitor]:
    """The namespace's topics must exist."""
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka_bootstrap, acks="all")
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka_bootstrap, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    visitor = Visitor(namespace=namespace, producer=producer, began=datetime.now(UTC) - timedelta(minutes=30))
    names = {f"{topic.name}.{namespace}": topic for topic in READ}
    partitions = [TopicPartition(name, p) for name, topic in names.items() for p in range(topic.local_partitions)]
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)

    async def read() -> None:
        async for record in consumer:
            topic = names[record.topic]
            visitor.take(topic, parse(topic, record.value))

    reading = asyncio.create_task(read())
    try:
        yield visitor
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await consumer.stop()
        await producer.stop()
