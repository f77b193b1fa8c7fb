"""Stories (isu): items on one matter."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from libs.schemas.commands import MergeStories, PinStory, RenameStory, SplitStory
from libs.schemas.common import SentimentLabel, Topic22
from services.gateway.gateway import gateway_of
from services.gateway.inputs import StoriesToJoin, StoryToHold, StoryToName, StoryToPart
from services.gateway.problems import Problem
from services.gateway.projections import members_of
from services.gateway.routes.answering import (
    DEEDS,
    READS,
    CommandAnswer,
    Cursor,
    IdempotencyKey,
    Limit,
    Modes,
    Row,
    Rows,
    Severity,
    Since,
    StoryId,
    Word,
    carry_out,
    page_response,
    row_response,
)
from services.gateway.views import ItemQuery, StoryQuery

router = APIRouter(prefix="/stories", tags=["stories"])


@router.get("", response_model=Rows, responses=READS)
async def list_stories(
    request: Request,
    status: Literal["terbuka", "digabung", "ditutup"] | None = None,
    severity_min: Severity = None,
    topic: Topic22 | None = None,
    unit_id: Word = None,
    province: Annotated[str | None, Query(max_length=64)] = None,
    sentiment: SentimentLabel | None = None,
    since: Since = None,
    opmode: Modes = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Last change first."""
    query = StoryQuery(
        status=status,
        severity_min=severity_min,
        topic=topic,
        unit_id=unit_id,
        province=province,
        sentiment=sentiment,
        since=since,
        opmodes=(opmode,) if opmode else None,
    )
    return page_response(request, await gateway_of(request).views.stories(query, limit=limit, cursor=cursor))


@router.get("/{story_id}", response_model=Row, responses=READS)
async def read_story(request: Request, story_id: StoryId) -> Response:
    """One story."""
    return row_response(request, await gateway_of(request).views.story(story_id))


@router.get("/{story_id}/items", response_model=Rows, responses=READS)
async def read_items(request: Request, story_id: StoryId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """The publications behind its figures, newest first (of a story of more than a thousand the newest thousand)."""
    views = gateway_of(request).views
    story = await views.story(story_id)
    if story is None:
        raise Problem(status=404)
    query = ItemQuery(item_ids=sorted(members_of(story.data)))
    return page_response(request, await views.items(query, limit=limit, cursor=cursor))


@router.post("/{story_id}/merge", response_model=CommandAnswer, responses=DEEDS)
async def merge(request: Request, story_id: StoryId, key: IdempotencyKey, body: StoriesToJoin) -> Response:
    """The others are the same matter and live on in this one."""
    return await carry_out(request, MergeStories, entity_id=story_id, key=key, body=body)


@router.post("/{story_id}/split", response_model=CommandAnswer, responses=DEEDS)
async def split(request: Request, story_id: StoryId, key: IdempotencyKey, body: StoryToPart) -> Response:
    """These items are another matter and get a story of their own."""
    return await carry_out(request, SplitStory, entity_id=story_id, key=key, body=body)


@router.post("/{story_id}/rename", response_model=CommandAnswer, responses=DEEDS)
async def rename(request: Request, story_id: StoryId, key: IdempotencyKey, body: StoryToName) -> Response:
    """A title by a person stays until a person changes it."""
    return await carry_out(request, RenameStory, entity_id=story_id, key=key, body=body)


@router.post("/{story_id}/pin", response_model=CommandAnswer, responses=DEEDS)
async def pin(request: Request, story_id: StoryId, key: IdempotencyKey, body: StoryToHold) -> Response:
    """Held in front; it never falls asleep, and the system neither merges nor splits it."""
    return await carry_out(request, PinStory, entity_id=story_id, key=key, body=body)
