"""Bad input on every topic that a service reads: parked or ignored, the next message goes on, everybody stays ready."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from libs.schemas import ids
from libs.schemas.alerts import AlertVerified
from libs.schemas.commands import (
    AcknowledgeAlert,
    AlertActed,
    Asked,
    DraftText,
    LabelsCorrected,
    PollNow,
    RelabelItem,
    SaveDraft,
)
from libs.schemas.common import Actor
from libs.schemas.envelope import Envelope
from libs.schemas.items import ItemClassified, ItemCollected, RelevantItem
from libs.schemas.notifications import NotificationRequested
from libs.schemas.outcomes import CommandApplied
from libs.schemas.releases import DraftSaved, ReleasePublished
from libs.schemas.reports import ReportReceived
from libs.schemas.sources import SourceAdded
from libs.schemas.stories import StoryGrew
from libs.schemas.topics import (
    ALERTS,
    ALERTS_COMMANDS,
    CATALOGUE,
    CLASSIFIER_COMMANDS,
    COMMAND_OUTCOMES,
    DEAD_LETTERS,
    DRAFTS,
    INGEST_COMMANDS,
    ITEMS_BACKFILL,
    ITEMS_CLASSIFIED,
    ITEMS_COLLECTED,
    ITEMS_RELEVANT,
    NOTIFICATIONS,
    PUBLISHER_COMMANDS,
    RELEASES,
    REPORTS,
    SERVICES,
    SOURCES,
    STORIES,
    TRENDS,
    Topic,
)
from libs.schemas.trends import TrendRaised
from tests.integration.alerts_world import World, slow_ladder, world
from tests.integration.gateway_world import Watcher, write_people
from tests.support.builders import (
    a_classified_item,
    a_command,
    a_draft,
    a_groupable_item,
    a_notification_request,
    a_release,
    a_report,
    a_source,
    a_story,
    a_trend,
    an_alert,
    an_item,
    an_item_id,
    envelope_of,
)
from tests.support.feeds import sources_file
from tests.support.inside import everything_on
from tests.support.running import Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually

READ = [topic for topic in CATALOGUE if topic.events and set(topic.consumers) & set(SERVICES)]
NIK, MAIL = b"3174051234567890", b"seseorang@surat.contoh.example"
EDITOR, OPERATOR = Actor(role="editor", key_id="k-editor"), Actor(role="operator", key_id="k-operator")
PARKED_BY_EACH = 3

Where = tuple[str, int, int]


def bad_values(good: Envelope[Any]) -> tuple[list[bytes], list[bytes | None]]:
    """What is parked, and what is ignored: a newer writer's event, and the tombstone of a compacted topic."""
    wrong = json.loads(good.model_dump_json(exclude_none=True)) | {"subject": "bukan-siapa-siapa", "id": uuid4().hex}
    parked = [
        b"\x00\xff\xfe bukan json NIK" + NIK + b" <" + MAIL + b"> " + b"\xc3\x28" * 100,
        json.dumps(wrong | {"specversion": "0.3", "catatan": f"{NIK.decode()} {MAIL.decode()}"}).encode(),
        json.dumps(wrong | {"catatan": "x" * 300_000}).encode(),
    ]
    newer = re.sub(r"\.v1$", ".v9", wrong["type"])
    return parked, [json.dumps(wrong | {"type": newer}).encode(), None]


