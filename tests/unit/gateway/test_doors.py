"""Who comes in, with what, and what leaves."""

import time
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, Request

from services.gateway.auth import NotSignedIn, SignedIn, csrf_token, safe_next, sign_in, sign_out
from services.gateway.policy import Policy
from tests.support.builders import an_alert
from tests.unit.gateway.fakes import World, a_world

ALERT = an_alert().alert_id
ACKNOWLEDGE = f"/api/v1/alerts/{ALERT}/acknowledge"
KEY = {"Idempotency-Key": "tekan-1"}


def is_problem(answer: httpx.Response, status: int, kode: str | None = None) -> bool:
    body = answer.json()
    return (
        answer.status_code == status == body["status"]
        and answer.headers["content-type"] == "application/problem+json"
        and bool(body["title"])
        and (kode is None or body["kode"] == kode)
    )


async def test_nobody_gets_nothing_and_a_wrong_key_is_said(world: World) -> None:
    async with world.client() as client:
        assert is_problem(await client.get("/api/v1/alerts"), 401, "belum_masuk")
        wrong = await client.get("/api/v1/alerts", headers={"Authorization": "Bearer psp_salah"})
        assert is_problem(wrong, 401, "kunci_salah")
        assert "psp_salah" not in wrong.text
        other = await client.get("/api/v1/alerts", headers={"Authorization": "Basic b3BlcmF0b3I6"})
        assert is_problem(other, 401)


