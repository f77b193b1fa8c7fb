"""Statistics: figures of a period with the list behind each, series with what could be seen, trends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from libs.reference.units import Gazetteer
from libs.schemas.common import SentimentLabel, Topic22
from libs.schemas.envelope import OpMode
from libs.schemas.items import ItemKind
from services.gateway import statistics
from services.gateway.facts import LONGEST, Told
from services.gateway.gateway import gateway_of
from services.gateway.problems import Problem
from services.gateway.routes.answering import READS, Limit, Modes, Rows, Since, as_row, json_response
from services.gateway.routes.stats_bodies import (
    ConcentrationBody,
    ListedBody,
    OutputBody,
    OverviewBody,
    PrecursorsBody,
    SeriesBody,
    SharesBody,
    SightBody,
)
from services.gateway.series import BASIS, Bucket, Line, bucket_for, lines, most_told, told_by, width_of
from services.gateway.statistics import By, Fact, Figure, Where

router = APIRouter(prefix="/stats", tags=["stats"])
DAYS = 7
# Keys that a dimension always has, told of or not.
_KEYS: Mapping[By, Sequence[str]] = {
    "semua": ("semua",), "topik": get_args(Topic22), "jenis": get_args(ItemKind), "nada": get_args(SentimentLabel),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What is asked for, and the one of the same length before it."""

    since: datetime
    until: datetime
    opmodes: Sequence[OpMode] | None

    @property
    def before(self) -> datetime:
        return self.since - (self.until - self.since)


def period_of(request: Request, since: Since = None, until: Since = None, opmode: Modes = None) -> Period:
    """The last seven days when nothing is said, to the full minute; Problem 422 for one that is empty or too long."""
    now = gateway_of(request).clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    until = min(until, now) if until else now
    since = since or until - timedelta(days=DAYS)
    if not timedelta(0) < until - since <= LONGEST:
        words = f"Rentang waktu paling lama {LONGEST.days} hari dan tidak boleh kosong."
        raise Problem(status=422, errors=[{"isian": "since", "kode": "rentang_keliru", "pesan": words}])
    return Period(since=since, until=until, opmodes=(opmode,) if opmode else None)


Asked = Annotated[Period, Depends(period_of)]


async def told_of(request: Request, period: Period) -> tuple[Told, Told]:
    facts = gateway_of(request).facts
    now = await facts.between(period.since, period.until, period.opmodes)
    return now, await facts.between(period.before, period.since, period.opmodes)


def ref(period: Period, where: Where, since: datetime | None = None, until: datetime | None = None) -> str:
    """Where exactly the counted ones are listed."""
    mode = {"opmode": period.opmodes[0]} if period.opmodes else {}
    stretch = {"since": since or period.since, "until": until or period.until}
    times = {name: _stamp(at) for name, at in stretch.items()}
    return f"/api/v1/stats/items?{urlencode({**where, **times, **mode})}"


def figure_body(figure: Figure, period: Period) -> dict[str, Any]:
    return {
        "what": figure.what, "value": figure.value, "items_ref": _ref_of(figure, period), "before": figure.before,
        "change": figure.change, "year": figure.year, "year_change": figure.year_change,
    }  # fmt: skip


def _ref_of(figure: Figure, period: Period) -> str:
    """Of publications their list; of outlets and units the rows that are counted."""
    match figure.what:
        case "laporan":
            told = {"unit_id": figure.where["unit"], "since": _stamp(period.since)}
            return f"/api/v1/reports?{urlencode(told)}"
        case "media" | "unit":
            times = {"since": _stamp(period.since), "until": _stamp(period.until)}
            return f"/api/v1/stats/shares?{urlencode({'by': figure.what, 'limit': 200, **times, **figure.where})}"
        case _:
            return ref(period, figure.where, figure.since)


def _stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _period_body(period: Period, *told: Told) -> dict[str, Any]:
    return {"since": period.since, "until": period.until, "cut": any(one.cut for one in told)}


@router.get("/overview", response_model=OverviewBody, responses=READS)
async def read_overview(request: Request, period: Asked) -> Response:
    """The period against the one before it, of the same length, and against the same days a year before."""
    now, before = await told_of(request, period)
    year = await year_of(request, period)
    told = statistics.overview(now.facts, before.facts, year.facts if year else None)
    names = ("publications", "outlets", "positive", "negative", "neutral", "mixed", "severe")
    figures = {name: figure_body(getattr(told, name), period) for name in names}
    ratios = {"ratio": told.ratio, "ratio_before": told.ratio_before}
    ago = {
        "year": _period_body(replace(period, since=year_before(period.since), until=year_before(period.until)), year)
        if year
        else None,
        "year_note": None if year else "data belum cukup",
    }
    return json_response({"period": _period_body(period, now, before), **ago, **figures, **ratios})