@dataclass(slots=True, kw_only=True)
class Office:
    """Five services, an inbox, an ear, and somebody with every key."""

    around: World
    services: dict[str, Service]
    keys: dict[str, str]
    watcher: Watcher
    parked: set[Where] = field(default_factory=set)

    def name(self, topic: Topic) -> str:
        return f"{topic.name}.{self.around.namespace}"

    async def put(self, topic: Topic, value: bytes | None, key: str, partition: int = 0) -> Where:
        sent = await self.around.producer.send_and_wait(self.name(topic), value, key=key.encode(), partition=partition)
        return sent.topic, sent.partition, sent.offset

    async def spoil(self, topic: Topic, good: Envelope[Any], partition: int = 0) -> None:
        parked, ignored = bad_values(good)
        for value in parked:
            self.parked.add(await self.put(topic, value, "kunci \N{PILE OF POO}", partition))
        for nothing in ignored:
            if nothing is not None or topic in (STORIES, SOURCES, TRENDS, DRAFTS, RELEASES):
                await self.put(topic, nothing, good.subject, partition)

    async def tell(self, topic: Topic, *goods: Envelope[Any]) -> None:
        """Bad records, the first good one twice, bad records again, and the other good ones: all in one partition."""
        await self.spoil(topic, goods[0])
        for good in (goods[0], *goods):
            await self.put(topic, good.model_dump_json(exclude_none=True).encode(), good.subject)

    async def read(self, path: str, role: str = "analis") -> Any:
        headers = {"Authorization": f"Bearer {self.keys[role]}"}
        async with httpx.AsyncClient(base_url=self.services["gateway"].url, headers=headers, timeout=15) as client:
            answer = await client.get(f"/api/v1{path}")
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.json()

    async def shown(self, path: str) -> Any:
        return await eventually(lambda: self.read(path), within=30, what=f"{path} is shown")

    async def press(self, path: str, role: str = "operator") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.keys[role]}", "Idempotency-Key": uuid4().hex}
        async with httpx.AsyncClient(base_url=self.services["gateway"].url, headers=headers, timeout=15) as client:
            return await client.post(f"/api/v1{path}", json={})

    def outcomes(self, command: Envelope[Any]) -> list[dict[str, Any]]:
        return [event for event in self.around.events if event.get("subject") == command.id]


@pytest.fixture
async def office(stack: Stack, running: Running, tmp_path: Path) -> AsyncIterator[Office]:
    people, keys = write_people(tmp_path)
    async with AsyncExitStack() as cleanup:
        around = await cleanup.enter_async_context(world(stack, running, tmp_path))
        nothing = sources_file(tmp_path / "sources.yaml", {"harian-contoh": []}, opmode="live", enabled=False)
        services = {
            "alerts": await around.start(ladder=slow_ladder(), wait=False),
            "gateway": await running.start("gateway", wait=False, env={"PASOPATI_PEOPLE_FILE": str(people)}),
            "ingest": await running.start("ingest", wait=False, env={"PASOPATI_SOURCES_FILE": str(nothing)}),
            "classifier": await running.start("classifier", wait=False),
            "publisher": await running.start("publisher", wait=False),
        }
        for service in services.values():
            await service.ready(within=60)
        watcher = Watcher(services["gateway"].url, keys["operator"])
        await cleanup.enter_async_context(watcher.watching())
        yield Office(around=around, services=services, keys=keys, watcher=watcher)


Check = Callable[[], Awaitable[None]]


async def items_and_stories(office: Office) -> list[Check]:
    now = datetime.now(UTC) - timedelta(minutes=2)
    collected = [
        an_item(n, title=f"Warga binaan Lapas Kelas IIA Kediri panen raya {n}", first_seen_at=now) for n in (1, 2)
    ]
    brought = [an_item(n, title=f"Arsip Lapas Kelas IIA Kediri nomor {n}", first_seen_at=now) for n in (91, 92)]
    relevant = [a_groupable_item(n, first_seen_at=now, published_at=now) for n in (11, 12)]
    labelled = [a_classified_item(n, first_seen_at=now) for n in (21, 22)]
    stories = [a_story(n, severity_max=4) for n in (31, 32)]
    await office.tell(ITEMS_COLLECTED, *(envelope_of(ItemCollected, item) for item in collected))
    late = [envelope_of(ItemCollected, item, lane="backfill") for item in brought]
    await office.tell(ITEMS_BACKFILL, *late)
    await office.tell(ITEMS_RELEVANT, *(envelope_of(RelevantItem, item) for item in relevant))
    await office.tell(ITEMS_CLASSIFIED, *(envelope_of(ItemClassified, item) for item in labelled))
    await office.tell(STORIES, *(envelope_of(StoryGrew, story) for story in stories))

    async def classified() -> None:
        for item in (*collected, *brought):

            async def whole(path: str = f"/items/{item.item_id}") -> bool:
                found = await office.read(path)
                return bool(found["collected"]) and bool(found["labels"])

            await eventually(whole, within=30, what=f"{item.title} is collected and classified")

    async def grouped() -> None:
        story = ids.story_id("live", an_item_id(11))

        async def both() -> bool:
            counts = (await office.read(f"/stories/{story}"))["data"]["counts"]
            return bool({count["what"]: count["value"] for count in counts}["publikasi"] == 2)

        await eventually(both, within=30, what="a story of two publications, the repeated one counted once")

    async def labels_shown() -> None:
        for item in labelled:
            await office.shown(f"/items/{item.item_id}")

    async def raised_once() -> None:
        for story in stories:
            await office.shown(f"/stories/{story.story_id}")

            def raised(wanted: str = story.story_id) -> bool:
                mine = [e for e in office.around.said("alert.raised") if wanted in e["data"]["story_ids"]]
                return len(mine) == 1

            await eventually(raised, within=30, what="one alert of the story")

            def told_live(wanted: str = story.story_id) -> bool:
                return wanted in {change["id"] for change in office.watcher.changes}

            await eventually(told_live, within=20, what="the story on the live feed")

    return [classified, grouped, labels_shown, raised_once]


