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
# A dot belongs to a short form only: behind a whole word it ends the sentence.
_SHORT = r"(?:jl|jln|gg|lr|lrg)\b\s?\.?\s{0,2}"
_WHOLE = r"(?:jalan|gang|lorong)\b\s{0,2}"
_VILLAGE = rf"(?:{either('villages')})(?!\w)\s{{0,2}}"
_DISTRICT = r"(?:kecamatan|distrik|kec\b\s?\.?)\s{0,2}"
_HOUSE = r"[0-9OolI]{1,4}[A-Za-z]?(?:\s?[/\-]\s?[0-9A-Za-z]{1,4}){0,2}(?![\w%])"
_NUMBERED = rf",?\s{{0,2}}(?i:no(?:mor)?\b\s{{0,2}}[.:]?\s{{0,2}})?{_HOUSE}"
_QUARTER = r"(?i:(?:rt|rw)\s{0,2}[.:/]?\s{0,2}(?:rw\s{0,2}[.:/]?\s{0,2})?[0-9OolI]{1,3}(?:\s?/\s?[0-9OolI]{1,3})?)"
_GLUE = r"[\s,./()\-]{1,4}"
_PARTS = (
    rf"(?:{_GLUE}(?:{_QUARTER}|(?i:(?:blok|kav(?:ling)?|lantai|lt|unit)\b\s?\.?\s{{0,2}}[a-z]?{_HOUSE})"
    rf"|(?i:no(?:mor)?\b\s{{0,2}}[.:]?\s{{0,2}}{_HOUSE})"
    rf"|(?i:blok)\s[A-Z]{{1,3}}\b|(?i:{_SHORT}|{_WHOLE}|{_VILLAGE}|{_DISTRICT}){_NAME}"
    r"|(?:kel|kec|desa|kelurahan|kecamatan|dusun|kp|kampung)\.?\s[a-z]{3,})){0,8}"
)
_STREET = re.compile(
    rf"(?<![\w\[\-])(?:(?i:{_SHORT}|{_WHOLE})(?!(?i:tol|keluar)\b)(?:{_NAME}|{_SMALL}(?={_NUMBERED}|{_GLUE}{_QUARTER}))"
    rf"(?:{_NUMBERED})?|(?i:{_SHORT}){_SMALL}(?:{_NUMBERED})?|{_QUARTER}){_PARTS}"
)
_SMALL_PLACE = re.compile(
    rf"(?<![\w\[\-])(?:(?i:{_VILLAGE})(?![0-9]){_NAME}"
    rf"|(?:kp|kampung|dusun|dsn|desa|ds|kel|kelurahan)\b\s?\.?\s{{0,2}}{_SMALL}(?={_GLUE}{_QUARTER})){_PARTS}"
)
_SMALL_VILLAGE = re.compile(
    rf"(?<![\w\[\-])(?:kp|kampung|dusun|dsn|desa|gampong|nagari|kelurahan)\b\s?\.?\s{{1,2}}(?!setempat|binaan|wisata){_SMALL_WORD}"
)

# What stands just before an address that is an office's.
_OFFICE = re.compile(rf"\b(?:{either('places')})\b[^.\n]{{0,60}}$")
_LIVES = re.compile(rf"\b(?:{either('living')})\b")
_LIVED_IN = (
    r"rumah(?:nya)?(?! (?:sakit|tahanan|dinas|makan|ibadah|tangga))|kediaman(?:nya)?|kontrakan(?:nya)?|kos(?:an)?"
    r"|tinggal"
)
_DWELLS = re.compile(rf"\b(?:{_LIVED_IN})\b")
_HOME = re.compile(rf"\b(?:{_LIVED_IN}|alamat(?:nya)?|beralamat(?:kan)?|(?:ber)?domisili)\b")
_HOME_WORDS = ("rumah", "kediaman", "kontrakan", "kos", "alamat", "tinggal", "domisili")
_PRIVATE = re.compile(rf"\b(?:{either('private_roles')})\b")
_LABEL = re.compile(r"\balamat(?:\s(?:rumah|tinggal|lengkap|ktp|keluarga|asal))?\s?[:=]\s{0,3}$")


def homes(text: str, lower: str, sentences: Sentences, *, child: bool, form: bool) -> Iterator[Found]:
    """In child mode all but offices' addresses go, villages too: a village and an age tell who it is. In the `form`
    of a report a line that is called `alamat` needs no person."""
    if not (child or sentences.names_anybody() or any(word in lower for word in _HOME_WORDS)):
        return
    for pattern in (_STREET, _SMALL_PLACE, *([_SMALL_VILLAGE] if child else [])):
        for match in pattern.finditer(text):
            start, end = sentences.around(match.start())
            before = lower[max(start, match.start() - 80) : match.start()]
            if _OFFICE.search(before) and not _DWELLS.search(before):
                continue
            is_of_a_person = sentences.person_between(start, end) and (
                pattern is _STREET or _LIVES.search(before[-40:]) is not None
            )
            is_in_a_form = form and _LABEL.search(before) is not None
            if child or is_of_a_person or is_in_a_form or _is_a_home(lower[start:end], before, match):
                yield Found(match.start(), match.end(), "alamat")


def _is_a_home(sentence: str, before: str, match: re.Match[str]) -> bool:
    """Told as one, and whose, or with a number: nobody tells the number of a house of an event."""
    told = any(map(str.isdigit, match.group())) or _PRIVATE.search(sentence)
    return bool(told and _HOME.search(before))
