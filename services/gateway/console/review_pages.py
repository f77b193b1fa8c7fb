"""Routes of the review queue: one publication after the other whose labels the classifier is unsure of."""

from collections.abc import Mapping
from typing import get_args

from fastapi import APIRouter, Request, Response

from libs.schemas.common import Topic22
from libs.schemas.items import ClassifiedItem
from services.gateway.auth import person_of
from services.gateway.console import review_view
from services.gateway.console.drawing import draw, gone
from services.gateway.console.search_pages import stories_of
from services.gateway.console.shell import shell_for
from services.gateway.doubts import KINDS
from services.gateway.gateway import gateway_of
from services.gateway.review_views import ReviewQuery, first_after, last_before, opened_place, sealed_place, stretch
from services.gateway.routes.answering import known_id
from services.gateway.routes.stats import unit_names
from services.gateway.views import View
from services.gateway.views_store import Views

router = APIRouter(include_in_schema=False)


@router.get("/telaah")
async def show_review(request: Request) -> Response:
    """`butir`: this one first, also when nothing is in doubt any more (to correct what one has just said);
    `sesudah`, `sebelum`: the next one from a place in the queue, whoever has worked on it meanwhile."""
    gateway, shell = gateway_of(request), await shell_for(request, "telaah")
    units = unit_names()
    query = _query(request.query_params, units)
    chosen = await _chosen(gateway.views, query, request.query_params)
    told = await stretch(gateway.views, query, chosen)
    item = await gateway.views.item(chosen.id) if chosen is not None else None
    stories = await stories_of(gateway.views, [chosen.id] if chosen is not None else [])
    model = review_view.review_page(
        told,
        item.collected if item else None,
        story=stories[chosen.id].data if chosen is not None and chosen.id in stories else None,
        query=query,
        place=sealed_place(gateway.views, chosen) if chosen else "",
        end=sealed_place(gateway.views, told.after[-1]) if told.after else "",
        units=units,
        role=person_of(request).role,
    )
    return draw("telaah.html", shell, model)


def _query(asked: Mapping[str, str], units: Mapping[str, str]) -> ReviewQuery:
    """What the address narrows by; what nobody knows is as if it were not there."""
    kind, topic, unit = (asked.get(name, "") for name in ("alasan", "topik", "unit"))
    return ReviewQuery(
        kind=kind if kind in KINDS else None,
        topic=topic if topic in get_args(Topic22) else None,
        unit_id=unit if unit in units else None,
    )


async def _chosen(views: Views, query: ReviewQuery, asked: Mapping[str, str]) -> View[ClassifiedItem] | None:
    if wanted := asked.get("butir", ""):
        item = await views.item(known_id(wanted))
        if item is None or item.labels is None:
            raise gone("Publikasi")
        return item.labels
    if before := asked.get("sebelum", ""):
        return await last_before(views, query, opened_place(views, before))
    after = asked.get("sesudah", "")
    return await first_after(views, query, opened_place(views, after) if after else None)
