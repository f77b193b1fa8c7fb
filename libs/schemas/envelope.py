"""The CloudEvents 1.0 envelope that every event and command of Pasopati travels in (structured JSON)."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

TYPE_PREFIX = "id.go.ditjenpas.pasopati."
SCHEMA_PREFIX = "urn:pasopati:schema:"
CONTENT_TYPE = "application/cloudevents+json"
MAX_VALUE_BYTES = 256 * 1024

OpMode = Literal["live", "drill", "sample"]
Lane = Literal["live", "backfill"]


def _in_utc(value: datetime) -> datetime:
    # The document store keeps milliseconds: what travels must equal what is kept.
    if value.tzinfo is UTC and value.microsecond % 1000 == 0:
        return value
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the calendar") from None
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


UtcTime = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An instant in UTC with millisecond precision; naive times are refused."""


class Part(BaseModel):
    """Base of everything inside an event: immutable, and deaf to fields it does not know (readers ignore them)."""

    model_config = ConfigDict(extra="ignore", frozen=True)


DataT = TypeVar("DataT", bound=Part)


class Envelope(Part, Generic[DataT]):
    """What events and commands have in common. Attribute names are those of CloudEvents 1.0 and our extensions."""

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1, max_length=64)
    source: str = Field(min_length=1, max_length=200)
    type: str
    subject: str = Field(min_length=1, max_length=200)
    time: UtcTime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    correlationid: str
    causationid: str | None = None
    opmode: OpMode
    drillid: str | None = None
    lane: Lane = "live"
    traceparent: str | None = Field(default=None, pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
    data: DataT


class Event(Envelope[DataT], Generic[DataT]):
    """Something that happened to an entity; `sequence` counts the entity's transitions in the event's topic, from 1."""

    sequence: int = Field(ge=1)


class Command(Envelope[DataT], Generic[DataT]):
    """Something a person asks an owner to do; `subject` is the entity it is asked of."""


def type_of(event: type[Envelope[Part]] | type[Envelope[DataT]]) -> str:
    """The CloudEvents `type` of an event or command class."""
    return str(event.model_fields["type"].default)


def short_name(event: type[Envelope[DataT]]) -> str:
    """`item.collected.v1` for `id.go.ditjenpas.pasopati.item.collected.v1`."""
    return type_of(event).removeprefix(TYPE_PREFIX)


def schema_uri(event: type[Envelope[DataT]]) -> str:
    """The `dataschema` of an event or command class."""
    return SCHEMA_PREFIX + short_name(event)
