"""All five services under load: how much they sustain, how soon an item is on a page, how soon a command is done."""

import asyncio
import base64
import json
import sys
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvloop
import yaml
from aiokafka import AIOKafkaConsumer

from deploy.local.places import PROJECT
from deploy.local.ports import release_port, take_port
from deploy.local.processes import Process
from libs.schemas.topics import ALERTS
from tests.bench.arithmetic import Lag, Spread, slope
from tests.bench.feeding import Newsroom
from tests.bench.lagging import Backlog
from tests.bench.machine import Usage, full_collections, usages
from tests.bench.plan import ChainPlan
from tests.faults.world import live_units, served
from tests.support.running import Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually

NAMESPACE = "rantai"
INCIDENTS_PER_SECOND = 1.5
SHARES_TRIED = (0.95, 0.85, 0.7, 0.5)
# So many seconds of work waiting: the rate is too high, and what more is fed would only have to be waited for.
HOPELESS = 8
WRITE_DOWN = 20
SECRET = "whsec_" + base64.b64encode(b"b" * 32).decode()


@dataclass(slots=True, kw_only=True)
class Phase:
    """What a stretch of time cost: cores used by each process, full collections (ms) of the store meanwhile."""

    cores: dict[str, float] = field(default_factory=dict)
    full_gc_ms: list[float] = field(default_factory=list)
    items_per_second: float = 0.0

    @property
    def cpu_milliseconds_an_item(self) -> float:
        """Of all processes together: what an idle machine could do at most is cores / this."""
        return sum(self.cores.values()) / self.items_per_second * 1000 if self.items_per_second else 0.0


@dataclass(slots=True, kw_only=True)
class Chained:
    """What was measured. `steady`: the rates tried, the last one is the sustained if it is flat."""

    saturated_rate: float = 0.0
    saturated: Phase | None = None
    steady: list[Lag] = field(default_factory=list)
    live_rate: float = 0.0
    clients: int = 0
    clients_lost: int = 0
    client_megabytes: float = 0.0
    live: Spread | None = None
    live_expected: int = 0
    live_arrived: int = 0
    live_phase: Phase | None = None
    commands: Spread | None = None
    command_answers: dict[int, int] = field(default_factory=dict)
    alerts: int = 0
    items: int = 0
    memory: dict[str, float] = field(default_factory=dict)
    warm_seconds: float = 0.0
    lags_when_saturated: dict[str, int] = field(default_factory=dict)

    @property
    def sustained_rate(self) -> float:
        """The highest rate tried whose lag was flat; 0 when none was."""
        return max((lag.rate for lag in self.steady if lag.is_flat), default=0.0)


def measure(stack: Stack, directory: Path, gc_logs: Path, plan: ChainPlan) -> Chained:
    return uvloop.run(_measure(stack, directory, gc_logs, plan))


@dataclass(slots=True, kw_only=True)
class World:
    """The running system, what feeds it, and what is known about it from outside."""

    stack: Stack
    services: Mapping[str, Service]
    newsroom: Newsroom
    backlog: Backlog
    keys: dict[str, str]
    directory: Path
    gc_logs: Path
    alerts: list[str]

    @property
    def pids(self) -> dict[str, int]:
        assert self.stack.kafka is not None and self.stack.mongo is not None
        servers = {"Kafka": self.stack.kafka.process.pid, "document store": self.stack.mongo.process.pid}
        return {**{name: service.pid for name, service in self.services.items()}, **servers}

    @asynccontextmanager
    async def observed(self) -> AsyncIterator[Phase]:
        """The phase is filled in when the block ends."""
        assert self.stack.mongo is not None
        store, phase = self.stack.mongo.process.pid, Phase()
        before, collections, began = usages(self.pids), full_collections(self.gc_logs, store), time.monotonic()
        classified = self.backlog.classified
        yield phase
        passed = time.monotonic() - began
        phase.items_per_second = (self.backlog.classified - classified) / passed
        phase.cores.update(_cores(before, usages(self.pids), passed))
        phase.full_gc_ms.extend(full_collections(self.gc_logs, store)[len(collections) :])

    async def drained(self, within: float) -> None:
        """Waits until hardly anything is on its way; goes on without if the machine is too slow for that."""
        with suppress(AssertionError):
            await eventually(lambda: self.backlog.on_the_way < 20, within=within, what="everything came through")


def _cores(before: Mapping[str, Usage], after: Mapping[str, Usage], seconds: float) -> dict[str, float]:
    return {name: (after[name].cpu_seconds - before[name].cpu_seconds) / seconds for name in before}


