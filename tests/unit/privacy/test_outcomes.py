"""What is done with a document: by its channel and its classes, once for all its fields."""

from __future__ import annotations

import pytest

from libs.privacy import TOKENS, Channel, Outcome, gate, gate_parts
from libs.privacy.outcomes import NUMBERS_OF_PEOPLE, outcome

NIK = "3201015703900012"


@pytest.mark.parametrize(
    ("channel", "kind", "expected"),
    [
        ("news", "nik", "redact"),
        ("social", "wbp", "redact"),
        ("unit_report", "nik", "reject"),
        ("unit_report", "wbp", "reject"),
        ("unit_report", "anak", "reject"),
        ("unit_report", "keluarga", "reject"),
        ("unit_report", "paspor", "reject"),
        ("unit_report", "warga", "redact"),
        ("unit_report", "telepon", "redact"),
        ("unit_report", "alamat", "redact"),
        ("unit_report", "kesehatan", "redact"),
        ("unit_report", "sekolah", "redact"),
        ("release", "nik", "reject"),
        ("release", "npwp", "reject"),
        ("release", "warga", "redact"),
        ("release", "surel", "redact"),
    ],
)
def test_the_outcome_of_each_class(channel: Channel, kind: str, expected: str) -> None:
    assert outcome({kind: 1}, channel=channel, masked_share=0.1, unsure=False) == expected


def test_nothing_found_passes_and_uncertainty_holds_back_what_nobody_can_be_asked_about() -> None:
    assert outcome({}, channel="news", masked_share=0, unsure=False) is Outcome.PASS
    assert outcome({}, channel="news", masked_share=0, unsure=True) is Outcome.QUARANTINE
    assert outcome({}, channel="social", masked_share=0, unsure=True) is Outcome.QUARANTINE


def test_a_list_of_people_is_no_news() -> None:
    people = "\n".join(f"{n}. NIK 32010157039{n:05}" for n in range(12, 42))
    assert gate(people, channel="news").outcome is Outcome.QUARANTINE
    assert gate(people, channel="unit_report").outcome is Outcome.REJECT
    spread = " ".join(f"Kartu NIK 32010157039{n:05} ditemukan di laci meja yang lama sekali." for n in range(12, 42))
    assert gate(spread, channel="news").outcome is Outcome.REDACT


def test_the_fields_of_one_document_share_its_outcome() -> None:
    parts = gate_parts({"title": "Panen sayur", "text": f"NIK {NIK}"}, channel="unit_report")
    assert parts.outcome is Outcome.REJECT and parts.classes == {"nik": 1}
    assert {result.outcome for result in parts.parts.values()} == {Outcome.REJECT}
    assert parts.parts["title"].text == "Panen sayur" and not parts.parts["title"].spans
    assert gate_parts({}, channel="news").outcome is Outcome.PASS


def test_no_value_is_in_any_repr() -> None:
    parts = gate_parts({"title": f"NIK {NIK}", "text": "081234567890"}, channel="unit_report")
    assert NIK not in repr(parts) and "0812" not in repr(parts)


def test_every_class_has_a_token_of_its_own() -> None:
    assert len(set(TOKENS.values())) == len(TOKENS) and set(TOKENS) > NUMBERS_OF_PEOPLE
