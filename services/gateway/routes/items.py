"""Items: single publications with their labels."""

from fastapi import APIRouter, Request, Response

from libs.schemas.commands import LiftRestriction, RelabelItem
from libs.schemas.common import SentimentLabel, Topic22
from services.gateway.gateway import gateway_of
from services.gateway.inputs import LabelsToCorrect, ToLift
from services.gateway.problems import Problem
from services.gateway.routes.answering import (
    DEEDS,
    READS,
    CommandAnswer,
    Cursor,
    IdempotencyKey,
    ItemId,
    Limit,
    Modes,
    Rows,
    Severity,
    Since,
    Word,
    as_row,
    carry_out,
    json_response,
    page_response,
)
from services.gateway.views import ItemQuery

router = APIRouter(prefix="/items", tags=["items"])


@router.get("", response_model=Rows, responses=READS)
async def list_items(
    request: Request,
    relevant: bool | None = None,
    topic: Topic22 | None = None,
    unit_id: Word = None,
    severity_min: Severity = None,
    sentiment: SentimentLabel | None = None,
    outlet_id: Word = None,
    since: Since = None,
    opmode: Modes = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Newest first (by the time they were first seen)."""
    query = ItemQuery(
        relevant=relevant,
        topic=topic,
        unit_id=unit_id,
        severity_min=severity_min,
        sentiment=sentiment,
        outlet_id=outlet_id,
        since=since,
        opmodes=(opmode,) if opmode else None,
    )
    return page_response(request, await gateway_of(request).views.items(query, limit=limit, cursor=cursor))


@router.post("/{item_id}/lift", response_model=CommandAnswer, responses=DEEDS)
async def lift(request: Request, item_id: ItemId, key: IdempotencyKey, body: ToLift) -> Response:
    """One of two agreements that a restricted case may be read by all staff; what was masked stays masked."""
    return await carry_out(request, LiftRestriction, entity_id=item_id, key=key, body=body)


@router.post("/{item_id}/relabel", response_model=CommandAnswer, responses=DEEDS)
async def relabel(request: Request, item_id: ItemId, key: IdempotencyKey, body: LabelsToCorrect) -> Response:
    """What a person says of an item's labels overrides them at once, with role and reason; or confirms them."""
    return await carry_out(request, RelabelItem, entity_id=item_id, key=key, body=body)


@router.get("/{item_id}", responses=READS)
async def read_item(request: Request, item_id: ItemId) -> Response:
    """`collected` holds the (masked) text, `labels` what the classifier made of it; either may still be null."""
    item = await gateway_of(request).views.item(item_id)
    if item is None:
        raise Problem(status=404)
    return json_response(
        {
            "id": item.id,
            "collected": as_row(request, item.collected) if item.collected else None,
            "labels": as_row(request, item.labels) if item.labels else None,
        }
    )