async def _measure(stack: Stack, directory: Path, gc_logs: Path, plan: ChainPlan) -> Chained:
    port = take_port()
    newsroom = Newsroom(live_units(), port=port, incidents_per_second=INCIDENTS_PER_SECOND)
    newsroom.prepare(plan.prepared)
    running = Running(stack=stack, namespace=NAMESPACE, directory=directory / "services")
    running.env = _settings(directory, newsroom)
    try:
        people, keys = directory / "people.yaml", directory / "keys.json"
        await running.command("keys", "init", "--people", str(people), "--keys", str(keys))
        async with served(newsroom, port):
            services = await running.start_all()
            backlog = Backlog(stack.kafka_bootstrap, NAMESPACE, lambda: newsroom.put)
            await backlog.start()
            world = World(
                stack=stack, services=services, newsroom=newsroom, backlog=backlog, directory=directory,
                keys=json.loads(keys.read_text()), gc_logs=gc_logs, alerts=[],
            )  # fmt: skip
            watchers = [
                asyncio.create_task(backlog.look_for_ever()),
                asyncio.create_task(_follow_alerts(stack.kafka_bootstrap, world.alerts)),
            ]
            try:
                return await _phases(world, plan)
            finally:
                for task in watchers:
                    task.cancel()
                await asyncio.gather(*watchers, return_exceptions=True)
                await backlog.stop()
    finally:
        await _end(running)
        release_port(port)


async def _end(running: Running) -> None:
    """The processes; topics and databases go with their servers."""
    for service in running.services:
        service.process.ask_to_stop()
    for service in running.services:
        await asyncio.to_thread(service.process.stop)
        release_port(service.port)


async def _phases(world: World, plan: ChainPlan) -> Chained:
    told, began = Chained(clients=plan.clients), time.monotonic()
    await world.newsroom.saturating(lambda: world.backlog.on_the_way, plan.warm_on_the_way, plan.warm_seconds)
    await world.drained(plan.drain_seconds)
    told.warm_seconds = time.monotonic() - began
    told.saturated_rate = await _saturate(world, plan, told)
    await world.drained(plan.drain_seconds)
    # A further rate, and then the clients.
    still_to_come = 2 * (plan.run_in_seconds + plan.drain_seconds) + plan.steady_seconds + plan.live_seconds
    for share in SHARES_TRIED:
        told.steady.append(await _hold(world, share * told.saturated_rate, plan))
        await world.drained(plan.drain_seconds)
        if told.steady[-1].is_flat or time.monotonic() - began + still_to_come > plan.ends_after_seconds:
            break
    # A chain that sustained nothing is looked at all the same, at a rate it surely carries.
    told.live_rate = min(plan.live_rate, (told.sustained_rate or 0.5 * told.saturated_rate) / 2)
    await _watch(world, plan, told)
    told.alerts, told.items = len(world.alerts), world.backlog.classified
    told.memory = {name: use.megabytes for name, use in usages(world.pids).items()}
    return told


async def _saturate(world: World, plan: ChainPlan, told: Chained) -> float:
    """As much as goes through while work is always waiting; the first seconds do not count."""
    backlog = world.backlog
    feeding = asyncio.create_task(
        world.newsroom.saturating(lambda: backlog.on_the_way, plan.on_the_way, plan.saturated_seconds)
    )
    await asyncio.sleep(plan.run_in_seconds)
    moment = time.monotonic()
    async with world.observed() as told.saturated:
        await feeding
    seen = backlog.since(moment)
    told.lags_when_saturated = {
        "in the feeds and ingest": world.newsroom.put - backlog.collected,
        "classifier": backlog.collected - backlog.classified,
        **{name: lag for name, lag in sorted(backlog.lags.items()) if lag},
    }
    (first, _, classified), (last, _, by_then) = seen[0], seen[-1]
    return (by_then - classified) / (last - first)


async def _hold(world: World, rate: float, plan: ChainPlan) -> Lag:
    """Whether the chain keeps up with a rate: items come at it whatever happens."""
    feeding = asyncio.create_task(
        world.newsroom.at_rate(
            rate, plan.run_in_seconds + plan.steady_seconds, hopeless=lambda: world.backlog.on_the_way > HOPELESS * rate
        )
    )
    await asyncio.sleep(plan.run_in_seconds)
    moment, given_up = time.monotonic(), feeding.done()
    await feeding
    passed = time.monotonic() - moment
    given_up = given_up or passed < 0.9 * plan.steady_seconds
    seen = world.backlog.since(moment)
    (first, _, classified), (last, waiting, by_then) = seen[0], seen[-1]
    return Lag(
        rate=rate,
        came_out_per_second=(by_then - classified) / (last - first),
        grows_per_second=slope([(at, waiting) for at, waiting, _ in seen]),
        last=waiting,
        given_up=given_up,
    )


