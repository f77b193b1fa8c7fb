"""The one door to foreign addresses: where it does not go, and what it does not swallow."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from libs.runtime.http import (
    Bounds,
    Fetcher,
    FetchFailed,
    FetchRefused,
    check_form,
    local_addresses,
    target_of,
)
from libs.runtime.public_addresses import is_public
from tests.support.feeds import FeedServer, compressed, feed_server, head, huge, never_ending, redirect, status

FEED = b"<rss/>"


@pytest.fixture
async def feeds() -> AsyncIterator[FeedServer]:
    async with feed_server() as server:
        yield server


def fetcher_to(feeds: FeedServer, **bounds: float) -> Fetcher:
    limits = Bounds(
        total_seconds=bounds.get("total_seconds", 5),
        body_bytes=int(bounds.get("body_bytes", 100_000)),
        redirects=int(bounds.get("redirects", 3)),
    )
    return Fetcher(local=local_addresses(feeds.address), bounds=limits)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1", "192.0.0.8", "192.0.2.1",
        "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1",
        "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:a00:1::1",
        "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "4000::1",
        "2606:4700::5efe:7f00:1", "2606::200:5efe:a00:1",
    ],
)  # fmt: skip
def test_private_addresses_in_every_disguise_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "103.10.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606::5efe:808:808"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://contoh.example/feed", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://nama:sandi@contoh.example/", "userinfo"),
        ("http://nama@contoh.example/", "userinfo"),
        ("http://contoh.example:8080/", "port"),
        ("http://contoh.example\\@127.0.0.1/", "address_form"),
        ("http://contoh.example /", "address_form"),
        ("http://contoh.example/\r\nhost: lain", "address_form"),
        ("http://2130706433/", "address_form"),
        ("http://0x7f.1/", "address_form"),
        ("http://017700000001/", "address_form"),
        ("http://127.1/", "address_form"),
        ("http://127.0.0.1/", "address_private"),
        ("http://[::1]/", "address_private"),
        ("http://[fe80::1%25eth0]/", "address_form"),
        ("http://localhost/", "address_private"),
        ("http://intranet/", "address_form"),
        ("http:///feed", "address_form"),
        ("http://contoh.example:99999/", "address_form"),
        ("https://" + "a" * 3000, "address_form"),
    ],
)
def test_addresses_of_a_wrong_form_are_refused_without_a_look_up(url: str, reason: str) -> None:
    assert check_form(url) == reason


@pytest.mark.parametrize(
    "url", ["https://contoh.example/feed?a=1&b=2", "http://contoh.example:80/", "https://berita.contoh.co.id/rss/"]
)
def test_ordinary_addresses_may_be_tried(url: str) -> None:
    assert check_form(url) is None


def test_a_local_address_is_allowed_only_with_its_port() -> None:
    local = local_addresses("127.0.0.1:8099, [::1]:8100")
    assert check_form("http://127.0.0.1:8099/feeds/x.xml", local=local) is None
    assert check_form("http://127.0.0.1:8098/feeds/x.xml", local=local) == "address_private"
    assert check_form("http://[::1]:8100/", local=local) is None


def test_a_list_of_local_addresses_that_holds_a_name_is_refused() -> None:
    with pytest.raises(ValueError):
        local_addresses("localhost:80")


async def test_a_page_comes_with_status_headers_and_body(feeds: FeedServer) -> None:
    fetcher = fetcher_to(feeds)
    answer = await fetcher.safe_fetch(feeds.serve("/rss.xml", FEED), headers={"if-none-match": '"x"'})
    assert (answer.status, answer.body, answer.headers["content-type"]) == (
        200,
        FEED,
        "application/rss+xml; charset=utf-8",
    )
    sent = feeds.requests[0].headers
    assert (sent["host"], sent["accept-encoding"], sent["if-none-match"]) == (feeds.address, "gzip", '"x"')
    await fetcher.aclose()


async def test_no_proxy_and_no_cookie(feeds: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    url = feeds.serve("/cookie", status("204 No Content", set_cookie="sesi=rahasia; Path=/"))
    fetcher = fetcher_to(feeds)
    await fetcher.safe_fetch(url)
    await fetcher.safe_fetch(url)
    assert [request.headers.get("cookie") for request in feeds.requests] == [None, None]
    await fetcher.aclose()


async def test_the_checked_address_is_the_one_connected_to(feeds: FeedServer) -> None:
    looked_up: list[str] = []

    async def look_up(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    fetcher = Fetcher(local=local_addresses(feeds.address), look_up=look_up)
    feeds.serve("/rss.xml", FEED)
    answer = await fetcher.safe_fetch(f"http://harian.contoh.example:{feeds.port}/rss.xml")
    assert answer.body == FEED
    assert looked_up == ["harian.contoh.example"]
    assert feeds.requests[0].headers["host"] == f"harian.contoh.example:{feeds.port}"
    await fetcher.aclose()


@pytest.mark.parametrize(
    "answers", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["64:ff9b::a00:1"], ["169.254.169.254"]]
)
async def test_a_name_that_leads_inside_is_refused_as_a_whole(answers: list[str]) -> None:
    async def look_up(host: str, port: int) -> Sequence[str]:
        return answers

    fetcher = Fetcher(look_up=look_up)
    with pytest.raises(FetchRefused) as refused:
        await fetcher.safe_fetch("http://harian.contoh.example/rss")
    assert refused.value.reason == "address_private"
    await fetcher.aclose()


async def test_a_name_without_address_is_unreachable() -> None:
    async def look_up(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "none")

    fetcher = Fetcher(look_up=look_up)
    with pytest.raises(FetchFailed) as failed:
        await fetcher.safe_fetch("https://tidak-ada.contoh.example/rss")
    assert failed.value.reason == "unreachable"
    await fetcher.aclose()


async def test_three_redirects_are_followed_a_fourth_is_not(feeds: FeedServer) -> None:
    feeds.serve("/0", FEED)
    for step in range(1, 5):
        feeds.serve(f"/{step}", redirect(f"/{step - 1}"))
    fetcher = fetcher_to(feeds)
    assert (await fetcher.safe_fetch(feeds.url("/3"))).url == feeds.url("/0")
    with pytest.raises(FetchFailed) as failed:
        await fetcher.safe_fetch(feeds.url("/4"))
    assert failed.value.reason == "too_many_redirects"
    await fetcher.aclose()


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address_private"),
        ("http://127.0.0.1:1/", "address_private"),
        ("file:///etc/passwd", "scheme"),
        ("http://a@127.0.0.1/", "userinfo"),
        ("//127.0.0.1/", "address_private"),
    ],
)
async def test_every_hop_is_checked(feeds: FeedServer, to: str, reason: str) -> None:
    fetcher = fetcher_to(feeds)
    with pytest.raises(FetchRefused) as refused:
        await fetcher.safe_fetch(feeds.serve("/hop", redirect(to)))
    assert refused.value.reason == reason
    await fetcher.aclose()


async def test_a_post_is_not_redirected(feeds: FeedServer) -> None:
    fetcher = fetcher_to(feeds)
    answer = await fetcher.safe_fetch(feeds.serve("/hook", redirect("/lain")), method="POST", body=b"{}")
    assert answer.status == 302
    assert feeds.asked("/lain") == 0
    await fetcher.aclose()


async def test_a_drip_feed_ends_with_the_total_time(feeds: FeedServer) -> None:
    fetcher = fetcher_to(feeds, total_seconds=0.4)
    began = asyncio.get_running_loop().time()
    with pytest.raises(FetchFailed) as failed:
        await fetcher.safe_fetch(feeds.serve("/drip", never_ending(piece=b"x", every_seconds=0.05)))
    assert failed.value.reason == "timeout"
    assert asyncio.get_running_loop().time() - began < 2
    await fetcher.aclose()


async def test_an_endless_fast_body_ends_at_the_limit(feeds: FeedServer) -> None:
    fetcher = fetcher_to(feeds)
    with pytest.raises(FetchFailed) as failed:
        await fetcher.safe_fetch(feeds.serve("/endless", never_ending(piece=b"x" * 10_000, every_seconds=0)))
    assert failed.value.reason == "too_large"
    await fetcher.aclose()


async def test_fifty_megabytes_are_cut_at_five(feeds: FeedServer) -> None:
    fetcher = Fetcher(local=local_addresses(feeds.address))
    with pytest.raises(FetchFailed) as failed:
        await fetcher.safe_fetch(feeds.serve("/huge", huge(50 * 1024 * 1024)))
    assert failed.value.reason == "too_large"
    await fetcher.aclose()


async def test_gzip_is_read_and_a_bomb_is_cut(feeds: FeedServer) -> None:
    fetcher = fetcher_to(feeds)
    assert (await fetcher.safe_fetch(feeds.serve("/gz", compressed(FEED)))).body == FEED
    for path, page, reason in (
        ("/bomb", compressed(b"\0" * 50_000_000), "too_large"),
        ("/stacked", compressed(FEED, encoding="gzip, gzip", times=2), "encoding_refused"),
        ("/br", compressed(FEED, encoding="br"), "encoding_refused"),
    ):
        with pytest.raises(FetchFailed) as failed:
            await fetcher.safe_fetch(feeds.serve(path, page))
        assert failed.value.reason == reason
    await fetcher.aclose()


async def test_gzip_that_lies_or_breaks_off_is_broken(feeds: FeedServer) -> None:
    whole = gzip.compress(FEED * 100)

    def page(body: bytes) -> bytes:
        return head("200 OK", length=len(body), content_encoding="gzip") + body

    fetcher = fetcher_to(feeds)
    for path, body in (("/lie", FEED), ("/half", whole[: len(whole) // 2])):

        async def answer(writer: asyncio.StreamWriter, raw: bytes = page(body)) -> None:
            writer.write(raw)

        with pytest.raises(FetchFailed) as failed:
            await fetcher.safe_fetch(feeds.serve(path, answer))
        assert failed.value.reason == "encoding_broken"
    await fetcher.aclose()


async def test_a_connection_that_closes_without_a_word_is_a_broken_answer(feeds: FeedServer) -> None:
    async def nothing(writer: asyncio.StreamWriter) -> None:
        return

    fetcher = fetcher_to(feeds)
    with pytest.raises(FetchFailed) as failed:
        await fetcher.safe_fetch(feeds.serve("/nothing", nothing))
    assert failed.value.reason == "broken_answer"
    await fetcher.aclose()


def test_no_refusal_repeats_the_address() -> None:
    with pytest.raises(FetchRefused) as refused:
        target_of("http://3201010101010001@contoh.example/")
    assert "3201010101010001" not in str(refused.value) + repr(refused.value)


async def test_gzip_in_several_members_is_read_whole_and_padding_is_no_content(feeds: FeedServer) -> None:
    body = gzip.compress(b"<rss>") + gzip.compress(b"</rss>")
    fetcher = fetcher_to(feeds)
    for number, padding in enumerate((b"", b"\0" * 700, b"\x1f")):

        async def answer(writer: asyncio.StreamWriter, sent: bytes = body + padding) -> None:
            writer.write(head("200 OK", length=len(sent), content_encoding="gzip") + sent)

        assert (await fetcher.safe_fetch(feeds.serve(f"/{number}", answer))).body == b"<rss></rss>"
    await fetcher.aclose()


async def test_a_bomb_of_many_members_is_cut(feeds: FeedServer) -> None:
    body = gzip.compress(b"\0" * 90_000) * 50

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head("200 OK", length=len(body), content_encoding="gzip") + body)

    fetcher = fetcher_to(feeds)
    with pytest.raises(FetchFailed) as failed:
        await fetcher.safe_fetch(feeds.serve("/", answer))
    assert failed.value.reason == "too_large"
    await fetcher.aclose()


async def test_names_that_hang_hold_up_no_other(feeds: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver blocks its thread; more of them hang here than an executor would have threads."""
    answered = threading.Event()
    real = socket.getaddrinfo

    def slow(host: str, *rest: Any, **named: Any) -> Any:
        if host.startswith("macet"):
            answered.wait(20)
            raise socket.gaierror(socket.EAI_AGAIN, "later")
        return real("127.0.0.1", *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    fetcher = fetcher_to(feeds)
    hanging = [asyncio.create_task(fetcher.safe_fetch(f"http://macet{n}.contoh.example/")) for n in range(20)]
    feeds.serve("/rss.xml", FEED)
    answer = await fetcher.safe_fetch(f"http://cepat.contoh.example:{feeds.port}/rss.xml")
    answered.set()
    assert answer.body == FEED
    ended = await asyncio.gather(*hanging, return_exceptions=True)
    assert {type(one) for one in ended} == {FetchFailed}
    await fetcher.aclose()
