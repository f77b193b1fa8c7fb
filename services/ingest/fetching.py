"""One request for a source → what it said, "not changed", or a reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from libs.privacy import numbers_masked
from libs.runtime.http import Fetched, Fetcher, FetchFailed, FetchRefused
from services.ingest.metrics import CHARSETS_REPAIRED, LEFT_OUT
from services.ingest.parsing import ParseFailed, ParserPool
from services.ingest.scheduling import retry_after_seconds
from services.ingest.sources.adapter import Adapter, Answer, Ask, Cursor, Unreadable
from services.ingest.store import Lease

__all__ = ["SourceRead", "Unreadable", "read_source"]

UNCONDITIONAL_EVERY = timedelta(days=1)
_FIRST_ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
_MADE_AT = re.compile(rb"<(lastBuildDate|pubDate|updated|dc:date)>[^<]{0,60}</\1>|<!--[^<>]{0,200}-->")
_LAST_COMMENT = re.compile(rb"<!--[^<>]{0,400}-->")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """`entries` is None when nothing had changed. `kept` (validators) and `cursor` go into the ledger once the entries
    are stored. `more`: there is more to be had, read again soon, though not within `next_after_seconds`.

    `body`: what was parsed, for the archive; None when nothing was."""

    url: str
    entries: list[dict[str, Any]] | None = field(repr=False)
    kept: dict[str, Any]
    cursor: dict[str, Any] = field(default_factory=dict)
    more: bool = False
    next_after_seconds: int = 0
    body: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    form: str = ""
    title: str = field(default="", repr=False)


async def read_source(
    adapter: Adapter, url: str, lease: Lease, fetcher: Fetcher, pool: ParserPool, now: datetime
) -> SourceRead:
    """One request, at most three redirects, one parse; raises Unreadable."""
    # What another address answered says nothing about this one.
    same = lease.url == url
    cursor: Cursor = lease.cursor if same else {}
    ask = adapter.ask(url, cursor, now)
    conditional = ask.conditional and same and now - lease.unconditional_at < UNCONDITIONAL_EVERY
    fetched = await _fetch(adapter, ask, lease if conditional else None, fetcher, now)
    rest = adapter.rest_seconds(fetched.headers, now)
    kept: dict[str, Any] = {} if conditional else {"url": url}
    if ask.conditional:
        validators = {"etag": _bounded(fetched, "etag"), "last_modified": _bounded(fetched, "last-modified")}
        if fetched.status == 304:
            # A 304 may carry a new validator; without one the old stays good.
            fresh = {name: value for name, value in validators.items() if value}
            return SourceRead(url=fetched.url, entries=None, kept=fresh, cursor={**cursor}, next_after_seconds=rest)
        kept |= {**validators, "body_digest": digest_of(fetched.body)}
        kept |= {} if conditional else {"unconditional_at": now}
        if conditional and kept["body_digest"] == lease.body_digest:
            return SourceRead(url=fetched.url, entries=None, kept=kept, cursor={**cursor}, next_after_seconds=rest)
    content_type = fetched.headers.get("content-type", "")
    parsed = await _parse(adapter, fetched.body, content_type, pool)
    answer = Answer(url=fetched.url, status=fetched.status, headers=fetched.headers, parsed=parsed)
    step = adapter.read(ask, answer, cursor, now)
    return SourceRead(
        url=fetched.url,
        entries=step.entries,
        kept=kept,
        cursor=step.cursor,
        more=step.more,
        next_after_seconds=rest,
        body=fetched.body,
        content_type=content_type,
        form=parsed["form"],
        title=parsed["title"],
    )


def digest_of(body: bytes) -> str:
    """The same for two bodies that differ by the time at which they were made only."""
    begins = _FIRST_ENTRY.search(body)
    head, rest = (body[: begins.start()], body[begins.start() :]) if begins else (body, b"")
    return sha256(_MADE_AT.sub(b"", head) + _LAST_COMMENT.sub(b"", rest[-2000:]) + rest[:-2000]).hexdigest()


async def _fetch(adapter: Adapter, ask: Ask, conditions: Lease | None, fetcher: Fetcher, now: datetime) -> Fetched:
    """The answer if it is one that we can use (200, or a 304 to what was asked on conditions); raises Unreadable."""
    try:
        fetched = await fetcher.safe_fetch(ask.url, headers=_headers(ask, conditions))
    except (FetchRefused, FetchFailed) as error:
        raise Unreadable(error.reason) from None
    if fetched.status == 200 or (fetched.status == 304 and conditions is not None):
        return fetched
    rest = max(
        retry_after_seconds(fetched.headers.get("retry-after"), fetched.status, now),
        adapter.rest_seconds(fetched.headers, now),
    )
    reason = adapter.trouble(fetched.status) or f"http_{fetched.status}"
    raise Unreadable(reason, rest_seconds=rest)


async def _parse(adapter: Adapter, body: bytes, content_type: str, pool: ParserPool) -> dict[str, Any]:
    try:
        parsed = await pool.parse(body, content_type, kind=adapter.kind)
    except ParseFailed as error:
        raise Unreadable(error.reason) from None
    if parsed["charset_repaired"]:
        CHARSETS_REPAIRED.inc()
    LEFT_OUT.inc(parsed["left_out"])
    return parsed


def _headers(ask: Ask, lease: Lease | None) -> dict[str, str]:
    headers = {"accept": ask.accept}
    if lease is not None and lease.etag:
        headers["if-none-match"] = lease.etag
    if lease is not None and lease.last_modified:
        headers["if-modified-since"] = lease.last_modified
    return headers


def _bounded(fetched: Fetched, header: str) -> str | None:
    value = fetched.headers.get(header, "")
    bearable = 0 < len(value) <= 200 and value.isascii() and value.isprintable()
    # It is kept and sent back: one that could be somebody's number costs a whole answer instead.
    return value if bearable and numbers_masked(value) == value else None
