"""Sources: the feeds that are read."""

from fastapi import APIRouter, Request, Response

from libs.schemas.commands import AddSource, ChangeSource, PollNow, PreviewSource
from services.gateway.gateway import gateway_of
from services.gateway.inputs import NothingMore, SourceSwitched, SourceToAdd, SourceToLookAt
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
    SourceId,
    carry_out,
    page_response,
    row_response,
)

router = APIRouter(prefix="/sources", tags=["sources"])


@router.get("", response_model=Rows, responses=READS)
async def list_sources(request: Request, opmode: Modes = None, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """Last change first."""
    modes = (opmode,) if opmode else None
    return page_response(request, await gateway_of(request).views.sources(limit=limit, cursor=cursor, opmodes=modes))


@router.get("/{source_id}", response_model=Row, responses=READS)
async def read_source(request: Request, source_id: SourceId) -> Response:
    """One source and how it fares."""
    return row_response(request, await gateway_of(request).views.source(source_id))


@router.post("", response_model=CommandAnswer, responses=DEEDS)
async def add(request: Request, key: IdempotencyKey, body: SourceToAdd) -> Response:
    """A new feed; its id is made from this command."""
    return await carry_out(request, AddSource, entity_id=None, key=key, body=body)


@router.post("/preview", response_model=CommandAnswer, responses=DEEDS)
async def preview(request: Request, key: IdempotencyKey, body: SourceToLookAt) -> Response:
    """What an address would bring, masked; nothing is kept. A slow site takes 15 s: then 202, and the preview is told
    at Location."""
    return await carry_out(request, PreviewSource, entity_id=None, key=key, body=body)


@router.post("/{source_id}/switch", response_model=CommandAnswer, responses=DEEDS)
async def switch(request: Request, source_id: SourceId, key: IdempotencyKey, body: SourceSwitched) -> Response:
    """On or off."""
    return await carry_out(request, ChangeSource, entity_id=source_id, key=key, body=body)


@router.post("/{source_id}/poll", response_model=CommandAnswer, responses=DEEDS)
async def poll(request: Request, source_id: SourceId, key: IdempotencyKey, body: NothingMore | None = None) -> Response:
    """Read it now."""
    return await carry_out(request, PollNow, entity_id=source_id, key=key, body=body)
