"""Routes of the statistics: the page, and the list behind each of its figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response

from services.gateway import statistics
from services.gateway.auth import person_of
from services.gateway.console import words
from services.gateway.console.drawing import draw
from services.gateway.console.item_marks import marks_of, seen_by
from services.gateway.console.shell import shell_for
from services.gateway.console.stats_view import Span, narrowed_words, span_of, stats_page
from services.gateway.facts import LONGEST
from services.gateway.gateway import gateway_of
from services.gateway.problems import Problem
from services.gateway.routes.stats import unit_names, where_of
from services.gateway.statistics import Fact

router = APIRouter(include_in_schema=False)
_PRECURSORS_NEED = timedelta(days=35)
_LISTED = 200
_IDS = 20


@router.get("/statistik")
async def show_statistics(request: Request, hari: str = "7", deret: str = "semua") -> Response:
    facts = gateway_of(request).facts
    shell = await shell_for(request, "statistik")
    span = span_of(hari, shell.now)
    now = await facts.between(span.since, span.until)
    page = stats_page(
        now,
        await facts.between(span.since - (span.until - span.since), span.since),
        await facts.between(span.until - _PRECURSORS_NEED, span.until),
        span=span,
        by=deret,
        reports=await facts.reports(span.since, span.until),
        trends=await facts.trends(span.since),
        outlets=await facts.outlet_names(),
        units=unit_names(),
    )
    return draw("statistik.html", shell, page)


@router.get("/statistik/publikasi")
async def show_listed(request: Request) -> Response:
    """Exactly the publications that a figure counted, the newest first."""
    gateway, person = gateway_of(request), person_of(request)
    shell = await shell_for(request, "statistik")
    span, where = _asked(request, shell.now), where_of(request)
    ids = [one for one in request.query_params.get("id", "").split(",") if one][:_IDS]
    found = ids or [fact.id for fact in await _listed(request, span, where)]
    views = await gateway.facts.rows(found[:_LISTED])
    items = seen_by(person.role, [view.data for view in views])
    samples = {view.id for view in views if view.opmode == "sample"}
    page = {
        "narrowed": [] if ids else narrowed_words(where, unit_names(), await gateway.facts.outlet_names()),
        "words": "Publikasi di balik tren ini" if ids else f"{words.day_clock(span.since)} sampai "
        f"{words.day_clock(span.until)}",
        "total": len(found),
        "shown": len(items),
        "items": [
            {"item": item, "at": words.day_clock(item.first_seen_at), "link": words.weblink(item.link),
             "marks": marks_of(item), "sample": item.item_id in samples, "topic": words.topic(item.topics[0].name)}
            for item in items
        ],
    }  # fmt: skip
    return draw("statistik_daftar.html", shell, page)


def _asked(request: Request, now: datetime) -> Span:
    default = span_of("7", now)
    since, until = (_instant(request.query_params.get(name)) for name in ("dari", "sampai"))
    span = Span(since=since or default.since, until=until or default.until, days="")
    if not timedelta(0) < span.until - span.since <= LONGEST:
        raise Problem(status=422, detail=f"Rentang waktu paling lama {LONGEST.days} hari.")
    return span


def _instant(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(status=422, detail="Waktu di alamat ini tidak dikenal.") from None
    return at.astimezone(UTC) if at else None


async def _listed(request: Request, span: Span, where: dict[str, str]) -> list[Fact]:
    told = await gateway_of(request).facts.between(span.since, span.until)
    try:
        return statistics.listed(told.facts, where)
    except ValueError:
        raise Problem(status=422, detail="Penyaring di alamat ini tidak dikenal.") from None
