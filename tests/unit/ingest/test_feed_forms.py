"""The forms of feeds that readers meet: each gives its items whole, or a named refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.ingest.sources.entry import Entry, NotParsed, Parsed
from services.ingest.sources.feeds import parse

RSS = '<rss version="2.0"{more}><channel><title>Harian</title>{items}</channel></rss>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{ns}" xmlns:dc='
    '"http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    "<title>Harian</title></channel>{items}</rdf:RDF>"
)
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"{more}><title>Harian</title>{items}</feed>'


def rss(items: str, more: str = "") -> Parsed:
    return parse(RSS.format(items=items, more=more).encode())


def atom(items: str, more: str = "") -> Parsed:
    return parse(ATOM.format(items=items, more=more).encode())


def only(found: Parsed) -> Entry:
    assert len(found.entries) == 1 and found.title in ("Harian", "")
    return found.entries[0]


ITEM = "<title>a</title><link>https://contoh.example/1</link>"


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (f'<rss version="0.91"><channel><item>{ITEM}</item></channel></rss>', "RSS 0.91"),
        (f'<rss version="0.92"><channel><item>{ITEM}</item></channel></rss>', "RSS 0.92"),
        (f'<rss version="2.0"><channel><item>{ITEM}</item></channel></rss>', "RSS 2.0"),
        (f"<rss><channel><item>{ITEM}</item></channel></rss>", "RSS"),
        (RDF.format(ns="http://purl.org/rss/1.0/", items=f"<item>{ITEM}</item>"), "RSS 1.0 (RDF)"),
        (RDF.format(ns="http://my.netscape.com/rdf/simple/0.9/", items=f"<item>{ITEM}</item>"), "RSS 1.0 (RDF)"),
        (f'<RSS VERSION="2.0"><CHANNEL><ITEM>{ITEM.upper()}</ITEM></CHANNEL></RSS>'.replace("HTTPS", "https"), "RSS"),
        (f'<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><item>{ITEM}</item></channel></rss>',
         "RSS 2.0"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title><link href="https://contoh.example/1"/>'
         "</entry></feed>", "Atom"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>a</a:title>'
         '<a:link href="https://contoh.example/1"/></a:entry></a:feed>', "Atom"),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>a</title>'
         '<link rel="alternate" type="text/html" href="https://contoh.example/1"/></entry></feed>', "Atom"),
        (json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [
            {"id": "1", "url": "https://contoh.example/1", "title": "a"}]}), "JSON Feed 1.1"),
        (json.dumps({"version": "https://jsonfeed.org/version/1", "items": [
            {"id": 1, "external_url": "https://contoh.example/1", "title": "a"}]}), "JSON Feed 1"),
    ],
)  # fmt: skip
def test_every_form_is_read_and_named(body: str, form: str) -> None:
    found = parse(body.encode())
    assert found.form == form
    assert [(entry.title.lower(), entry.link.lower()) for entry in found.entries] == [("a", "https://contoh.example/1")]


def test_the_whole_text_of_an_rdf_item_wins_over_its_summary() -> None:
    item = f"<item>{ITEM}<description>pendek</description><content:encoded>jauh lebih panjang</content:encoded></item>"
    assert only(parse(RDF.format(ns="http://purl.org/rss/1.0/", items=item).encode())).text == "jauh lebih panjang"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<pubDate>Rabu, 18 Jun 2025 14:05 WIB</pubDate>", "Rabu, 18 Jun 2025 14:05 WIB"),
        ("<pubDate><![CDATA[Wed, 18 Jun 2025 14:05:00 +0700]]></pubDate>", "2025-06-18T07:05:00+00:00"),
        ("<dc:date>2025-06-18T14:05:00</dc:date>", "2025-06-18T14:05:00"),
        ("<pubDate></pubDate>", ""),
        ('<guid isPermaLink="false">https://contoh.example/2025/06/18/berita</guid>', ""),
    ],
)
def test_dates_keep_their_words_and_a_guid_is_no_date(written: str, kept: str) -> None:
    found = rss(f"<item>{ITEM}{written}</item>", ' xmlns:dc="http://purl.org/dc/elements/1.1/"')
    assert only(found).published == kept


@pytest.mark.parametrize(
    ("items", "more", "link"),
    [
        ('<entry xml:base="2026/"><title>a</title><link href="1.html"/></entry>',
         ' xml:base="https://contoh.example/berita/"', "https://contoh.example/berita/2026/1.html"),
        ('<entry><title>a</title><link rel="self" href="https://contoh.example/s"/>'
         '<link rel="alternate" href="https://contoh.example/a"/><link rel="enclosure" href="https://contoh.example/e"/>'
         "</entry>", "", "https://contoh.example/a"),
        ("<entry><title>a</title><id>https://contoh.example/i</id><link href='/relatif'/></entry>", "", "/relatif"),
    ],
)  # fmt: skip
def test_links_of_atom_follow_bases_and_relations(items: str, more: str, link: str) -> None:
    assert only(atom(items, more)).link == link


@pytest.mark.parametrize(
    ("item", "more", "link"),
    [
        ('<title>a</title><guid isPermaLink="true">https://contoh.example/p</guid>', "", "https://contoh.example/p"),
        ("<title>a</title><guid>https://contoh.example/p</guid><link></link>", "", "https://contoh.example/p"),
        ('<title>a</title><guid isPermaLink="false">urn:1</guid>', "", ""),
        ('<title>a</title><atom:link rel="related" href="https://contoh.example/r"/><link>https://contoh.example/1</link>',
         ' xmlns:atom="http://www.w3.org/2005/Atom"', "https://contoh.example/1"),
        ("<title>a</title><link><![CDATA[https://contoh.example/?a=1&b=2]]></link>", "",
         "https://contoh.example/?a=1&b=2"),
        ("<title>a</title><link>https://contoh.example/?a=1&b=2</link>", "", "https://contoh.example/?a=1&b=2"),
    ],
)  # fmt: skip
def test_links_of_rss_are_found_whole(item: str, more: str, link: str) -> None:
    assert only(rss(f"<item>{item}</item>", more)).link == link


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A & B", "A & B"),
        ("A &amp; B", "A & B"),
        ("<![CDATA[A & B <i>miring</i>]]>", "A & B miring"),
        ("&amp;#8220;Kutip&amp;#8221; &#8211; x", "“Kutip” – x"),
        ("&lt;b&gt;tebal&lt;/b&gt;", "tebal"),
        ("Rp5.000 &nbsp; naik", "Rp5.000 naik"),
        ("a\x08b\x0bc", "abc"),
        ("  dua\n baris ", "dua baris"),
    ],
)
def test_titles_are_text_on_one_line(title: str, shown: str) -> None:
    assert only(rss(f"<item><title>{title}</title><link>https://contoh.example/1</link></item>")).title == shown


def test_xhtml_titles_and_texts_are_read() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">'
    entry = only(
        atom(
            f'<entry><title type="xhtml">{div}Judul <b>tebal</b></div></title><link href="https://contoh.example/1"/>'
            f'<content type="xhtml">{div}<p>Satu</p><p>Dua</p></div></content></entry>'
        )
    )
    assert (entry.title, entry.text) == ("Judul tebal", "Satu\nDua")


def test_an_item_without_a_title_is_called_by_its_text_and_keeps_one_identity() -> None:
    first = only(rss("<item><description>hanya isi &lt;br&gt; dua baris</description></item>"))
    again = only(rss("<item><description>hanya isi &lt;br&gt; dua baris</description></item>"))
    other = only(rss("<item><description>isi lain</description></item>"))
    assert first.title == "hanya isi dua baris"
    assert first.guid == again.guid != other.guid


def test_the_words_of_a_video_are_its_text() -> None:
    media = ' xmlns:media="http://search.yahoo.com/mrss/"'
    group = "<media:group><media:title>V</media:title><media:description>isi video</media:description></media:group>"
    found = atom(f'<entry><title>V</title><link href="https://contoh.example/v"/>{group}</entry>', media)
    assert only(found).text == "isi video"


def test_what_is_enclosed_is_kept_by_kind_and_a_video_is_one() -> None:
    media = ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:yt="http://www.youtube.com/xml/schemas/2015"'
    enclosed = (
        '<enclosure url="a.jpg" length="1" type="image/jpeg"/><media:content url="b.mp4" medium="video"/>'
        '<media:content url="c.jpg" type="image/png"/><enclosure url="x" type="text/html" length="x"/>'
    )
    assert only(rss(f"<item>{ITEM}{enclosed}</item>", media)).media == ["foto", "video"]
    counted = '<media:group><media:community><media:statistics views="{}"/></media:community></media:group>'
    for views, reach in (("1234", {"views": 1234}), ("-1", None), ("9" * 40, None), ("banyak", None)):
        entry = only(atom(f"<entry>{ITEM}<yt:videoId>abc</yt:videoId>{counted.format(views)}</entry>", media))
        assert (entry.kind, entry.reach) == ("video", reach)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n\n  ", ""), ("\ufeff", ""), ("<!-- dari singgahan -->", ""), ("", "<!-- 0.02 detik -->"),
        ("", "\n\x00\x00"), ("", "<script>hitung()</script>"), ("<br />\n<b>Warning</b>: mysql_connect()<br />\n", ""),
        ('<?xml version="1.0" encoding="utf-8"?>\n', ""), ("<?xml-stylesheet href='a.xsl'?>", ""),
    ],
)  # fmt: skip
def test_what_stands_around_a_feed_costs_nothing(before: str, after: str) -> None:
    body = before + RSS.format(items=f"<item>{ITEM}</item>", more="") + after
    assert [entry.link for entry in parse(body.encode()).entries] == ["https://contoh.example/1"]


def test_a_feed_that_breaks_off_gives_what_was_there() -> None:
    body = RSS.format(items=f"<item>{ITEM}</item><item>{ITEM.replace('/1', '/2')}", more="").split("</channel>")[0]
    assert [entry.link for entry in parse(body.encode()).entries] == [
        "https://contoh.example/1",
        "https://contoh.example/2",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_a_feed"),
        (b"bukan umpan", "not_a_feed"),
        (b"<!doctype html><html></html>", "html_page"),
        (b"<html><body></body></html>", "html_page"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>x</loc></url></urlset>', "not_a_feed"),
        (b'<opml version="1.0"><body><outline text="x"/></body></opml>', "not_a_feed"),
        (b'{"items": []}', "not_a_feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": {}}', "not_a_feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [NaN]}', "not_json"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000, "not_json"),
        (b"{rusak", "not_json"),
    ],
)
def test_what_is_no_feed_has_a_named_end(body: bytes, reason: str) -> None:
    with pytest.raises(NotParsed) as refused:
        parse(body)
    assert refused.value.args[0] == reason


def test_json_items_of_wrong_types_cost_themselves_only() -> None:
    items: list[Any] = [
        17, None, "teks", [], {}, {"title": 3}, {"title": "a", "url": ["x"], "id": True, "date_published": 5},
        {"title": "b", "content_html": "<p>isi</p>", "id": 2, "url": "https://contoh.example/b", "language": "jv"},
    ]  # fmt: skip
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "language": "id", "items": items}).encode()
    found = parse(body)
    assert [(entry.title, entry.guid, entry.language) for entry in found.entries] == [("a", "", "id"), ("b", "2", "jv")]
    assert found.left_out == len(items) - 2


def test_a_thousand_items_are_read_and_the_rest_is_counted() -> None:
    items = "".join(f"<item><title>{n}</title><link>https://contoh.example/{n}</link></item>" for n in range(1_500))
    found = rss(items)
    assert (len(found.entries), found.left_out) == (1_000, 500)
    many = [{"id": str(n), "title": "a"} for n in range(1_500)]
    found = parse(json.dumps({"version": "https://jsonfeed.org/version/1", "items": many}).encode())
    assert (len(found.entries), found.left_out) == (1_000, 500)
