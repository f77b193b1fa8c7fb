"""From a verified alert or a person's text to one published release, on the real broker and store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from libs.schemas import ids
from libs.schemas.alerts import AlertVerified
from libs.schemas.commands import ApproveDraft, DraftNamed, DraftText, Publish, SaveDraft, SubmitDraft
from libs.schemas.common import Actor
from tests.integration.publisher_visitor import APPROVER, EDITOR, LEAD, Visitor, visiting, word
from tests.support.builders import an_alert, envelope_of
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


@pytest.fixture
async def visitor(stack: Stack, running: Running, namespace: str) -> AsyncIterator[Visitor]:
    await running.start("publisher")
    async with visiting(stack, namespace) as someone:
        yield someone


async def test_a_text_goes_from_concept_to_publication(visitor: Visitor) -> None:
    draft = await visitor.an_approved_draft()
    publication = visitor.publication(draft)
    await visitor.publish(publication)
    answer = await visitor.outcome(publication)
    assert (word(answer), answer["data"]["topic"], answer["data"]["sequence"]) == (
        "command.applied",
        "pasopati.releases.v1",
        1,
    )
    closed = await visitor.standing(draft["release_id"], status="terbit")
    await eventually(lambda: visitor.published(draft["release_id"]), what="the release is out")
    events = visitor.of(draft["release_id"])
    assert [word(e) for e in events if word(e).startswith("draft.")] == [
        "draft.saved",
        "draft.submitted",
        "draft.approved",
        "draft.published",
    ]
    release = visitor.published(draft["release_id"])[0]["data"]
    assert release["body"] == "<p>Api di <strong>blok C</strong> padam.</p>"
    assert release["body_sha256"] == draft["body_sha256"]
    assert release["approvers"] == [APPROVER.model_dump()] and release["published_by"] == LEAD.model_dump()
    assert release["code"].startswith("PSP-") and release["path"] == f"/siaran/{release['code']}"
    assert closed["code"] == release["code"]
    edit = DraftText(by=EDITOR, kind="siaran_pers", title="Lain", body="Lain.", base_sha256=draft["body_sha256"])
    assert (await visitor.ask(SaveDraft, draft["release_id"], edit))["data"]["kode"] == "sudah_terbit"


async def test_an_author_cannot_approve_their_own_text(visitor: Visitor) -> None:
    author = Actor(role="penyetuju", key_id="k-penulis")
    draft = await visitor.a_submitted_draft(by=author)
    answer = await visitor.named(ApproveDraft, draft, by=author)
    assert word(answer) == "command.rejected"
    assert (answer["data"]["code"], answer["data"]["message"]) == (409, "Penulis tidak dapat menyetujui.")


async def test_an_edit_after_the_approval_voids_it(visitor: Visitor) -> None:
    draft = await visitor.an_approved_draft()
    edit = DraftText(by=EDITOR, kind="siaran_pers", title="Lain", body="Isi lain.", base_sha256=draft["body_sha256"])
    assert word(await visitor.ask(SaveDraft, draft["release_id"], edit)) == "command.applied"
    edited = await visitor.standing(draft["release_id"])
    assert [word(e) for e in visitor.of(draft["release_id"])][-2:] == ["draft.approval-voided", "draft.saved"]
    assert edited["approvals"] == []
    old = await visitor.named(Publish, draft, by=LEAD)
    assert old["data"]["kode"] == "teks_berubah"
    new = await visitor.named(Publish, edited, by=LEAD)
    assert new["data"]["kode"] == "belum_disetujui"
    assert visitor.published(draft["release_id"]) == []


async def test_an_approval_of_a_text_that_changed_meanwhile_is_refused(visitor: Visitor) -> None:
    draft = await visitor.a_submitted_draft()
    edit = DraftText(by=EDITOR, kind="siaran_pers", title="Lain", body="Isi lain.", base_sha256=draft["body_sha256"])
    await visitor.ask(SaveDraft, draft["release_id"], edit)
    edited = await visitor.standing(draft["release_id"])
    await visitor.named(SubmitDraft, edited, by=EDITOR)
    answer = await visitor.named(ApproveDraft, draft, by=APPROVER)
    assert (answer["data"]["code"], answer["data"]["kode"]) == (409, "teks_berubah")


async def test_sending_back_an_approved_text_voids_the_approval(visitor: Visitor) -> None:
    draft = await visitor.an_approved_draft()
    assert word(await visitor.send_back(draft, by=LEAD)) == "command.applied"
    returned = await visitor.standing(draft["release_id"], status="dikembalikan")
    assert returned["change"]["reason"] == "angka belum cocok"
    assert "draft.approval-voided" in [word(e) for e in visitor.of(draft["release_id"])]


async def test_a_verified_alert_opens_one_draft_that_waits_for_a_person(visitor: Visitor) -> None:
    alert = an_alert()
    release_id = ids.release_id(alert.alert_id)
    verified = envelope_of(AlertVerified, alert, sequence=3, opmode="sample")
    await visitor.publish(verified)
    draft = await visitor.standing(release_id)
    assert draft["author"]["role"] == "sistem" and "Lapas Kelas IIA Contoh Utara" in draft["title"]
    unsaved = await visitor.named(SubmitDraft, draft, by=EDITOR)
    assert unsaved["data"]["kode"] == "belum_ditulis"
    text = DraftText(
        by=EDITOR, kind="pernyataan_awal", title=draft["title"], body="Sudah diisi.", base_sha256=draft["body_sha256"]
    )
    # The command's own mode does not count: what a person does to the sample stays in the sample.
    assert word(await visitor.ask(SaveDraft, release_id, text, opmode="live")) == "command.applied"
    # Verified again, or announced again: the person's text stays.
    await visitor.publish(verified)
    await visitor.publish(envelope_of(AlertVerified, alert, sequence=5, opmode="sample"))
    after = await visitor.a_saved_draft(title="Sesudahnya")
    assert after["title"] == "Sesudahnya"
    mine = visitor.of(release_id)
    assert [word(e) for e in mine] == ["draft.saved", "draft.saved"]
    assert {e["opmode"] for e in mine} == {"sample"}
    assert mine[-1]["data"]["plain"] == "Sudah diisi."


async def test_a_sample_release_carries_its_mode_and_a_code_that_says_so(visitor: Visitor) -> None:
    draft = await visitor.an_approved_draft(opmode="sample")
    answer = await visitor.named(Publish, draft, by=LEAD)
    assert word(answer) == "command.applied"
    release = (await eventually(lambda: visitor.published(draft["release_id"]), what="the release is out"))[0]
    assert release["opmode"] == "sample" and release["data"]["code"].startswith("CONTOH-")


async def test_two_approvers_at_once_make_one_approval(visitor: Visitor) -> None:
    draft = await visitor.a_submitted_draft()
    named = [
        visitor.command(ApproveDraft, draft["release_id"], DraftNamed(by=person, body_sha256=draft["body_sha256"]))
        for person in (APPROVER, LEAD)
    ]
    await asyncio.gather(*(visitor.publish(command) for command in named))
    outcomes = [await visitor.outcome(command) for command in named]
    assert sorted(word(outcome) for outcome in outcomes) == ["command.applied", "command.rejected"]
    refused = next(o for o in outcomes if word(o) == "command.rejected")
    assert refused["data"]["kode"] == "sudah_disetujui"
    standing = await visitor.standing(draft["release_id"], status="disetujui")
    assert len(standing["approvals"]) == 1


async def test_the_same_press_twice_is_one_command(visitor: Visitor) -> None:
    draft = await visitor.an_approved_draft()
    publication = visitor.publication(draft)
    for _ in range(3):
        await visitor.publish(publication)

    def answers() -> list[dict[str, Any]]:
        return [e for e in visitor.events if e["subject"] == publication.id]

    await eventually(lambda: len(answers()) == 3, what="three answers")
    assert len({answer["id"] for answer in answers()}) == 1
    assert {word(answer) for answer in answers()} == {"command.applied"}
    again = await visitor.named(Publish, draft, by=APPROVER)
    assert word(again) == "command.unchanged"
    assert len(visitor.published(draft["release_id"])) == 1


async def test_commands_on_what_does_not_exist_are_answered(visitor: Visitor) -> None:
    answer = await visitor.ask(SubmitDraft, "tidak-ada", DraftNamed(by=EDITOR, body_sha256="0" * 64))
    assert (answer["data"]["code"], answer["data"]["kode"]) == (404, "tidak_ditemukan")
    text = DraftText(by=EDITOR, kind="siaran_pers", title="x", body="y")
    answer = await visitor.ask(SaveDraft, "id-karangan", text)
    assert answer["data"]["code"] == 404


async def test_a_number_of_a_person_is_refused_with_its_place_and_never_kept(visitor: Visitor) -> None:
    text = DraftText(by=EDITOR, kind="siaran_pers", title="Judul", body="NIK 3174012505900001 milik warga.")
    answer = await visitor.ask(SaveDraft, None, text)
    assert (answer["data"]["code"], answer["data"]["kode"]) == (422, "data_pribadi")
    assert "3174012505900001" not in answer["data"]["message"]
    assert "huruf 5–20" in answer["data"]["message"]