async def year_of(request: Request, period: Period) -> Told | None:
    """The same days a year before; None when what we know begins later."""
    facts = gateway_of(request).facts
    first, since = await facts.first_at(period.opmodes), year_before(period.since)
    if first is None or first > since:
        return None
    return await facts.between(since, year_before(period.until), period.opmodes)


def year_before(at: datetime) -> datetime:
    """The same day and hour a year before (of 29 February the day before)."""
    day = at.day if (at.month, at.day) != (2, 29) else 28
    return at.replace(year=at.year - 1, day=day)


@router.get("/shares", response_model=SharesBody, responses=READS)
async def read_shares(request: Request, period: Asked, by: By = "media", limit: Limit = 20) -> Response:
    """Who or what was told of most: share of voice of outlets, topics, units, provinces (the map's data)."""
    now, before = await told_of(request, period)
    labels, where = await labels_of(request, by), where_of(request)
    rows = [
        {
            "key": share.key, "label": labels.get(share.key, share.key),
            "province": unit_words(share.key)["province"] if by == "unit" else None,
            "count": figure_body(share.count, period), "share": share.share,
            "positive": figure_body(share.positive, period), "negative": figure_body(share.negative, period),
            "severity": share.severity,
        }
        for share in shares_of(now.facts, before.facts, by, where, most=limit)
    ]  # fmt: skip
    return json_response({"period": _period_body(period, now, before), "by": by, "rows": rows})


def shares_of(
    now: Sequence[Fact], before: Sequence[Fact], by: By, where: Where, *, most: int
) -> list[statistics.Share]:
    """Shares of what is narrowed (by something else than they are shares of); each row's list is narrowed alike.
    Problem 422 for a filter that is none."""
    where = {name: value for name, value in where.items() if name != statistics.FIELD_OF.get(by)}
    try:
        mine, earlier = statistics.listed(now, where), statistics.listed(before, where)
    except ValueError:
        raise unknown_filter() from None
    return [statistics.narrowed(share, where) for share in statistics.shares(mine, earlier, by, most=most)]


async def labels_of(request: Request, by: By) -> Mapping[str, str]:
    """Key → words for people, where the key is none."""
    if by == "unit":
        return unit_names()
    if by == "media":
        return await gateway_of(request).facts.outlet_names()
    return {}


def _known(keys: list[str] | None, by: By, told: Told, labels: Mapping[str, str]) -> list[str]:
    """The keys asked for; Problem 422 for one that never was one: nobody's words come back in an answer."""
    known: set[str] = set(_KEYS.get(by, ())) | set(labels) | set(statistics.counted(told.facts, by))
    if by == "provinsi":
        known |= {unit.province for mode in ("live", "sample") for unit in Gazetteer.for_mode(mode) if unit.province}
    if unknown := [number for number, one in enumerate(keys or (), start=1) if one not in known]:
        words = "Ada kunci yang tidak dikenal. Pilih dari daftar."
        raise Problem(
            status=422,
            errors=[{"isian": f"key {number}", "kode": "kunci_tidak_dikenal", "pesan": words} for number in unknown],
        )
    return keys or []


@router.get("/series", response_model=SeriesBody, responses=READS)
async def read_series(
    request: Request,
    period: Asked,
    by: By = "semua",
    key: Annotated[list[str] | None, Query(max_length=8)] = None,
    bucket: Bucket | None = None,
) -> Response:
    """Publications an hour or a day (WIB), for some keys of a dimension (none named: the four told of most)."""
    facts = gateway_of(request).facts
    told = await facts.between(period.since, period.until, period.opmodes)
    basis = await facts.between(period.since - BASIS, period.since, period.opmodes)
    width, labels = bucket or bucket_for(period.until - period.since), await labels_of(request, by)
    drawn = lines(
        told.facts, basis.facts, await facts.seeing(period.opmodes), by=by,
        keys=_known(key, by, told, labels) or most_told(told.facts, by), since=period.since, until=period.until,
        bucket=width,
    )  # fmt: skip
    made = [
        {"key": line.key, "label": labels.get(line.key, line.key), "points": _points(line, period, width)}
        for line in drawn
    ]
    return json_response({"period": _period_body(period, told), "by": by, "bucket": width, "lines": made})


def _points(line: Line, period: Period, bucket: Bucket) -> list[dict[str, Any]]:
    return [
        {
            "at": point.at, "value": point.value, "sight": point.sight,
            "items_ref": ref(
                period, line.where, max(point.at, period.since), min(point.at + width_of(bucket), period.until)
            ),
        }
        for point in line.points
    ]  # fmt: skip


@router.get("/concentration", response_model=ConcentrationBody, responses=READS)
async def read_concentration(request: Request, period: Asked) -> Response:
    """How much of the negative news falls on few units."""
    told = await gateway_of(request).facts.between(period.since, period.until, period.opmodes)
    found = statistics.concentration(told.facts)
    return json_response(
        {
            "period": _period_body(period, told),
            "negatives": figure_body(found.negatives, period),
            "units": figure_body(found.units, period),
            "top": [
                {"units": top.units, "share": top.share, "count": figure_body(top.count, period)} for top in found.top
            ],
            "hhi": found.hhi,
        }
    )


