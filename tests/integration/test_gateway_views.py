"""Read models on the real store: the reader's rule, pages, filters; rebuilt from the topics they are the same."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from libs.runtime.clock import SystemClock
from libs.runtime.mongo import Database, connect
from libs.schemas.alerts import AlertAcknowledged, AlertGrew, AlertRaised
from libs.schemas.envelope import Event
from libs.schemas.items import ItemClassified, ItemCollected
from libs.schemas.releases import DraftSaved, ReleasePublished
from libs.schemas.sources import SourceAdded, SourceFailing
from libs.schemas.stories import StoryGrew, StoryOpened
from services.gateway.cursors import Cursors
from services.gateway.freshness import Freshness
from services.gateway.projections import Place, project
from services.gateway.rebuilding import digest_of, rebuild
from services.gateway.search_index import SearchIndex
from services.gateway.views import AlertQuery, ItemQuery, StoryQuery
from services.gateway.views_store import Views
from tests.support.builders import (
    NOON,
    a_classified_item,
    a_release,
    a_source,
    a_story,
    an_alert,
    an_item,
    envelope_of,
)
from tests.support.inside import inside
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


def views_in(database: Database, **options: Any) -> Views:
    return Views(database, cursors=Cursors(b"k" * 32), clock=SystemClock(), freshness=Freshness(), **options)


@asynccontextmanager
async def a_database(stack: Stack, namespace: str) -> AsyncIterator[Database]:
    client = connect(stack.mongodb_url)
    name = f"pasopati_gateway_{namespace}"
    yield client[name]
    await client.drop_database(name)
    client.close()


async def tell(views: Views, *events: Event[Any]) -> None:
    await views.put_all([put for n, event in enumerate(events) for put in project(event, Place(0, n))])


async def test_an_older_transition_never_overwrites_a_newer_one(stack: Stack, namespace: str) -> None:
    async with a_database(stack, namespace) as database:
        views = views_in(database)
        await views.prepare()
        taken = envelope_of(AlertAcknowledged, an_alert(status="diakui"), sequence=3)
        await tell(views, taken)
        await tell(views, envelope_of(AlertGrew, an_alert(), sequence=2), envelope_of(AlertRaised, sequence=1))
        await tell(views, taken)
        alert = await views.alert(an_alert().alert_id)
        assert alert is not None and (alert.sequence, alert.data.status) == (3, "diakui")
        assert [view.sequence for view in await views.history_of(alert.id)] == [1, 2, 3]
        assert (await views.trails("alerts", [alert.id]))[alert.id][0] == 3
        assert await views.waiting_alerts() == []


async def test_pages_go_through_every_row_once_and_filters_hold(stack: Stack, namespace: str) -> None:
    async with a_database(stack, namespace) as database:
        views = views_in(database)
        await views.prepare()
        await tell(
            views,
            *(
                envelope_of(StoryOpened, a_story(n, severity_max=n % 5), time=NOON + timedelta(seconds=n // 3))
                for n in range(1, 31)
            ),
            *(
                envelope_of(ItemClassified, a_classified_item(n, first_seen_at=NOON + timedelta(minutes=n)))
                for n in range(1, 8)
            ),
            envelope_of(StoryOpened, a_story(99), opmode="sample", time=NOON + timedelta(hours=1)),
        )
        seen, cursor = list[str](), None
        while True:
            page = await views.stories(StoryQuery(opmodes=("live",)), limit=7, cursor=cursor)
            seen += [row.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 30
        serious = await views.stories(StoryQuery(severity_min=4, status="terbuka"), limit=100)
        assert {row.data.severity_max for row in serious.rows} == {4} and len(serious.rows) >= 6
        late = await views.items(ItemQuery(relevant=True, since=NOON + timedelta(minutes=5)))
        assert [row.data.first_seen_at for row in late.rows] == [NOON + timedelta(minutes=n) for n in (7, 6, 5)]
        assert (await views.items(ItemQuery(unit_id="tidak-ada"))).rows == []
        live_only = views_in(database, opmodes=("live",))
        assert await live_only.story(a_story(99).story_id) is None
        assert await views.story(a_story(99).story_id) is not None


async def test_the_public_sees_live_releases_only(stack: Stack, namespace: str) -> None:
    async with a_database(stack, namespace) as database:
        views = views_in(database)
        await views.prepare()
        live, sample = a_release(1, code="PAS-1"), a_release(2, code="PAS-2")
        await tell(views, envelope_of(ReleasePublished, live), envelope_of(ReleasePublished, sample, opmode="sample"))
        assert [row.data.code for row in (await views.public_releases()).rows] == ["PAS-1"]
        found = await views.public_release(" pas-1 ")
        assert found is not None and found.data.code == "PAS-1"
        assert await views.public_release("PAS-2") is None


async def test_views_rebuilt_from_the_topics_are_equal_also_after_damage(
    stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    await running.start("gateway")
    async with inside(stack, namespace, service="gateway") as plumbing:
        told = [
            *(envelope_of(ItemCollected, an_item(n)) for n in range(1, 41)),
            *(envelope_of(ItemClassified, a_classified_item(n)) for n in range(1, 41)),
            *(envelope_of(StoryOpened, a_story(n)) for n in range(1, 6)),
            *(envelope_of(StoryGrew, a_story(n), sequence=s) for s in range(2, 9) for n in range(1, 6)),
            envelope_of(AlertRaised),
            envelope_of(AlertGrew, an_alert(), sequence=2),
            envelope_of(SourceAdded),
            envelope_of(SourceFailing, a_source(state="gagal", failures=3), sequence=2),
            envelope_of(DraftSaved),
            envelope_of(ReleasePublished),
        ]
        for event in told:
            await plumbing.bus.publish(event)
        database = plumbing.client[f"pasopati_gateway_{namespace}"]
        counts = {"items": 40, "labels": 40, "stories": 5, "alert_log": 2, "releases": 1, "drafts": 1}

        async def shown() -> bool:
            alert = await database["alerts"].find_one({"seq": 2})
            return alert is not None and all([await database[v].count_documents({}) == n for v, n in counts.items()])

        await eventually(shown, within=30, what="everything is shown")
        views, index = views_in(database), SearchIndex(database, cursors=Cursors(b"k" * 32))
        query = AlertQuery(status=("terbuka",))
        assert (await views.alerts(query)).rows[0].sequence == 2
        before = {
            view: await digest_of(database, view) for view in (*counts, "alerts", "sources", "outcomes", "search")
        }
        await running.services[0].stop()

        printed = await running.command("rebuild-views")
        assert "all views equal" in printed and "changed" not in printed

        for view in counts:
            await database[view].delete_one({})
        await database["alerts"].update_one({}, {"$set": {"status": "salah", "data.status": "salah"}})
        await database["stories"].insert_one({"_id": "orang-asing", "seq": 1, "opmode": "live"})
        assert await rebuild(database=database, bus=plumbing.bus, views=views, index=index) > 0
        assert {view: await digest_of(database, view) for view in before} == before

        for view in before:
            await database[view].delete_many({})
        await rebuild(database=database, bus=plumbing.bus, views=views, index=index)
        assert {view: await digest_of(database, view) for view in before} == before
