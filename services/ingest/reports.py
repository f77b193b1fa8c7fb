"""A unit's report → masked, checked, and as the item it also is. Pure: the gate, the gazetteer, no I/O, no clock."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import orjson

from libs.privacy import GATE_VERSION, Mode, Outcome, Parts, gate_parts
from libs.reference.units import Gazetteer, Unit
from libs.runtime.commands import Answer, Applied, Rejected, Unchanged
from libs.runtime.outbox import Announcement, Decision, Document
from libs.schemas import ids
from libs.schemas.commands import NewReport, SubmitReport
from libs.schemas.items import Item, ItemCollected, Media, Privacy
from libs.schemas.outcomes import Finding
from libs.schemas.reports import Figure, Report, ReportReceived
from services.ingest.masking import visibility_of
from services.ingest.normalizing import cut_text, excerpt_of

# A phone's clock may be ahead of ours; more than this is a wrong day or hour, which its owner can mend.
CLOCK_TOLERANCE = timedelta(minutes=10)
OUTLET_PREFIX = "upt:"

UNKNOWN_UNIT = Rejected(code=404, kode="unit_tidak_dikenal", message="Unit ini tidak dikenal.")
OTHER_CONTENT = Rejected(
    code=409,
    kode="laporan_lain",
    message="Laporan dengan kode ini sudah diterima dengan isi yang lain. Kirim isi baru sebagai laporan baru.",
)
FUTURE = Rejected(code=422, kode="waktu_di_depan", message="Waktu kejadian belum terjadi. Periksa tanggal dan jamnya.")
REVERSED = Rejected(code=422, kode="waktu_terbalik", message="Waktu selesai lebih awal dari waktu mulai.")
NO_STANCE = Rejected(code=422, kode="tanggapan_kosong", message="Tanggapan perlu menyebut sikap unit.")
STANCE = Rejected(code=422, kode="bukan_tanggapan", message="Hanya tanggapan yang menjawab kabar.")
WRONG_ID = Rejected(code=422, kode="kode_laporan", message="Kode laporan tidak cocok dengan unit dan isinya.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A report that may be kept: nothing in it names a private person. `digest` recognises the same report."""

    unit: Unit
    data: NewReport
    privacy: Privacy
    digest: str


def mode_of(command: SubmitReport) -> str:
    return ids.mode_of(command.opmode, command.drillid)


def digest_of(data: NewReport, key: bytes) -> str:
    """Over what the unit said, not who sent it or when it was written: the second sending of a report has the same."""
    said = data.model_dump(mode="json", exclude={"by", "written_at"})
    return hmac.new(key, orjson.dumps(said, option=orjson.OPT_SORT_KEYS), hashlib.sha256).hexdigest()


def check(command: SubmitReport, *, units: Gazetteer, key: bytes, now: datetime) -> Checked | Rejected:
    """The gateway has checked and masked already; what reaches the topic some other way is held up here."""
    data = command.data
    unit = units.get(data.unit_id)
    if unit is None:
        return UNKNOWN_UNIT
    if command.subject != ids.report_id(mode_of(command), data.unit_id, data.client_id):
        return WRONG_ID
    if refusal := _odd_times(data, now) or _odd_answer(data):
        return refusal
    gated = gate_parts(_texts(data), channel="unit_report")
    if gated.outcome in (Outcome.REJECT, Outcome.QUARANTINE):
        words = "Ada data pribadi yang tidak boleh dikirim."
        return Rejected(code=422, kode="data_pribadi", message=words, findings=_findings(gated))
    said = {name: result.text for name, result in gated.parts.items()}
    figures = [Figure(name=said[f"figures.{n}"][:80], value=figure.value) for n, figure in enumerate(data.figures)]
    masked = data.model_copy(update={"title": said["title"][:200], "text": said["text"][:20_000], "figures": figures})
    return Checked(unit=unit, data=masked, privacy=_privacy(gated), digest=digest_of(data, key))


def _odd_times(data: NewReport, now: datetime) -> Rejected | None:
    latest = now + CLOCK_TOLERANCE
    if data.happened_at > latest or (data.ended_at is not None and data.ended_at > latest):
        return FUTURE
    if data.ended_at is not None and data.ended_at < data.happened_at:
        return REVERSED
    return None


def _odd_answer(data: NewReport) -> Rejected | None:
    if data.kind == "tanggapan":
        return NO_STANCE if data.answering is None else None
    return STANCE if data.answering is not None else None


def _texts(data: NewReport) -> dict[str, str]:
    return {"title": data.title, "text": data.text} | {f"figures.{n}": f.name for n, f in enumerate(data.figures)}


def _findings(gated: Parts) -> tuple[Finding, ...]:
    return tuple(
        Finding(field=name, kind=span.kind, start=span.start, end=span.end)
        for name, result in gated.parts.items()
        for span in result.spans
    )[:100]


def _privacy(gated: Parts) -> Privacy:
    child = gated.mode is Mode.CHILD
    return Privacy(
        classes=dict(gated.classes),
        mode="child" if child else "normal",
        gate_version=GATE_VERSION,
        visibility=visibility_of(child=child, classes=gated.classes),
    )


def submit(
    doc: Document | None, command: SubmitReport, checked: Checked | Rejected, key: bytes, now: datetime
) -> Answer:
    """Once per report for ever: the same words again change nothing, other words under the same id are refused."""
    if doc is not None:
        # Before any rule of today: what was taken stays taken.
        return Unchanged() if doc.state["digest"] == digest_of(command.data, key) else OTHER_CONTENT
    if isinstance(checked, Rejected):
        return checked
    report = report_of(command, checked, now)
    item = item_of(report)
    state = {
        "report": report.model_dump(),
        "item": item.model_dump(),
        "digest": checked.digest,
        "mode": mode_of(command),
    }
    announcements = (
        Announcement(event=ReportReceived, data=report, key=report.unit_id),
        # From the same write, so that there is never one without the other.
        Announcement(event=ItemCollected, data=item, entity_id=item.item_id, key=item.item_id, sequence=1),
    )
    return Applied(Decision(state=state, announcements=announcements))


def report_of(command: SubmitReport, checked: Checked, now: datetime) -> Report:
    data, unit = checked.data, checked.unit
    return Report(
        report_id=command.subject,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        province=unit.province,
        zone=cast(Any, unit.zone),
        kind=data.kind,
        title=data.title,
        text=data.text,
        happened_at=data.happened_at,
        ended_at=data.ended_at,
        figures=data.figures,
        photos=data.photos,
        answering=data.answering,
        by=data.by,
        written_at=data.written_at,
        received_at=now,
        item_id=ids.item_id(mode_of(command), OUTLET_PREFIX + unit.unit_id, command.subject),
        privacy=checked.privacy,
    )


def item_of(report: Report) -> Item:
    """The report as one publication of its unit; when it was seen is when it was received."""
    text, truncated = cut_text(report.text)
    return Item(
        item_id=report.item_id,
        rev_no=1,
        kind="laporan",
        outlet_id=OUTLET_PREFIX + report.unit_id,
        outlet_name=report.unit_name,
        title=report.title,
        excerpt=excerpt_of(text),
        author_role="pelapor_upt",
        event_at=report.happened_at,
        first_seen_at=report.received_at,
        media=[Media(kind="foto", sha256=photo.sha256) for photo in report.photos],
        privacy=report.privacy,
        unit_id=report.unit_id,
        report_id=report.report_id,
        text=text,
        text_truncated=truncated,
    )
