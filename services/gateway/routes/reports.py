"""Unit reports: written by a unit's reporter, with photos; read by staff, and by the unit its own."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from libs.schemas.commands import SubmitReport
from libs.schemas.reports import Photo, ReportKind
from services.gateway.auth import Person, person_of
from services.gateway.gateway import gateway_of
from services.gateway.inputs import ReportToSend
from services.gateway.problems import Problem
from services.gateway.reporting import home_of, masked_words, order_of, receipt_of
from services.gateway.reports_views import ReportQuery, list_reports, report_for, silent_units
from services.gateway.routes.answering import (
    DEEDS,
    READS,
    CommandAnswer,
    Cursor,
    IdempotencyKey,
    Limit,
    Modes,
    Row,
    Rows,
    Since,
    Word,
    answer_response,
    json_response,
    known_id,
    page_response,
    problem_docs,
    row_response,
)

router = APIRouter(tags=["reports"])

# A name that is its content never means anything else; nobody else's cache may keep it.
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Disposition": "inline"}
_PICTURE = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/jpeg", "image/png")},
    }
}
_UPLOADS = problem_docs(400, 401, 403, 413, 415, 422, 429, 503)


def own_unit(person: Person) -> str | None:
    """The only unit whose reports this person may read; None: all."""
    return home_of(person).unit.unit_id if person.role == "pelapor_upt" else None


@router.get("/reports", response_model=Rows, responses=READS)
async def read_reports(
    request: Request,
    unit_id: Word = None,
    kind: ReportKind | None = None,
    since: Since = None,
    opmode: Modes = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Newest first (by when they were received); a reporter sees their own unit's."""
    own = own_unit(person_of(request))
    if own is not None and unit_id not in (None, own):
        raise Problem(status=403, detail="Laporan unit lain di luar wewenang Anda.")
    query = ReportQuery(unit_id=own or unit_id, kind=kind, since=since, opmodes=(opmode,) if opmode else None)
    return page_response(request, await list_reports(gateway_of(request).views, query, limit=limit, cursor=cursor))


@router.get("/reports/{report_id}", response_model=Row, responses=READS)
async def read_report(request: Request, report_id: Annotated[str, Path()]) -> Response:
    """One report; its text also travels as the item `item_id`."""
    own = own_unit(person_of(request))
    return row_response(request, await report_for(gateway_of(request).views, known_id(report_id), unit_id=own))


@router.post("/reports", response_model=CommandAnswer, responses=DEEDS)
async def submit(request: Request, key: IdempotencyKey, body: ReportToSend) -> Response:
    """Sends a report of one's own unit. The same `client_id` is the same report, however often it is sent.

    422 `data_pribadi`: each error names the field, the class and the characters `mulai` to `akhir` (exclusive) of the
    text as sent (NFC, without control characters and outer blanks); never the value."""
    gateway, person = gateway_of(request), person_of(request)
    photos = [await _photo(request, n, sha256) for n, sha256 in enumerate(body.photos)]
    order, masked = order_of(person, body, key=key, photos=photos, now=gateway.clock.now())
    await gateway.album.used(photos)
    answer = await gateway.commands.send(person, order)
    more = {"bukti": receipt_of(answer.entity_id), "disamarkan": dict(masked), "catatan": masked_words(masked)}
    return await answer_response(request, answer, SubmitReport, more=more)


async def _photo(request: Request, number: int, sha256: str) -> Photo:
    photo = await gateway_of(request).album.look(sha256)
    if photo is None:
        words = "Foto ini belum sampai. Kirim fotonya lagi."
        raise Problem(status=422, errors=[{"isian": f"photos.{number}", "kode": "foto_tidak_ada", "pesan": words}])
    return photo


@router.post("/reports/photos", status_code=201, response_model=Photo, openapi_extra=_PICTURE, responses=_UPLOADS)
async def upload(request: Request) -> Response:
    """One photo as the body, JPEG, PNG or WebP by its bytes; kept without EXIF under the sha256 of what is kept."""
    gateway, person = gateway_of(request), person_of(request)
    home_of(person)
    photo = await gateway.album.take(await request.body())
    return json_response(photo.model_dump(), 201)


@router.get("/photos/{sha256}", responses={200: {"content": {"image/*": {}}}, **READS}, response_class=Response)
async def read_photo(request: Request, sha256: Annotated[str, Path()]) -> Response:
    album = gateway_of(request).album
    photo = await album.look(sha256) if len(sha256) == 64 else None
    content = await album.read(sha256) if photo else None
    if photo is None or content is None:
        raise Problem(status=404)
    return Response(content, media_type=photo.media_type, headers=_FOREVER)


@router.get("/units/silent", response_model=Rows, responses=READS)
async def read_silent_units(
    request: Request, opmode: Modes = None, limit: Limit = 200, cursor: Cursor = None
) -> Response:
    """Units whose expected reports do not come, with the figures behind that; the latest first."""
    modes = (opmode,) if opmode else None
    return page_response(
        request, await silent_units(gateway_of(request).views, limit=limit, cursor=cursor, opmodes=modes)
    )
