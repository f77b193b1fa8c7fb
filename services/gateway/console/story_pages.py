"""Routes of a story: its page, and the stories it could be one with."""

import asyncio

from fastapi import APIRouter, Request, Response

from libs.schemas.stories import Story
from services.gateway.auth import person_of
from services.gateway.console import story_view
from services.gateway.console.drawing import draw, gone, may_of
from services.gateway.console.item_marks import seen_by
from services.gateway.console.shell import shell_for
from services.gateway.console.story_items import items_of_story
from services.gateway.gateway import gateway_of
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
    found, alerts, later, others = await asyncio.gather(
        items_of_story(gateway.views, view),
        gateway.views.alerts_of_stories([story_id]),
        gateway.views.some("stories", Story, {"development_of": story_id}, sort="order", limit=_LATER_SHOWN),
        _like_this(gateway.views, view),
    )
    ids = story_view.kin_ids(view.data, later)
    kin = await gateway.views.some("stories", Story, {"_id": {"$in": ids}}, sort="order", limit=MAX_PAGE) if ids else []
    carried = view.data.carries_our_statement
    releases = await asyncio.gather(
        *(gateway.views.release(one) for one in (carried.release_ids[:5] if carried else ()))
    )
    model = story_view.story_page(
        view,
        alert=alerts.get(story_id),
        items=seen_by(person.role, found),
        facet=request.query_params.get("tampak", ""),
        titles={one.id: one.data.title for one in (*kin, *later)},
        later=later,
        releases=[release for release in releases if release is not None],
        may=may_of(person),
        now=shell.now,
    )
    return draw("isu.html", shell, {"s": model, "others": others})


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
