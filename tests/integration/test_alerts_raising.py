"""Stories in over the real broker, warnings and pushes out: raised, acknowledged, lapsed, escalated, merged, closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from libs.schemas.commands import AlertActed, AlertFalse, AlertJudged, DismissAlert, ResolveAlert, VerifyAlert
from libs.schemas.stories import StoryMerged
from tests.integration.alerts_world import ANALYST, FAST, OPERATOR, World, short, slow_ladder, world
from tests.support.builders import TRACE, a_story
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


@pytest.fixture
async def around(stack: Stack, running: Running, tmp_path: Path) -> AsyncIterator[World]:
    async with world(stack, running, tmp_path) as made:
        yield made


async def test_a_critical_story_is_pushed_signed_with_its_evidence(around: World) -> None:
    await around.start(ladder=slow_ladder(), recipients=around.people(channels=("webhook", "email")))
    story = await around.tell()
    post = (await eventually(lambda: around.webhook.posts, within=20))[0]
    raised = (await around.the("alert.raised"))[0]
    alert_id = raised["subject"]
    assert post.body["alert_id"] == alert_id and post.id == post.body["notification_id"]
    assert (post.body["event"], post.body["severity"], post.body["level"]) == ("dibuka", 4, "krisis")
    assert post.body["title"] == story.title and post.body["unit_names"] == ["Rutan Kelas IIB Contoh Timur"]
    assert post.body["link"] == f"http://127.0.0.1:8080/peringatan/{alert_id}"
    assert post.headers["traceparent"].split("-")[1] == TRACE.split("-")[1]
    evidence = raised["data"]["evidence"]
    assert {count["what"]: count["value"] for count in evidence["counts"]} == {"publikasi": 4, "media": 3}
    assert raised["data"]["rules_matched"][0]["why"].startswith("Keparahan 4 (kritis)")
    mail = (await eventually(lambda: around.mail.mails, within=20))[0]
    assert mail["Subject"].startswith("[KRITIS] Kabar pelarian di Rutan Kelas IIB Contoh Timur")
    sent = await around.the("notification.sent", 4)
    assert {event["data"]["channel"] for event in sent} == {"webhook", "email"}
    assert "127.0.0.1" not in str(sent) and "contoh.example" not in str(sent)
    assert {post.id, mail["X-Pasopati-Notification-Id"]} <= {event["data"]["notification_id"] for event in sent}


async def test_an_ordinary_alert_waits_so_that_one_call_tells_all_of_it(around: World) -> None:
    await around.start(ladder=slow_ladder())
    await around.tell(sequence=1, severity_max=3)
    await around.tell(sequence=2, severity_max=3, title="Judul setelah tumbuh")
    post = (await eventually(lambda: around.webhook.posts, within=20))[0]
    assert post.body["title"] == "Judul setelah tumbuh"
    assert len(around.said("alert.raised")) == 1


async def test_sample_goes_only_to_the_recipients_of_sample_and_backfill_to_nobody(around: World) -> None:
    await around.start(ladder=slow_ladder(), recipients={"sample": around.people()["sample"]})
    await around.tell(1, lane="backfill")
    await around.tell(2)
    await around.tell(3, opmode="sample")
    await eventually(lambda: around.webhook.posts, within=20)
    assert {post.body["opmode"] for post in around.webhook.posts} == {"sample"}
    assert around.webhook.posts[0].body["text"].startswith("[CONTOH] [KRITIS] ")
    assert {event["opmode"] for event in around.said("alert.raised")} == {"live", "sample"}


async def test_without_an_answer_the_alert_climbs_and_an_acknowledgement_stops_it(around: World) -> None:
    await around.start()
    await around.tell()
    escalated = await around.the("alert.escalated")
    alert_id = escalated[0]["subject"]
    assert escalated[0]["data"]["rung"] == 3
    first = await around.acknowledge(alert_id)
    second = await around.acknowledge(alert_id, by=ANALYST)
    assert short(first) == "command.applied" and short(second) == "command.rejected"
    assert second["data"]["kode"] == "sudah_diakui" and second["data"]["message"].startswith(
        "Sudah diakui Operator pada "
    )
    calls_before = len(around.said("alert.escalated"))
    # It lapses, and only then does the ladder go on: nothing climbed in between.
    lapsed = (await around.the("alert.acknowledgement-lapsed"))[0]
    assert len(around.said("alert.escalated")) == calls_before
    assert lapsed["data"]["status"] == "terbuka"
    await around.the("alert.escalated", calls_before + 1)
    reasons = {post.body["event"] for post in around.webhook.posts}
    assert {"dibuka", "naik", "akui_berakhir"} <= reasons


async def test_when_nobody_ever_answers_everyone_is_told_so(around: World) -> None:
    await around.start()
    await around.tell()
    failed = await eventually(
        lambda: [e for e in around.said("alert.escalated") if e["data"]["ladder_failed"]], within=30
    )
    assert len(failed) == 1 and failed[0]["data"]["round"] == FAST["rounds"]

    def told() -> list[str]:
        return [p.body["recipient_role"] for p in around.webhook.posts if p.body["event"] == "tangga_habis"]

    await eventually(lambda: len(told()) >= 3, within=20)
    assert sorted(told()) == ["analis", "operator", "pimpinan_krisis"]


async def test_a_person_verifies_and_closes_and_the_same_press_is_answered_the_same(around: World) -> None:
    await around.start(ladder=slow_ladder())
    await around.tell()
    alert_id = (await around.the("alert.raised"))[0]["subject"]
    judged = AlertJudged(by=ANALYST, actuality="kejadian_baru", severity=3)
    applied = await around.ask(VerifyAlert, alert_id, judged, key="satu")
    assert (await around.ask(VerifyAlert, alert_id, judged, key="satu"))["data"] == applied["data"]
    verified = (await around.the("alert.verified"))[0]
    assert applied["data"]["sequence"] == verified["sequence"] == 2
    assert (verified["data"]["stage"], verified["data"]["severity"]) == ("terverifikasi", 3)
    closed = await around.ask(ResolveAlert, alert_id, AlertActed(by=ANALYST))
    assert short(closed) == "command.applied"
    refused = await around.ask(DismissAlert, alert_id, AlertFalse(by=ANALYST, reason="latihan"))
    assert (refused["data"]["code"], refused["data"]["kode"]) == (409, "sudah_ditutup")
    unknown = await around.ask(ResolveAlert, "tidak-ada", AlertActed(by=OPERATOR))
    assert (unknown["data"]["code"], unknown["data"]["kode"]) == (404, "tidak_ditemukan")
    assert len(around.said("alert.verified")) == 1


async def test_when_two_stories_become_one_the_earlier_alert_lives_on(around: World) -> None:
    await around.start(ladder=slow_ladder())
    await around.tell(1)
    first = (await around.the("alert.raised"))[0]["subject"]
    await around.tell(2)
    second = (await around.the("alert.raised", 2))[1]["subject"]
    await around.acknowledge(second)
    await around.tell(2, sequence=2, event=StoryMerged, status="digabung", into=a_story(1).story_id)
    merged = (await around.the("alert.merged"))[0]
    assert (merged["subject"], merged["data"]["into"]) == (second, first)
    grown = around.said("alert.grew", subject=first)[-1]["data"]
    assert (grown["status"], grown["acknowledged_by"]["key_id"]) == ("diakui", OPERATOR.key_id)
    assert set(grown["story_ids"]) == {a_story(1).story_id, a_story(2).story_id}


async def test_a_story_that_merges_while_the_other_is_first_told_leaves_one_alert(around: World) -> None:
    await around.start(ladder=slow_ladder(), replica="0")
    await around.start(ladder=slow_ladder(), replica="1")
    pairs = [(n, n + 1) for n in range(10, 60, 10)]
    for _, gone in pairs:
        await around.tell(gone)
    await around.the("alert.raised", len(pairs))
    # On different partitions: one replica moves the old alert while the other may be opening a new one.
    tellings = [around.tell(stays) for stays, _ in pairs]
    for stays, gone in pairs:
        into = a_story(stays).story_id
        tellings.append(around.tell(gone, sequence=2, event=StoryMerged, status="digabung", into=into))
    await asyncio.gather(*tellings)

    def open_on(story_id: str) -> list[Any]:
        latest: dict[str, Any] = {}
        for event in sorted((e for e in around.events if ".alert." in e["type"]), key=lambda e: int(e["sequence"])):
            latest[event["subject"]] = event["data"]
        standing = [alert for alert in latest.values() if alert["status"] in ("terbuka", "diakui")]
        return [alert for alert in standing if story_id in alert["story_ids"]]

    def one_each() -> bool:
        found = [(open_on(a_story(stays).story_id), open_on(a_story(gone).story_id)) for stays, gone in pairs]
        return all(len(a) == len(b) == 1 and a[0]["alert_id"] == b[0]["alert_id"] for a, b in found)

    await eventually(one_each, within=30, what="one open alert for each pair")
