"""`make faults`: the whole sweep, the mutants, two replicas; prints counts and ends with 1 when anything was found.

PARTS="sweep classifier": only the sweep, and in it only the points of that service."""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.findings import Findings
from tests.faults.killing import at_points, freeze, full_plan, rebalance_storm, short_plan, the_servers
from tests.faults.mutants import MUTANTS
from tests.faults.points import SERVICES
from tests.faults.world import World, live_units, world
from tests.support.stack import Stack, start_stack

KILLS_AT_LEAST = 150
MUTANT_KILLS = 12
HOT_UNITS = 8


def told(name: str, findings: Findings, made: World, never: list[str]) -> bool:
    kills = sum(made.kills.values())
    print(f"\n== {name}: {kills} kills\n{findings}")
    for point, count in sorted(made.kills.items()):
        print(f"    {count:4d}  {point}")
    for point in never:
        print(f"    NEVER HIT  {point}")
    return findings.clean and not never


async def sweep(services: Collection[str], stack: Stack, directory: Path) -> bool:
    """Every point thrice, the servers, a frozen service, a rebalance storm: one run, one comparison."""
    async with world(stack, "sapu", directory) as made:
        plan = full_plan(services)
        half = len(plan) // 2
        never = await at_points(made, plan[:half], say=True)
        await the_servers(made)
        await rebalance_storm(made, rounds=4)
        never += await at_points(made, plan[half:], say=True)
        for name in ("classifier", "alerts"):
            await freeze(made.services[name][0], 40)
        await the_servers(made)
        good = told("sweep", await made.settle(), made, never)
        kills = sum(made.kills.values())
        enough = KILLS_AT_LEAST if set(services) == set(SERVICES) else len(plan)
        if kills < enough:
            print(f"only {kills} kills, {enough} are asked for")
        return good and kills >= enough


async def mutant_is_caught(name: str, stack: Stack, directory: Path) -> bool:
    """A broken runtime under the same kills must be found out."""
    async with world(stack, "mutan", directory, mutant=name) as made:
        await at_points(made, [k for k in short_plan(60) if k.service != "gateway"][:MUTANT_KILLS])
        findings = await made.settle(within=40)
        print(f"\n== mutant {name}: {'caught' if not findings.clean else 'NOT CAUGHT'}\n{findings}")
        return not findings.clean


async def replicas_lose_no_race(stack: Stack, directory: Path) -> bool:
    """Two replicas of each worker, few units, many incidents: writers meet on the same documents all the time."""
    few = live_units()[:HOT_UNITS]
    async with world(stack, "kembar", directory, replicas=2, units=few, incidents_per_second=2) as made:
        await at_points(made, [k for k in short_plan(40) if k.service != "gateway"][:12])
        races = await lost_races(made)
        good = told("two replicas", await made.settle(), made, [])
        print(f"lost races: {dict(races)}")
        return good


async def lost_races(made: World) -> Counter[str]:
    races = Counter[str]()
    for group in made.services.values():
        for service in group:
            for line in (await service.metrics()).splitlines():
                if line.startswith("pasopati_lost_races_total{"):
                    races[service.name] += int(float(line.rsplit(" ", 1)[1]))
    return races


def on_own_servers(directory: Path, run: Callable[[Stack, Path], Coroutine[Any, Any, bool]]) -> bool:
    """Servers of its own for each part: what one killed is no other's burden."""
    stack = start_stack(directory / "stack", durable=True, own=True)
    try:
        return asyncio.run(run(stack, directory / "world"))
    finally:
        stack.stop()


def everything(parts: Sequence[str]) -> int:
    began = time.monotonic()
    services = [part for part in parts if part in SERVICES] or SERVICES
    parts = [part for part in parts if part not in SERVICES]
    todo: dict[str, Callable[[Stack, Path], Coroutine[Any, Any, bool]]] = {"sweep": partial(sweep, services)}
    todo |= {f"mutant {name} caught": partial(mutant_is_caught, name) for name in MUTANTS}
    todo["two replicas"] = replicas_lose_no_race
    verdicts: dict[str, bool] = {}
    with tempfile.TemporaryDirectory(prefix="pasopati-faults-") as place:
        for number, (name, run) in enumerate(todo.items()):
            if not parts or any(part in name for part in parts):
                verdicts[name] = on_own_servers(Path(place) / str(number), run)
    print(f"\n{time.monotonic() - began:.0f} s")
    for name, good in verdicts.items():
        print(f"{'ok  ' if good else 'FAIL'}  {name}")
    return 0 if verdicts and all(verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(everything(sys.argv[1:]))
