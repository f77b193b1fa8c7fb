"""Street addresses that tell where a private person lives; those of offices and events stay readable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from libs.privacy.numbers import Found
from libs.privacy.sentences import Sentences
from libs.privacy.wordlists import either

_TITLES = r"(?:(?:H|Hj|KH|K\.H|Dr|Drs|Ir|Prof|Jend|Jenderal|Letjen|Mayjen|Brigjen|Kol|Kapten|St|Sto|Tgk|Tgku|Tk)\.\s?)"
_WORD = rf"(?!(?i:{either('parts_of_address')})\b)[A-Z0-9][\w'’\-]*"
_NAME = rf"{_TITLES}?{_WORD}(?:\s{{1,2}}{_TITLES}?{_WORD}){{0,3}}"
# In small letters nothing tells the name of a street from what follows: three words, none of them a joining word.
_SMALL_WORD = rf"(?!(?:{either('no_street')})\b)[a-z][\w'’\-]*"
_SMALL = rf"{_SMALL_WORD}(?:\s{_SMALL_WORD}){{0,2}}"
_NUMBER = r"(?:no(?:mor)?\s{0,2}[.:]?\s{0,2})?[0-9OolI]{1,4}[A-Za-z]?(?:\s?[/\-]\s?[0-9A-Za-z]{1,4}){0,2}(?![\w%])"
# A dot belongs to a short form only: behind a whole word it ends the sentence.
_STREET_HEAD = r"(?:(?:jl|jln|gg|lr|lrg)\b\s?\.?|(?:jalan|gang|lorong)\b)\s{0,2}"
_VILLAGE_HEAD = rf"(?:{either('villages')})\b\s{{0,2}}"
_QUARTER = r"(?:rt|rw)\s{0,2}[.:/]?\s{0,2}(?:rw\s{0,2}[.:/]?\s{0,2})?[0-9OolI]{1,3}"
_PART = (
    rf"(?:(?i:{_QUARTER})|(?i:(?:blok|kav(?:ling)?|lantai|lt|unit)\b\s?\.?\s{{0,2}}[a-z0-9]{{1,4}}(?:[/\-][a-z0-9]{{1,4}}){{0,2}}\b)"
    rf"|(?i:no(?:mor)?\b\s{{0,2}}[.:]?\s{{0,2}}[0-9OolI]{{1,4}}[a-z]?(?:[/\-][0-9a-z]{{1,4}}){{0,2}}\b)"
    rf"|(?i:{_STREET_HEAD}|{_VILLAGE_HEAD}|(?:kecamatan|distrik|kec\b\s?\.?)\s{{0,2}}){_NAME})"
)
_GLUE = r"[\s,./()\-]{1,4}"
_STREET = re.compile(
    rf"(?<![\w\[\-])(?:(?i:{_STREET_HEAD})(?!(?i:tol|keluar|raya\s(?:yang|ini))\b)(?:{_NAME}|{_SMALL})(?:,?\s{{0,2}}(?i:{_NUMBER}))?"
    rf"|(?i:{_QUARTER}))(?:{_GLUE}{_PART}){{0,8}}"
)
_VILLAGE = re.compile(rf"(?<![\w\[\-])(?i:{_VILLAGE_HEAD}){_NAME}(?:{_GLUE}{_PART}){{0,8}}")
# A name with a capital, or a figure: `jalan menanjak` is no street.
_HOME_WORDS = ("rumah", "kediaman", "kontrakan", "kos", "alamat", "tinggal", "domisili")
_IS_SURE = re.compile(r"\s[A-Z]|[0-9]|\.[A-Z]")
_WORTH_A_LOOK = (
    "jl", "jalan", "jln", "gg", "gang ", "lorong", "lr", "rt ", "rt.", "rt0", "rt:", "rt/", "dusun", "dsn", "kampung",
    "kp", "perum", "komp", "desa", "ds.", "kelurahan", "kel.", "nagari", "jorong", "gampong", "pekon", "banjar",
    "lingkungan", "dukuh", "huta", "nagori",
)  # fmt: skip

# What stands just before an address that is an office's.
_OFFICE = re.compile(rf"\b(?:{either('places')})\b[^.\n]{{0,60}}$")
_LIVES = re.compile(rf"\b(?:{either('living')})\b")
_LIVES_ALONE = re.compile(
    r"\b(?:rumah|kediaman|kontrakan|kos|kosan|alamat|tempat tinggal|tinggal|domisili|rumah duka)\b"
)
_PRIVATE = re.compile(rf"\b(?:{either('private_roles')})\b")
_LABEL = re.compile(r"\balamat(?:\s(?:rumah|tinggal|lengkap|ktp|keluarga|asal))?\s?[:=]\s{0,3}$")


def homes(text: str, lower: str, sentences: Sentences, *, child: bool) -> Iterator[Found]:
    """In child mode every address and every village goes: a village and an age tell who it is."""
    worth = child or sentences.names_anybody() or any(word in lower for word in _HOME_WORDS)
    if not worth or not any(word in lower for word in _WORTH_A_LOOK):
        return
    for match in _STREET.finditer(text):
        if (child and _IS_SURE.search(match.group())) or _is_private(text, lower, sentences, match):
            yield Found(match.start(), match.end(), "alamat")
    if not child and not sentences.names_anybody():
        return
    for match in _VILLAGE.finditer(text):
        start, end = sentences.around(match.start())
        told = _LIVES.search(lower, max(start, match.start() - 40), match.start())
        if child or (told and sentences.person_between(start, end)):
            yield Found(match.start(), match.end(), "alamat")


def _is_private(text: str, lower: str, sentences: Sentences, match: re.Match[str]) -> bool:
    start, end = sentences.around(match.start())
    before = lower[max(start, match.start() - 80) : match.start()]
    lives = _LIVES.search(before) is not None
    if _OFFICE.search(before) and not lives:
        return False
    if sentences.person_between(start, end) or _LABEL.search(before):
        return True
    sentence = lower[start:end]
    return bool(_LIVES_ALONE.search(before) and _PRIVATE.search(sentence))
