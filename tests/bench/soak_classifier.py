"""A million items (ITEMS=…) through the real broker, store and classifier while the sweeper ends what is too old."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.local.places import PROJECT
from deploy.local.ports import take_port
from deploy.local.processes import Process
from libs.runtime.mongo import connect
from libs.schemas.topics import CATALOGUE, DEAD_LETTERS, ITEMS_CLASSIFIED, ITEMS_COLLECTED, ITEMS_RELEVANT
from tests.bench.machine import bind_to_two_cores, describe
from tests.bench.soak_ledger import Ledger, Tally, faults
from tests.bench.soak_plan import (
    AHEAD,
    BEGINS,
    DAYS,
    KEPT_DAYS,
    MOST_DOCUMENTS,
    Feed,
    Limits,
    Now,
    beyond,
    bounded,
)  # fmt: skip
from tests.bench.soak_report import Outcome, section
from tests.bench.soak_watch import Look, Watch, cpu_seconds, free_gb, progress_line, settled
from tests.support.running import Running, Service
from tests.support.stack import Stack, start_stack

LOOK_SECONDS, TELL_SECONDS = 5.0, 30.0
AT_ONCE = 100
UNANSWERED_IN_A_ROW = 5
SETTLE_SECONDS = 180.0


@dataclass(slots=True, kw_only=True)
class Soak:
    """One run: what was fed, what was heard, and why it ended before its time, if it did."""

    stack: Stack
    running: Running
    folder: Path
    feed: Feed
    limits: Limits
    heard: Ledger = field(init=False)
    relevant: Ledger = field(init=False)
    ended_early: str | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    heard_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.heard, self.relevant = Ledger(self.feed.count), Ledger(self.feed.count)

    def end(self, why: str) -> None:
        self.ended_early = self.ended_early or why
        self.stopping.set()

    def physical(self, name: str) -> str:
        return f"{name}.{self.running.namespace}"

    async def put(self, producer: AIOKafkaProducer) -> None:
        """A little ahead of the classifier, never more."""
        name = self.physical(ITEMS_COLLECTED.name)
        while self.feed.fed < self.feed.count and not self.stopping.is_set():
            if self.feed.fed - self.heard.answered >= AHEAD:
                await asyncio.sleep(0.02)
                continue
            sent = [await producer.send(name, value, key=key) for key, value in self.feed.next(AT_ONCE)]
            await asyncio.gather(*sent)

    async def hear(self, consumer: AIOKafkaConsumer) -> None:
        """A plain reader, as anybody's: what the classifier told to the outside."""
        ledgers = {
            self.physical(ITEMS_CLASSIFIED.name): self.heard,
            self.physical(ITEMS_RELEVANT.name): self.relevant,
        }
        while True:
            before = self.heard.answered
            for place, records in (await consumer.getmany(timeout_ms=500, max_records=2_000)).items():
                for record in records:
                    ledgers[place.topic].answer(record.value, fed=self.feed.fed)
            if self.heard.answered > before:
                self.heard_at = time.monotonic()


async def run(soak: Soak) -> Outcome:
    """Never raises for what the system does: that is the outcome."""
    with _stopped_by_signals(soak):
        await soak.running.topics()
        await _bound(soak)
        service = await _start(soak)
        watch = Watch(
            database=connect(soak.stack.mongodb_url)[f"pasopati_classifier_{soak.running.namespace}"],
            service=service, store_pid=_pid(soak.stack.mongo), broker_pid=_pid(soak.stack.kafka),
            stack_folder=soak.folder / "stack",
        )  # fmt: skip
        pids = {"classifier": service.pid, "store": watch.store_pid, "broker": watch.broker_pid, "bench": os.getpid()}
        spent = cpu_seconds(pids) | {"bench": time.process_time()}
        async with _ends(soak) as (producer, consumer):
            hearing = asyncio.create_task(soak.hear(consumer))
            putting = asyncio.create_task(soak.put(producer))
            watch.began = soak.heard_at = time.monotonic()
            try:
                await _watch(soak, watch, {"put": putting, "hear": hearing})
                seconds = time.monotonic() - watch.began
                tally = await _tally(soak, watch)
                swept = await watch.swept()
            finally:
                for task in (putting, hearing):
                    task.cancel()
                await asyncio.gather(putting, hearing, return_exceptions=True)
        after = cpu_seconds({name: pid for name, pid in pids.items() if name != "bench"})
        cpu = {name: used - spent[name] for name, used in (after | {"bench": time.process_time()}).items()}
        return Outcome(
            tally=tally, looks=watch.looks, swept=swept, seconds=seconds, cpu=cpu, ended_early=soak.ended_early,
            faults=faults(tally, most=MOST_DOCUMENTS),
        )  # fmt: skip


