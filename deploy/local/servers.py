"""Apache Kafka and MongoLocal as child processes, each alone on its data directory."""

import asyncio
import fcntl
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.jars import kafka_jars, mongo_jars
from deploy.local.places import KAFKA_FILES
from deploy.local.processes import Process

# Kafka asks for 22 characters of URL-safe base64 and checks nothing else; one constant lets a data directory move.
CLUSTER_ID = "cGFzb3BhdGktbG9rYWwtMQ"
_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class ServerFailed(Exception):
    """A server did not come up; holds the end of its log."""


class DataInUse(Exception):
    """Another process works on this data directory."""


def lock(path: Path) -> int:
    """A lock to be inherited by the server, so that it ends with the server and not with us."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        os.close(descriptor)
        raise DataInUse(f"{path.parent} is in use by another process") from held
    return descriptor


@dataclass(slots=True, kw_only=True)
class KafkaServer:
    """One broker on loopback."""

    directory: Path
    port: int
    controller_port: int
    heap_mb: int = 384
    dies_with_parent: bool = False
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        self.process = Process(
            name="kafka",
            command=(),
            record=self.directory / "kafka.pid",
            log=self.directory / "kafka.log",
            dies_with_parent=self.dies_with_parent,
        )

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        held = lock(self.directory / "kafka.lock")
        try:
            properties = self._properties()
            classpath = f"{kafka_jars()}/*"
            java = ("java", *_JVM, f"-Dlog4j2.configurationFile={KAFKA_FILES / 'log4j2.xml'}", "-cp", classpath)
            if not (self.directory / "data" / "meta.properties").exists():
                self._format((*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID), properties)
            memory = (f"-Xms{self.heap_mb}m", f"-Xmx{self.heap_mb}m", "-XX:MaxMetaspaceSize=160m")
            rest = ("-XX:ReservedCodeCacheSize=64m", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")
            self.process.command = (java[0], *memory, *rest, *java[1:], "kafka.Kafka", str(properties))
            self.process.inherits = (held,)
            self.process.start()
        finally:
            os.close(held)

    def _properties(self) -> Path:
        text = (KAFKA_FILES / "server.properties").read_text()
        values = {
            "@PORT@": str(self.port),
            "@CONTROLLER_PORT@": str(self.controller_port),
            "@DATA_DIR@": str((self.directory / "data").absolute()),
        }
        for name, value in values.items():
            text = text.replace(name, value)
        written = self.directory / "server.properties"
        written.write_text(text)
        return written

    def _format(self, command: tuple[str, ...], properties: Path) -> None:
        tool = Process(
            name="kafka-format",
            command=(*command, "-c", str(properties), "--ignore-formatted"),
            record=self.directory / "format.pid",
            log=self.process.log,
        )
        tool.start()
        if tool.stop_when_done(60) != 0:
            raise ServerFailed(f"Kafka could not format its storage:\n{tool.last_lines()}")

    def is_ready(self) -> bool:
        """The port opens before the broker is useful; it is when a controller names an unfenced broker."""
        return kafka_answers_now(self.address)

    def wait_ready(self, *, timeout_seconds: float = 60) -> None:
        _wait(self.process, self.is_ready, timeout_seconds)


def kafka_answers_now(bootstrap: str) -> bool:
    return asyncio.run(kafka_answers(bootstrap))


async def kafka_answers(bootstrap: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=3000)
    # While a server starts, every failed attempt to reach it would be a line of log.
    logger = logging.getLogger("aiokafka")
    usual = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        await admin.start()
        cluster = await admin.describe_cluster()
        return bool(cluster["brokers"]) and cluster["controller_id"] >= 0
    except (KafkaError, OSError, ValueError, TimeoutError):
        return False
    finally:
        await admin.close()
        logger.setLevel(usual)


def memory_mb() -> int:
    """Of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def store_heap_mb(memory: int) -> int:
    """At most a sixth of the memory. The store's indexes live in its heap: with 1 GB and 50,000 documents like ours it
    collects garbage four fifths of its time, stops answering for seconds, and at last fails within a commit."""
    return max(1024, min(4096, memory // 6))


def store_memory(heap_mb: int) -> tuple[str, ...]:
    """A third for what is new: the collector's own young part is so small that it stands still a third of the time."""
    return (f"-Xms{heap_mb // 2}m", f"-Xmx{heap_mb}m", f"-Xmn{heap_mb // 3}m", "-XX:+UseSerialGC")


@dataclass(slots=True, kw_only=True)
class MongoServer:
    """MongoLocal on loopback: in memory, or in a file whose acknowledged writes survive kill -9."""

    directory: Path
    port: int
    in_memory: bool = False
    heap_mb: int = field(default_factory=lambda: store_heap_mb(memory_mb()))
    dies_with_parent: bool = False
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        self.process = Process(
            name="mongo",
            command=(),
            record=self.directory / "mongo.pid",
            log=self.directory / "mongo.log",
            dies_with_parent=self.dies_with_parent,
        )

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/"

    def start(self) -> None:
        held = lock(self.directory / "mongo.lock")
        try:
            jars = mongo_jars()
            storage = () if self.in_memory else ("--file", str(self.directory / "mongo.mv"), "--ack", "fsync")
            self.process.command = (
                "java", *store_memory(self.heap_mb), "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp", f"{jars}/classes:{jars}/*", "MongoLocal", "--port", str(self.port), *storage,
            )  # fmt: skip
            self.process.inherits = (held,)
            self.process.start()
        finally:
            os.close(held)

    def is_ready(self) -> bool:
        return mongo_answers(self.url)

    def wait_ready(self, *, timeout_seconds: float = 60) -> None:
        _wait(self.process, self.is_ready, timeout_seconds)


def mongo_answers(url: str) -> bool:
    client: MongoClient[dict[str, object]] = MongoClient(url, serverSelectionTimeoutMS=500)
    try:
        client.admin.command("ping")
    except PyMongoError:
        return False
    finally:
        client.close()
    return True


def _wait(process: Process, is_ready: Callable[[], bool], timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not is_ready():
        if not process.is_running():
            raise ServerFailed(f"{process.name} ended with {process.exit_code()}:\n{process.last_lines()}")
        if time.monotonic() > deadline:
            raise ServerFailed(f"{process.name} did not answer in {timeout_seconds:.0f} s:\n{process.last_lines()}")
        time.sleep(0.1)
