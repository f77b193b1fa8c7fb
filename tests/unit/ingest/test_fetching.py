"""One request for a feed: with which conditions, and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from libs.runtime.http import Fetched, Fetcher, FetchFailed, FetchRefused
from services.ingest.fetching import SourceRead, Unreadable, digest_of, read_source
from services.ingest.parsing import ParseFailed, ParserPool
from services.ingest.sources import ADAPTERS
from services.ingest.store import EPOCH, Lease

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
URL = "https://contoh.example/rss"


class FakeFetcher:
    def __init__(self, answer: Fetched | Exception) -> None:
        self.answer = answer
        self.headers: Mapping[str, str] = {}

    async def safe_fetch(self, url: str, *, headers: Mapping[str, str]) -> Fetched:
        self.headers = headers
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class FakePool:
    def __init__(self, failure: str | None = None) -> None:
        self.failure = failure
        self.parsed = 0

    async def parse(self, body: bytes, content_type: str = "", *, kind: str = "rss") -> dict[str, Any]:
        self.parsed += 1
        if self.failure:
            raise ParseFailed(self.failure)
        found = {"entries": [{"title": "a"}], "left_out": 0, "charset": "utf-8", "charset_repaired": False}
        return {**found, "form": "RSS 2.0", "title": "Contoh", "facts": {}}


def a_lease(**changes: Any) -> Lease:
    fields: dict[str, Any] = {
        "source_id": "sumber-1",
        "token": "t",
        "wanted": 0,
        "failures": 0,
        "url": URL,
        "etag": '"lama"',
        "last_modified": "Sat, 21 Nov 2026 04:00:00 GMT",
        "body_digest": None,
        "unconditional_at": NOW - timedelta(hours=1),
        "last_success_at": None,
        "last_item_at": None,
    }
    return Lease(**(fields | changes))


def an_answer(status: int = 200, body: bytes = b"<rss/>", **headers: str) -> Fetched:
    return Fetched(status=status, url=URL, headers=headers, body=body)


async def read(
    answer: Fetched | Exception, lease: Lease | None = None, pool: FakePool | None = None
) -> tuple[SourceRead, FakeFetcher]:
    fetcher = FakeFetcher(answer)
    used = cast(ParserPool, pool or FakePool())
    return await read_source(ADAPTERS["rss"], URL, lease or a_lease(), cast(Fetcher, fetcher), used, NOW), fetcher


async def test_a_known_feed_is_asked_with_its_validators() -> None:
    _, fetcher = await read(an_answer())
    assert fetcher.headers["if-none-match"] == '"lama"'
    assert fetcher.headers["if-modified-since"] == "Sat, 21 Nov 2026 04:00:00 GMT"


@pytest.mark.parametrize(
    "changes",
    [{"unconditional_at": NOW - timedelta(days=1)}, {"unconditional_at": EPOCH}, {"url": None}, {"url": URL + "2"}],
)
async def test_once_a_day_and_at_a_new_address_it_is_asked_without(changes: dict[str, Any]) -> None:
    feed, fetcher = await read(an_answer(etag='"baru"'), a_lease(**changes))
    assert "if-none-match" not in fetcher.headers
    assert feed.entries is not None
    assert (feed.kept["unconditional_at"], feed.kept["url"], feed.kept["etag"]) == (NOW, URL, '"baru"')


async def test_not_changed_is_no_parsing_and_keeps_or_refreshes_the_validator() -> None:
    pool = FakePool()
    feed, _ = await read(an_answer(304), pool=pool)
    assert (feed.entries, feed.kept, pool.parsed) == (None, {}, 0)
    feed, _ = await read(an_answer(304, etag='"segar"'), pool=pool)
    assert feed.kept == {"etag": '"segar"'}


async def test_the_same_bytes_again_are_not_parsed_again() -> None:
    pool = FakePool()
    first, _ = await read(an_answer(body=b"<rss>1</rss>"), pool=pool)
    again, _ = await read(an_answer(body=b"<rss>1</rss>"), a_lease(body_digest=first.kept["body_digest"]), pool)
    assert (again.entries, pool.parsed) == (None, 1)


@pytest.mark.parametrize(
    ("template", "same"),
    [
        (b"<rss><lastBuildDate>%d</lastBuildDate><item>a</item></rss>", True),
        (b"<feed><updated>%d</updated><entry/></feed>", True),
        (b"<rss><item>a</item></rss><!-- made in %d s -->", True),
        (b"<rss><item>%d</item></rss>", False),
        (b"<rss><item><pubDate>%d</pubDate></item></rss>", False),
        (b"<feed><entry><updated>%d</updated></entry></feed>", False),
    ],
)
def test_a_feed_that_only_tells_another_time_of_day_has_not_changed(template: bytes, same: bool) -> None:
    assert (digest_of(template % 1) == digest_of(template % 2)) is same


async def test_a_validator_that_is_no_header_is_forgotten() -> None:
    for odd in ("x" * 300, "a\r\nhost: b", "é"):
        feed, _ = await read(an_answer(etag=odd))
        assert feed.kept["etag"] is None


@pytest.mark.parametrize(
    ("answer", "reason", "rest"),
    [
        (an_answer(404), "http_404", 0),
        (an_answer(500), "http_500", 0),
        (an_answer(429), "http_429", 30),
        (Fetched(status=503, url=URL, headers={"retry-after": "90"}, body=b""), "http_503", 90),
        (FetchFailed("timeout"), "timeout", 0),
        (FetchRefused("address_private"), "address_private", 0),
    ],
)
async def test_what_went_wrong_has_a_reason_and_a_rest(answer: Fetched | Exception, reason: str, rest: int) -> None:
    with pytest.raises(Unreadable) as trouble:
        await read(answer)
    assert (trouble.value.reason, trouble.value.rest_seconds) == (reason, rest)


async def test_an_unasked_304_is_an_error() -> None:
    with pytest.raises(Unreadable):
        await read(an_answer(304), a_lease(url=None))


async def test_a_feed_that_cannot_be_parsed_is_unreadable() -> None:
    with pytest.raises(Unreadable) as trouble:
        await read(an_answer(), pool=FakePool("not_a_feed"))
    assert trouble.value.reason == "not_a_feed"
