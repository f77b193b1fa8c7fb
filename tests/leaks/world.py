"""The whole system under test with everything around it that can carry a canary in or show one."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml
from aiokafka import AIOKafkaProducer

from deploy.local.places import PROJECT
from deploy.local.ports import release_port, take_port
from libs.schemas.envelope import Command
from libs.schemas.topics import ITEMS_BACKFILL, ITEMS_COLLECTED, topic_of
from tests.faults.points import SERVICES
from tests.faults.receiving import Sink
from tests.faults.world import SECRET, served
from tests.integration.reports_world import UNIT, people_of_units
from tests.leaks.canaries import Aviary
from tests.leaks.places import Planted
from tests.support.feeds import FeedServer, feed_server
from tests.support.listening import Listener, listening
from tests.support.mastodon import MastodonServer, mastodon_server
from tests.support.running import Running, Service
from tests.support.stack import Stack

REPORTER = "pelapor"


class Collector:
    """OTLP over HTTP: keeps every span as it came."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.received.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Wiretap:
    """Whatever an ASGI application is sent: headers and bodies."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.received: list[bytes] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.received += [part for header in scope.get("headers", ()) for part in header]

        async def hear() -> Any:
            message = await receive()
            self.received.append(message.get("body", b""))
            return message

        await self._app(scope, hear, send)


@dataclass(slots=True, kw_only=True)
class World:
    """Strangers and people around five services. `answers`: what each HTTP answer held, by who asked."""

    running: Running
    mutant: str | None
    given: Path
    aviary: Aviary
    feeds: FeedServer
    mastodon: MastodonServer
    sink: Sink
    tap: Wiretap
    collector: Collector
    keys: dict[str, str]
    services: dict[str, Service] = field(default_factory=dict)
    live: Listener = field(default_factory=Listener)
    backfill: Listener = field(default_factory=Listener)
    outlets: dict[str, list[str]] = field(default_factory=dict)
    answers: list[tuple[str, bytes]] = field(default_factory=list)
    streamed: list[bytes] = field(default_factory=list)
    planted: Planted = field(default_factory=set)
    producer: AIOKafkaProducer | None = None
    imported: int = 0

    @property
    def gateway(self) -> str:
        return self.services["gateway"].url

    def items(self) -> list[Any]:
        """Items announced so far, every revision."""
        return [event.data for event in {**self.live.distinct(), **self.backfill.distinct()}.values()]

    def items_of(self, outlet_id: str) -> list[Any]:
        """The newest revision of each of an outlet's items."""
        mine = (one for one in self.items() if one.outlet_id == outlet_id)
        return list({one.item_id: one for one in sorted(mine, key=lambda one: one.rev_no)}.values())

    async def send(self, command: Command[Any]) -> None:
        """A command as the gateway sends it."""
        assert self.producer is not None
        name = f"{topic_of(type(command)).name}.{self.running.namespace}"
        value = command.model_dump_json(exclude_none=True).encode()
        await self.producer.send_and_wait(name, value, key=command.subject.encode())

    async def ask(
        self, entrance: str, who: str | None, method: str, path: str, *, key: str | None = None, **more: Any
    ) -> httpx.Response:
        """One request as a person; the answer is kept for the search."""
        headers: dict[str, Any] = {**more.pop("headers", {})}
        if who is not None:
            headers.setdefault("Authorization", f"Bearer {self.keys[who]}")
        if method == "POST":
            headers.setdefault("Idempotency-Key", key or uuid.uuid4().hex)
        async with httpx.AsyncClient(base_url=self.gateway, timeout=20) as client:
            answer = await client.request(method, path, headers=headers, **more)
        self.keep(entrance, answer)
        return answer

    def keep(self, entrance: str, answer: httpx.Response) -> None:
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        # A search box also shows what it refused to look up.
        told = answer.status_code < 300 or (answer.request.url.path == "/cari" and answer.status_code == 422)
        if entrance != "own words" or not told:
            self.answers.append((f"answer to {entrance}", head.encode() + b"\n\n" + answer.content))

    async def command(self, *arguments: str) -> tuple[int | None, str]:
        """`pasopati <arguments>`, of the mutant when there is one."""
        if self.mutant is None:
            return await self.running.ended_command(*arguments)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.leaks.mutants", self.mutant, "-", *arguments,
            cwd=PROJECT, env={**os.environ, **self.running.common_env()},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(child.communicate(), 60)
        return child.returncode, said.decode(errors="replace")


