"""View model of the statistics page: what was counted, against what, and what could not be seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from libs.schemas.trends import Series, Trend
from services.gateway import statistics
from services.gateway.console import words
from services.gateway.console.escalation_view import Heated
from services.gateway.console.stats_figures import PUBLICATIONS, Compared, Number, Span, number_of, stamp
from services.gateway.facts import Told
from services.gateway.seeing import Seeing
from services.gateway.series import BASIS, Line, bucket_for, lines, most_told, told_by, width_of
from services.gateway.statistics import By, Fact, Where
from services.gateway.views import View

PERIODS = {"1": "24 jam", "7": "7 hari", "30": "30 hari", "90": "90 hari"}
SERIES_OF = {"semua": "Semua publikasi", "nada": "Nada", "topik": "Topik", "media": "Media", "unit": "Unit"}
_LINE_WORDS = {"semua": "Publikasi"} | words.TOPICS | {key: label for key, (_, label, _) in words.SENTIMENTS.items()}
_SIGHTS = {"sebagian": "sebagian sumber tidak terbaca", "buta": "sumber tidak terbaca"}
_BLIND = "Tidak ada data, bukan berarti tenang."
_UNSEEN_LISTED = 10
_WINDOWS = {"5_menit": timedelta(minutes=5), "jam": timedelta(hours=1), "hari": timedelta(days=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """`unseen`: since when nothing can be seen of it."""

    label: str
    place: str
    figure: Number
    share: float
    share_words: str
    negative: Number
    positive: Number
    note: str = ""
    unseen: str = ""


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
    figure: Number
    score: str
    parts: tuple[Number, ...]
    usual: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    label: str
    reports: Number
    publications: Number
    positive: Number
    negative: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense:
    """How the negative publications lie on the units."""

    negatives: Number
    units: Number
    tops: tuple[tuple[str, Number], ...]
    index: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A unit of which nothing can be seen now, and the sources that would tell."""

    label: str
    since: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRow:
    """A bucket of the chart as its table says it: per line a number, or that there is no data."""

    when: str
    cells: tuple[Number, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The chart: where its data is, its words, and the same as a table (buckets without anything left out)."""

    address: str
    by: str
    choices: Mapping[str, str]
    words: str
    heads: tuple[str, ...]
    rows: tuple[ChartRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsPage:
    words: str
    days: str
    periods: Mapping[str, str]
    cut: bool
    blind: str
    figures: Sequence[Number]
    chart: Drawn
    trends: Sequence[Risen]
    trends_empty: str
    heated: Sequence[Heated]
    tables: Mapping[str, Sequence[Ranked]]
    whole: Mapping[str, str]
    dense: Dense | None
    signs: Sequence[Sign]
    signs_empty: str
    output: Sequence[Spoken]
    hidden: Sequence[Hidden]
    hidden_more: int


def _figures(told: statistics.Overview, span: Span, compared: Compared) -> list[Number]:
    positive = number_of("Positif", told.positive, span, look="pos", compared=compared)
    negative = number_of("Negatif", told.negative, span, look="neg", compared=compared)
    ratio = "—" if told.ratio is None else words.number(told.ratio)
    return [
        number_of("Publikasi", told.publications, span, compared=compared),
        number_of("Media", told.outlets, span, compared=compared),
        negative,
        positive,
        number_of("Netral", told.neutral, span, compared=compared),
        number_of("Campuran", told.mixed, span, compared=compared),
        number_of("Keparahan 3 ke atas", told.severe, span, look="neg", compared=compared),
        Number(label="Positif per satu negatif", value=ratio, href="", parts=(positive, negative)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What keys are called: units (and where they are), outlets, sources."""

    units: Mapping[str, str]
    places: Mapping[str, str]
    outlets: Mapping[str, str]
    sources: Mapping[str, str]

    def of(self, by: By) -> Mapping[str, str]:
        found: Mapping[By, Mapping[str, str]] = {"unit": self.units, "media": self.outlets, "topik": words.TOPICS}
        return found.get(by, {})


def ranked(
    rows: Sequence[statistics.Share], by: By, span: Span, names: Names, *, compared: Compared | None = None,
    unseen: Mapping[str, datetime] | None = None,
) -> list[Ranked]:  # fmt: skip
    labels, found = names.of(by), []
    for row in rows:
        label = words.unbroken(labels.get(row.key, row.key))
        since = (unseen or {}).get(row.key)
        found.append(
            Ranked(
                label=label,
                place=names.places.get(row.key, "") if by == "unit" else "",
                figure=number_of(label, row.count, span, compared=compared),
                share=row.share,
                share_words=f"{words.number(row.share * 100, 0)} %",
                negative=number_of(label, row.negative, span),
                positive=number_of(label, row.positive, span),
                note=words.SEVERITIES[row.severity] if row.severity >= 3 else "",
                unseen=words.day_clock(since) if since else "",
            )
        )
    return found


def _dense(told: statistics.Concentration, span: Span) -> Dense | None:
    if told.hhi is None:
        return None
    return Dense(
        negatives=number_of("publikasi negatif", told.negatives, span),
        units=number_of("unit", told.units, span),
        tops=tuple(
            (
                f"{words.number(top.share * 100, 0)} % pada {words.number(top.units)} unit teratas",
                number_of("publikasi", top.count, span),
            )
            for top in told.top
        ),
        index=words.number(told.hhi, 2),
    )


def _narrowing(series: Series) -> Where | None:
    """Which publications a series counts; None: no list of ours is narrowed so."""
    match series.kind:
        case "semua":
            return {}
        case "topik_unit":
            topic, _, unit = series.key.partition("|")
            return {"topik": topic, "unit": unit}
        case "topik" | "unit":
            return {series.kind: series.key}
        case "provinsi":
            return {"wilayah": series.key}
    return None


def _trend_href(view: View[Trend], facts: Sequence[Fact], span: Span) -> str:
    """All that a trend counted, where its window lists exactly as many; else the newest, which it names."""
    trend, where = view.data, _narrowing(view.data.series)
    begin, many = trend.window_start, trend.observed.value
    if where is not None and begin >= span.since:
        mine = [fact.at for fact in statistics.listed(facts, where) if fact.at >= begin]
        for end in (begin + _WINDOWS[trend.window], view.at):
            if sum(at < end for at in mine) == many:
                return span.href(where, begin, end)
    asked = {"id": ",".join(trend.item_ids), "dari_semua": many}
    return f"{PUBLICATIONS}?{urlencode(asked)}" if trend.item_ids else ""


def risen(view: View[Trend], facts: Sequence[Fact], span: Span) -> Risen:
    trend = view.data
    notes = [note for note in (trend.calendar_note, _SIGHTS.get(trend.sight)) if note]
    # Direct counts and sums have windows of their own: the arithmetic names them.
    usual = "belum ada pembanding" if trend.cold else f"biasanya {words.number(trend.expected)}"
    href, named = _trend_href(view, facts, span), len(trend.item_ids)
    listed = f" ({named} terbaru dapat dibuka)" if "dari_semua" in href and named < trend.observed.value else ""
    return Risen(
        label=trend.series.label,
        words=f"{words.number(trend.observed.value)} publikasi{listed}, {usual}",
        arithmetic=trend.arithmetic,
        at=words.day_clock(trend.first_crossing_at),
        open=trend.eased_at is None,
        cold=trend.cold,
        sample=view.opmode == "sample",
        note=" · ".join(notes),
        href=href,
    )


def sign_of(one: statistics.Precursor, name: str, span: Span) -> Sign:
    basis = span.href(one.count.where, one.before, one.count.since)
    return Sign(
        label=name,
        figure=number_of(name, one.count, span),
        score=words.number(one.score),
        parts=tuple(number_of(words.topic(topic), figure, span) for topic, figure in one.parts),
        usual=Number(label="bobot biasanya", value=words.number(one.usual), href=basis if one.usual else ""),
    )


def spoken(one: statistics.Output, name: str, span: Span) -> Spoken:
    figures = {kind: number_of(name, getattr(one, kind), span)
               for kind in ("reports", "publications", "positive", "negative")}  # fmt: skip
    return Spoken(label=name, **figures)


def span_of(days: str, now: datetime) -> Span:
    until = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    chosen = days if days in PERIODS else "7"
    return Span(since=until - timedelta(days=int(chosen)), until=until, days=chosen)


def drawn(told: Told, basis: Sequence[Fact], seeing: Seeing, *, by: str, span: Span, names: Names) -> Drawn:
    chosen: By = by if by in SERIES_OF else "semua"  # type: ignore[assignment]
    bucket = bucket_for(span.until - span.since)
    made = lines(
        told.facts, basis, seeing, by=chosen, keys=most_told(told.facts, chosen), since=span.since, until=span.until,
        bucket=bucket,
    )  # fmt: skip
    labels = {**_LINE_WORDS, **names.of(chosen)}
    asked = urlencode({"by": chosen, "since": stamp(span.since), "until": stamp(span.until)})
    return Drawn(
        address=f"/api/v1/stats/series?{asked}",
        by=chosen,
        choices=SERIES_OF,
        words=json.dumps(_LINE_WORDS, ensure_ascii=False),
        heads=tuple(labels.get(line.key, line.key) for line in made),
        rows=_chart_rows(made, span, width_of(bucket)),
    )


def _chart_rows(made: Sequence[Line], span: Span, width: timedelta) -> tuple[ChartRow, ...]:
    rows = []
    for points in zip(*(line.points for line in made), strict=True):
        if all(point.value == 0 for point in points):
            continue
        begin, end = max(points[0].at, span.since), min(points[0].at + width, span.until)
        cells = [
            Number(label="", value="tidak ada data", href="")
            if point.value is None
            else Number(
                label="", value=words.number(point.value),
                href=span.href(line.where, begin, end) if point.value else "",
            )
            for line, point in zip(made, points, strict=True)
        ]  # fmt: skip
        when = words.day_clock(points[0].at) if width < timedelta(days=1) else words.day(points[0].at)
        rows.append(ChartRow(when=when, cells=tuple(cells)))
    return tuple(rows)


def _blind(seeing: Seeing, now: datetime, last_seen: datetime | None) -> str:
    """While nothing can be seen: that it is no calm, and when something was read last."""
    sight = seeing.over()
    # A source added or back a moment ago is read again, however dark the hour before was.
    if any(sight(now - back, now) != "buta" for back in (timedelta(hours=1), timedelta(minutes=1))):
        return ""
    return f"{_BLIND} Publikasi terakhir {words.day_clock(last_seen)}." if last_seen else _BLIND


def stats_page(
    now: Told,
    before: Told,
    year: Told | None,
    month: Told,
    *,
    span: Span,
    compared: Compared,
    by: str,
    basis: Told,
    reports: Mapping[str, int],
    trends: Sequence[View[Trend]],
    seeing: Seeing,
    names: Names,
    heated: Sequence[Heated],
    last_seen: datetime | None,
) -> StatsPage:
    """`year`: the same days a year before, where data reach that far; `month`: the five weeks that precursors need;
    `basis`: the weeks before the span, for who tells of what."""
    facts, earlier = now.facts, before.facts
    blind = _blind(seeing, span.until, last_seen)
    hidden = seeing.unseen(told_by((fact for fact in month.facts if fact.at >= span.until - BASIS), "unit"), span.until)
    unseen = {one.key: one.since for one in hidden}

    def table(dimension: By, most: int) -> list[Ranked]:
        rows = statistics.shares(facts, earlier, dimension, most=most)
        return ranked(rows, dimension, span, names, compared=compared, unseen=unseen if dimension == "unit" else None)

    return StatsPage(
        words=_words(span, compared),
        days=span.days,
        periods=PERIODS,
        cut=now.cut or before.cut or month.cut or bool(year and year.cut),
        blind=blind,
        figures=_figures(statistics.overview(facts, earlier, year.facts if year else None), span, compared),
        chart=drawn(now, basis.facts, seeing, by=by, span=span, names=names),
        trends=[risen(view, facts, span) for view in trends],
        trends_empty=blind or "Tidak ada deret di atas kebiasaannya dalam rentang ini.",
        heated=heated,
        tables={
            "media": table("media", 10), "topik": table("topik", 22), "unit": table("unit", 10),
            "provinsi": table("provinsi", 40),
        },
        whole={"media": span.keys_href("media", {}), "unit": span.keys_href("unit", {})},
        dense=_dense(statistics.concentration(facts), span),
        signs=[sign_of(one, _name(one.unit_id, names), span)
               for one in statistics.precursors(month.facts, now=span.until)[:10]],
        signs_empty=blind or "Tidak ada unit dengan tanda kecil yang melebihi kebiasaannya.",
        output=[spoken(one, _name(one.unit_id, names), span)
                for one in statistics.output(facts, reports, most=15)],
        hidden=[
            Hidden(
                label=_name(one.key, names), since=words.day_clock(one.since),
                sources=tuple((names.sources.get(source, source), f"/sumber/{source}") for source in one.sources[:3]),
            )
            for one in hidden[:_UNSEEN_LISTED]
        ],
        hidden_more=max(0, len(hidden) - _UNSEEN_LISTED),
    )  # fmt: skip


def _words(span: Span, compared: Compared) -> str:
    ago = "dan tanggal yang sama setahun lalu" if compared.year else "(setahun lalu: data belum cukup)"
    return (
        f"{words.day_clock(span.since)} sampai {words.day_clock(span.until)}, "
        f"dibandingkan rentang sama panjang sebelumnya {ago}"
    )


def _name(unit_id: str, names: Names) -> str:
    return words.unbroken(names.units.get(unit_id, unit_id))
