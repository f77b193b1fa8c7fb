"""`pasopati replay <service>`: feeds parked records to their topics again, after what parked them was mended."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord, TopicPartition

from libs.runtime.bus import ACKNOWLEDGED_WITHIN_SECONDS, Bus
from libs.runtime.settings import ServiceSettings
from libs.schemas.topics import DEAD_LETTERS, SERVICES, InvalidEvent, UnknownEvent, parse


@dataclass(slots=True)
class Replayed:
    """How many went back, and which stay parked because they are not events (nothing of them is kept)."""

    sent: int = 0
    kept: list[str] = field(default_factory=list)


async def replay(settings: ServiceSettings, service: str, *, dry: bool = False) -> Replayed:
    """Sends each parked record that is a valid event to its origin topic, once per record: the position is kept in
    the group `<service>.replay`. Whoever has seen a higher sequence of the entity drops it. Raises KafkaError."""
    bus = Bus(settings)
    await bus.start()
    physical = bus.physical(DEAD_LETTERS[service])
    consumer = bus.consumer(group_id=bus.group(f"{service}.replay"), auto_offset_reset="earliest")
    await consumer.start()
    done = Replayed()
    try:
        partition = TopicPartition(physical, 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        while await consumer.position(partition) < end:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    await _again(bus, record, done, dry=dry)
        if not dry:
            await consumer.commit({partition: end})
        return done
    finally:
        await consumer.stop()
        await bus.stop()


async def _again(bus: Bus, record: ConsumerRecord[bytes, bytes], done: Replayed, *, dry: bool) -> None:
    headers = {name: value.decode() for name, value in record.headers}
    try:
        topic = bus.logical(headers["origin-topic"])
        parse(topic, record.value or b"")
    except (KeyError, InvalidEvent, UnknownEvent) as error:
        done.kept.append(f"offset {record.offset}: {type(error).__name__}")
        return
    if not dry:
        future = await bus.send(
            topic, (record.key or b"").decode(), record.value or b"", {"replayed": str(record.offset)}
        )
        await asyncio.wait_for(future, ACKNOWLEDGED_WITHIN_SECONDS)
    done.sent += 1


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="pasopati replay", description="Feeds parked records to their topics again.")
    parser.add_argument("service", choices=SERVICES)
    parser.add_argument("--dry", action="store_true", help="only say what would be sent")
    options = parser.parse_args(argv)
    os.environ.setdefault("PASOPATI_SECRET_KEY", "00" * 32)  # needs no secret: the broker only
    done = asyncio.run(replay(ServiceSettings(), options.service, dry=options.dry))
    print(f"{'would replay' if options.dry else 'replayed'} {done.sent}, left parked {len(done.kept)}")
    for line in done.kept:
        print(f"    {line}")
    return 0
