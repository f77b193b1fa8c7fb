"""Search over relevant publications, and the searches that people keep."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from libs.schemas.common import SentimentLabel, Topic22
from libs.schemas.items import ItemKind
from services.gateway.auth import person_of
from services.gateway.gateway import gateway_of
from services.gateway.inputs import SearchToSave
from services.gateway.personal import decent
from services.gateway.problems import Problem
from services.gateway.routes.answering import (
    DEEDS,
    READS,
    Cursor,
    IdempotencyKey,
    Modes,
    Row,
    Severity,
    Since,
    Word,
    as_row,
    json_response,
    known_id,
)
from services.gateway.saved_searches import SavedSearch
from services.gateway.saving import forget, save
from services.gateway.search_index import Filters
from services.gateway.searching import MAX_QUERY_CHARS

router = APIRouter(prefix="/search", tags=["search"])


class Hits(BaseModel):
    """A page of publications, the best first. `total` counts the hits among the newest thousand; `more`: there are
    older ones. `only_common`: every word is in more than a twentieth of all publications."""

    rows: list[Row]
    next: str | None = None
    total: int
    more: bool
    only_common: bool
    facets: dict[str, list[tuple[str, int]]]


class Saved(BaseModel):
    id: str
    name: str
    query: str
    filters: dict[str, str]
    shared: bool
    own: bool


class SavedList(BaseModel):
    rows: list[Saved]


@router.get("", response_model=Hits, responses=READS)
async def search(
    request: Request,
    q: Annotated[str, Query(max_length=MAX_QUERY_CHARS)] = "",
    topic: Topic22 | None = None,
    unit_id: Word = None,
    province: Annotated[str | None, Query(max_length=64)] = None,
    sentiment: SentimentLabel | None = None,
    severity_min: Severity = None,
    outlet_id: Annotated[str | None, Query(pattern="^[A-Za-z0-9._:-]{1,120}$")] = None,
    kind: ItemKind | None = None,
    language: Annotated[str | None, Query(pattern="^[a-z]{2,3}$")] = None,
    since: Since = None,
    until: Since = None,
    days: Annotated[int | None, Query(ge=1, le=400)] = None,
    opmode: Modes = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    cursor: Cursor = None,
) -> Response:
    """Stems of title, excerpt and text; `"a phrase"` in quotes, `-word` without. Numbers that identify somebody are
    refused (422) before anything is looked up."""
    gateway = gateway_of(request)
    if days is not None and since is None:
        since = gateway.clock.now() - timedelta(days=days)
    filters = Filters(
        topic=topic, unit_id=unit_id, province=province, sentiment=sentiment, severity_min=severity_min,
        outlet_id=outlet_id, kind=kind, language=language, since=since, until=until,
    )  # fmt: skip
    found = await gateway.search.find(
        decent({"q": q})["q"],
        filters,
        role=person_of(request).role,
        opmodes=(opmode,) if opmode else None,
        limit=limit,
        cursor=cursor,
    )
    return json_response(
        {
            "rows": [as_row(request, view) for view in found.rows],
            "next": found.next,
            "total": found.total,
            "more": found.more,
            "only_common": found.only_common,
            "facets": found.facets,
        }
    )


def _told(saved: SavedSearch) -> dict[str, Any]:
    return {
        "id": saved.id,
        "name": saved.name,
        "query": saved.question,
        "filters": dict(saved.filters),
        "shared": saved.shared,
        "own": saved.own,
    }


@router.get("/saved", response_model=SavedList, responses=READS)
async def list_saved(request: Request) -> Response:
    """One's own, and what others of the same role share."""
    saved = await gateway_of(request).saved.of(person_of(request))
    return json_response({"rows": [_told(one) for one in saved]})


@router.post("/saved", response_model=Saved, responses=DEEDS)
async def keep(request: Request, key: IdempotencyKey, body: SearchToSave) -> Response:
    """Fifty a person. What is kept names nobody: 422 says which word."""
    return json_response(_told(await save(gateway_of(request), person_of(request), body, key=key)))


def _saved_id(saved_id: Annotated[str, Path()]) -> str:
    return known_id(saved_id)


@router.post("/saved/{saved_id}/delete", responses=DEEDS)
async def delete(request: Request, saved_id: Annotated[str, Depends(_saved_id)], key: IdempotencyKey) -> Response:
    """Only one's own."""
    if not await forget(gateway_of(request), person_of(request), saved_id):
        raise Problem(status=404)
    return json_response({"id": saved_id})
