"""Runs of digits → mobile and landline numbers in them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from libs.privacy.keywords import Keywords
from libs.privacy.numbers import BETWEEN, Found, Run

_SEPARATOR = re.compile(rf"{BETWEEN}+")
_CLOCK = re.compile(r"\d{2}[.:]\d{2}(?!\d)")
# Area codes of two digits behind the zero: Jakarta, Bandung, Semarang, Surabaya, Medan. All others have three.
_SHORT_AREAS = ("21", "22", "24", "31", "61")


def phones(run: Run, words: Keywords) -> Iterator[Found]:
    """The longest number that ends at an edge, mobile or landline."""
    taken = 0
    for first in run.edges:
        if first < taken:
            continue
        last = _mobile_end(run, words, first) or _landline_end(run, words, first)
        if last is None:
            continue
        taken = last
        yield Found(*_with_its_sign(run, *run.span(first, last)), "telepon")


def _with_its_sign(run: Run, start: int, end: int) -> tuple[int, int]:
    """The plus and the bracket that belong to a number go with it."""
    if start and run.text[start - 1] == "+":
        start -= 1
    if ")" in run.text[start:end]:
        start = _bracket_before(run.text, start)
    return start, end


def _bracket_before(text: str, start: int) -> int:
    """Where the bracket stands that opens just before `start`; `start` itself where none does."""
    before = text[max(0, start - 3) : start].rstrip()
    return max(0, start - 3) + len(before) - 1 if before.endswith("(") else start


def _mobile_end(run: Run, words: Keywords, first: int) -> int | None:
    """08…, 62 8…, 0062 8…, +62 (0)8…"""
    bounds = _mobile_lengths(run.digits, first)
    if bounds is None:
        return None
    last = _last_edge(run.edges, first + bounds[0], first + bounds[1])
    if last is None or run.real_digits(first, last) < 2 or not _is_written_as_phone(run, words, first, last):
        return None
    return last


def _mobile_lengths(digits: str, first: int) -> tuple[int, int] | None:
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
    """Times (08.15 21/11/2026), amounts (Rp62.812.345.678) and shares (0.812345678) are no phones without a word."""
    start, end = run.span(first, last)
    if start and run.text[start - 1] == "+":
        return True
    written = run.text[start:end]
    groups = [len(group) for group in _SEPARATOR.split(written)]
    separators = set(_SEPARATOR.findall(written))
    is_amount = separators == {"."} and groups[0] <= 3 and set(groups[1:]) == {3}
    is_clock = groups[0] == 2 and len(separators) > 1 and _CLOCK.match(written) is not None
    is_share = len(groups) == 2 and groups[0] == 1 and separators <= {".", ","}
    return words.say_phone(start) or not (is_amount or is_clock or is_share)


def _landline_end(run: Run, words: Keywords, first: int) -> int | None:
    """(021) 555-1234, 0251 8321234, +62 21 …: area code and five to eight digits."""
    prefix = next((p for p in ("0062", "62", "0") if run.digits.startswith(p, first)), "")
    area = first + len(prefix)
    if not prefix or run.digits[area : area + 1] not in ("2", "3", "4", "5", "6", "7", "9"):
        return None
    behind = area + (2 if run.digits[area : area + 2] in _SHORT_AREAS else 3)
    last = _last_edge(run.edges, behind + 5, behind + 8)
    if last is None or run.real_digits(first, last) < 3:
        return None
    return last if _is_written_as_landline(run, words, first, behind, last) else None


def _is_written_as_landline(run: Run, words: Keywords, first: int, behind: int, last: int) -> bool:
    """A word, a plus or the bracket around the area code says so; else the dash behind the area code of a 0-number."""
    start, end = run.span(first, last)
    gap = run.text[run.ends[behind - 1] : run.starts[behind]]
    bracketed = ")" in gap and _bracket_before(run.text, start) < start
    if run.text[start - 1 : start] == "+" or bracketed or words.say_phone(start):
        return True
    groups = len(_SEPARATOR.split(run.text[start:end]))
    return run.digits[first] == "0" and gap.strip() == "-" and groups <= 4 and last - first >= 9
