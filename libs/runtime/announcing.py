"""From a decision to the bytes that travel: ids, sequence, envelope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from libs.runtime.bus import encode
from libs.runtime.clock import Clock
from libs.runtime.telemetry import Tracing, new_traceparent
from libs.schemas import ids
from libs.schemas.envelope import Envelope, Event, Lane, OpMode, Part, schema_uri, type_of
from libs.schemas.topics import topic_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What led to a decision; everything it announces inherits it."""

    opmode: OpMode
    drillid: str | None = None
    lane: Lane = "live"
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None

    @classmethod
    def of(cls, envelope: Envelope[Any]) -> "Cause":
        return cls(
            opmode=envelope.opmode,
            drillid=envelope.drillid,
            lane=envelope.lane,
            correlationid=envelope.correlationid,
            causationid=envelope.id,
            traceparent=envelope.traceparent,
        )

    @classmethod
    def origin(
        cls,
        *,
        opmode: OpMode,
        drillid: str | None = None,
        lane: Lane = "live",
        correlation: str | None = None,
        traceparent: str | None = None,
    ) -> "Cause":
        """The start of a chain; without `correlation` the first event announced is its own."""
        return cls(
            opmode=opmode, drillid=drillid, lane=lane, correlationid=correlation,
            traceparent=traceparent or new_traceparent(),
        )  # fmt: skip

    @property
    def mode(self) -> str:
        return ids.mode_of(self.opmode, self.drillid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An event to announce. `key` defaults to the entity's id. `entity_id` and `sequence` are only for events about
    another thing than the document (outcomes, notifications requested), which then must be given both."""

    event: type[Event[Any]]
    data: Part
    key: str | None = None
    time: datetime | None = None
    entity_id: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an outbox: a rendered event."""

    id: str
    topic: str
    key: str
    value: str
    entity_id: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, str]) -> "Entry":
        return cls(id=raw["id"], topic=raw["topic"], key=raw["key"], value=raw["value"])

    def kept(self) -> dict[str, str]:
        return {"id": self.id, "topic": self.topic, "key": self.key, "value": self.value}


class Renderer:
    """Gives announcements their envelope; knows this installation's name and the time."""

    def __init__(self, *, service: str, node: str, clock: Clock, tracing: Tracing) -> None:
        self._source = f"/pasopati/{node}/{service}"
        self._service = service
        self._clock = clock
        self._tracing = tracing

    def now(self) -> datetime:
        return self._clock.now()

    def render(
        self, entity_id: str, cause: Cause, announcements: Sequence[Announcement], sequences: dict[str, int]
    ) -> tuple[Entry, ...]:
        """Entries in order; counts `sequences` (topic slug → last sequence of the entity) up as it goes."""
        entries = []
        for announcement in announcements:
            # Both lanes of an entity count as one: the live topic's name stands for them.
            slug = topic_of(announcement.event).slug
            sequence = announcement.sequence
            if sequence is None:
                sequence = sequences[slug] = sequences.get(slug, 0) + 1
            entries.append(self._entry(announcement.entity_id or entity_id, cause, announcement, sequence))
        return tuple(entries)

    def render_answer(self, cause: Cause, answer: Announcement) -> Entry:
        assert answer.entity_id is not None, "an outcome is about its command"
        return self._entry(answer.entity_id, cause, answer, 1)

    def _entry(self, entity_id: str, cause: Cause, announcement: Announcement, sequence: int) -> Entry:
        envelope = self.envelope(entity_id, cause, announcement, sequence)
        return Entry(
            id=envelope.id,
            topic=topic_of(announcement.event, cause.lane).slug,
            key=announcement.key or entity_id,
            value=encode(envelope).decode(),
            entity_id=entity_id,
        )

    def envelope(self, entity_id: str, cause: Cause, announcement: Announcement, sequence: int) -> Event[Any]:
        event_type = type_of(announcement.event)
        event_id = ids.event_id(event_type, entity_id, sequence)
        with self._tracing.span(f"{self._service} {event_type.rsplit('.', 2)[1]}", cause.traceparent) as traceparent:
            return announcement.event(
                id=event_id,
                source=self._source,
                type=event_type,
                subject=entity_id,
                time=announcement.time or self._clock.now(),
                dataschema=schema_uri(announcement.event),
                sequence=sequence,
                correlationid=cause.correlationid or event_id,
                causationid=cause.causationid,
                opmode=cause.opmode,
                drillid=cause.drillid,
                lane=cause.lane,
                traceparent=traceparent,
                data=announcement.data,
            )
