"""Routes of a story: its page, and the stories it could be one with."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from libs.schemas.stories import Story
from services.gateway.auth import Person, person_of
from services.gateway.console import story_view
from services.gateway.console.drawing import draw, gone, may_of
from services.gateway.console.item_marks import seen_by
from services.gateway.console.shell import shell_for
from services.gateway.console.story_lists import LISTED, Asked, placed_of
from services.gateway.console.story_view import Listed
from services.gateway.gateway import Gateway, gateway_of
from services.gateway.projections import members_of
from services.gateway.statistics import Fact
from services.gateway.views import StoryQuery, View
from services.gateway.views_store import MAX_PAGE, Views

router = APIRouter(include_in_schema=False)
_LATER_SHOWN = 10
_CANDIDATES = 40
_RELEASES_SHOWN = 5


@router.get("/isu/{story_id}")
async def show_story(request: Request, story_id: str) -> Response:
    gateway, person, shell = gateway_of(request), person_of(request), await shell_for(request, "isu")
    view = await gateway.views.story(story_id)
    if view is None:
        raise gone("Isu")
    facts, alerts, later, past, others = await asyncio.gather(
        gateway.facts.of_items(members_of(view.data)),
        gateway.views.alerts_of_stories([story_id]),
        gateway.views.some("stories", Story, {"development_of": story_id}, sort="order", limit=_LATER_SHOWN),
        gateway.views.past("stories", story_id),
        _like_this(gateway.views, view),
    )
    carried = view.data.carries_our_statement
    releases = await asyncio.gather(
        *(gateway.views.release(one) for one in (carried.release_ids[:_RELEASES_SHOWN] if carried else ()))
    )
    model = story_view.story_page(
        view,
        await _listed(gateway, person, view.data, facts, Asked.of(request.query_params)),
        alert=alerts.get(story_id),
        times=[fact.at for fact in reversed(facts)],
        past=past,
        kin=await _kin(gateway.views, view.data, later),
        later=later,
        releases=[release for release in releases if release is not None],
        may=may_of(person),
        now=shell.now,
    )
    return draw("isu.html", shell, {"s": model, "others": others})


async def _listed(gateway: Gateway, person: Person, story: Story, facts: Sequence[Fact], asked: Asked) -> Listed:
    """The page of publications that an address asks for, as this person may see them."""
    placed = placed_of(facts, story, asked)
    drawn = placed[(asked.page - 1) * LISTED : asked.page * LISTED]
    wanted = dict.fromkeys([*(one.id for one in drawn), *(one.head for one in drawn if one.head)])
    items = seen_by(person.role, [view.data for view in await gateway.facts.rows(list(wanted))])
    return Listed(
        asked=asked,
        placed=drawn,
        total=len(placed),
        items=items,
        outlets={item.outlet_id: item.outlet_name for item in items},
        names={item.item_id: item.outlet_name for item in items},
    )


async def _kin(views: Views, story: Story, later: Sequence[View[Story]]) -> dict[str, View[Story]]:
    """The other stories that the page speaks of."""
    ids = story_view.kin_ids(story, later)
    found = await views.some("stories", Story, {"_id": {"$in": ids}}, sort="order", limit=MAX_PAGE) if ids else []
    return {view.id: view for view in (*found, *later)}


async def _like_this(views: Views, view: View[Story]) -> list[tuple[str, str]]:
    """Open stories that somebody may want to merge into this one: of the same unit or topic first, newest first."""
    units = {unit.unit_id for unit in view.data.units}
    topics = {topic.name for topic in view.data.topics}
    page = await views.stories(StoryQuery(status="terbuka", opmodes=(view.opmode,)), limit=MAX_PAGE)

    def alike(other: View[Story]) -> int:
        same_unit = any(unit.unit_id in units for unit in other.data.units)
        return 2 * same_unit + any(topic.name in topics for topic in other.data.topics)

    others = sorted((one for one in page.rows if one.id != view.id), key=alike, reverse=True)
    return [(one.id, one.data.title) for one in others[:_CANDIDATES]]