async def _watch(soak: Soak, watch: Watch, tasks: dict[str, asyncio.Task[None]]) -> None:
    """Until all are classified and nothing is on its way any more, or something ends it early."""
    told: Look | None = None
    all_heard_at: float | None = None
    unanswered = 0
    while not soak.stopping.is_set():
        try:
            look = await watch.look(soak.feed.fed, soak.heard.answered)
        except Exception as error:
            # One slow answer of a busy machine is no end; several in a row are.
            unanswered += 1
            if unanswered == UNANSWERED_IN_A_ROW:
                soak.end(f"the classifier or its store does not answer: {type(error).__name__} {error}".strip())
                return
            await asyncio.sleep(LOOK_SECONDS)
            continue
        unanswered = 0
        if told is None or look.seconds - told.seconds >= TELL_SECONDS:
            print(await _progress(soak, watch, look, told), flush=True)
            told = look
        for name, task in tasks.items():
            if task.done() and (broken := task.exception()) is not None:
                soak.end(f"the bench could not {name}: {type(broken).__name__}: {broken}")
        if soak.heard.answered >= soak.feed.count:
            all_heard_at = all_heard_at or time.monotonic()
            if settled(look) or time.monotonic() - all_heard_at > SETTLE_SECONDS:
                print(await _progress(soak, watch, look, told), flush=True)
                return
        elif why := beyond(soak.limits, _now(soak, look)):
            soak.end(why)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(soak.stopping.wait(), LOOK_SECONDS)


async def _progress(soak: Soak, watch: Watch, look: Look, before: Look | None) -> str:
    most = max(one.all_documents for one in watch.looks)
    days = DAYS * soak.feed.fed / soak.feed.count
    before = before if before is not look else None
    return progress_line(look, before, await watch.swept(), count=soak.feed.count, most=most, days=days)


def _now(soak: Soak, look: Look) -> Now:
    return Now(
        hours=look.seconds / 3600,
        free_disk_gb=free_gb(soak.folder),
        own_disk_gb=look.store_disk_gb + look.broker_disk_gb,
        classifier_mb=look.classifier_mb,
        silent_seconds=time.monotonic() - soak.heard_at,
    )


async def _tally(soak: Soak, watch: Watch) -> Tally:
    """Purge records come before their deletion: asked until two answers agree."""
    documents, gone = await watch.documents(), (await watch.swept()).gone
    for _ in range(20):
        await asyncio.sleep(0.5)
        again = await watch.documents(), (await watch.swept()).gone
        if again == (documents, gone):
            break
        documents, gone = again
    return Tally(
        wanted=soak.feed.count, fed=soak.feed.fed, answered=soak.heard.answered, repeats=soak.heard.repeats,
        doubled=soak.heard.doubled, strange=soak.heard.strange + soak.relevant.strange,
        relevant=soak.relevant.answered, members=documents.get("story_members", 0),
        members_purged=gone.get("anggota_isu", 0), counted=documents.get("trend_items", 0),
        counted_purged=gone.get("hitungan", 0), without_story=await watch.without_story(),
        outbox=await watch.outbox(), parked=await _parked(soak),
        most_documents=max((look.all_documents for look in watch.looks), default=0),
    )  # fmt: skip


