"""kill -9 between any two steps of a report, and two replicas at once: every report once, every unit told once."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.local.places import PROJECT
from libs.reference.units import Gazetteer
from libs.runtime.announcing import Cause
from libs.runtime.clock import SystemClock
from libs.schemas import ids
from libs.schemas.topics import ITEMS_COLLECTED, REPORTS, SOURCES
from services.ingest.unit_watch import UnitWatch
from tests.integration.reports_world import UNIT, Reporting, a_report_body, start_reporting
from tests.support.inside import Inside, inside
from tests.support.listening import listening
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

POINTS = (
    "ingest.report.received",
    "relay.before_send",
    "ingest.report.written",
    "ingest.unit.heard",
    "consume.before_commit",
)


async def _shown(world: Reporting, title: str) -> list[dict[str, Any]]:
    async with world.client("analis") as client:
        rows = (await client.get("/api/v1/reports", params={"limit": 200})).json()["rows"]
    return [row for row in rows if row["data"]["title"] == title]


async def test_a_report_survives_kill_9_at_every_step_and_is_told_once(running: Running, tmp_path: Path) -> None:
    world = await start_reporting(running, tmp_path)
    async with listening(running, REPORTS) as reports, listening(running, ITEMS_COLLECTED) as items:
        for n, point in enumerate(POINTS, start=1):
            title = f"Panen sayur ke-{n} di kebun lapas"
            # Not awaited: the report before may come once more (its offset was not committed) and meet the point first.
            await world.ingest.restart(wait=False, PASOPATI_CRASHPOINT=f"{point}:1")
            sending = asyncio.create_task(world.send("pelapor", a_report_body(title=title)))
            assert await world.ingest.ended() == -9, point
            await world.ingest.restart(PASOPATI_CRASHPOINT="")
            assert (await sending).status_code in (200, 202), point

            async def is_shown(title: str = title) -> bool:
                return len(await _shown(world, title)) == 1

            await eventually(is_shown, within=30, what=f"the report is shown after {point}")
            await eventually(
                lambda n=n: len(reports.distinct()) == len(items.distinct()) == n,  # type: ignore[misc]
                within=30,
                what=f"told once after {point}",
            )
        assert {event.sequence for event in [*reports.events, *items.events]} == {1}


async def test_two_replicas_one_of_which_dies_take_every_report_once(running: Running, tmp_path: Path) -> None:
    units = {f"unit-{n}": unit.unit_id for n, unit in enumerate(list(Gazetteer.for_mode("sample"))[:6])}
    world = await start_reporting(running, tmp_path, units=units)
    other = await running.start("ingest", replica="b")
    async with listening(running, REPORTS) as reports, listening(running, ITEMS_COLLECTED) as items:
        names = [name for name in units for _ in range(5)]
        bodies = [a_report_body(title=f"Kegiatan pembinaan nomor {n}") for n in range(len(names))]

        async def press(name: str, body: dict[str, Any]) -> int:
            # Every phone sends twice, each time as a new press.
            answers = await asyncio.gather(world.send(name, body), world.send(name, body))
            return max(answer.status_code for answer in answers)

        presses = [asyncio.create_task(press(name, body)) for name, body in zip(names, bodies, strict=True)]
        await eventually(lambda: len(reports.events) >= 5, within=30, what="the first are told")
        other.kill()
        statuses = await asyncio.gather(*presses)
        assert set(statuses) <= {200, 202}
        await eventually(
            lambda: len(reports.distinct()) == len(items.distinct()) == len(bodies), within=60, what="all told"
        )
        titles = sorted(event.data.title for event in reports.distinct().values())
        assert titles == sorted(body["title"] for body in bodies)
        assert {event.sequence for event in [*reports.events, *items.events]} == {1}


async def _hear(watch: UnitWatch, at: datetime, n: int) -> None:
    cause = Cause.origin(opmode="sample")
    await watch.heard(UNIT, ids.report_id("sample", UNIT, f"ponsel-{n}"), at, cause)


async def _watch(plumbing: Inside) -> UnitWatch:
    units = await plumbing.entities("units")

    return UnitWatch(units=units, clock=SystemClock(), stopping=plumbing.stopping, look_seconds=300)


async def _killed_while_looking(running: Running, moment: datetime) -> int:
    """A replica that found a silent unit and died before it wrote so; its exit code."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.silence_visitor", running.namespace, moment.isoformat(),
        cwd=PROJECT, env={**os.environ, **running.stack.env(), "PASOPATI_CRASHPOINT": "ingest.unit.before_silent:1"},
    )  # fmt: skip
    return await asyncio.wait_for(child.wait(), 60)


async def test_a_silent_unit_is_told_once_by_two_replicas_and_once_when_it_speaks(
    stack: Stack, running: Running, namespace: str
) -> None:
    first = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
    noon = first + timedelta(days=44, hours=3)
    async with (
        listening(running, SOURCES) as told,
        inside(stack, namespace, service="ingest", replica="a") as one,
        inside(stack, namespace, service="ingest", replica="b") as two,
    ):
        mine, theirs = await _watch(one), await _watch(two)
        for n in range(40):
            await _hear(mine, first + timedelta(days=n), n)
        # Told again after a crash: it counts once.
        await _hear(theirs, first + timedelta(days=39), 39)
        assert await mine.look(first + timedelta(days=40, hours=3)) == 0
        assert await mine.look(noon.replace(hour=17)) == 0  # midnight in Jakarta
        assert await _killed_while_looking(running, noon) == -9
        await asyncio.gather(mine.look(noon), theirs.look(noon))
        await eventually(lambda: len(told.distinct()) == 1, within=10, what="told")
        (event,) = told.of("UnitSilent")[:1]
        assert (event.subject, event.opmode, event.data.silent) == (UNIT, "sample", True)
        assert event.data.basis_days == 38
        assert 4 <= event.data.missed <= 5.1
        # A process that starts later knows of it.
        assert await (await _watch(two)).look(noon + timedelta(days=1)) == 0

        await _hear(theirs, noon + timedelta(days=2), 90)
        await eventually(lambda: len(told.distinct()) == 2, within=10, what="told again")
        (spoke,) = told.of("UnitSpoke")[:1]
        assert (spoke.data.silent, spoke.sequence) == (False, 2)
        assert await mine.look(noon + timedelta(days=2, hours=1)) == 0
