"""Runs of digits, however they are written → NIK and KK numbers in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from libs.privacy.keywords import Keywords

_LIKE = str.maketrans("OoIlSsB", "0011558")
_DIGIT = "[0-9OoIlSsB]"
_DIGITS = frozenset("0123456789OoIlSsB")
# Up to three of these may stand between two digits of one number.
BETWEEN = r"[\s.,:;/\\|_\-\u2010-\u2015\u2212\u00b7\u2022*()\[\]'\"]"
_RUN = re.compile(rf"{_DIGIT}(?:{BETWEEN}{{0,3}}{_DIGIT}){{8,}}")
_SPOKEN = {
    "nol": "0", "kosong": "0", "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6",
    "tujuh": "7", "delapan": "8", "lapan": "8", "sembilan": "9",
}  # fmt: skip
_WORD = rf"(?:{'|'.join(_SPOKEN)}|[0-9])"
_SPOKEN_RUN = re.compile(rf"(?<![a-z0-9]){_WORD}(?:[\s,.\-]{{0,3}}{_WORD}){{8,}}(?![a-z0-9])")
_SPOKEN_DIGIT = re.compile(_WORD)

# Kepmendagri 300.2.2-2138/2025: the 38 provinces, and 54 (Timor Timur), which older cards still carry.
PROVINCES = frozenset(
    [str(code) for first, last in ((11, 19), (31, 36), (51, 54), (61, 65), (71, 76), (91, 96))
     for code in range(first, last + 1)]
    + ["21", "81", "82"]
)  # fmt: skip
_DAYS = frozenset(f"{day + offset:02}" for day in range(1, 32) for offset in (0, 40))
_MONTHS = frozenset(f"{month:02}" for month in range(1, 13))
# A list of numbers behind one keyword: each may stand this far behind the one before.
_NEXT_IN_LIST = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A span of the folded text and its class."""

    start: int
    end: int
    kind: str


class Run:
    """One run: its digits, where each stands, and the places where a number may begin or end."""

    def __init__(self, text: str, starts: list[int], ends: list[int], written: str) -> None:
        self.text, self.starts, self.ends, self.written = text, starts, ends, written
        self.digits = written.translate(_LIKE)

    @cached_property
    def edges(self) -> list[int]:
        """Indices into `digits`: after a separator, and where look-alike letters meet digits."""
        inner = (
            i
            for i in range(1, len(self.starts))
            if self.starts[i] > self.ends[i - 1] or self.written[i].isdigit() != self.written[i - 1].isdigit()
        )
        return [0, *inner, len(self.starts)]

    @cached_property
    def edge_set(self) -> frozenset[int]:
        return frozenset(self.edges)

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self.starts[first], self.ends[last - 1]

    def real_digits(self, first: int, last: int) -> int:
        return sum(sign.isdigit() for sign in self.written[first:last])


def runs(text: str) -> Iterator[Run]:
    """Runs of signs that are digits or drawn like digits."""
    for match in _RUN.finditer(text):
        yield _written_run(text, match.start(), match.end())


def _written_run(text: str, start: int, end: int) -> Run:
    at = [i for i in range(start, end) if text[i] in _DIGITS]
    first, last = 0, len(at)
    # The s of `segera` behind a number, the o of `No` before it: letters of a word, not of the number.
    if start and text[start - 1].isalpha():
        while first < last and text[at[first]].isalpha() and at[first] == start + first:
            first += 1
    if end < len(text) and text[end].isalpha():
        while last > first and text[at[last - 1]].isalpha() and at[last - 1] == end - (len(at) - last) - 1:
            last -= 1
    at = at[first:last]
    return Run(text, at, [i + 1 for i in at], "".join(text[i] for i in at))


def spoken_runs(text: str, lower: str) -> Iterator[Run]:
    """Runs of digits told in words, `nol delapan satu …`, mixed with signs or not."""
    if "lapan" not in lower and "nol" not in lower and "tujuh" not in lower:
        return
    for match in _SPOKEN_RUN.finditer(lower):
        told = list(_SPOKEN_DIGIT.finditer(lower, match.start(), match.end()))
        if any(len(one.group()) > 1 for one in told):
            written = "".join(_SPOKEN.get(one.group(), one.group()) for one in told)
            yield Run(text, [one.start() for one in told], [one.end() for one in told], written)


def looks_like_nik(digits: str) -> bool:
    """Province, day (women: + 40), month and a serial; there is no check digit (security.md)."""
    return digits[:2] in PROVINCES and digits[6:8] in _DAYS and digits[8:10] in _MONTHS and digits[12:16] != "0000"


def nik_and_kk(run: Run, words: Keywords, *, keyword_needed: bool) -> Iterator[Found]:
    """Every 16 digits between two edges that can be a NIK; in news only where words nearby say so."""
    listed_until = -1
    for first in run.edges:
        last = first + 16
        if last not in run.edge_set or not looks_like_nik(run.digits[first:last]):
            continue
        start, end = run.span(first, last)
        # Without a keyword, two real digits at least: words made of look-alike letters alone are words.
        told = keyword_needed or run.real_digits(first, last) < 2
        if told and start > listed_until and not words.say_identity(start, end):
            continue
        listed_until = end + _NEXT_IN_LIST
        yield Found(start, end, "kk" if words.say_family_card(start) else "nik")
