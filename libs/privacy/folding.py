"""Text as it was sent → text as it is meant: NFKC, every digit 0–9, nothing that nobody sees, with the way back."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

# Letters of other alphabets that are drawn like the ones used in place of digits.
_TWINS = dict(zip("ОоΟοІΙӏӀЅѕВΒ", "OoOoIIllSsBB", strict=True))
# Zero-width signs and bidi marks, strike-through and other marks drawn over the sign before.
_INVISIBLE = frozenset({"Cf", "Mn", "Me"})


class _Folds(dict[int, str]):
    """Code point → what it folds to; filled as letters are met, so that `str.translate` stays fast."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(sign: str) -> str:
    if sign in _TWINS:
        return _TWINS[sign]
    if unicodedata.category(sign) in _INVISIBLE:
        return ""
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    return plain if plain == sign else "".join(map(_fold, plain))


_FOLDS = _Folds({code: chr(code) for code in range(128)})


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` to look at; `origin` turns its offsets into those of the text that was sent."""

    text: str
    source: str
    # For each folded sign the index of the one it came from; None where they are the same.
    index: tuple[int, ...] | None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """With the invisible signs behind the last one: a strike-through belongs to its digit."""
        if self.index is None:
            return start, end
        first, last = self.index[start], self.index[end - 1] + 1
        while last < len(self.source) and not _FOLDS[ord(self.source[last])]:
            last += 1
        return first, last


def fold(text: str) -> Folded:
    """Linear in the length; almost free for plain ASCII."""
    if text.isascii():
        return Folded(text, text, None)
    folded = [_FOLDS[ord(sign)] for sign in text]
    joined = "".join(folded)
    if len(joined) == len(text) and all(len(one) == 1 for one in folded):
        return Folded(joined, text, None)
    return Folded(joined, text, tuple(place for place, one in enumerate(folded) for _ in one))
