"""Texts, fingerprints and edits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.publisher.drafting import SYSTEM, Refused, compose, fingerprint, save
from tests.unit.publisher.texts import (
    EDITOR,
    LEAD,
    NOW,
    SECOND_EDITOR,
    a_draft,
    a_submitted_draft,
    a_text,
    an_approved_draft,
)

LATER = NOW + timedelta(minutes=3)


def test_a_new_draft_is_a_concept_with_its_fingerprint() -> None:
    draft = a_draft()
    assert draft.status == "konsep"
    assert draft.body_sha256 == fingerprint(draft)
    assert draft.authors == [EDITOR]


@pytest.mark.parametrize(
    "field, value",
    [
        ("title", "Judul lain"),
        ("body", "<p>lain</p>"),
        ("plain", "lain"),
        ("kind", "klarifikasi"),
        ("information_class", "berkala"),
        ("language", "en"),
        ("embargo_until", NOW),
        ("units", ["UPT-1"]),
        ("release_id", "lain"),
        ("version", 2),
    ],
)
def test_the_fingerprint_covers_everything_a_reader_of_the_release_holds(field: str, value: object) -> None:
    draft = a_draft()
    assert fingerprint(draft.model_copy(update={field: value})) != draft.body_sha256


def test_the_fingerprint_can_be_computed_by_hand() -> None:
    import hashlib

    draft = a_draft(text=a_text(title="Judul é", source="isi"))
    canonical = (
        '{"body":"<p>isi</p>","embargo_until":null,"information_class":"setiap_saat","kind":"siaran_pers",'
        '"language":"id","plain":"isi","release_id":"11111111-1111-5111-8111-111111111111","title":"Judul é",'
        '"units":[],"version":1}'
    )
    assert draft.body_sha256 == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    ("title", "source"), [("  ", "isi"), ("judul", " \n\n "), ("judul", "\x00"), ("\u202e", "isi")]
)
def test_an_empty_text_is_refused(title: str, source: str) -> None:
    with pytest.raises(Refused) as refused:
        compose(kind="siaran_pers", title=title, source=source)
    assert (refused.value.code, refused.value.kode) == (422, "teks_kosong")


def test_a_text_that_would_not_fit_its_event_is_refused() -> None:
    for too_long in ({"source": "&" * 20_000}, {"title": "\u0958" * 200}, {"units": ["x" * 201]}):
        with pytest.raises(Refused) as refused:
            a_text(**too_long)
        assert refused.value.kode == "terlalu_panjang"


def test_urgent_information_cannot_be_embargoed() -> None:
    with pytest.raises(Refused) as refused:
        a_text(information_class="serta_merta", embargo_until=LATER)
    assert refused.value.message == "Serta-merta: tidak dapat ditahan embargo."


def test_saving_the_same_text_again_changes_nothing() -> None:
    draft = a_submitted_draft()
    assert save(draft, text=a_text(), author=SECOND_EDITOR, base_sha256=draft.body_sha256, now=LATER) is None


def test_an_edit_ends_review_and_approvals() -> None:
    draft = an_approved_draft()
    saved = save(draft, text=a_text(title="Lain"), author=SECOND_EDITOR, base_sha256=draft.body_sha256, now=LATER)
    assert saved is not None
    assert saved.draft.status == "konsep"
    assert saved.draft.approvals == []
    assert [approval.body_sha256 for approval in saved.voided] == [draft.body_sha256]
    assert saved.draft.body_sha256 != draft.body_sha256
    assert saved.draft.authors == [EDITOR, SECOND_EDITOR]


def test_only_the_markup_of_the_source_changing_keeps_what_is_published_but_is_still_an_edit() -> None:
    draft = a_draft(text=a_text(source="*satu*"))
    saved = save(draft, text=a_text(source="_satu_"), author=EDITOR, base_sha256=draft.body_sha256, now=LATER)
    assert saved is not None and saved.draft.body_sha256 == draft.body_sha256


def test_two_people_who_edit_at_once_do_not_overwrite_each_other() -> None:
    draft = a_draft()
    first = save(draft, text=a_text(title="Satu"), author=EDITOR, base_sha256=draft.body_sha256, now=LATER)
    assert first is not None
    with pytest.raises(Refused) as refused:
        save(first.draft, text=a_text(title="Dua"), author=SECOND_EDITOR, base_sha256=draft.body_sha256, now=LATER)
    assert (refused.value.code, refused.value.kode) == (409, "teks_berubah")


def test_a_text_of_the_system_becomes_the_work_of_whoever_saves_it() -> None:
    draft = a_draft(author=SYSTEM)
    saved = save(draft, text=a_text(), author=LEAD, base_sha256=draft.body_sha256, now=LATER)
    assert saved is not None
    assert saved.draft.authors == [LEAD]


@pytest.mark.parametrize(
    ("title", "source", "where"),
    [("Judul", "NIK 3174012505900001.", "isi, huruf 5–20"), ("NIK 3174012505900001", "Isi", "judul, huruf 5–20")],
)
def test_a_persons_number_is_refused_by_its_place_without_repeating_it(title: str, source: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        a_text(title=title, source=source)
    assert (refused.value.code, refused.value.kode) == (422, "data_pribadi")
    assert where in refused.value.message and "3174" not in refused.value.message


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("Narapidana Asep bin Karta kembali ke lapas.", "nama orang tanpa jabatan pada isi, huruf 12–25"),
        ("Anak binaan LPKA Contoh asal SMPN 3 Contoh lulus.", "sekolah seorang anak pada isi, huruf 30–42"),
        ("Seorang narapidana hamil dirawat.", "keterangan kesehatan seseorang pada isi, huruf 20–24"),
    ],
)
def test_who_is_no_office_holder_is_refused_by_place(source: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        a_text(source=source)
    assert refused.value.kode == "data_pribadi" and where in refused.value.message
    assert "Asep" not in refused.value.message


def test_a_press_offices_telephone_and_address_may_stand_in_a_release() -> None:
    assert "021-5550100" in a_text(source="Hubungi humas 021-5550100 atau humas@contoh.example.").plain
