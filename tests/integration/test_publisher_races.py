"""Two replicas decide at once: the store keeps one approval, and refuses an author's by itself."""

from __future__ import annotations

import asyncio
import json

from libs.runtime.clock import SystemClock
from libs.schemas import ids
from libs.schemas.commands import ApproveDraft, DraftNamed, DraftText, Publish, SaveDraft, SubmitDraft
from libs.schemas.common import Actor
from libs.schemas.topics import COMMAND_OUTCOMES, DRAFTS, RELEASES
from services.publisher.handlers import Office, approve_draft, publish, save_draft, submit_draft
from services.publisher.store import guard_of_approval, guard_of_publication, kept_in
from tests.integration.publisher_visitor import APPROVER, EDITOR, LEAD
from tests.support.builders import a_command
from tests.support.inside import Inside, events_on, inside
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


async def an_office(plumbing: Inside) -> Office:
    drafts = await plumbing.entities("drafts")
    return Office(drafts=drafts, desk=plumbing.desk(drafts, DRAFTS), clock=SystemClock())


async def a_submitted_draft(office: Office, n: int, *, by: Actor = EDITOR) -> DraftNamed:
    release_id = ids.from_command("release", ids.command_id("orang-1", f"buka-{n}"))
    text = DraftText(by=by, kind="siaran_pers", title=f"Naskah {n}", body="Isi.")
    await save_draft(office, a_command(SaveDraft, release_id, text, key=f"buka-{n}"))
    doc = await office.drafts.get(release_id)
    assert doc is not None
    named = DraftNamed(by=by, body_sha256=kept_in(doc).draft.body_sha256)
    await submit_draft(office, a_command(SubmitDraft, release_id, named, key=f"ajukan-{n}"))
    return named


def released(n: int) -> str:
    return ids.from_command("release", ids.command_id("orang-1", f"buka-{n}"))


async def test_two_approvers_in_two_replicas_make_one_approval_and_one_release(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with (
        inside(stack, namespace, service="publisher", replica="a") as one,
        inside(stack, namespace, service="publisher", replica="b") as two,
    ):
        offices = [await an_office(one), await an_office(two)]
        for n in range(20):
            named = await a_submitted_draft(offices[0], n)
            for step, action, kind in (("setuju", approve_draft, ApproveDraft), ("terbit", publish, Publish)):
                commands = [
                    a_command(kind, released(n), named.model_copy(update={"by": by}), key=f"{step}-{n}-{by.role}")
                    for by in (APPROVER, LEAD)
                ]
                await asyncio.gather(*(action(o, c) for o, c in zip(offices, commands, strict=True)))
            doc = await offices[0].drafts.get(released(n))
            assert doc is not None
            kept = kept_in(doc)
            assert (kept.draft.status, len(kept.draft.approvals)) == ("terbit", 1)

        async def all_out() -> bool:
            return await offices[0].drafts.collection.count_documents({"outbox.0": {"$exists": True}}) == 0

        await eventually(all_out, within=15, what="the outboxes are empty")
        releases = await events_on(stack, one.bus.physical(RELEASES))
        assert {e["subject"] for e in releases} == {released(n) for n in range(20)}
        assert {e["sequence"] for e in releases} == {1}
        assert len({json.dumps(e["data"], sort_keys=True) for e in releases}) == 20
        outcomes = {
            e["id"]: e["type"].split(".")[-2] for e in await events_on(stack, one.bus.physical(COMMAND_OUTCOMES))
        }
        told = list(outcomes.values())
        assert (told.count("applied"), told.count("rejected"), told.count("unchanged")) == (80, 20, 20)


async def test_the_filter_of_the_write_refuses_an_author_and_another_text(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with inside(stack, namespace, service="publisher") as plumbing:
        office = await an_office(plumbing)
        named = await a_submitted_draft(office, 1)
        collection = office.drafts.collection

        async def passes(guard: object) -> bool:
            assert isinstance(guard, dict)
            return await collection.find_one({"_id": released(1), **guard}) is not None

        assert await passes(guard_of_approval(by=APPROVER, body_sha256=named.body_sha256))
        assert not await passes(guard_of_approval(by=EDITOR, body_sha256=named.body_sha256))
        assert not await passes(guard_of_approval(by=APPROVER, body_sha256="0" * 64))
        assert not await passes(guard_of_publication(body_sha256=named.body_sha256))
        approval = a_command(ApproveDraft, released(1), named.model_copy(update={"by": APPROVER}), key="setuju")
        await approve_draft(office, approval)
        assert await passes(guard_of_publication(body_sha256=named.body_sha256))
        assert not await passes(guard_of_publication(body_sha256="0" * 64))
        assert not await passes(guard_of_approval(by=LEAD, body_sha256=named.body_sha256))
