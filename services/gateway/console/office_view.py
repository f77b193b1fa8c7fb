"""View models of the plain pages: releases, the sample inbox."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from libs.schemas.alerts import Alert
from libs.schemas.releases import Draft, Release
from services.gateway.auth import Person
from services.gateway.console import words
from services.gateway.console.pieces import May
from services.gateway.views import View

_DRAFT_LOOKS = {"konsep": "pre", "diajukan": "l2", "disetujui": "ok", "dikembalikan": "l3", "terbit": "ok"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    release_id: str
    title: str
    kind_word: str
    status_word: str
    status_look: str
    author: str
    code: str
    saved_at: datetime
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasesPage:
    words: str
    may_write: bool
    drafts: list[DraftLine]


def releases_page(views: Sequence[View[Draft]], *, may: May) -> ReleasesPage:
    waiting = sum(view.data.status == "diajukan" for view in views)
    ready = sum(view.data.status == "disetujui" for view in views)
    return ReleasesPage(
        words=f"{waiting} menunggu kunci, {ready} siap terbit",
        may_write=may("POST", "/api/v1/releases"),
        drafts=[
            DraftLine(
                release_id=view.id,
                title=words.unbroken(view.data.title),
                kind_word=words.RELEASE_KINDS[view.data.kind],
                status_word=words.DRAFT_STATUSES[view.data.status],
                status_look=_DRAFT_LOOKS[view.data.status],
                author=words.role(view.data.author.role),
                code=view.data.code or "",
                saved_at=view.data.saved_at,
                sample=view.opmode == "sample",
            )
            for view in views
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A button of the release page; `why_not` says why it is not open."""

    name: str
    label: str
    main: bool
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePage:
    release_id: str
    body_sha256: str
    title: str
    body: str
    paragraphs: list[str]
    kind: str
    information_class: str
    status_word: str
    status_look: str
    head_words: str
    sample: bool
    editable: bool
    save_to: str
    acts: list[Act]
    may_return: bool
    approvals: list[Key]
    code: str
    public_href: str
    alert_id: str
    last_words: str


def new_release_page(alert_id: str) -> ReleasePage:
    return ReleasePage(
        release_id="",
        body_sha256="",
        title="",
        body="",
        paragraphs=[],
        kind="siaran_pers",
        information_class="setiap_saat",
        status_word="Baru",
        status_look="pre",
        head_words="belum disimpan",
        sample=False,
        editable=True,
        save_to="/api/v1/releases",
        acts=[],
        may_return=False,
        approvals=[],
        code="",
        public_href="",
        alert_id=alert_id,
        last_words="Belum ada.",
    )


def release_page(view: View[Draft], release: View[Release] | None, *, person: Person, may: May) -> ReleasePage:
    draft = view.data
    writes = may("POST", "/api/v1/releases/{release_id}/save")
    approves = may("POST", "/api/v1/releases/{release_id}/approve")
    editable = writes and draft.status != "terbit"
    change = draft.change
    by = f" oleh {words.role(change.by.role)}" if change.by and change.by.role != "sistem" else ""
    why = f": “{change.reason}”" if change.reason else ""
    return ReleasePage(
        release_id=draft.release_id,
        body_sha256=draft.body_sha256,
        title=draft.title,
        body=draft.source or draft.plain,
        paragraphs=[part.strip() for part in draft.plain.split("\n\n") if part.strip()],
        kind=draft.kind,
        information_class=draft.information_class,
        status_word=words.DRAFT_STATUSES[draft.status],
        status_look=_DRAFT_LOOKS[draft.status],
        head_words=" · ".join(
            (
                words.RELEASE_KINDS[draft.kind],
                f"penulis {words.role(draft.author.role)}",
                f"disimpan {words.clock_zoned(draft.saved_at)}",
            )
        ),
        sample=view.opmode == "sample",
        editable=editable,
        save_to=f"/api/v1/releases/{draft.release_id}/save",
        acts=_acts(draft, person, writes=writes, approves=approves),
        may_return=approves and draft.status in ("diajukan", "disetujui"),
        approvals=[Key(who=words.role(a.by.role), at=a.at) for a in draft.approvals],
        code=release.data.code if release else "",
        public_href=release.data.path if release and release.opmode == "live" else "",
        alert_id=draft.alert_id or "",
        last_words=f"{change.what}{by}{why}. {words.day_clock(view.at)}.",
    )


