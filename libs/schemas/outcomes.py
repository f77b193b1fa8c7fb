"""Outcomes: what became of a command; the key and subject are the command's id."""

from typing import Literal

from pydantic import Field

from .envelope import Event, Part


class Done(Part):
    """The entity stands at `sequence` of `topic` after (or in spite of) the command."""

    command_id: str
    entity_id: str
    topic: str
    sequence: int = Field(ge=0)


class Refused(Part):
    """Why not: an HTTP-like code, a word for programs, and a sentence for people (Indonesian)."""

    command_id: str
    entity_id: str
    code: Literal[404, 409, 422]
    kode: str = Field(max_length=64)
    message: str = Field(max_length=500)


class CommandApplied(Event[Done]):
    """It was done."""

    type: Literal["id.go.ditjenpas.pasopati.command.applied.v1"] = "id.go.ditjenpas.pasopati.command.applied.v1"


class CommandUnchanged(Event[Done]):
    """It already stood so."""

    type: Literal["id.go.ditjenpas.pasopati.command.unchanged.v1"] = "id.go.ditjenpas.pasopati.command.unchanged.v1"


class CommandRejected(Event[Refused]):
    """It was refused."""

    type: Literal["id.go.ditjenpas.pasopati.command.rejected.v1"] = "id.go.ditjenpas.pasopati.command.rejected.v1"
