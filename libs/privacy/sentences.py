"""Where a sentence begins and ends, and whether a private person is in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property

from libs.privacy.numbers import Found
from libs.privacy.wordlists import words_of

_STOP = re.compile(r"[.!?]+[\"”'’)\]]*\s+|\n[ \t]*\n\s*")
_LAST_WORD = re.compile(r"\w+$")
# Words that end in a dot inside a sentence; a single letter does so too.
_ABBREVIATIONS = frozenset(words_of("abbreviations"))
# Tokens of an earlier pass stand for the person they hide.
_TOKENS = re.compile(r"\[(?:WBP|TAHANAN|KELUARGA|ANAK|WARGA|NIK|KK|REGISTER|PASPOR|BPJS|NPWP)\]")
_IDENTIFYING = frozenset(
    ["wbp", "tahanan", "keluarga", "anak", "warga", "nik", "kk", "register", "paspor", "bpjs", "npwp"]
)
_LONGEST = 1_000


class Sentences:
    """Sentences of one folded text; they are found when the first question is asked."""

    def __init__(self, text: str, found: Iterable[Found]) -> None:
        self._text = text
        self._found = found

    @cached_property
    def _starts(self) -> list[int]:
        stops = _STOP.finditer(self._text)
        return [0, *(stop.end() for stop in stops if not _is_abbreviation(self._text, stop))]

    @cached_property
    def _persons(self) -> list[int]:
        told = [one.start for one in self._found if one.kind in _IDENTIFYING]
        return sorted([*told, *(token.start() for token in _TOKENS.finditer(self._text))])

    def names_anybody(self) -> bool:
        return bool(self._persons)

    def around(self, position: int) -> tuple[int, int]:
        """Half-open; never wider than a thousand signs to either side, so that a text without stops stays cheap."""
        index = bisect_right(self._starts, position)
        start = self._starts[index - 1]
        end = self._starts[index] if index < len(self._starts) else len(self._text)
        return max(start, position - _LONGEST), min(end, position + _LONGEST)

    def person_between(self, start: int, end: int) -> bool:
        index = bisect_left(self._persons, start)
        return index < len(self._persons) and self._persons[index] < end


def _is_abbreviation(text: str, stop: re.Match[str]) -> bool:
    if text[stop.start()] != "." or not text[stop.start() + 1].isspace():
        return False
    last = _LAST_WORD.search(text, max(0, stop.start() - 12), stop.start())
    word = last.group() if last else ""
    return (len(word) == 1 and word.isalpha()) or word.lower() in _ABBREVIATIONS
