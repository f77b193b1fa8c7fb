"""A canary → every form in which it could lie somewhere, and a search for all of them at once."""

from __future__ import annotations

import base64
import gzip
import json
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import cramjam
from ahocorasick_rs import BytesAhoCorasick

from tests.leaks.canaries import NAMES, Canary

# Shorter than this, digits could meet by chance.
_DIGITS_AT_LEAST = 10
_WORD_AT_LEAST = 9
_BETWEEN_DIGITS = re.compile(rb"(?<=[0-9])[^0-9A-Za-z]{1,3}(?=[0-9])")
_PACKED = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x78\x01", "zlib"),
    (b"\x78\x9c", "zlib"),
    (b"\x78\xda", "zlib"),
)
_MOST_UNPACKED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`form`: how it lay there."""

    canary: Canary
    form: str
    place: str


def texts_of(canary: Canary) -> set[str]:
    """The plain texts that give it away: as written, in its plain form, and each word of a name alone."""
    texts = {canary.value, canary.written, unicodedata.normalize("NFKC", canary.written)}
    if canary.kind in NAMES:
        words = [word for word in canary.value.split() if word != "bin"]
        texts |= {word for word in words if len(word) >= _WORD_AT_LEAST} | {"-".join(canary.value.split())}
    digits = digits_of(canary)
    if digits:
        texts.add(digits)
    if canary.kind == "telepon":
        texts |= {f"62{digits[1:]}", f"+62{digits[1:]}"}
    if canary.kind == "pelat":
        texts.add(canary.value.replace(" ", ""))
    return texts


def digits_of(canary: Canary) -> str:
    digits = "".join(char for char in canary.value if char.isdigit())
    return digits if len(digits) >= _DIGITS_AT_LEAST else ""


def folded_forms(text: str) -> Iterator[tuple[str, bytes]]:
    """Forms in which letters' case tells nothing."""
    raw = text.encode()
    yield "raw", text.lower().encode()
    yield "hex", raw.hex().encode()
    yield "percent", quote(text, safe="").lower().encode()
    yield "percent", quote_plus(text).lower().encode()
    yield "percent twice", quote(quote(text, safe=""), safe="").lower().encode()
    yield "percent, every sign", "".join(f"%{byte:02x}" for byte in raw).encode()
    yield "json", json.dumps(text)[1:-1].lower().encode()
    yield "json, every sign", "".join(f"\\u{ord(char):04x}" for char in text).lower().encode()
    yield "utf-16", text.lower().encode("utf-16-le")


def base64_forms(text: str) -> Iterator[tuple[str, bytes]]:
    """In the middle of something longer, which may begin one or two bytes earlier; both alphabets."""
    for variant in {text, text.lower(), text.upper()}:
        for shift in range(3):
            packed = base64.b64encode(b"\0" * shift + variant.encode())
            # What shares a sign with its neighbours differs with them.
            first, last = (shift * 8 + 5) // 6, (shift + len(variant.encode())) * 8 // 6
            for alphabet in (packed, packed.replace(b"+", b"-").replace(b"/", b"_")):
                yield "base64", alphabet[first:last]


_Needles = dict[bytes, tuple[Canary, str]]


def _without_signs(content: bytes) -> bytes:
    return _BETWEEN_DIGITS.sub(b"", content)


class Search:
    """Every form of every canary in one pass over the bytes."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        folded: dict[bytes, tuple[Canary, str]] = {}
        exact: dict[bytes, tuple[Canary, str]] = {}
        compact: dict[bytes, tuple[Canary, str]] = {}
        for canary in canaries:
            for text in texts_of(canary):
                for form, needle in folded_forms(text):
                    folded.setdefault(needle, (canary, form))
                for form, needle in base64_forms(text):
                    exact.setdefault(needle, (canary, form))
            if digits := digits_of(canary):
                compact[digits.encode()] = (canary, "digits, whatever stands between")
        self._passes: list[tuple[Callable[[bytes], bytes], _Needles]] = [
            (bytes.lower, folded),
            (bytes, exact),
            (_without_signs, compact),
        ]
        self._machines = [BytesAhoCorasick(list(found)) if found else None for _, found in self._passes]

    def find(self, content: bytes, place: str) -> list[Hit]:
        """What lies in these bytes, packed or not."""
        found: dict[tuple[Canary, str], Hit] = {}
        for layer in unpacked(bytes(content)):
            for (prepare, needles), machine in zip(self._passes, self._machines, strict=True):
                if machine is None:
                    continue
                names = list(needles.values())
                for index, _, _ in machine.find_matches_as_indexes(prepare(layer), overlapping=True):
                    canary, form = names[index]
                    found[(canary, form)] = Hit(canary=canary, form=form, place=place)
        return list(found.values())


def unpacked(content: bytes) -> Iterator[bytes]:
    """The bytes, and what they are once unpacked, to any depth that an honest store has."""
    layer: bytes | None = content
    for _ in range(4):
        if layer is None:
            return
        yield layer
        layer = _unpack(layer)


def _unpack(content: bytes) -> bytes | None:
    form = next((form for magic, form in _PACKED if content.startswith(magic)), None)
    try:
        if form == "gzip":
            return gzip.decompress(content)
        if form == "zstd":
            return bytes(cramjam.zstd.decompress(content))
        if form == "zlib":
            return zlib.decompressobj().decompress(content, _MOST_UNPACKED)
    except (OSError, EOFError, zlib.error, cramjam.DecompressionError):
        return None
    return None
