"""Routes of the search page: ask, and keep or forget a search; all of it also without JavaScript."""

from collections.abc import Sequence
from urllib.parse import parse_qsl
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from libs.schemas.sources import Outlet
from libs.schemas.stories import Story
from services.gateway.auth import person_of, safe_next
from services.gateway.console import search_view
from services.gateway.console.drawing import draw
from services.gateway.console.search_view import SAVED_AS, Wish
from services.gateway.console.shell import shell_for
from services.gateway.gateway import gateway_of
from services.gateway.inputs import SearchToSave
from services.gateway.personal import decent
from services.gateway.problems import Problem
from services.gateway.projections import members_of
from services.gateway.routes.answering import known_id
from services.gateway.saving import forget, save
from services.gateway.search_index import Found
from services.gateway.views import View
from services.gateway.views_store import MAX_PAGE, Views

router = APIRouter(include_in_schema=False)
_NUMBERS = ("severity_min", "days")


@router.get("/cari")
async def show_search(request: Request) -> Response:
    return await _page(request, Wish.of(request.query_params), cursor=request.query_params.get("sejak"))


async def _page(request: Request, wish: Wish, *, cursor: str | None = None, keep_problem: str = "") -> Response:
    gateway, person = gateway_of(request), person_of(request)
    shell = await shell_for(request, "cari")
    found, problem = search_view.NOTHING, ""
    try:
        question = decent({"q": wish.cari})["q"]
        found = await gateway.search.find(question, wish.filters(shell.now), role=person.role, cursor=cursor)
    except Problem as refused:
        if refused.status != 422:
            raise
        problem = " ".join(error["pesan"] for error in refused.errors)
    model = search_view.search_page(
        found,
        wish,
        stories=await stories_of(gateway.views, [view.id for view in found.rows]),
        outlets=await _outlets_of(gateway.views, found, wish),
        kept=await gateway.saved.of(person),
        role=person.role,
        key=str(uuid4()),
        modes=[mode for mode in ("live", "sample") if mode in gateway.settings.opmodes],
        problem=problem,
        keep_problem=keep_problem,
    )
    answer = draw("cari.html", shell, model)
    answer.status_code = 422 if problem or keep_problem else 200
    return answer


async def stories_of(views: Views, item_ids: Sequence[str]) -> dict[str, View[Story]]:
    """The story of each item that a story names; of several the one that lives, and changed last."""
    asked, found = set(item_ids), dict[str, View[Story]]()
    if not asked:
        return found
    conditions = {"members": {"$in": sorted(asked)}}
    listed = await views.some("stories", Story, conditions, sort="order", limit=MAX_PAGE)
    for view in sorted(listed, key=lambda one: one.data.status == "terbuka"):
        found.update(dict.fromkeys(asked & set(members_of(view.data)), view))
    return found


async def _outlets_of(views: Views, found: Found, wish: Wish) -> dict[str, str]:
    ids = {value for value, _ in found.facets.get("outlet_id", [])} | ({wish.media} if wish.media else set())
    known = {view.data.outlet_id: view.data.outlet_name for view in found.rows}
    if missing := ids - set(known):
        outlets = await views.some("outlets", Outlet, {"_id": {"$in": sorted(missing)}}, sort="name_key", limit=50)
        known |= {view.id: view.data.name for view in outlets}
    return known


@router.post("/cari/simpan")
async def keep_search(request: Request) -> Response:
    """What the page shows, under a name."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    wish = Wish.of(dict(parse_qsl(form.get("pencarian", "")[:2000])))
    told = {field: value for name, field in SAVED_AS.items() if (value := getattr(wish, name))}
    try:
        body = SearchToSave.model_validate(
            {
                "name": form.get("nama", ""),
                "query": wish.cari,
                "shared": form.get("bersama") == "1",
                **{name: int(value) if name in _NUMBERS else value for name, value in told.items()},
            }
        )
        await save(gateway_of(request), person_of(request), body, key=form.get("_kunci", "")[:128] or str(uuid4()))
    except ValidationError:
        return await _page(request, wish, keep_problem="Tidak tersimpan: beri nama, paling panjang 80 huruf.")
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        said = " ".join(error["pesan"] for error in problem.errors) or problem.title
        return await _page(request, wish, keep_problem=f"Tidak tersimpan: {said}")
    return RedirectResponse(search_view.href_of(wish), status_code=303)


@router.post("/cari/hapus")
async def forget_search(request: Request) -> Response:
    form = await request.form()
    if not await forget(gateway_of(request), person_of(request), known_id(str(form.get("pencarian", "")))):
        raise Problem(status=404, detail="Pencarian tersimpan ini tidak ada lagi.")
    return RedirectResponse(safe_next(str(form.get("lanjut", "/cari"))), status_code=303)
