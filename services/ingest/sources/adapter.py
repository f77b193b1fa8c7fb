"""What a kind of source must know: which request comes next, what the answer holds, where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.ingest.sources.entry import Parsed

Cursor = Mapping[str, Any]
"""Where a source was left: a few short strings and numbers, kept in the ledger with the poll's plan."""


class Unreadable(Exception):
    """The source could not be read; `reason` is a slug, `rest_seconds` what its server asks us to wait."""

    def __init__(self, reason: str, *, rest_seconds: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rest_seconds = rest_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The one request of a poll. `conditional`: with ETag and Last-Modified, and the same body again is no news."""

    url: str
    accept: str
    step: str = "entries"
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: `parsed` is what the adapter's `parse` found in the body, in a child process."""

    url: str
    status: int
    headers: Mapping[str, str]
    parsed: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one answer brought. `more`: the source has more to say, ask again as soon as its host may be asked."""

    entries: list[dict[str, Any]] = field(repr=False)
    cursor: dict[str, Any] = field(default_factory=dict)
    more: bool = False


class Adapter(Protocol):
    """One kind of source. No I/O and no clock: what it needs is handed in, so a poll that dies is made again.

    One request a poll, always: pages and look-ups are polls of their own (`Step.more`), each with the host's pause
    before it and its cursor in the store."""

    kind: str

    def refuse(self, url: str) -> str | None:
        """Why this cannot be the address of such a source (a slug), judged by its form; None: it may be."""
        ...

    def ask(self, url: str, cursor: Cursor, now: datetime) -> Ask:
        """The next request for the source at `url`; raises Unreadable when the address names none."""
        ...

    def parse(self, body: bytes, content_type: str) -> Parsed:
        """Runs in a child process only: the answer's body → entries in plain text; raises NotParsed."""
        ...

    def read(self, ask: Ask, answer: Answer, cursor: Cursor, now: datetime) -> Step:
        """What the answer means: entries, the next cursor, whether there is more; raises Unreadable."""
        ...

    def trouble(self, status: int) -> str | None:
        """A better word than `http_404` for a status that is no 200; None: there is none."""
        ...

    def rest_seconds(self, headers: Mapping[str, str], now: datetime) -> int:
        """How long the host wants to be left alone, beside Retry-After (rate headers); 0: not said."""
        ...
