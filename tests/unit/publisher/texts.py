"""Drafts and people for the publisher's unit tests."""

from __future__ import annotations

from datetime import UTC, datetime

from libs.schemas.common import Actor
from libs.schemas.releases import Draft
from services.publisher.approving import approve, submit
from services.publisher.drafting import Text, compose, open_draft

NOW = datetime(2026, 11, 22, 1, 14, 5, 123000, tzinfo=UTC)
RELEASE_ID = "11111111-1111-5111-8111-111111111111"

EDITOR = Actor(role="editor", key_id="k-editor")
SECOND_EDITOR = Actor(role="editor", key_id="k-editor-2")
APPROVER = Actor(role="penyetuju", key_id="k-penyetuju")
LEAD = Actor(role="pimpinan_krisis", key_id="k-pimpinan")


def a_text(
    *,
    title: str = "Api di Lapas Kelas IIA Contoh Utara padam",
    source: str = "Api di **blok C** padam pukul 07.58 WIB.",
    **more: object,
) -> Text:
    return compose(kind="siaran_pers", title=title, source=source, **more)  # type: ignore[arg-type]


def a_draft(*, author: Actor = EDITOR, text: Text | None = None) -> Draft:
    return open_draft(release_id=RELEASE_ID, text=text or a_text(), author=author, now=NOW)


def a_submitted_draft(*, author: Actor = EDITOR, text: Text | None = None) -> Draft:
    draft = a_draft(author=author, text=text)
    submitted = submit(draft, by=author, body_sha256=draft.body_sha256)
    assert submitted is not None
    return submitted


def an_approved_draft(*, author: Actor = EDITOR, by: Actor = APPROVER, text: Text | None = None) -> Draft:
    draft = a_submitted_draft(author=author, text=text)
    approved = approve(draft, by=by, body_sha256=draft.body_sha256, now=NOW)
    assert approved is not None
    return approved
