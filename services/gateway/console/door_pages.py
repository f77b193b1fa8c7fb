"""Pages that need no session: login, logout, and what a refusal looks like."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.gateway.auth import NotSignedIn, csrf_token, safe_next, sign_in, sign_out, visitor_of
from services.gateway.console.rendering import render
from services.gateway.console.shell import home_of, theme_of
from services.gateway.problems import Problem

router = APIRouter(include_in_schema=False)

FIRST_PAGE = "/umpan"
_TITLES = {
    403: "Halaman ini bukan untuk peran Anda",
    404: "Tidak ditemukan",
    429: "Terlalu banyak permintaan",
    503: "Layanan belum siap",
}
_WRONG_KEY = "Kunci tidak dikenal atau sudah berakhir. Periksa lagi, atau minta kunci baru ke admin."


def _login(request: Request, *, status: int = 200, error: str = "", lanjut: str = FIRST_PAGE) -> HTMLResponse:
    local = request.url.hostname in ("127.0.0.1", "localhost")
    page = render("masuk.html", theme=theme_of(request), error=error, lanjut=lanjut, local=local)
    return HTMLResponse(page, status_code=status)


@router.get("/masuk")
async def show_login(request: Request) -> Response:
    lanjut = safe_next(request.query_params.get("lanjut", FIRST_PAGE))
    if visitor_of(request) is not None:
        return RedirectResponse(lanjut, status_code=303)
    return _login(request, lanjut=lanjut)


@router.post("/masuk")
async def log_in(request: Request) -> Response:
    form = await request.form()
    lanjut = safe_next(str(form.get("lanjut", FIRST_PAGE)))
    found = await sign_in(request, str(form.get("kunci", "")))
    if isinstance(found, NotSignedIn):
        if found.reason == "terlalu_sering":
            words = f"Terlalu banyak percobaan. Coba lagi dalam {found.retry_after_seconds} detik."
            answer = _login(request, status=429, error=words, lanjut=lanjut)
            answer.headers["Retry-After"] = str(found.retry_after_seconds)
            return answer
        return _login(request, status=401, error=_WRONG_KEY, lanjut=lanjut)
    # The page that was asked for; for whom the usual first page is not meant, their own first one.
    if lanjut == FIRST_PAGE:
        lanjut = home_of(found.person) or lanjut
    answer_in = RedirectResponse(lanjut, status_code=303)
    found.put_cookie(answer_in)
    return answer_in


@router.post("/keluar")
async def log_out(request: Request) -> Response:
    answer = RedirectResponse("/masuk", status_code=303)
    await sign_out(request, answer)
    return answer


def render_problem(request: Request, problem: Problem) -> Response:
    """A refusal as a page: what happened and what to do."""
    person = visitor_of(request)
    home = home_of(person) if person else None
    acts = [{"href": home or "/", "label": "Ke halaman kerja" if home else "Ke halaman depan"}]
    if problem.status == 503:
        acts = [{"href": request.url.path, "label": "Coba lagi"}, *acts]
    page = render(
        "galat.html",
        theme=theme_of(request),
        title=_TITLES.get(problem.status, problem.title),
        detail=problem.detail or _default_detail(problem),
        acts=acts,
        status=problem.status,
        csrf=csrf_token(request) if person else "",
    )
    return HTMLResponse(page, status_code=problem.status, headers=problem.headers)


def _default_detail(problem: Problem) -> str:
    if problem.status == 404:
        return "Alamat ini tidak ada, atau isinya digabung atau diarsipkan."
    if problem.status >= 500:
        return "Yang Anda tulis tidak berubah. Coba lagi sebentar lagi."
    return problem.title
