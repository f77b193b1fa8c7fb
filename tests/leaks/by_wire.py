"""The entrance for other programs: records on the bus that no service of ours wrote."""

from __future__ import annotations

import json
from typing import Any

from libs.schemas.envelope import type_of
from libs.schemas.topics import CATALOGUE, Topic
from tests.leaks.canaries import Canary
from tests.leaks.entrances import Entrance, Fates, entrance
from tests.leaks.world import World
from tests.support.inside import everything_on
from tests.support.waiting import eventually

NAME = "records nobody of ours wrote"


def read_topics() -> list[Topic]:
    """Those that a service of ours reads."""
    return [topic for topic in CATALOGUE if topic.events]


def _records(topic: Topic, one: Canary, two: Canary) -> list[dict[str, Any]]:
    """Bytes that are no JSON; an envelope of the right type whose content is of no use."""
    envelope = {
        "specversion": "1.0", "type": type_of(topic.events[0]), "id": "x", "source": "/luar", "subject": two.sentence,
        "data": {"nama": two.value, "catatan": two.sentence, "daftar": [{two.value: two.sentence}]},
    }  # fmt: skip
    heads = [("traceparent", one.sentence.encode()), ("asal", two.sentence.encode())]
    return [
        {"key": one.value.encode(), "value": f"bukan json: {one.sentence}".encode(), "headers": heads},
        {"key": two.value.encode(), "value": json.dumps(envelope).encode(), "headers": heads},
    ]


async def _garbage(world: World) -> Fates:
    assert world.producer is not None
    kinds = ("nik", "wbp", "surel", "tahanan", "telepon", "keluarga", "perkara", "anak", "register", "bpjs")
    sent = 0
    for n, topic in enumerate(read_topics()):
        first, second = world.aviary.some(NAME, kinds[2 * n % 10], kinds[(2 * n + 1) % 10], plain=True)
        physical = f"{topic.name}.{world.running.namespace}"
        for record in _records(topic, first, second):
            told = await world.producer.send_and_wait(physical, **record)
            world.planted.add((physical, told.partition, told.offset))
            sent += 1
    parked = await eventually(lambda: _parked(world, at_least=sent), within=60, what="every record is parked")
    return ["parked"] * int(parked)


async def _parked(world: World, *, at_least: int) -> int:
    found: set[tuple[bytes, ...]] = set()
    for topic in CATALOGUE:
        if not topic.events:
            for record in await everything_on(world.running.stack, f"{topic.name}.{world.running.namespace}"):
                heads = dict(record.headers)
                found.add(tuple(heads[name] for name in ("origin-topic", "origin-partition", "origin-offset")))
    return len(found) if len(found) >= at_least else 0


entrance(Entrance(name=NAME, guard="not kept", act=_garbage))
