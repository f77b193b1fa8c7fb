"""Opaque, signed cursors: of list pages (a small JSON value) and of the live feed (one position per partition)."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import orjson

_SIGNATURE_BYTES = 12


class BadCursor(ValueError):
    """Not a cursor of ours, or of another list."""


class Cursors:
    """Seals and opens; `kind` is part of what is signed, so that a cursor of one list is nothing in another."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def _sign(self, kind: str, payload: bytes) -> bytes:
        return hmac.digest(self._key, kind.encode() + b"\x1f" + payload, "sha256")[:_SIGNATURE_BYTES]

    def _seal(self, kind: str, payload: bytes) -> str:
        return urlsafe_b64encode(self._sign(kind, payload) + payload).rstrip(b"=").decode()

    def _open(self, kind: str, text: str) -> bytes:
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        except ValueError:
            raise BadCursor("not base64") from None
        signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(kind, payload)):
            raise BadCursor("not ours")
        return payload

    def seal(self, kind: str, value: Any) -> str:
        return self._seal(kind, orjson.dumps(value))

    def open(self, kind: str, text: str) -> Any:
        """The sealed value; BadCursor."""
        return orjson.loads(self._open(kind, text))

    def seal_positions(self, layout: str, positions: Sequence[int]) -> str:
        """Positions → about 100 characters; `layout` names topics and partition counts, a change of them voids it."""
        return self._seal(layout, _to_varints(positions))

    def open_positions(self, layout: str, text: str) -> list[int]:
        """The sealed positions; BadCursor."""
        return _from_varints(self._open(layout, text))


def _to_varints(numbers: Sequence[int]) -> bytes:
    out = bytearray()
    for number in numbers:
        while number >= 0x80:
            out.append(number & 0x7F | 0x80)
            number >>= 7
        out.append(number)
    return bytes(out)


def _from_varints(data: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            numbers.append(number)
            number, shift = 0, 0
    return numbers
