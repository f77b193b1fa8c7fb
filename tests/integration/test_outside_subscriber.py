"""docs/examples/subscriber.py, run as a stranger would: their own environment, a Kafka client, our wheel."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.places import PROJECT
from libs.schemas.alerts import AlertAcknowledged, AlertRaised
from libs.schemas.topics import ALERTS
from tests.integration.publisher_visitor import visiting
from tests.support.builders import an_alert, envelope_of
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.support.wheel import an_environment_with, build_wheel


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with aiokafka and the wheel, and nothing of ours."""
    place = tmp_path_factory.mktemp("stranger")
    wheel = build_wheel(place / "dist")
    return an_environment_with(str(wheel), "aiokafka[zstd]", at=place / "venv")


@asynccontextmanager
async def subscriber(python: Path, folder: Path, *arguments: str) -> AsyncIterator[list[str]]:
    """Runs the example from a folder of its own; yields the lines it has printed so far."""
    script = shutil.copy(PROJECT / "docs" / "examples" / "subscriber.py", folder)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PASOPATI"))}
    errors = (folder / "stderr").open("ab")
    child = await asyncio.create_subprocess_exec(
        str(python), "-I", script, *arguments,
        cwd=folder, env=env, stdout=asyncio.subprocess.PIPE, stderr=errors,
        # Tests started in the background of a script inherit an ignored SIGINT; a person's terminal does not.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    lines: list[str] = []

    async def read() -> None:
        assert child.stdout is not None
        async for line in child.stdout:
            lines.append(line.decode().rstrip("\n"))

    reading = asyncio.create_task(read())
    try:
        yield lines
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGINT)
        await asyncio.wait_for(child.wait(), 30)
        await reading
        errors.close()


@pytest.mark.slow
async def test_a_stranger_with_plain_aiokafka_and_the_wheel_prints_alerts(
    stranger: Path, stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    await running.topics()
    topic = f"{ALERTS.name}.{namespace}"
    arguments = ("--bootstrap", stack.kafka_bootstrap, "--topic", topic)
    raised = envelope_of(AlertRaised, an_alert(1), sequence=1, opmode="sample")
    taken = envelope_of(AlertAcknowledged, an_alert(1, status="diakui"), sequence=2, opmode="sample")
    other = envelope_of(AlertRaised, an_alert(2, title="Kabar kebakaran"), sequence=1)
    async with visiting(stack, namespace) as visitor:
        await visitor.publish(raised)
        async with subscriber(stranger, tmp_path, *arguments) as lines:
            await eventually(lambda: len(lines) == 1, within=30, what=f"the first alert is printed: {lines}")
            # What comes late, twice, from a newer version or from nobody changes nothing.
            for event in (taken, raised, taken):
                await visitor.publish(event)
            newer = taken.model_dump_json(exclude_none=True).replace("alert.acknowledged.v1", "alert.sung.v1")
            await visitor.producer.send_and_wait(topic, newer.encode(), key=b"x")
            await visitor.producer.send_and_wait(topic, None, key=b"x")
            await visitor.producer.send_and_wait(topic, b"\xff\x00 garbage", key=b"x")
            await visitor.publish(other)
            await eventually(lambda: any("Kabar kebakaran" in line for line in lines), within=30, what=f"{lines}")
            await eventually(lambda: len(lines) == 4, within=30, what=f"four lines: {lines}")
    title, units = "Kabar pelarian di Rutan Kelas IIB Contoh Timur", "Lapas Kelas IIA Contoh Utara"
    assert [line for line in lines if "Kabar pelarian" in line] == [
        f"2026-11-22T05:00:00Z alert.raised #1 [CONTOH] SIAGA {title} · {units} · 4 publikasi · terbuka",
        f"2026-11-22T05:00:00Z alert.acknowledged #2 [CONTOH] SIAGA {title} · {units} · 4 publikasi · diakui",
    ]
    assert [line for line in lines if "not an alert" in line] == ["not an alert: : json_invalid"]
    assert any(
        line.endswith(f"alert.raised #1 SIAGA Kabar kebakaran · {units} · 4 publikasi · terbuka") for line in lines
    )


@pytest.mark.slow
async def test_a_stranger_with_a_group_goes_on_where_they_stopped(
    stranger: Path, stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    await running.topics()
    arguments = (
        "--bootstrap", stack.kafka_bootstrap, "--topic", f"{ALERTS.name}.{namespace}", "--group", f"tamu-{namespace}",
    )  # fmt: skip
    async with visiting(stack, namespace) as visitor:
        for n, title in ((1, "Satu"), (2, "Dua")):
            await visitor.publish(envelope_of(AlertRaised, an_alert(1, title=title), sequence=n))
            async with subscriber(stranger, tmp_path, *arguments) as lines:
                await eventually(partial(len, lines), within=30, what=f"{title} is printed")
                await eventually(partial(has_committed, stack, f"tamu-{namespace}", n), within=15, what="committed")
            assert len(lines) == 1 and title in lines[0], lines


async def has_committed(stack: Stack, group: str, records: int) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(group)
        return bool(sum(max(0, at.offset) for at in offsets.values()) == records)
    finally:
        await admin.close()
