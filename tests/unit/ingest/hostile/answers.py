"""Answers of hostile servers: heads and bodies that drip, lie, never end or unpack to gigabytes."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib
from collections.abc import Callable
from functools import cache, partial

from tests.support.feeds import Answer, compressed, head, huge, never_ending, redirect, status
from tests.unit.ingest.hostile.case import Case

_RSS = b"<rss version='2.0'><channel><item><title>a</title><link>https://contoh.example/1</link></item></channel></rss>"
_SHORT = 0.4
# Longer than any case that meets it may take.
_HANGS_SECONDS = 3.0


def raw(*pieces: bytes, every_seconds: float = 0.0, then_hang: bool = False) -> Answer:
    """Exactly these bytes, a pause after each piece."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(every_seconds)
            if then_hang:
                await asyncio.sleep(_HANGS_SECONDS)

    return answer


def endless(first: bytes, piece: bytes) -> Answer:
    """`first`, then the same piece for ever, as fast as it is taken."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)

    return answer


@cache
def _bomb(times: int) -> bytes:
    body = gzip.compress(b"\0" * 64 * 1024 * 1024)
    for _ in range(times - 1):
        body = gzip.compress(body)
    return body


def _packed(body: bytes, encoding: str) -> Answer:
    return raw(head("200 OK", length=len(body), content_encoding=encoding) + body)


def _with_length(written: str, body: bytes = _RSS) -> Answer:
    return raw(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: " + written.encode() + b"\r\n\r\n" + body)


_OK = b"HTTP/1.1 200 OK\r\nconnection: close\r\n"
_CHUNKED = _OK + b"transfer-encoding: chunked\r\n\r\n"

_TABLE: tuple[tuple[str, str, Callable[[], bytes | Answer], float], ...] = (
    ("redirect to itself", "failed too_many_redirects", partial(redirect, "/redirect-to-itself"), 5),
    ("redirect 301 to itself", "failed too_many_redirects",
     partial(status, "301 Moved", location="/redirect-301-to-itself"), 5),
    ("redirect 307 to itself", "failed too_many_redirects",
     partial(status, "307 Temporary", location="/redirect-307-to-itself"), 5),
    ("redirect without an address", "read 302", partial(status, "302 Found"), 5),
    ("redirect with an empty address", "read 302", partial(status, "302 Found", location=""), 5),
    ("redirect of several choices", "read 300", partial(status, "300 Choices", location="http://127.0.0.2/"), 5),
    ("redirect in a refresh header", "read 200",
     partial(status, "200 OK", refresh="0; url=http://169.254.169.254/"), 5),
    ("no word at all", "failed timeout", partial(raw, then_hang=True), _SHORT),
    ("closes at once", "failed broken_answer", partial(raw), 5),
    ("head a byte at a time", "failed timeout",
     partial(raw, *(bytes([byte]) for byte in _OK * 3), every_seconds=0.05), _SHORT),
    ("head without end", "failed broken_answer|timeout|too_large",
     partial(endless, _OK, b"x-isi: " + b"a" * 1000 + b"\r\n"), 3),
    ("head line of a megabyte", "failed broken_answer", partial(raw, _OK + b"x: " + b"a" * 2**20 + b"\r\n\r\n"), 5),
    ("status line that is none", "failed broken_answer", partial(raw, b"bukan HTTP\r\n\r\n"), 5),
    ("answer of HTTP/0.9", "failed broken_answer", partial(raw, _RSS), 5),
    ("status of four digits", "failed broken_answer|timeout", partial(raw, b"HTTP/1.1 2000 OK\r\n\r\n"), 2),
    ("100 Continue without end", "failed timeout|broken_answer",
     partial(endless, b"", b"HTTP/1.1 100 Continue\r\n\r\n"), 1),
    ("upgrade to another protocol", "read 101|failed broken_answer|failed timeout",
     partial(raw, b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"), 1),
    ("NUL in a header", "failed broken_answer|read 200", partial(raw, _OK + b"etag: a\0b\r\n\r\n" + _RSS), 5),
    ("bare line feeds in the head", "failed broken_answer|read 200",
     partial(raw, b"HTTP/1.1 200 OK\nconnection: close\n\n" + _RSS), 5),
    ("body a byte at a time", "failed timeout", partial(never_ending, piece=b"x", every_seconds=0.05), _SHORT),
    ("body without end", "failed too_large", partial(never_ending, piece=b"x" * 65_536, every_seconds=0), 20),
    ("fifty megabytes", "failed too_large", partial(huge, 50 * 1024 * 1024), 20),
    ("length too long", "failed broken_answer", partial(_with_length, "5000"), 5),
    ("length too long and it hangs", "failed timeout",
     partial(raw, _OK + b"content-length: 5000\r\n\r\n" + _RSS, then_hang=True), _SHORT),
    ("length too short", "failed broken_answer", partial(_with_length, "10"), 5),
    ("negative length", "failed broken_answer", partial(_with_length, "-1"), 5),
    ("length that is no number", "failed broken_answer", partial(_with_length, "banyak"), 5),
    ("length with a plus", "failed broken_answer", partial(_with_length, "+10"), 5),
    ("length of a petabyte", "failed broken_answer|too_large", partial(_with_length, "1000000000000000"), 5),
    ("two lengths", "failed broken_answer", partial(_with_length, "10\r\ncontent-length: 20"), 5),
    ("length and chunks", "failed broken_answer",
     partial(raw, _OK + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"), 5),
    ("chunk size that is none", "failed broken_answer", partial(raw, _CHUNKED + b"zz\r\nabc\r\n"), 5),
    ("chunk that breaks off", "failed broken_answer", partial(raw, _CHUNKED + b"ff\r\nabc"), 5),
    ("chunks of one byte without end", "failed timeout|too_large", partial(endless, _CHUNKED, b"1\r\na\r\n"), 1),
    ("chunk extensions without end", "failed timeout|broken_answer|too_large",
     partial(endless, _CHUNKED + b"1;", b"a" * 4000), 2),
    ("trailers without end", "failed timeout|broken_answer|too_large",
     partial(endless, _CHUNKED + b"0\r\n", b"x: y\r\n"), 1),
    ("gzip bomb", "failed too_large", lambda: _packed(_bomb(1), "gzip"), 20),
    ("gzip bomb packed twice, told once", "read 200", lambda: _packed(_bomb(2), "gzip"), 20),
    ("gzip bomb packed twice, told twice", "failed encoding_refused", lambda: _packed(_bomb(2), "gzip, gzip"), 5),
    ("gzip bomb of a thousand members", "failed too_large",
     lambda: _packed(gzip.compress(b"\0" * 100_000) * 1000, "gzip"), 20),
    ("gzip of a million empty members", "read 200|failed too_large|failed timeout",
     lambda: _packed(gzip.compress(b"") * 200_000, "gzip"), 20),
    ("gzip that breaks off", "failed encoding_broken", lambda: _packed(gzip.compress(_RSS * 99)[:-30], "gzip"), 5),
    ("gzip that is none", "failed encoding_broken", partial(_packed, _RSS, "gzip"), 5),
    ("gzip with a wrong checksum", "failed encoding_broken",
     lambda: _packed(gzip.compress(_RSS)[:-8] + b"\0" * 8, "gzip"), 5),
    ("empty gzip", "failed encoding_broken", partial(_packed, b"", "gzip"), 5),
    ("deflate", "failed encoding_refused", lambda: _packed(zlib.compress(_RSS), "deflate"), 5),
    ("brotli", "failed encoding_refused", partial(_packed, b"\x0b\x02\x80a\x03", "br"), 5),
    ("zstandard", "failed encoding_refused", partial(_packed, b"\x28\xb5\x2f\xfd", "zstd"), 5),
    ("gzip within deflate", "failed encoding_refused", partial(compressed, _RSS, encoding="deflate, gzip"), 5),
    ("encoding nobody knows", "failed encoding_refused", partial(_packed, _RSS, "x-lain"), 5),
    ("identity", "read 200", partial(_packed, _RSS, "identity"), 5),
)  # fmt: skip


def cases() -> list[Case]:
    return [Case(name=name, ends=ends, page=page, seconds=seconds) for name, ends, page, seconds in _TABLE]
