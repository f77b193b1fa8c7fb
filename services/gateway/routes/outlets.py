"""Outlets: the publishers behind the sources, and what named sources say of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from libs.schemas.commands import EditOutlet
from libs.schemas.sources import Outlet
from services.gateway.gateway import gateway_of
from services.gateway.inputs import OutletToEdit
from services.gateway.outlets_views import known_outlet_id
from services.gateway.problems import Problem
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
    carry_out,
    page_response,
    row_response,
)

router = APIRouter(prefix="/outlets", tags=["outlets"])


def _outlet_id(outlet_id: Annotated[str, Path()]) -> str:
    if not known_outlet_id(outlet_id):
        raise Problem(status=404)
    return outlet_id


OutletId = Annotated[str, Depends(_outlet_id)]


@router.get("", response_model=Rows, responses=READS)
async def list_outlets(request: Request, opmode: Modes = None, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """Last change first; a fact that no named source states is absent."""
    modes = (opmode,) if opmode else None
    return page_response(request, await gateway_of(request).views.page("outlets", Outlet, {}, modes, limit, cursor))


@router.get("/{outlet_id}", response_model=Row, responses=READS)
async def read_outlet(request: Request, outlet_id: OutletId) -> Response:
    """One outlet and who says what of it."""
    return row_response(request, await gateway_of(request).views.outlet(outlet_id))


@router.post("/{outlet_id}/edit", response_model=CommandAnswer, responses=DEEDS)
async def edit(request: Request, outlet_id: OutletId, key: IdempotencyKey, body: OutletToEdit) -> Response:
    """Sets facts, each with the source that is named; an empty one is taken away."""
    return await carry_out(request, EditOutlet, entity_id=outlet_id, key=key, body=body)
