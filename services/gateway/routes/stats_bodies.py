"""What the statistics answer over HTTP: a figure always comes with the address of its list."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from services.gateway.routes.answering import Row
from services.gateway.series import Bucket
from services.gateway.statistics import By


class FigureBody(BaseModel):
    """What was counted, how many, and the address that lists exactly these; `before`: in the period before; `year`: on
    the same days a year before, null where data do not reach that far."""

    what: str
    value: int
    items_ref: str
    before: int | None = None
    change: float | None = None
    year: int | None = None
    year_change: float | None = None


class PeriodBody(BaseModel):
    """Times in UTC, `until` excluded; `cut`: more than could be counted, so no figure is whole."""

    since: datetime
    until: datetime
    cut: bool


class OverviewBody(BaseModel):
    """`year`: the same days a year before, when data reach that far; `year_note` says so when they do not."""

    period: PeriodBody
    year: PeriodBody | None
    year_note: str | None
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
    """`province`: of a unit, so that units and provinces are what a map is drawn from."""

    key: str
    label: str
    province: str | None
    count: FigureBody
    share: float
    positive: FigureBody
    negative: FigureBody
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


class TopBody(BaseModel):
    """The share of the negative publications on the units named most, and those that name any of them."""

    units: int
    share: float
    count: FigureBody


class ConcentrationBody(BaseModel):
    period: PeriodBody
    negatives: FigureBody
    units: FigureBody
    top: list[TopBody]
    hhi: float | None


class OutputRow(BaseModel):
    unit_id: str
    label: str
    province: str | None
    reports: FigureBody
    publications: FigureBody
    positive: FigureBody
    negative: FigureBody


class OutputBody(BaseModel):
    period: PeriodBody
    rows: list[OutputRow]


class PartBody(BaseModel):
    topic: str
    count: FigureBody


class PrecursorRow(BaseModel):
    unit_id: str
    label: str
    province: str | None
    count: FigureBody
    score: float
    usual: float
    parts: list[PartBody]
    arithmetic: str


class PrecursorsBody(BaseModel):
    days: int
    basis_days: int
    rows: list[PrecursorRow]


class ListedBody(BaseModel):
    """`total`: exactly the figure that led here; `rows`: the newest of them."""

    total: int
    rows: list[Row]


class UnseenRow(BaseModel):
    """A unit of which nothing can be seen now: each of `sources` tells of it and is down, the last since `since`."""

    unit_id: str
    label: str
    province: str | None
    sources: list[str]
    since: datetime


class SightBody(BaseModel):
    """`sight`: of everything, in the last hour; `units`: blind ones while others can be seen."""

    sight: str
    units: list[UnseenRow]
