"""Routes of the pages about what is heard: sources, outlets, and who has fallen silent."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request, Response

from libs.reference.registry import shipped_registry
from libs.schemas.sources import Source
from services.gateway.auth import person_of
from services.gateway.commanding import Answer
from services.gateway.console import outlets_view, silence_view, source_view, sources_view
from services.gateway.console.drawing import draw, gone, may_of, piece
from services.gateway.console.item_marks import seen_by
from services.gateway.console.shell import shell_for
from services.gateway.gateway import gateway_of
from services.gateway.outlets_views import (
    OutletQuery,
    copycats,
    count_outlets,
    known_outlet_id,
    list_outlets,
    outlet_of_hosts,
)
from services.gateway.projections import OUTLET_FACTS
from services.gateway.reports_views import reporting_units, silent_units
from services.gateway.routes.answering import known_id
from services.gateway.views import ItemQuery, View
from services.gateway.views_store import MAX_PAGE, Views

router = APIRouter(include_in_schema=False)

ITEMS_SHOWN = 20
SOURCES_SHOWN = 60


async def _all_sources(views: Views) -> list[View[Source]]:
    found: list[View[Source]] = []
    cursor: str | None = None
    while True:
        page = await views.sources(limit=MAX_PAGE, cursor=cursor)
        found += page.rows
        cursor = page.next
        if cursor is None:
            return found


@router.get("/sumber")
async def show_sources(request: Request) -> Response:
    gateway, shell = gateway_of(request), await shell_for(request, "sumber")
    views, items, imitations = await asyncio.gather(
        _all_sources(gateway.views), gateway.views.items(ItemQuery(), limit=MAX_PAGE), copycats(gateway.views)
    )
    model = sources_view.sources_page(
        views,
        [view.data for view in items.rows],
        imitations,
        wish=sources_view.Wish.of(request.query_params),
        may=may_of(person_of(request)),
        now=shell.now,
    )
    return draw("sumber.html", shell, model)


@router.get("/sumber/tambah")
async def show_add(request: Request) -> Response:
    return draw("sumber_tambah.html", await shell_for(request, "sumber"), {})


@router.get("/sumber/pratinjau/{command_id}")
async def show_look(request: Request, command_id: str) -> Response:
    """What a look at an address found, and the form that makes it a source; asked for once the look has ended."""
    gateway = gateway_of(request)
    answer = await gateway.commands.look_up(person_of(request), known_id(command_id))
    if answer is None or answer.preview is None:
        raise gone("Pratinjau")
    return piece("_sumber_pratinjau.html", look=await _looked(gateway.views, answer, gateway.clock.now()))


async def _looked(views: Views, answer: Answer, now: datetime) -> source_view.PreviewPage:
    assert answer.preview is not None
    hosts = source_view.hosts_of(answer.preview)
    outlet = await outlet_of_hosts(views, hosts)
    imitation = source_view.imitation_words(hosts, shipped_registry())
    return source_view.preview_page(answer.preview, outlet, imitation, now)


@router.get("/sumber/{source_id}")
async def show_source(request: Request, source_id: str) -> Response:
    gateway, shell = gateway_of(request), await shell_for(request, "sumber")
    view = await gateway.views.source(known_id(source_id))
    if view is None:
        raise gone("Sumber")
    outlet, items, past = await asyncio.gather(
        gateway.views.outlet(view.data.outlet_id),
        gateway.views.items(ItemQuery(source_id=source_id), limit=ITEMS_SHOWN),
        gateway.views.past("sources", source_id),
    )
    model = source_view.source_page(
        view,
        outlet=outlet.data if outlet else None,
        items=seen_by(person_of(request).role, [item.data for item in items.rows]),
        past=past,
        may=may_of(person_of(request)),
        now=shell.now,
    )
    return draw("sumber_satu.html", shell, model)


@router.get("/media")
async def show_outlets(request: Request) -> Response:
    views, shell = gateway_of(request).views, await shell_for(request, "media")
    wish = outlets_view.Wish.of(request.query_params)
    rows = await list_outlets(views, wish.query, skip=wish.skip, limit=outlets_view.PAGE)
    asked = (wish.query, OutletQuery(), OutletQuery(copycat=True), *(OutletQuery(known=fact) for fact in OUTLET_FACTS))
    found, total, imitating, *known = await asyncio.gather(*(count_outlets(views, query) for query in asked))
    counts = outlets_view.Counts(
        found=found, all=total, copycats=imitating, known=dict(zip(OUTLET_FACTS, known, strict=True))
    )
    return draw("media.html", shell, outlets_view.outlets_page(rows, wish, counts))


@router.get("/media/{outlet_id}")
async def show_outlet(request: Request, outlet_id: str) -> Response:
    views, shell = gateway_of(request).views, await shell_for(request, "media")
    view = await views.outlet(outlet_id) if known_outlet_id(outlet_id) else None
    if view is None:
        raise gone("Media")
    sources: Sequence[View[Source]] = await views.some(
        "sources", Source, {"data.outlet_id": outlet_id}, sort="_id", limit=SOURCES_SHOWN
    )
    return draw("media_satu.html", shell, outlets_view.outlet_page(view, sources, may=may_of(person_of(request))))


@router.get("/laporan/diam")
async def show_silence(request: Request) -> Response:
    """Before `/laporan/{report_id}` in the router: it is no report."""
    views, shell = gateway_of(request).views, await shell_for(request, "laporan")
    units, sources, reporting = await asyncio.gather(
        silent_units(views, limit=MAX_PAGE), _all_sources(views), reporting_units(views)
    )
    may = may_of(person_of(request))
    model = silence_view.silence_page(
        units.rows, sources, reporting, may_see_sources=may("GET", "/sumber/{source_id}"), now=shell.now
    )
    return draw("diam.html", shell, model)