async def _watch(world: World, plan: ChainPlan, told: Chained) -> None:
    """Clients on the live feed and people at work, while items come at a moderate rate."""
    notes = world.directory / "watched.json"
    watching = _watchers(world, plan.clients, notes)
    watching.start()
    try:
        await eventually(lambda: "connected" in watching.last_lines(), within=30, what="the clients are connected")
        feeding = asyncio.create_task(world.newsroom.at_rate(told.live_rate, plan.run_in_seconds + plan.live_seconds))
        await asyncio.sleep(plan.run_in_seconds)
        moment = time.time()
        async with world.observed() as told.live_phase:
            # The last seconds are not commanded: what is asked last is answered within the phase.
            taken = await _acknowledge(world, plan.commands_per_second, plan.live_seconds - 2)
            await feeding
        await world.drained(plan.drain_seconds)
    finally:
        await asyncio.to_thread(watching.stop)
    seen = json.loads(notes.read_text())
    told.clients_lost, told.client_megabytes = seen["lost"], seen["bytes"] / 1e6
    expected = {id_: at for id_, at in world.newsroom.served.items() if at >= moment}
    latencies = [at - expected[id_] for id_, at in seen["arrived"] if id_ in expected]
    told.live_expected = len(expected) * min(WRITE_DOWN, plan.clients)
    told.live_arrived = len(latencies)
    told.live = Spread.of(latencies) if latencies else None
    done = [seconds for status, seconds in taken if status == 200]
    told.commands = Spread.of(done) if done else None
    for status, _ in taken:
        told.command_answers[status] = told.command_answers.get(status, 0) + 1


def _watchers(world: World, clients: int, notes: Path) -> Process:
    key, port = world.keys["operator"], world.services["gateway"].port
    arguments = (str(port), key, str(clients), str(min(WRITE_DOWN, clients)), str(notes))
    return Process(
        name="watching", command=(sys.executable, "-m", "tests.bench.watching", *arguments),
        record=world.directory / "watching.pid", log=world.directory / "watching.log", cwd=PROJECT,
        dies_with_parent=True,
    )  # fmt: skip


async def _acknowledge(world: World, per_second: float, seconds: float) -> list[tuple[int, float]]:
    """One open alert after the other is acknowledged over REST; answers with how long each took."""
    gateway = world.services["gateway"].url
    began, taken = time.monotonic(), list[tuple[int, float]]()
    under_way: set[asyncio.Task[None]] = set()

    async def press(alert_id: str) -> None:
        headers = {"authorization": f"Bearer {world.keys['operator']}", "idempotency-key": uuid.uuid4().hex}
        asked = time.perf_counter()
        answer = await client.post(f"{gateway}/api/v1/alerts/{alert_id}/acknowledge", json={}, headers=headers)
        taken.append((answer.status_code, time.perf_counter() - asked))

    async with httpx.AsyncClient(timeout=15) as client:
        asked = 0
        while time.monotonic() - began < seconds:
            if asked < len(world.alerts):
                task = asyncio.create_task(press(world.alerts[asked]))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
                asked += 1
            await asyncio.sleep(max(0.01, began + asked / per_second - time.monotonic()))
        await asyncio.gather(*under_way)
    return taken


async def _follow_alerts(bootstrap: str, found: list[str]) -> None:
    """Ids of the alerts as they are raised."""
    consumer = AIOKafkaConsumer(
        f"{ALERTS.name}.{NAMESPACE}", bootstrap_servers=bootstrap, enable_auto_commit=False,
        auto_offset_reset="earliest",
    )  # fmt: skip
    await consumer.start()
    try:
        async for record in consumer:
            event = json.loads(record.value)
            if event["type"].endswith("alert.raised.v1"):
                found.append(event["subject"])
    finally:
        await consumer.stop()


def _settings(directory: Path, newsroom: Newsroom) -> dict[str, str]:
    directory.mkdir(parents=True, exist_ok=True)
    to = f"http://127.0.0.1:{newsroom.port}/kait"
    someone = {"id": "penerima", "role": "operator", "channels": [{"kind": "webhook", "url": to, "secret": SECRET}]}
    ladder: dict[str, Any] = yaml.safe_load((PROJECT / "services/alerts/data/ladder.yaml").read_text(encoding="utf-8"))
    ladder["classes"]["biasa"]["wait_seconds"] = 1
    files = {
        "sources.yaml": newsroom.sources_file(),
        "recipients.yaml": {"live": {1: [someone]}},
        "ladder.yaml": ladder,
    }
    for name, content in files.items():
        (directory / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    return {
        "PASOPATI_SOURCES_FILE": str(directory / "sources.yaml"),
        "PASOPATI_RECIPIENTS_FILE": str(directory / "recipients.yaml"),
        "PASOPATI_LADDER_FILE": str(directory / "ladder.yaml"),
        "PASOPATI_PEOPLE_FILE": str(directory / "people.yaml"),
        "PASOPATI_LOCAL_ADDRESSES": f"127.0.0.1:{newsroom.port}",
        "PASOPATI_LIVE": "1",
        "PASOPATI_LOG_LEVEL": "WARNING",
    }
