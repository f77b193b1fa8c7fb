"""Everything around the gateway in a test: people with keys, an owner of alerts, and a reader of the live feed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from libs.runtime.announcing import Announcement, Cause
from libs.runtime.commands import Applied, Rejected, command_subscription
from libs.runtime.outbox import Decision, Document, Entities, Intent
from libs.schemas import alerts, commands
from libs.schemas.alerts import Alert, AlertRaised
from libs.schemas.topics import ALERTS, ALERTS_COMMANDS
from services.gateway.keys import make_development_keys
from services.gateway.settings import GatewaySettings
from tests.support.builders import an_alert
from tests.support.inside import Inside, inside
from tests.support.running import SECRET_KEY, Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually


def write_people(directory: Path) -> tuple[Path, dict[str, str]]:
    """A people file with one person per role, and their keys."""
    pepper = GatewaySettings(secret_key=SECRET_KEY).derived_key("people")
    text, keys = make_development_keys(pepper=pepper, now=datetime.now(UTC))
    file = directory / "people.yaml"
    file.write_text(text)
    return file, keys


@dataclass(slots=True, kw_only=True)
class World:
    """A real gateway, and an owner of alerts that lives in the test."""

    gateway: Service
    keys: dict[str, str]
    people_file: Path
    plumbing: Inside
    alerts: Entities

    def client(self, role: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.keys[role]}"}
        return httpx.AsyncClient(base_url=self.gateway.url, headers=headers, timeout=15)

    async def raise_alerts(self, *numbers: int, **changes: Any) -> list[str]:
        """Opens alerts as their owner would; their ids."""
        made = [an_alert(n, **changes) for n in numbers]
        await self.alerts.apply(
            [
                Intent(
                    entity_id=alert.alert_id,
                    inputs=(f"uji-{alert.alert_id}",),
                    cause=Cause.origin(opmode="live"),
                    decide=lambda doc, alert=alert: _opened(alert),  # type: ignore[misc]
                )
                for alert in made
            ]
        )
        return [alert.alert_id for alert in made]

    async def change_alert(self, alert_id: str, note: str) -> None:
        """One more transition of an alert."""

        def grown(doc: Document | None) -> Decision:
            assert doc is not None
            alert = Alert.model_validate(doc.state)
            grown = alert.model_copy(update={"change": alerts.Change(what="bertambah", note=note)})
            return Decision(state=doc.state, announcements=(Announcement(event=alerts.AlertGrew, data=grown),))

        intent = Intent(entity_id=alert_id, inputs=(note,), cause=Cause.origin(opmode="live"), decide=grown)
        await self.alerts.apply([intent])


def _opened(alert: Alert) -> Decision:
    return Decision(state=alert.model_dump(mode="json"), announcements=(Announcement(event=AlertRaised, data=alert),))


def _acknowledge(command: commands.AcknowledgeAlert, doc: Document | None) -> Applied | Rejected:
    if doc is None:
        return Rejected(code=404, kode="tidak_ada", message="Peringatan ini tidak ada.")
    if doc.state["status"] != "terbuka":
        return Rejected(code=409, kode="sudah_diakui", message="Sudah diakui, lebih dulu dari Anda.")
    alert = Alert.model_validate(doc.state).model_copy(
        update={"status": "diakui", "acknowledged_by": command.data.by, "acknowledged_at": datetime.now(UTC)}
    )
    announcement = Announcement(event=alerts.AlertAcknowledged, data=alert)
    return Applied(Decision(state=alert.model_dump(mode="json"), announcements=(announcement,)))


@asynccontextmanager
async def gateway_world(
    stack: Stack, running: Running, namespace: str, tmp_path: Path, *, owner: bool = True, **env: str
) -> AsyncIterator[World]:
    """`owner=False`: nobody carries out commands."""
    people_file, keys = write_people(tmp_path)
    gateway = await running.start("gateway", env={"PASOPATI_PEOPLE_FILE": str(people_file), **env})
    async with AsyncExitStack() as exits:
        plumbing = await exits.enter_async_context(inside(stack, namespace, service="alerts"))
        entities = await plumbing.entities("alerts")
        desk = plumbing.desk(entities, ALERTS)

        async def acknowledge(command: commands.AcknowledgeAlert) -> None:
            await desk.carry_out(command, command.subject, lambda doc: _acknowledge(command, doc))

        async def refuse(command: Any) -> None:
            answer = Rejected(code=422, kode="tidak_di_uji", message="Tidak ada di uji ini.")
            await desk.carry_out(command, command.subject, lambda doc: answer)

        handlers = dict.fromkeys(ALERTS_COMMANDS.events, refuse) | {commands.AcknowledgeAlert: acknowledge}
        if owner:
            subscription = command_subscription(ALERTS_COMMANDS, group="alerts.commands", handlers=handlers)  # type: ignore[arg-type]
            await exits.enter_async_context(plumbing.reading(subscription))
        yield World(gateway=gateway, keys=keys, people_file=people_file, plumbing=plumbing, alerts=entities)


@dataclass(slots=True)
class Message:
    """One server-sent event."""

    id: str
    event: str
    data: Any


@dataclass(slots=True)
class Watcher:
    """A client of the live feed that comes back with its last id, as a browser does."""

    url: str
    key: str
    path: str = "/api/v1/arus"
    last_id: str = ""
    messages: list[Message] = field(default_factory=list)
    connections: int = 0

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [message.data for message in self.messages if message.event == "message"]

    @property
    def transitions(self) -> list[tuple[str, int]]:
        return [(change["id"], change["urutan"]) for change in self.changes]

    def named(self, name: str) -> list[Any]:
        return [message.data for message in self.messages if message.event == name]

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Watcher]:
        """Connected (the first heartbeat is here) until the block ends; reconnects when it is cut off."""
        task, beats = asyncio.create_task(self._stay()), len(self.named("detak"))
        try:
            await eventually(lambda: len(self.named("detak")) > beats, within=10, what="the feed is open")
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _stay(self) -> None:
        while True:
            with suppress(httpx.HTTPError):
                await self._read()
            await asyncio.sleep(0.1)

    async def _read(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Last-Event-ID": self.last_id} if self.last_id else {})
        timeout = httpx.Timeout(5, read=20)
        async with (
            httpx.AsyncClient(timeout=timeout) as client,
            client.stream("GET", self.url + self.path, headers=headers) as response,
        ):
            if response.status_code != 200:
                return
            self.connections += 1
            event, lines = "message", list[str]()
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    self.last_id = value
                elif name == "event":
                    event = value
                elif name == "data":
                    lines.append(value)
                elif not line:
                    if lines:
                        text = "\n".join(lines)
                        data = json.loads(text) if self.path.startswith("/api/") or event != "message" else text
                        self.messages.append(Message(self.last_id, event, data))
                    event, lines = "message", []
