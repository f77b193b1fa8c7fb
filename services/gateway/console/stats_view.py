"""View model of the statistics page: every figure with its words, its change, and the address of its list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from libs.schemas.trends import Trend
from services.gateway import statistics
from services.gateway.console import words
from services.gateway.console.search_view import KINDS
from services.gateway.facts import Told
from services.gateway.statistics import By, Figure, Where
from services.gateway.views import View

PERIODS = {"1": "24 jam", "7": "7 hari", "30": "30 hari", "90": "90 hari"}
LIST = "/statistik/publikasi"
_SERIES_OF = {"semua": "Semua publikasi", "nada": "Nada", "topik": "Topik", "media": "Media", "unit": "Unit"}
_LINE_WORDS = {"semua": "Publikasi"} | words.TOPICS | {key: label for key, (_, label, _) in words.SENTIMENTS.items()}
_SIGHTS = {"sebagian": "sebagian sumber tidak terbaca", "buta": "sumber tidak terbaca"}
_FILTERS = {
    "topik": "Topik", "unit": "Unit", "wilayah": "Wilayah", "nada": "Nada", "sev": "Keparahan paling rendah",
    "media": "Media", "jenis": "Jenis", "bernama": "Menyebut unit", "tanda": "Tanda awal", "luar": "Bukan laporan unit",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The stretch a page is about. Times in UTC."""

    since: datetime
    until: datetime
    days: str

    def href(self, where: Where, since: datetime | None = None) -> str:
        times = {"dari": _stamp(since or self.since), "sampai": _stamp(self.until)}
        return f"{LIST}?{urlencode({**where, **times})}"


def _stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told1:
    """One figure: `change` in words against the period before, empty where there is nothing to compare with."""

    label: str
    value: str
    href: str
    change: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    label: str
    figure: Told1
    share: float
    share_words: str
    negative: Told1
    positive: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risen:
    """A trend as a row."""

    label: str
    words: str
    arithmetic: str
    at: str
    open: bool
    cold: bool
    sample: bool
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    label: str
    figure: Told1
    score: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    label: str
    reports: str
    publications: Told1
    positive: int
    negative: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsPage:
    words: str
    days: str
    periods: Mapping[str, str]
    cut: bool
    figures: Sequence[Told1]
    chart: str
    chart_by: str
    charts: Mapping[str, str]
    chart_words: str
    trends: Sequence[Risen]
    trends_empty: str
    outlets: Sequence[Ranked]
    topics: Sequence[Ranked]
    units: Sequence[Ranked]
    provinces: Sequence[Ranked]
    concentration: str
    signs: Sequence[Sign]
    output: Sequence[Spoken]


def change_words(figure: Figure) -> str:
    """`naik 12 % dari 34`, `turun …`, `tetap 34`, `sebelumnya 0`."""
    if figure.before is None:
        return ""
    if figure.change is None:
        return "sebelumnya 0" if figure.value else ""
    share = abs(figure.change) * 100
    rose = "naik" if figure.change > 0 else "turun"
    return f"{rose} {words.number(share, 0)} % dari {words.number(figure.before)}" if figure.change else (
        f"tetap {words.number(figure.before)}"
    )  # fmt: skip


def _told(label: str, figure: Figure, span: Span, look: str = "") -> Told1:
    return Told1(
        label=label,
        value=words.number(figure.value),
        href=span.href(figure.where, figure.since) if figure.what == "publikasi" else "",
        change=change_words(figure),
        look=look,
    )


def figures_of(told: statistics.Overview, span: Span) -> list[Told1]:
    ratio = "—" if told.ratio is None else words.number(told.ratio)
    before = "" if told.ratio_before is None else f"sebelumnya {words.number(told.ratio_before)}"
    return [
        _told("Publikasi", told.publications, span),
        _told("Media", told.outlets, span),
        _told("Negatif", told.negative, span, "neg"),
        _told("Positif", told.positive, span, "pos"),
        _told("Keparahan 3 ke atas", told.severe, span, "neg"),
        Told1(label="Positif per satu negatif", value=ratio, href="", change=before),
    ]


def ranked(rows: Sequence[statistics.Share], by: By, span: Span, labels: Mapping[str, str]) -> list[Ranked]:
    found = []
    for row in rows:
        label = labels.get(row.key, row.key)
        negative = Figure(value=row.negative, where={**row.count.where, "nada": "negatif"})
        found.append(
            Ranked(
                label=label,
                figure=_told(label, row.count, span),
                share=row.share,
                share_words=f"{words.number(row.share * 100, 0)} %",
                negative=_told(label, negative, span),
                positive=row.positive,
                note=words.SEVERITIES[row.severity] if row.severity >= 3 else "",
            )
        )
    return found


