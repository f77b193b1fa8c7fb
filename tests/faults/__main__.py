"""`make faults`: the whole sweep, the mutants, two replicas; prints counts and ends with 1 when anything was found."""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults.checking import Findings
from tests.faults.killing import at_points, freeze, full_plan, rebalance_storm, short_plan, the_servers
from tests.faults.mutants import MUTANTS
from tests.faults.world import World, live_units, world
from tests.support.stack import start_stack

KILLS_AT_LEAST = 150
MUTANT_KILLS = 25
HOT_UNITS = 8


def told(name: str, findings: Findings, made: World, never: list[str]) -> bool:
    kills = sum(made.kills.values())
    print(f"\n== {name}: {kills} kills\n{findings}")
    for point, count in sorted(made.kills.items()):
        print(f"    {count:4d}  {point}")
    for point in never:
        print(f"    NEVER HIT  {point}")
    return findings.clean and not never


async def sweep(directory: Path) -> bool:
    """Every point thrice, the servers, a frozen service, a rebalance storm: one run, one comparison."""
    stack = start_stack(directory / "stack", durable=True, own=True)
    try:
        async with world(stack, "sapu", directory / "world") as made:
            plan = full_plan()
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
            if kills < KILLS_AT_LEAST:
                print(f"only {kills} kills, {KILLS_AT_LEAST} are asked for")
            return good and kills >= KILLS_AT_LEAST
    finally:
        stack.stop()


async def mutant_is_caught(name: str, directory: Path) -> bool:
    """A broken runtime under the same kills must be found out."""
    stack = start_stack(directory / "stack", durable=True, own=True)
    try:
        async with world(stack, "mutan", directory / "world", mutant=name) as made:
            await at_points(made, [k for k in short_plan(60) if k.service != "gateway"][:MUTANT_KILLS])
            findings = await made.settle()
            print(f"\n== mutant {name}: {'caught' if not findings.clean else 'NOT CAUGHT'}\n{findings}")
            return not findings.clean
    finally:
        stack.stop()


async def replicas_lose_no_race(directory: Path) -> bool:
    """Two replicas of each worker, few units, many incidents: writers meet on the same documents all the time."""
    stack = start_stack(directory / "stack", durable=True, own=True)
    try:
        few = live_units()[:HOT_UNITS]
        async with world(stack, "kembar", directory / "world", replicas=2, units=few, incidents_per_second=2) as made:
            for kill in [k for k in short_plan(40) if k.service != "gateway"][:12]:
                await at_points(made, [kill])
            races = Counter[str]()
            for group in made.services.values():
                for service in group:
                    for line in (await service.metrics()).splitlines():
                        if line.startswith("pasopati_lost_races_total{"):
                            races[service.name] += int(float(line.rsplit(" ", 1)[1]))
            good = told("two replicas", await made.settle(), made, [])
            print(f"lost races: {dict(races)}")
            return good
    finally:
        stack.stop()


async def everything() -> int:
    began = time.monotonic()
    verdicts: dict[str, bool] = {}
    with tempfile.TemporaryDirectory(prefix="pasopati-faults-") as place:
        verdicts["sweep"] = await sweep(Path(place) / "sweep")
        for name in MUTANTS:
            verdicts[f"mutant {name} caught"] = await mutant_is_caught(name, Path(place) / name)
        verdicts["two replicas"] = await replicas_lose_no_race(Path(place) / "replicas")
    print(f"\n{time.monotonic() - began:.0f} s")
    for name, good in verdicts.items():
        print(f"{'ok  ' if good else 'FAIL'}  {name}")
    return 0 if all(verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(everything()))
