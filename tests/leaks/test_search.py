"""The search itself: a canary is found in whatever form it lies, and nowhere else."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from urllib.parse import quote

import cramjam
import pytest

from tests.leaks.canaries import KINDS, NAMES, Aviary
from tests.leaks.needles import Search

AVIARY = Aviary()
CANARIES = [AVIARY.take("uji", kind) for kind in KINDS for _ in range(4)]
SEARCH = Search(CANARIES)

FORMS: dict[str, Callable[[str], bytes]] = {
    "raw": str.encode,
    "in capitals": lambda value: value.upper().encode(),
    "hex": lambda value: value.encode().hex().encode(),
    "hex in capitals": lambda value: value.encode().hex().upper().encode(),
    "base64": lambda value: base64.b64encode(value.encode()),
    "base64, one byte later": lambda value: base64.b64encode(b"x" + value.encode() + b"yz"),
    "base64, two bytes later": lambda value: base64.b64encode(b"xy" + value.encode() + b"z"),
    "base64 of URLs": lambda value: base64.urlsafe_b64encode(b"\xff\xfe" + value.encode()),
    "percent": lambda value: quote(value, safe="").encode(),
    "percent twice": lambda value: quote(quote(value, safe=""), safe="").encode(),
    "percent, every sign": lambda value: "".join(f"%{byte:02X}" for byte in value.encode()).encode(),
    "JSON": lambda value: json.dumps({"a": value}).encode(),
    "JSON, every sign": lambda value: "".join(f"\\u{ord(sign):04x}" for sign in value).encode(),
    "UTF-16": lambda value: value.encode("utf-16-le"),
    "gzip": lambda value: gzip.compress(value.encode()),
    "zlib": lambda value: zlib.compress(value.encode()),
    "zstd": lambda value: bytes(cramjam.zstd.compress(value.encode())),
    "zlib of gzip": lambda value: zlib.compress(gzip.compress(value.encode())),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_canary_is_found_in_this_form(form: str) -> None:
    for canary in CANARIES:
        content = FORMS[form](f"kata {canary.value} lain")
        if form == "raw":
            content = canary.written.encode()
        found = {hit.canary for hit in SEARCH.find(content, "uji")}
        assert found == {canary}, (canary.kind, found)


@pytest.mark.parametrize("between", [" ", ".", "-", " - ", "\u200b", "\n", "/"])
def test_digits_are_found_whatever_stands_between(between: str) -> None:
    for canary in CANARIES:
        if canary.kind in ("nik", "kk", "bpjs", "telepon"):
            found = {hit.canary for hit in SEARCH.find(between.join(canary.value).encode(), "uji")}
            assert found == {canary}


def test_one_word_of_a_name_is_enough() -> None:
    for canary in (one for one in CANARIES if one.kind in NAMES):
        for word in (one for one in canary.value.split() if len(one) > 8):
            assert {hit.canary for hit in SEARCH.find(f"a {word.lower()} b".encode(), "uji")} == {canary}


def test_what_holds_none_is_clean() -> None:
    content = json.dumps({"teks": "Napi [WBP] dipindah", "at": "2026-11-22T05:00:00Z", "angka": 3201}).encode()
    assert SEARCH.find(content * 50, "uji") == []
