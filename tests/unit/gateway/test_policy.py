"""Every route has its line, and each line says what the table of security says."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from starlette.routing import Mount

from services.gateway.answers import Answers
from services.gateway.app import inner_app
from services.gateway.console.pages import router as console
from services.gateway.policy import API, MOUNTS, PAGES, SIGNED_IN, Policy, may, whole_policy
from services.gateway.public.pages import router as public
from tests.unit.gateway.fakes import World, a_world

STREAMS = {"GET /api/v1/arus", "GET /umpan/arus"}


def test_every_route_of_the_application_has_a_line_and_every_line_a_route(tmp_path: Path) -> None:
    gateway = a_world(tmp_path).gateway
    app = inner_app(gateway, routers=(console, public), answers=Answers(), assets=tmp_path)
    found, mounts = set[str](), set[str]()
    for route in _flat(app.routes):
        if isinstance(route, Mount):
            mounts.add(route.path)
        else:
            found |= {f"{method} {route.path}" for method in route.methods - {"HEAD"}}
    assert found | STREAMS == set(API | PAGES)
    assert mounts == set(MOUNTS)


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        if hasattr(route, "effective_candidates"):  # an included router keeps its routes to itself
            yield from _flat(route.effective_candidates())
        else:
            yield route


def test_a_route_without_a_line_does_not_exist() -> None:
    assert whole_policy().line_for("GET", "/api/v1/rahasia") is None
    assert whole_policy().line_for("DELETE", "/api/v1/alerts") is None


async def test_a_route_somebody_forgot_to_give_a_line_answers_404(tmp_path: Path) -> None:
    forgotten = APIRouter()

    @forgotten.get("/api/v1/lupa")
    async def forgot() -> dict[str, str]:
        raise AssertionError("reached without a policy line")

    world = a_world(tmp_path, routers=(forgotten,))
    async with world.client("admin") as client:
        assert (await client.get("/api/v1/lupa")).status_code == 404


@pytest.mark.parametrize(
    ("route", "roles"),
    [
        ("POST /api/v1/alerts/{alert_id}/acknowledge", {"operator", "analis", "pimpinan_krisis"}),
        ("POST /api/v1/alerts/{alert_id}/verify", {"analis", "pimpinan_krisis"}),
        ("POST /api/v1/alerts/{alert_id}/dismiss", {"analis", "pimpinan_krisis"}),
        ("POST /api/v1/releases/{release_id}/save", {"editor"}),
        ("POST /api/v1/releases/{release_id}/approve", {"penyetuju", "pimpinan_krisis"}),
        ("POST /api/v1/releases/{release_id}/publish", {"penyetuju", "pimpinan_krisis"}),
        ("POST /api/v1/reports", {"pelapor_upt"}),
        ("POST /api/v1/reports/photos", {"pelapor_upt"}),
        ("POST /lapor", {"pelapor_upt"}),
        ("POST /api/v1/sources", {"analis"}),
        ("POST /api/v1/sources/{source_id}/switch", {"analis"}),
    ],
)
def test_who_may_act(route: str, roles: set[str]) -> None:
    method, _, path = route.partition(" ")
    assert {role for role in SIGNED_IN if may(role, method, path)} == roles


def test_a_reporter_of_a_unit_sees_neither_items_nor_alerts() -> None:
    assert not any(may("pelapor_upt", "GET", f"/api/v1/{what}") for what in ("items", "stories", "alerts", "drafts"))


def test_names_in_paths_match_one_segment_only() -> None:
    policy = Policy({"GET /a/{x}/b": frozenset({"operator"})})
    assert policy.line_for("GET", "/a/1/b") is not None
    assert policy.line_for("GET", "/a/1/2/b") is None
    assert policy.line_for("GET", "/a//b") is None


async def test_only_the_roles_of_a_line_come_in(world: World) -> None:
    for role, status in (("operator", 200), ("pelapor", 403), ("auditor", 403)):
        async with world.client(role) as client:
            assert (await client.get("/api/v1/alerts")).status_code == status