def unit_names() -> dict[str, str]:
    """Unit id → its name, the sample's too."""
    return {unit.unit_id: unit.name for mode in ("live", "sample") for unit in Gazetteer.for_mode(mode)}


def unit_words(unit_id: str) -> dict[str, str | None]:
    for mode in ("live", "sample"):
        unit = Gazetteer.for_mode(mode).get(unit_id)
        if unit is not None:
            return {"unit_id": unit_id, "label": unit.name, "province": unit.province}
    return {"unit_id": unit_id, "label": unit_id, "province": None}


@router.get("/units", response_model=OutputBody, responses=READS)
async def read_units(request: Request, period: Asked, limit: Limit = 20) -> Response:
    """What units tell of themselves (reports) against what others tell of them."""
    facts = gateway_of(request).facts
    told = await facts.between(period.since, period.until, period.opmodes)
    reports = await facts.reports(period.since, period.until, period.opmodes)
    rows = [
        {
            **unit_words(one.unit_id),
            "reports": figure_body(one.reports, period),
            "publications": figure_body(one.publications, period),
            "positive": figure_body(one.positive, period),
            "negative": figure_body(one.negative, period),
        }
        for one in statistics.output(told.facts, reports, most=limit)
    ]
    return json_response({"period": _period_body(period, told), "rows": rows})


@router.get("/precursors", response_model=PrecursorsBody, responses=READS)
async def read_precursors(request: Request, period: Asked) -> Response:
    """Units in which small signs come more often in the last week than in the four weeks before."""
    days, basis = 7, 28
    since = period.until - timedelta(days=days + basis)
    told = await gateway_of(request).facts.between(since, period.until, period.opmodes)
    rows = [
        {
            **unit_words(one.unit_id),
            "count": figure_body(one.count, period),
            "score": one.score,
            "usual": one.usual,
            "parts": [{"topic": topic, "count": figure_body(figure, period)} for topic, figure in one.parts],
            "arithmetic": arithmetic_of(one, days),
        }
        for one in statistics.precursors(told.facts, now=period.until, days=days, basis_days=basis)
    ]
    return json_response({"days": days, "basis_days": basis, "rows": rows})


def arithmetic_of(one: statistics.Precursor, days: int) -> str:
    usual = f"{one.usual:.1f}".replace(".", ",")
    score = f"{one.score:.1f}".replace(".", ",")
    return f"{one.count.value} publikasi dalam {days} hari; bobot biasanya {usual}; skor {score}"


@router.get("/sight", response_model=SightBody, responses=READS)
async def read_sight(request: Request, opmode: Modes = None) -> Response:
    """What cannot be seen now: everything, or units whose own sources are all down. A silence there is no calm."""
    facts, now = gateway_of(request).facts, gateway_of(request).clock.now()
    modes = (opmode,) if opmode else None
    seeing = await facts.seeing(modes)
    minute = now.replace(second=0, microsecond=0)
    basis = await facts.between(minute - BASIS, minute, modes)
    units = [
        {**unit_words(one.key), "sources": one.sources, "since": one.since}
        for one in seeing.unseen(told_by(basis.facts, "unit"), now)
    ]
    return json_response({"sight": seeing.over()(now - timedelta(hours=1), now), "units": units})


@router.get("/trends", response_model=Rows, responses=READS)
async def read_trends(request: Request, period: Asked, limit: Limit = 50) -> Response:
    """Series that left their baseline, the open ones first; each with its arithmetic."""
    found = await gateway_of(request).facts.trends(period.since, period.opmodes, limit=limit)
    return json_response({"rows": [as_row(request, view) for view in found], "next": None})


def where_of(request: Request) -> dict[str, str]:
    """By which fields a list is narrowed."""
    return {name: value for name in statistics.FIELDS if (value := request.query_params.get(name))}


async def listed(request: Request, period: Period) -> list[Fact]:
    told = await gateway_of(request).facts.between(period.since, period.until, period.opmodes)
    try:
        return statistics.listed(told.facts, where_of(request))
    except ValueError:
        raise unknown_filter() from None


def unknown_filter() -> Problem:
    words = "Penyaring ini tidak dikenal."
    return Problem(status=422, errors=[{"isian": "sev", "kode": "bukan_angka", "pesan": words}])


@router.get("/items", response_model=ListedBody, responses=READS)
async def read_items(request: Request, period: Asked, limit: Limit = 50) -> Response:
    """The publications behind a figure, the newest first."""
    found = await listed(request, period)
    rows = await gateway_of(request).facts.rows([fact.id for fact in found[:limit]])
    return json_response({"total": len(found), "rows": [as_row(request, view) for view in rows]})
