"""Facts on the real store: what a story counts, where data begin, and whose sources cannot be read."""

from datetime import timedelta
from typing import Any

from libs.runtime.clock import SystemClock
from libs.runtime.mongo import Database
from libs.schemas.envelope import Event
from libs.schemas.items import ItemClassified, Relevance
from libs.schemas.sources import SourceAdded, SourceDisabled, SourceFailing
from libs.schemas.stories import StoryChanged, StoryGrew, StoryOpened
from services.gateway.cursors import Cursors
from services.gateway.facts import Facts
from services.gateway.projections import Place, project
from services.gateway.search_index import SearchIndex
from services.gateway.series import told_by
from services.gateway.views_store import Views
from tests.integration.test_gateway_views import a_database, views_in
from tests.support.builders import NOON, a_classified_item, a_source, a_story, an_item_id, envelope_of
from tests.support.stack import Stack


async def tell(database: Database, views: Views, *events: Event[Any]) -> None:
    """As the gateway does: views first, then what is found and counted."""
    puts = [put for n, event in enumerate(events) for put in project(event, Place(0, n))]
    await views.put_all(puts)
    await SearchIndex(database, cursors=Cursors(b"k" * 32)).follow(puts)


def facts_in(database: Database) -> Facts:
    return Facts(database=database, clock=SystemClock(), opmodes=("live",))


async def test_a_story_is_counted_by_its_members_that_are_relevant_still(stack: Stack, namespace: str) -> None:
    async with a_database(stack, namespace) as database:
        views, facts = views_in(database), facts_in(database)
        await views.prepare()
        assert await facts.first_at() is None
        items = [a_classified_item(n, first_seen_at=NOON + timedelta(minutes=n)) for n in range(1, 5)]
        gone = items[3].model_copy(update={"relevance": Relevance(score=0.1, relevant=False)})
        await tell(database, views, *(envelope_of(ItemClassified, item) for item in (*items[:3], gone)))
        found = await facts.of_items([an_item_id(n) for n in (4, 1, 3, 2, 9)])
        assert [fact.id for fact in found] == [an_item_id(n) for n in (3, 2, 1)], "newest first"
        assert found[0].via == ("sumber-1",)
        assert await facts.first_at() == NOON + timedelta(minutes=1)


async def test_a_unit_is_unseen_when_its_sources_fail_or_somebody_switched_them_off(
    stack: Stack, namespace: str
) -> None:
    async with a_database(stack, namespace) as database:
        views, facts = views_in(database), facts_in(database)
        await views.prepare()
        day = timedelta(days=1)
        sources = [a_source(n, state="hidup", enabled=True) for n in (1, 2, 3)]
        first, second, third = (source.source_id for source in sources)
        down = sources[0].model_copy(update={"state": "gagal"})
        off = sources[1].model_copy(update={"state": "dimatikan", "enabled": False})
        await tell(
            database, views,
            *(envelope_of(SourceAdded, source, time=NOON - 9 * day) for source in sources),
            envelope_of(SourceFailing, down, sequence=2, time=NOON - 2 * day),
            envelope_of(SourceDisabled, off, sequence=2, time=NOON - day),
        )  # fmt: skip
        via = {1: [first, second], 2: [third]}
        items = [
            a_classified_item(
                10 * unit + n, first_seen_at=NOON - 5 * day, seen_via=via[unit],
                units=[a_classified_item(1).units[0].model_copy(update={"unit_id": f"lapas-{unit}"})],
            )
            for unit in (1, 2) for n in range(3)
        ]  # fmt: skip
        await tell(database, views, *(envelope_of(ItemClassified, item) for item in items))
        told = await facts.between(NOON - 9 * day, NOON)
        seeing = await facts.seeing()
        assert seeing.sources == {first, third}, "what is switched off is not counted in the whole"
        (unseen,) = seeing.unseen(told_by(told.facts, "unit"), NOON)
        assert (unseen.key, set(unseen.sources), unseen.since) == ("lapas-1", {first, second}, NOON - day)


async def test_a_storys_view_keeps_what_was_told_of_it_beside_growth(stack: Stack, namespace: str) -> None:
    async with a_database(stack, namespace) as database:
        views = views_in(database)
        await views.prepare()
        story = a_story(1, item_ids=[an_item_id(n) for n in range(300)])
        asleep = story.model_copy(update={"asleep": True})
        await tell(
            database, views, envelope_of(StoryOpened, story), envelope_of(StoryGrew, story, sequence=2),
            envelope_of(StoryChanged, asleep, sequence=3), envelope_of(StoryChanged, asleep, sequence=3),
        )  # fmt: skip
        past = await views.past("stories", story.story_id)
        assert [(told["event"], told["asleep"]) for told in past] == [("story.opened", False), ("story.changed", True)]
        document = await database["stories"].find_one({"members": an_item_id(299)})
        assert document is not None and document["_id"] == story.story_id, "any member finds its story"
