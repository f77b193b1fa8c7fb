"""One conditional request for a feed → its entries, "not changed", or a reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from libs.runtime.http import Fetched, Fetcher, FetchFailed, FetchRefused
from services.ingest.metrics import CHARSETS_REPAIRED, LEFT_OUT
from services.ingest.parsing import ParseFailed, ParserPool
from services.ingest.scheduling import retry_after_seconds
from services.ingest.store import Lease

ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
UNCONDITIONAL_EVERY = timedelta(days=1)


class Unreadable(Exception):
    """The feed could not be read; `reason` is a slug, `rest_seconds` what its server asks us to wait."""

    def __init__(self, reason: str, *, rest_seconds: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rest_seconds = rest_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRead:
    """`entries` is None when nothing had changed. `kept` goes into the ledger once the entries are stored."""

    url: str
    entries: list[dict[str, Any]] | None = field(repr=False)
    kept: dict[str, Any]


async def read_feed(url: str, lease: Lease, fetcher: Fetcher, pool: ParserPool, now: datetime) -> FeedRead:
    """One request, at most three redirects, one parse; raises Unreadable."""
    # What another address answered says nothing about this one.
    conditional = lease.url == url and now - lease.unconditional_at < UNCONDITIONAL_EVERY
    try:
        fetched = await fetcher.safe_fetch(url, headers=_headers(lease if conditional else None))
    except (FetchRefused, FetchFailed) as error:
        raise Unreadable(error.reason) from None
    kept: dict[str, Any] = {"etag": _bounded(fetched, "etag"), "last_modified": _bounded(fetched, "last-modified")}
    if fetched.status == 304 and conditional:
        # A 304 may carry a new validator; without one the old stays good.
        return FeedRead(url=fetched.url, entries=None, kept={name: value for name, value in kept.items() if value})
    if fetched.status != 200:
        rest = retry_after_seconds(fetched.headers.get("retry-after"), fetched.status, now)
        raise Unreadable(f"http_{fetched.status}", rest_seconds=rest)
    if not conditional:
        kept |= {"unconditional_at": now, "url": url}
    kept["body_digest"] = sha256(fetched.body).hexdigest()
    if kept["body_digest"] == lease.body_digest and conditional:
        return FeedRead(url=fetched.url, entries=None, kept=kept)
    try:
        feed = await pool.parse(fetched.body, fetched.headers.get("content-type", ""))
    except ParseFailed as error:
        raise Unreadable(error.reason) from None
    if feed["charset_repaired"]:
        CHARSETS_REPAIRED.inc()
    LEFT_OUT.inc(feed["left_out"])
    return FeedRead(url=fetched.url, entries=feed["entries"], kept=kept)


def _headers(lease: Lease | None) -> dict[str, str]:
    headers = {"accept": ACCEPT}
    if lease is not None and lease.etag:
        headers["if-none-match"] = lease.etag
    if lease is not None and lease.last_modified:
        headers["if-modified-since"] = lease.last_modified
    return headers


def _bounded(fetched: Fetched, header: str) -> str | None:
    value = fetched.headers.get(header, "")
    return value if 0 < len(value) <= 200 and value.isascii() and value.isprintable() else None
