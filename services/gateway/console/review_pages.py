"""Routes of the review queue: one publication after the other whose labels the classifier is unsure of."""

import asyncio

from fastapi import APIRouter, Request, Response

from services.gateway.auth import person_of
from services.gateway.console import review_view
from services.gateway.console.drawing import draw, gone
from services.gateway.console.shell import shell_for
from services.gateway.doubts import KINDS
from services.gateway.gateway import gateway_of
from services.gateway.review_views import queue, waiting
from services.gateway.routes.answering import known_id

router = APIRouter(include_in_schema=False)


@router.get("/telaah")
async def show_review(request: Request) -> Response:
    """`butir`: this one first, also when nothing is in doubt any more (to correct what one has just said)."""
    gateway, shell = gateway_of(request), await shell_for(request, "telaah")
    kind = request.query_params.get("alasan", "")
    kind = kind if kind in KINDS else ""
    listed = await queue(gateway.views, kind or None)
    wanted = request.query_params.get("butir", "")
    chosen = next((view for view in listed if view.id == wanted), None)
    if chosen is None and wanted:
        item = await gateway.views.item(known_id(wanted))
        if item is None or item.labels is None:
            raise gone("Publikasi")
        chosen = item.labels
    chosen = chosen or next(iter(listed), None)
    item = await gateway.views.item(chosen.id) if chosen is not None else None
    total, *of_kinds = await asyncio.gather(waiting(gateway.views), *(waiting(gateway.views, one) for one in KINDS))
    model = review_view.review_page(
        listed,
        chosen,
        item.collected if item else None,
        kind=kind,
        counts=dict(zip(KINDS, of_kinds, strict=True)),
        total=total,
        role=person_of(request).role,
    )
    return draw("telaah.html", shell, model)
