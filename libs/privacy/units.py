"""Names of the corrections service's own units in a text: places that no reader of names may take for people."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache

from libs.privacy.numbers import Found
from libs.privacy.wordlists import words_of
from libs.reference.units import Gazetteer, normalised

_NO_PERSON = frozenset([*words_of("no_person"), *words_of("no_initials")])
_WORTH_A_LOOK = ("lapas", "rutan", "lpka", "lpas", "bapas", "rupbasan", "masyarakatan", "rumah tahanan", "khusus anak")
_KIND = r"(?:\s{1,2}(?:perempuan|wanita|narkotika|pemuda|terbuka|khusus|anak|umum|negara))*"
_CLASS = r"(?:\s{1,2}(?:kelas|klas|kls)\s{1,2}(?:khusus|i{1,3}\s?[ab]?|[123]\s?[ab]?))?"
_UNIT = re.compile(
    r"\b(?:lapas|lp|rutan|lpka|lpas|bapas|rupbasan|(?:lembaga|balai) pemasyarakatan|rumah tahanan"
    rf"|lembaga pembinaan khusus anak){_KIND}{_CLASS}{_KIND}\s{{1,2}}"
)
_WORD = re.compile(r"[\w'’]+(?:[\s\-]{1,2}|$|(?=\W))")
# Then even the letters of a paper or a degree are somebody's.
_TOLD = re.compile(r"inisial\s[\"“]?$")
_LONGEST_PLACE = 5
# No name that touches a place ends later than this behind where the place begins.
_LONGEST_NAME = 200


@cache
def _places() -> frozenset[str]:
    """Every place a unit is called after, real or of the sample, as the gazetteer writes it."""
    units = [*Gazetteer.for_mode("live"), *Gazetteer.for_mode("sample")]
    return frozenset(normalised(name) for unit in units for name in (unit.place, *unit.aliases, *unit.shared_aliases))


def unit_names(lower: str, ends: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open stretches of the places behind a unit's kind: `Contoh Hilir` in `Lapas Kelas IIA Contoh Hilir`. Only
    where one of the names with these `ends`, in order, may lie."""
    if not any(word in lower for word in _WORTH_A_LOOK):
        return []
    found = []
    for unit in _UNIT.finditer(lower):
        next_name = bisect_right(ends, unit.end())
        if next_name == len(ends) or ends[next_name] > unit.end() + _LONGEST_NAME:
            continue
        end = _end_of_place(lower, unit.end())
        if end is not None:
            found.append((unit.end(), end))
    return found


def _end_of_place(lower: str, start: int) -> int | None:
    """The longest run of words from `start` that is a place of a unit."""
    longest, position = None, start
    for _ in range(_LONGEST_PLACE):
        word = _WORD.match(lower, position)
        if word is None:
            break
        position = word.end()
        told = lower[start:position].rstrip(" -\n\t")
        if normalised(told) in _places():
            longest = start + len(told)
    return longest


def without_units(names: Sequence[Found], text: str, lower: str) -> list[Found]:
    """A name that lies in a unit's name is none, nor are a paper's letters; one that reaches beyond keeps the rest."""
    stretches = unit_names(lower, [name.end for name in names]) if names else []
    firsts = [first for first, _ in stretches]
    kept = []
    for name in names:
        start, end = name.start, name.end
        for first, last in stretches[max(0, bisect_right(firsts, start) - 1) : bisect_left(firsts, end)]:
            if first <= start < last:
                start = last
            if first < end <= last:
                end = first
        piece = text[start:end] if start < end else ""
        letters = "".join(filter(str.isalnum, piece)).upper()
        if letters and (letters not in _NO_PERSON or _TOLD.search(lower, max(0, start - 12), start)):
            kept.append(Found(start + len(piece) - len(piece.lstrip()), end, name.kind))
    return kept
