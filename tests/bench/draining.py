"""A backlog through the real broker, store and classifier, while live items arrive: how fast, and who waits."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from libs.schemas.items import ItemCollected
from libs.schemas.topics import topic_of
from tests.bench.machine import usages
from tests.integration.classifier_visitor import Visitor, publications, visiting
from tests.support.builders import envelope_of
from tests.support.running import Running
from tests.support.stack import Stack, start_stack
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.bench.classifier import Traffic

GOAL_PER_SECOND, GOAL_LIVE_SECONDS = 300.0, 60.0
LIVE_EVERY_SECONDS = 0.5
AT_ONCE = 500
LIVE_FROM = 10_000_000


async def drain_lines(count: int, traffic: Traffic, *, share: float) -> list[str]:
    """A section of the report; prints the same figures."""
    with tempfile.TemporaryDirectory(prefix="pasopati-drain-") as place:
        stack = await asyncio.to_thread(start_stack, Path(place) / "stack", durable=True, own=True)
        running = Running(stack=stack, namespace=f"b{uuid4().hex[:8]}", directory=Path(place) / "services")
        try:
            return await _drain(stack, running, count, traffic, share=share)
        finally:
            await running.close()
            await asyncio.to_thread(stack.stop)


async def _drain(stack: Stack, running: Running, count: int, traffic: Traffic, *, share: float) -> list[str]:
    await running.topics()
    async with visiting(stack, running.namespace) as visitor:
        await _put_backlog(visitor, count, traffic, share=share)
        service = await running.start("classifier")
        before, began = usages({"classifier": service.pid})["classifier"].cpu_seconds, time.monotonic()
        waits: list[float] = []
        live = asyncio.create_task(_live_items(visitor, waits))

        def done() -> bool:
            return len(visitor.seen["items_classified"]) - len(waits) >= count

        await eventually(done, within=60 + count / 20, what="the backlog is classified")
        seconds = time.monotonic() - began
        live.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await live
        relevant = len(visitor.seen["items_relevant"])

        def placed() -> bool:
            return sum(publications(story) for story in visitor.open_stories()) >= relevant

        await eventually(placed, within=120, what="every relevant item is in a story")
        in_stories = time.monotonic() - began
        spent = usages({"classifier": service.pid})["classifier"].cpu_seconds - before
    return _told(count, relevant, seconds, in_stories, spent, waits)


async def _put_backlog(visitor: Visitor, count: int, traffic: Traffic, *, share: float) -> None:
    for start in range(0, count, AT_ONCE):
        items = traffic.items(min(AT_ONCE, count - start), share=share)
        events = [envelope_of(ItemCollected, item, lane="backfill") for item in items]
        name = f"{topic_of(ItemCollected, 'backfill').name}.{visitor.namespace}"
        sent = [await _send(visitor.producer, name, event) for event in events]
        await asyncio.gather(*sent)


async def _send(producer: AIOKafkaProducer, name: str, event: ItemCollected) -> asyncio.Future[object]:
    value = event.model_dump_json(exclude_none=True).encode()
    future: asyncio.Future[object] = await producer.send(name, value, key=event.subject.encode())
    return future


async def _live_items(visitor: Visitor, waits: list[float]) -> None:
    """One live item after the other; each is waited for."""
    number = LIVE_FROM
    while True:
        number += 1
        item = visitor.item(number, f"Napi kabur dari Lapas Kediri, laporan ke-{number}")
        item = item.model_copy(update={"first_seen_at": datetime.now(UTC)})
        sent = time.monotonic()
        await visitor.send(item)
        await eventually(partial(visitor.classified, item), within=600, what="a live item is labelled")
        waits.append(time.monotonic() - sent)
        await asyncio.sleep(LIVE_EVERY_SECONDS)


def _told(
    count: int, relevant: int, seconds: float, in_stories: float, spent: float, waits: Sequence[float]
) -> list[str]:  # fmt: skip
    rate, ordered = count / seconds, sorted(waits) or [0.0]
    median, worst = ordered[len(ordered) // 2], ordered[-1]
    reached = "reached" if rate >= GOAL_PER_SECOND and worst <= GOAL_LIVE_SECONDS else "not reached"
    print(f"drained={count} per_second={rate:.0f} goal=300 live_p50={median:.2f}s live_max={worst:.2f}s {reached}")
    return [
        "",
        "## A backlog",
        "",
        f"{count:,} items of the backfill lane ({relevant:,} relevant with the live ones) through Kafka and the store: "
        f"all labelled after {seconds:.0f} s, **{rate:.0f} items/s** (goal ≥ {GOAL_PER_SECOND:.0f}), all relevant ones "
        f"in their stories after {in_stories:.0f} s; the classifier used {spent:.0f} processor seconds. "
        f"{len(waits)} live items meanwhile waited {median:.2f} s at the median and {worst:.2f} s at most "
        f"(goal ≤ {GOAL_LIVE_SECONDS:.0f} s). Goal {reached}.",
    ]
