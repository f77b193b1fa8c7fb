"""The ASGI application: routers behind the door, errors as problems, streams beside FastAPI."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from services.gateway.answers import Answers
from services.gateway.doors import Door
from services.gateway.gateway import Gateway, gateway_of
from services.gateway.policy import Policy, whole_policy
from services.gateway.problems import Problem
from services.gateway.routes import (
    alerts,
    escalation,
    items,
    office,
    outlets,
    releases,
    reports,
    search,
    sources,
    stats,
    stories,
)

API_ROUTERS = (
    office.router,
    items.router,
    stories.router,
    alerts.router,
    releases.router,
    sources.router,
    outlets.router,
    reports.router,
    search.router,
    stats.router,
    escalation.router,
)
# The one route that takes more than words.
UPLOAD = "/api/v1/reports/photos"
_ABOUT = (
    "Peringatan dini pemberitaan pemasyarakatan. Errors are RFC 9457 problems; every POST needs an Idempotency-Key; "
    "lists are paged by an opaque `cursor`; the live feed is `GET /api/v1/arus` (server-sent events)."
)


def inner_app(
    gateway: Gateway, *, routers: Sequence[APIRouter] = (), answers: Answers, assets: Path | None = None
) -> FastAPI:
    """Routes and error handlers; nothing here asks who somebody is, the door has."""
    app = FastAPI(
        title="Pasopati",
        version="1",
        description=_ABOUT,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.gateway = gateway

    async def answer(request: Request, error: Exception) -> Response:
        return answers.to(request.scope, error)

    for kind in (Problem, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)
    for router in API_ROUTERS:
        app.include_router(router, prefix="/api/v1")
    for router in routers:
        app.include_router(router)
    if assets is not None:
        # Files only: pages carry a form token, which compression beside foreign text would give away.
        app.mount("/aset", GZipMiddleware(StaticFiles(directory=assets, check_dir=False)), name="aset")
    return app


def create_app(
    gateway: Gateway,
    *,
    routers: Sequence[APIRouter] = (),
    streams: Mapping[str, ASGIApp] | None = None,
    render_problem: Callable[[Request, Problem], Response] | None = None,
    assets: Path | None = None,
    policy: Policy | None = None,
) -> ASGIApp:
    """Everything, behind the door."""
    answers = Answers(render_problem)
    return Door(
        inner_app(gateway, routers=routers, answers=answers, assets=assets),
        sessions=gateway.sessions,
        policy=policy or whole_policy(),
        max_body_bytes=gateway.settings.max_body_bytes,
        large_bodies={UPLOAD: gateway.settings.max_photo_bytes},
        streams=streams or {},
        answers=answers,
        public_url=gateway.settings.public_url,
    )


__all__ = ["Gateway", "create_app", "gateway_of"]
