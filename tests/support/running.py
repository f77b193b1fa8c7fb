"""Real service processes under test: started, awaited, killed, stopped and restarted as an operator would."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from aiokafka.admin import AIOKafkaAdminClient
from pydantic import SecretStr
from pymongo import MongoClient

from deploy.local.places import PROJECT
from deploy.local.ports import release_port, take_port
from deploy.local.processes import Process
from libs.runtime.settings import ServiceSettings
from libs.runtime.topics_admin import apply
from tests.support.stack import Stack
from tests.support.waiting import eventually

# Any 32 bytes: every process of one test must only agree on them.
SECRET_KEY = "5a" * 32


@dataclass(slots=True, kw_only=True)
class Service:
    """One process of one service."""

    name: str
    replica: str
    port: int
    process: Process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        """Everything it has printed so far, over all its lives."""
        return self.process.log.read_text(errors="replace")

    async def is_ready(self) -> bool:
        if not self.process.is_running():
            code = self.process.exit_code()
            raise RuntimeError(f"{self.name} ended with {code}:\n{self.process.last_lines(40)}")
        try:
            async with httpx.AsyncClient(timeout=2) as client:
                return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    async def ready(self, *, within: float = 30) -> "Service":
        try:
            await eventually(self.is_ready, within=within, what=f"{self.name} is ready")
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.process.last_lines(40)}") from late
        return self

    async def metrics(self) -> str:
        async with httpx.AsyncClient(timeout=5) as client:
            return (await client.get(f"{self.url}/metrics")).text

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()

    async def stop(self) -> int:
        """SIGTERM as an operator would send it; the exit code. More than 20 s to leave is a defect."""
        self.process.ask_to_stop()
        await eventually(lambda: not self.process.is_running(), within=20, what=f"{self.name} stopped on SIGTERM")
        return self.process.exit_code() or 0

    async def restart(self, *, wait: bool = True, **env: str) -> "Service":
        """The same replica on the same port, with additional environment."""
        if self.process.is_running():
            self.kill()
        self.process.env = {**self.process.env, **env}
        self.process.start()
        return await self.ready() if wait else self

    async def ended(self, *, within: float = 30) -> int:
        """Wait until it ends by itself (a crash point, say); the exit code, negative for a signal."""
        await eventually(lambda: not self.process.is_running(), within=within, what=f"{self.name} ended")
        return self.process.exit_code() or 0

    def freeze(self) -> None:
        self.process.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send(signal.SIGCONT)


@dataclass(slots=True, kw_only=True)
class Running:
    """Starts service processes for one test, in a namespace of its own on the shared servers."""

    stack: Stack
    namespace: str
    directory: Path
    env: dict[str, str] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    _has_topics: bool = False

    def common_env(self) -> dict[str, str]:
        return {
            **self.stack.env(),
            "PASOPATI_NAMESPACE": self.namespace,
            "PASOPATI_SECRET_KEY": SECRET_KEY,
            "PASOPATI_PER_HOST_SECONDS": "0",
            # A test that means the registry says so; the others need not hear of 48 outlets.
            "PASOPATI_OUTLETS_FILE": "",
            "PASOPATI_BLOBS_FOLDER": str(self.directory / "blobs"),
            "PYTHONUNBUFFERED": "1",
            **self.env,
        }

    async def command(self, *arguments: str, within: float = 60, **env: str) -> str:
        """`pasopati <arguments>` in this test's environment; what it printed. A failure is an AssertionError."""
        code, text = await self.ended_command(*arguments, within=within, **env)
        assert code == 0, f"pasopati {' '.join(arguments)} ended with {code}:\n{text}"
        return text

    async def ended_command(self, *arguments: str, within: float = 60, **env: str) -> tuple[int | None, str]:
        """As `command`, however it ends: its exit code and what it printed."""
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "libs.runtime.cli", *arguments,
            cwd=PROJECT, env={**os.environ, **self.common_env(), **env},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await asyncio.wait_for(child.communicate(), within)
        return child.returncode, output.decode(errors="replace")

    async def topics(self) -> None:
        """Create this namespace's topics; once, and before the first service."""
        if not self._has_topics:
            # In this process: starting another one for it would cost a second in every test.
            settings = ServiceSettings(
                kafka_bootstrap_servers=self.stack.kafka_bootstrap,
                namespace=self.namespace,
                secret_key=SecretStr(SECRET_KEY),
            )
            await apply(settings, local=True)
            self._has_topics = True

    async def start(
        self, name: str, *, replica: str = "0", wait: bool = True, env: Mapping[str, str] | None = None, **more: str
    ) -> Service:
        """`python -m services.<name>.main` on a free port, ready (unless `wait` is False).

        Environment as a mapping, as keywords, or both.
        """
        await self.topics()
        port = take_port()
        label = f"{name}-{replica}"
        process = Process(
            name=label,
            command=(sys.executable, "-m", f"services.{name}.main"),
            record=self.directory / f"{label}.pid",
            log=self.directory / f"{label}.log",
            env={
                **self.common_env(),
                "PASOPATI_HTTP_PORT": str(port),
                "PASOPATI_REPLICA": replica,
                **(env or {}),
                **more,
            },
            cwd=PROJECT,
            dies_with_parent=True,
        )
        service = Service(name=name, replica=replica, port=port, process=process)
        self.services.append(service)
        process.start()
        return await service.ready() if wait else service

    async def start_all(self, *names: str, **env: str) -> dict[str, Service]:
        """Several at once (all five when none is named), then wait until each is ready."""
        wanted = names or ("ingest", "classifier", "alerts", "publisher", "gateway")
        started = {name: await self.start(name, wait=False, env=env) for name in wanted}
        for service in started.values():
            await service.ready()
        return started

    async def close(self) -> None:
        # Nothing of this namespace is needed any more: no reason to wait for a graceful stop (which has its own test).
        for service in self.services:
            service.process.kill()
            release_port(service.port)
        await self._forget_topics()
        await asyncio.to_thread(self._forget_databases)

    async def _forget_topics(self) -> None:
        if not self._has_topics or (self.stack.kafka is not None and not self.stack.kafka.process.is_running()):
            return
        admin = AIOKafkaAdminClient(bootstrap_servers=self.stack.kafka_bootstrap)
        await admin.start()
        try:
            mine = [topic for topic in await admin.list_topics() if topic.endswith(f".{self.namespace}")]
            if mine:
                await admin.delete_topics(mine)
        finally:
            await admin.close()

    def _forget_databases(self) -> None:
        if self.stack.mongo is not None and not self.stack.mongo.process.is_running():
            return
        client: MongoClient[dict[str, object]] = MongoClient(self.stack.mongodb_url, serverSelectionTimeoutMS=3000)
        with client:
            for name in client.list_database_names():
                if name.endswith(f"_{self.namespace}"):
                    client.drop_database(name)
