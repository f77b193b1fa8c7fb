"""View models of the report form, the list of reports, one report, and silent units; no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from libs.reference.units import UTC_HOURS, Unit
from libs.schemas.common import Role
from libs.schemas.reports import Report
from services.gateway.console import words
from services.gateway.reporting import masked_words, receipt_of
from services.gateway.views import ItemView, Page, View
from services.gateway.visibility import visible

KINDS = {"kegiatan": "Kegiatan", "gangguan": "Gangguan", "tanggapan": "Tanggapan"}
KIND_HINTS = {
    "kegiatan": "Pembinaan, layanan, upacara, kunjungan",
    "gangguan": "Keributan, pelarian, kebakaran, temuan",
    "tanggapan": "Menjawab kabar yang beredar",
}
STANCES = {"membantah": "Tidak benar", "membenarkan": "Benar", "menjelaskan": "Sebagian benar, ini penjelasannya"}
_KIND_LOOKS = {"kegiatan": "", "gangguan": "l3", "tanggapan": "pre"}
_HELD_BACK = {"text", "privacy"}
FIELDS = ("title", "text", "happened_at", "ended_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the form holds."""

    kind: str = "kegiatan"
    title: str = ""
    text: str = ""
    happened_at: str = ""
    ended_at: str = ""
    stance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    theme: str
    csrf: str
    key_id: str
    unit_name: str
    zone: str
    hours: int
    clock: str
    sample: bool
    client_id: str
    said: Said
    summary: str = ""
    errors: Mapping[str, Sequence[str]] = field(default_factory=lambda: {name: () for name in FIELDS})
    receipt: str = ""
    kinds: Sequence[tuple[str, str, str]] = tuple((key, word, KIND_HINTS[key]) for key, word in KINDS.items())
    stances: Sequence[tuple[str, str]] = tuple(STANCES.items())


def form_page(unit: Unit, *, now: datetime, said: Said | None = None, **values: Any) -> FormPage:
    local = now.astimezone(unit.clock)
    return FormPage(
        unit_name=unit.name,
        zone=unit.zone,
        hours=UTC_HOURS[unit.zone],
        clock=words.clock_zoned(now, unit.zone),
        said=said or Said(happened_at=local.strftime("%Y-%m-%dT%H:%M")),
        **values,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    href: str
    unit_href: str
    unit_name: str
    province: str
    title: str
    kind_word: str
    kind_look: str
    happened: str
    received: str
    age: str
    photos: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    href: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsPage:
    title: str
    words: str
    tabs: list[Tab]
    unit_name: str
    all_units_href: str
    reports: list[Row]
    empty_words: str
    more_href: str


def reports_page(
    found: Page[Report], *, kind: str, unit_id: str, since: datetime | None, many: int, now: datetime
) -> ReportsPage:
    """`many`: reports received since then (or, when nothing is said, since midnight WIB) that the filter lets
    through."""
    rows = [_row(view, now) for view in found.rows]
    tabs = [("", "Semua"), *KINDS.items()]
    kept = {"unit": unit_id, "dari": words.iso(since)}
    return ReportsPage(
        # The list behind a figure says the figure.
        title=f"{words.number(many)} laporan" if since else "Laporan unit",
        words=f"{words.number(many)} laporan {f'sejak {words.day_clock(since)}' if since else 'hari ini (WIB)'}",
        tabs=[Tab(href=_href(kind=key, **kept), label=label, current=key == kind) for key, label in tabs],
        unit_name=(rows[0].unit_name if rows else unit_id) if unit_id else "",
        all_units_href=_href(kind=kind),
        reports=rows,
        empty_words="Belum ada laporan di sini.",
        more_href=_href(kind=kind, **kept, sejak=found.next or "") if found.next else "",
    )


def _href(**query: str) -> str:
    wanted = {name: value for name, value in query.items() if value}
    return "/laporan" + (f"?{urlencode(wanted)}" if wanted else "")


def _row(view: View[Report], now: datetime) -> Row:
    report = view.data
    return Row(
        href=f"/laporan/{report.report_id}",
        unit_href=_href(unit=report.unit_id),
        unit_name=report.unit_name,
        province=report.province or "",
        title=report.title,
        kind_word=KINDS[report.kind],
        kind_look=_KIND_LOOKS[report.kind],
        happened=_moment(report.happened_at, report.zone, now),
        received=words.clock_zoned(report.received_at, report.zone),
        age=words.age(report.received_at, now),
        photos=str(len(report.photos)) if report.photos else "–",
        sample=view.opmode == "sample",
    )


def _moment(at: datetime, zone: str, now: datetime) -> str:
    """The clock for today, the day as well for any other."""
    same_day = words.day(at, zone) == words.day(now, zone)
    return words.clock_zoned(at, zone) if same_day else words.day_clock(at, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    href: str
    width: int
    height: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    title: str
    restricted: bool
    text: str
    receipt: str
    kind_word: str
    kind_look: str
    stance: str
    sample: bool
    unit_name: str
    unit_href: str
    province: str
    happened: str
    ended: str
    received: str
    figures: list[tuple[str, str]]
    photos: list[Picture]
    masked: str
    item_id: str
    labels: str
    alert_id: str


def report_page(view: View[Report], item: ItemView | None, role: Role) -> ReportPage:
    """As this role may read it: of a restricted case (a child's) most see no more than the masked title."""
    report = view.data
    seen = visible("Report", report.model_dump(mode="json", include=_HELD_BACK), role)
    restricted = seen["text"] != report.text
    if restricted:
        report = report.model_copy(update={"text": "", "photos": [], "figures": []})
    answering = report.answering
    return ReportPage(
        title=report.title,
        restricted=restricted,
        text=report.text,
        receipt=receipt_of(report.report_id),
        kind_word=KINDS[report.kind],
        kind_look=_KIND_LOOKS[report.kind],
        stance=STANCES[answering.stance] if answering else "",
        sample=view.opmode == "sample",
        unit_name=report.unit_name,
        unit_href=_href(unit=report.unit_id),
        province=report.province or "",
        happened=words.day_clock(report.happened_at, report.zone),
        ended=words.day_clock(report.ended_at, report.zone),
        received=words.day_clock(report.received_at, report.zone),
        figures=[(figure.name, words.number(figure.value, 2)) for figure in report.figures],
        photos=[_picture(photo.sha256, photo.width, photo.height, photo.bytes) for photo in report.photos],
        masked=masked_words(report.privacy.classes).removeprefix("Disamarkan sebelum disimpan: "),
        item_id=report.item_id,
        labels=_labels(item),
        alert_id=(answering.alert_id if answering else None) or "",
    )


def _picture(sha256: str, width: int, height: int, size: int) -> Picture:
    return Picture(
        href=f"/api/v1/photos/{sha256}", width=width, height=height, words=f"{words.number(round(size / 1024))} KB"
    )


def _labels(item: ItemView | None) -> str:
    if item is None or item.labels is None:
        return ""
    labels = item.labels.data
    severity = labels.severity.value
    tone = words.SENTIMENTS[labels.sentiment.label][1]
    return f"{words.topic(labels.topics[0].name)} · keparahan {severity} {words.SEVERITIES[severity]} · {tone}"
