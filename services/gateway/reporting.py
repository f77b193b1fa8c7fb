"""What a unit's reporter typed → the command to send: in UTC, through the privacy gate, naming nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from libs.privacy import Outcome, Parts, gate_parts
from libs.reference.units import Gazetteer, Unit
from libs.schemas import ids
from libs.schemas.commands import SubmitReport
from libs.schemas.envelope import OpMode
from libs.schemas.outcomes import Finding
from libs.schemas.reports import Photo
from services.gateway.auth import Person
from services.gateway.commanding import Order
from services.gateway.inputs import ReportToSend
from services.gateway.problems import Problem

CLOCK_TOLERANCE = timedelta(minutes=10)
_NUMBERS = {
    "nik": "NIK",
    "kk": "nomor KK",
    "register": "nomor register",
    "perkara": "nomor perkara",
    "npwp": "NPWP",
    "bpjs": "nomor BPJS",
    "paspor": "nomor paspor",
}
_OF_A_CHILD = frozenset({"anak", "sekolah"})
_MASKED_WORDS = _NUMBERS | {
    "telepon": "nomor telepon",
    "surel": "alamat surel",
    "pelat": "nomor kendaraan",
    "alamat": "alamat seseorang",
    "kesehatan": "keterangan kesehatan seseorang",
    "warga": "nama warga",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The unit of a reporter and the mode its reports travel in."""

    unit: Unit
    opmode: OpMode


def home_of(person: Person) -> Home:
    """Problem 403 for a reporter without a unit that we know."""
    modes: tuple[OpMode, ...] = ("live", "sample")
    for mode in modes:
        if person.unit_id and (unit := Gazetteer.for_mode(mode).get(person.unit_id)):
            return Home(unit=unit, opmode=mode)
    raise Problem(
        status=403,
        kode="tanpa_unit",
        title="Anda belum terhubung dengan unit",
        detail="Minta admin mengisi unit Anda.",
    )


def receipt_of(report_id: str) -> str:
    """What a reporter writes down: `L-3F9A2C`."""
    return f"L-{report_id[:6].upper()}"


def order_of(
    person: Person, body: ReportToSend, *, key: str, photos: Sequence[Photo], now: datetime
) -> tuple[Order, Mapping[str, int]]:
    """The command, and what was masked on the way (class → count). Problem 422 for what its writer must mend."""
    home = home_of(person)
    happened_at, ended_at = times_of(body, home.unit, now)
    gated = gate_parts(_texts(body), channel="unit_report")
    if gated.outcome in (Outcome.REJECT, Outcome.QUARANTINE):
        raise personal_problem(_findings(gated))
    said = {name: result.text for name, result in gated.parts.items()}
    # The phone's own id goes no further: whatever it holds, only its digest travels.
    client_id = ids.keyed("client", home.unit.unit_id, body.client_id)
    fields: dict[str, Any] = {
        "client_id": client_id,
        "unit_id": home.unit.unit_id,
        "kind": body.kind,
        "title": said["title"][:200],
        "text": said["text"][:20_000],
        "happened_at": happened_at.isoformat(),
        "ended_at": ended_at.isoformat() if ended_at else None,
        "figures": [
            {"name": said[f"figures.{n}.name"][:80], "value": figure.value} for n, figure in enumerate(body.figures)
        ],
        "photos": [photo.model_dump() for photo in photos],
        "answering": body.answering.model_dump() if body.answering else None,
        "written_at": body.written_at.astimezone(UTC).isoformat() if body.written_at else None,
    }
    report_id = ids.report_id(ids.mode_of(home.opmode), home.unit.unit_id, client_id)
    order = Order(command=SubmitReport, entity_id=report_id, key=key, fields=fields, opmode=home.opmode, gated=True)
    return order, gated.classes


def times_of(body: ReportToSend, unit: Unit, now: datetime) -> tuple[datetime, datetime | None]:
    """In UTC; a time without an offset is the unit's own."""
    happened_at = _instant(body.happened_at, unit, "happened_at")
    ended_at = _instant(body.ended_at, unit, "ended_at") if body.ended_at else None
    latest = now + CLOCK_TOLERANCE
    for name, at in (("happened_at", happened_at), ("ended_at", ended_at)):
        if at is not None and at > latest:
            raise _wrong(name, "waktu_di_depan", "Waktu ini belum terjadi. Periksa tanggal dan jamnya.")
    if ended_at is not None and ended_at < happened_at:
        raise _wrong("ended_at", "waktu_terbalik", "Waktu selesai lebih awal dari waktu mulai.")
    return happened_at, ended_at


def _instant(text: str, unit: Unit, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=unit.clock) if at.tzinfo is None else at
        if not 2000 <= at.year <= 2100:
            raise ValueError("year")
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(name, "waktu_keliru", "Tanggal atau jam ini tidak ada.") from None


def _wrong(name: str, kode: str, words: str) -> Problem:
    return Problem(status=422, errors=[{"isian": name, "kode": kode, "pesan": words}])


def _texts(body: ReportToSend) -> dict[str, str]:
    texts = {"title": body.title, "text": body.text}
    for n, figure in enumerate(body.figures):
        texts[f"figures.{n}.name"] = figure.name
        # A number can be somebody's phone or NIK as well as a text can.
        texts[f"figures.{n}.value"] = f"{figure.value:.2f}".rstrip("0").rstrip(".")
    return texts


def _findings(gated: Parts) -> list[Finding]:
    return [
        Finding(field=name, kind=span.kind, start=span.start, end=span.end)
        for name, result in gated.parts.items()
        for span in result.spans
    ][:100]


def personal_problem(findings: Sequence[Finding]) -> Problem:
    """Names field, class and place of each finding; never the value. `mulai`, `akhir`: characters of the text sent."""
    errors = [
        {
            "isian": finding.field,
            "kode": finding.kind,
            "pesan": finding_words(finding),
            "mulai": finding.start,
            "akhir": finding.end,
        }
        for finding in findings
    ]
    return Problem(status=422, kode="data_pribadi", title="Ada data pribadi yang tidak boleh dikirim", errors=errors)


def finding_words(finding: Finding) -> str:
    place = f"pada huruf {finding.start + 1}–{finding.end}"
    if finding.kind in _OF_A_CHILD:
        return f"Menyangkut anak {place}: tanpa nama, inisial, orang tua, sekolah, atau alamat (UU 11/2012 pasal 19)."
    if finding.kind in _NUMBERS:
        return f"Ada nomor yang mirip {_NUMBERS[finding.kind]} {place}. Hapus nomornya."
    if finding.kind in _MASKED_WORDS and finding.kind != "warga":
        return f"Ada {_MASKED_WORDS[finding.kind]} {place}. Hapus, lalu kirim."
    return f"Ada nama orang {place}. Ganti dengan perannya, lalu kirim."


def masked_words(classes: Mapping[str, int]) -> str:
    """What was covered of a report that was taken; empty when nothing was."""
    named = [f"{count} {_MASKED_WORDS.get(kind, kind)}" for kind, count in sorted(classes.items())]
    return f"Disamarkan sebelum disimpan: {', '.join(named)}." if named else ""
