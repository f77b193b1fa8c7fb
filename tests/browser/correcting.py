"""Somebody who carries out people's words on labels and stories as the classifier would, inside the test."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer

from libs.schemas.envelope import Command, Event
from libs.schemas.outcomes import CommandApplied, Done
from libs.schemas.topics import CLASSIFIER_COMMANDS, parse, topic_of
from tests.browser.site import Site
from tests.support.builders import envelope_of
from tests.support.stack import Stack

# What a command makes of the world: the event that its owner announces.
Carry = Callable[[Command[Any]], Event[Any]]


@dataclass(slots=True)
class Owner:
    """What was asked for, oldest first."""

    asked: list[Command[Any]] = field(default_factory=list)


@asynccontextmanager
async def an_owner(site: Site, stack: Stack, carry: Carry) -> AsyncIterator[Owner]:
    """Reads what is asked from now on, until the block ends."""
    owner = Owner()
    name = f"{CLASSIFIER_COMMANDS.name}.{site.namespace}"
    consumer = AIOKafkaConsumer(name, bootstrap_servers=stack.kafka_bootstrap, auto_offset_reset="latest")
    await consumer.start()
    await consumer.seek_to_end()
    for place in consumer.assignment():
        await consumer.position(place)

    async def answer() -> None:
        async for record in consumer:
            command: Any = parse(CLASSIFIER_COMMANDS, record.value)
            owner.asked.append(command)
            event = carry(command)
            await site.publish(event)
            done = Done(
                command_id=command.id, entity_id=command.subject, topic=topic_of(type(event)).name,
                sequence=event.sequence,
            )  # fmt: skip
            await site.publish(envelope_of(CommandApplied, done, subject=command.id))

    task = asyncio.create_task(answer())
    try:
        yield owner
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await consumer.stop()
