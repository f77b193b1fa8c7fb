"""The console's routes: read, build a view model, draw. Deeds go to the API from the browser."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.gateway.auth import person_of, safe_next
from services.gateway.console import (
    door_pages,
    feed_view,
    office_pages,
    office_view,
    report_pages,
    review_pages,
    search_pages,
    stats_pages,
    story_pages,
    work_view,
)
from services.gateway.console.door_pages import render_problem
from services.gateway.console.drawing import draw, gone, may_of, piece
from services.gateway.console.feed_view import Filter
from services.gateway.console.frames import row_partial
from services.gateway.console.inbox import InboxUnavailable, read_inbox
from services.gateway.console.item_marks import seen_by
from services.gateway.console.pieces import allowed_for
from services.gateway.console.rows import alert_row, figure, story_row
from services.gateway.console.shell import DENSITIES, DENSITY_COOKIE, THEME_COOKIE, THEMES, shell_for
from services.gateway.gateway import gateway_of
from services.gateway.policy import may
from services.gateway.problems import Problem
from services.gateway.projections import members_of
from services.gateway.views import AlertQuery

__all__ = ["render_problem", "router"]

router = APIRouter(include_in_schema=False)
router.include_router(door_pages.router)
router.include_router(office_pages.router)
router.include_router(report_pages.router)
router.include_router(review_pages.router)
router.include_router(search_pages.router)
router.include_router(stats_pages.router)
router.include_router(story_pages.router)

_YEAR_SECONDS = 365 * 86_400
_ALERT_TABS = (("terbuka", "Belum diakui"), ("diakui", "Diakui"), ("tutup", "Sudah ditutup"))
_CLOSED = ("reda", "selesai", "salah", "digabung")
INBOX_SHOWN = 30


@router.get("/umpan")
async def show_feed(request: Request) -> Response:
    gateway, shell = gateway_of(request), await shell_for(request, "umpan")
    wanted, cursor = Filter.of(request.query_params), request.query_params.get("sejak")
    model = await feed_view.feed_page(gateway.views, wanted, cursor=cursor, health=shell.health, now=shell.now)
    return draw("umpan.html", shell, model)


@router.get("/umpan/pratinjau/{row_id}")
async def show_preview(request: Request, row_id: str) -> Response:
    gateway = gateway_of(request)
    now, allowed = gateway.clock.now(), allowed_for(may_of(person_of(request)))
    kind, _, entity_id = row_id.partition("-")
    alert = await gateway.views.alert(entity_id) if kind == "peringatan" else None
    story_id = alert.data.story_ids[0] if alert and alert.data.story_ids else entity_id
    story = await gateway.views.story(story_id)
    if alert is None and story is not None:
        alert = (await gateway.views.alerts_of_stories([story_id])).get(story_id)
    if alert is not None:
        return piece("_pratinjau.html", peek=work_view.peek_of_alert(alert, story=story, allowed=allowed, now=now))
    if story is not None:
        return piece("_pratinjau.html", peek=work_view.peek_of_story(story, allowed=allowed, now=now))
    raise gone("Isu")


@router.get("/umpan/anak/{story_id}")
async def show_newest(request: Request, story_id: str) -> Response:
    """The newest three publications, for the unfolded row."""
    gateway = gateway_of(request)
    story = await gateway.views.story(story_id)
    if story is None:
        raise gone("Isu")
    facts = await gateway.facts.of_items(members_of(story.data))
    views = await gateway.facts.rows([fact.id for fact in facts[: work_view.NEWEST]])
    newest = seen_by(person_of(request).role, [view.data for view in views])
    total = figure(story.data.counts, "publikasi")
    return piece(
        "_anak.html",
        story_id=story_id,
        lines=[work_view.line_of_item(item) for item in newest],
        publications=total,
        rest=max(0, total - len(newest)),
    )


@router.get("/umpan/baris/{row_id}")
async def show_row(request: Request, row_id: str) -> Response:
    """A row as the stream would bring it."""
    gateway = gateway_of(request)
    kind, _, entity_id = row_id.partition("-")
    now = gateway.clock.now()
    if kind == "peringatan" and (alert := await gateway.views.alert(entity_id)) is not None:
        return HTMLResponse(row_partial(alert_row(alert, now)))
    if kind == "isu" and (story := await gateway.views.story(entity_id)) is not None:
        return HTMLResponse(row_partial(story_row(story, now)))
    raise gone("Isu")


@router.get("/peringatan")
async def list_alerts(request: Request) -> Response:
    gateway, shell = gateway_of(request), await shell_for(request, "peringatan")
    status = request.query_params.get("status", "terbuka")
    status = status if status in dict(_ALERT_TABS) else "terbuka"
    if status == "terbuka":
        views, more = await gateway.views.waiting_alerts(), None
    else:
        query = AlertQuery(status=_CLOSED if status == "tutup" else (status,))
        found = await gateway.views.alerts(query, limit=100, cursor=request.query_params.get("sejak"))
        views, more = found.rows, found.next
    model = {
        "words": f"{len(views)} {dict(_ALERT_TABS)[status].lower()}",
        "tabs": [
            {"href": f"/peringatan?status={key}", "label": label, "current": key == status}
            for key, label in _ALERT_TABS
        ],
        "rows": [alert_row(view, shell.now) for view in views],
        "empty_words": feed_view.waiting_words(0, shell.health)
        if status == "terbuka"
        else "Belum ada peringatan di sini.",
        "more_href": f"/peringatan?status={status}&sejak={more}" if more else "",
    }
    return draw("peringatan.html", shell, model)


@router.get("/peringatan/{alert_id}")
async def show_alert(request: Request, alert_id: str) -> Response:
    gateway, person = gateway_of(request), person_of(request)
    shell = await shell_for(request, "peringatan")
    view = await gateway.views.alert(alert_id)
    if view is None:
        raise gone("Peringatan")
    story_id = view.data.story_ids[0] if view.data.story_ids else ""
    story, history, pushes, drafts = await asyncio.gather(
        gateway.views.story(story_id),
        gateway.views.history_of(alert_id),
        gateway.views.notifications_of(alert_id),
        gateway.views.drafts(limit=100),
    )
    answering = [draft.id for draft in drafts.rows if draft.data.alert_id == alert_id]
    model = work_view.alert_page(
        view,
        story=story,
        history=history,
        pushes=pushes,
        allowed=allowed_for(may_of(person)),
        release_id=answering[0] if answering and may(person.role, "GET", "/rilis/{release_id}") else "",
        now=shell.now,
    )
    return draw("peringatan_satu.html", shell, model)


@router.get("/rilis")
async def list_releases(request: Request) -> Response:
    shell = await shell_for(request, "rilis")
    drafts = await gateway_of(request).views.drafts(limit=100)
    model = office_view.releases_page(drafts.rows, may=may_of(person_of(request)))
    return draw("rilis.html", shell, model)


@router.get("/rilis/baru")
async def new_release(request: Request) -> Response:
    model = office_view.new_release_page(request.query_params.get("peringatan", "")[:64])
    return draw("rilis_satu.html", await shell_for(request, "rilis"), model)


@router.get("/rilis/{release_id}")
async def show_release(request: Request, release_id: str) -> Response:
    gateway, person, shell = gateway_of(request), person_of(request), await shell_for(request, "rilis")
    view = await gateway.views.draft(release_id)
    if view is None:
        raise gone("Rilis")
    release = await gateway.views.release(release_id)
    model = office_view.release_page(view, release, person=person, may=may_of(person))
    return draw("rilis_satu.html", shell, model)


async def _inbox(request: Request) -> office_view.InboxPage:
    gateway = gateway_of(request)
    if gateway.settings.sample_inbox_url is None:
        raise Problem(status=404, detail="Kotak contoh hanya ada dalam mode contoh.")
    try:
        messages = (await read_inbox(gateway.settings.sample_inbox_url))[:INBOX_SHOWN]
    except InboxUnavailable:
        raise Problem(status=503, detail="Kotak contoh belum terbaca. Muat ulang sebentar lagi.") from None
    ids = {str(message.get("alert_id", "")) for message in messages}
    found = await asyncio.gather(*(gateway.views.alert(alert_id) for alert_id in ids))
    alerts = {view.id: view for view in found if view is not None}
    return office_view.inbox_page(messages, alerts, may=may_of(person_of(request)), now=gateway.clock.now())


@router.get("/kotak-contoh")
async def show_inbox(request: Request) -> Response:
    return draw("kotak.html", await shell_for(request, "kotak"), await _inbox(request))


@router.get("/kotak-contoh/isi")
async def show_inbox_part(request: Request) -> Response:
    return piece("_kotak_isi.html", page=await _inbox(request))


@router.post("/setelan")
async def keep_settings(request: Request) -> Response:
    """Theme and density, in this browser."""
    form = await request.form()
    answer = RedirectResponse(safe_next(str(form.get("lanjut", ""))), status_code=303)
    secure = gateway_of(request).settings.secure
    for field, cookie, values in (("tema", THEME_COOKIE, THEMES), ("kerapatan", DENSITY_COOKIE, DENSITIES)):
        value = str(form.get(field, ""))
        if value in values:
            answer.set_cookie(cookie, value, max_age=_YEAR_SECONDS, samesite="lax", httponly=True, secure=secure)
    return answer
