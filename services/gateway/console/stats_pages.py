"""Routes of the statistics: the page, the list behind each of its figures, and every key of a dimension."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from libs.schemas.items import ClassifiedItem
from libs.schemas.sources import Source
from services.gateway import statistics
from services.gateway.auth import person_of
from services.gateway.console import words
from services.gateway.console.drawing import draw, page_number
from services.gateway.console.escalation_view import heated
from services.gateway.console.item_marks import marks_of, seen_by
from services.gateway.console.shell import shell_for
from services.gateway.console.stats_figures import KEYS, PUBLICATIONS, Compared, Span, narrowed_words
from services.gateway.console.stats_view import Names, ranked, span_of, stats_page
from services.gateway.facts import LONGEST, Facts, Told
from services.gateway.gateway import Gateway, gateway_of
from services.gateway.problems import Problem
from services.gateway.routes.escalation import ranked_stories
from services.gateway.routes.stats import shares_of, unit_names, unit_words, where_of, year_before
from services.gateway.series import BASIS
from services.gateway.statistics import By, Fact
from services.gateway.views import View

router = APIRouter(include_in_schema=False)
_PRECURSORS_NEED = timedelta(days=35)
_LISTED = 100
_IDS = 20
_EVERY = 100_000


@router.get("/statistik")
async def show_statistics(request: Request, hari: str = "7", deret: str = "semua") -> Response:
    gateway, shell = gateway_of(request), await shell_for(request, "statistik")
    facts, span = gateway.facts, span_of(hari, shell.now)
    now, (compared, before, year) = await facts.between(span.since, span.until), await _compared(facts, span)
    page = stats_page(
        now,
        before,
        year,
        await _within(facts, now, span, span.until - _PRECURSORS_NEED),
        span=span,
        compared=compared,
        by=deret,
        basis=await _within(facts, before, compared.before, span.since - BASIS),
        reports=await facts.reports(span.since, span.until),
        trends=await facts.trends(span.since),
        seeing=await facts.seeing(),
        names=await _names(gateway),
        heated=heated(await ranked_stories(gateway)),
        last_seen=shell.health.last_item_at,
    )
    return draw("statistik.html", shell, page)


async def _compared(facts: Facts, span: Span) -> tuple[Compared, Told, Told | None]:
    """The span before, and the same days a year before when what we know reaches that far."""
    before = Span(since=span.since - (span.until - span.since), until=span.since, days="")
    ago = Span(since=year_before(span.since), until=year_before(span.until), days="")
    first = await facts.first_at()
    reaches = first is not None and first <= ago.since
    year = await facts.between(ago.since, ago.until) if reaches else None
    compared = Compared(before=before, year=ago if reaches else None)
    return compared, await facts.between(before.since, before.until), year


async def _within(facts: Facts, known: Told, span: Span, since: datetime) -> Told:
    """What a span ends with, from `since` on: of what is read already, when that reaches so far."""
    if since < span.since:
        return await facts.between(since, span.until)
    return Told(facts=tuple(fact for fact in known.facts if fact.at >= since), cut=known.cut)


async def _names(gateway: Gateway) -> Names:
    sources: Sequence[View[Source]] = await gateway.views.some(
        "sources", Source, {"state": {"$in": ["gagal", "dimatikan"]}}, sort="outlet_name", limit=500
    )
    units = unit_names()
    return Names(
        units=units,
        places={unit: unit_words(unit)["province"] or "" for unit in units},
        outlets=await gateway.facts.outlet_names(),
        sources={view.id: view.data.outlet_name for view in sources},
    )


@router.get("/statistik/publikasi")
async def show_listed(request: Request) -> Response:
    """Exactly the publications that a figure counted, the newest first."""
    gateway, person = gateway_of(request), person_of(request)
    shell = await shell_for(request, "statistik")
    span, where = _asked(request, shell.now), where_of(request)
    ids = [one for one in request.query_params.get("id", "").split(",") if one][:_IDS]
    found = ids or [fact.id for fact in await _listed(request, span, where)]
    at = _page_of(request)
    views = await gateway.facts.rows(found[(at - 1) * _LISTED : at * _LISTED])
    items = seen_by(person.role, [view.data for view in views])
    samples = {view.id for view in views if view.opmode == "sample"}
    page = {
        "narrowed": [] if ids else narrowed_words(where, unit_names(), await gateway.facts.outlet_names()),
        "words": _of_trend(request, len(ids)) if ids else _span_words(span),
        "total": len(found),
        "items": [_row(item, sample=item.item_id in samples) for item in items],
        **_pages(request, PUBLICATIONS, at, len(found)),
    }
    return draw("statistik_daftar.html", shell, page)


def _row(item: ClassifiedItem, *, sample: bool) -> dict[str, object]:
    return {
        "item": item, "at": words.day_clock(item.first_seen_at), "link": words.weblink(item.link),
        "marks": marks_of(item), "sample": sample, "topic": words.topic(item.topics[0].name) if item.topics else "",
    }  # fmt: skip


def _of_trend(request: Request, listed: int) -> str:
    """A trend names the newest of what it counted."""
    counted = request.query_params.get("dari_semua", "")
    if counted.isascii() and counted.isdigit() and len(counted) <= 9 and int(counted) > listed:
        return f"{listed} terbaru dari {words.number(int(counted))} publikasi di balik tren ini"
    return "Publikasi di balik tren ini"


@router.get("/statistik/rincian")
async def show_keys(request: Request, by: str = "media") -> Response:
    """Every outlet, topic, unit or province that was told of, each with its publications."""
    gateway, shell = gateway_of(request), await shell_for(request, "statistik")
    span, where = _asked(request, shell.now), where_of(request)
    chosen: By = by if by in get_args(By) and by in statistics.FIELD_OF else "media"  # type: ignore[assignment]
    told, names = await gateway.facts.between(span.since, span.until), await _names(gateway)
    shares = shares_of(told.facts, (), chosen, where, most=_EVERY)
    at = _page_of(request)
    page = {
        "narrowed": narrowed_words(where, names.units, names.outlets),
        "words": _span_words(span),
        "total": len(shares),
        "what": {"media": "media", "unit": "unit", "topik": "topik", "provinsi": "provinsi"}.get(chosen, chosen),
        "cut": told.cut,
        "rows": ranked(shares[(at - 1) * _LISTED : at * _LISTED], chosen, span, names),
        **_pages(request, KEYS, at, len(shares)),
    }
    return draw("statistik_rincian.html", shell, page)


def _pages(request: Request, path: str, at: int, total: int) -> dict[str, str]:
    """The ways to the page before and after, and what this one holds; nothing where all is on one."""
    asked = {name: value for name, value in request.query_params.items() if name != "hal"}

    def href(page: int) -> str:
        return f"{path}?{urlencode({**asked, 'hal': page} if page > 1 else asked)}"

    if total <= _LISTED:
        return {"range_words": "", "before_href": "", "after_href": ""}
    return {
        "range_words": f"{words.number((at - 1) * _LISTED + 1)} sampai {words.number(min(total, at * _LISTED))}",
        "before_href": href(at - 1) if at > 1 else "",
        "after_href": href(at + 1) if at * _LISTED < total else "",
    }


def _page_of(request: Request) -> int:
    return page_number(request.query_params.get("hal", ""), most=_EVERY)


def _span_words(span: Span) -> str:
    return f"{words.day_clock(span.since)} sampai {words.day_clock(span.until)}"


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