async def test_a_browser_is_sent_to_the_login_and_back(world: World) -> None:
    async with world.client() as client:
        answer = await client.get("/umpan?sev=3", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/masuk?lanjut=%2Fumpan%3Fsev%3D3")


async def test_guessing_keys_is_slowed_down_and_shuts_nobody_else_out(world: World) -> None:
    async with world.client() as client:
        for n in range(7):
            answer = await client.get("/api/v1/alerts", headers={"Authorization": f"Bearer psp_tebak{n}"})
            assert is_problem(answer, 401 if n < 5 else 429)
        assert int(answer.headers["retry-after"]) > 0
    async with world.client("operator") as client:
        assert (await client.get("/api/v1/alerts")).status_code == 200


async def test_an_expired_key_is_no_key(world: World) -> None:
    world.clock.pass_(days=366)
    async with world.client("operator") as client:
        assert is_problem(await client.get("/api/v1/alerts"), 401)


async def test_a_session_acts_only_with_its_own_form_token(world: World) -> None:
    browser, token = await world.session("operator")
    other, _ = await world.session("analis")
    async with browser, other:
        assert is_problem(await browser.post(ACKNOWLEDGE, headers=KEY), 403, "formulir_usang")
        assert is_problem(await other.post(ACKNOWLEDGE, headers=KEY | {"X-CSRF-Token": token}), 403, "formulir_usang")
        done = await browser.post(ACKNOWLEDGE, headers=KEY | {"X-CSRF-Token": token})
        assert done.status_code == 200
    assert [command.data.by.role for command in world.sent] == ["operator"]


@pytest.mark.parametrize("header", [{"Origin": "https://jahat.contoh"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_site_cannot_act_for_somebody(world: World, header: dict[str, str]) -> None:
    browser, token = await world.session("operator")
    async with browser:
        answer = await browser.post(ACKNOWLEDGE, headers=KEY | header | {"X-CSRF-Token": token})
        assert is_problem(answer, 403, "dari_situs_lain")


async def test_the_token_may_come_as_a_form_field(tmp_path: Path) -> None:
    pages = APIRouter()

    @pages.post("/coba")
    async def act(request: Request) -> dict[str, str]:
        form = await request.form()
        return {"isi": str(form["isi"]), "sama": str(form["_csrf"] == csrf_token(request))}

    world = a_world(tmp_path, routers=(pages,))
    world.app._policy = Policy({"POST /coba": frozenset({"operator"})})  # type: ignore[attr-defined]
    browser, token = await world.session("operator")
    async with browser:
        good = await browser.post("/coba", data={"isi": "a", "_csrf": token})
        assert good.json() == {"isi": "a", "sama": "True"}
        assert (await browser.post("/coba", data={"isi": "a"})).status_code == 403


async def test_a_session_ends_by_time_by_logout_and_with_its_person(world: World) -> None:
    browser, _ = await world.session("operator")
    async with browser:
        assert (await browser.get("/api/v1/me")).json()["label"] == "Operator 1"
        world.clock.pass_(hours=12)
        assert is_problem(await browser.get("/api/v1/me"), 401)
    browser, _ = await world.session("operator")
    file = world.gateway.settings.people_file
    assert file is not None
    file.write_text("people: []\n")
    world.gateway.people.look(time.monotonic() + 10)
    async with browser:
        assert is_problem(await browser.get("/api/v1/me"), 401)


async def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get(tmp_path: Path) -> None:
    pages = APIRouter()

    @pages.post("/masuk")
    async def enter(request: Request) -> object:
        from fastapi.responses import JSONResponse

        result = await sign_in(request, (await request.body()).decode())
        if isinstance(result, NotSignedIn):
            return JSONResponse({"alasan": result.reason}, status_code=401)
        assert isinstance(result, SignedIn)
        response = JSONResponse({"peran": result.person.role})
        result.put_cookie(response)
        return response

    @pages.post("/keluar")
    async def leave(request: Request) -> object:
        from fastapi.responses import JSONResponse

        response = JSONResponse({})
        await sign_out(request, response)
        return response

    world = a_world(tmp_path, routers=(pages,), public_url="https://pasopati.contoh")
    async with world.client() as client:
        client.base_url = httpx.URL("https://pasopati.contoh")
        answer = await client.post("/masuk", content=world.keys["analis"])
        cookie = answer.headers["set-cookie"]
        assert answer.json() == {"peran": "analis"} and cookie.startswith("__Host-pasopati=")
        assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"))
        token = cookie.split("=")[1].split(";")[0]
        assert token not in str(world.sessions.documents), "the store holds only its hash"
        assert (await client.get("/api/v1/me")).json()["via"] == "sesi"
        csrf = world.gateway.sessions.csrf_of(token)
        assert [entry["action"] for entry in world.audit_entries.documents.values()] == ["SignIn"]
        await client.post("/keluar", headers={"X-CSRF-Token": csrf})
        assert not world.sessions.documents
        for _ in range(5):
            assert (await client.post("/masuk", content="salah")).json() == {"alasan": "kunci_salah"}
        assert (await client.post("/masuk", content=world.keys["analis"])).json() == {"alasan": "terlalu_sering"}


async def test_every_answer_carries_the_headers(world: World) -> None:
    async with world.client("operator") as client:
        for path in ("/api/v1/alerts", "/tidak/ada", "/api/v1/alerts/bukan-id"):
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"


async def test_the_wrong_method_is_said_with_the_right_ones(world: World) -> None:
    async with world.client("operator") as client:
        answer = await client.delete("/api/v1/sources")
        assert is_problem(answer, 405) and answer.headers["allow"] == "GET, POST"


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    world = a_world(tmp_path, max_body_bytes=1024)
    async with world.client("operator") as client:
        declared = await client.post(ACKNOWLEDGE, headers=KEY, content=b"x" * 2000)
        assert is_problem(declared, 413)

        async def trickle() -> object:
            for _ in range(100):
                yield b"x" * 100

        undeclared = await client.post(ACKNOWLEDGE, headers=KEY, content=trickle())  # type: ignore[arg-type]
        assert is_problem(undeclared, 413)


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("/peringatan/1?x=1", "/peringatan/1?x=1"),
        ("https://jahat.contoh", "/umpan"),
        ("//jahat.contoh", "/umpan"),
        ("/\\jahat.contoh", "/umpan"),
        ("/a\nb", "/umpan"),
        ("", "/umpan"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(asked: str, to: str) -> None:
    assert safe_next(asked) == to
