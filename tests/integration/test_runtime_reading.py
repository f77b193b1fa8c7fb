"""Subscriptions on the real broker: garbage, poison, a dependency away, commits."""

import asyncio
import json
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from libs.runtime.bus import encode
from libs.runtime.errors import PermanentError, TransientError
from libs.runtime.kafka import Batch, Subscription
from libs.runtime.replaying import replay
from libs.schemas.items import ItemCollected
from libs.schemas.topics import DEAD_LETTERS, ITEMS_COLLECTED
from tests.support.builders import an_item, envelope_of
from tests.support.inside import Inside, everything_on, inside
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


def collected(n: int) -> bytes:
    return encode(envelope_of(ItemCollected, an_item(n)))


async def send_all(plumbing: Inside, values: list[bytes]) -> None:
    """All under one key, so that their order holds."""
    for value in values:
        await (await plumbing.bus.send(ITEMS_COLLECTED, "satu", value))


async def committed(stack: Stack, plumbing: Inside, group: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(plumbing.bus.group(group))
    finally:
        await admin.close()
    name = plumbing.bus.physical(ITEMS_COLLECTED)
    return sum(max(0, meta.offset) for part, meta in offsets.items() if part.topic == name)


class Taker:
    """A handler that remembers what it took and fails as told."""

    def __init__(self, fail: Any = None) -> None:
        self.taken: list[str] = []
        self.calls = 0
        self._fail = fail

    async def __call__(self, batch: Batch) -> None:
        self.calls += 1
        if self._fail is not None:
            self._fail(self, batch)
        self.taken += [event.data.item_id for event in batch.events]


def reading(taker: Taker) -> Subscription:
    return Subscription(topics=(ITEMS_COLLECTED,), group="classifier", handler=taker)


async def test_garbage_is_parked_masked_and_the_next_message_goes_on(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    newer = json.loads(collected(9)) | {"type": "id.go.ditjenpas.pasopati.item.collected.v2"}
    wrong_version = json.loads(collected(8)) | {"specversion": "0.3"}
    bad = [
        b"\xff\xfe\x00garbage",
        b'{"nik": "3174051234567890", "surel": "seseorang@contoh.example"}',
        b"[" * 5000,
        b"x" * 300_000,
        json.dumps(wrong_version).encode(),
        collected(7).replace(b'"time":"2026-11-22T05:00:00Z"', b'"time":"0001-01-01T00:00:00+10:00"'),
        json.dumps(newer).encode(),
    ]
    taker = Taker()
    async with inside(stack, namespace) as plumbing:
        async with plumbing.reading(reading(taker)):
            await send_all(plumbing, [collected(1), *bad, collected(2), collected(2)])

            async def done() -> bool:
                return await committed(stack, plumbing, "classifier") == 10

            await eventually(done, within=20, what="every record is committed")
        parked = await everything_on(stack, plumbing.bus.physical(DEAD_LETTERS["classifier"]))
    assert taker.taken == [an_item(1).item_id, an_item(2).item_id, an_item(2).item_id]
    assert len(parked) == 6  # an unknown event type is a newer writer's and is ignored
    for record in parked:
        headers = dict(record.headers)
        assert headers["origin-topic"].decode() == plumbing.bus.physical(ITEMS_COLLECTED)
        assert headers["reason"].decode().startswith("invalid")
        assert b"3174051234567890" not in record.value and b"seseorang" not in record.value


async def test_only_the_guilty_record_of_a_batch_is_parked(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()

    def fail(taker: Taker, batch: Batch) -> None:
        titles = [event.data.item_id for event in batch.events]
        if an_item(2).item_id in titles:
            raise PermanentError("cannot ever be")
        if an_item(4).item_id in titles:
            raise ValueError("a bug of ours")

    taker = Taker(fail)
    async with inside(stack, namespace) as plumbing:
        await send_all(plumbing, [collected(n) for n in range(1, 6)])
        async with plumbing.reading(reading(taker)):

            async def done() -> bool:
                return await committed(stack, plumbing, "classifier") == 5

            await eventually(done, within=20, what="the batch is committed")
        parked = await everything_on(stack, plumbing.bus.physical(DEAD_LETTERS["classifier"]))
    assert sorted(set(taker.taken)) == sorted(an_item(n).item_id for n in (1, 3, 5))
    reasons = [dict(record.headers)["reason"].decode() for record in parked]
    assert reasons == ["PermanentError: cannot ever be", "ValueError: a bug of ours"]
    assert parked[0].value == collected(2)


async def test_what_was_parked_is_replayed_once_after_the_fix(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()

    def fail(taker: Taker, batch: Batch) -> None:
        if an_item(2).item_id in [event.data.item_id for event in batch.events]:
            raise PermanentError("a bug, mended later")

    broken, mended = Taker(fail), Taker()
    async with inside(stack, namespace) as plumbing:
        await send_all(plumbing, [collected(1), b"garbage", collected(2)])
        async with plumbing.reading(reading(broken)):

            async def parked() -> bool:
                return await committed(stack, plumbing, "classifier") == 3

            await eventually(parked, within=20, what="the batch is decided")
        first = await replay(plumbing.settings, "classifier")
        second = await replay(plumbing.settings, "classifier")
        async with plumbing.reading(reading(mended)):
            await eventually(lambda: mended.taken == [an_item(2).item_id], within=20, what="the parked one is taken")
    assert (first.sent, len(first.kept), second.sent) == (1, 1, 0)


async def test_a_dependency_away_keeps_the_batch_and_nothing_is_committed(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    away = asyncio.Event()
    away.set()

    def fail(taker: Taker, batch: Batch) -> None:
        if away.is_set():
            raise TransientError("the store is away")

    taker = Taker(fail)
    async with inside(stack, namespace) as plumbing:
        await send_all(plumbing, [collected(1), collected(2)])
        async with plumbing.reading(reading(taker)):
            await eventually(lambda: taker.calls >= 3, within=20, what="it tries again")
            assert taker.taken == [] and await committed(stack, plumbing, "classifier") == 0
            away.clear()
            await eventually(lambda: len(taker.taken) == 2, within=20, what="both are taken")

            async def done() -> bool:
                return await committed(stack, plumbing, "classifier") == 2

            await eventually(done, within=20, what="both are committed")


async def test_stopping_in_the_middle_of_waiting_loses_nothing(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()

    def never(taker: Taker, batch: Batch) -> None:
        raise TransientError("away")

    stuck, after = Taker(never), Taker()
    async with inside(stack, namespace) as plumbing:
        await send_all(plumbing, [collected(1)])
        async with plumbing.reading(reading(stuck)):
            await eventually(lambda: stuck.calls >= 2, within=20, what="it tries")
            plumbing.stopping.set()
        assert await committed(stack, plumbing, "classifier") == 0
    async with inside(stack, namespace) as plumbing, plumbing.reading(reading(after)):
        await eventually(lambda: after.taken == [an_item(1).item_id], within=20, what="the record comes again")


async def test_too_many_parked_records_stop_the_reading(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    taker = Taker()
    async with inside(stack, namespace) as plumbing:
        await send_all(plumbing, [b"garbage"] * 60)
        async with plumbing.reading(reading(taker)) as consumers:
            reader = consumers.readers[0]
            await eventually(lambda: reader.progress.halted, within=20, what="it stops")
            assert reader.progress.problem == "too many records parked"
            # Nothing of the overflowing batch is committed: a person decides first.
            assert await committed(stack, plumbing, "classifier") < 60
