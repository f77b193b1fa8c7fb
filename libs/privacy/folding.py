"""Text as it was sent → text as it is meant: NFKC, every digit 0–9, nothing that nobody sees, with the way back."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

# Letters of other alphabets that are drawn like the ones used in place of digits; a capital whose small form is two.
_TWINS = dict(zip("ОоΟοІΙӏӀЅѕВΒİ", "OoOoIIllSsBBI", strict=True))
# Zero-width signs and bidi marks, strike-through and other marks drawn over the sign before.
_INVISIBLE = frozenset({"Cf", "Mn", "Me"})
# Signs in the disguise of a markup: &#51; \u0033 %33, a line break told as \n, and tags that were not taken away.
_DISGUISED = (
    r"&(?:amp;){0,3}(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z]{2,8};)"
    r"|\\{1,4}(?:u[dD][89abAB][0-9A-Fa-f]{2}\\{1,4}u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[nrt])"
    r"|%(?:25){0,3}(?:[2-7][0-9A-Fa-f]|[C-Fc-f][0-9A-Fa-f](?:%(?:25){0,3}[89ABab][0-9A-Fa-f]){1,3})"
    r"|</?[A-Za-z][^<>]{0,200}>"
)
_ODD = re.compile(rf"[^\n\r\t -~]|{_DISGUISED}")
_WORTH_FOLDING = re.compile(r"[^\n\r\t -~]|[&\\%<]")
_AMPERSANDS = re.compile(r"^&(?:amp;)+")
_BACKSLASHES = re.compile(r"\\+")
_PERCENTS = re.compile(r"%(?:25)+")


class _Folds(dict[str, str]):
    """Sign → what it folds to; filled as signs are met."""

    def __missing__(self, sign: str) -> str:
        folded = self[sign] = _fold(sign)
        return folded


def _fold(sign: str) -> str:
    if len(sign) > 1:
        return _undisguised(sign)
    if sign in _TWINS:
        return _TWINS[sign]
    kind = unicodedata.category(sign)
    if kind == "Cc":
        return " " if sign.isspace() else ""
    if kind in _INVISIBLE:
        return ""
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    return plain if plain == sign else "".join(map(_fold, plain))


def _undisguised(written: str) -> str:
    if written[0] == "<":
        return " "
    if written[0] == "&":
        meant = unescape(_AMPERSANDS.sub("&", written))
        return written if meant == written else "".join(map(_fold, meant))
    if written[0] == "%":
        meant = unquote(_PERCENTS.sub("%", written), errors="replace")
    else:
        plain = _BACKSLASHES.sub(r"\\", written)
        meant = " " if plain[1] in "nrt" else plain.encode("ascii").decode("unicode-escape")
        meant = meant.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(map(_fold, meant))


_FOLDS = _Folds()
# Disguises have too many forms to remember them all.
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class _Changes:
    """Where the folded text is longer or shorter than the source: half-open stretches of both, in order."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    source_starts: list[int] = field(default_factory=list)
    source_ends: list[int] = field(default_factory=list)

    def add(self, start: int, end: int, source_start: int, source_end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.source_starts.append(source_start)
        self.source_ends.append(source_end)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        before = bisect_right(self.ends, start)
        first = self._source_of(before, start)[0]
        before = bisect_right(self.ends, end - 1)
        last = self._source_of(before, end - 1)[1]
        # With the invisible signs behind the last one: a strike-through belongs to its digit.
        while before < len(self.ends) and self.source_starts[before] < last:
            before += 1
        while (
            before < len(self.ends) and self.source_starts[before] == last and self.starts[before] == self.ends[before]
        ):
            last = self.source_ends[before]
            before += 1
        return first, last

    def _source_of(self, before: int, position: int) -> tuple[int, int]:
        """The stretch of the source that one folded sign stands for; `before` changes end at or before it."""
        if before < len(self.ends) and self.starts[before] <= position < self.ends[before]:
            return self.source_starts[before], self.source_ends[before]
        shifted = position + (self.source_ends[before - 1] - self.ends[before - 1] if before else 0)
        return shifted, shifted + 1


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` to look at; `origin` turns its offsets into those of the text that was sent. `lower` is as long."""

    text: str
    source: str
    lower: str
    changes: _Changes | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        return (start, end) if self.changes is None else self.changes.origin(start, end)


def fold(text: str) -> Folded:
    """Linear in the length; almost free for plain ASCII."""
    if _WORTH_FOLDING.search(text) is None:
        return Folded(text, text, text.lower())
    changes = _Changes()
    folded = "".join(_folded_pieces(text, changes))
    return Folded(folded, text, folded.lower(), changes if changes.ends else None)


def _folded_pieces(text: str, changes: _Changes) -> Iterator[str]:
    position = length = 0
    for odd in _ODD.finditer(text):
        start, end = odd.span()
        if start > position:
            yield text[position:start]
            length += start - position
        sign = odd.group()
        meant = _FOLDS[sign] if end - start == 1 or len(_FOLDS) < _REMEMBERED else _undisguised(sign)
        if len(meant) != end - start:
            changes.add(length, length + len(meant), start, end)
        yield meant
        length += len(meant)
        position = end
    yield text[position:]
