"""An error → the answer that leaves: problem+json, a page, or the way to the login."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import Request, Response
from starlette.responses import RedirectResponse
from starlette.types import Scope

from libs.runtime.errors import TransientError
from libs.runtime.mongo import PyMongoError, is_transient
from libs.runtime.telemetry import log
from services.gateway.audit import AuditUnavailable
from services.gateway.problems import Problem, as_problem, wants_page

SAFE_METHODS = {"GET", "HEAD"}


class Answers:
    """An error → the answer: problem+json for programs; for browsers a page, or the way to the login."""

    def __init__(self, page_problem: Callable[[Request, Problem], Response] | None = None) -> None:
        self._page_problem = page_problem

    def to(self, scope: Scope, error: Exception) -> Response:
        problem = _known(error)
        if not wants_page(scope):
            return problem.response()
        if problem.status == 401 and scope["method"] in SAFE_METHODS:
            query = scope["query_string"].decode("latin-1")
            target = quote(scope["path"] + (f"?{query}" if query else ""), safe="")
            return RedirectResponse(f"/masuk?lanjut={target}", status_code=303)
        if self._page_problem is None:
            return problem.response()
        response = self._page_problem(Request(scope), problem)
        response.headers.update(problem.headers)
        return response


def _known(error: Exception) -> Problem:
    if isinstance(error, AuditUnavailable):
        log.error("audit entry could not be written", problem=str(error))
        return Problem(
            status=503,
            kode="audit_tidak_tertulis",
            title="Tindakan tidak dijalankan karena catatan audit tidak dapat ditulis",
            headers={"Retry-After": "5"},
        )
    if isinstance(error, TransientError) or (isinstance(error, PyMongoError) and is_transient(error)):
        log.warning("a dependency is away", problem=type(error).__name__)
        return Problem(status=503, headers={"Retry-After": "5"})
    problem = as_problem(error)
    if problem.status == 500:
        log.error("request failed", exc_info=error)
    return problem
