"""Letters that number a thing (Paket C, Blok A, golongan B) are nobody's initial."""

from __future__ import annotations

import re
from collections.abc import Iterable

from libs.privacy.numbers import Found

_THINGS = (
    "paket|blok|kamar|sel|kelas|golongan|gol|tipe|type|hepatitis|vitamin|grup|group|seri|sim|lantai|pos|menara|huruf"
    "|zona|gedung|wisma|kategori|akreditasi|nilai|predikat|rencana|plan|pintu|gerbang|jalur|koridor|formulir|model"
)
_DOTTED = re.compile(r"\b(?:N\.P\.W\.P|N\.I\.K|K\.T\.P|K\.K|B\.P\.J\.S|S\.I\.M|S\.T\.N\.K|W\.B\.P)\b\.?", re.IGNORECASE)
_LETTER = re.compile(r"[A-Z]\.?", re.IGNORECASE)
_NUMBERED = re.compile(rf"(?:{_THINGS})\s+[A-Z]\.?", re.IGNORECASE)
_TOLD = re.compile(r"\binisial(?:nya)?\W+\Z", re.IGNORECASE)
_BEFORE = re.compile(rf"\b(?:{_THINGS})\s+\Z", re.IGNORECASE)
_LONGEST = 16
_MOST_PAPERS, _LONGEST_PAPER = 50, 10


def without_labels(found: Iterable[Found], text: str) -> list[Found]:
    """Names without those that are only the letter of a thing, with or without the thing itself, or of a paper."""
    names = list(found)
    short = any(one.end - one.start <= _LONGEST_PAPER for one in names)
    papers = [paper.span() for paper in _DOTTED.finditer(text)] if short else []
    return [
        one
        for one in names
        if not _labels_a_thing(text, one)
        and not any(start <= one.start and one.end <= end for start, end in papers[:_MOST_PAPERS])
    ]


def _labels_a_thing(text: str, one: Found) -> bool:
    name = text[one.start : one.end]
    if _NUMBERED.fullmatch(name):
        return True
    if _LETTER.fullmatch(name) is None:
        return False
    before = text[max(0, one.start - _LONGEST) : one.start]
    # A small letter alone is a placeholder or a slip, unless somebody says whose initial it is.
    return _BEFORE.search(before) is not None or (name[0].islower() and _TOLD.search(before) is None)
