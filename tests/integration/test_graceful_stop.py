"""SIGTERM: out within twenty seconds with code 0, seats given up at once, nothing lost; also with everything away."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.ports import release_port, take_port
from libs.schemas.topics import SERVICES
from tests.faults.world import world
from tests.integration.gateway_world import write_people
from tests.support.running import Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually

STOPPED_WITHIN_SECONDS = 20
# A member that only fell silent would keep its seat for the session timeout of six.
LEFT_WITHIN_SECONDS = 3


async def stopped(service: Service) -> float:
    """Seconds from SIGTERM to the end, which must be a clean one."""
    began = time.monotonic()
    service.process.ask_to_stop()
    code = await service.ended(within=STOPPED_WITHIN_SECONDS)
    assert code == 0, f"{service.name} ended with {code}:\n{service.process.last_lines()}"
    return time.monotonic() - began


async def waits(service: Service) -> None:
    await eventually(lambda: "waiting for" in service.log, within=30, what=f"{service.name} waits")


class Groups:
    """Who sits in the consumer groups of a namespace, as the broker tells."""

    def __init__(self, bootstrap: str, namespace: str) -> None:
        # aiokafka's own admin client stumbles over this answer of a present-day broker.
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self._namespace = namespace

    async def of(self, service: str) -> dict[str, int]:
        """Members of each group of a service."""
        return await asyncio.to_thread(self._of, f"{self._namespace}.{service}")

    def _of(self, mine: str) -> dict[str, int]:
        listed = self._admin.list_consumer_groups().result().valid
        wanted = [g.group_id for g in listed if g.group_id == mine or g.group_id.startswith(f"{mine}.")]
        assert wanted, f"no group of {mine}"
        told = self._admin.describe_consumer_groups(wanted)
        return {name: len(answer.result().members) for name, answer in told.items()}


def taken(metrics: str) -> float:
    """Records that a process has taken in its present life."""
    lines = [line for line in metrics.splitlines() if line.startswith("pasopati_consumed_total{")]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if 'fate="taken"' in line)


async def test_each_service_stops_under_load_and_its_next_life_goes_on_at_once(
    stack: Stack, namespace: str, tmp_path: Path
) -> None:
    groups = Groups(stack.kafka_bootstrap, namespace)
    async with world(stack, namespace, tmp_path, rate=20, incidents_per_second=0.2) as made:
        await eventually(lambda: made.sink.pushes, within=60, what="everything runs")
        for name in SERVICES:
            (service,) = made.services[name]
            assert all((await groups.of(name)).values()), f"{name} sits in none of its groups"
            seconds = await stopped(service)

            async def empty(name: str = name) -> bool:
                return not any((await groups.of(name)).values())

            left = time.monotonic()
            await eventually(empty, within=LEFT_WITHIN_SECONDS, what=f"{name} gave up its seats")
            left = time.monotonic() - left
            began = time.monotonic()
            service.process.start()
            await service.ready()

            async def works(service: Service = service) -> bool:
                return taken(await service.metrics()) > 0

            await eventually(works, within=20, what=f"{name} takes records again")
            print(
                f"{name:10} stopped in {seconds:4.1f} s, seats free {left:4.1f} s later, "
                f"took records {time.monotonic() - began:4.1f} s after its start"
            )
        findings = await made.settle()
        print(findings)
        assert findings.clean, str(findings)
        assert findings.counts["kafka records"] > 100


@pytest.mark.parametrize("away", ["store", "broker"])
async def test_a_service_that_still_waits_for_a_server_stops_at_once(running: Running, away: str) -> None:
    nowhere = take_port()
    env = {"store": {"MONGODB_URL": f"mongodb://127.0.0.1:{nowhere}"}, "broker": {
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{nowhere}"}}[away]  # fmt: skip
    try:
        services = [await running.start(name, wait=False, env=env) for name in SERVICES]
        for service in services:
            await waits(service)
            assert await stopped(service) < 8
    finally:
        release_port(nowhere)


async def test_with_store_and_broker_gone_every_service_still_ends_in_time(
    own_stack: Stack, own_running: Running, tmp_path: Path
) -> None:
    assert own_stack.mongo is not None and own_stack.kafka is not None
    people, _ = write_people(tmp_path)
    async with silent_collector() as collector:
        own_running.env |= {"PASOPATI_PEOPLE_FILE": str(people), "OTEL_EXPORTER_OTLP_ENDPOINT": collector}
        services = await own_running.start_all()
        own_stack.kafka.process.kill()
        own_stack.mongo.process.kill()
        seconds = await asyncio.gather(*(stopped(service) for service in services.values()))
    print(", ".join(f"{name} {took:.1f} s" for name, took in zip(services, seconds, strict=True)))


@asynccontextmanager
async def silent_collector() -> AsyncIterator[str]:
    """Takes every connection and never answers: spans cannot be delivered."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
