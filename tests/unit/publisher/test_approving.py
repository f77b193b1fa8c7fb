"""Nobody approves their own words; an approval is for one text."""

from __future__ import annotations

from datetime import timedelta

import pytest

from libs.schemas.common import Actor
from services.publisher.approving import approve, is_approved, send_back, submit
from services.publisher.drafting import SYSTEM, Refused, save
from tests.unit.publisher.texts import (
    APPROVER,
    EDITOR,
    LEAD,
    NOW,
    a_draft,
    a_submitted_draft,
    a_text,
    an_approved_draft,
)


def test_a_submitted_text_is_approved_by_another_person() -> None:
    draft = a_submitted_draft()
    approved = approve(draft, by=APPROVER, body_sha256=draft.body_sha256, now=NOW)
    assert approved is not None and is_approved(approved)
    assert approved.approvals[0].by == APPROVER


def test_an_author_never_approves_even_as_approver() -> None:
    draft = a_submitted_draft(author=APPROVER)
    with pytest.raises(Refused) as refused:
        approve(draft, by=APPROVER, body_sha256=draft.body_sha256, now=NOW)
    assert refused.value.message == "Penulis tidak dapat menyetujui."


def test_whoever_changed_a_word_earlier_is_an_author_too() -> None:
    draft = a_draft(author=APPROVER)
    saved = save(draft, text=a_text(title="Lain"), author=EDITOR, base_sha256=draft.body_sha256, now=NOW)
    assert saved is not None
    submitted = submit(saved.draft, by=EDITOR, body_sha256=saved.draft.body_sha256)
    assert submitted is not None
    with pytest.raises(Refused):
        approve(submitted, by=APPROVER, body_sha256=submitted.body_sha256, now=NOW)


def test_the_same_person_with_another_role_is_still_the_author() -> None:
    draft = a_submitted_draft(author=EDITOR)
    with pytest.raises(Refused) as refused:
        approve(draft, by=Actor(role="penyetuju", key_id=EDITOR.key_id), body_sha256=draft.body_sha256, now=NOW)
    assert refused.value.kode == "penulis_tidak_dapat_menyetujui"


def test_an_approval_of_another_text_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        approve(a_submitted_draft(), by=APPROVER, body_sha256="f" * 64, now=NOW)
    assert (refused.value.code, refused.value.kode) == (409, "teks_berubah")


def test_the_second_approver_learns_who_was_first() -> None:
    draft = an_approved_draft()
    with pytest.raises(Refused) as refused:
        approve(draft, by=LEAD, body_sha256=draft.body_sha256, now=NOW + timedelta(seconds=1))
    assert refused.value.kode == "sudah_disetujui"
    assert "penyetuju" in refused.value.message


def test_the_same_approver_pressing_twice_changes_nothing() -> None:
    draft = an_approved_draft()
    assert approve(draft, by=APPROVER, body_sha256=draft.body_sha256, now=NOW) is None


@pytest.mark.parametrize("role", ["editor", "operator", "analis", "juru_bicara", "sistem", "admin"])
def test_only_approvers_approve(role: str) -> None:
    draft = a_submitted_draft()
    with pytest.raises(Refused) as refused:
        approve(draft, by=Actor.model_validate({"role": role, "key_id": "x"}), body_sha256=draft.body_sha256, now=NOW)
    assert refused.value.kode == "peran_tidak_berhak"


def test_a_concept_cannot_be_approved_before_it_is_submitted() -> None:
    draft = a_draft()
    with pytest.raises(Refused) as refused:
        approve(draft, by=APPROVER, body_sha256=draft.body_sha256, now=NOW)
    assert refused.value.kode == "belum_diajukan"


def test_the_systems_words_cannot_be_submitted_before_a_person_saved_them() -> None:
    draft = a_draft(author=SYSTEM)
    with pytest.raises(Refused) as refused:
        submit(draft, by=EDITOR, body_sha256=draft.body_sha256)
    assert refused.value.kode == "belum_ditulis"


def test_a_text_with_gaps_cannot_be_submitted() -> None:
    draft = a_draft(text=a_text(source="Api padam pukul [LENGKAPI: jam]."))
    with pytest.raises(Refused) as refused:
        submit(draft, by=EDITOR, body_sha256=draft.body_sha256)
    assert refused.value.message == "Masih ada bagian yang perlu diisi: [LENGKAPI: jam]"


def test_exempted_information_is_never_submitted() -> None:
    draft = a_draft(text=a_text(information_class="dikecualikan"))
    with pytest.raises(Refused) as refused:
        submit(draft, by=EDITOR, body_sha256=draft.body_sha256)
    assert refused.value.kode == "dikecualikan"


def test_sending_back_ends_the_approval_and_allows_a_new_submission() -> None:
    returned = send_back(an_approved_draft(), by=LEAD, reason=" Sebut sumbernya. ")
    assert returned.status == "dikembalikan"
    assert returned.approvals == []
    assert returned.change.reason == "Sebut sumbernya."
    again = submit(returned, by=EDITOR, body_sha256=returned.body_sha256)
    assert again is not None and again.status == "diajukan"


def test_sending_back_needs_a_reason_and_something_submitted() -> None:
    with pytest.raises(Refused):
        send_back(a_submitted_draft(), by=LEAD, reason="  ")
    with pytest.raises(Refused):
        send_back(a_draft(), by=LEAD, reason="x")
