"""Feeds as readers of feeds meet them, each with what must come out: forms, dates, bases, entities, broken XML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

# Where every feed of the table was read.
AT = "https://harian.contoh.example/rss/umpan.xml"
LINK = "https://harian.contoh.example/berita/1"
Case = tuple[str, bytes, Mapping[str, Any]]

_SPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "georss": "http://www.georss.org/georss",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
}
_ALL = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _SPACES.items())


def rss(item: str, *, version: str = "2.0", more: str = "", channel: str = "", prolog: str = "") -> bytes:
    head = f'{prolog}<rss version="{version}"{_ALL}{more}><channel><title>Harian</title>{channel}'
    return f"{head}<item>{item}</item></channel></rss>".encode()


def rdf(item: str, *, ns: str = "http://purl.org/rss/1.0/") -> bytes:
    head = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{ns}"{_ALL}>'
    return f'{head}<channel><title>Harian</title></channel><item rdf:about="{LINK}">{item}</item></rdf:RDF>'.encode()


def atom(entry: str, *, ns: str = "http://www.w3.org/2005/Atom", more: str = "", head: str = "") -> bytes:
    return f'<feed xmlns="{ns}"{_ALL}{more}><title>Harian</title>{head}<entry>{entry}</entry></feed>'.encode()


def json_feed(item: Mapping[str, Any], version: str = "1.1", **more: Any) -> bytes:
    feed = {"version": f"https://jsonfeed.org/version/{version}", "title": "Harian", "items": [item], **more}
    return json.dumps(feed).encode()


_T = f"<title>a</title><link>{LINK}</link>"
_A = f'<title>a</title><link href="{LINK}"/>'

# As written → UTC; a time without a zone is of Jakarta.
_DATES = (
    ("Wed, 18 Jun 2025 14:05:00 +0700", "2025-06-18T07:05:00"),
    ("Wed, 18 Jun 2025 14:05:00 GMT", "2025-06-18T14:05:00"),
    ("Wed, 18 Jun 2025 14:05:00 UT", "2025-06-18T14:05:00"),
    ("Wed, 18 Jun 2025 14:05:00 Z", "2025-06-18T14:05:00"),
    ("Wed, 18 Jun 2025 14:05:00 EST", "2025-06-18T19:05:00"),
    ("Wed, 18 Jun 2025 14:05:00 PDT", "2025-06-18T21:05:00"),
    ("Wed, 18 Jun 2025 14:05:00 -0330", "2025-06-18T17:35:00"),
    ("Wed, 18 Jun 2025 14:05:00 WIB", "2025-06-18T07:05:00"),
    ("Wed, 18 Jun 2025 14:05:00 WITA", "2025-06-18T06:05:00"),
    ("Wed, 18 Jun 2025 14:05:00 WIT", "2025-06-18T05:05:00"),
    ("Wed, 18 Jun 2025 14:05:00", "2025-06-18T07:05:00"),
    ("Wed, 18 Jun 2025 14:05 +0700", "2025-06-18T07:05:00"),
    ("18 Jun 2025 14:05:00 +0700", "2025-06-18T07:05:00"),
    ("Wed, 18 Jun 25 14:05:00 GMT", "2025-06-18T14:05:00"),
    ("Wed,18 Jun 2025 14:05:00 GMT", "2025-06-18T14:05:00"),
    ("Wednesday, 18 June 2025 14:05:00 GMT", "2025-06-18T14:05:00"),
    ("Mon, 18 Jun 2025 14:05:00 GMT", "2025-06-18T14:05:00"),
    ("wed, 18 jun 2025 14:05:00 gmt", "2025-06-18T14:05:00"),
    ("Wed, 8 Jan 2025 04:05:06 GMT", "2025-01-08T04:05:06"),
    ("Wed, 18 Jun 2025 14:05:60 GMT", "2025-06-18T14:05:59"),
    ("Wed Jun 18 14:05:00 WIB 2025", "2025-06-18T07:05:00"),
    ("2025-06-18T14:05:00Z", "2025-06-18T14:05:00"),
    ("2025-06-18T14:05:00+07:00", "2025-06-18T07:05:00"),
    ("2025-06-18T14:05:00+0700", "2025-06-18T07:05:00"),
    ("2025-06-18T14:05:00.123Z", "2025-06-18T14:05:00.123"),
    ("2025-06-18T14:05:00.123456+07:00", "2025-06-18T07:05:00.123"),
    ("2025-06-18T14:05Z", "2025-06-18T14:05:00"),
    ("2025-06-18T14:05:00", "2025-06-18T07:05:00"),
    ("2025-06-18 14:05:00", "2025-06-18T07:05:00"),
    ("2025-06-18 14:05", "2025-06-18T07:05:00"),
    ("2025-06-18", "2025-06-17T17:00:00"),
    ("20250618T140500Z", "2025-06-18T14:05:00"),
    ("2025/06/18 14:05:00", "2025-06-18T07:05:00"),
    ("18/06/2025 14:05", "2025-06-18T07:05:00"),
    ("18-06-2025 14:05:00", "2025-06-18T07:05:00"),
    ("06/18/2025 02:05:00 PM", "2025-06-18T07:05:00"),
    ("June 18, 2025 2:05 PM", "2025-06-18T07:05:00"),
    ("Rabu, 18 Juni 2025 14:05 WIB", "2025-06-18T07:05:00"),
    ("Rabu, 18 Jun 2025 | 14.05 WIB", "2025-06-18T07:05:00"),
    ("Kamis, 8 Agt 2024 08:30 WITA", "2024-08-08T00:30:00"),
    ("segera", None),
    ("", None),
    ("Wed, 99 Xyz 2025 14:05:00 GMT", None),
)  # fmt: skip


def _dates() -> Iterator[Case]:
    for written, at in _DATES:
        yield f"pubDate {written!r}", rss(f"{_T}<pubDate>{written}</pubDate>"), {"at": at}
    for written, at in _DATES[21:29]:
        yield f"updated of Atom {written!r}", atom(f"{_A}<updated>{written}</updated>"), {"at": at}
        yield f"dc:date {written!r}", rdf(f"{_T}<dc:date>{written}</dc:date>"), {"at": at}
        yield f"JSON date {written!r}", json_feed({"id": "1", "title": "a", "date_published": written}), {"at": at}
    day, hour = "2025-06-18T14:05:00Z", "2025-06-18T14:05:00"
    both = f"<updated>2026-01-01T00:00:00Z</updated><published>{day}</published>"
    yield "published before updated", atom(_A + both), {"at": hour}
    yield "issued of Atom 0.3", atom(f"{_A}<issued>{day}</issued>", ns="http://purl.org/atom/ns#"), {"at": hour}
    yield "modified of Atom 0.3", atom(f"{_A}<modified>{day}</modified>", ns="http://purl.org/atom/ns#"), {"at": hour}
    yield "dc:date in RSS", rss(f"{_T}<dc:date>{day}</dc:date>"), {"at": hour}
    yield "dcterms:created in RSS", rss(f"{_T}<dcterms:created>{day}</dcterms:created>"), {"at": hour}
    yield "date in CDATA", rss(f"{_T}<pubDate><![CDATA[{day}]]></pubDate>"), {"at": hour}
    yield "date between spaces", rss(f"{_T}<pubDate>\n   {day}\n </pubDate>"), {"at": hour}
    yield "date of the channel only", rss(_T, channel=f"<pubDate>{day}</pubDate>"), {"at": None}


# As written in XML → as shown.
_TITLES = (
    ("Lapas & Rutan", "Lapas & Rutan"), ("Lapas &amp; Rutan", "Lapas & Rutan"),
    ("Lapas &amp;amp; Rutan", "Lapas & Rutan"), ("<![CDATA[Lapas & Rutan]]>", "Lapas & Rutan"),
    ("<![CDATA[Lapas &amp; Rutan]]>", "Lapas & Rutan"), ("<![CDATA[Lapas]]> dan <![CDATA[Rutan]]>", "Lapas dan Rutan"),
    ("&#8220;Tertib&#8221;", "“Tertib”"), ("&#x201C;Tertib&#x201D;", "“Tertib”"), ("&amp;ldquo;x&amp;rdquo;", "“x”"),
    ("caf&eacute;", "café"), ("caf&amp;eacute;", "café"), ("Rp5.000&nbsp;naik", "Rp5.000 naik"),
    ("10&deg;C &ndash; 12&deg;C", "10°C – 12°C"), ("5 &lt; 6 dan 7 &gt; 2", "5 < 6 dan 7 > 2"),
    ("&lt;b&gt;tebal&lt;/b&gt;", "tebal"), ("&lt;b&gt;te&lt;i&gt;bal", "tebal"), ("<![CDATA[<b>tebal</b>]]>", "tebal"),
    ("<![CDATA[a<br/>b]]>", "a b"), ("&lt;script&gt;x&lt;/script&gt;b", "b"), ("  a \n\t b  ", "a b"),
    ("\n<![CDATA[\n a \n]]>\n", "a"), ("&quot;a&quot; &apos;b&apos;", "\"a\" 'b'"), ("&#39;a&#39;", "'a'"),
    ("a &unknown; b", "a &unknown; b"), ("a &#0; b", "a b"), ("a &#99999999; b", "a b"), ("100%", "100%"),
    ("a\u200bb", "ab"), ("\u202ea", "a"), ("e\u0301", "é"), ("😀 a", "😀 a"), ("漢字", "漢字"), ("a\u00adb", "ab"),
    ("Jum&#8217;at", "Jum’at"), ("â€œTertibâ€\u009d", "“Tertib”"), ("x < y", "x < y"), ("AT&T", "AT&T"),
    ("a &copy; b", "a © b"), ("a&hellip;", "a…"), ("a -- b", "a -- b"), ("<!-- x -->a", "a"),
)  # fmt: skip


def _titles() -> Iterator[Case]:
    for written, shown in _TITLES:
        yield f"title {written!r}", rss(f"<title>{written}</title><link>{LINK}</link>"), {"title": shown, "link": LINK}
    for written, shown in _TITLES[:12]:
        body = atom(f'<title type="html">{written}</title><link href="{LINK}"/>')
        yield f"title of Atom {written!r}", body, {"title": shown, "link": LINK}
        yield f"title of RDF {written!r}", rdf(f"<title>{written}</title><link>{LINK}</link>"), {"title": shown}
    for written, shown in (("Lapas & Rutan", "Lapas & Rutan"), ("a &amp; b", "a & b"), ("<b>a</b>", "a")):
        yield f"title of JSON {written!r}", json_feed({"id": "1", "title": written}), {"title": shown}


def _texts() -> Iterator[Case]:
    enc, desc = "<content:encoded>{}</content:encoded>", "<description>{}</description>"
    p = "&lt;p&gt;Satu&lt;/p&gt;&lt;p&gt;Dua&lt;/p&gt;"
    cases = {
        "description escaped": (rss(_T + desc.format(p)), "Satu\nDua"),
        "description in CDATA": (rss(_T + desc.format("<![CDATA[<p>Satu</p><p>Dua</p>]]>")), "Satu\nDua"),
        "description as elements": (rss(_T + desc.format("<p>Satu</p><p>Dua</p>")), "Satu\nDua"),
        "content wins over description": (
            rss(_T + desc.format("a") + enc.format("<![CDATA[<p>panjang</p>]]>")), "panjang"),
        "content before description": (
            rss(_T + enc.format("<![CDATA[<p>panjang</p>]]>") + desc.format("a")), "panjang"),
        "content with another prefix": (
            rss(_T + "<c:encoded>isi</c:encoded>", more=f' xmlns:c="{_SPACES["content"]}"'), "isi"),
        "empty content, full description": (rss(_T + enc.format("") + desc.format("isi")), "isi"),
        "list and table": (rss(_T + desc.format(
            "<![CDATA[<ul><li>a<li>b</ul><table><tr><td>c<td>d</table>]]>")), "a\nb\nc\nd"),
        "style and script": (rss(_T + desc.format("<![CDATA[<style>x{}</style>a<script>y()</script>]]>")), "a"),
        "comment": (rss(_T + desc.format("<![CDATA[a<!-- b -->c]]>")), "ac"),
        "picture only": (rss(_T + desc.format('<![CDATA[<img src="x.jpg" alt="y">]]>')), ""),
        "nested CDATA end": (rss(_T + desc.format("<![CDATA[a]]]]><![CDATA[>b]]>")), "a]]>b"),
        "unclosed HTML": (rss(_T + desc.format("<![CDATA[<p>a<p>b<div>c]]>")), "a\nb\nc"),
        "entity of HTML in CDATA": (rss(_T + desc.format("<![CDATA[a&nbsp;b &eacute;]]>")), "a b é"),
        "no text": (rss(_T), ""),
        "summary of Atom": (atom(_A + "<summary>ringkas</summary>"), "ringkas"),
        "content of Atom wins": (atom(_A + "<summary>ringkas</summary><content>jauh lebih panjang</content>"),
                                 "jauh lebih panjang"),
        "content of Atom as HTML": (atom(_A + f'<content type="html">{p}</content>'), "Satu\nDua"),
        "content of Atom as text": (atom(_A + '<content type="text">a &lt; b</content>'), "a < b"),
        "content of Atom as XHTML": (atom(
            _A + '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Satu</p><p>Dua</p></div></content>'),
            "Satu\nDua"),
        "content of Atom elsewhere": (atom(_A + '<content src="https://contoh.example/isi"/><summary>ringkas</summary>'),
                                      "ringkas"),
        "content of Atom 0.3": (atom(_A + '<content type="text/html" mode="escaped">&lt;p&gt;a&lt;/p&gt;</content>',
                                     ns="http://purl.org/atom/ns#"), "a"),
        "description of RDF": (rdf(_T + desc.format("isi")), "isi"),
        "content of RDF": (rdf(_T + enc.format("<![CDATA[<p>isi</p>]]>")), "isi"),
        "description of RSS 0.91": (rss(_T + desc.format("isi"), version="0.91"), "isi"),
        "summary of a podcast": (rss(_T + "<itunes:summary>isi</itunes:summary>"), "isi"),
        "media:description": (rss(_T + "<media:description>isi</media:description>"), "isi"),
        "HTML of JSON": (json_feed({"id": "1", "title": "a", "content_html": "<p>Satu</p><p>Dua</p>"}), "Satu\nDua"),
        "text of JSON": (json_feed({"id": "1", "title": "a", "content_text": "isi"}), "isi"),
        "summary of JSON": (json_feed({"id": "1", "title": "a", "summary": "isi"}), "isi"),
    }  # fmt: skip
    for name, (body, text) in cases.items():
        yield f"text: {name}", body, {"title": "a", "text": text}


def _links() -> Iterator[Case]:
    t, base = "<title>a</title>", "https://harian.contoh.example"
    other = "https://lain.contoh.example"
    cases: dict[str, tuple[bytes, str]] = {
        "absolute": (rss(_T), LINK),
        "root-relative": (rss(t + "<link>/berita/1</link>"), LINK),
        "relative": (rss(t + "<link>1</link>"), f"{base}/rss/1"),
        "one up": (rss(t + "<link>../berita/1</link>"), LINK),
        "without a scheme": (rss(t + "<link>//harian.contoh.example/berita/1</link>"), LINK),
        "between spaces": (rss(t + f"<link>\n  {LINK}\n</link>"), LINK),
        "in CDATA": (rss(t + f"<link><![CDATA[{LINK}]]></link>"), LINK),
        "with escaped ampersand": (rss(t + f"<link>{LINK}?a=1&amp;b=2</link>"), LINK + "?a=1&b=2"),
        "with bare ampersand": (rss(t + f"<link>{LINK}?a=1&b=2</link>"), LINK + "?a=1&b=2"),
        "as guid": (rss(t + f"<guid>{LINK}</guid>"), LINK),
        "as guid that says so": (rss(t + f'<guid isPermaLink="true">{LINK}</guid>'), LINK),
        "beside another guid": (rss(f'{_T}<guid isPermaLink="false">x-1</guid>'), LINK),
        "beside a guid that is an address": (rss(f"{_T}<guid>{other}/2</guid>"), LINK),
        "of comments is not the link": (rss(f"{_T}<comments>{LINK}#c</comments>"), LINK),
        "of Atom in RSS": (rss(f'{t}<atom:link href="{LINK}"/>'), LINK),
        "self of Atom in RSS is not the link": (rss(f'{_T}<atom:link rel="self" href="{other}/"/>'), LINK),
        "with a base for all": (rss(t + "<link>1</link>", more=f' xml:base="{base}/berita/"'), LINK),
        "of an enclosure is not the link": (
            rss(f'{_T}<enclosure url="{other}/a.mp3" length="1" type="audio/mpeg"/>'), LINK),
        "of media is not the link": (rss(f'{_T}<media:content url="{other}/a.jpg" medium="image"/>'), LINK),
        "of a source is not the link": (rss(f'{_T}<source url="{other}/rss">Lain</source>'), LINK),
        "of RDF": (rdf(_T), LINK),
        "of RDF by about": (rdf(t), LINK),
        "of Atom": (atom(_A), LINK),
        "alternate of Atom": (atom(f'{t}<link rel="alternate" type="text/html" href="{LINK}"/>'), LINK),
        "alternate behind self": (
            atom(f'{t}<link rel="self" href="{other}/"/><link rel="alternate" href="{LINK}"/>'), LINK),
        "alternate before edit": (
            atom(f'{t}<link rel="alternate" href="{LINK}"/><link rel="edit" href="{other}/"/>'), LINK),
        "alternate before replies": (atom(f'{_A}<link rel="replies" href="{other}/"/>'), LINK),
        "relative in Atom": (atom(f'{t}<link href="/berita/1"/>'), LINK),
        "base of a feed of Atom": (atom(f'{t}<link href="1"/>', more=f' xml:base="{base}/berita/"'), LINK),
        "base within a base": (
            atom(f'{t}<link xml:base="berita/" href="1"/>', more=f' xml:base="{base}/"'), LINK),
        "id of Atom for a link": (atom(f"{t}<id>{LINK}</id>"), LINK),
        "of Atom 0.3": (atom(f'{t}<link rel="alternate" href="{LINK}"/>', ns="http://purl.org/atom/ns#"), LINK),
        "of JSON": (json_feed({"id": "1", "title": "a", "url": LINK}), LINK),
        "relative in JSON": (json_feed({"id": "1", "title": "a", "url": "/berita/1"}), LINK),
        "external of JSON": (json_feed({"id": "1", "title": "a", "external_url": LINK}), LINK),
        "id of JSON for a link": (json_feed({"id": LINK, "title": "a"}), LINK),
    }  # fmt: skip
    for name, (body, link) in cases.items():
        yield f"link {name}", body, {"title": "a", "address": link}


def _broken() -> Iterator[Case]:
    whole = rss(f"{_T}<description>isi</description>").decode()
    two = whole.replace("</item>", f"</item><item><title>b</title><link>{LINK}0</link></item>")
    expected = {"title": "a", "link": LINK}
    cut = whole.replace("</channel></rss>", "")
    yield "broken: no end", cut.encode(), expected
    yield "broken: no end of the item", cut.replace("</item>", "").encode(), expected
    yield "broken: bare ampersand", whole.replace("isi", "a & b").encode(), {**expected, "text": "a & b"}
    yield "broken: unknown entity", whole.replace("isi", "a&nbsp;b").encode(), {**expected, "text": "a b"}
    yield "broken: bare less-than sign", whole.replace("isi", "3 < 4").encode(), {**expected, "text": "3 < 4"}
    yield "broken: wrong nesting", whole.replace("isi", "<b><i>isi</b></i>").encode(), {**expected, "text": "isi"}
    yield "broken: unquoted attribute", whole.replace("<title>a", "<title lang=id>a").encode(), expected
    yield "broken: unknown prefix", whole.replace("<title>a", "<x:y>1</x:y><title>a").encode(), expected
    yield "broken: doubled attribute", whole.replace("<title>a", '<title a="1" a="2">a').encode(), expected
    yield "broken: blank lines before", b"\n\n  " + whole.encode(), expected
    yield "broken: declaration behind blanks", b'\n<?xml version="1.0"?>' + whole.encode(), expected
    yield "broken: declaration of 1.1", b'<?xml version="1.1"?>' + whole.encode(), expected
    yield "broken: words behind the end", whole.encode() + b"<!-- 0.1 s --> selesai", expected
    yield "broken: script behind the end", whole.encode() + b"<script>x</script>", expected
    yield "broken: control characters", whole.replace("isi", "i\x01s\x0bi").encode(), {**expected, "text": "isi"}
    yield "broken: second item is whole", two.replace("isi", "a & b").encode(), {**expected, "count": 2}
    yield "broken: mark of UTF-8", b"\xef\xbb\xbf" + whole.encode(), expected
    yield "broken: two marks of UTF-8", b"\xef\xbb\xbf\xef\xbb\xbf" + whole.encode(), expected
    yield "broken: instruction before", b'<?xml-stylesheet href="x.xsl"?>' + whole.encode(), expected
    yield "broken: item without title", rss(f"<link>{LINK}</link><description>isi b</description>"), {"title": "isi b"}
    yield "broken: item without anything", rss(""), {"count": 0}
    yield "broken: empty title and text", rss("<title/><description/>"), {"count": 0}
    yield "broken: no items", b'<rss version="2.0"><channel><title>Harian</title></channel></rss>', {"count": 0}


def _charsets() -> Iterator[Case]:
    title = "“Tertib” – café"
    for claimed, really in (
        ("utf-8", "utf-8"), ("UTF-8", "cp1252"), ("iso-8859-1", "cp1252"), ("windows-1252", "utf-8"),
        ("us-ascii", "utf-8"), ("utf-16", "utf-8"), ("utf-16", "utf-16"), ("x-lain", "utf-8"),
        ("windows-1252", "cp1252"),
    ):  # fmt: skip
        prolog = f'<?xml version="1.0" encoding="{claimed}"?>'
        body = rss(f"<title>{title}</title><link>{LINK}</link>", prolog=prolog).decode().encode(really)
        yield f"charset {really} called {claimed}", body, {"title": title, "link": LINK}


def _others() -> Iterator[Case]:
    e = '<enclosure url="https://contoh.example/a" type="{}" length="1"/>'
    yield "media: picture enclosed", rss(_T + e.format("image/jpeg")), {"media": ["foto"]}
    yield "media: sound enclosed", rss(_T + e.format("audio/mpeg")), {"media": ["audio"]}
    yield "media: two of a kind", rss(_T + e.format("image/png") * 2), {"media": ["foto"]}
    yield "media: video of Yahoo", rss(_T + '<media:content url="x" type="video/mp4"/>'), {"media": ["video"]}
    yield "media: medium of Yahoo", rss(_T + '<media:content url="x" medium="image"/>'), {"media": ["foto"]}
    yield "media: none", rss(_T + e.format("application/pdf")), {"media": []}
    yield "guid kept", rss(f'{_T}<guid isPermaLink="false">x-1</guid>'), {"guid": "x-1"}
    yield "guid of an id", atom(f"{_A}<id>tag:contoh.example,2025:1</id>"), {"guid": "tag:contoh.example,2025:1"}
    yield "guid in CDATA", rss(f'{_T}<guid isPermaLink="false"><![CDATA[ x-1 ]]></guid>'), {"guid": "x-1"}
    yield "guid of a number in JSON", json_feed({"id": 17, "title": "a"}, "1"), {"guid": "17"}
    yield "language of the channel", rss(_T, channel="<language>id-ID</language>"), {"language": "id-ID"}
    yield "language of JSON", json_feed({"id": "1", "title": "a"}, language="jv"), {"language": "jv"}
    yield "categories are no text", rss(f"{_T}<category>Hukum</category><category>Lapas</category>"), {"text": ""}
    yield "author is no text", rss(f"{_T}<author>redaksi@contoh.example (Redaksi)</author>"), {"text": ""}
    yield (
        "creator is no text",
        rss(f"{_T}<dc:creator>Redaksi</dc:creator><slash:comments>3</slash:comments>"),
        {"text": ""},
    )
    yield "place is no text", rss(f"{_T}<georss:point>-6.2 106.8</georss:point>"), {"text": "", "title": "a"}
    yield "title of media is not the title", rss(f"<media:title>lain</media:title>{_T}"), {"title": "a"}
    yield "title of an image is not the title", rss(_T, channel="<image><title>Logo</title></image>"), {"title": "a"}
    yield "form of RSS 0.91", rss(_T, version="0.91"), {"form": "RSS 0.91", "link": LINK}
    yield "form of RSS 0.92", rss(_T, version="0.92"), {"form": "RSS 0.92", "link": LINK}
    yield (
        "form of RSS 0.90",
        rdf(_T, ns="http://my.netscape.com/rdf/simple/0.9/"),
        {"form": "RSS 1.0 (RDF)", "title": "a"},
    )
    yield "form of RSS 1.0", rdf(_T), {"form": "RSS 1.0 (RDF)", "link": LINK}
    yield "form of Atom 0.3", atom(_A, ns="http://purl.org/atom/ns#"), {"form": "Atom", "link": LINK}
    yield (
        "form of JSON Feed",
        json_feed({"id": "1", "title": "a", "url": LINK}, "1"),
        {"form": "JSON Feed 1", "link": LINK},
    )


_GROUPS: tuple[Callable[[], Iterator[Case]], ...] = (_dates, _titles, _texts, _links, _broken, _charsets, _others)
CASES = [case for group in _GROUPS for case in group()]