async def _parked(soak: Soak) -> int:
    place = TopicPartition(soak.physical(DEAD_LETTERS["classifier"].name), 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=soak.stack.kafka_bootstrap)
    await consumer.start()
    try:
        return int((await consumer.end_offsets([place]))[place])
    finally:
        await consumer.stop()


async def _bound(soak: Soak) -> None:
    """What the broker keeps on its disk."""
    admin = AIOKafkaAdminClient(bootstrap_servers=soak.stack.kafka_bootstrap)
    await admin.start()
    try:
        await admin.alter_configs(
            [
                ConfigResource(ConfigResourceType.TOPIC, soak.physical(topic.name), configs=bounded(topic))
                for topic in CATALOGUE
            ]
        )
    finally:
        await admin.close()


async def _start(soak: Soak) -> Service:
    """As `Running.start` does, with another module: the classifier that lives by its items' clock."""
    port = take_port()
    env = {
        **soak.running.common_env(), "PASOPATI_HTTP_PORT": str(port), "PASOPATI_REPLICA": "0",
        BEGINS: soak.feed.simulated_at.isoformat(), "PASOPATI_CLASSIFIER_RETENTION_DAYS": json.dumps(KEPT_DAYS),
        "PASOPATI_TRENDS_EVERY_SECONDS": "5",
    }  # fmt: skip
    process = Process(
        name="classifier-0", command=(sys.executable, "-m", "tests.bench.soak_clocked"),
        record=soak.folder / "classifier.pid", log=soak.folder / "classifier.log", env=env, cwd=PROJECT,
        dies_with_parent=True,
    )  # fmt: skip
    service = Service(name="classifier", replica="0", port=port, process=process)
    soak.running.services.append(service)
    process.start()
    return await service.ready(within=60)


@asynccontextmanager
async def _ends(soak: Soak) -> AsyncIterator[tuple[AIOKafkaProducer, AIOKafkaConsumer]]:
    producer = AIOKafkaProducer(bootstrap_servers=soak.stack.kafka_bootstrap, acks="all")
    consumer = AIOKafkaConsumer(bootstrap_servers=soak.stack.kafka_bootstrap, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    read = (ITEMS_CLASSIFIED, ITEMS_RELEVANT)
    places = [TopicPartition(soak.physical(topic.name), p) for topic in read for p in range(topic.local_partitions)]
    consumer.assign(places)
    await consumer.seek_to_beginning(*places)
    try:
        yield producer, consumer
    finally:
        await consumer.stop()
        await producer.stop()


@contextmanager
def _stopped_by_signals(soak: Soak) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, soak.end, "somebody stopped it")
    try:
        yield
    finally:
        for sig in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(sig)


def _pid(server: object) -> int:
    process: Process = server.process  # type: ignore[attr-defined]
    return process.pid


def soak_classifier(folder: Path, items: int, limits: Limits) -> tuple[list[str], bool]:
    """The section of the report, and whether all was as promised. Ends everything it started."""
    machine = describe(bind_to_two_cores())
    begins = datetime.now(UTC).replace(microsecond=0) - timedelta(days=DAYS)
    # Servers from this thread: they die with it, whatever happens.
    stack = start_stack(folder / "stack", durable=True, own=True)
    running = Running(stack=stack, namespace=f"s{uuid4().hex[:8]}", directory=folder)
    try:
        soak = Soak(stack=stack, running=running, folder=folder, feed=Feed(items, begins), limits=limits)
        outcome = asyncio.run(_and_close(soak))
    finally:
        for service in running.services:
            service.process.kill()
        stack.stop()
    return section(outcome, machine)


async def _and_close(soak: Soak) -> Outcome:
    outcome = await run(soak)
    service = soak.running.services[0]
    if service.process.is_running():
        with contextlib.suppress(AssertionError):
            await service.stop()
    return outcome
