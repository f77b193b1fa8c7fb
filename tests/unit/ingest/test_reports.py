"""A unit's report: taken once for ever, refused with reasons, never with a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.reference.units import Gazetteer
from libs.runtime.commands import Answer, Applied, Rejected, Unchanged
from libs.runtime.outbox import Document
from libs.schemas import ids
from libs.schemas.commands import SubmitReport
from libs.schemas.items import Item
from libs.schemas.reports import Answering, Figure, Report
from services.ingest.reports import CLOCK_TOLERANCE, check, submit
from tests.support.builders import NOON, a_command, a_new_report

UNIT = "contoh-lapas-iia-utara"
KEY = b"k" * 32
NOW = NOON + timedelta(hours=1)


def a_submission(*, key: str = "satu", subject: str | None = None, **changes: Any) -> SubmitReport:
    data = a_new_report(**({"unit_id": UNIT} | changes))
    made = subject or ids.report_id("sample", data.unit_id, data.client_id)
    command = a_command(SubmitReport, made, data, key=key)
    return SubmitReport.model_validate(command.model_copy(update={"opmode": "sample"}).model_dump())


def answered(command: SubmitReport, doc: Document | None = None, *, now: datetime = NOW) -> Answer:
    checked = check(command, units=Gazetteer.for_mode("sample"), key=KEY, now=now)
    return submit(doc, command, checked, KEY, now)


def _kept(answer: Answer, command: SubmitReport) -> Document:
    assert isinstance(answer, Applied)
    return Document(
        id=command.subject, version=1, state=answer.decision.state, sequences={"reports": 1}, seen={}, applied=[]
    )


def _told(answer: Answer) -> tuple[Report, Item]:
    assert isinstance(answer, Applied)
    report, item = (announcement.data for announcement in answer.decision.announcements)
    assert isinstance(report, Report) and isinstance(item, Item)
    return report, item


def _kode(answer: Answer) -> tuple[int, str]:
    assert isinstance(answer, Rejected)
    return answer.code, answer.kode


def test_a_report_is_told_as_a_report_and_as_an_item_from_one_write() -> None:
    command = a_submission()
    answer = answered(command)
    report, item = _told(answer)
    assert (report.unit_id, report.zone, report.received_at) == (UNIT, "WIB", NOW)
    assert (item.kind, item.unit_id, item.report_id, item.item_id) == ("laporan", UNIT, command.subject, report.item_id)
    assert (item.event_at, item.first_seen_at) == (report.happened_at, NOW)
    assert isinstance(answer, Applied)
    keys = [announcement.key for announcement in answer.decision.announcements]
    assert keys == [UNIT, item.item_id]


def test_the_same_report_again_changes_nothing_whoever_sends_it_and_whenever() -> None:
    command = a_submission()
    doc = _kept(answered(command), command)
    later = a_submission(key="dua", written_at=NOON + timedelta(minutes=5))
    assert isinstance(answered(later, doc), Unchanged)
    # Years later it is still the same report, though nobody would take a new one like it.
    assert isinstance(answered(command, doc, now=NOON - timedelta(days=900)), Unchanged)


def test_other_words_under_the_same_code_are_refused() -> None:
    command = a_submission()
    doc = _kept(answered(command), command)
    assert _kode(answered(a_submission(text="Isi yang lain."), doc)) == (409, "laporan_lain")
    assert _kode(answered(a_submission(photos=[]), doc)) == (409, "laporan_lain")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unit_id": "lapas-entah"}, (404, "unit_tidak_dikenal")),
        ({"subject": "00000000-0000-5000-8000-000000000001"}, (422, "kode_laporan")),
        ({"happened_at": NOW + CLOCK_TOLERANCE + timedelta(minutes=1)}, (422, "waktu_di_depan")),
        ({"ended_at": NOW + CLOCK_TOLERANCE + timedelta(minutes=1)}, (422, "waktu_di_depan")),
        ({"ended_at": NOON - timedelta(minutes=1)}, (422, "waktu_terbalik")),
        ({"kind": "tanggapan"}, (422, "tanggapan_kosong")),
        ({"answering": Answering(stance="membantah")}, (422, "bukan_tanggapan")),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(changes: dict[str, Any], expected: tuple[int, str]) -> None:
    assert _kode(answered(a_submission(**changes))) == expected


def test_an_answer_to_what_is_said_is_taken() -> None:
    report, _ = _told(answered(a_submission(kind="tanggapan", answering=Answering(stance="membantah"))))
    assert report.answering is not None and report.answering.stance == "membantah"


def test_what_slipped_past_the_gateway_is_held_here_without_its_value() -> None:
    nik = "3201014508950003"
    text = f"Warga binaan dengan NIK {nik} mengikuti kegiatan."
    answer = answered(a_submission(text=text, figures=[Figure(name=f"NIK {nik}", value=1)]))
    assert isinstance(answer, Rejected) and answer.kode == "data_pribadi"
    found = {
        (f.field, f.kind, {"text": text, "figures.0": f"NIK {nik}"}[f.field][f.start : f.end]) for f in answer.findings
    }
    assert found == {("text", "nik", nik), ("figures.0", "nik", nik)}
    assert nik not in repr(answer)


def test_contacts_that_slipped_past_are_masked() -> None:
    report, item = _told(answered(a_submission(text="Hubungi petugas di 0812-3456-7890.")))
    assert report.text == item.text == "Hubungi petugas di [TELEPON]."
    assert report.privacy.classes == {"telepon": 1}


def test_a_childs_case_is_restricted() -> None:
    words = "Anak binaan mengikuti kelas membaca di aula LPKA."
    report, item = _told(answered(a_submission(text=f"{words} Wali dapat menghubungi 0812 3456 7890.")))
    assert report.privacy.mode == item.privacy.mode == "child"
    assert report.privacy.visibility == item.privacy.visibility == "terbatas"
    # Where nobody was named there is nothing to restrict: a unit for children may tell of its reading class.
    report, item = _told(answered(a_submission(text=words)))
    assert (report.privacy.mode, report.privacy.visibility, item.privacy.visibility) == ("child", "biasa", "biasa")


def test_nothing_in_an_event_says_who_the_phone_belongs_to() -> None:
    report, item = _told(answered(a_submission(client_id="ponsel-saya-0812")))
    assert "ponsel-saya" not in report.model_dump_json() + item.model_dump_json()


def test_times_travel_in_utc() -> None:
    report, _ = _told(answered(a_submission()))
    assert report.happened_at.tzinfo is UTC
