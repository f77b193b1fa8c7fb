"""Somebody outside the publisher: sends it alerts and commands, and reads what it announces."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from libs.schemas import ids
from libs.schemas.commands import (
    ApproveDraft,
    DraftNamed,
    DraftSentBack,
    DraftText,
    Publish,
    ReturnDraft,
    SaveDraft,
    SubmitDraft,
)
from libs.schemas.common import Actor
from libs.schemas.envelope import Command, Envelope, Part
from libs.schemas.topics import COMMAND_OUTCOMES, DRAFTS, RELEASES, topic_of
from tests.support.builders import a_command
from tests.support.stack import Stack
from tests.support.waiting import eventually

EDITOR = Actor(role="editor", key_id="k-editor")
APPROVER = Actor(role="penyetuju", key_id="k-penyetuju")
LEAD = Actor(role="pimpinan_krisis", key_id="k-pimpinan")


@dataclass(slots=True, kw_only=True)
class Visitor:
    namespace: str
    producer: AIOKafkaProducer
    events: list[dict[str, Any]] = field(default_factory=list)
    _presses: int = 0

    async def publish(self, envelope: Envelope[Any]) -> None:
        name = f"{topic_of(type(envelope)).name}.{self.namespace}"
        value = envelope.model_dump_json(exclude_none=True).encode()
        await self.producer.send_and_wait(name, value, key=envelope.subject.encode())

    def command(self, kind: type[Command[Any]], release_id: str | None, data: Part, **more: Any) -> Any:
        """A new press; without `release_id` a command that opens a draft of its own."""
        self._presses += 1
        key = f"tekan-{self._presses}"
        subject = release_id or ids.from_command("release", ids.command_id("orang-1", key))
        return a_command(kind, subject, data, key=key, **more)

    async def ask(self, kind: type[Command[Any]], release_id: str | None, data: Part, **more: Any) -> dict[str, Any]:
        """Sends a command and waits for its outcome."""
        command = self.command(kind, release_id, data, **more)
        await self.publish(command)
        return await self.outcome(command)

    async def outcome(self, command: Command[Any]) -> dict[str, Any]:
        def arrived() -> dict[str, Any] | None:
            return next((e for e in self.events if e["subject"] == command.id), None)

        found = await eventually(arrived, within=30, what=f"an outcome of {command.type}")
        assert found is not None
        return found

    def of(self, release_id: str) -> list[dict[str, Any]]:
        """The entity's events as a reader keeps them: once each, by topic and sequence."""
        mine: dict[tuple[str, int], dict[str, Any]] = {}
        for event in self.events:
            if event["subject"] == release_id:
                mine.setdefault((word(event).split(".")[0], event["sequence"]), event)
        return list(mine.values())

    def published(self, release_id: str) -> list[dict[str, Any]]:
        """Every ReleasePublished record, repeats and all."""
        return [e for e in self.events if e["subject"] == release_id and word(e) == "release.published"]

    async def a_saved_draft(self, *, by: Actor = EDITOR, title: str = "Api padam", **more: Any) -> dict[str, Any]:
        text = DraftText(by=by, kind="siaran_pers", title=title, body="Api di **blok C** padam.")
        answer = await self.ask(SaveDraft, None, text, **more)
        assert word(answer) == "command.applied", answer
        return await self.standing(answer["data"]["entity_id"])

    async def standing(self, release_id: str, *, status: str = "konsep") -> dict[str, Any]:
        """The draft's data once it stands at `status`."""

        def stands() -> dict[str, Any] | None:
            mine = [e for e in self.of(release_id) if word(e).startswith("draft.")]
            last = max(mine, key=lambda e: int(e["sequence"]), default=None)
            return last if last and last["data"]["status"] == status else None

        found = await eventually(stands, within=30, what=f"{release_id} is {status}")
        assert found is not None
        return dict(found["data"])

    async def a_submitted_draft(self, **more: Any) -> dict[str, Any]:
        draft = await self.a_saved_draft(**more)
        answer = await self.named(SubmitDraft, draft, by=EDITOR)
        assert word(answer) == "command.applied", answer
        return await self.standing(draft["release_id"], status="diajukan")

    async def an_approved_draft(self, **more: Any) -> dict[str, Any]:
        draft = await self.a_submitted_draft(**more)
        answer = await self.named(ApproveDraft, draft, by=APPROVER)
        assert word(answer) == "command.applied", answer
        return await self.standing(draft["release_id"], status="disetujui")

    async def named(self, kind: type[Command[Any]], draft: dict[str, Any], *, by: Actor) -> dict[str, Any]:
        return await self.ask(kind, draft["release_id"], DraftNamed(by=by, body_sha256=draft["body_sha256"]))

    async def send_back(self, draft: dict[str, Any], *, by: Actor) -> dict[str, Any]:
        return await self.ask(ReturnDraft, draft["release_id"], DraftSentBack(by=by, reason="angka belum cocok"))

    def publication(self, draft: dict[str, Any], *, by: Actor = LEAD) -> Any:
        return self.command(Publish, draft["release_id"], DraftNamed(by=by, body_sha256=draft["body_sha256"]))


def word(event: dict[str, Any]) -> str:
    """`draft.saved` for its type."""
    return str(event["type"]).removeprefix("id.go.ditjenpas.pasopati.").removesuffix(".v1")


@asynccontextmanager
async def visiting(stack: Stack, namespace: str) -> AsyncIterator[Visitor]:
    """Reads drafts, releases and outcomes of the namespace from their beginning; its topics must exist."""
    names = [f"{topic.name}.{namespace}" for topic in (DRAFTS, RELEASES, COMMAND_OUTCOMES)]
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka_bootstrap, enable_idempotence=True)
    # Without a group it is given every partition.
    consumer = AIOKafkaConsumer(*names, bootstrap_servers=stack.kafka_bootstrap, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    visitor = Visitor(namespace=namespace, producer=producer)

    async def read() -> None:
        async for record in consumer:
            visitor.events.append(json.loads(record.value))

    try:
        reading = asyncio.create_task(read())
        yield visitor
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
    finally:
        await consumer.stop()
        await producer.stop()
