"""`make bench-reports`: the morning hour in a minute, 1,400 unit reports from 60 reporters on the real stack.

How long each waits for its answer, from the moment it was due (an open loop: a slow answer delays nobody else's
press), and whether each was told exactly once."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from libs.reference.units import Gazetteer
from libs.schemas.topics import ITEMS_COLLECTED, REPORTS
from tests.bench.machine import bind_to_two_cores, describe, usages
from tests.integration.reports_world import Reporting, a_jpeg, a_report_body, start_reporting
from tests.support.inside import events_on
from tests.support.running import Running
from tests.support.stack import start_stack
from tests.support.waiting import eventually

GOAL_SECONDS = 1.0
PHOTO_SHARE = 0.1
_DEEDS = (
    "Warga binaan mengikuti pelatihan membatik bersama balai latihan kerja selama tiga jam.",
    "Petugas bersama warga binaan memanen 40 kg kangkung di kebun asimilasi lapas.",
    "Kegiatan penyuluhan hukum diikuti warga binaan di aula, dibuka oleh Kalapas.",
    "Pemeriksaan kesehatan rutin dilaksanakan bersama puskesmas di klinik lapas.",
    "Penggeledahan kamar hunian berjalan tertib, tidak ditemukan barang terlarang.",
    "Upacara bendera diikuti seluruh petugas dan peserta magang di lapangan utama.",
    "Layanan kunjungan tatap muka berjalan lancar dengan pengaturan dua sesi.",
    "Perlombaan olahraga antar blok memperingati hari besar berlangsung meriah.",
)
_MORE = (
    "Kegiatan dipimpin kepala seksi pembinaan dan didampingi wali pemasyarakatan.",
    "Seluruh rangkaian berjalan aman dan tertib sampai selesai.",
    "Hasil kegiatan dicatat pada buku pembinaan dan dilaporkan ke kantor wilayah.",
    "Informasi layanan dapat ditanyakan melalui telepon 0812-3456-7890.",
)


@dataclass(slots=True)
class Measured:
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    ids: list[str] = field(default_factory=list)
    problem: str = ""


def _body(rng: random.Random, n: int, photos: Sequence[str]) -> dict[str, Any]:
    deed = rng.choice(_DEEDS)
    text = " ".join([deed, *rng.sample(_MORE, rng.randint(1, 3)), rng.choice(_DEEDS)])
    return a_report_body(title=f"{deed[:60].rstrip()} {n}", text=text, photos=list(photos))


async def _reporter(
    world: Reporting, name: str, due: Sequence[tuple[float, dict[str, Any]]], start: float, into: Measured
) -> None:
    # Shorter than the server keeps an idle connection: none is closed under a press.
    limits = httpx.Limits(max_connections=8, max_keepalive_connections=8, keepalive_expiry=3)
    headers = {"Authorization": f"Bearer {world.keys[name]}"}
    async with httpx.AsyncClient(base_url=world.gateway.url, headers=headers, limits=limits, timeout=30) as client:

        async def press(at: float, body: dict[str, Any]) -> None:
            await asyncio.sleep(max(0.0, start + at - time.monotonic()))
            answer = await client.post("/api/v1/reports", json=body, headers={"Idempotency-Key": uuid4().hex})
            into.seconds.append(time.monotonic() - start - at)
            into.statuses[answer.status_code] += 1
            if answer.status_code in (200, 202):
                into.ids.append(answer.json()["entity_id"])
            else:
                into.problem = into.problem or answer.text[:300]

        await asyncio.gather(*(press(at, body) for at, body in due))


async def measure(directory: Path, *, reports: int, seconds: float, reporters: int, everything: bool) -> int:
    stack = await asyncio.to_thread(start_stack, directory / "stack", durable=True, own=True)
    running = Running(stack=stack, namespace=f"b{uuid4().hex[:8]}", directory=directory / "services")
    try:
        units = [unit.unit_id for unit in Gazetteer.for_mode("live")][:reporters]
        names = {f"pelapor-{n:03d}": unit for n, unit in enumerate(units)}
        others = [await running.start(name, wait=False) for name in ("classifier", "alerts", "publisher") if everything]
        world = await start_reporting(running, directory, units=names)
        for service in others:
            await service.ready()
        return await _drive(world, running, names, reports=reports, seconds=seconds)
    finally:
        await running.close()
        await asyncio.to_thread(stack.stop)


async def _drive(world: Reporting, running: Running, names: dict[str, str], *, reports: int, seconds: float) -> int:
    rng = random.Random(7)
    async with world.client(next(iter(names))) as client:
        kept = [await client.post("/api/v1/reports/photos", content=a_jpeg(colour=(n, 90, 60))) for n in range(5)]
    photos = [answer.json()["sha256"] for answer in kept]
    plans: dict[str, list[tuple[float, dict[str, Any]]]] = {name: [] for name in names}
    for n in range(reports):
        chosen = rng.sample(photos, 2) if rng.random() < PHOTO_SHARE else []
        plans[rng.choice(list(names))].append((rng.uniform(0, seconds), _body(rng, n, chosen)))
    measured, start = Measured(), time.monotonic() + 1
    before = usages({s.name: s.pid for s in running.services})
    await asyncio.gather(*(_reporter(world, name, due, start, measured) for name, due in plans.items()))
    took = time.monotonic() - start
    after = usages({s.name: s.pid for s in running.services})

    refused = measured.statuses.total() - len(measured.ids)
    if refused:
        print(f"refused={refused} first={measured.problem}")

    async def told(topic: str) -> Counter[str]:
        return Counter(event["subject"] for event in await events_on(running.stack, f"{topic}.{running.namespace}"))

    async def all_told() -> bool:
        return len(await told(ITEMS_COLLECTED.name)) >= len(measured.ids)

    await eventually(all_told, within=180, what="every report told")
    received, items = await told(REPORTS.name), await told(ITEMS_COLLECTED.name)
    once = set(received) == set(measured.ids) and set(received.values()) == set(items.values()) == {1}
    for name in before:
        print(f"cpu_seconds_{name}={after[name].cpu_seconds - before[name].cpu_seconds:.1f}")
    return _tell(measured, reports=reports, took=took, once=once and len(items) == reports)


def _tell(measured: Measured, *, reports: int, took: float, once: bool) -> int:
    ordered = sorted(measured.seconds)
    at = {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for name, share in _SHARES.items()}
    print(f"reports={reports} answered={len(ordered)} in_seconds={took:.1f} statuses={dict(measured.statuses)}")
    print(" ".join(f"{name}={value * 1000:.0f} ms" for name, value in at.items()), f"max={ordered[-1] * 1000:.0f} ms")
    good = at["p95"] <= GOAL_SECONDS and once and set(measured.statuses) == {200}
    print(f"each_told_exactly_once={once} goal_p95_1s={'reached' if good else 'not reached'}")
    return 0 if good else 1


_SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reports", description=__doc__)
    parser.add_argument("--reports", type=int, default=1400)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--reporters", type=int, default=60)
    parser.add_argument("--two", action="store_true", help="only gateway and ingest, to look at them alone")
    chosen = parser.parse_args()
    machine = describe(bind_to_two_cores())
    print(f"machine={machine.model} cores={machine.cores} load_before={machine.load:.1f}")
    with tempfile.TemporaryDirectory(prefix="pasopati-bench-") as place:
        work = measure(
            Path(place),
            reports=chosen.reports,
            seconds=chosen.seconds,
            reporters=chosen.reporters,
            everything=not chosen.two,
        )
        code = asyncio.run(work)
    print(f"load_after={os.getloadavg()[0]:.1f}")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
