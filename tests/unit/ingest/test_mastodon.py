"""Mastodon accounts and hashtags on a local server: paging, rate headers, and answers that are made to hurt."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.runtime.http import Bounds, Fetcher, local_addresses
from services.ingest.fetching import SourceRead, Unreadable, read_source
from services.ingest.parsing import ParserPool
from services.ingest.sources import ADAPTERS
from services.ingest.sources.mastodon import MAX_PAGES, Mastodon, parse, place_of
from services.ingest.store import EPOCH, Lease
from tests.support.feeds import Answer, redirect
from tests.support.mastodon import MastodonServer, answering, mastodon_server, post

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
STATUSES = "/api/v1/accounts/7/statuses"


@dataclass(slots=True)
class Reader:
    """Reads a source poll by poll, as the ledger would let it: what a poll keeps, the next one gets."""

    server: MastodonServer
    url: str
    pool: ParserPool
    fetcher: Fetcher
    lease: Lease
    now: datetime = NOW
    told: list[str] = field(default_factory=list)

    async def poll(self) -> SourceRead:
        read = await read_source(ADAPTERS["mastodon"], self.url, self.lease, self.fetcher, self.pool, self.now)
        self.told += [entry["guid"].rpartition("/")[2] for entry in read.entries or ()]
        kept: dict[str, Any] = {"cursor": json.loads(json.dumps(read.cursor)), **read.kept}
        changes = {name: getattr(self.lease, name) for name in Lease.__dataclass_fields__} | kept
        self.lease = Lease(**changes)
        return read

    async def settle(self, most: int = 60) -> int:
        """Polls until the source has no more to say; how many polls that took."""
        for count in range(1, most + 1):
            if not (await self.poll()).more:
                return count
        raise AssertionError("it never ends")


@asynccontextmanager
async def reading(path: str = "/@warga") -> AsyncIterator[Reader]:
    async with mastodon_server() as server:
        fetcher = Fetcher(local=local_addresses(server.address), bounds=Bounds(total_seconds=3))
        pool = ParserPool(size=1)
        fields: dict[str, Any] = {"source_id": "s", "token": "t", "wanted": 0, "failures": 0, "url": None, "etag": None}
        fields |= {"last_modified": None, "body_digest": None, "unconditional_at": EPOCH}
        lease = Lease(**fields, last_success_at=None, last_item_at=None)
        try:
            yield Reader(server, server.url(path), pool, fetcher, lease)
        finally:
            await pool.aclose()
            await fetcher.aclose()


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("https://sosial.contoh.example/@lapas_contoh", ("account", "lapas_contoh")),
        ("https://sosial.contoh.example/users/lapas.contoh", ("account", "lapas.contoh")),
        ("https://sosial.contoh.example/@lapas@lain.example", ("account", "lapas@lain.example")),
        ("https://sosial.contoh.example/tags/lapas", ("tag", "lapas")),
        ("https://sosial.contoh.example/tags/%C3%A9", ("tag", "é")),
        ("https://sosial.contoh.example/", None),
        ("https://sosial.contoh.example/@", None),
        ("https://sosial.contoh.example/@a/1234", None),
        ("https://sosial.contoh.example/tags/a&b=c", None),
        ("https://sosial.contoh.example/@../../admin", None),
    ],
)
def test_an_address_names_an_account_a_hashtag_or_nothing(url: str, what: tuple[str, str] | None) -> None:
    place = place_of(url)
    assert (place and (place.what, place.name)) == what
    assert (Mastodon().refuse(url) is None) == (what is not None)


async def test_an_account_is_looked_up_once_a_day_and_then_read_by_its_id() -> None:
    async with reading() as reader:
        reader.server.posts = [post(n) for n in range(5)]
        assert await reader.settle() == 2
        assert len(reader.told) == 5
        assert await reader.settle() == 1
        reader.now += timedelta(days=1, minutes=1)
        assert await reader.settle() == 2
        assert reader.server.times("/lookup") == 2


@pytest.mark.parametrize("path", ["/@warga", "/tags/lapas"])
@pytest.mark.parametrize(("with_link", "honours_since"), [(True, True), (False, True), (True, False), (False, False)])
async def test_what_was_said_meanwhile_is_read_page_by_page_without_a_gap(
    path: str, with_link: bool, honours_since: bool
) -> None:
    async with reading(path) as reader:
        reader.server.with_link, reader.server.honours_since = with_link, honours_since
        reader.server.posts = [post(n) for n in range(100)]
        await reader.settle()
        assert len(reader.told) == 40, "a new source begins with its newest page"
        reader.server.posts += [post(n) for n in range(100, 230)]
        await reader.settle()
        expected = {one["id"] for one in reader.server.posts[60:]}
        assert set(reader.told) == expected
        assert await reader.settle() == 1, "and the next reading is one request again"


async def test_the_cursor_is_small_and_survives_the_store() -> None:
    async with reading() as reader:
        reader.server.posts = [post(n) for n in range(40)]
        await reader.settle()
        reader.server.posts += [post(n) for n in range(40, 160)]
        read = await reader.poll()
        assert read.more and set(read.cursor) == {"account", "looked_up_at", "since", "top", "max", "pages"}
        assert len(json.dumps(read.cursor)) < 300


async def test_new_posts_during_a_walk_are_neither_lost_nor_left_out() -> None:
    async with reading() as reader:
        reader.server.posts = [post(n) for n in range(40)]
        await reader.settle()
        reader.server.posts += [post(n) for n in range(40, 160)]
        assert (await reader.poll()).more
        reader.server.posts += [post(n) for n in range(160, 165)]
        await reader.settle()
        await reader.settle()
        assert set(reader.told) == {one["id"] for one in reader.server.posts}


async def test_an_edit_of_a_recent_post_is_seen() -> None:
    async with reading() as reader:
        reader.server.posts = [post(n) for n in range(3)]
        await reader.settle()
        reader.server.posts[1] = post(1, content="<p>CONTOH: ralat</p>", edited_at="2026-11-21T06:00:00.000Z")
        read = await reader.poll()
        assert "CONTOH: ralat" in [entry["text"] for entry in read.entries or ()]


async def test_the_same_answer_again_is_no_news() -> None:
    async with reading() as reader:
        reader.server.posts = [post(1)]
        await reader.settle()
        assert (await reader.poll()).entries is None


def test_a_post_becomes_text_with_kind_reach_media_language_and_no_name() -> None:
    one = post(
        3,
        content='<p>Ricuh di <a href="https://x.example" class="mention">#Lapas</a> Contoh<br>belum ada keterangan</p>',
        media_attachments=[
            {"type": "image", "description": "foto pagar lapas"},
            {"type": "gifv"},
            {"type": "audio"},
            {"type": "unknown"},
        ],
        poll={"options": [{"title": "ya"}, {"title": "tidak"}]},
        account={"acct": "budi", "display_name": "Budi Contoh", "bot": True, "followers_count": 9},
    )
    entry = parse(json.dumps([one]).encode(), "application/json").entries[0]
    assert entry.text == "Ricuh di #Lapas Contoh\nbelum ada keterangan\nya\ntidak\nfoto pagar lapas"
    assert entry.title == "Ricuh di #Lapas Contoh"
    assert (entry.kind, entry.channel, entry.language) == ("unggahan", "social", "id")
    assert entry.reach == {"followers": 9, "shares": 3}
    assert entry.media == ["foto", "video", "audio"]
    assert entry.author_role == "akun otomatis"
    assert entry.link_names_author
    assert "budi" not in f"{entry.title} {entry.text} {entry.author_role}".lower()


def test_boosts_and_posts_to_a_few_are_left_out() -> None:
    left = [post(1, reblog=post(9)), post(2, visibility="private"), post(3, visibility="direct"), post(4)]
    parsed = parse(json.dumps(left).encode(), "")
    assert [entry.guid[-1] for entry in parsed.entries] == ["4"]
    assert parsed.left_out == 3


async def test_an_account_is_asked_for_its_own_words_only() -> None:
    async with reading() as reader:
        await reader.settle()
        assert "exclude_reblogs=true&exclude_replies=true" in reader.server.asked[-1]


@pytest.mark.parametrize(
    ("reset", "rest"),
    [
        ("2026-11-22T05:02:00.000Z", 120),
        (str(int((NOW + timedelta(seconds=90)).timestamp())), 90),
        ("2026-11-22T04:00:00Z", 0),
        ("2036-11-22T05:02:00Z", 3600),
        ("besok", 0),
        ("9" * 30, 0),
        ("", 0),
    ],
)
async def test_a_used_up_rate_limit_is_a_rest(reset: str, rest: int) -> None:
    async with reading() as reader:
        reader.server.extra_headers = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": reset}
        assert (await reader.poll()).next_after_seconds == rest
        refused = answering("{}", status="429 Too Many Requests", **reader.server.extra_headers)
        reader.server.special[STATUSES] = refused
        with pytest.raises(Unreadable) as trouble:
            await reader.poll()
        assert (trouble.value.reason, trouble.value.rest_seconds) == ("http_429", max(rest, 30))


async def test_a_rate_limit_with_room_left_asks_for_nothing() -> None:
    async with reading() as reader:
        reader.server.extra_headers = {"x_ratelimit_remaining": "7", "x_ratelimit_reset": "2026-11-22T05:02:00Z"}
        assert (await reader.poll()).next_after_seconds == 0


DEEP = "[" * 100_000 + "]" * 100_000
HOSTILE: dict[str, tuple[str, Answer]] = {
    "html instead of json": ("not_json", answering("<!doctype html><title>masuk</title>", content_type="text/html")),
    "an error as 200": ("not_posts", answering('{"error": "Too many requests"}')),
    "an account instead of posts": ("not_posts", answering('{"id": "7", "acct": "warga"}')),
    "a number": ("not_posts", answering("17")),
    "nothing": ("not_json", answering("")),
    "nan": ("not_json", answering("[NaN]")),
    "cut off": ("not_json", answering('[{"id": "1"')),
    "deep nesting": ("not_json", answering(DEEP)),
    "an endless number": ("not_json", answering("[" + "9" * 100_000 + "]")),
    "deleted account": ("account_gone", answering("{}", status="410 Gone")),
    "unknown account": ("account_gone", answering("{}", status="404 Not Found")),
    "a closed server": ("public_reading_closed", answering("{}", status="401 Unauthorized")),
    "into our network": ("address_private", redirect("http://169.254.169.254/latest/meta-data")),
    "in circles": ("too_many_redirects", redirect(STATUSES)),
    "six megabytes": ("too_large", answering(b"[" + b" " * 6_000_000 + b"]")),
    "broken on the way": ("http_502", answering("", status="502 Bad Gateway")),
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_a_hostile_answer_has_a_named_end(case: str) -> None:
    reason, answer = HOSTILE[case]
    async with reading() as reader:
        await reader.settle()
        reader.server.special[STATUSES] = answer
        with pytest.raises(Unreadable) as trouble:
            await reader.poll()
        assert trouble.value.reason == reason


WRONG: list[Any] = [
    17, None, [], "post", {}, {"id": 5}, {"id": "x y"}, {"id": 10**400}, post(1, content=[1], spoiler_text={}),
    post(2, url=None, uri=None), post(3, url="javascript:alert(1)", uri=""), post(4, visibility=None),
    post(5, account="warga", media_attachments={"type": "image"}, poll=[], reblogs_count=10**30, language=3),
    post(6, account={"followers_count": -1}, reblogs_count=True, media_attachments=[None, {"type": 3}]),
]  # fmt: skip


def test_wrong_types_cost_the_post_or_the_field_and_nothing_else() -> None:
    parsed = parse(json.dumps(WRONG).encode(), "application/json")
    assert [entry.guid[-1] for entry in parsed.entries] == ["5", "6"]
    assert [entry.reach for entry in parsed.entries] == [None, None]
    assert [entry.media for entry in parsed.entries] == [[], []]
    assert parsed.left_out == len(WRONG) - 2


async def test_an_account_that_never_ends_is_read_a_bounded_number_of_pages() -> None:
    async with reading() as reader:
        reader.server.posts = [post(n) for n in range(40)]
        await reader.settle()
        reader.server.posts = [post(n) for n in range(100, 3000)]
        assert await reader.settle() == MAX_PAGES
        assert await reader.settle() == 1


async def test_the_same_page_for_ever_ends_the_walk() -> None:
    async with reading() as reader:
        reader.server.posts = [post(1)]
        await reader.settle()
        page = json.dumps([post(n) for n in range(500, 540)])
        link = f'<http://{reader.server.address}{STATUSES}?max_id=110000000000000500>; rel="next"'
        reader.server.special[STATUSES] = answering(page, link=link)
        assert await reader.settle() == 2


async def test_a_link_header_leads_nowhere_else() -> None:
    async with reading() as reader:
        reader.server.posts = [post(1)]
        await reader.settle()
        page = json.dumps([post(n) for n in range(500, 540)])
        link = '<http://169.254.169.254/?max_id=../../x>; rel="next"'
        reader.server.special[STATUSES] = answering(page, link=link)
        read = await reader.poll()
        assert read.more and read.cursor["max"] == post(500)["id"]
        await reader.poll()
        assert reader.server.asked[-1].startswith(STATUSES)


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        ({"id": "7", "acct": "warga", "suspended": True}, "account_gone"),
        ({"id": "7", "acct": "warga", "moved": {"id": "8"}}, "account_moved"),
        ({"id": 7, "acct": "warga"}, "not_posts"),
        ({"id": "../../admin", "acct": "warga"}, "not_posts"),
        ({"id": "7"}, "not_posts"),
    ],
)
async def test_an_account_that_is_none_any_more_is_named_as_such(account: dict[str, Any], reason: str) -> None:
    async with reading() as reader:
        reader.server.special["/api/v1/accounts/lookup"] = answering(json.dumps(account))
        with pytest.raises(Unreadable) as trouble:
            await reader.poll()
        assert trouble.value.reason == reason


async def test_another_account_behind_the_name_is_read_from_its_newest_post() -> None:
    async with reading() as reader:
        reader.server.posts = [post(n) for n in range(3)]
        await reader.settle()
        reader.server.account = {"id": "9", "acct": "warga"}
        reader.now += timedelta(days=2)
        await reader.poll()
        assert set(reader.lease.cursor) == {"account", "looked_up_at"}
