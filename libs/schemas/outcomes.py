"""Outcomes: what became of a command; the key and subject are the command's id."""

from typing import Literal

from pydantic import Field

from .envelope import Event, Part, UtcTime


class PreviewEntry(Part):
    """One entry of a looked-at source, masked."""

    title: str = Field(max_length=1000)
    excerpt: str = Field(default="", max_length=280)
    link: str | None = Field(default=None, max_length=2048)
    published_at: UtcTime | None = None


class SourcePreview(Part):
    """What a source would bring: its form, how many entries it shows, the first of them."""

    form: str = Field(max_length=40)
    title: str = Field(default="", max_length=300)
    entries_count: int = Field(ge=0)
    newest_at: UtcTime | None = None
    entries: list[PreviewEntry] = Field(default_factory=list, max_length=10)


class Finding(Part):
    """Where a text breaks a rule of privacy: field, class, characters [start, end); never the value."""

    field: str = Field(max_length=80)
    kind: str = Field(max_length=40)
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Done(Part):
    """The entity stands at `sequence` of `topic` after (or in spite of) the command."""

    command_id: str
    entity_id: str
    topic: str
    sequence: int = Field(ge=0)
    preview: SourcePreview | None = None


class Refused(Part):
    """Why not: an HTTP-like code, a word for programs, and a sentence for people (Indonesian)."""

    command_id: str
    entity_id: str
    code: Literal[404, 409, 422]
    kode: str = Field(max_length=64)
    message: str = Field(max_length=500)
    findings: list[Finding] = Field(default_factory=list, max_length=100)


class CommandApplied(Event[Done]):
    """It was done."""

    type: Literal["id.go.ditjenpas.pasopati.command.applied.v1"] = "id.go.ditjenpas.pasopati.command.applied.v1"


class CommandUnchanged(Event[Done]):
    """It already stood so."""

    type: Literal["id.go.ditjenpas.pasopati.command.unchanged.v1"] = "id.go.ditjenpas.pasopati.command.unchanged.v1"


class CommandRejected(Event[Refused]):
    """It was refused."""

    type: Literal["id.go.ditjenpas.pasopati.command.rejected.v1"] = "id.go.ditjenpas.pasopati.command.rejected.v1"
