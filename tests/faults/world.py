"""The whole system under test, with strangers on both ends."""

import asyncio
import base64
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
import yaml

from deploy.local.ports import release_port, take_port
from libs.reference.units import Gazetteer
from tests.faults.acting import People
from tests.faults.checking import Evidence, check
from tests.faults.feeding import WITH_PAGES, Newsroom
from tests.faults.findings import Findings
from tests.faults.points import SERVICES
from tests.faults.receiving import LiveClient, Sink, Subscriber
from tests.support.running import Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually

RATE = 55.0
INCIDENTS_PER_SECOND = 0.3
SECRET = "whsec_" + base64.b64encode(b"u" * 32).decode()
REPORTING_UNIT = next(unit.unit_id for unit in Gazetteer.for_mode("live") if unit.jenis == "Bapas")
RECIPIENTS = ("penerima-1", "penerima-2")
# Two busy cores work off what piled up while everything was dead or frozen; how long it took is told.
SETTLED_WITHIN_SECONDS = 300


class _Quiet(uvicorn.Server):
    def install_signal_handlers(self) -> None: ...


@asynccontextmanager
async def served(app: Any, port: int) -> AsyncIterator[None]:
    """An ASGI app on loopback in this process."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off", access_log=False)
    server = _Quiet(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign,assignment]
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started, within=10, what=f"a server on port {port}")
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _no_signals:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


@dataclass(slots=True, kw_only=True)
class World:
    """Feeds on one end; sink, subscriber and live client on the other; our services between."""

    running: Running
    newsroom: Newsroom
    sink: Sink
    subscriber: Subscriber
    live: LiveClient
    people: People
    services: dict[str, list[Service]]
    hush: asyncio.Event = field(default_factory=asyncio.Event)
    kills: dict[str, int] = field(default_factory=dict)
    strangers: list["asyncio.Task[None]"] = field(default_factory=list)

    def killed(self, what: str) -> None:
        self.kills[what] = self.kills.get(what, 0) + 1

    async def settle(self, *, within: float = SETTLED_WITHIN_SECONDS) -> Findings:
        """Stops feeding, waits until everything has come out (or the time is up), and compares."""
        self.hush.set()
        self.people.quiet.set()
        quiet_since = time.monotonic()
        best: Findings | None = None

        def all_told() -> bool:
            nonlocal best
            best = self.compare()
            return not best.lost and not best.phantom

        with suppress(AssertionError):
            await eventually(all_told, within=within, what="everything came out")
        assert best is not None
        best.counts["seconds to settle"] = int(time.monotonic() - quiet_since)
        return best

    def compare(self) -> Findings:
        for task in self.strangers:
            if task.done() and (failure := task.exception()):
                raise failure
        return check(
            Evidence(
                fed=list(self.newsroom.fed.values()),
                incidents=self.newsroom.incidents,
                seen=self.subscriber.seen,
                pushes=self.sink.pushes,
                frames=self.live.frames,
                recipients=len(RECIPIENTS),
                published=self.people.published,
                attempted=self.people.attempted,
                acknowledged=self.people.acknowledged,
                reported=self.people.reported,
                reports_tried=self.people.reports_tried,
                deeds=self.people.correctors.deeds,
            )
        )


def live_units() -> list[str]:
    """Full names, which tell exactly one unit each; neighbours in the list are far apart on the map.

    None for children: what is masked in their news restricts it, and then nobody is told the link that we count by."""
    names = [unit.name for unit in Gazetteer.for_mode("live") if unit.jenis in ("Lapas", "Rutan")]
    random.Random(7).shuffle(names)
    return names


def write_settings(directory: Path, newsroom: Newsroom, sink_port: int) -> dict[str, str]:
    """Files and environment that point the services at the strangers."""
    directory.mkdir(parents=True, exist_ok=True)
    to = f"http://127.0.0.1:{sink_port}/kait"
    everyone = [
        {"id": one, "role": "operator", "channels": [{"kind": "webhook", "url": to, "secret": SECRET}]}
        for one in RECIPIENTS
    ]
    ladder = yaml.safe_load(Path("services/alerts/data/ladder.yaml").read_text(encoding="utf-8"))
    ladder["classes"]["biasa"]["wait_seconds"] = 1
    ladder["delivery"]["webhook"] |= {
        "first_retry_seconds": 0.5,
        "longest_retry_seconds": 5,
        "timeout_seconds": 3,
        "lease_seconds": 4,
    }
    files = {
        "sources.yaml": newsroom.sources_file(),
        "recipients.yaml": {"live": {1: everyone}},
        "ladder.yaml": ladder,
    }
    for name, content in files.items():
        (directory / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    return {
        "PASOPATI_SOURCES_FILE": str(directory / "sources.yaml"),
        "PASOPATI_RECIPIENTS_FILE": str(directory / "recipients.yaml"),
        "PASOPATI_LADDER_FILE": str(directory / "ladder.yaml"),
        "PASOPATI_PEOPLE_FILE": str(directory / "people.yaml"),
        "PASOPATI_LOCAL_ADDRESSES": f"127.0.0.1:{newsroom.port},127.0.0.1:{sink_port}",
        "PASOPATI_LIVE": "1",
        "PASOPATI_LOG_LEVEL": "WARNING",
    }


@asynccontextmanager
async def world(
    stack: Stack,
    namespace: str,
    directory: Path,
    *,
    mutant: str | None = None,
    replicas: int = 1,
    rate: float = RATE,
    incidents_per_second: float = INCIDENTS_PER_SECOND,
    units: Sequence[str] | None = None,
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[World]:
    """Everything started, ready and under load; ended with the block."""
    feed_port, sink_port = take_port(), take_port()
    newsroom = Newsroom(
        list(units or live_units()), rate=rate, incidents_per_second=incidents_per_second, port=feed_port
    )
    running = Running(stack=stack, namespace=namespace, directory=directory / "services")
    running.env = write_settings(directory, newsroom, sink_port) | dict(env or {})
    sink, subscriber = Sink(SECRET), Subscriber(stack.kafka_bootstrap, namespace)
    tasks: list[asyncio.Task[None]] = []
    try:
        people, keys = directory / "people.yaml", directory / "keys.json"
        await running.command("keys", "init", "--people", str(people), "--keys", str(keys), "--unit", REPORTING_UNIT)
        await running.topics()
        async with served(newsroom, feed_port), served(sink, sink_port):
            services = await _start(running, mutant=mutant, replicas=replicas)
            gateway = services["gateway"][0].url
            spoken = json.loads(keys.read_text())
            live = LiveClient(gateway, spoken["operator"])
            pages_feed = f"http://127.0.0.1:{feed_port}/umpan/{WITH_PAGES}.xml"
            acting = People(gateway, spoken, subscriber, pages_feed)
            made = World(
                running=running, newsroom=newsroom, sink=sink, subscriber=subscriber, live=live, people=acting,
                services=services,
            )  # fmt: skip
            tasks = [asyncio.create_task(subscriber.run()), asyncio.create_task(live.run())]
            await live.connected()
            tasks += [asyncio.create_task(newsroom.write(made.hush)), *acting.start()]
            made.strangers = tasks
            yield made
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        for task in tasks:
            task.cancel()
        await running.close()
        release_port(feed_port)
        release_port(sink_port)


async def _start(running: Running, *, mutant: str | None, replicas: int) -> dict[str, list[Service]]:
    services: dict[str, list[Service]] = {}
    for name in SERVICES:
        count = 1 if name == "gateway" else replicas
        for number in range(count):
            service = await running.start(name, replica=str(number), wait=False)
            if mutant is not None and name != "gateway":
                service.kill()
                service.process.command = (sys.executable, "-m", "tests.faults.mutants", mutant, name)
                service.process.start()
            services.setdefault(name, []).append(service)
    for group in services.values():
        for service in group:
            await service.ready()
    return services
