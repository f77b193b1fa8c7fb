"""Prints alerts of Pasopati as they come: what another system needs to subscribe, with a plain Kafka client.

    make client
    python3 -m venv .venv-subscriber
    .venv-subscriber/bin/pip install "aiokafka[zstd]" dist/pasopati_schemas-*.whl
    .venv-subscriber/bin/python docs/examples/subscriber.py --bootstrap 127.0.0.1:19092

`kafka_bootstrap` in .run/state.json is the address of a running `make run`. With --group the position is kept in
Kafka and a second start goes on where the first one stopped; without it every start begins with the last state of
every alert.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from aiokafka import AIOKafkaConsumer
from pasopati_schemas.alerts import Alert
from pasopati_schemas.topics import ALERTS, AnyEvent, InvalidEvent, UnknownEvent, parse

MARKS = {"live": "", "drill": "[LATIHAN] ", "sample": "[CONTOH] "}


async def print_alerts(bootstrap: str, topic: str, group: str | None) -> None:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        # Committed by hand after the work: a crash repeats the last records, and `seen` drops what is repeated.
        enable_auto_commit=False,
    )
    await consumer.start()
    # A system that acts on alerts keeps this with its own data, in the same write as what it does.
    seen: dict[str, int] = {}
    try:
        async for record in consumer:
            event = read(record.value)
            if event is not None and event.sequence > seen.get(event.subject, 0):
                seen[event.subject] = event.sequence
                print(line(event), flush=True)
            if group is not None:
                await consumer.commit()
    finally:
        await consumer.stop()


def read(value: bytes | None) -> AnyEvent | None:
    """The event in a record; None for a tombstone, an event newer than our wheel, or what is no event at all."""
    if value is None:
        return None
    try:
        return parse(ALERTS, value)
    except UnknownEvent:
        return None
    except InvalidEvent as problem:
        print(f"not an alert: {problem}", flush=True)
        return None


def line(event: AnyEvent) -> str:
    alert: Alert = event.data
    what = event.type.removeprefix("id.go.ditjenpas.pasopati.").removesuffix(".v1")
    counts = ", ".join(f"{count.value} {count.what}" for count in alert.evidence.counts)
    units = ", ".join(unit.name for unit in alert.units) or "unit belum pasti"
    return (
        f"{event.time:%Y-%m-%dT%H:%M:%SZ} {what} #{event.sequence} {MARKS[event.opmode]}"
        f"{alert.level.upper()} {alert.title} · {units} · {counts} · {alert.status}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Print alerts of Pasopati.")
    parser.add_argument("--bootstrap", default="127.0.0.1:19092", help="host:port of Kafka")
    parser.add_argument("--topic", default=ALERTS.name)
    parser.add_argument("--group", default=None, help="keep the position in Kafka under this name")
    asked = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(print_alerts(asked.bootstrap, asked.topic, asked.group))


if __name__ == "__main__":
    main()