def _acts(draft: Draft, person: Person, *, writes: bool, approves: bool) -> list[Act]:
    # Whoever wrote any part of it is an author: the owner refuses their key, so it is not offered.
    own = person.key_id in {author.key_id for author in (draft.author, *draft.authors)}
    if draft.status == "terbit":
        return []
    acts = []
    if writes and draft.status in ("konsep", "dikembalikan"):
        acts.append(Act(name="ajukan", label="Ajukan", main=True, why_not=""))
    if approves and draft.status == "diajukan":
        why = "Penulis tidak dapat menyetujui." if own else ""
        acts.append(Act(name="setujui", label="Putar kunci pusat", main=True, why_not=why))
    if approves and draft.status in ("diajukan", "disetujui"):
        acts.append(Act(name="kembalikan", label="Kembalikan", main=False, why_not=""))
    if approves:
        why = "" if draft.status == "disetujui" else "Menunggu 1 kunci."
        acts.append(Act(name="terbitkan", label="Terbitkan", main=draft.status == "disetujui", why_not=why))
    return acts


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One push that reached the sample inbox."""

    key: str
    alert_id: str
    title: str
    text: str
    letter: bool
    severity: int
    severity_words: str
    channel: str
    recipient: str
    received: str
    signed: str
    status: str
    status_words: str
    may_acknowledge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    words: str
    messages: list[Message]


def inbox_page(
    messages: Sequence[Mapping[str, Any]], alerts: Mapping[str, View[Alert]], *, may: May, now: datetime
) -> InboxPage:
    """What the sample's sinks received, newest first, each with its alert's present state."""
    may_acknowledge = may("POST", "/api/v1/alerts/{alert_id}/acknowledge")
    return InboxPage(
        words=f"{len(messages)} kiriman terbaru",
        messages=[
            _message(each, alerts.get(str(each.get("alert_id", ""))), may_acknowledge=may_acknowledge, now=now)
            for each in messages
        ],
    )


def _message(each: Mapping[str, Any], view: View[Alert] | None, *, may_acknowledge: bool, now: datetime) -> Message:
    alert = view.data if view else None
    received = words.moment(str(each.get("received_at", "")))
    recipient = str(each.get("recipient", ""))
    return Message(
        key=hashlib.sha256(str(each.get("message_id", "")).encode()).hexdigest()[:12],
        alert_id=str(each.get("alert_id", "")),
        title=words.unbroken(str(each.get("title", ""))),
        text=str(each.get("text", "")),
        letter=each.get("kind") == "email",
        severity=alert.severity if alert else 0,
        severity_words=f"{alert.severity} {words.SEVERITIES[alert.severity]}" if alert else "–",
        channel=words.CHANNELS.get(str(each.get("kind", "")), "lain"),
        recipient=words.role(recipient),
        received=f"{words.clock_zoned(received)}, {words.age(received, now)} lalu" if received else "",
        signed="tanda tangan sah" if each.get("verified") else "",
        status=alert.status if alert else "",
        status_words=_standing(alert),
        may_acknowledge=may_acknowledge and alert is not None and alert.status == "terbuka",
    )


def _standing(alert: Alert | None) -> str:
    if alert is None:
        return "Peringatan belum terbaca"
    who = f" {words.role(alert.acknowledged_by.role)}" if alert.status == "diakui" and alert.acknowledged_by else ""
    return f"{words.ALERT_STATUSES[alert.status]}{who}"
