"""Text as it was sent → text as it is meant: NFKC, every digit 0–9, invisible signs one mark, with the way back."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# One sign stands for all that nobody sees: zero-width signs, bidi marks, strike-through marks between digits.
INVISIBLE = "\u200b"
# Letters of other alphabets that are drawn like the ones used in place of digits.
_TWINS = {
    "О": "O",
    "о": "o",
    "Ο": "O",
    "ο": "o",
    "І": "I",
    "Ι": "I",
    "ӏ": "l",
    "Ӏ": "l",
    "Ѕ": "S",
    "ѕ": "s",
    "В": "B",
    "Β": "B",
}


class _Folds(dict[int, str]):
    """Code point → what it folds to; filled as letters are met, so that `str.translate` stays fast."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(sign: str) -> str:
    if sign in _TWINS:
        return _TWINS[sign]
    if unicodedata.category(sign) in ("Cf", "Mn", "Me"):
        return INVISIBLE
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    # An accented letter keeps its length: only what the accent is made of is dropped.
    return "".join(_fold(part) if part != sign and len(part) == 1 else part for part in plain) or sign


_FOLDS = _Folds({code: chr(code) for code in range(128)})


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` to look at; `origin` turns its offsets into those of the text that was sent."""

    text: str
    starts: tuple[int, ...] | None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        if self.starts is None:
            return start, end
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end - 1) - 1
        return first, last + 1


def fold(text: str) -> Folded:
    """Linear in the length; almost free for plain ASCII."""
    if text.isascii():
        return Folded(text, None)
    folded = text.translate(_FOLDS)
    # Nothing folds to nothing, so the same length means sign for sign.
    if len(folded) == len(text):
        return Folded(folded, None)
    starts, position = [], 0
    for sign in text:
        starts.append(position)
        position += len(_FOLDS[ord(sign)])
    return Folded(folded, tuple(starts))
