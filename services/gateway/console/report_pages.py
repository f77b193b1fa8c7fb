"""Routes of unit reports: the form on a phone (also without JavaScript), its service worker, and what staff read."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from pydantic import ValidationError

from libs.privacy import gate_parts
from services.gateway.auth import csrf_token, person_of
from services.gateway.console import report_view
from services.gateway.console.rendering import DIST, asset, render
from services.gateway.console.report_view import FIELDS, KINDS, Said
from services.gateway.console.shell import shell_for, theme_of
from services.gateway.console.words import ZONES
from services.gateway.gateway import gateway_of
from services.gateway.inputs import ReportToSend
from services.gateway.problems import Problem, field_errors
from services.gateway.reporting import home_of, order_of, personal_problem, receipt_of
from services.gateway.reports_views import ReportQuery, count_since, list_reports

router = APIRouter(include_in_schema=False)
_ID_LENGTH = 36


@router.get("/lapor")
async def show_form(request: Request) -> Response:
    return HTMLResponse(_form(request, receipt=request.query_params.get("bukti", "")[:12]))


def _form(request: Request, *, said: Said | None = None, **values: Any) -> str:
    person = person_of(request)
    home = home_of(person)
    page = report_view.form_page(
        home.unit,
        now=gateway_of(request).clock.now(),
        said=said,
        theme=theme_of(request),
        csrf=csrf_token(request),
        key_id=person.key_id,
        sample=home.opmode == "sample",
        client_id=str(uuid4()),
        **values,
    )
    return render("lapor.html", page=page)


@router.post("/lapor")
async def send_form(request: Request) -> Response:
    """The form of a browser without JavaScript: no queue and no photos, the same checks and words."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    said = Said(**{name: form.get(name, "") for name in Said.__dataclass_fields__})
    try:
        report_id = await _submitted(request, form, said)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return HTMLResponse(_refused(request, said, problem), status_code=problem.status)
    return RedirectResponse(f"/lapor?bukti={receipt_of(report_id)}", status_code=303)


async def _submitted(request: Request, form: dict[str, str], said: Said) -> str:
    gateway, person = gateway_of(request), person_of(request)
    client_id = form.get("client_id", "")[:_ID_LENGTH]
    fields: dict[str, Any] = {"client_id": client_id, "kind": said.kind, "title": said.title, "text": said.text}
    fields |= {"happened_at": said.happened_at, "ended_at": said.ended_at or None}
    if said.kind == "tanggapan":
        fields["answering"] = {"stance": said.stance or "menjelaskan"}
    try:
        body = ReportToSend.model_validate(fields)
    except ValidationError as error:
        raise Problem(status=422, errors=field_errors(error.errors(include_input=False))) from None
    order, _ = order_of(person, body, key=client_id, photos=(), now=gateway.clock.now())
    answer = await gateway.commands.send(person, order)
    if answer.findings:
        raise personal_problem(answer.findings)
    if answer.status in (404, 409, 422):
        raise Problem(status=answer.status, kode=answer.kode, title=answer.message)
    return answer.entity_id


def _refused(request: Request, said: Said, problem: Problem) -> str:
    by_field: dict[str, list[str]] = {name: [] for name in FIELDS}
    rest: list[str] = []
    for error in problem.errors:
        by_field.get(str(error["isian"]), rest).append(str(error["pesan"]))
    count = len(problem.errors)
    if problem.kode == "data_pribadi":
        said = _masked(said)
    summary = f"Ada {count} isian yang perlu diperbaiki. {' '.join(rest)}" if count else f"Ditolak: {problem.title}."
    return _form(request, said=said, summary=summary, errors=by_field)


def _masked(said: Said) -> Said:
    """What was typed without whom it names: the tokens show what to write otherwise, the answer names nobody."""
    parts = gate_parts({"title": said.title, "text": said.text}, channel="unit_report").parts
    return replace(said, title=parts["title"].text, text=parts["text"].text)


@router.get("/kerja-lapor.js")
async def service_worker() -> Response:
    """At the root, so that it may look after `/lapor`; asked for anew each time, so that a new version arrives."""
    file = DIST / asset("kerja.js").rpartition("/")[2]
    return FileResponse(file, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/laporan")
async def list_all(request: Request) -> Response:
    gateway, shell = gateway_of(request), await shell_for(request, "laporan")
    asked = request.query_params
    kind = asked.get("kind", "") if asked.get("kind", "") in KINDS else ""
    unit_id = asked.get("unit", "")[:100]
    since = _instant(asked.get("dari", ""))
    query = ReportQuery(kind=kind or None, unit_id=unit_id or None, since=since)
    found = await list_reports(gateway.views, query, limit=100, cursor=asked.get("sejak"))
    many = await count_since(gateway.views, query, since or _midnight(shell.now))
    model = report_view.reports_page(found, kind=kind, unit_id=unit_id, since=since, many=many, now=shell.now)
    return HTMLResponse(render("laporan.html", shell=shell, page=model))


def _instant(text: str) -> datetime | None:
    """What is no instant with its offset is as if it were not there."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _midnight(now: datetime) -> datetime:
    return now.astimezone(ZONES["WIB"]).replace(hour=0, minute=0, second=0, microsecond=0)


@router.get("/laporan/{report_id}")
async def show_report(request: Request, report_id: str) -> Response:
    gateway, shell = gateway_of(request), await shell_for(request, "laporan")
    view = await gateway.views.report(report_id)
    if view is None:
        raise Problem(status=404, detail="Laporan ini tidak ditemukan. Mungkin diarsipkan.")
    item = await gateway.views.item(view.data.item_id)
    model = report_view.report_page(view, item, person_of(request).role)
    return HTMLResponse(render("laporan_satu.html", shell=shell, page=model))
