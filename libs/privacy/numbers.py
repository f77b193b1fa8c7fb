"""Runs of digits, however they are written → NIK, KK and mobile phone numbers in them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from libs.privacy.keywords import Keywords

_LIKE = str.maketrans("OoIlSsB", "0011558")
_DIGIT = "[0-9OoIlSsB]"
_DIGITS = frozenset("0123456789OoIlSsB")
# Up to three of these may stand between two digits of one number.
_BETWEEN = r"[\s.,:;/\\|_\-\u2010-\u2015\u2212\u00b7\u2022*()\[\]'\"]"
_SEPARATOR = re.compile(rf"{_BETWEEN}+")
_RUN = re.compile(rf"{_DIGIT}(?:{_BETWEEN}{{0,3}}{_DIGIT}){{8,}}")
_CLOCK = re.compile(r"\d{2}[.:]\d{2}(?!\d)")

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

    def __init__(self, text: str, start: int, end: int) -> None:
        at = [i for i in range(start, end) if text[i] in _DIGITS]
        first, last = 0, len(at)
        # The s of `segera` behind a number, the o of `No` before it: letters of a word, not of the number.
        if start and text[start - 1].isalpha():
            while first < last and text[at[first]].isalpha() and at[first] == start + first:
                first += 1
        if end < len(text) and text[end].isalpha():
            while last > first and text[at[last - 1]].isalpha() and at[last - 1] == end - (len(at) - last) - 1:
                last -= 1
        self.text, self.at = text, at[first:last]
        self.written = "".join(text[i] for i in self.at)
        self.digits = self.written.translate(_LIKE)

    @cached_property
    def edges(self) -> list[int]:
        """Indices into `digits`: after a separator, and where look-alike letters meet digits."""
        inner = (
            i
            for i in range(1, len(self.at))
            if self.at[i] > self.at[i - 1] + 1 or self.written[i].isdigit() != self.written[i - 1].isdigit()
        )
        return [0, *inner, len(self.at)]

    @cached_property
    def edge_set(self) -> frozenset[int]:
        return frozenset(self.edges)

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self.at[first], self.at[last - 1] + 1

    def real_digits(self, first: int, last: int) -> int:
        return sum(sign.isdigit() for sign in self.written[first:last])


def runs(text: str) -> Iterator[Run]:
    for match in _RUN.finditer(text):
        yield Run(text, match.start(), match.end())


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


def phones(run: Run, words: Keywords) -> Iterator[Found]:
    """Mobile numbers: 08…, 62 8…, 0062 8…, +62 (0)8…; the longest that ends at an edge."""
    taken = 0
    for first in run.edges:
        bounds = _phone_lengths(run.digits, first) if first >= taken else None
        if bounds is None:
            continue
        last = _last_edge(run.edges, first + bounds[0], first + bounds[1])
        if last is None or run.real_digits(first, last) < 3 or not _is_written_as_phone(run, words, first, last):
            continue
        start, end = run.span(first, last)
        taken = last
        yield Found(start - 1 if start and run.text[start - 1] == "+" else start, end, "telepon")


def _phone_lengths(digits: str, first: int) -> tuple[int, int] | None:
    """Least and most digits of the whole, by how it begins: nine to twelve digits follow the prefix."""
    head = digits[first : first + 6]
    for prefix in ("0062", "620", "62", "0"):
        rest = head.removeprefix(prefix)
        if rest != head and rest.startswith("8") and not rest.startswith("80"):
            return len(prefix) + 9, len(prefix) + 12
    return None


def _last_edge(edges: list[int], least: int, most: int) -> int | None:
    index = bisect_left(edges, most + 1) - 1
    return edges[index] if index >= 0 and edges[index] >= least else None


def _is_written_as_phone(run: Run, words: Keywords, first: int, last: int) -> bool:
    """Times (08.15 21/11/2026) and amounts (Rp62.812.345.678) are no phones, unless a word says so."""
    start, end = run.span(first, last)
    if start and run.text[start - 1] == "+":
        return True
    written = run.text[start:end]
    groups = [len(group) for group in _SEPARATOR.split(written)]
    separators = set(_SEPARATOR.findall(written))
    is_amount = separators == {"."} and groups[0] <= 3 and set(groups[1:]) == {3}
    is_clock = groups[0] == 2 and len(separators) > 1 and _CLOCK.match(written) is not None
    return words.say_phone(start) or not (is_amount or is_clock)
