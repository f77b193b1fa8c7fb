"""The life of a service: wait for broker and store, run, stop within twenty seconds leaving nothing undecided."""

import asyncio
import contextlib
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

import uvicorn
import uvloop
from pydantic import ValidationError
from pydantic_settings import SettingsError

from libs.runtime.announcing import Entry, Renderer
from libs.runtime.bus import Bus
from libs.runtime.clock import Clock, SystemClock
from libs.runtime.commands import CommandDesk
from libs.runtime.face import AsgiApp, Face
from libs.runtime.kafka import Consumers, Subscription
from libs.runtime.mongo import Database, PyMongoError, connect, is_transient
from libs.runtime.outbox import Entities
from libs.runtime.relay import Relay
from libs.runtime.settings import ServiceSettings, what_is_wrong
from libs.runtime.telemetry import Tracing, configure_logs, log
from libs.schemas.topics import CATALOGUE, Topic

S = TypeVar("S", bound=ServiceSettings)
T = TypeVar("T")
Task = Callable[[], Awaitable[None]]
_TOPICS = {topic.slug: topic for topic in CATALOGUE}
STOP_WITHIN_SECONDS = 20
# What is left of them is uvicorn's, for answers on their way, and the interpreter's own end.
_LEAVE_WITHIN_SECONDS = STOP_WITHIN_SECONDS - 4
_LOOK_EVERY_SECONDS = 5


@dataclass(slots=True, kw_only=True)
class Runtime(Generic[S]):
    """What a service is handed when it is built."""

    service: str
    settings: S
    clock: Clock
    database: Database
    bus: Bus
    tracing: Tracing
    stopping: asyncio.Event
    renderer: Renderer
    relays: list[Relay] = field(default_factory=list)

    def entities(self, collection: str) -> Entities:
        """A collection of versioned documents with outbox; its relay starts with the service."""
        relay = Relay(self.database[collection], self.bus, self.clock, replica=self.settings.replica)
        self.relays.append(relay)
        return Entities(self.database[collection], relay, self.renderer)

    def desk(self, entities: Entities, topic: Topic) -> CommandDesk:
        """A desk for commands on these entities, whose events travel on `topic`."""
        return CommandDesk(entities, topic=topic, renderer=self.renderer, announce=self._announce)

    async def _announce(self, entry: Entry) -> None:
        await (await self.bus.send(_TOPICS[entry.topic], entry.key, entry.value.encode()))


@dataclass(slots=True, kw_only=True)
class Parts:
    """What a service consists of. Tasks run until the service stops (one that raises is started again with back-off);
    `on_stop` runs after reading has stopped; `problems` adds reasons for not being ready."""

    subscriptions: Sequence[Subscription] = ()
    tasks: Sequence[Task] = ()
    app: AsgiApp | None = None
    on_stop: Sequence[Task] = ()
    problems: Callable[[], list[str]] = list


