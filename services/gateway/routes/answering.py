"""What the routes of the API share: rows and pages as JSON, and the answer to a command."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, BeforeValidator

from libs.schemas.envelope import Command, OpMode
from libs.schemas.outcomes import SourcePreview
from services.gateway.auth import person_of
from services.gateway.commanding import Answer, Order
from services.gateway.gateway import gateway_of
from services.gateway.inputs import Input, Instant
from services.gateway.problems import Problem
from services.gateway.reporting import personal_problem
from services.gateway.views import Page, View
from services.gateway.visibility import visible

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Made once per press; the same press sent again is the same command.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=600, description="`next` of the page before.")]
Word = Annotated[str | None, Query(pattern="^[A-Za-z0-9._:-]{1,64}$")]
Severity = Annotated[int | None, Query(ge=0, le=4)]


def _one_mode(value: object) -> object:
    return None if value == "" else value


Modes = Annotated[OpMode | None, BeforeValidator(_one_mode), Query(alias="opmode")]
Since = Annotated[Instant | None, Query()]


def known_id(value: str) -> str:
    """An id of ours, or 404: anything else cannot exist."""
    if not _UUID.fullmatch(value):
        raise Problem(status=404)
    return value


def _alert_id(alert_id: Annotated[str, Path()]) -> str:
    return known_id(alert_id)


def _story_id(story_id: Annotated[str, Path()]) -> str:
    return known_id(story_id)


def _item_id(item_id: Annotated[str, Path()]) -> str:
    return known_id(item_id)


def _release_id(release_id: Annotated[str, Path()]) -> str:
    return known_id(release_id)


def _source_id(source_id: Annotated[str, Path()]) -> str:
    return known_id(source_id)


def _command_id(command_id: Annotated[str, Path()]) -> str:
    return known_id(command_id)


AlertId = Annotated[str, Depends(_alert_id)]
StoryId = Annotated[str, Depends(_story_id)]
ItemId = Annotated[str, Depends(_item_id)]
ReleaseId = Annotated[str, Depends(_release_id)]
SourceId = Annotated[str, Depends(_source_id)]
CommandId = Annotated[str, Depends(_command_id)]


class Row(BaseModel):
    """One entity: `sequence` counts its transitions, `event` and `at` are the last one, `data` its whole state."""

    id: str
    sequence: int
    opmode: OpMode
    drillid: str | None = None
    event: str
    at: datetime
    data: dict[str, Any]


class Rows(BaseModel):
    """A page; `next` is the cursor of the page after it, or null."""

    rows: list[Row]
    next: str | None = None


class CommandAnswer(BaseModel):
    """What became of a command; `row`: the entity as it stands now, `preview`: what a source was found to say."""

    status: Literal[200, 202, 404, 409, 422]
    kode: str
    message: str
    command_id: str
    entity_id: str
    sequence: int = 0
    row: Row | None = None
    preview: SourcePreview | None = None


class ProblemBody(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    kode: str
    detail: str | None = None
    errors: list[dict[str, Any]] | None = None


def problem_docs(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI."""
    return {status: {"model": ProblemBody} for status in statuses}


READS: dict[int | str, dict[str, Any]] = problem_docs(400, 401, 403, 404, 422, 429)
DEEDS: dict[int | str, dict[str, Any]] = {
    202: {"model": CommandAnswer, "description": "Not known yet; look at Location."},
    **problem_docs(400, 401, 403, 404, 409, 413, 422, 429),
}


def as_row(request: Request, view: View[Any]) -> dict[str, Any]:
    """The fields that the asking role may read."""
    data = view.data.model_dump(mode="json", exclude_none=True)
    return {
        "id": view.id,
        "sequence": view.sequence,
        "opmode": view.opmode,
        "drillid": view.drillid,
        "event": view.event,
        "at": view.at,
        "data": visible(type(view.data).__name__, data, person_of(request).role),
    }


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(value, option=orjson.OPT_UTC_Z), status_code=status, headers=headers, media_type="application/json"
    )


def page_response(request: Request, page: Page[Any]) -> Response:
    return json_response({"rows": [as_row(request, view) for view in page.rows], "next": page.next})


def rows_response(request: Request, views: Sequence[View[Any]]) -> Response:
    return json_response({"rows": [as_row(request, view) for view in views], "next": None})


def row_response(request: Request, view: View[Any] | None) -> Response:
    """The row, or Problem 404."""
    if view is None:
        raise Problem(status=404)
    return json_response(as_row(request, view))


async def carry_out(
    request: Request, command: type[Command[Any]], *, entity_id: str | None, key: str, body: Input | None = None
) -> Response:
    """Sends a command and answers with what became of it; a refusal by the owner is a problem."""
    fields = body.model_dump(exclude_none=True) if body else {}
    order = Order(command=command, entity_id=entity_id, key=key, fields=fields)
    answer = await gateway_of(request).commands.send(person_of(request), order)
    return await answer_response(request, answer, command)


async def answer_response(
    request: Request,
    answer: Answer,
    command: type[Command[Any]] | None = None,
    *,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """`more`: what a route adds to the document."""
    if answer.findings:
        raise personal_problem(answer.findings)
    if answer.status in (404, 409, 422):
        raise Problem(status=answer.status, kode=answer.kode, title=answer.message)
    document: dict[str, Any] = {
        "status": answer.status,
        "kode": answer.kode,
        "message": answer.message,
        "command_id": answer.command_id,
        "entity_id": answer.entity_id,
        "sequence": answer.sequence,
        **(more or {}),
    }
    if answer.preview is not None:
        document["preview"] = answer.preview.model_dump(mode="json", exclude_none=True)
    if answer.status == 202:
        return json_response(document, 202, {"Location": answer.location, "Retry-After": "1"})
    view = await gateway_of(request).views.anything(answer.entity_id, command) if command else None
    return json_response(document | {"row": as_row(request, view) if view else None})
