"""Feeds of every kind → entries; what is no feed, or is made to hurt, → a refusal in time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.runtime.shut_in import stay_inside
from services.ingest.parsing import ParseFailed, ParserPool
from services.ingest.sources.entry import NotParsed
from services.ingest.sources.feeds import parse
from tests.support.feeds import Article, feed_server, rss
from tests.support.waiting import eventually

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id"><title>Contoh</title>
<entry><title type="html">Lapas &amp;amp; Rutan</title><link rel="alternate" href="https://contoh.example/a"/>
<id>tag:contoh.example,2026:1</id><updated>2026-11-21T12:00:00</updated>
<summary>ringkas</summary>
<content type="html">&lt;p&gt;Isi &lt;b&gt;lengkap&lt;/b&gt; berita.&lt;/p&gt;</content></entry>
</feed>"""


def test_rss_gives_text_links_and_dates_as_written() -> None:
    feed = parse(rss([Article(link="https://contoh.example/a", published="Rabu, 18 Jun 2025 14:05")]).encode())
    entry = feed.entries[0]
    assert entry.link == "https://contoh.example/a"
    assert entry.text == "Warga binaan memanen sayur di Lapas Kelas IIA Contoh Utara."
    assert entry.published == "Rabu, 18 Jun 2025 14:05"
    assert (feed.left_out, feed.charset_repaired) == (0, False)


def test_a_date_without_zone_keeps_its_words() -> None:
    for written in ("Wed, 18 Jun 2025 14:05:00", "2025-06-18T14:05:00", "2025-06-18 14:05"):
        body = rss([Article(link="https://contoh.example/a", published=written)]).encode()
        assert parse(body).entries[0].published == written


def test_atom_gives_the_longest_body() -> None:
    entry = parse(ATOM.encode()).entries[0]
    assert (entry.title, entry.text, entry.guid) == (
        "Lapas & Rutan",
        "Isi lengkap berita.",
        "tag:contoh.example,2026:1",
    )
    assert entry.published == "2026-11-21T12:00:00"


