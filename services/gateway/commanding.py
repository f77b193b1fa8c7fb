"""A person's deed: entered in the audit, sent as a command, its outcome awaited and told."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from opentelemetry import trace
from pydantic import ValidationError

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.mongo import Document, PyMongoError
from libs.runtime.telemetry import Tracing, log, new_traceparent
from libs.schemas import ids
from libs.schemas.commands import AddSource, EditOutlet, LiftRestriction, PreviewSource, RelabelItem, SaveDraft
from libs.schemas.envelope import Command, Event, OpMode, schema_uri, short_name
from libs.schemas.outcomes import CommandRejected, CommandUnchanged, Done, Finding, Refused, SourcePreview
from libs.schemas.topics import (
    ALERTS_COMMANDS,
    CATALOGUE,
    CLASSIFIER_COMMANDS,
    INGEST_COMMANDS,
    PUBLISHER_COMMANDS,
    topic_of,
)
from services.gateway.audit import Audit, Deed, Entry
from services.gateway.auth import Person
from services.gateway.inputs import clean_text
from services.gateway.metrics import COMMAND_SECONDS
from services.gateway.personal import decent
from services.gateway.problems import Problem, field_errors
from services.gateway.projections import VIEW_OF_TOPIC
from services.gateway.views_store import Views

# Where the entity of a command is looked up, to learn its mode.
_VIEW_OF_COMMANDS = {
    INGEST_COMMANDS.slug: "sources",
    CLASSIFIER_COMMANDS.slug: "stories",
    ALERTS_COMMANDS.slug: "alerts",
    PUBLISHER_COMMANDS.slug: "drafts",
}
_VIEW_OF_COMMAND: dict[str, str] = {
    EditOutlet.__name__: "outlets",
    LiftRestriction.__name__: "items",
    RelabelItem.__name__: "labels",
}
_KIND_OF_NEW: dict[type[Any], str] = {AddSource: "source", PreviewSource: "preview", SaveDraft: "release"}
_SLUGS = {topic.name: topic.slug for topic in CATALOGUE}
_KEY_LENGTH = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person wants done. `fields`: the command's data without `by`; `key`: Idempotency-Key of the press.

    `entity_id` None: a new entity, whose id the command's id makes (AddSource, PreviewSource, SaveDraft). `opmode`:
    for an entity that no view knows yet. `gated`: its text has passed the gate of its own channel already."""

    command: type[Command[Any]]
    entity_id: str | None
    key: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    opmode: OpMode | None = None
    gated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of it. 200: done (or it stood so already) and the views show it; 202: not known yet, look there."""

    status: Literal[200, 202, 404, 409, 422]
    kode: str
    message: str
    command_id: str
    entity_id: str
    sequence: int = 0
    findings: tuple[Finding, ...] = ()
    preview: SourcePreview | None = None

    @property
    def location(self) -> str:
        return f"/api/v1/perintah/{self.command_id}"


class Commanding:
    """Sends commands. The id is made of person and key, so the same press twice is the same command."""

    def __init__(
        self,
        *,
        views: Views,
        audit: Audit,
        publish: Callable[[Command[Any]], Awaitable[None]],
        clock: Clock,
        tracing: Tracing,
        node: str,
        patience_seconds: float = 3.0,
    ) -> None:
        self._views = views
        self._audit = audit
        self._publish = publish
        self._clock = clock
        self._tracing = tracing
        self._node = node
        self._patience_seconds = patience_seconds
        self._waiting: dict[str, list[asyncio.Future[Event[Any]]]] = {}

    async def send(self, person: Person, order: Order) -> Answer:
        """Audit entry, then the command, then its outcome. Problem 422: not a command, or the key had another body."""
        began = time.perf_counter()
        with self._tracing.span(f"command {order.command.__name__}", new_traceparent()) as traceparent:
            answer = await self._send(person, order, traceparent)
            trace.get_current_span().set_attribute("answer", answer.status)
        COMMAND_SECONDS.labels(answer=str(answer.status)).observe(time.perf_counter() - began)
        return answer

    async def _send(self, person: Person, order: Order, traceparent: str | None) -> Answer:
        if not 1 <= len(order.key) <= _KEY_LENGTH or not all("!" <= c <= "~" for c in order.key):
            raise Problem(status=422, kode="kunci_idempotensi", title="Idempotency-Key tidak berlaku")
        command_id = ids.command_id(person.person_id, order.key)
        # Before the first write: what identifies a person must not even reach the audit.
        # What people call a story is no office's own text: contacts in it are masked.
        official = topic_of(order.command) is not CLASSIFIER_COMMANDS
        fields = order.fields if order.gated else decent(_clean(order.fields), official=official)
        entity_id = order.entity_id or ids.from_command(_KIND_OF_NEW[order.command], command_id)
        crashpoint("gateway.command.before_audit")
        entry, first = await self._enter(person, order, command_id, entity_id, fields)
        crashpoint("gateway.command.after_audit")
        if not first and (known := await self._known(entry)):
            return known
        command = self._command(person, order, entry, fields, traceparent)
        outcome = await self._outcome_of(command)
        if outcome is None:
            return self._unknown(entry)
        return await self._told(outcome, entry)

    async def _enter(
        self, person: Person, order: Order, command_id: str, entity_id: str, fields: Mapping[str, Any]
    ) -> tuple[Entry, bool]:
        body = orjson.dumps([order.command.__name__, order.entity_id, dict(fields)], option=orjson.OPT_SORT_KEYS)
        sha256 = hashlib.sha256(body).hexdigest()
        self._validate(person, order, fields)
        deed = Deed(
            at=self._clock.now(),
            person_id=person.person_id,
            role=person.role,
            via=person.via,
            action=order.command.__name__,
            target=entity_id,
            command_id=command_id,
            body_sha256=sha256,
            opmode=await self._mode(order, entity_id),
        )
        entry, first = await self._audit.append(deed)
        if entry.body_sha256 != sha256:
            raise Problem(
                status=422,
                kode="kunci_dipakai_ulang",
                title="Kunci ini sudah dipakai untuk perintah lain",
                detail="Idempotency-Key yang sama hanya boleh dipakai untuk isi yang sama.",
            )
        return entry, first

    def _validate(self, person: Person, order: Order, fields: Mapping[str, Any]) -> Any:
        data_model = order.command.model_fields["data"].annotation
        assert data_model is not None
        try:
            return data_model.model_validate({**fields, "by": person.actor})
        except ValidationError as error:
            raise Problem(status=422, errors=field_errors(error.errors(include_input=False))) from None

    async def _mode(self, order: Order, entity_id: str) -> OpMode:
        """Commands inherit their target's mode; a draft made for an alert, the alert's."""
        if order.opmode is not None:
            return order.opmode
        view = _VIEW_OF_COMMAND.get(order.command.__name__) or _VIEW_OF_COMMANDS[topic_of(order.command).slug]
        found = await self._views.mode_of(view, entity_id)
        if found is None and (alert_id := order.fields.get("alert_id")):
            found = await self._views.mode_of("alerts", str(alert_id))
        return found[0] if found else "live"

    def _command(
        self, person: Person, order: Order, entry: Entry, fields: Mapping[str, Any], traceparent: str | None
    ) -> Command[Any]:
        # From the audit entry, not from now: a command that is sent again is the same one.
        make: Callable[..., Command[Any]] = order.command
        return make(
            id=str(entry.command_id),
            source=f"/pasopati/{self._node}/gateway",
            subject=entry.target,
            time=entry.at,
            dataschema=schema_uri(order.command),
            correlationid=str(entry.command_id),
            opmode=entry.opmode,
            traceparent=traceparent,
            data=self._validate(person, order, fields),
        )

    async def _outcome_of(self, command: Command[Any]) -> Event[Any] | None:
        future: asyncio.Future[Event[Any]] = asyncio.get_running_loop().create_future()
        # Before it is sent: the outcome may be quicker than the acknowledgement.
        self._waiting.setdefault(command.id, []).append(future)
        try:
            async with asyncio.timeout(self._patience_seconds):
                crashpoint("gateway.command.before_publish")
                await self._publish(command)
                crashpoint("gateway.command.after_publish")
                return await future
        except (TimeoutError, TransientError):
            return None
        finally:
            waiting = self._waiting.get(command.id, [])
            waiting.remove(future)
            if not waiting:
                del self._waiting[command.id]

    def outcome_arrived(self, event: Event[Any]) -> None:
        """From the live reader: wakes whoever waits for it."""
        for future in self._waiting.get(event.subject, []):
            if not future.done():
                future.set_result(event)

    async def _known(self, entry: Entry) -> Answer | None:
        """The answer a command has had already."""
        document = await self._views.outcome(str(entry.command_id))
        return await self._told_from(document, entry) if document else None

    async def look_up(self, person: Person, command_id: str) -> Answer | None:
        """What became of a command of this person; None: this person sent no such command."""
        entry = await self._audit.of_command(command_id)
        if entry is None or entry.person_id != person.person_id:
            return None
        return await self._known(entry) or self._unknown(entry)

    async def _told(self, outcome: Event[Any], entry: Entry) -> Answer:
        if isinstance(outcome, CommandRejected):
            return _refused(outcome.data, str(entry.command_id))
        return await self._done(outcome.data, entry, unchanged=isinstance(outcome, CommandUnchanged))

    async def _told_from(self, document: Document, entry: Entry) -> Answer:
        if document["event"] == _name(CommandRejected):
            return _refused(Refused.model_validate(document["data"]), str(entry.command_id))
        unchanged = document["event"] == _name(CommandUnchanged)
        return await self._done(Done.model_validate(document["data"]), entry, unchanged=unchanged)

    async def _done(self, done: Done, entry: Entry, *, unchanged: bool) -> Answer:
        command_id = str(entry.command_id)
        # Outlets travel with sources and are shown elsewhere.
        view = _VIEW_OF_COMMAND.get(entry.action) or VIEW_OF_TOPIC.get(_SLUGS.get(done.topic, done.topic))
        if view and done.sequence:
            try:
                shown = await self._views.reached(view, done.entity_id, done.sequence, within=self._patience_seconds)
            except PyMongoError:
                shown = False
            if not shown:
                log.warning("view is late", view=view, command_id=command_id)
                return Answer(
                    status=202,
                    kode="tampilan_menyusul",
                    message="Sudah dijalankan. Tampilannya menyusul.",
                    command_id=command_id,
                    entity_id=done.entity_id,
                    sequence=done.sequence,
                )
        return Answer(
            status=200,
            kode="tidak_berubah" if unchanged else "diterapkan",
            message="Sudah demikian sebelumnya." if unchanged else "Sudah dijalankan.",
            command_id=command_id,
            entity_id=done.entity_id,
            sequence=done.sequence,
            preview=done.preview,
        )

    def _unknown(self, entry: Entry) -> Answer:
        return Answer(
            status=202,
            kode="menunggu",
            message="Belum pasti. Jawaban sistem ditunggu dengan kode yang sama, jadi tidak akan ganda.",
            command_id=str(entry.command_id),
            entity_id=entry.target,
        )


def _refused(refused: Refused, command_id: str) -> Answer:
    return Answer(
        status=refused.code,
        kode=refused.kode,
        message=refused.message,
        command_id=command_id,
        entity_id=refused.entity_id,
        findings=tuple(refused.findings),
    )


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: clean_text(value) if isinstance(value, str) else value for name, value in fields.items()}


def _name(event: type[Event[Any]]) -> str:
    return short_name(event).rpartition(".v")[0]
