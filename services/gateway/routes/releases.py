"""Releases, and the drafts on their way there."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from libs.schemas.commands import ApproveDraft, Publish, ReturnDraft, SaveDraft, SubmitDraft
from services.gateway.gateway import gateway_of
from services.gateway.inputs import SentBack, TextNamed, TextToSave
from services.gateway.routes.answering import (
    DEEDS,
    READS,
    CommandAnswer,
    Cursor,
    IdempotencyKey,
    Limit,
    Modes,
    ReleaseId,
    Row,
    Rows,
    carry_out,
    page_response,
    row_response,
)

router = APIRouter(tags=["releases"])
DraftStatus = Literal["konsep", "diajukan", "disetujui", "dikembalikan", "terbit"]


@router.get("/releases", response_model=Rows, responses=READS)
async def list_releases(request: Request, opmode: Modes = None, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """What is published, newest first."""
    modes = (opmode,) if opmode else None
    return page_response(request, await gateway_of(request).views.releases(limit=limit, cursor=cursor, opmodes=modes))


@router.get("/releases/{release_id}", response_model=Row, responses=READS)
async def read_release(request: Request, release_id: ReleaseId) -> Response:
    """One published text."""
    return row_response(request, await gateway_of(request).views.release(release_id))


@router.get("/drafts", response_model=Rows, responses=READS)
async def list_drafts(
    request: Request, status: DraftStatus | None = None, opmode: Modes = None, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Texts in work, last change first."""
    modes = (opmode,) if opmode else None
    page = await gateway_of(request).views.drafts(status=status, limit=limit, cursor=cursor, opmodes=modes)
    return page_response(request, page)


@router.get("/drafts/{release_id}", response_model=Row, responses=READS)
async def read_draft(request: Request, release_id: ReleaseId) -> Response:
    """One text in work, with its approvals."""
    return row_response(request, await gateway_of(request).views.draft(release_id))


@router.post("/releases", response_model=CommandAnswer, responses=DEEDS)
async def open_draft(request: Request, key: IdempotencyKey, body: TextToSave) -> Response:
    """A new text; its id is made from this command."""
    return await carry_out(request, SaveDraft, entity_id=None, key=key, body=body)


@router.post("/releases/{release_id}/save", response_model=CommandAnswer, responses=DEEDS)
async def save(request: Request, release_id: ReleaseId, key: IdempotencyKey, body: TextToSave) -> Response:
    """An edited text; every approval is void. `base_sha256` names the text that was edited."""
    return await carry_out(request, SaveDraft, entity_id=release_id, key=key, body=body)


@router.post("/releases/{release_id}/submit", response_model=CommandAnswer, responses=DEEDS)
async def submit(request: Request, release_id: ReleaseId, key: IdempotencyKey, body: TextNamed) -> Response:
    """Ask for approval of exactly this text."""
    return await carry_out(request, SubmitDraft, entity_id=release_id, key=key, body=body)


@router.post("/releases/{release_id}/approve", response_model=CommandAnswer, responses=DEEDS)
async def approve(request: Request, release_id: ReleaseId, key: IdempotencyKey, body: TextNamed) -> Response:
    """Approve exactly this text; never one's own."""
    return await carry_out(request, ApproveDraft, entity_id=release_id, key=key, body=body)


@router.post("/releases/{release_id}/return", response_model=CommandAnswer, responses=DEEDS)
async def send_back(request: Request, release_id: ReleaseId, key: IdempotencyKey, body: SentBack) -> Response:
    """Back to its author, with the reason."""
    return await carry_out(request, ReturnDraft, entity_id=release_id, key=key, body=body)


@router.post("/releases/{release_id}/publish", response_model=CommandAnswer, responses=DEEDS)
async def publish(request: Request, release_id: ReleaseId, key: IdempotencyKey, body: TextNamed) -> Response:
    """The approved text goes out, once."""
    return await carry_out(request, Publish, entity_id=release_id, key=key, body=body)
