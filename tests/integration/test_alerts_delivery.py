"""Pushes through every kind of trouble: each arrives, once by its id, and no channel waits for another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from libs.schemas.topics import NOTIFICATIONS, STORIES
from tests.integration.alerts_world import FAST, SECRET, World, slow_ladder, webhook_inbox, world
from tests.support.builders import a_story
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

POINTS = (
    "alerts.push.before_claim",
    "alerts.push.after_claim",
    "alerts.push.before_call",
    "alerts.push.after_call",
    "alerts.push.after_sent",
    "alerts.timer.before",
    "alerts.timer.after",
    "store.after_write",
    "relay.after_send",
)


@pytest.fixture
async def around(stack: Stack, running: Running, tmp_path: Path) -> AsyncIterator[World]:
    async with world(stack, running, tmp_path) as made:
        yield made


async def test_killed_after_the_provider_took_it_the_push_is_sent_again_with_the_same_id(around: World) -> None:
    service = await around.start(ladder=slow_ladder(), PASOPATI_CRASHPOINT="alerts.push.after_call:1")
    await around.tell(severity_max=3)
    assert await service.ended() == -9
    assert len(around.webhook.posts) == 1 and not around.said("notification.sent")
    await service.restart(PASOPATI_CRASHPOINT="")
    await around.the("notification.sent")
    first, second = around.webhook.posts
    assert first.id == second.id and first.body == second.body


@pytest.mark.slow
async def test_killed_at_any_point_every_alert_is_pushed_and_none_twice_by_id(around: World) -> None:
    service = await around.start(ladder=slow_ladder(), wait=False, PASOPATI_CRASHPOINT=f"{POINTS[0]}:1")
    for n, point in enumerate(POINTS, start=1):
        if n > 1:
            # What the last life left undone is what this one is killed over, or over the story that is new.
            await service.restart(PASOPATI_CRASHPOINT=f"{point}:1", wait=False)
        # Ordinary severity: raised by a clock, so that the timer's points are met too.
        await around.tell(n, severity_max=3)
        assert await service.ended() == -9, f"{point} was not hit"
    await service.restart(PASOPATI_CRASHPOINT="")
    await eventually(lambda: len(around.webhook.by_id) >= len(POINTS), within=30, what="everyone was called")
    stories = {a_story(n).story_id for n in range(1, len(POINTS) + 1)}
    raised = around.said("alert.raised")
    assert {event["data"]["group_key"] for event in raised} == stories and len(raised) == len(POINTS)
    assert len(around.webhook.by_id) == len(POINTS)
    await around.the("notification.sent", len(POINTS))


async def test_a_webhook_that_is_down_for_an_hour_gets_its_push_when_it_is_back(around: World) -> None:
    # The shipped clocks retry every five minutes at the longest; here an hour of that is some seconds.
    await around.start(ladder=slow_ladder())
    around.webhook.answer = 503
    await around.tell()
    await eventually(lambda: around.webhook.refused >= 12, within=30)
    assert not around.said("notification.sent") and not around.said("notification.failed")
    around.webhook.answer = 204
    sent = await around.the("notification.sent", 2)
    assert all(event["data"]["attempts"] > 1 for event in sent)
    assert set(around.webhook.by_id.values()) == {1} and len(around.webhook.by_id) == 2


async def test_a_webhook_that_is_gone_or_redirects_is_not_followed(around: World) -> None:
    await around.start(ladder=slow_ladder())
    around.webhook.answer = 302
    await around.tell(1)
    await eventually(lambda: around.webhook.refused >= 4, within=20)
    assert not around.webhook.posts and not around.said("notification.sent")
    around.webhook.answer = 410
    failed = await around.the("notification.failed", 2)
    assert {event["data"]["failure"] for event in failed} == {"penerima menjawab 410"}


async def test_a_mail_server_that_refuses_for_good_is_announced_as_failed(around: World) -> None:
    await around.start(ladder=slow_ladder(), recipients=around.people(channels=("email",)))
    around.mail.refuse = "550 tidak dikenal"
    await around.tell()
    failed = await around.the("notification.failed", 2)
    assert {event["data"]["failure"] for event in failed} == {"penerima ditolak 550"}
    assert around.mail.refusals == 2 and not around.mail.mails


async def test_a_mail_server_that_asks_to_wait_is_tried_again_until_the_time_is_up(around: World) -> None:
    await around.start(ladder=slow_ladder(), recipients=around.people(channels=("email",)))
    around.mail.refuse = "451 coba lagi nanti"
    await around.tell(1)
    await eventually(lambda: around.mail.refusals >= 4, within=20)
    around.mail.refuse = None
    await eventually(lambda: len(around.mail.mails) == 2, within=20)
    around.mail.refuse = "451 coba lagi nanti"
    await around.tell(2)
    failed = await around.the("notification.failed", 2)
    assert all(event["data"]["attempts"] > 2 for event in failed)
    assert len({mail["Message-ID"] for mail in around.mail.mails}) == 2


async def test_a_stuck_webhook_delays_neither_mail_nor_another_webhook(around: World) -> None:
    async with webhook_inbox() as stuck:
        stuck.answer = None
        people = around.people(channels=("email",))
        stuck_one = {"kind": "webhook", "url": stuck.url, "secret": SECRET}
        healthy = {"kind": "webhook", "url": around.webhook.url, "secret": SECRET}
        people["live"][1] += [
            {"id": "macet", "role": "operator", "channels": [stuck_one]},
            {"id": "sehat", "role": "operator", "channels": [healthy]},
        ]
        ladder = slow_ladder()
        webhook = {**FAST["delivery"]["webhook"], "timeout_seconds": 60, "lease_seconds": 90, "at_once": 4}
        ladder["delivery"] = {**FAST["delivery"], "webhook": webhook}
        hosts = f"127.0.0.1:{stuck.port},127.0.0.1:{around.webhook.port}"
        service = await around.start(ladder=ladder, recipients=people, PASOPATI_LOCAL_ADDRESSES=hosts)
        for n in range(1, 9):
            await around.tell(n)
        await eventually(lambda: len(around.webhook.by_id) == 8, within=15, what="the healthy webhook has all")
        await eventually(lambda: len(around.mail.mails) == 16, within=15, what="mail has all")
        assert len(stuck.posts) == 2, "a recipient that does not answer holds no more calls than its share"
        assert await service.stop() == 0, "nor does it hold up a stop"


async def test_two_replicas_on_hot_stories_lose_and_double_nothing(around: World) -> None:
    first = await around.start(ladder=slow_ladder(), replica="0")
    await around.start(ladder=slow_ladder(), replica="1")
    for sequence in range(1, 26):
        for n in range(1, 5):
            await around.tell(n, sequence=sequence, title=f"Isu {n}, keadaan {sequence}")
        if sequence == 12:
            first.kill()
    await first.restart(wait=False)

    def last_titles() -> set[str]:
        latest: dict[str, Any] = {}
        for event in around.events:
            if event["type"].split(".")[-3] == "alert":
                known = latest.get(event["subject"])
                latest[event["subject"]] = max(known or event, event, key=lambda e: e["sequence"])
        return {event["data"]["title"] for event in latest.values()}

    await eventually(lambda: last_titles() == {f"Isu {n}, keadaan 25" for n in range(1, 5)}, within=30)
    await eventually(lambda: len(around.webhook.by_id) == 8, within=20, what="rungs 1 and 2 of four alerts")
    raised = around.said("alert.raised")
    assert len(raised) == 4 and {event["sequence"] for event in raised} == {1}
    for event in raised:
        ids_of: dict[int, set[str]] = {}
        for other in around.events:
            if other["subject"] == event["subject"] and ".alert." in other["type"]:
                ids_of.setdefault(other["sequence"], set()).add(str(other["data"]))
        assert all(len(states) == 1 for states in ids_of.values()), "one transition, one meaning"


async def test_garbage_on_its_topics_is_parked_and_the_next_story_goes_on(around: World) -> None:
    await around.start(ladder=slow_ladder())
    for topic in (STORIES, NOTIFICATIONS):
        name = f"{topic.name}.{around.namespace}"
        for value in (
            b"\x00\xff bukan json",
            b"{}",
            b'{"type":"id.go.ditjenpas.pasopati.story.danced.v9"}',
            b"x" * 300_000,
        ):
            await around.producer.send_and_wait(name, value, key=a_story(1).story_id.encode())
    await around.tell(1)
    await eventually(lambda: len(around.webhook.by_id) == 2, within=20)
