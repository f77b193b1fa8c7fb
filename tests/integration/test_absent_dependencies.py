"""Store, broker or topics away: every service waits, says so, stays alive, and goes on by itself when they are back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.servers import KafkaServer, MongoServer
from libs.schemas.topics import ITEMS_CLASSIFIED, SERVICES
from tests.integration.gateway_world import write_people
from tests.support.feeds import Article, FeedServer, feed_server, rss, sources_file
from tests.support.listening import Listener, listening
from tests.support.running import Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually


async def health(service: Service) -> tuple[int, list[str]]:
    """What /livez answers, and what /readyz complains of."""
    async with httpx.AsyncClient(base_url=service.url, timeout=2) as client:
        alive = (await client.get("/livez")).status_code
        return alive, (await client.get("/readyz")).json()["problems"]


async def complains(service: Service, of: str, *, within: float = 30) -> None:
    """It is alive, not ready, and names the reason."""

    async def told() -> bool:
        alive, problems = await health(service)
        assert alive == 200, f"{service.name} is not alive"
        return any(of in problem for problem in problems)

    await eventually(told, within=within, what=f"{service.name} says {of!r}", retry=(AssertionError, httpx.HTTPError))


def logged(service: Service, event: str) -> list[dict[str, Any]]:
    # The last line may still be on its way.
    lines = [json.loads(line) for line in service.log.rpartition("\n")[0].splitlines()]
    return [line for line in lines if line["event"] == event]


async def is_logged(service: Service, event: str) -> None:
    await eventually(lambda: logged(service, event), within=20, what=f"{service.name} logs {event!r}")


async def start_waiting(running: Running, **env: str) -> list[Service]:
    """All five, none of them awaited."""
    return [await running.start(name, wait=False, env=env) for name in SERVICES]


async def test_every_service_waits_for_topics_that_do_not_exist(running: Running) -> None:
    running._has_topics = True  # nobody makes them yet
    services = await start_waiting(running)
    for service in services:
        await complains(service, "topics do not exist")
        assert "run `pasopati topics apply`" in logged(service, "waiting for kafka")[-1]["problem"]
    await running.command("topics", "apply", "--local")
    for service in services:
        await service.ready(within=40)


def a_feed(feeds: FeedServer, count: int) -> str:
    """A feed of so many articles on nothing that calls anybody."""
    articles = [
        Article(link=f"https://harian.contoh.example/{n}", title=f"CONTOH: Lapas Kelas IIA Kediri panen raya ke-{n}")
        for n in range(count)
    ]
    return feeds.serve("/rss.xml", rss(articles))


async def all_come_out(items: Listener, count: int) -> None:
    """Each article is classified, once for a reader that goes by the id."""

    def titles() -> bool:
        distinct = items.distinct().values()
        assert len({event.subject for event in distinct}) == len(distinct), "an item was classified twice"
        return len(distinct) == count

    await eventually(titles, within=60, what=f"{count} classified items")


@pytest.mark.parametrize("away", ["store", "broker"])
async def test_a_server_absent_at_the_start_and_killed_in_the_middle_costs_nothing(
    own_stack: Stack, own_running: Running, tmp_path: Path, away: str
) -> None:
    assert own_stack.mongo is not None and own_stack.kafka is not None
    server = own_stack.mongo if away == "store" else own_stack.kafka
    people, _ = write_people(tmp_path)
    await own_running.topics()
    server.process.kill()
    async with feed_server() as feeds:
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [a_feed(feeds, 20)]}, interval_seconds=1)
        services = await start_waiting(
            own_running,
            PASOPATI_LOCAL_ADDRESSES=feeds.address,
            PASOPATI_SAMPLE_SOURCES_FILE=str(file),
            PASOPATI_PEOPLE_FILE=str(people),
        )
        for service in services:
            await complains(service, "waiting for the store" if away == "store" else "broker away")
            await is_logged(service, "waiting for the store" if away == "store" else "waiting for kafka")
        await back_again(server, services)
        async with listening(own_running, ITEMS_CLASSIFIED) as items:
            await all_come_out(items, 20)
            server.process.kill()
            a_feed(feeds, 40)
            for service in services:
                await complains(service, f"{away} away", within=60)
            await back_again(server, services)
        # A reader of its own from the beginning: what stands on the broker counts, not who was connected when.
        async with listening(own_running, ITEMS_CLASSIFIED) as items:
            await all_come_out(items, 40)
            a_feed(feeds, 45)
            await all_come_out(items, 45)
        for service in services:
            assert service.process.is_running() and len(logged(service, "ready")) == 1, f"{service.name} died of it"
            assert not logged(service, "parked"), f"{service.name} parked what only had to wait"


async def back_again(server: KafkaServer | MongoServer, services: list[Service]) -> None:
    server.start()
    await asyncio.to_thread(server.wait_ready)
    for service in services:
        await service.ready(within=60)