Build = Callable[[Runtime[S]], Awaitable[Parts]]


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handlers: the service decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Life(Generic[S]):
    def __init__(self, name: str, settings: S, build: Build[S]) -> None:
        self._name, self._settings, self._build = name, settings, build
        self._stopping = asyncio.Event()
        self._starting: str | None = "starting"
        self._store_problem: str | None = None
        self._broker_misses = 0
        self._bus: Bus | None = None
        self._consumers: Consumers | None = None
        self._parts = Parts()
        self._face = Face(self.problems)

    def problems(self) -> list[str]:
        """Why the service is not ready; empty when it is."""
        found = [p for p in (self._starting, self._bus.waits_for if self._bus else None, self._store_problem) if p]
        if self._broker_misses > 1:
            found.append("broker away")
        if self._stopping.is_set():
            found.append("stopping")
        for reader in self._consumers.readers if self._consumers else ():
            if reader.progress.problem:
                found.append(f"{reader.subscription.group}: {reader.progress.problem}")
        return found + self._parts.problems()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for sig in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sig, self._stopping.set)
        async with self._http():
            work = asyncio.create_task(self._work())
            stop = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
            self._stopping.set()
            if self._starting and not work.done():
                work.cancel()  # still waiting for a dependency: nothing is in hand
            with contextlib.suppress(asyncio.CancelledError):
                await work

    @asynccontextmanager
    async def _http(self) -> AsyncIterator[None]:
        settings = self._settings
        config = uvicorn.Config(
            self._face, host=settings.http_host, port=settings.http_port, log_config=None, access_log=False,
            server_header=False, date_header=False, timeout_graceful_shutdown=3, lifespan="off",
        )  # fmt: skip
        server = _Server(config)
        serving = asyncio.create_task(server.serve())
        try:
            yield
        finally:
            server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError, SystemExit):
                await serving

    async def _work(self) -> None:
        settings = self._settings
        client = connect(settings.mongodb_url.get_secret_value())
        bus, tracing, clock = Bus(settings), Tracing.to(self._name, settings.otlp_endpoint), SystemClock()
        runtime = Runtime(
            service=self._name,
            settings=settings,
            clock=clock,
            database=client[settings.database_name(self._name)],
            bus=bus,
            tracing=tracing,
            stopping=self._stopping,
            renderer=Renderer(service=self._name, node=settings.node, clock=clock, tracing=tracing),
        )
        self._starting = "waiting for the store"
        await self._until_store_answers(runtime.database)
        self._starting, self._bus = "waiting for kafka", bus
        await bus.start()
        self._starting = "building"
        build = partial(self._build, runtime)
        self._parts = parts = await self._insist(build, runtime.database, undo=runtime.relays.clear)
        self._consumers = consumers = Consumers(
            settings, bus, service=self._name, stopping=self._stopping, tracing=tracing
        )
        for subscription in parts.subscriptions:
            consumers.subscribe(subscription)
        for relay in runtime.relays:
            await self._insist(relay.start, runtime.database)
        self._face.app = parts.app
        tasks = [asyncio.create_task(self._keep(task)) for task in parts.tasks]
        tasks += [asyncio.create_task(self._keep(partial(self._watch, runtime.database)))]
        await consumers.start()
        self._starting = None
        log.info("ready", subscriptions=len(parts.subscriptions), replica=settings.replica)
        await self._stopping.wait()
        began = time.monotonic()
        try:
            async with asyncio.timeout(_LEAVE_WITHIN_SECONDS):
                await self._stop(consumers, tasks, runtime)
        except TimeoutError:
            log.error("left before everything was put away: what was in hand comes again")
        client.close()
        log.info("stopped", seconds=round(time.monotonic() - began, 2))

    async def _stop(self, consumers: Consumers, tasks: list[asyncio.Task[None]], runtime: Runtime[S]) -> None:
        """Reading first, then our own tasks, then what is still on its way out."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(consumers.stop(), 10.5)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=2)
        for hook in self._parts.on_stop:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(hook(), 2)
        await asyncio.gather(*(relay.stop() for relay in runtime.relays))
        with contextlib.suppress(TimeoutError):
            await runtime.bus.stop()
        await asyncio.to_thread(runtime.tracing.close)

    async def _keep(self, task: Task) -> None:
        wait = 0.5
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                await task()
                return
            except Exception as error:
                name = getattr(task, "__qualname__", repr(task))
                log.error("task failed, starting it again", task=name, exc_info=error)
            wait = 0.5 if time.monotonic() - began > 60 else min(wait * 2, 30)
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))

    async def _until_store_answers(self, database: Database) -> None:
        attempt = 0
        while (problem := await _store_problem(database)) is not None:
            attempt += 1
            log.warning("waiting for the store", problem=problem, attempt=attempt)
            await asyncio.sleep(min(0.2 * 2**attempt, 5))

    async def _insist(
        self, step: Callable[[], Awaitable[T]], database: Database, *, undo: Callable[[], None] = lambda: None
    ) -> T:
        """A step of the start, once more whenever the store goes away under it; `undo`: what half of it left."""
        while True:
            try:
                return await step()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("the store went away during the start", exc_info=error)
            undo()
            await asyncio.sleep(0.2)
            await self._until_store_answers(database)

    async def _watch(self, database: Database) -> None:
        """Every five seconds: do store and broker answer, how far behind is each subscription."""
        while True:
            self._store_problem, answered = await asyncio.gather(
                _store_problem(database), self._bus.answers() if self._bus else asyncio.sleep(0, True)
            )
            # Twice in a row: one slow answer on a busy machine is not a broker away.
            self._broker_misses = 0 if answered else self._broker_misses + 1
            for reader in self._consumers.readers if self._consumers and answered else ():
                with contextlib.suppress(Exception):  # no figure is better than a dead watcher
                    await reader.measure()
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _store_problem(database: Database) -> str | None:
    try:
        await asyncio.wait_for(database.command("ping"), 4)
    except (PyMongoError, TimeoutError) as error:
        return f"store away: {type(error).__name__}"
    return None


def serve(name: str, settings_class: type[S], build: Build[S]) -> None:
    """The `main` of every service; returns when it has stopped after SIGTERM or SIGINT."""
    configure_logs(name, "INFO")
    try:
        settings = settings_class()
    except (ValidationError, SettingsError) as error:
        log.critical("cannot run: settings", problem="; ".join(what_is_wrong(settings_class, error)))
        sys.exit(2)
    configure_logs(name, settings.log_level)
    try:
        uvloop.run(Life(name, settings, build).run())
    except Exception as error:
        log.critical("cannot run", exc_info=error)
        sys.exit(1)