async def trends(office: Office) -> list[Check]:
    told = [a_trend(n) for n in (33, 34)]
    now = datetime.now(UTC) - timedelta(minutes=2)
    await office.tell(TRENDS, *(envelope_of(TrendRaised, trend, time=now) for trend in told))

    async def both() -> bool:
        shown = {row["id"] for row in (await office.read("/stats/trends"))["rows"]}
        return {trend.trend_id for trend in told} <= shown

    async def listed() -> None:
        await eventually(both, within=30, what="both trends are listed")

    return [listed]


async def alerts_and_pushes(office: Office) -> list[Check]:
    verified = [an_alert(n) for n in (41, 42)]
    asked = [a_notification_request(n) for n in (51, 52)]
    sources = [a_source(n) for n in (61, 62)]
    drafts = [a_draft(n) for n in (71, 72)]
    reports = [a_report(n) for n in (95, 96)]
    releases = [a_release(81), a_release(82, code="CNTH-6789", path="/siaran/CNTH-6789")]
    await office.tell(ALERTS, *(envelope_of(AlertVerified, alert, sequence=2) for alert in verified))
    await office.tell(NOTIFICATIONS, *(envelope_of(NotificationRequested, request) for request in asked))
    await office.tell(SOURCES, *(envelope_of(SourceAdded, source) for source in sources))
    await office.tell(REPORTS, *(envelope_of(ReportReceived, report) for report in reports))
    await office.tell(DRAFTS, *(envelope_of(DraftSaved, draft) for draft in drafts))
    await office.tell(RELEASES, *(envelope_of(ReleasePublished, release) for release in releases))

    async def drafts_opened() -> None:
        for alert in verified:
            await office.shown(f"/alerts/{alert.alert_id}")
            await office.shown(f"/drafts/{ids.release_id(alert.alert_id)}")

    async def called_once() -> None:
        for request in asked:

            def calls(alert_id: str = request.alert_id) -> list[str]:
                return [post.id for post in office.around.webhook.posts if post.body["alert_id"] == alert_id]

            await eventually(calls, within=20, what="a push of the request")
            assert len(calls()) == len(set(calls())) == 1

    async def listed() -> None:
        for path in (
            *(f"/sources/{source.source_id}" for source in sources),
            *(f"/drafts/{draft.release_id}" for draft in drafts),
            *(f"/reports/{report.report_id}" for report in reports),
            *(f"/releases/{release.release_id}" for release in releases),
        ):
            await office.shown(path)

    return [drafts_opened, called_once, listed]


