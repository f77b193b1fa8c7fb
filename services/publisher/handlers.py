"""Verified alerts and people's commands → drafts and releases, announced from the write that changed them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, cast

from libs.runtime.announcing import Announcement, Cause
from libs.runtime.clock import Clock
from libs.runtime.commands import Answer, Applied, CommandDesk, Rejected, Unchanged, command_subscription
from libs.runtime.kafka import Batch, Subscription
from libs.runtime.outbox import Decision, Document, Entities, Intent
from libs.schemas import ids
from libs.schemas.alerts import AlertVerified
from libs.schemas.commands import ApproveDraft, DraftText, Publish, ReturnDraft, SaveDraft, SubmitDraft
from libs.schemas.envelope import Command, Event
from libs.schemas.releases import (
    ApprovalVoided,
    Draft,
    DraftApproved,
    DraftPublished,
    DraftReturned,
    DraftSaved,
    DraftSubmitted,
    ReleasePublished,
)
from libs.schemas.topics import ALERTS, PUBLISHER_COMMANDS
from services.publisher import approving, drafting, releasing
from services.publisher.drafting import SYSTEM, Refused, Text
from services.publisher.holding import holding_statement
from services.publisher.metrics import COMMANDS_REFUSED, DRAFTS_OPENED, RELEASES_PUBLISHED
from services.publisher.store import Kept, guard_of_approval, guard_of_publication, kept_in, state_of

Change = Callable[[Kept], Answer]

_NOT_FOUND = Rejected(code=404, kode="tidak_ditemukan", message="Naskah tidak ditemukan.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the handlers work with."""

    drafts: Entities
    desk: CommandDesk
    clock: Clock


def subscriptions(office: Office) -> list[Subscription]:
    return [
        Subscription(topics=(ALERTS,), group="publisher", handler=partial(open_drafts, office)),
        command_subscription(
            PUBLISHER_COMMANDS,
            group="publisher.commands",
            handlers={
                SaveDraft: partial(save_draft, office),
                SubmitDraft: partial(submit_draft, office),
                ApproveDraft: partial(approve_draft, office),
                ReturnDraft: partial(return_draft, office),
                Publish: partial(publish, office),
            },
        ),
    ]


async def open_drafts(office: Office, batch: Batch) -> None:
    """A verified alert opens a draft of a holding statement; one that exists is a person's and stays as it is."""
    verified = {event.data.alert_id: event for event in reversed(batch.events) if isinstance(event, AlertVerified)}
    await office.drafts.apply([_opening(event) for event in verified.values()])


def _opening(event: AlertVerified) -> Intent:
    release_id = ids.release_id(event.data.alert_id)

    def decide(doc: Document | None) -> Decision | None:
        if doc is not None:
            return None
        draft = drafting.open_draft(
            release_id=release_id,
            text=holding_statement(event.data, verified_at=event.time),
            author=SYSTEM,
            now=event.time,
            alert_id=event.data.alert_id,
        )
        DRAFTS_OPENED.labels(by="sistem").inc()
        kept = Kept(draft=draft, opmode=event.opmode, drillid=event.drillid, lane=event.lane)
        return _decision(kept, DraftSaved)

    return Intent(entity_id=release_id, inputs=(event.id,), cause=Cause.of(event), decide=decide)


async def save_draft(office: Office, command: SaveDraft) -> None:
    asked = command.data

    def decide(doc: Document | None) -> Answer:
        try:
            text = _composed(asked)
            if doc is None:
                return _opened(command, text, office.clock)
            kept = kept_in(doc)
            saved = drafting.save(
                kept.draft, text=text, author=asked.by, base_sha256=asked.base_sha256, now=office.clock.now()
            )
        except Refused as refused:
            return _rejected(refused)
        if saved is None:
            return Unchanged()
        after = replace(kept, draft=saved.draft)
        voided = [_voided(after, command)] if saved.voided else []
        return Applied(_decision(after, DraftSaved, first=voided))

    await _carry_out(office, command, decide)


def _opened(command: SaveDraft, text: Text, clock: Clock) -> Answer:
    asked = command.data
    own_ids = {ids.from_command("release", command.id)}
    if asked.alert_id:
        own_ids.add(ids.release_id(asked.alert_id))
    if asked.base_sha256 is not None or command.subject not in own_ids:
        return _NOT_FOUND
    draft = drafting.open_draft(
        release_id=command.subject, text=text, author=asked.by, now=clock.now(), alert_id=asked.alert_id
    )
    DRAFTS_OPENED.labels(by=asked.by.role).inc()
    kept = Kept(draft=draft, opmode=command.opmode, drillid=command.drillid, lane=command.lane)
    return Applied(_decision(kept, DraftSaved))


