"""The hops side by side: warmed up, then round by round in turn; what each reached."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from deploy.local.places import PROJECT
from deploy.local.ports import release_port, take_port
from deploy.local.processes import Process
from libs.runtime.bus import Bus
from libs.runtime.settings import ServiceSettings
from libs.runtime.telemetry import Tracing
from tests.bench.arithmetic import paired_ratio
from tests.bench.hops import Carried, Hop, OurHop, OutboxHop, RawHop, make_input, make_topics
from tests.bench.plan import RelayPlan
from tests.faults.world import live_units
from tests.support.running import SECRET_KEY, Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

RAW, RAW_PYDANTIC, OURS, TRACED, OUTBOX = "raw", "raw-pydantic", "ours", "ours-traced", "ours-outbox"
NAMESPACE = "ukur"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """Records a second of each hop, round by round; processor time of a record in the median round."""

    rounds: dict[str, list[float]]
    cpu_microseconds: dict[str, float]
    value_bytes: int
    warm_seconds: float

    def median(self, hop: str) -> float:
        return statistics.median(self.rounds[hop])

    @property
    def hop_ratio(self) -> float:
        return paired_ratio(self.rounds[OURS], self.rounds[RAW])

    @property
    def hop_pydantic_ratio(self) -> float:
        return paired_ratio(self.rounds[OURS], self.rounds[RAW_PYDANTIC])

    @property
    def telemetry_ratio(self) -> float:
        return paired_ratio(self.rounds[TRACED], self.rounds[OURS])


def measure(stack: Stack, directory: Path, plan: RelayPlan) -> Relayed:
    return uvloop.run(_measure(stack, directory, plan))


async def _measure(stack: Stack, directory: Path, plan: RelayPlan) -> Relayed:
    settings = ServiceSettings(
        kafka_bootstrap_servers=stack.kafka_bootstrap, mongodb_url=stack.mongodb_url, namespace=NAMESPACE,
        secret_key=SECRET_KEY,
    )  # fmt: skip
    bus = Bus(settings)
    await make_topics(bus, stack.kafka_bootstrap)
    await Running(stack=stack, namespace=NAMESPACE, directory=directory / "topics").topics()
    value_bytes = await make_input(bus, settings, live_units(), plan.records)
    async with _collector(directory) as traces, AsyncExitStack() as started:
        hops: list[Hop] = [
            RawHop(RAW, bus, stack.kafka_bootstrap),
            OurHop(OURS, settings, Tracing("classifier", None)),
            RawHop(RAW_PYDANTIC, bus, stack.kafka_bootstrap, with_pydantic=True),
            OurHop(TRACED, settings, Tracing.to("classifier", traces)),
        ]
        for hop in hops:
            await hop.start()
            started.push_async_callback(hop.stop)
        began = time.monotonic()
        pace = await _warm_up(hops, plan)
        warm_seconds = time.monotonic() - began
        rounds = await _take_turns(hops, pace, plan)
        outbox = OutboxHop(OUTBOX, settings, Tracing("classifier", None))
        await outbox.start()
        started.push_async_callback(outbox.stop)
        rounds |= await _outbox(outbox, plan)
    return Relayed(
        rounds={name: [one.per_second for one in carried] for name, carried in rounds.items()},
        cpu_microseconds={
            name: statistics.median(one.cpu_microseconds for one in carried) for name, carried in rounds.items()
        },
        value_bytes=value_bytes,
        warm_seconds=warm_seconds,
    )


async def _warm_up(hops: Sequence[Hop], plan: RelayPlan) -> dict[str, float]:
    """Everyone in turn until the time is up; the last pace of each."""
    pace: dict[str, float] = {}
    deadline = time.monotonic() + plan.warm_seconds
    while time.monotonic() < deadline or not pace:
        for hop in hops:
            known = pace.get(hop.name, plan.records / 10)
            pace[hop.name] = (await hop.carry(_in(plan.round_seconds, known, plan.records))).per_second
    return pace


async def _take_turns(hops: Sequence[Hop], pace: dict[str, float], plan: RelayPlan) -> dict[str, list[Carried]]:
    rounds: dict[str, list[Carried]] = {hop.name: [] for hop in hops}
    for number in range(plan.rounds):
        # Every second round backwards: who comes after whom must not matter.
        for hop in hops if number % 2 == 0 else reversed(hops):
            rounds[hop.name].append(await hop.carry(_in(plan.round_seconds, pace[hop.name], plan.records)))
    return rounds


async def _outbox(hop: Hop, plan: RelayPlan) -> dict[str, list[Carried]]:
    pace = (await hop.carry(plan.outbox_records)).per_second
    count = _in(plan.round_seconds, pace, plan.records)
    return {hop.name: [await hop.carry(count) for _ in range(plan.outbox_rounds)]}


def _in(seconds: float, pace: float, most: int) -> int:
    return max(1, min(int(seconds * pace), most))


@asynccontextmanager
async def _collector(directory: Path) -> AsyncIterator[str]:
    """A receiver of spans in a process of its own; its address."""
    port = take_port()
    process = Process(
        name="collector", command=(sys.executable, "-m", "tests.bench.collector", str(port)),
        record=directory / "collector.pid", log=directory / "collector.log", cwd=PROJECT, dies_with_parent=True,
    )  # fmt: skip
    process.start()
    try:
        await eventually(lambda: _open(port), within=15, what="the collector listens", retry=(OSError,))
        yield f"http://127.0.0.1:{port}"
    finally:
        await asyncio.to_thread(process.stop)
        release_port(port)


async def _open(port: int) -> bool:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    return True