def concentration_words(told: statistics.Concentration) -> str:
    if told.hhi is None:
        return "Tidak ada publikasi negatif yang menyebut unit."
    parts = ", ".join(f"{n} unit teratas {words.number(share * 100, 0)} %" for n, share in told.top if n <= told.units)
    return (
        f"{words.number(told.negatives.value)} publikasi negatif menyebut {words.number(told.units)} unit: {parts}. "
        f"Indeks kepekatan {words.number(told.hhi, 2)} (1 berarti semua pada satu unit)."
    )


def risen(view: View[Trend]) -> Risen:
    trend = view.data
    notes = [note for note in (trend.calendar_note, _SIGHTS.get(trend.sight)) if note]
    items = ",".join(trend.item_ids)
    # Direct counts and sums have windows of their own: the arithmetic names them.
    usual = "belum ada pembanding" if trend.cold else f"biasanya {words.number(trend.expected)}"
    return Risen(
        label=trend.series.label,
        words=f"{words.number(trend.observed.value)} publikasi, {usual}",
        arithmetic=trend.arithmetic,
        at=words.day_clock(trend.first_crossing_at),
        open=trend.eased_at is None,
        cold=trend.cold,
        sample=view.opmode == "sample",
        note=" · ".join(notes),
        href=f"{LIST}?{urlencode({'id': items})}" if items else "",
    )


def sign_of(one: statistics.Precursor, name: str, span: Span) -> Sign:
    parts = ", ".join(f"{words.topic(topic)} {count}" for topic, count in one.parts)
    return Sign(
        label=name,
        figure=_told(name, one.count, span),
        score=words.number(one.score),
        words=f"{parts}; bobot biasanya {words.number(one.usual)} dalam tujuh hari",
    )


def spoken(one: statistics.Output, name: str, span: Span) -> Spoken:
    return Spoken(
        label=name,
        reports=words.number(one.reports.value),
        publications=_told(name, one.publications, span),
        positive=one.positive,
        negative=one.negative,
    )


def span_of(days: str, now: datetime) -> Span:
    until = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    chosen = days if days in PERIODS else "7"
    return Span(since=until - timedelta(days=int(chosen)), until=until, days=chosen)


def stats_page(
    now: Told,
    before: Told,
    month: Told,
    *,
    span: Span,
    by: str,
    reports: Mapping[str, int],
    trends: Sequence[View[Trend]],
    outlets: Mapping[str, str],
    units: Mapping[str, str],
) -> StatsPage:
    """`month`: the five weeks that precursors need."""
    chosen = by if by in _SERIES_OF else "semua"
    asked = urlencode({"by": chosen, "since": _stamp(span.since), "until": _stamp(span.until)})
    facts, earlier = now.facts, before.facts

    def table(dimension: By, labels: Mapping[str, str], most: int = 10) -> list[Ranked]:
        return ranked(statistics.shares(facts, earlier, dimension, most=most), dimension, span, labels)

    return StatsPage(
        words=f"{words.day_clock(span.since)} sampai {words.day_clock(span.until)}, "
        "dibandingkan rentang sama panjang sebelumnya",
        days=span.days,
        periods=PERIODS,
        cut=now.cut or before.cut or month.cut,
        figures=figures_of(statistics.overview(facts, earlier), span),
        chart=f"/api/v1/stats/series?{asked}",
        chart_by=chosen,
        charts=_SERIES_OF,
        chart_words=json.dumps(_LINE_WORDS, ensure_ascii=False),
        trends=[risen(view) for view in trends],
        trends_empty="Tidak ada deret di atas kebiasaannya dalam rentang ini.",
        outlets=table("media", outlets),
        topics=table("topik", words.TOPICS, 22),
        units=table("unit", units),
        provinces=table("provinsi", {}, 40),
        concentration=concentration_words(statistics.concentration(facts)),
        signs=[sign_of(one, units.get(one.unit_id, one.unit_id), span)
               for one in statistics.precursors(month.facts, now=span.until)[:10]],
        output=[spoken(one, units.get(one.unit_id, one.unit_id), span)
                for one in statistics.output(facts, reports, most=15)],
    )  # fmt: skip


def narrowed_words(where: Where, units: Mapping[str, str], outlets: Mapping[str, str]) -> list[str]:
    """The narrowing of a list, for people."""
    told = []
    for name, value in where.items():
        known = {
            "topik": words.TOPICS, "unit": units, "media": outlets, "jenis": KINDS,
            "nada": {key: label for key, (_, label, _) in words.SENTIMENTS.items()},
        }.get(name, {})  # fmt: skip
        flag = name in ("bernama", "tanda", "luar")
        told.append(_FILTERS[name] if flag else f"{_FILTERS[name]}: {known.get(value, value)}")
    return told
