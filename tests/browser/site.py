"""The real gateway, alerts and publisher with the sample's inbox, told stories as the classifier would tell them."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import yaml
from aiokafka import AIOKafkaProducer

from deploy.local.places import PROJECT
from deploy.local.ports import release_port, take_port
from deploy.local.processes import Process
from deploy.local.sample.config import recipients, webhook_secret
from libs.schemas.common import Count, Sentiment
from libs.schemas.envelope import Envelope, OpMode
from libs.schemas.items import ItemClassified
from libs.schemas.sources import SourceAdded
from libs.schemas.stories import Story, StoryGrew, StoryOpened, Timeline
from libs.schemas.topics import topic_of
from tests.integration.alerts_world import slow_ladder
from tests.integration.gateway_world import write_people
from tests.support.builders import a_classified_item, a_source, a_source_line, a_story, an_item_id, envelope_of
from tests.support.feeds import FeedServer, feed_server, sources_file
from tests.support.mastodon import MastodonServer, mastodon_server
from tests.support.running import Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually


@dataclass(slots=True, kw_only=True)
class Site:
    """A running site and the means to make things happen on it."""

    namespace: str
    gateway: Service
    keys: dict[str, str]
    producer: AIOKafkaProducer
    feeds: FeedServer
    mastodon: MastodonServer
    _told: dict[int, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.gateway.url

    def client(self, role: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.keys[role]}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=15)

    async def cookies(self, role: str) -> list[dict[str, str]]:
        """A person's session, as the login form gives it."""
        async with httpx.AsyncClient(base_url=self.url, timeout=15) as client:
            answer = await client.post("/masuk", data={"kunci": self.keys[role]})
            assert answer.status_code == 303, answer.text
            return [{"name": name, "value": value, "url": self.url} for name, value in client.cookies.items()]

    async def publish(self, envelope: Envelope[Any]) -> None:
        name = f"{topic_of(type(envelope)).name}.{self.namespace}"
        value = envelope.model_dump_json(exclude_none=True).encode()
        await self.producer.send_and_wait(name, value, key=envelope.subject.encode())

    async def tell(self, n: int, *, opmode: OpMode = "sample", **changes: Any) -> Story:
        """Story number n as it now stands: opened the first time, grown after that."""
        now = datetime.now(UTC)
        sequence = self._told[n] = self._told.get(n, 0) + 1
        publications = changes.pop("publications", 3 + sequence)
        made = a_story(n)
        values: dict[str, Any] = {
            "title": f"Contoh isu {n}: layanan kunjungan dikeluhkan di Lapas Kelas IIA Contoh Utara",
            "severity_max": 1, "sentiment": Sentiment(label="negatif", score=0.8), "first_item_at": now,
            "last_item_at": now, "copies": [], "copies_count": 0,
            "timeline": Timeline(start_at=now - timedelta(hours=23), counts=[0] * 91 + [1, 1, 0, 2]),
            "counts": [
                Count(what="publikasi", value=publications, items_ref=f"/isu/{made.story_id}"),
                Count(what="media", value=1, items_ref=f"/isu/{made.story_id}"),
            ],
            "head_items": [a_source_line(n * 100 + i, at=now) for i in range(min(publications, 20))],
            "item_ids": [an_item_id(n * 100 + i) for i in range(publications)],
        }  # fmt: skip
        story = made.model_copy(update=values | changes)
        event = StoryOpened if sequence == 1 else StoryGrew
        await self.publish(envelope_of(event, story, sequence=sequence, opmode=opmode, time=now))
        return story

    async def tell_items(self, n: int, count: int) -> None:
        """The publications behind story n."""
        now = datetime.now(UTC)
        for i in range(count):
            item = a_classified_item(n * 100 + i, first_seen_at=now)
            await self.publish(envelope_of(ItemClassified, item, opmode="sample", time=now))

    async def raise_alert(self, n: int, *, severity: int = 4) -> str:
        """A story so serious that alerts raises one; its id, once the gateway shows it."""
        story = await self.tell(n, severity_max=severity, title=f"Contoh {n}: tahanan kabur dari Rutan Contoh Timur")
        async with self.client("operator") as client:

            async def shown() -> str:
                rows = (await client.get("/api/v1/alerts", params={"limit": 200})).json()["rows"]
                return next((r["id"] for r in rows if r["data"]["story_ids"] == [story.story_id]), "")

            return str(await eventually(shown, within=20, what=f"an alert of story {n}"))

    async def published_release(self, title: str) -> str:
        """Written, submitted, approved and published by the people it takes; its code."""
        text = {"kind": "siaran_pers", "title": title, "body": "Isi contoh pertama.\n\nIsi contoh kedua."}
        async with self.client("editor") as editor, self.client("penyetuju") as approver:
            made = await _press(editor, "/api/v1/releases", text)
            place = f"/api/v1/releases/{made['entity_id']}"
            named = {"body_sha256": made["row"]["data"]["body_sha256"]}
            await _press(editor, f"{place}/submit", named)
            await _press(approver, f"{place}/approve", named)
            await _press(approver, f"{place}/publish", named)

            async def code() -> str:
                answer = await editor.get(place)
                return str(answer.json()["data"]["code"]) if answer.status_code == 200 else ""

            return str(await eventually(code, within=10, what="the release is published"))


