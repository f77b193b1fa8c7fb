"""kill -9 around Publish: the release goes out, and once."""

from __future__ import annotations

from functools import partial

import pytest

from libs.schemas import ids
from libs.schemas.alerts import AlertVerified
from tests.integration.publisher_visitor import LEAD, visiting, word
from tests.support.builders import an_alert, envelope_of
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

POINTS = (
    "consume.received",
    "store.before_write",
    "store.after_write",
    "relay.before_send",
    "relay.after_send",
    "relay.before_pull",
    "relay.after_pull",
    "consume.before_commit",
    "consume.after_commit",
)


@pytest.mark.slow
async def test_a_publisher_killed_at_any_point_publishes_once(stack: Stack, running: Running, namespace: str) -> None:
    publisher = await running.start("publisher")
    async with visiting(stack, namespace) as visitor:
        for point in POINTS:
            draft = await visitor.an_approved_draft(title=f"Dibunuh di {point}")
            # The next start knows the point; a clean stop leaves nothing of the preparation in hand.
            await publisher.stop()
            await publisher.restart(PASOPATI_CRASHPOINT=f"{point}:1")
            publication = visitor.publication(draft)
            await visitor.publish(publication)
            assert await publisher.ended() == -9, f"{point} was not hit"
            await publisher.restart(PASOPATI_CRASHPOINT="")
            outcome = await visitor.outcome(publication)
            assert word(outcome) == "command.applied", point
            await eventually(partial(visitor.published, draft["release_id"]), what=f"published after {point}")
            # Whoever presses again learns that it is done; nothing new goes out.
            again = await visitor.named(type(publication), draft, by=LEAD)
            assert word(again) == "command.unchanged", point
            records = visitor.published(draft["release_id"])
            assert {(record["id"], record["sequence"]) for record in records} == {(records[0]["id"], 1)}, point
            assert all(record["data"] == records[0]["data"] for record in records), point


@pytest.mark.slow
async def test_a_publisher_killed_while_opening_a_draft_opens_it_once(
    stack: Stack, running: Running, namespace: str
) -> None:
    publisher = await running.start("publisher", PASOPATI_CRASHPOINT="store.after_write:1")
    async with visiting(stack, namespace) as visitor:
        alert = an_alert()
        release_id = ids.release_id(alert.alert_id)
        await visitor.publish(envelope_of(AlertVerified, alert, sequence=2))
        assert await publisher.ended() == -9
        await publisher.restart(PASOPATI_CRASHPOINT="")
        await visitor.standing(release_id)
        await visitor.a_saved_draft()
        assert [word(e) for e in visitor.of(release_id)] == ["draft.saved"]


@pytest.mark.slow
async def test_two_replicas_and_two_presses_make_one_release(stack: Stack, running: Running, namespace: str) -> None:
    await running.start("publisher", replica="0")
    await running.start("publisher", replica="1")
    async with visiting(stack, namespace) as visitor:
        drafts = [await visitor.an_approved_draft(title=f"Naskah {n}") for n in range(3)]
        presses = [visitor.publication(draft) for draft in drafts for _ in range(4)]
        for press in presses:
            await visitor.publish(press)
        outcomes = [word(await visitor.outcome(press)) for press in presses]
        assert outcomes.count("command.applied") == 3
        assert outcomes.count("command.unchanged") == 9
        for draft in drafts:
            assert len({record["id"] for record in visitor.published(draft["release_id"])}) == 1
