"""Statistics: figures of a period with the list behind each, series with what could be seen, trends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from libs.reference.units import Gazetteer
from libs.schemas.common import SentimentLabel, Topic22
from libs.schemas.envelope import OpMode
from libs.schemas.items import ItemKind
from services.gateway import statistics
from services.gateway.facts import LONGEST, Told
from services.gateway.gateway import gateway_of
from services.gateway.problems import Problem
from services.gateway.routes.answering import READS, Limit, Modes, Row, Rows, Since, as_row, json_response
from services.gateway.statistics import Bucket, By, Fact, Figure, Where

router = APIRouter(prefix="/stats", tags=["stats"])
DAYS = 7
# Keys that a dimension always has, told of or not.
_KEYS: Mapping[By, Sequence[str]] = {
    "semua": ("semua",), "topik": get_args(Topic22), "jenis": get_args(ItemKind), "nada": get_args(SentimentLabel),
}  # fmt: skip
HOURLY_UP_TO = timedelta(days=8)


class FigureBody(BaseModel):
    """What was counted, how many, and the address that lists exactly these; `before`: in the period before."""

    what: str
    value: int
    items_ref: str
    before: int | None = None
    change: float | None = None


class PeriodBody(BaseModel):
    """Times in UTC, `until` excluded; `cut`: more than could be counted, so no figure is whole."""

    since: datetime
    until: datetime
    cut: bool


class OverviewBody(BaseModel):
    period: PeriodBody
    publications: FigureBody
    outlets: FigureBody
    positive: FigureBody
    negative: FigureBody
    neutral: FigureBody
    mixed: FigureBody
    severe: FigureBody
    ratio: float | None
    ratio_before: float | None


class ShareBody(BaseModel):
    key: str
    label: str
    count: FigureBody
    share: float
    positive: int
    negative: int
    severity: int


class SharesBody(BaseModel):
    period: PeriodBody
    by: By
    rows: list[ShareBody]


class PointBody(BaseModel):
    """`value` is null where nothing could be seen: that is not a zero."""

    at: datetime
    value: int | None
    sight: str
    items_ref: str


class LineBody(BaseModel):
    key: str
    label: str
    points: list[PointBody]


class SeriesBody(BaseModel):
    period: PeriodBody
    by: By
    bucket: Bucket
    lines: list[LineBody]


class ConcentrationBody(BaseModel):
    """`top`: [n, share of the negative publications on the n units named most]."""

    period: PeriodBody
    negatives: FigureBody
    units: int
    top: list[tuple[int, float]]
    hhi: float | None


class OutputRow(BaseModel):
    unit_id: str
    label: str
    province: str | None
    reports: FigureBody
    publications: FigureBody
    positive: int
    negative: int


class OutputBody(BaseModel):
    period: PeriodBody
    rows: list[OutputRow]


class PrecursorRow(BaseModel):
    unit_id: str
    label: str
    province: str | None
    count: FigureBody
    score: float
    usual: float
    parts: list[tuple[str, int]]
    arithmetic: str


class PrecursorsBody(BaseModel):
    days: int
    basis_days: int
    rows: list[PrecursorRow]


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
    times = {name: at.isoformat().replace("+00:00", "Z") for name, at in stretch.items()}
    return f"/api/v1/stats/items?{urlencode({**where, **times, **mode})}"


def figure_body(figure: Figure, period: Period) -> dict[str, Any]:
    where = figure.where
    if figure.what == "laporan":
        address = f"/api/v1/reports?{urlencode({'unit_id': where['unit']})}"
    else:
        address = ref(period, where, figure.since)
    return {
        "what": figure.what, "value": figure.value, "items_ref": address, "before": figure.before,
        "change": figure.change,
    }  # fmt: skip


def _period_body(period: Period, *told: Told) -> dict[str, Any]:
    return {"since": period.since, "until": period.until, "cut": any(one.cut for one in told)}


@router.get("/overview", response_model=OverviewBody, responses=READS)
async def read_overview(request: Request, period: Asked) -> Response:
    """The period against the one before it, of the same length."""
    now, before = await told_of(request, period)
    told = statistics.overview(now.facts, before.facts)
    names = ("publications", "outlets", "positive", "negative", "neutral", "mixed", "severe")
    figures = {name: figure_body(getattr(told, name), period) for name in names}
    ratios = {"ratio": told.ratio, "ratio_before": told.ratio_before}
    return json_response({"period": _period_body(period, now, before), **figures, **ratios})


@router.get("/shares", response_model=SharesBody, responses=READS)
async def read_shares(request: Request, period: Asked, by: By = "media", limit: Limit = 20) -> Response:
    """Who or what was told of most: share of voice of outlets, topics, units, provinces (the map's data)."""
    now, before = await told_of(request, period)
    labels = await labels_of(request, by)
    rows = [
        {
            "key": share.key, "label": labels.get(share.key, share.key), "count": figure_body(share.count, period),
            "share": share.share, "positive": share.positive, "negative": share.negative, "severity": share.severity,
        }
        for share in statistics.shares(now.facts, before.facts, by, most=limit)
    ]  # fmt: skip
    return json_response({"period": _period_body(period, now, before), "by": by, "rows": rows})


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
    told = await gateway_of(request).facts.between(period.since, period.until, period.opmodes)
    sight = await gateway_of(request).facts.sight(period.opmodes)
    width = bucket or ("jam" if period.until - period.since <= HOURLY_UP_TO else "hari")
    ranked = [one for one, _ in statistics.counted(told.facts, by).most_common(4)] or (
        ["semua"] if by == "semua" else []
    )
    labels = await labels_of(request, by)
    lines = []
    for one in _known(key, by, told, labels) or ranked:
        where = {statistics.FIELD_OF[by]: one} if by in statistics.FIELD_OF else {}
        mine = [fact for fact in told.facts if one in statistics.values_of(fact, by)]
        points = statistics.series(mine, since=period.since, until=period.until, bucket=width, sight=sight)
        ends = statistics.width_of(width)
        lines.append(
            {
                "key": one,
                "label": labels.get(one, one),
                "points": [
                    {
                        "at": point.at, "value": point.value, "sight": point.sight,
                        "items_ref": ref(
                            period, where, max(point.at, period.since), min(point.at + ends, period.until)
                        ),
                    }
                    for point in points
                ],
            }
        )  # fmt: skip
    return json_response({"period": _period_body(period, told), "by": by, "bucket": width, "lines": lines})


@router.get("/concentration", response_model=ConcentrationBody, responses=READS)
async def read_concentration(request: Request, period: Asked) -> Response:
    """How much of the negative news falls on few units."""
    told = await gateway_of(request).facts.between(period.since, period.until, period.opmodes)
    found = statistics.concentration(told.facts)
    return json_response(
        {
            "period": _period_body(period, told),
            "negatives": figure_body(found.negatives, period),
            "units": found.units,
            "top": found.top,
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
            "positive": one.positive,
            "negative": one.negative,
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
            "parts": one.parts,
            "arithmetic": arithmetic_of(one, days),
        }
        for one in statistics.precursors(told.facts, now=period.until, days=days, basis_days=basis)
    ]
    return json_response({"days": days, "basis_days": basis, "rows": rows})


def arithmetic_of(one: statistics.Precursor, days: int) -> str:
    usual = f"{one.usual:.1f}".replace(".", ",")
    score = f"{one.score:.1f}".replace(".", ",")
    return f"{one.count.value} publikasi dalam {days} hari; bobot biasanya {usual}; skor {score}"


@router.get("/trends", response_model=Rows, responses=READS)
async def read_trends(request: Request, period: Asked, limit: Limit = 50) -> Response:
    """Series that left their baseline, the open ones first; each with its arithmetic."""
    found = await gateway_of(request).facts.trends(period.since, period.opmodes, limit=limit)
    return json_response({"rows": [as_row(request, view) for view in found], "next": None})


class ListedBody(BaseModel):
    """`total`: exactly the figure that led here; `rows`: the newest of them."""

    total: int
    rows: list[Row]


def where_of(request: Request) -> dict[str, str]:
    """By which fields a list is narrowed."""
    return {name: value for name in statistics.FIELDS if (value := request.query_params.get(name))}


async def listed(request: Request, period: Period) -> list[Fact]:
    told = await gateway_of(request).facts.between(period.since, period.until, period.opmodes)
    try:
        return statistics.listed(told.facts, where_of(request))
    except ValueError:
        words = "Penyaring ini tidak dikenal."
        raise Problem(status=422, errors=[{"isian": "sev", "kode": "bukan_angka", "pesan": words}]) from None


@router.get("/items", response_model=ListedBody, responses=READS)
async def read_items(request: Request, period: Asked, limit: Limit = 50) -> Response:
    """The publications behind a figure, the newest first."""
    found = await listed(request, period)
    rows = await gateway_of(request).facts.rows([fact.id for fact in found[:limit]])
    return json_response({"total": len(found), "rows": [as_row(request, view) for view in rows]})