def test_content_encoded_wins_over_a_summary() -> None:
    body = b"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item>
    <title>a</title><description>pendek</description><link>https://contoh.example/a</link>
    <content:encoded><![CDATA[<p>Jauh lebih <a href="x">panjang</a></p><!DOCTYPE html>]]></content:encoded>
    </item></channel></rss>"""
    assert parse(body).entries[0].text == "Jauh lebih panjang"


@pytest.mark.parametrize(
    ("claimed", "really"),
    [("iso-8859-1", "utf-8"), ("utf-8", "cp1252"), ("windows-1252", "cp1252"), ("us-ascii", "utf-8")],
)
def test_a_lie_about_the_charset_is_repaired(claimed: str, really: str) -> None:
    title = "Kalapas: “tertib” – é"
    body = rss([Article(link="https://contoh.example/a", title=title)], encoding=claimed).encode(really)
    assert parse(body, f"text/xml; charset={claimed}").entries[0].title == title


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    body = rss([Article(link="https://contoh.example/a"), Article(link="https://contoh.example/b")])
    broken = body.replace("panen raya", "panen & raya", 1).replace("</channel></rss>", "")
    assert parse(broken.encode()).entries[0].link == "https://contoh.example/a"


def test_forbidden_control_characters_do_not_cost_the_feed() -> None:
    body = rss([Article(link="https://contoh.example/a", title="sebelum\x0bsesudah\x00")])
    assert parse(body.encode()).entries[0].title == "sebelumsesudah"


def test_a_thousand_items_are_taken_and_the_rest_counted() -> None:
    body = rss([Article(link=f"https://contoh.example/{n}") for n in range(1_200)])
    feed = parse(body.encode())
    assert (len(feed.entries), feed.left_out) == (1_000, 200)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_a_feed"),
        (b"\x00\x01\xff garbage \x80", "not_a_feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "not_a_feed"),
        (b"<!DOCTYPE html><html><body>situs</body></html>", "html_page"),
        (b"<html><head><title>404</title></head></html>", "html_page"),
        (b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss><channel/></rss>', "doctype_refused"),
        (b'<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss><channel/></rss>', "doctype_refused"),
        (b"<rss><channel>" + b"<a>" * 100 + b"</channel></rss>", "too_deep"),
        (b"<rss " + b" ".join(b'a%d="x"' % n for n in range(100)) + b"><channel/></rss>", "too_many_attributes"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotParsed) as refused:
        parse(body)
    assert str(refused.value) == reason


def test_a_billion_laughs_are_not_laughed() -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{lines}]><rss><channel><title>&l9;</title></channel></rss>'
    )
    with pytest.raises(NotParsed):
        parse(body.encode())


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    killed: list[int] = []
    made = ParserPool(deadline_seconds=5, feeds_per_worker=3, killed=lambda: killed.append(1))
    yield made
    await made.aclose()


def process_of(pool: ParserPool) -> set[int]:
    return set(pool._live)


async def test_the_pool_parses_side_by_side_and_says_why_not(pool: ParserPool) -> None:
    body = rss([Article(link="https://contoh.example/a")]).encode()
    one, two = await asyncio.gather(pool.parse(body, "text/xml"), pool.parse(body, "text/xml"))
    assert one == two and len(process_of(pool)) == 2
    with pytest.raises(ParseFailed) as failed:
        await pool.parse(b"<html></html>")
    assert failed.value.reason == "html_page"


async def test_a_worker_is_recycled_after_its_share_of_feeds(pool: ParserPool) -> None:
    pool.size = 1
    body = rss([Article(link="https://contoh.example/a")]).encode()
    seen: set[int] = set()
    for _ in range(8):
        await pool.parse(body)
        seen |= process_of(pool)
    assert len(seen) > 2


async def test_a_worker_past_its_deadline_is_killed_and_replaced() -> None:
    killed: list[int] = []
    pool = ParserPool(size=1, deadline_seconds=10, killed=lambda: killed.append(1))
    body = rss([Article(link="https://contoh.example/a")]).encode()
    await pool.parse(body)
    (before,) = process_of(pool)
    os.kill(before, signal.SIGSTOP)
    pool.deadline_seconds = 0.3
    with pytest.raises(ParseFailed) as failed:
        await pool.parse(body)
    assert failed.value.reason == "parse_timeout"
    assert killed == [1]
    assert _is_gone(before)
    pool.deadline_seconds = 10
    assert (await pool.parse(body))["entries"]
    await pool.aclose()


async def test_a_feed_made_to_hurt_the_forgiving_parser_ends_in_time(pool: ParserPool) -> None:
    """40,000 attributes behind a first mistake, where the strict look has already ended."""
    monster = b"<rss><channel><item a=x " + b" ".join(b'a%d="x"' % n for n in range(40_000)) + b"><title>x</item>&<"
    pool.deadline_seconds = 2
    began = asyncio.get_running_loop().time()
    with contextlib.suppress(ParseFailed):
        await pool.parse(monster)
    assert asyncio.get_running_loop().time() - began < 20


async def test_a_worker_that_dies_is_replaced_and_its_feed_reported(pool: ParserPool) -> None:
    body = rss([Article(link="https://contoh.example/a")]).encode()
    await pool.parse(body)
    for pid in process_of(pool):
        os.kill(pid, 9)
    await eventually(lambda: all(_is_gone(pid) for pid in process_of(pool)), what="the workers are dead")
    reasons = []
    for _ in range(2):
        try:
            await pool.parse(body)
        except ParseFailed as failed:
            reasons.append(failed.reason)
    assert reasons in (["parse_crashed"], ["parse_crashed", "parse_crashed"])
    assert (await pool.parse(body))["entries"]


def _environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def test_a_body_that_looks_like_an_address_or_a_path_is_not_followed(pool: ParserPool) -> None:
    async with feed_server() as feeds:
        url = feeds.serve("/dalam", rss([Article(link="https://contoh.example/rahasia")]))
        followed = f'<meta http-equiv="refresh" url={url}>'
        for body in (f"{url}<rss>", f"{url}?<a", f"feed:{url}<rss/>", "/etc/hosts<a", followed):
            with contextlib.suppress(ParseFailed):
                assert (await pool.parse(body.encode()))["entries"] == []
            with contextlib.suppress(NotParsed):
                assert parse(body.encode()).entries == []
        assert feeds.requests == []


def test_a_parser_process_may_not_go_out() -> None:
    for event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        with pytest.raises(PermissionError):
            stay_inside(event, ())
    stay_inside("open", ())


async def test_memory_is_bounded(pool: ParserPool) -> None:
    """A feed that needs more than 256 MB ends its worker, not the service."""
    greedy = b"<rss><channel>" + b"<a b='c'/>" * 500_000 + b"</channel></rss>"
    pool.deadline_seconds = 30
    try:
        await pool.parse(greedy)
    except ParseFailed as failed:
        assert failed.reason in {"parse_crashed", "not_a_feed", "parse_timeout"}
    assert (await pool.parse(rss([Article(link="https://contoh.example/a")]).encode()))["entries"]


async def test_the_workers_know_none_of_our_settings(pool: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASOPATI_SECRET_KEY", "5a" * 32)
    await pool.parse(rss([Article(link="https://contoh.example/a")]).encode())
    for pid in process_of(pool):
        assert b"PASOPATI" not in _environment(pid)
