"""The first words after a verified alert: only what is known, gaps marked."""

from __future__ import annotations

import pytest

from services.publisher.approving import submit
from services.publisher.drafting import SYSTEM, Refused, open_draft
from services.publisher.holding import holding_statement
from tests.support.builders import a_unit, an_alert
from tests.unit.publisher.texts import EDITOR, NOW


def test_it_says_where_and_when_and_what_comes_next() -> None:
    text = holding_statement(an_alert(), verified_at=NOW)
    assert text.title == "Pernyataan awal mengenai peristiwa di Lapas Kelas IIA Contoh Utara"
    assert "22 November 2026 pukul 08.14 WIB" in text.plain
    assert text.kind == "pernyataan_awal" and text.information_class == "serta_merta"
    assert text.units == ("lapas-iia-contoh-utara",)


def test_somebody_elses_headline_is_only_a_note_to_the_editor() -> None:
    alert = an_alert(title="Napi [kabur] ramai-ramai")
    text = holding_statement(alert, verified_at=NOW)
    note, *statement = text.plain.split("\n\n")
    assert "Napi (kabur) ramai-ramai" in note and note.startswith("[LENGKAPI:")
    assert "kabur" not in "\n".join(statement) and "kabur" not in text.title


def test_several_units_are_named_and_none_is_said_in_general() -> None:
    three = [a_unit(unit_id=str(n), name=f"Lapas Contoh {n}") for n in range(1, 4)]
    text = holding_statement(an_alert(units=three), verified_at=NOW)
    assert text.title.endswith("di Lapas Contoh 1, Lapas Contoh 2 dan Lapas Contoh 3")
    assert "di lingkungan pemasyarakatan" in holding_statement(an_alert(units=[]), verified_at=NOW).title


def test_it_cannot_be_submitted_as_it_is() -> None:
    text = holding_statement(an_alert(), verified_at=NOW)
    as_system = open_draft(release_id="r", text=text, author=SYSTEM, now=NOW)
    as_person = open_draft(release_id="r", text=text, author=EDITOR, now=NOW)
    for draft, kode in ((as_system, "belum_ditulis"), (as_person, "perlu_dilengkapi")):
        with pytest.raises(Refused) as refused:
            submit(draft, by=EDITOR, body_sha256=draft.body_sha256)
        assert refused.value.kode == kode
