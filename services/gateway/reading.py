"""Topics read without a group: their partitions, and the events in some records."""

from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from libs.schemas.envelope import Event
from libs.schemas.topics import InvalidEvent, Topic, UnknownEvent, parse
from services.gateway.rule import Found


async def partitions_of(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    """The topic's partitions; asking for an offset makes the client learn them."""
    consumer.assign([TopicPartition(topic, 0)])
    await consumer.end_offsets([TopicPartition(topic, 0)])
    return sorted(consumer.partitions_for_topic(topic) or {0})


def found_in(topic: Topic, partition: int, records: Iterable[Any]) -> list[Found]:
    """The readable events of some records; what is not readable has been parked by the projections."""
    found = []
    for record in records:
        event = event_in(topic, record.value)
        if event is not None:
            found.append(Found(topic=topic, partition=partition, offset=record.offset, event=event))
    return found


def event_in(topic: Topic, value: bytes | None) -> Event[Any] | None:
    try:
        event = parse(topic, value) if value else None
    except (InvalidEvent, UnknownEvent):
        return None
    return event if isinstance(event, Event) else None