async def shown_in(site: Site, path: str, wanted: str) -> None:
    """Until the list at this address of the API has an entity of this id."""
    async with site.client("analis") as client:

        async def there() -> bool:
            return (await client.get(f"{path}/{wanted}")).status_code == 200

        await eventually(there, within=20, what=f"{wanted} is shown")


async def _press(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers={"Idempotency-Key": uuid4().hex})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@asynccontextmanager
async def open_site(stack: Stack, directory: Path) -> AsyncIterator[Site]:
    """Three services and the sample server, until the block ends."""
    running = Running(stack=stack, namespace=f"t{uuid4().hex[:8]}", directory=directory / "services")
    people_file, keys = write_people(directory)
    async with AsyncExitStack() as cleanup:
        cleanup.push_async_callback(running.close)
        inbox, mail = take_port(), take_port()
        cleanup.callback(release_port, inbox)
        cleanup.callback(release_port, mail)
        _start_inbox(cleanup, directory, inbox=inbox, mail=mail)
        feeds = await cleanup.enter_async_context(feed_server())
        mastodon = await cleanup.enter_async_context(mastodon_server())
        reading = {
            "PASOPATI_SOURCES_FILE": str(_no_sources(directory)),
            "PASOPATI_LOCAL_ADDRESSES": f"{feeds.address},{mastodon.address}",
            "PASOPATI_PER_HOST_SECONDS": "0.1",
        }
        alerts_env = _alerts_files(directory, inbox=inbox, mail=mail)
        await running.topics()
        gateway = await running.start(
            "gateway",
            wait=False,
            PASOPATI_PEOPLE_FILE=str(people_file),
            PASOPATI_SAMPLE_INBOX_URL=f"http://127.0.0.1:{inbox}/inbox.json",
            PASOPATI_HEARTBEAT_SECONDS="1",
        )
        others = [
            await running.start("alerts", wait=False, env=alerts_env),
            await running.start("publisher", wait=False),
            await running.start("ingest", wait=False, env=reading),
        ]
        for service in (gateway, *others):
            await service.ready()
        producer = AIOKafkaProducer(bootstrap_servers=stack.kafka_bootstrap, acks="all")
        await producer.start()
        cleanup.push_async_callback(producer.stop)
        site = Site(
            namespace=running.namespace, gateway=gateway, keys=keys, producer=producer, feeds=feeds, mastodon=mastodon
        )
        await site.publish(envelope_of(SourceAdded, a_source(1, state="hidup", enabled=True), opmode="sample"))
        yield site


def _no_sources(directory: Path) -> Path:
    """What ingest would read is told or added by the tests; it is here for the units' reports and for looks."""
    return sources_file(directory / "sources.yaml", {"harian-contoh": []}, opmode="live", enabled=False)


def _start_inbox(cleanup: AsyncExitStack, directory: Path, *, inbox: int, mail: int) -> None:
    state = directory / "sample"
    webhook_secret(state)
    arguments = ("--port", str(inbox), "--smtp-port", str(mail), "--state-dir", str(state))
    process = Process(
        name="sample",
        command=(sys.executable, "-m", "deploy.local.sample.server", *arguments),
        record=directory / "sample.pid",
        log=directory / "sample.log",
        cwd=PROJECT,
        dies_with_parent=True,
    )
    process.start()
    cleanup.callback(process.stop)


def _alerts_files(directory: Path, *, inbox: int, mail: int) -> dict[str, str]:
    ladder, people = directory / "ladder.yaml", directory / "recipients.yaml"
    ladder.write_text(yaml.safe_dump(slow_ladder()))
    people.write_text(yaml.safe_dump(recipients(f"http://127.0.0.1:{inbox}", webhook_secret(directory / "sample"))))
    return {
        "PASOPATI_LADDER_FILE": str(ladder),
        "PASOPATI_RECIPIENTS_FILE": str(people),
        "PASOPATI_SMTP_URL": f"smtp://127.0.0.1:{mail}",
        "PASOPATI_LOCAL_ADDRESSES": f"127.0.0.1:{inbox}",
    }


def manifest() -> dict[str, str]:
    found: dict[str, str] = json.loads((PROJECT / "services/gateway/console/dist/manifest.json").read_text())
    return found
