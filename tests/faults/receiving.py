"""What came out, as strangers see it: a webhook sink, a plain Kafka subscriber, a client of the live feed."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from standardwebhooks.webhooks import Webhook

from tests.support.waiting import eventually

READ = (
    "pasopati.items.classified.v1", "pasopati.stories.v1", "pasopati.alerts.v1", "pasopati.releases.v1",
    "pasopati-int.reports.v1", "pasopati.trends.v1",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One event as the Kafka subscriber got it."""

    topic: str
    id: str
    kind: str
    subject: str
    sequence: int
    data: dict[str, Any]


class Subscriber:
    """Reads the public topics and the reports from their beginning, by hand; survives the broker's death."""

    def __init__(self, bootstrap: str, namespace: str) -> None:
        self._bootstrap, self._namespace = bootstrap, namespace
        self.seen: list[Seen] = []
        self.new_alerts: asyncio.Queue[Seen] = asyncio.Queue()
        self.routine_items: asyncio.Queue[Seen] = asyncio.Queue()
        self.routine_stories: asyncio.Queue[Seen] = asyncio.Queue()
        # As they stand.
        self.stories: dict[str, Seen] = {}
        self._consumer: AIOKafkaConsumer | None = None

    async def run(self) -> None:
        self._consumer = consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()
        names = [f"{name}.{self._namespace}" for name in READ]
        known = await consumer._client.fetch_all_metadata()
        consumer.assign([TopicPartition(name, p) for name in names for p in known.partitions_for_topic(name)])
        try:
            while True:
                try:
                    got = await consumer.getmany(timeout_ms=500)
                except KafkaError:
                    continue
                for records in got.values():
                    for record in records:
                        self._take(record.topic.removesuffix(f".{self._namespace}"), json.loads(record.value))
        finally:
            await consumer.stop()

    def _take(self, topic: str, event: dict[str, Any]) -> None:
        kind = event["type"].removeprefix("id.go.ditjenpas.pasopati.").removesuffix(".v1")
        seen = Seen(
            topic=topic, id=event["id"], kind=kind, subject=event["subject"], sequence=event["sequence"],
            data=event["data"],
        )  # fmt: skip
        self.seen.append(seen)
        if kind == "alert.raised":
            self.new_alerts.put_nowait(seen)
        elif kind == "item.classified":
            if seen.data["relevance"]["relevant"] and seen.data["severity"]["value"] == 0:
                self.routine_items.put_nowait(seen)
        elif kind.startswith("story."):
            self._take_story(seen)

    def _take_story(self, seen: Seen) -> None:
        if seen.subject not in self.stories or self.stories[seen.subject].sequence < seen.sequence:
            self.stories[seen.subject] = seen
        if seen.kind == "story.grew" and seen.data["severity_max"] == 0 and "split_from" not in seen.data:
            self.routine_stories.put_nowait(seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One call of the webhook: its id, the trace it belongs to, and what it said."""

    id: str
    traceparent: str
    body: dict[str, Any]


class Sink:
    """A webhook receiver that checks each signature, as a subscriber would."""

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(secret)
        self.pushes: list[Push] = []
        self.forged = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        try:
            said = self._webhook.verify(body, headers)
            self.pushes.append(Push(id=headers["webhook-id"], traceparent=headers.get("traceparent", ""), body=said))
        except Exception:
            self.forged += 1
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@dataclass(slots=True, kw_only=True)
class Frame:
    """One message of the live feed."""

    id: str
    event: str
    data: dict[str, Any]


@dataclass(slots=True)
class LiveClient:
    """A client of /api/v1/arus that comes back with Last-Event-ID, as a browser would."""

    url: str
    key: str
    frames: list[Frame] = field(default_factory=list)
    connections: int = 0
    _last: str = ""

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=httpx.Timeout(5, read=15)) as client:
            while True:
                try:
                    await self._read(client)
                except (httpx.HTTPError, OSError):
                    await asyncio.sleep(0.2)

    async def _read(self, client: httpx.AsyncClient) -> None:
        headers = {"authorization": f"Bearer {self.key}", "accept": "text/event-stream"}
        if self._last:
            headers["last-event-id"] = self._last
        async with client.stream("GET", f"{self.url}/api/v1/arus", headers=headers) as answer:
            if answer.status_code != 200:
                await asyncio.sleep(0.2)
                return
            self.connections += 1
            fields: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(":")
                    fields[name] = fields.get(name, "") + value.removeprefix(" ")
                    continue
                self._take(fields)
                fields = {}

    def _take(self, fields: dict[str, str]) -> None:
        if fields.get("id"):
            self._last = fields["id"]
        if "data" in fields:
            frame = Frame(id=fields.get("id", ""), event=fields.get("event", ""), data=json.loads(fields["data"]))
            self.frames.append(frame)

    async def connected(self) -> None:
        await eventually(lambda: self.connections > 0, within=20, what="the live client is connected")
