"""Trends: a series of counts that left its baseline, with the arithmetic that says so."""

from typing import Literal

from pydantic import Field

from .common import Count
from .envelope import Event, Part, UtcTime

SeriesKind = Literal["semua", "topik", "unit", "provinsi", "topik_unit", "isu", "jenis_sumber"]
TrendRule = Literal["tumbuh", "cusum", "hitung_langsung"]
Window = Literal["5_menit", "jam", "hari"]


class Series(Part):
    """One series of counts: `key` names the topic, unit, province, `topic|unit`, story or source kind; `label` is for
    people."""

    kind: SeriesKind
    key: str = Field(max_length=200)
    label: str = Field(max_length=300)


class Trend(Part):
    """What was counted in a window, what was to be expected there, and why that is a trend.

    `expected` and `sigma` are publications in the window; `basis_days` the days of the past they rest on (few: `cold`);
    `score` is (observed - expected) / sigma; `sight` says how many of the series' sources could be read meanwhile:
    a blind window is never calm."""

    trend_id: str = Field(max_length=64)
    series: Series
    rule: TrendRule
    window: Window
    window_start: UtcTime
    observed: Count
    expected: float = Field(ge=0)
    sigma: float = Field(ge=0)
    score: float
    basis_days: int = Field(ge=0)
    cold: bool = False
    calendar_note: str | None = Field(default=None, max_length=300)
    arithmetic: str = Field(max_length=500)
    first_crossing_at: UtcTime
    eased_at: UtcTime | None = None
    sight: Literal["penuh", "sebagian", "buta"] = "penuh"
    item_ids: list[str] = Field(default_factory=list, max_length=20)
    story_ids: list[str] = Field(default_factory=list, max_length=20)


class TrendRaised(Event[Trend]):
    """A series rose above its baseline (again: with higher figures, under the same trend id)."""

    type: Literal["id.go.ditjenpas.pasopati.trend.raised.v1"] = "id.go.ditjenpas.pasopati.trend.raised.v1"


class TrendEased(Event[Trend]):
    """A raised series is back within its baseline."""

    type: Literal["id.go.ditjenpas.pasopati.trend.eased.v1"] = "id.go.ditjenpas.pasopati.trend.eased.v1"
