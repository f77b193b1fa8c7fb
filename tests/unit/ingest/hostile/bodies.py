"""Bodies made to hurt a parser, and bodies that lie about what they are."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.support.feeds import Answer, head
from tests.unit.ingest.hostile.answers import raw
from tests.unit.ingest.hostile.case import Case

_ITEM = "<item><title>a</title><link>https://contoh.example/1</link></item>"
_MIB = 1024 * 1024
_SECONDS = 30.0
_SLOW = "|not parsed parse_timeout|parse_crashed"


def rss(items: str, prolog: str = "", more: str = "") -> bytes:
    return f'{prolog}<rss version="2.0"{more}><channel><title>H</title>{items}</channel></rss>'.encode()


def _json(items: Any, **more: Any) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "H", "items": items, **more}).encode()


def _laughs() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return rss("&l9;", f'<!DOCTYPE x [<!ENTITY l0 "ha">{lines}]>')


def _quadratic() -> bytes:
    return rss("<item><title>" + "&a;" * 50_000 + "</title></item>", f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>')


def _attributes(count: int, tail: bytes = b"/>") -> bytes:
    return b"<rss><channel><item " + b" ".join(b'a%d="x"' % n for n in range(count)) + tail


def _deep(name: str, depth: int, *, closed: bool = True) -> bytes:
    return rss(f"<{name}>" * depth + "x" + (f"</{name}>" * depth if closed else ""))


def _title(title: str) -> bytes:
    return rss(f"<item><title>{title}</title><link>https://contoh.example/1</link></item>")


def _long_title() -> Answer:
    """Sent piece by piece: this process must not hold it either."""
    begin = b"<rss><channel><item><title>"
    return raw(head("200 OK", length=100_000_000), begin, *[b"x" * 65_536] * 1_500)


def _html(count: int) -> bytes:
    return rss(f"<item><title>a</title><description><![CDATA[{'<div>' * count}]]></description></item>")


_DTD = "not parsed doctype_refused"
_LAUGHABLE: tuple[tuple[str, str, Callable[[], bytes | Answer]], ...] = (
    ("DOCTYPE", _DTD, lambda: rss(_ITEM, "<!DOCTYPE rss>")),
    ("DOCTYPE of Netscape", _DTD, lambda: rss(_ITEM, '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://x/r.dtd">')),
    ("entity of a file", _DTD, lambda: rss("&x;", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    ("entity of an address", _DTD, lambda: rss("&x;", '<!DOCTYPE r [<!ENTITY x SYSTEM "http://169.254.169.254/">]>')),
    ("parameter entity", _DTD, lambda: rss("", '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1/e.dtd"> %x;]>')),
    ("DOCTYPE behind a comment", _DTD, lambda: rss(_ITEM, "<!-- < a --><!DOCTYPE rss [<!ENTITY a 'b'>]>")),
    ("DOCTYPE in lower case", _DTD, lambda: rss(_ITEM, "<!doctype rss [<!entity a 'b'>]>")),
    ("DOCTYPE in UTF-16", _DTD, lambda: rss(_ITEM, "<!DOCTYPE r [<!ENTITY a 'b'>]>").decode().encode("utf-16")),
    ("billion laughs", _DTD, _laughs),
    ("quadratic entities", _DTD, _quadratic),
    ("entity within an item", "parsed 1|0|not parsed doctype_refused|not parsed not_a_feed",
     lambda: rss('<!ENTITY a "b">' + _ITEM)),
    ("inclusion of XInclude", "parsed 1", lambda: rss(
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>' + _ITEM)),
    ("style sheet of a stranger", "parsed 1",
     lambda: rss(_ITEM, '<?xml-stylesheet href="http://169.254.169.254/" type="text/xsl"?>')),
)  # fmt: skip
_HEAVY: tuple[tuple[str, str, Callable[[], bytes | Answer]], ...] = (
    ("sixty-five attributes", "not parsed too_many_attributes", lambda: _attributes(65) + b"</channel></rss>"),
    ("40,000 attributes", "not parsed too_many_attributes", lambda: _attributes(40_000) + b"</channel></rss>"),
    ("40,000 attributes and broken", "not parsed too_many_attributes|not_a_feed|parsed 0|parsed 1" + _SLOW,
     lambda: _attributes(40_000, b"><title>x</item>&<")),
    ("40,000 attributes behind a mistake", "not parsed not_a_feed|too_many_attributes|parsed 0|parsed 1" + _SLOW,
     lambda: b"<rss><channel><a b=c/>" + _attributes(40_000)[14:]),
    ("40,000 namespaces", "not parsed too_many_attributes|not_a_feed|parsed 0" + _SLOW,
     lambda: rss("", more="".join(f' xmlns:n{n}="u:{n}"' for n in range(40_000)))),
    ("attribute of two megabytes", "parsed 1", lambda: rss(f"<x a='{'y' * 2 * _MIB}'/>" + _ITEM)),
    ("depth of sixty-five", "not parsed too_deep", partial(_deep, "a", 65)),
    ("depth of 100,000", "not parsed too_deep", partial(_deep, "a", 100_000)),
    ("depth of 100,000 without an end", "not parsed too_deep", partial(_deep, "a", 100_000, closed=False)),
    ("items in items", "not parsed too_deep", partial(_deep, "item", 5_000)),
    ("200,000 open tags in a text", "parsed 1|0" + _SLOW, partial(_html, 200_000)),
    ("a million items", "parsed 0" + _SLOW, lambda: b"<rss><channel>" + b"<a/>" * 1_000_000 + b"</channel></rss>"),
    ("a hundred thousand items", "parsed 1000" + _SLOW, lambda: rss("<item><title>a</title></item>" * 100_000)),
    ("a hundred thousand entries", "parsed 1000" + _SLOW, lambda: (
        f'<feed xmlns="http://www.w3.org/2005/Atom">{"<entry><id>u:1</id><title>a</title></entry>" * 100_000}</feed>'
    ).encode()),
    ("five megabytes of one tag", "not parsed too_deep" + _SLOW,
     lambda: b"<rss><channel>" + b"<item>" * (5 * _MIB // 6 - 10)),
    ("five megabytes of less-than signs", "not parsed not_a_feed|parsed 0" + _SLOW, lambda: b"<" * (5 * _MIB)),
    ("five megabytes of ampersands", "not parsed not_a_feed|parsed 0|parsed 1" + _SLOW,
     lambda: rss("&" * (5 * _MIB - 200))),
    ("a tag name of five megabytes", "not parsed not_a_feed|parsed 0" + _SLOW,
     lambda: b"<rss><" + b"a" * (5 * _MIB - 50)),
    ("a comment without an end", "not parsed not_a_feed|parsed 0" + _SLOW, lambda: b"<rss><!-- " + b"- " * _MIB),
    ("CDATA without an end", "not parsed not_a_feed|parsed 0|parsed 1" + _SLOW,
     lambda: b"<rss><channel><item><title><![CDATA[" + b"]]" * _MIB),
    ("a title of 100 MB", "failed too_large", _long_title),
    ("a title of four megabytes", "parsed 1" + _SLOW, lambda: _title("x" * 4 * _MIB)),
    ("a title of combining marks", "parsed 1" + _SLOW, lambda: _title("a" + "\u0301" * 500_000)),
    ("a date of a megabyte", "parsed 1" + _SLOW,
     lambda: rss(f"<item><title>a</title><pubDate>{'1 ' * (_MIB // 2)}</pubDate></item>")),
    ("an address of a megabyte", "parsed 1" + _SLOW,
     lambda: rss(f"<item><title>a</title><link>http://x/{'a' * _MIB}</link></item>")),
    ("a million character references", "parsed 1" + _SLOW, lambda: _title("&#65;" * 500_000)),
)  # fmt: skip
_ODD: tuple[tuple[str, str, Callable[[], bytes | Answer]], ...] = (
    ("nothing", "not parsed not_a_feed", bytes),
    ("zeros", "not parsed not_a_feed", lambda: b"\0" * 10_000),
    ("every byte", "not parsed not_a_feed|parsed 0", lambda: bytes(range(256)) * 100),
    ("a page", "not parsed html_page", lambda: b"<!DOCTYPE html><html><body>situs</body></html>"),
    ("a page behind a declaration", "not parsed html_page", lambda: b'<?xml version="1.0"?><html xmlns="x"></html>'),
    ("a page of errors", "not parsed html_page", lambda: b"<html><h1>403 Forbidden</h1></html>"),
    ("a picture", "not parsed not_a_feed", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    ("a packed file", "not parsed not_a_feed", lambda: b"PK\x03\x04" + bytes(1000)),
    ("an SVG drawing", "not parsed not_a_feed", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    ("NULs between letters", "parsed 1", lambda: _title("a\0b\0c")),
    ("control characters", "parsed 1", lambda: _title("a" + "".join(map(chr, range(1, 9))) + "b")),
    ("invalid UTF-8", "parsed 1", lambda: rss(_ITEM).replace(b">a<", b">\xff\xfe\xc0\x80 a<")),
    ("overlong UTF-8", "parsed 1", lambda: rss(_ITEM).replace(b">a<", b">\xc0\xbca<")),
    ("surrogates in UTF-8", "parsed 1", lambda: rss(_ITEM).replace(b">a<", b">\xed\xa0\x80a<")),
    ("UTF-16 without a mark", "parsed 1", lambda: rss(_ITEM).decode().encode("utf-16-le")),
    ("UTF-16 of the other end", "parsed 1", lambda: rss(_ITEM).decode().encode("utf-16-be")),
    ("UTF-16 that breaks off", "parsed 1", lambda: rss(_ITEM).decode().encode("utf-16")[:-1]),
    ("UTF-32", "parsed 1", lambda: rss(_ITEM).decode().encode("utf-32")),
    ("mark of UTF-8, text of UTF-16", "not parsed not_a_feed|parsed 0|parsed 1",
     lambda: codecs.BOM_UTF8 + rss(_ITEM).decode().encode("utf-16-le")),
    ("UTF-7", "parsed 1|0|not parsed not_a_feed",
     lambda: rss(_ITEM, '<?xml version="1.0" encoding="utf-7"?>').replace(b">a<", b">+ADw-b<")),
    ("charset nobody knows", "parsed 1", lambda: rss(_ITEM, '<?xml version="1.0" encoding="x-lain"?>')),
    ("charset that unpacks", "parsed 1", lambda: rss(_ITEM, '<?xml version="1.0" encoding="zlib"?>')),
    ("charset of EBCDIC", "not parsed not_a_feed|parsed 1|0", lambda: rss(_ITEM).decode().encode("cp500")),
    ("bidi title", "parsed 1", lambda: _title("\u202egnp.exe\u202c Lapas \u2066x\u2069")),
    ("title of invisible letters", "parsed 0", lambda: rss("<item><title>\u200b\u3164\u2800</title></item>")),
    ("script for a title", "parsed 1", lambda: _title("&lt;script&gt;alert(1)&lt;/script&gt; b")),
    ("duplicate ids", "parsed 3", lambda: rss("<item><title>a</title><guid>satu</guid></item>" * 3)),
    ("negative dates", "parsed 1",
     lambda: rss("<item><title>a</title><pubDate>-1 Jan -2026 -25:61:61 -9999</pubDate></item>")),
    ("date beyond the calendar", "parsed 1",
     lambda: rss("<item><title>a</title><pubDate>32 Dec 99999 99:99:99 +9999</pubDate></item>")),
    ("address that is code", "parsed 1", lambda: rss("<item><title>a</title><link>javascript:alert(1)</link></item>")),
    ("a feed within a feed", "parsed 1|2", lambda: rss(_ITEM + rss(_ITEM).decode())),
    ("two feeds in a row", "parsed 1|2", lambda: rss(_ITEM) + rss(_ITEM)),
    ("JSON that is deep", "not parsed not_json", lambda: b'{"a":' * 100_000),
    ("JSON that is deep in lists", "not parsed not_json",
     lambda: b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 1_000_000),
    ("JSON that is deep within a bound", "parsed 0|not parsed not_a_feed|not_json",
     lambda: _json([json.loads("[" * 500 + "]" * 500)])),
    ("JSON with a number of a million digits", "not parsed not_json|parsed 1",
     lambda: _json([{"id": 1, "title": "a"}]).replace(
        b'"id": 1', b'"id": ' + b"9" * 1_000_000)),
    ("JSON with a number of 1e999999", "parsed 1|not parsed not_json", lambda: _json([{"id": 1, "title": "a"}]).replace(
        b'"id": 1', b'"id": 1e999999')),
    ("JSON with NaN", "not parsed not_json", lambda: _json([{"id": float("nan"), "title": "a"}])),
    ("JSON with doubled names", "parsed 1", lambda: _json([{"id": "1", "title": "a"}]).replace(
        b'"id": "1"', b'"id": "1", "id": "2"')),
    ("JSON with lone surrogates", "parsed 1",
     lambda: _json([{"id": "1", "title": "a"}]).replace(b'"a"', b'"a\\ud800b"')),
    ("JSON with NUL", "parsed 1", lambda: _json([{"id": "a\0b", "title": "a\0b"}])),
    ("JSON with a million items", "parsed 0|1000" + _SLOW, lambda: _json([0] * 1_000_000)),
    ("JSON with duplicate ids", "parsed 2", lambda: _json([{"id": "1", "title": "a"}] * 2)),
    ("JSON with prototype names", "parsed 1", lambda: _json([{"__proto__": {"x": 1}, "$where": "1", "title": "a"}])),
)  # fmt: skip
_PAGES: tuple[tuple[str, str, Callable[[], bytes | Answer]], ...] = (
    ("page without a word", "not parsed not_a_page", bytes),
    (
        "page of 200,000 open tags",
        "parsed 1|not parsed not_a_page" + _SLOW,
        lambda: b"<html><body>" + b"<div>" * 200_000,
    ),
)
_MASTODON: tuple[tuple[str, str, Callable[[], bytes | Answer]], ...] = (
    ("posts that are deep", "not parsed not_json", lambda: b"[" * 1_000_000),
    ("posts that are none", "not parsed not_posts", lambda: b'"teks"'),
    ("posts of wrong types", "parsed 0",
     lambda: json.dumps([1, None, "a", {"id": []}, {"id": "1", "url": 5}]).encode()),
)  # fmt: skip


def cases() -> list[Case]:
    tables = ((_LAUGHABLE, "rss"), (_HEAVY, "rss"), (_ODD, "rss"), (_PAGES, "page"), (_MASTODON, "mastodon"))
    return [
        Case(name=name, ends=ends, page=page, kind=kind, seconds=_SECONDS)
        for table, kind in tables
        for name, ends, page in table
    ]
