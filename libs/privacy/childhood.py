"""Whether a text is about a child as inmate, offender, victim or witness: then child mode, which nobody lifts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from libs.privacy.codes import CHILD_CASE
from libs.privacy.sentences import Sentences
from libs.privacy.wordlists import either, words_of

# Words that can only mean a child before the law.
_LAW = re.compile(rf"\b(?:{either('child_in_law')})\b")
_LAW_WORDS = ("lpka", "lpas", "khusus anak", "andik", "abh", "anak", "bawah umur", "bawahumur", "sppa")
# An age as it is told of a person; a term of years, a date and a paragraph of a law are none.
_UNDER_18 = r"(?:0?[0-9]|1[0-7])"
_YEARS = r"\s?(?:tahun|thn|th)\b"
_AGE = re.compile(
    rf"\b(?:berusia|usia|berumur|umur)(?:nya)?\s(?:sekitar\s|kira-kira\s|baru\s|masih\s)?{_UNDER_18}(?:\s?-\s?{_UNDER_18})?{_YEARS}"
    rf"|\b(?:bocah|balita|bayi|remaja|pelajar|siswa|siswi|murid|santri|santriwati|gadis|anak|pemuda|pemudi|perempuan|laki-laki"
    rf"|putri|putra|abg|korban|pelaku)(?:nya)?\s(?:berusia\s|berumur\s|umur\s|usia\s)?{_UNDER_18}{_YEARS}"
    rf"(?!\s(?:lalu|silam|penjara|kurungan|terakhir|bui|ke depan))"
    rf"|[a-z.]\s?\(\s?(?:(?:l|p|lk|pr|\w{{2,12}})[,/ ]\s?)?{_UNDER_18}(?:{_YEARS})\s?\)"
    rf"|\b(?:usia|umur)\s{_UNDER_18}\b(?!\s?(?:bulan|minggu|hari|persen|%|-|[0-9])|[.,]\d)"
)
# A bare figure in brackets is an age behind a name or initials, not behind a day, a law, a count or a term.
_AGE_IN_BRACKETS = re.compile(rf"(?P<before>[A-Za-z.'’\]]{{1,20}})\s?\(\s?{_UNDER_18}\s?\)")
_NO_NAME_BEFORE = frozenset(words_of("no_age_behind"))
_NAMELIKE = re.compile(r"[A-Z][a-z'’]+|[A-Z]{1,4}|(?:[A-Z]\.){1,4}[A-Z]?|(?:WBP|TAHANAN|ANAK|WARGA|KELUARGA)\]")
# Pupils and small children are meant so only where something is done by them or to them.
_PUPIL = re.compile(rf"\b(?:{either('child_words')})\b")
_DEED = re.compile(rf"\b(?:{either('deeds')})\b")
_SEXUAL = re.compile(
    r"cabul|setubuh|perkosa|ruda ?paksa|sodomi|pelecehan seksual|kekerasan seksual|asusila|\binses\b|dihamili"
)
_SEXUAL_WORDS = ("cabul", "setubuh", "perkosa", "paksa", "sodomi", "seksual", "asusila", "inses", "dihamili")
_CHILD_WORD = re.compile(r"\banak(?:nya|ku)?\b(?!\s(?:buah|usaha|perusahaan|muda|cabang|tangga|sungai|panah|kunci))")
_PUPIL_WORDS = (
    "siswa", "siswi", "pelajar", "murid", "santri", "bocah", "balita", "bayi", "remaja", "abg", "anak", "gadis",
)  # fmt: skip


def is_about_a_child(text: str, lower: str) -> bool:
    """Asked once per part of a document; one yes holds for all of it."""
    if any(word in lower for word in _LAW_WORDS) and (_LAW.search(lower) or CHILD_CASE.search(text)):
        return True
    if ("tahun" in lower or "th" in lower or "usia" in lower or "umur" in lower) and _AGE.search(lower):
        return True
    if any(_is_age(match) for match in _AGE_IN_BRACKETS.finditer(text)):
        return True
    return any(word in lower for word in _PUPIL_WORDS) and _something_befell_a_child(text, lower)


def _is_age(match: re.Match[str]) -> bool:
    before = match["before"]
    return _NAMELIKE.fullmatch(before) is not None and before.lower() not in _NO_NAME_BEFORE


def _something_befell_a_child(text: str, lower: str) -> bool:
    sentences = Sentences(text, ())
    if any(word in lower for word in _SEXUAL_WORDS):
        for deed in _SEXUAL.finditer(lower):
            if _CHILD_WORD.search(lower, *sentences.around(deed.start())):
                return True
    return any(_DEED.search(lower, *sentences.around(child.start())) for child in _PUPIL.finditer(lower))


def any_is_about_a_child(parts: Sequence[tuple[str, str]]) -> bool:
    return any(is_about_a_child(text, lower) for text, lower in parts)
