"""The public routes: `/`, `/siaran/{kode}`, `/feed.atom`. Live releases only; cached for a minute."""

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.gateway.console.rendering import render
from services.gateway.gateway import Gateway, gateway_of
from services.gateway.public.release_view import last_change, public_release

router = APIRouter(include_in_schema=False)

_CACHE = {"Cache-Control": "public, max-age=60"}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{3,40}")
_HOME_LIMIT = 20
_FEED_LIMIT = 50


def _base(request: Request, gateway: Gateway) -> str:
    """The site's address without a trailing slash: as set, else as asked for."""
    return (gateway.settings.public_url or str(request.base_url)).rstrip("/")


@router.get("/")
async def show_home(request: Request) -> Response:
    found = await gateway_of(request).views.public_releases(limit=_HOME_LIMIT)
    releases = [public_release(view) for view in found.rows]
    return HTMLResponse(render("beranda.html", releases=releases), headers=_CACHE)


@router.get("/siaran")
async def look_up(request: Request) -> Response:
    """The verify form: a typed code → its page."""
    code = request.query_params.get("kode", "").strip().upper()
    if _CODE.fullmatch(code):
        return RedirectResponse(f"/siaran/{code}", status_code=303)
    return _unknown()


@router.get("/siaran/{kode}")
async def show_release(request: Request, kode: str) -> Response:
    code = kode.strip().upper()
    view = await gateway_of(request).views.public_release(code) if _CODE.fullmatch(code) else None
    if view is None:
        return _unknown()
    return HTMLResponse(render("siaran.html", release=public_release(view)), headers=_CACHE)


def _unknown() -> HTMLResponse:
    # The typed text is not shown again: nothing that a stranger sends appears on an official page.
    return HTMLResponse(render("tidak_dikenal.html"), status_code=404, headers={"Cache-Control": "no-store"})


@router.get("/feed.atom")
async def show_feed(request: Request) -> Response:
    gateway = gateway_of(request)
    found = await gateway.views.public_releases(limit=_FEED_LIMIT)
    releases = [public_release(view) for view in found.rows]
    feed = render("feed.atom.xml", base=_base(request, gateway), releases=releases, updated=last_change(releases))
    return Response(feed, media_type="application/atom+xml", headers=_CACHE)
