"""Bytes → text, whatever they claim to be."""

from __future__ import annotations

import pytest

from services.ingest.charset import decode
from services.ingest.normalizing import clean_text

SAID = "<p>Kalapas: “tertib” – café 10°C…</p>"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_of_every_charset_is_read_without_a_claim(charset: str) -> None:
    assert decode(SAID.encode(charset)).text == SAID


@pytest.mark.parametrize("claim", ["iso-8859-1", "us-ascii", "windows-1251", "gb2312", "zlib", "x-unknown", "utf-16"])
def test_a_lie_about_utf_8_is_seen_through(claim: str) -> None:
    found = decode(SAID.encode(), f"text/html; charset={claim}")
    assert found.text == SAID
    assert found.repaired == (claim not in ("zlib", "x-unknown"))


def test_single_bytes_of_an_older_charset_in_utf_8_are_read() -> None:
    found = decode(b"Kalapas: " + b"\x93tertib\x94 " + "– café".encode())
    assert (found.text, found.repaired) == ("Kalapas: “tertib” – café", True)


@pytest.mark.parametrize("said", ["“tertib” – kata Kalapas…", "café", "10°C", "”", "emoji 😀 di judul"])
def test_what_was_encoded_twice_is_read_once(said: str) -> None:
    shown = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in said.encode())
    assert shown != said
    assert clean_text(decode(shown.encode()).text) == said


@pytest.mark.parametrize("said", ["São Paulo", "naïve", "Â", "harga â€", "ÃÂ", "Pâté à la carte", "àáâãäå"])
def test_other_accents_stay_as_they_are(said: str) -> None:
    assert clean_text(decode(said.encode()).text) == said


@pytest.mark.parametrize("body", [b"", b"\xff", b"\xff\xfe", b"\0", b"<\0", bytes(range(256)) * 100, b"\x80" * 10_000])
def test_no_bytes_are_too_bad(body: bytes) -> None:
    assert isinstance(decode(body, "text/html; charset=utf-8").text, str)


def test_an_attack_by_codec_is_no_codec() -> None:
    for name in ("zip", "hex", "rot13", "unicode_escape", "idna", "punycode", "undefined"):
        assert decode(b"<?xml version='1.0' encoding='" + name.encode() + b"'?><a/>").charset in ("utf-8", "cp1252")
