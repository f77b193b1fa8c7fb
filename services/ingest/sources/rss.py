"""Feeds of every form (RSS 0.9x, 1.0, 2.0, Atom, JSON Feed): one conditional request, no cursor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.ingest.sources.adapter import Answer, Ask, Cursor, Step
from services.ingest.sources.entry import Parsed

ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)


class Feeds:
    """A feed is told whole with every answer: what is new in it, the intake knows."""

    kind = "rss"

    def refuse(self, url: str) -> str | None:
        return None

    def ask(self, url: str, cursor: Cursor, now: datetime) -> Ask:
        return Ask(url=url, accept=ACCEPT, conditional=True)

    def parse(self, body: bytes, content_type: str) -> Parsed:
        # The libraries behind it fetch by themselves when they are handed an address: they live in the worker only.
        from services.ingest.sources import feeds

        return feeds.parse(body, content_type)

    def read(self, ask: Ask, answer: Answer, cursor: Cursor, now: datetime) -> Step:
        return Step(entries=list(answer.parsed["entries"]))

    def trouble(self, status: int) -> str | None:
        return None

    def rest_seconds(self, headers: Mapping[str, str], now: datetime) -> int:
        return 0