async def commands_and_outcomes(office: Office) -> list[Check]:
    text = DraftText(by=EDITOR, kind="siaran_pers", title="Judul", body="Isi.")
    commands: dict[Topic, list[Any]] = {
        INGEST_COMMANDS: [a_command(PollNow, ids.keyed(k), Asked(by=OPERATOR), key=f"baca-{k}") for k in (1, 2)],
        ALERTS_COMMANDS: [
            a_command(AcknowledgeAlert, ids.keyed(k), AlertActed(by=OPERATOR), key=f"akui-{k}") for k in (3, 4)
        ],
        CLASSIFIER_COMMANDS: [
            a_command(
                RelabelItem, ids.keyed(k), LabelsCorrected(by=OPERATOR, reason="contoh", severity=0), key=f"ralat-{k}"
            )
            for k in (5, 6)
        ],
        PUBLISHER_COMMANDS: [
            a_command(SaveDraft, ids.from_command("release", ids.command_id("orang-1", k)), text, key=k)
            for k in ("tulis-1", "tulis-2")
        ],
    }
    for topic, asked in commands.items():
        await office.tell(topic, *asked)
    for partition in range(COMMAND_OUTCOMES.local_partitions):
        await office.spoil(COMMAND_OUTCOMES, envelope_of(CommandApplied), partition)

    async def answered() -> None:
        for asked in commands.values():
            for n, command in enumerate(asked):
                wanted = 2 if n == 0 else 1

                def told(command: Any = command, wanted: int = wanted) -> bool:
                    return len(office.outcomes(command)) >= wanted

                await eventually(told, within=30, what=f"an outcome for each time {command.type} was sent")
                assert len({event["id"] for event in office.outcomes(command)}) == 1, "one command, two answers"

    async def a_press_is_answered() -> None:
        alert = (await office.around.the("alert.raised", 2))[0]["subject"]
        await office.shown(f"/alerts/{alert}")
        answer = await office.press(f"/alerts/{alert}/acknowledge")
        assert (answer.status_code, answer.json()["kode"]) == (200, "diterapkan"), answer.text

    return [answered, a_press_is_answered]


async def test_bad_input_on_every_topic(office: Office, stack: Stack) -> None:
    checks = [
        *await items_and_stories(office),
        *await trends(office),
        *await alerts_and_pushes(office),
        *await commands_and_outcomes(office),
    ]
    spoilt = {topic for topic, _, _ in office.parked}
    assert spoilt == {office.name(topic) for topic in READ}, "a topic of the catalogue is not tried here"
    for check in checks:
        await check()
    await everything_bad_is_parked(office, stack)
    for service in office.services.values():
        assert await service.is_ready(), service.name
        metrics = await service.metrics()
        for topic in READ:
            if service.name in topic.consumers:
                assert fate_counted(metrics, topic, "ignored"), f"{service.name}, {topic.name}: newer event not ignored"
        for line in service.log.splitlines():
            assert json.loads(line)["level"] != "critical", line
        assert NIK.decode() not in service.log and MAIL.decode() not in service.log


def fate_counted(metrics: str, topic: Topic, fate: str) -> bool:
    lines = [line for line in metrics.splitlines() if line.startswith("pasopati_consumed_total{")]
    return any(f'topic="{topic.name}"' in line and f'fate="{fate}"' in line for line in lines)


async def everything_bad_is_parked(office: Office, stack: Stack) -> None:
    """Each bad record in the dead letters of each service that reads its topic: once, with its origin, masked."""
    wanted = {
        (service, *where)
        for where in office.parked
        for topic in READ
        for service in topic.consumers
        if office.name(topic) == where[0] and service in SERVICES
    }
    assert len(wanted) == PARKED_BY_EACH * (sum(len(set(t.consumers) & set(SERVICES)) for t in READ) + 2)

    async def found() -> list[tuple[str, str, str, int, int]]:
        got = []
        for service in SERVICES:
            for record in await everything_on(stack, office.name(DEAD_LETTERS[service])):
                headers = {name: value.decode() for name, value in record.headers}
                assert headers["reason"].startswith("invalid: "), headers
                assert headers["group"].split(".")[0] == service
                assert NIK not in record.value and MAIL not in record.value and len(record.value) < 70_000
                where = headers["origin-topic"], int(headers["origin-partition"]), int(headers["origin-offset"])
                got.append((service, headers["group"], *where))
        return got

    async def all_there() -> bool:
        return {(service, *where) for service, _, *where in await found()} >= wanted

    await eventually(all_there, within=30, what="every bad record is parked")
    got = await found()
    # Two groups of one service read the relevant items: each parks for itself, and once.
    assert len(got) == len(set(got)) and {(service, *where) for service, _, *where in got} == wanted
