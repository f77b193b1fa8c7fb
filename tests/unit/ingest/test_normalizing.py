"""Bytes and HTML of the wild, made plain."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.charset import decode
from services.ingest.normalizing import (
    TEXT_BYTES,
    clean_text,
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


INVISIBLE = tuple(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206f\u2800\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\U000e0020\U000e0100\U0001d173"
    "\u0000\u0007\u001b\u007f\u0085\ue000\u200c\u200d"
)
HOSTILE = ("\u200d", "a\u200d", "\u0301", "â€", "Ã", "\ufffd", "&amp;", "a\ufffd", "\u202e", "&#8203;")


@pytest.mark.parametrize("char", INVISIBLE)
def test_what_nobody_sees_hides_no_word(char: str) -> None:
    assert clean_text(f"na{char}pi ka{char * 3}bur").replace("\n", "") in ("napi kabur", "na pi ka bur")


@pytest.mark.parametrize("char", list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
def test_a_title_that_turns_its_letters_round_is_flagged_and_straightened(char: str) -> None:
    title = f"Kalapas {char}rubak{char} napi"
    assert has_direction_marks(title)
    assert title_of_html(title) == "Kalapas rubak napi"
    assert not has_direction_marks("Kalapas “tertib” – 5 €")


@pytest.mark.parametrize(
    ("spoilt", "text"),
    [
        ("â€œtertibâ€\u009d", "“tertib”"),
        ("Jumâ€™at", "Jum’at"),
        ("Lapas â€“ Rutan", "Lapas – Rutan"),
        ("CafÃ© Â© 2025", "Café © 2025"),
        ("Rp 5Â\u00a0000", "Rp 5 000"),
        ("â‚¬5", "€5"),
        ("ðŸ˜€ baik", "😀 baik"),
        ("JumÃ¢â‚¬â„¢at", "Jum’at"),
        ("Jum\ufffdat", "Jum’at"),
        ("\ufffdtertib\ufffd", "tertib"),
        ("&amp;#8216;tertib&amp;#8217;&amp;nbsp;kata", "‘tertib’ kata"),
        ("SÃO PAULO", "SÃO PAULO"),
        ("dâ bonen", "dâ bonen"),
        ("Â", "Â"),
        ("a" + "\u0301" * 50, "á\u0301\u0301"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("ക\u0d4d\u200cഷ", "ക\u0d4d\u200cഷ"),
    ],
)
def test_what_earlier_programs_spoilt_is_mended(spoilt: str, text: str) -> None:
    assert text_of_html(spoilt) == text
    assert text_of_html(text) == text


@pytest.mark.parametrize(
    "piece", ["\u200d", "a\u200d", "\u0301", "â€", "Ã", "\ufffd", "&amp;", "a\ufffd", "\u202e", "&#8203;"]
)
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    began = time.monotonic()
    text_of_html(piece * (150_000 // len(piece)) + "中")
    assert time.monotonic() - began < 3


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