def _composed(asked: DraftText) -> Text:
    return drafting.compose(
        kind=asked.kind,
        title=asked.title,
        source=asked.body,
        information_class=asked.information_class,
        embargo_until=asked.embargo_until,
        units=asked.units,
    )


async def submit_draft(office: Office, command: SubmitDraft) -> None:
    def change(kept: Kept) -> Answer:
        draft = approving.submit(kept.draft, by=command.data.by, body_sha256=command.data.body_sha256)
        return _changed(kept, draft, DraftSubmitted)

    await _on_existing(office, command, change)


async def approve_draft(office: Office, command: ApproveDraft) -> None:
    by, body_sha256 = command.data.by, command.data.body_sha256

    def change(kept: Kept) -> Answer:
        draft = approving.approve(kept.draft, by=by, body_sha256=body_sha256, now=office.clock.now())
        if draft is None:
            return Unchanged()
        decision = _decision(replace(kept, draft=draft), DraftApproved)
        return Applied(replace(decision, guard=guard_of_approval(by=by, body_sha256=body_sha256)))

    await _on_existing(office, command, change)


async def return_draft(office: Office, command: ReturnDraft) -> None:
    def change(kept: Kept) -> Answer:
        draft = approving.send_back(kept.draft, by=command.data.by, reason=command.data.reason)
        after = replace(kept, draft=draft)
        voided = [_voided(after, command)] if kept.draft.approvals else []
        return Applied(_decision(after, DraftReturned, first=voided))

    await _on_existing(office, command, change)


async def publish(office: Office, command: Publish) -> None:
    by, body_sha256 = command.data.by, command.data.body_sha256

    def change(kept: Kept) -> Answer:
        now = office.clock.now()
        draft = releasing.publish(kept.draft, by=by, body_sha256=body_sha256, opmode=kept.opmode, now=now)
        if draft is None:
            return Unchanged()
        release = releasing.as_release(draft, published_by=by, published_at=now)
        RELEASES_PUBLISHED.labels(opmode=kept.opmode).inc()
        return Applied(
            Decision(
                state=state_of(replace(kept, draft=draft)),
                # The release first: it is what the answer to the command names.
                announcements=(
                    Announcement(event=ReleasePublished, data=release),
                    Announcement(event=DraftPublished, data=draft),
                ),
                guard=guard_of_publication(body_sha256=body_sha256),
            )
        )

    await _on_existing(office, command, change)


async def _on_existing(office: Office, command: Command[Any], change: Change) -> None:
    def decide(doc: Document | None) -> Answer:
        if doc is None:
            return _NOT_FOUND
        try:
            return change(kept_in(doc))
        except Refused as refused:
            return _rejected(refused)

    await _carry_out(office, command, decide)


async def _carry_out(office: Office, command: Command[Any], decide: Callable[[Document | None], Answer]) -> None:
    cause = Cause.of(command)
    doc = await office.drafts.get(command.subject)
    if doc is not None:
        kept = kept_in(doc)
        cause = replace(cause, opmode=kept.opmode, drillid=kept.drillid, lane=kept.lane)
    await office.desk.carry_out(command, command.subject, decide, cause=cause)


def _changed(kept: Kept, draft: Draft | None, event: type[Event[Draft]]) -> Answer:
    return Unchanged() if draft is None else Applied(_decision(replace(kept, draft=draft), event))


def _decision(kept: Kept, event: type[Event[Draft]], *, first: list[Announcement] | None = None) -> Decision:
    announcement = Announcement(event=event, data=kept.draft)
    return Decision(state=state_of(kept), announcements=(*(first or ()), announcement))


def _voided(after: Kept, command: Command[Any]) -> Announcement:
    return Announcement(event=ApprovalVoided, data=approving.voided(after.draft, by=command.data.by))


def _rejected(refused: Refused) -> Rejected:
    COMMANDS_REFUSED.labels(kode=refused.kode).inc()
    code = cast(Literal[404, 409, 422], refused.code)
    return Rejected(code=code, kode=refused.kode, message=refused.message)
