"""The sweep: kill -9 at each crash point (first, second, tenth hit), of the broker and of the store, under load."""

import asyncio
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tests.faults.points import BY_PEOPLE, SELDOM, SERVICES, every_point
from tests.faults.world import World
from tests.support.running import Service
from tests.support.waiting import eventually

HITS = (1, 2, 10)
# A point that is not passed this often within this time under load counts as never hit.
HIT_WITHIN_SECONDS = 45
# People press a button now and then, and wait for each answer.
HIT_BY_PEOPLE_WITHIN_SECONDS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One planned death."""

    service: str
    point: str
    hit: int

    def __str__(self) -> str:
        return f"{self.service}/{self.point}"


def full_plan(services: Collection[str] = SERVICES) -> list[Kill]:
    """Every point of these services at the first, second and tenth hit (passed seldom: the first and second only);
    the order is shuffled, the same each time."""
    plan = [
        Kill(service=service, point=point, hit=hit)
        for service, point in every_point()
        if service in services
        for hit in (HITS[:2] if point in SELDOM else HITS)
    ]
    random.Random(20261122).shuffle(plan)
    return plan


def short_plan(count: int) -> list[Kill]:
    """Up to `count` kills with every service and as many different points as fit, hit for the first or second time."""
    rng = random.Random(1)
    by_service = {name: [p for s, p in every_point() if s == name] for name in SERVICES}
    for points in by_service.values():
        rng.shuffle(points)
    plan: list[Kill] = []
    while len(plan) < count and any(by_service.values()):
        for service in SERVICES:
            if by_service[service] and len(plan) < count:
                plan.append(Kill(service=service, point=by_service[service].pop(), hit=1 + len(plan) % 2))
    return plan


async def at_points(world: World, plan: Sequence[Kill], *, say: bool = False) -> list[str]:
    """Carries out the plan; returns the points that were never hit."""
    never = []
    for number, kill in enumerate(plan, 1):
        service = world.services[kill.service][0]
        hit = await die_at(service, kill)
        if hit:
            world.killed(str(kill))
        else:
            never.append(f"{kill} hit {kill.hit}")
        if kill.service == "ingest":
            await all_feeds_read(world)
        if say:
            print(f"  {number}/{len(plan)} {kill} hit {kill.hit}{'' if hit else '  NEVER HIT'}", flush=True)
    return never


async def all_feeds_read(world: World) -> None:
    """Every feed was read to its end once between two deaths: its second poll begins when the first has been written.

    No reader can have what a feed took down while it died at each poll of it."""
    before = world.newsroom.reads()
    await eventually(
        lambda: all(now >= then + 2 for now, then in zip(world.newsroom.reads(), before, strict=True)),
        within=HIT_WITHIN_SECONDS,
        what="every feed was read between two deaths",
    )


async def die_at(service: Service, kill: Kill) -> bool:
    """Restarts the service armed, waits for its death by its own hand, and starts it again unarmed."""
    await service.restart(wait=False, PASOPATI_CRASHPOINT=f"{kill.point}:{kill.hit}")
    try:
        await service.ended(within=HIT_BY_PEOPLE_WITHIN_SECONDS if kill.point in BY_PEOPLE else HIT_WITHIN_SECONDS)
        hit = service.process.exit_code() == -9
    except AssertionError:
        hit = False
    await service.restart(PASOPATI_CRASHPOINT="")
    return hit


async def the_servers(world: World) -> None:
    """kill -9 of the broker and of the store, each brought back; then a frozen service and a rebalance storm."""
    stack = world.running.stack
    for name, server in (("broker", stack.kafka), ("store", stack.mongo)):
        assert server is not None, "this needs servers of its own"
        server.process.kill()
        world.killed(name)
        server.start()
        await asyncio.to_thread(server.wait_ready)


async def rebalance_storm(world: World, *, rounds: int) -> None:
    """Second replicas of the workers come and go, by kill -9 and in order, so that partitions keep moving."""
    for number in range(rounds):
        extra = [
            await world.running.start(name, replica=f"badai-{number}", wait=False)
            for name in ("classifier", "alerts", "publisher")
        ]
        for service in extra:
            await service.ready()
        for service in extra:
            if number % 2:
                await service.stop()
            else:
                service.kill()
                world.killed(f"{service.name}/storm")


async def freeze(service: Service, seconds: float) -> None:
    """SIGSTOP for longer than the session timeout: the group moves on, then the frozen one wakes as a zombie."""
    service.freeze()
    await asyncio.sleep(seconds)
    service.thaw()
