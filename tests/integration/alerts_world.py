"""Everything around the alerts service in a test: a bus to tell it stories on, and inboxes that it pushes to."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default as modern
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook

from deploy.local.ports import release_port, take_port
from libs.schemas.commands import AcknowledgeAlert, AlertActed
from libs.schemas.common import Actor
from libs.schemas.envelope import Command, Envelope, Part
from libs.schemas.stories import Story, StoryGrew
from libs.schemas.topics import ALERTS, COMMAND_OUTCOMES, NOTIFICATIONS, topic_of
from tests.support.builders import a_command, a_story, envelope_of
from tests.support.running import Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually

SECRET = "whsec_" + base64.b64encode(b"rahasia-contoh-untuk-uji-24").decode()
OPERATOR = Actor(role="operator", key_id="k-operator")
ANALYST = Actor(role="analis", key_id="k-analis")
# An hour of the real clocks is some seconds here; the order of things is the same.
FAST: dict[str, Any] = {
    "version": "uji",
    "rungs": [
        {"rung": 1, "role": "operator", "name": "Operator jaga"},
        {"rung": 2, "role": "analis", "name": "Analis jaga"},
        {"rung": 3, "role": "pimpinan_krisis", "name": "Pimpinan krisis"},
    ],
    "classes": {
        "biasa": {
            "wait_seconds": 0.3, "interval_seconds": 2, "repeat_seconds": 60,
            "steps": [
                {"rungs": [1], "after_seconds": 0},
                {"rungs": [2], "after_seconds": 1},
                {"rungs": [3], "after_seconds": 2},
            ],
        },
        "kritis": {
            "wait_seconds": 0, "interval_seconds": 1, "repeat_seconds": 60,
            "steps": [{"rungs": [1, 2], "after_seconds": 0}, {"rungs": [3], "after_seconds": 1}],
        },
    },
    "again_after_seconds": 1, "rounds": 2, "acknowledgement_lapses_seconds": 3, "growth_share": 0.5,
    "delivery": {
        "webhook": {
            "timeout_seconds": 2, "first_retry_seconds": 0.2, "longest_retry_seconds": 0.5, "give_up_seconds": 120,
            "lease_seconds": 3, "at_once": 8, "at_once_each": 2,
        },
        "email": {
            "timeout_seconds": 2, "first_retry_seconds": 0.2, "longest_retry_seconds": 0.5, "give_up_seconds": 3,
            "lease_seconds": 3, "at_once": 8, "at_once_each": 2,
        },
    },
}  # fmt: skip


def slow_ladder(**changes: Any) -> dict[str, Any]:
    """The fast clocks with a ladder that does not move during a test about something else."""
    later = {"rungs": [3], "after_seconds": 600}
    steps = {
        name: [{"rungs": rungs, "after_seconds": 0}, later] for name, rungs in (("biasa", [1]), ("kritis", [1, 2]))
    }
    classes = {name: {**clocks, "steps": steps[name]} for name, clocks in FAST["classes"].items()}
    return {**FAST, "classes": classes, "acknowledgement_lapses_seconds": 600, "again_after_seconds": 600, **changes}


@dataclass(frozen=True, slots=True)
class Post:
    """One verified webhook call."""

    id: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass(slots=True)
class WebhookInbox:
    """A receiver of signed posts. `answer`: its status code, or None to take the post and never answer."""

    port: int
    answer: int | None = 204
    posts: list[Post] = field(default_factory=list)
    refused: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/inbox"

    async def take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = Webhook(SECRET).verify(raw, dict(request.headers))
        if self.answer is None:
            self.posts.append(Post(body["notification_id"], body, dict(request.headers)))
            await asyncio.Event().wait()
        if self.answer is not None and self.answer >= 300:
            self.refused += 1
            return web.Response(status=self.answer, headers={"location": self.url + "/elsewhere"})
        self.posts.append(Post(request.headers["webhook-id"], body, dict(request.headers)))
        return web.Response(status=self.answer or 204)

    @property
    def by_id(self) -> Counter[str]:
        return Counter(post.id for post in self.posts)


@dataclass(slots=True)
class MailInbox:
    """A real SMTP server. `refuse`: the answer to RCPT instead of taking the mail."""

    port: int
    refuse: str | None = None
    mails: list[Message] = field(default_factory=list)
    refusals: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse is not None:
            self.refusals += 1
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=modern))
        return "250 Diterima sebagai contoh-1"


@dataclass(slots=True, kw_only=True)
class World:
    """What a test of alerts works with."""

    running: Running
    namespace: str
    directory: Path
    producer: AIOKafkaProducer
    webhook: WebhookInbox
    mail: MailInbox
    events: list[dict[str, Any]] = field(default_factory=list)
    _presses: int = 0

    async def start(
        self, *, ladder: dict[str, Any] | None = None, recipients: dict[str, Any] | None = None, replica: str = "0",
        wait: bool = True, **env: str,
    ) -> Service:  # fmt: skip
        """The alerts service with these clocks and people."""
        ladder_file, people_file = self.directory / "ladder.yaml", self.directory / "recipients.yaml"
        ladder_file.write_text(yaml.safe_dump(ladder or FAST))
        people_file.write_text(yaml.safe_dump(recipients or self.people()))
        settings = {
            "PASOPATI_LADDER_FILE": str(ladder_file),
            "PASOPATI_RECIPIENTS_FILE": str(people_file),
            "PASOPATI_SMTP_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "PASOPATI_LOCAL_ADDRESSES": f"127.0.0.1:{self.webhook.port}",
            "PASOPATI_PUBLIC_URL": "http://127.0.0.1:8080",
        }
        return await self.running.start("alerts", replica=replica, wait=wait, env={**settings, **env})

    def people(self, *, channels: tuple[str, ...] = ("webhook",)) -> dict[str, Any]:
        """One recipient on each rung of live, another of sample."""
        ways = {
            "webhook": {"kind": "webhook", "url": self.webhook.url, "secret": SECRET},
            "email": {"kind": "email", "to": "jaga@contoh.example"},
        }
        listed = [ways[name] for name in channels]

        def rungs(prefix: str) -> dict[int, Any]:
            roles = {1: "operator", 2: "analis", 3: "pimpinan_krisis"}
            return {
                rung: [{"id": f"{prefix}-{rung}", "role": role, "channels": listed}] for rung, role in roles.items()
            }

        return {"live": rungs("jaga"), "sample": rungs("contoh")}

    async def publish(self, envelope: Envelope[Any]) -> None:
        name = f"{topic_of(type(envelope)).name}.{self.namespace}"
        value = envelope.model_dump_json(exclude_none=True).encode()
        await self.producer.send_and_wait(name, value, key=envelope.subject.encode())

    async def tell(self, n: int = 1, *, sequence: int = 1, **changes: Any) -> Story:
        """A story as the classifier would announce it, critical unless said otherwise."""
        envelope = {name: changes.pop(name) for name in ("opmode", "lane", "time") if name in changes}
        event = changes.pop("event", StoryGrew)
        story = a_story(n, **({"severity_max": 4} | changes))
        await self.publish(envelope_of(event, story, sequence=sequence, **envelope))
        return story

    async def ask(
        self, kind: type[Command[Any]], alert_id: str, data: Part, *, key: str | None = None
    ) -> dict[str, Any]:
        """A command and its outcome."""
        self._presses += 1
        command = a_command(kind, alert_id, data, key=key or f"tekan-{self._presses}")
        before = len(self.outcomes(command.id))
        await self.publish(command)
        await eventually(lambda: len(self.outcomes(command.id)) > before, within=20, what="an outcome")
        return self.outcomes(command.id)[-1]

    async def acknowledge(self, alert_id: str, by: Actor = OPERATOR) -> dict[str, Any]:
        return await self.ask(AcknowledgeAlert, alert_id, AlertActed(by=by))

    def outcomes(self, command_id: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event.get("subject") == command_id]

    def said(self, word: str, *, subject: str | None = None) -> list[dict[str, Any]]:
        """Events of a kind ('alert.raised'), each transition once, in order."""
        found: dict[str, dict[str, Any]] = {}
        for event in self.events:
            if (
                event.get("data")
                and short(event) == word
                and subject in (None, event["subject"], event["data"].get("alert_id"))
            ):
                found.setdefault(event["id"], event)
        return list(found.values())

    async def the(self, word: str, count: int = 1, *, within: float = 20) -> list[dict[str, Any]]:
        """Wait for that many events of a kind."""
        await eventually(lambda: len(self.said(word)) >= count, within=within, what=f"{count} {word}")
        return self.said(word)


def short(event: dict[str, Any]) -> str:
    return str(event.get("type")).removeprefix("id.go.ditjenpas.pasopati.").removesuffix(".v1")


@asynccontextmanager
async def world(stack: Stack, running: Running, directory: Path) -> AsyncIterator[World]:
    """Inboxes up, topics there, and an ear on everything alerts announces."""
    namespace = running.namespace
    await running.topics()
    async with AsyncExitStack() as cleanup:
        webhook = await cleanup.enter_async_context(webhook_inbox())
        mail = MailInbox(port=take_port())
        controller = Controller(mail, hostname="127.0.0.1", port=mail.port)
        controller.start()
        cleanup.callback(release_port, mail.port)
        cleanup.callback(controller.stop)
        producer = AIOKafkaProducer(bootstrap_servers=stack.kafka_bootstrap, acks="all")
        await producer.start()
        cleanup.push_async_callback(producer.stop)
        made = World(
            running=running, namespace=namespace, directory=directory, producer=producer, webhook=webhook, mail=mail
        )
        await cleanup.enter_async_context(_listening(stack, namespace, made.events))
        yield made


@asynccontextmanager
async def webhook_inbox() -> AsyncIterator[WebhookInbox]:
    inbox = WebhookInbox(port=take_port())
    app = web.Application()
    handler: Callable[[web.Request], Awaitable[web.Response]] = inbox.take
    app.router.add_post("/inbox", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", inbox.port).start()
    try:
        yield inbox
    finally:
        await runner.cleanup()
        release_port(inbox.port)


@asynccontextmanager
async def _listening(stack: Stack, namespace: str, events: list[dict[str, Any]]) -> AsyncIterator[None]:
    topics = [f"{topic.name}.{namespace}" for topic in (ALERTS, NOTIFICATIONS, COMMAND_OUTCOMES)]
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=stack.kafka_bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()

    async def listen() -> None:
        async for record in consumer:
            with suppress(ValueError):  # what a test puts there to be parked
                events.append(json.loads(record.value))

    ear = asyncio.create_task(listen())
    try:
        yield
    finally:
        ear.cancel()
        with suppress(asyncio.CancelledError):
            await ear
        await consumer.stop()