def write_settings(directory: Path, outlets: Mapping[str, list[str]], *, sink: int, local: list[str]) -> dict[str, str]:
    """Files and environment that point the services at the strangers."""
    directory.mkdir(parents=True, exist_ok=True)
    to = f"http://127.0.0.1:{sink}/kait"
    people = [{"id": "penerima-1", "role": "operator", "channels": [{"kind": "webhook", "url": to, "secret": SECRET}]}]
    ladder = yaml.safe_load(Path("services/alerts/data/ladder.yaml").read_text(encoding="utf-8"))
    ladder["classes"]["biasa"]["wait_seconds"] = 1
    sources = {
        "version": 1,
        "opmode": "live",
        "enabled": True,
        "interval_seconds": 5,
        "outlets": [
            {"outlet_id": id_, "name": f"Harian {id_}", "domain": f"{id_}.example", "zone": "WIB", "feeds": urls}
            for id_, urls in outlets.items()
        ],
    }
    files = {
        "sources.yaml": sources,
        "recipients.yaml": {"live": {1: people}, "sample": {1: people}},
        "ladder.yaml": ladder,
    }
    for name, content in files.items():
        (directory / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    return {
        "PASOPATI_SOURCES_FILE": str(directory / "sources.yaml"),
        "PASOPATI_RECIPIENTS_FILE": str(directory / "recipients.yaml"),
        "PASOPATI_LADDER_FILE": str(directory / "ladder.yaml"),
        "PASOPATI_LOCAL_ADDRESSES": ",".join([*local, f"127.0.0.1:{sink}"]),
        "PASOPATI_LIVE": "1",
        "PASOPATI_LOG_LEVEL": "DEBUG",
    }


@asynccontextmanager
async def prepared(stack: Stack, namespace: str, directory: Path, *, mutant: str | None) -> AsyncIterator[World]:
    """Everything around the services; they start with `start`, when the feeds' pages are written."""
    running = Running(stack=stack, namespace=namespace, directory=directory / "services")
    sink_port, spans_port = take_port(), take_port()
    (directory / "given").mkdir(parents=True)
    (directory / "temp").mkdir()
    people, keys = people_of_units(directory / "given", {REPORTER: UNIT})
    sink, collector = Sink(SECRET), Collector()
    tap = Wiretap(sink)
    async with AsyncExitStack() as around:
        around.callback(release_port, sink_port)
        around.callback(release_port, spans_port)
        around.push_async_callback(running.close)
        await around.enter_async_context(served(tap, sink_port))
        await around.enter_async_context(served(collector, spans_port))
        feeds = await around.enter_async_context(feed_server())
        mastodon = await around.enter_async_context(mastodon_server())
        running.env = {
            "PASOPATI_PEOPLE_FILE": str(people),
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{spans_port}",
            "TMPDIR": str(directory / "temp"),
            "SINK_PORT": str(sink_port),
        }
        world = World(
            running=running, mutant=mutant, given=directory / "given", aviary=Aviary(), feeds=feeds,
            mastodon=mastodon, sink=sink, tap=tap, collector=collector, keys=keys,
        )  # fmt: skip
        yield world


@asynccontextmanager
async def started(world: World) -> AsyncIterator[None]:
    """All five services, ready; somebody listens to both item topics and to both live feeds."""
    running = world.running
    running.env |= write_settings(
        world.given,
        world.outlets,
        sink=int(running.env.pop("SINK_PORT")),
        local=[world.feeds.address, world.mastodon.address],
    )
    await running.topics()
    async with AsyncExitStack() as around:
        for name in SERVICES:
            world.services[name] = await running.start(name, wait=False)
            if world.mutant is not None:
                become_mutant(world.services[name], world.mutant)
        for service in world.services.values():
            await service.ready(within=60)
        world.live = await around.enter_async_context(listening(running, ITEMS_COLLECTED))
        world.backfill = await around.enter_async_context(listening(running, ITEMS_BACKFILL))
        world.producer = AIOKafkaProducer(bootstrap_servers=running.stack.kafka_bootstrap)
        await world.producer.start()
        around.push_async_callback(world.producer.stop)
        streams = [asyncio.create_task(_follow(world, path)) for path in ("/api/v1/arus", "/umpan/arus")]
        try:
            yield
        finally:
            for stream in streams:
                stream.cancel()
            await asyncio.gather(*streams, return_exceptions=True)


def become_mutant(service: Service, mutant: str) -> None:
    service.kill()
    service.process.command = (sys.executable, "-m", "tests.leaks.mutants", mutant, service.name)
    service.process.start()


async def _follow(world: World, path: str) -> None:
    """A live feed as it comes over the wire."""
    headers = {"Authorization": f"Bearer {world.keys['analis']}"}
    while True:
        with suppress(httpx.HTTPError):
            async with (
                httpx.AsyncClient(base_url=world.gateway, timeout=httpx.Timeout(5, read=30)) as client,
                client.stream("GET", path, headers=headers) as answer,
            ):
                async for piece in answer.aiter_raw():
                    world.streamed.append(piece)
        await asyncio.sleep(0.2)
