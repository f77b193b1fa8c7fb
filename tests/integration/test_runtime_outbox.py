"""Outbox and relay on the real broker and store: races, the dead, commands asked twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.runtime.bus import encode
from libs.runtime.commands import Applied, Rejected, Unchanged
from libs.runtime.errors import PermanentError
from libs.runtime.outbox import Announcement, Cause, Decision, Document, Entities, Intent
from libs.schemas import ids
from libs.schemas.alerts import AlertAcknowledged
from libs.schemas.commands import AcknowledgeAlert, AlertActed
from libs.schemas.envelope import schema_uri, type_of
from libs.schemas.stories import StoryGrew
from libs.schemas.topics import ALERTS, COMMAND_OUTCOMES, STORIES
from tests.support.builders import a_command, a_story, an_actor, an_alert, envelope_of
from tests.support.inside import events_on, inside
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

LIVE = Cause.origin(opmode="live")


def joins(story: str, members: list[str]) -> Intent:
    """An effect that is a set: these members join the story."""

    def decide(doc: Document | None) -> Decision:
        have = set(doc.state["members"]) if doc else set()
        new = sorted(have | set(members))
        data = a_story(story_id=story, copies_count=len(new))
        return Decision(state={"members": new}, announcements=(Announcement(event=StoryGrew, data=data),))

    return Intent(entity_id=story, inputs=tuple(members), cause=LIVE, decide=decide)


async def test_two_replicas_hammering_four_stories_lose_no_effect(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    stories = [f"cerita-{n}" for n in range(4)]
    async with inside(stack, namespace, replica="a") as one, inside(stack, namespace, replica="b") as two:
        replicas = [await one.entities("stories"), await two.entities("stories")]

        async def write(entities: Entities, replica: int) -> None:
            for round_no in range(40):
                await entities.apply([joins(story, [f"{replica}-{round_no}"]) for story in stories])

        await asyncio.gather(*(write(entities, n) for n, entities in enumerate(replicas)))
        docs = await replicas[0].load(stories)
        for story in stories:
            assert len(docs[story].state["members"]) == 80

        async def all_out() -> bool:
            return await replicas[0].collection.count_documents({"outbox.0": {"$exists": True}}) == 0

        await eventually(all_out, within=15, what="the outboxes are empty")
    events = await events_on(stack, one.bus.physical(STORIES))
    for story in stories:
        mine = [e for e in events if e["subject"] == story]
        first_seen = list(dict.fromkeys(e["sequence"] for e in mine))
        assert first_seen == list(range(1, docs[story].sequences["stories"] + 1))
        assert max(e["data"]["copies_count"] for e in mine) == 80


async def test_a_sweep_announces_what_a_dead_writer_left(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with inside(stack, namespace, replica="b") as plumbing:
        event = envelope_of(StoryGrew, a_story(story_id="yatim"))
        database = plumbing.client[plumbing.settings.database_name("classifier")]
        await database["stories"].insert_one(
            {
                "_id": "yatim", "version": 1, "state": {"members": []}, "applied": [], "sequences": {"stories": 1},
                "outbox": [
                    {"id": event.id, "topic": "stories", "key": "yatim", "value": encode(event).decode()}
                ],
                "pending_since": datetime.now(UTC) - timedelta(seconds=10), "pending_by": "mati",
            }
        )  # fmt: skip
        entities = await plumbing.entities("stories")

        async def cleared() -> bool:
            raw: Any = await entities.collection.find_one({"_id": "yatim"})
            return raw["outbox"] == [] and "pending_since" not in raw

        await eventually(cleared, within=10, what="the sweep announced and cleared it")
        assert [e["id"] for e in await events_on(stack, plumbing.bus.physical(STORIES))] == [event.id]


async def test_the_same_inputs_again_change_nothing_and_announce_nothing(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with inside(stack, namespace) as plumbing:
        entities = await plumbing.entities("stories")
        for _ in range(3):
            await entities.apply([joins("cerita", ["x", "y"])])
        doc = await entities.get("cerita")
        assert doc is not None and doc.version == 1 and doc.sequences == {"stories": 1}


async def test_the_readers_rule_drops_what_is_not_higher(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()

    def labelled(sequence: int) -> Intent:
        def decide(doc: Document | None) -> Decision:
            return Decision(state={"from": sequence})

        return Intent(entity_id="i", inputs=(f"e{sequence}",), cause=LIVE, decide=decide, seen=(("items", sequence),))

    async with inside(stack, namespace) as plumbing:
        entities = await plumbing.entities("labels")
        for sequence in (1, 3, 2, 3, 1):
            await entities.apply([labelled(sequence)])
        doc = await entities.get("i")
        assert doc is not None and doc.state == {"from": 3} and doc.version == 2


async def test_a_guard_that_refuses_is_an_error_and_not_a_loop(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with inside(stack, namespace) as plumbing:
        entities = await plumbing.entities("drafts")
        await entities.apply([Intent(entity_id="d", cause=LIVE, decide=lambda _: Decision(state={"author": "a"}))])
        blocked = Intent(
            entity_id="d",
            cause=LIVE,
            decide=lambda _: Decision(state={"author": "a", "ok": 1}, guard={"state.author": {"$ne": "a"}}),
        )
        with pytest.raises(PermanentError, match="guard"):
            await entities.apply([blocked])


async def test_a_command_is_carried_out_once_and_answered_each_time(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    alert = an_alert()

    def acknowledge(doc: Document | None) -> Applied | Unchanged | Rejected:
        if doc is None:
            return Rejected(code=404, kode="tidak_ada", message="Tidak ditemukan.")
        if doc.state.get("by"):
            return Rejected(code=409, kode="sudah_diakui", message="Sudah diakui.")
        return Applied(
            Decision(state={"by": "operator"}, announcements=(Announcement(event=AlertAcknowledged, data=alert),))
        )

    async with inside(stack, namespace, service="alerts") as plumbing:
        entities = await plumbing.entities("alerts")
        desk = plumbing.desk(entities, ALERTS)
        command = a_command(AcknowledgeAlert, alert.alert_id, AlertActed(by=an_actor()), key="satu")
        second = a_command(AcknowledgeAlert, alert.alert_id, AlertActed(by=an_actor()), key="dua")
        await desk.carry_out(command, "tidak-ada", acknowledge)
        made = Intent(entity_id=alert.alert_id, cause=LIVE, decide=lambda _: Decision(state={}))
        await entities.apply([made])
        for pressed in (command, command, second, second):
            await desk.carry_out(pressed, alert.alert_id, acknowledge)
        topic = plumbing.bus.physical(COMMAND_OUTCOMES)

        async def answers() -> list[tuple[str, str, str | None]]:
            outcomes = await events_on(stack, topic)
            return [(e["subject"], e["type"].rsplit(".", 2)[1], e["data"].get("kode")) for e in outcomes]

        async def each_press_answered() -> bool:
            # A broker that is just changing its leader may be told twice: no fewer than the presses, then.
            kinds = await answers()
            twice = (command.id, "applied", None), (second.id, "rejected", "sudah_diakui")
            return all(kinds.count(one) >= 2 for one in twice)

        await eventually(each_press_answered, within=10, what="every press is answered")
        kinds = await answers()
        assert (command.id, "rejected", "tidak_ada") in kinds
        announced = await events_on(stack, plumbing.bus.physical(ALERTS))
        assert len({e["id"] for e in announced}) == 1
        assert announced[0]["id"] == ids.event_id(type_of(AlertAcknowledged), alert.alert_id, 1)
        assert announced[0]["causationid"] == command.id
        assert announced[0]["dataschema"] == schema_uri(AlertAcknowledged)
