"""Every subscription of every service, inspected for the defaults that lose messages (delivery: what libraries do)."""

import asyncio
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faststream import AckPolicy

from libs.runtime.announcing import Renderer
from libs.runtime.bus import Bus
from libs.runtime.clock import SystemClock
from libs.runtime.kafka import Consumers, Reader
from libs.runtime.mongo import connect
from libs.runtime.service import Parts, Runtime
from libs.runtime.settings import ServiceSettings
from libs.runtime.telemetry import Tracing
from libs.schemas.topics import CATALOGUE, SERVICES
from tests.support.running import SECRET_KEY
from tests.support.stack import Stack

PROJECT = Path(__file__).resolve().parents[2]


def settings_class(service: str) -> type[ServiceSettings]:
    module = importlib.import_module(f"services.{service}.settings")
    found = [
        value for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, ServiceSettings) and value is not ServiceSettings
    ]  # fmt: skip
    return found[0] if found else ServiceSettings


async def consumers_of(service: str, stack: Stack, namespace: str) -> Consumers:
    """The service built as in life, on the real store, but not started."""
    settings = settings_class(service)(
        kafka_bootstrap_servers=stack.kafka_bootstrap, mongodb_url=stack.mongodb_url, namespace=namespace,
        secret_key=SECRET_KEY,
    )  # fmt: skip
    clock, tracing = SystemClock(), Tracing(service, None)
    bus, stopping = Bus(settings), asyncio.Event()
    client = connect(stack.mongodb_url)
    runtime: Runtime[Any] = Runtime(
        service=service, settings=settings, clock=clock, database=client[settings.database_name(service)], bus=bus,
        tracing=tracing, stopping=stopping,
        renderer=Renderer(service=service, node="pusat", clock=clock, tracing=tracing),
    )  # fmt: skip
    try:
        parts: Parts = await importlib.import_module(f"services.{service}.main").build(runtime)
        consumers = Consumers(settings, bus, service=service, stopping=stopping)
        for subscription in parts.subscriptions:
            consumers.subscribe(subscription)
        for hook in parts.on_stop:
            await hook()
        await client.drop_database(settings.database_name(service))
        return consumers
    finally:
        client.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_no_subscription_has_a_default_that_loses(service: str, stack: Stack, namespace: str) -> None:
    consumers = await consumers_of(service, stack, namespace)
    assert consumers.readers, f"{service} reads nothing?"
    groups = [reader.subscription.group for reader in consumers.readers]
    assert len(groups) == len(set(groups)), "two subscriptions in one group with one instance id fight silently"
    known = {consumers._bus.physical(topic) for topic in CATALOGUE}
    assert len(consumers.broker.subscribers) == len(consumers.readers), "somebody subscribed behind the runtime's back"
    subscribers: list[Any] = list(consumers.broker.subscribers)
    for subscriber in subscribers:
        arguments: dict[str, Any] = subscriber._connection_args
        assert subscriber.ack_policy is AckPolicy.MANUAL
        assert arguments["enable_auto_commit"] is False
        assert arguments["auto_offset_reset"] == "earliest"
        assert arguments["group_instance_id"], "a member without an instance id rebalances at each restart"
        assert arguments["session_timeout_ms"] == 6000 and arguments["heartbeat_interval_ms"] == 1000
        assert set(subscriber.topic_names) <= known, "a topic that the catalogue does not know"
        assert isinstance(subscriber.get_msg.__self__, Reader), "FastStream's own loop sleeps between polls"
        assert subscriber.max_records <= 200
    config: Any = consumers.broker.config
    assert config.broker_config.allow_auto_create_topics is False
    for topic in {topic for reader in consumers.readers for topic in reader.subscription.topics}:
        assert service in topic.consumers, f"the catalogue does not say that {service} reads {topic.name}"


def python_files() -> Iterator[Path]:
    for part in ("services", "libs"):
        yield from (PROJECT / part).rglob("*.py")


def test_only_the_runtime_touches_the_libraries_that_bite() -> None:
    """FastStream only in libs/runtime/kafka.py; consumers and producers only through Bus; motor only in mongo.py."""
    allowed = {
        "faststream": {"libs/runtime/kafka.py"},
        "motor": {"libs/runtime/mongo.py"},
        "AIOKafkaProducer(": {"libs/runtime/bus.py"},
        "AIOKafkaConsumer(": {"libs/runtime/bus.py"},
    }
    for path in python_files():
        name, text = path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")
        for word, places in allowed.items():
            used = f"import {word}" in text or f"from {word}" in text or (word.endswith("(") and word in text)
            assert not used or name in places, f"{name} uses {word}"
