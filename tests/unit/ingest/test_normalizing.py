"""Bytes, HTML, dates and addresses of the wild, made plain."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.addresses import canonical
from services.ingest.charset import decode
from services.ingest.dating import clamp_future, is_zone, read_date
from services.ingest.normalizing import (
    TEXT_BYTES,
    comparable,
    cut_text,
    excerpt_of,
    has_direction_marks,
    text_of_html,
    title_of_html,
)

WORDS = "Kalapas: “tertib” – 5 € é"


@pytest.mark.parametrize(
    ("body", "content_type", "charset", "repaired"),
    [
        (WORDS.encode(), "text/xml; charset=utf-8", "utf-8", False),
        (WORDS.encode(), "text/xml; charset=iso-8859-1", "utf-8", True),
        (b'<?xml encoding="windows-1252"?>' + WORDS.encode(), "", "utf-8", True),
        (WORDS.encode("cp1252"), "text/xml; charset=iso-8859-1", "cp1252", False),
        (WORDS.encode("cp1252"), "text/xml; charset=utf-8", "utf-8+cp1252", True),
        (b'<?xml version="1.0" encoding="windows-1252"?>' + WORDS.encode("cp1252"), "", "cp1252", False),
        (b'<meta charset="windows-1252">' + WORDS.encode("cp1252"), "text/xml; charset=utf-8", "cp1252", True),
        (WORDS.encode("utf-8-sig"), "text/xml; charset=iso-8859-1", "utf-8", False),
        (WORDS.encode("utf-16"), "", "utf-16-le", False),
        (f"<?xml{WORDS}".encode("utf-16-be"), "text/xml", "utf-16-be", True),
        (WORDS.encode(), "text/xml; charset=unicode_escape", "utf-8", False),
        (WORDS.encode(), "text/xml; charset=tidak-ada", "utf-8", False),
    ],
)
def test_a_feed_is_read_whatever_it_claims(body: bytes, content_type: str, charset: str, repaired: bool) -> None:
    decoded = decode(body, content_type)
    assert WORDS in decoded.text
    assert (decoded.charset, decoded.repaired) == (charset, repaired)


def test_single_old_bytes_in_utf8_are_mended() -> None:
    assert decode("tertib é ".encode() + b"\x93baik\x94").text == "tertib é “baik”"


@given(st.binary(max_size=400), st.text(max_size=40))
def test_no_bytes_and_no_claim_break_the_decoder(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type).text, str)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Satu</p><p>Dua<br>Tiga</p>", "Satu\nDua\nTiga"),
        ("Bukan <b>satu</b> kata", "Bukan satu kata"),
        ("aman<script>alert('x')</script><style>p{}</style> saja", "aman saja"),
        ("5 &lt; 6 &amp; 7 > 6", "5 < 6 & 7 > 6"),
        ("<img src=x onerror=alert(1)>teks", "teks"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<!-- rahasia -->teks<!--", "teks"),
        ("tidak tertutup <p>baris", "tidak tertutup\nbaris"),
        ("tanpa apa-apa", "tanpa apa-apa"),
        ("nol\x00 lebar\u200b kiri\u202e balik", "nol lebar kiri balik"),
        ("e\u0301", "é"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert text_of_html(html) == text


def test_a_deep_nest_costs_no_minutes() -> None:
    began = time.monotonic()
    assert text_of_html("<div>" * 50_000 + "teks") == "teks"
    assert time.monotonic() - began < 2


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_and_leaves_no_marks(source: str) -> None:
    once = text_of_html(source.replace("<", "").replace("&", ""))
    assert text_of_html(once) == once
    assert not has_direction_marks(once)


def test_a_title_is_one_line_of_text_even_when_escaped_twice() -> None:
    assert title_of_html("Napi &amp;#8216;kabur&amp;#8217;\n  <b>ditangkap</b>") == "Napi ‘kabur’ ditangkap"
    assert len(title_of_html("kata " * 1000)) <= 500


def test_an_excerpt_ends_at_a_word() -> None:
    excerpt = excerpt_of("lapas " * 200)
    assert len(excerpt) <= 280
    assert excerpt.endswith("lapas…")
    assert excerpt_of("pendek\nsaja") == "pendek saja"


def test_a_long_text_is_cut_to_what_may_travel_and_says_so() -> None:
    assert cut_text("pendek") == ("pendek", False)
    for long in ("a" * 200_000, "😀" * 60_000):
        short, truncated = cut_text(long)
        assert truncated
        assert len(short.encode()) <= TEXT_BYTES


def test_what_a_reader_calls_the_same_text_compares_equal() -> None:
    assert comparable("Judul", "isi  berita\n\nbaru") == comparable("Judul", "isi berita baru")


JAKARTA = "Asia/Jakarta"
SEVEN = datetime(2025, 6, 18, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "at", "zone"),
    [
        ("Wed, 18 Jun 2025 14:05:00 +0700", SEVEN, "known"),
        ("Wed, 18 Jun 2025 07:05:00 GMT", SEVEN, "known"),
        ("Wed, 18 Jun 2025 14:05:00 WIB", SEVEN, "known"),
        ("Wed, 18 Jun 2025 15:05 WITA", SEVEN, "known"),
        ("18 Jun 25 16:05 WIT", SEVEN, "known"),
        ("Wed, 18 Jun 2025 14:05:00", SEVEN, "assumed"),
        ("2025-06-18T14:05:00+07:00", SEVEN, "known"),
        ("2025-06-18T07:05:00.123Z", SEVEN.replace(microsecond=123_000), "known"),
        ("2025-06-18T14:05:00", SEVEN, "assumed"),
        ("2025-06-18 14:05", SEVEN, "assumed"),
        ("2025/06/18 14:05:00", SEVEN, "assumed"),
        ("Rabu, 18 Juni 2025 14:05 WIB", SEVEN, "known"),
        ("Rabu, 18/06/2025 14:05 WIB", SEVEN, "known"),
        ("Diperbarui 18 Jun 2025, 14:05 WIB", SEVEN, "known"),
        ("18 Agustus 2025 pukul 14.05", datetime(2025, 8, 18, 7, 5, tzinfo=UTC), "assumed"),
        ("June 18, 2025 14:05", SEVEN, "assumed"),
        ("18 Juni 2025 | 14:05 WIB", SEVEN, "known"),
        ("2025-06-18", datetime(2025, 6, 17, 17, 0, tzinfo=UTC), "assumed"),
    ],
)
def test_dates_as_feeds_write_them(written: str, at: datetime, zone: str) -> None:
    dated = read_date(written, JAKARTA)
    assert dated is not None
    assert (dated.at, dated.zone) == (at, zone)


def test_an_assumed_zone_is_the_outlets_own() -> None:
    east = read_date("2025-06-18 16:05", "WIT")
    assert east is not None and east.at == SEVEN


@pytest.mark.parametrize(
    "written",
    ["", "kemarin", "31 Februari 2025", "2025-13-45", "9999-01-01", "0001-01-01", "18 Foo 2025", "٢٠٢٥-٠٦-١٨"],
)
def test_what_names_no_moment_is_no_date(written: str) -> None:
    assert read_date(written, JAKARTA) is None


@given(st.text(max_size=200))
def test_no_writing_breaks_the_reader_of_dates(written: str) -> None:
    read_date(written, JAKARTA)


def test_the_future_is_clamped_to_when_it_was_seen() -> None:
    assert clamp_future(SEVEN + timedelta(days=3), SEVEN) == SEVEN
    assert clamp_future(SEVEN + timedelta(minutes=9), SEVEN) == SEVEN + timedelta(minutes=9)
    assert clamp_future(SEVEN - timedelta(days=400), SEVEN) == SEVEN - timedelta(days=400)


def test_zones_are_checked() -> None:
    assert is_zone("WIB") and is_zone("Asia/Makassar")
    assert not is_zone("Bulan/Laut") and not is_zone("../../etc/passwd")


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://Contoh.Example/a?utm_source=rss&id=7&fbclid=x#atas", "https://contoh.example/a?id=7"),
        ("http://contoh.example:80/a", "http://contoh.example/a"),
        ("https://contoh.example", "https://contoh.example/"),
        ("https://contoh.example/a%2fb/%7Euser", "https://contoh.example/a%2Fb/~user"),
        ("https://contoh.example/berita/lapas é", "https://contoh.example/berita/lapas%20%C3%A9"),
        ("//contoh.example/a", "https://contoh.example/a"),
        ("/a?b=2&a=1", "https://contoh.example/a?b=2&a=1"),
        ("  https://contoh.example/a\n", "https://contoh.example/a"),
        ("https://contoh.example/a/", "https://contoh.example/a/"),
        ("https://contoh.example/?p=77&amp", "https://contoh.example/?p=77"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_one_page_has_one_address(link: str, address: str) -> None:
    assert canonical(link, "https://contoh.example/rss.xml") == address


@pytest.mark.parametrize(
    "link",
    ["", "javascript:alert(1)", "mailto:a@contoh.example", "https://a:b@contoh.example/", "https://[::1", "a\x00b"],
)
def test_what_is_no_page_has_none(link: str) -> None:
    assert canonical(link) is None


@given(st.text(max_size=120))
def test_canonical_is_stable(link: str) -> None:
    once = canonical(link, "https://contoh.example/")
    assert once is None or canonical(once) == once
