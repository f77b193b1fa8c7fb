"""Whether a text is about a child as inmate, offender, victim or witness: then child mode, which nobody lifts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from libs.privacy.hints import (
    AGE,
    CHILD_PERSON,
    CHILDISH,
    DEED,
    FIELD,
    NOT_YET,
    PRISON,
    PUPIL,
    RELATIVE,
    SMALL_FIGURE,
    SURE,
    YEARS,
)
from libs.privacy.sentences import Sentences
from libs.privacy.wordlists import either, words_of

_IN_LAW = tuple(words_of("child_in_law"))
_ABH = re.compile(r"\babh\b")
_CHILD_IS = re.compile(rf"anak (?:{either('child_is')})")
# Looks back from `anak`, so that a search begins at the rare word.
_CHILD_OF = re.compile(
    rf" anak\b(?:{'|'.join(f'(?<={role} anak)' for role in words_of('child_of'))})"
    r"(?! (?:buah|usaha|perusahaan|muda|cabang|pertama|kedua|ketiga|bungsu|sulung))"
)

# An age as it is told of a person; a term of years, a date and a paragraph of a law are none.
_UNDER_18 = r"(?:0?[0-9]|1[0-7])"
_YEARS = re.compile(rf"{_UNDER_18}(?:\s?[-–]\s?{_UNDER_18})?\s?(?:tahun|thn|th)\b")
_AGE_BEFORE = re.compile(rf"\b(?:{either('age_before')})[\s,:]{{1,3}}$")
_PERSON = re.compile(rf"{either('age_before')}|{either('private_roles')}")
_NO_AGE_BEFORE = re.compile(rf"\b(?:{either('no_age_before')})\s$")
_NO_AGE_BEHIND = re.compile(rf"\s(?:{either('no_age_behind_years')})\b")
_BRACKET_BEFORE = re.compile(
    r"[a-z.\]’']\s?(?P<open>\()\s?(?P<who>(?:l|p|lk|pr|laki-laki|perempuan|(?:ber)?(?:usia|umur)|kelas \w+)[,/ ]\s?)?$"
)
_BARE_AGE = re.compile(
    rf"u(?:sia|mur)(?:nya)?\s{_UNDER_18}\b(?!\s?(?:tahun|thn|th|bulan|minggu|hari|persen|%|-|–|[0-9])|[.,/:]\d)"
)
_AGE_IN_WORDS = re.compile(
    r"\b(?:ber)?(?:usia|umur)(?:nya)?\s(?:baru\s|masih\s|sekitar\s|genap\s)?"
    r"(?:(?:dua|tiga|empat|lima|enam|tujuh|se)\s?belas|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)\stahun\b"
    r"(?!\s(?:lalu|silam|penjara|terakhir|lebih))"
)
_NOT_YET = re.compile(
    rf"\b(?:belum|keduanya|ketiganya|yang baru)\s(?:genap\s)?{_UNDER_18}\s(?:tahun|thn|th)\s?(?:[,.)]|$)"
)
_YEARS_BETWEEN_COMMAS = re.compile(rf",\s{_UNDER_18}(?:\s?(?i:tahun|thn|th))?(?:,|\s(?i:asal|warga)\b)")
_NAME_AT_THE_END = re.compile(r"(?:[A-Z][a-z'’]+|[A-Z]|[A-Z]\.|[A-Z]\])$")
# Adikku Zahra 10 thn; anaknya masih 16: no word for years or age where everybody knows what is meant.
_OF_A_RELATIVE = re.compile(
    r"(?<!-)\b(?:ad[ei]k|anak|(?:ke)?ponakan|cucu|putr[ai])(?:nya|ku|mu|nda)?"
    r"(?! (?:buah|usaha|perusahaan|muda|cabang|bangsa|negeri|tangga))"
    r"(?:\s(?!selama\b|dalam\b|sejak\b|setelah\b|hingga\b|hukuman\b|penjara\b|setiap\b|pidana\b|ke\b|usia\b|umur\b)[a-z'’]{1,15}){0,3}"
    rf"\s(?:(?:msh|masih|baru|br)\s{_UNDER_18}\b(?!\s?(?:persen|%|orang|bulan|hari|kali|jam|menit|[0-9:]|[.,][0-9]))"
    rf"|{_UNDER_18}\s?(?:tahun|thn|th)\b)(?!\s(?:penjara|lalu|silam|terakhir|kurungan|lebih|ke depan))"
)
# Of an infant, in months; not of what has an age too.
_MONTHS = re.compile(
    r"(?<!kandungan )(?<!kehamilan )(?<!hamil )"
    r"\b(?:ber)?(?:usia|umur)(?:nya)?\s(?!(?:kehamilan|kandungan|pernikahan|simpan|pakai|tanam)\b)(?:[a-z]{1,12}\s){0,2}?"
    r"(?:[0-9]{1,2}|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|belasan)\s?(?:bulan|minggu|hari)\b"
)
_TEENS = re.compile(
    r"\b(?:ber)?(?:usia|umur)(?:nya)?\s(?:baru\s|masih\s)?(?:(?:dua|tiga|empat|lima|enam|tujuh|se)\s?belas)\b"
    r"(?!\s(?:abad|hari|kali|juta|ribu))"
)
_YOUNG = re.compile(r"muda\s1[0-7]\stahun")
# A bare figure in brackets is an age behind a name or initials, not behind a day, a law, a count or a term.
_FIGURE = re.compile(rf"\(\s?(?P<years>{_UNDER_18})\s?\)")
# One digit behind one word is an age where a family is spoken of: Hana (8) … papanya.
_SMALL_FIGURE_IN_BRACKETS = re.compile(r"\([4-9]\)")
_SMALL_AGE = re.compile(r"\b[A-Z][a-z'’]{2,}\s\([4-9]\)")
_OF_A_FAMILY = re.compile(
    r"\b(?:(?:ibu|ayah|papa|mama|bapak|nenek|kakek|anak|adik|kakak|putr[ai]|cucu|paman|bibi)(?:nya)?|lapas|rutan)\b"
)
_WORDS_BEFORE = re.compile(r"(?:(?P<first>[\w.'’\]]{1,25})\s)?(?P<word>[\w.'’\]]{1,25})\s?$")
_NO_NAME_BEFORE = frozenset(words_of("no_age_behind"))
_NAMELIKE = re.compile(r"[A-Z][a-z'’]+|[A-Z]{1,4}|(?:[A-Z]\.){1,4}[A-Z]?|(?:WBP|TAHANAN|ANAK|WARGA|KELUARGA)\]")

# Pupils and small children are meant so only where something is done by them or to them.
_PUPIL = re.compile(rf"\b(?:{either('child_words')})\b")
_DEED = re.compile(rf"\b(?:{either('deeds')})\b")
_LONGEST_DEED = 40
# Words that may mean a child do mean one where police, courts or prisons have to do with it.
_CHILD_PERSON = re.compile(rf"\b(?:{either('child_people')})\b")
_CHILD_PERSON_WORDS = (
    *("siswa", "siswi", "pelajar", "murid", "santri", "bocah", "balita", "bayi", "remaja", "abg", "anak", "gadis"),
    *("didik", "osis", "ponakan", "kelas", "lahir", "diversi", "tante", "smp", "sma", "sd", "angkat", "tiri", "saja"),
    *("sebenarnya", "filial", "nanda", "bocil", "kecil", "sekolah", "sekelas"),
)
_FIELD = re.compile(rf"\b(?:{either('child_fields')})\b")
_PERSON_OF_THE_FIELD = CHILD_PERSON | FIELD
_RELATIVE_OF_A_PRISON = RELATIVE | PRISON
_PUPIL_WITH_A_DEED = PUPIL | DEED
_SURE_WORDS = (
    *(
        "guru bk",
        "wali kelas",
        "aman",
        "litmas",
        "dewasa",
        "eneknya",
        "akeknya",
        "bangku",
        "nama ",
        " anak",
        "anak ",
        "andik",
        "duduk",
        "perundungan",
    ),
    *(
        "filial",
        "bocah itu",
        "remaja",
        "pelajar",
        "siswa",
        "bocil",
        "balita",
        "anak yg",
        "biaya sekolah",
        "ramah anak",
        "rehabilitasi anak",
        "kesiswaan",
    ),
    *(
        "ppa",
        "perempuan dan anak",
        "dalam lembaga",
        "wali asuh",
        "diversi",
        "orang tua",
        "orangtua",
        "bullying",
        "masih ",
    ),
    *("baru ", "anak", "anbk"),
)
_SURE = re.compile(rf"\b(?:{either('child_sure')})")
# Letters instead of a name behind a word for a child or its parents: pelajar EZ, orang tua GB, murid K.
_CHILD_IN_LETTERS = re.compile(
    r"\b(?:[Ss]isw[ai](?:nya)?|[Pp]elajar|[Mm]urid|[Ss]antri|[Bb]ocah|[Aa]nak|[Oo]rang ?tua|[Oo]rtu|[Tt]ante dari)"
    r"\s[\"“'‘]?"
    r"(?P<what>[A-Z]{1,4}|(?:[A-Z]\.){2,4})(?=[\"”'’]|[,.\s](?!\d|[A-Z]))"
)
_RELATIVE = re.compile(rf"\b(?:{either('child_relatives')})\b")
_RELATIVE_WORDS = ("anak", "putr", "cucu", "adik", "nenek", "diberi nama", "angkat")
_PRISON = re.compile(rf"\b(?:{either('child_prisons')})\b")
# His daughter, Zahra; the children of A: a name near the word, in the sentence of a prison, a court or a deed.
_NO_INITIALS = frozenset(words_of("no_initials"))
# Salsabila, putri bungsu …; Chika (6), putri dari ….
_NAMED_BEFORE = re.compile(
    r"[A-Z]['’\w.]{0,20}(?:\s\([0-9]{1,2}\))?\s?[,(]\s?(?:anak|putr[ai]|cucu|balita|bayi|bocah|keponakan)\b(?!\s(?:buah|usaha|binaan))"
)
_NAMED_BEHIND = re.compile(
    r"(?:[\s,:(“\"]{1,3}(?!dan\b|atau\b)[a-z]{1,12}){0,3}?[\s,:(“\"]{1,3}(?:[A-Z][\w'’]|[A-Z]\b|\[[A-Z]{3})"
)
_SEXUAL_WORDS = tuple(words_of("sexual_deeds"))
_CHILD_WORD = re.compile(r"\banak(?:nya|ku)?\b(?!\s(?:buah|usaha|perusahaan|muda|cabang|tangga|sungai|panah|kunci))")
_VIOLENCE = re.compile(
    r"(?:aniaya|bunuh|siksa|telantar|culik|buang|jual)\w{0,5}\s(?:\w{1,15}\s){0,2}"
    r"(?:anak|bayi|balita|bocah)(?:nya)?\b(?! (?:buah|usaha))"
)


def is_about_a_child(text: str, lower: str, told: int) -> bool:
    """Asked once per part of a document; one yes holds for all of it. `told`: hints of `lower`."""
    return (
        any(word in lower for word in _IN_LAW)
        or ("abh" in lower and _ABH.search(lower) is not None)
        or (told & (SMALL_FIGURE | AGE) != 0 and _tells_an_age(text, lower, told))
        or (told & CHILDISH != 0 and _something_befell_a_child(text, lower, told))
        or (told & _PERSON_OF_THE_FIELD == _PERSON_OF_THE_FIELD and _stand_together(text, lower))
        or (told & _RELATIVE_OF_A_PRISON == _RELATIVE_OF_A_PRISON and _names_a_relative(text, lower))
        or (told & SURE != 0 and any(word in lower for word in _SURE_WORDS) and _SURE.search(lower) is not None)
        or any(_letters(one["what"]) not in _NO_INITIALS for one in _CHILD_IN_LETTERS.finditer(text))
    )


def _letters(written: str) -> str:
    return written.replace(".", "")


def _stand_together(text: str, lower: str) -> bool:
    """Somebody who may be a child in a sentence about prisons, courts or the police."""
    if not any(word in lower for word in _CHILD_PERSON_WORDS) or _FIELD.search(lower) is None:
        return False
    return _has_beside(_CHILD_PERSON.finditer(lower), lower, Sentences(text, ()), _FIELD)


def _names_a_relative(text: str, lower: str) -> bool:
    if not any(word in lower for word in _RELATIVE_WORDS) or _PRISON.search(lower) is None:
        return False
    named = (one for one in _RELATIVE.finditer(text) if _NAMED_BEHIND.match(text, one.end()))
    apposed = _NAMED_BEFORE.finditer(text)
    return _has_beside(chain(named, apposed), lower, Sentences(text, ()), _PRISON)


def _tells_an_age(text: str, lower: str, told: int) -> bool:
    if told & AGE and any(one.search(lower) for one in (_BARE_AGE, _AGE_IN_WORDS, _TEENS, _MONTHS)):
        return True
    if not told & SMALL_FIGURE:
        return False
    if told & RELATIVE and _OF_A_RELATIVE.search(lower):
        return True
    if told & YEARS and any(_is_of_a_person(text, lower, *years.span()) for years in _YEARS.finditer(lower)):
        return True
    if told & YEARS and ((told & NOT_YET and _NOT_YET.search(lower)) or _tells_an_age_between_commas(text)):
        return True
    if any(_is_age(text, figure) for figure in _FIGURE.finditer(text)):
        return True
    if _SMALL_FIGURE_IN_BRACKETS.search(text) is None:
        return False
    return _has_beside(_SMALL_AGE.finditer(text), lower, Sentences(text, ()), _OF_A_FAMILY)


def _tells_an_age_between_commas(text: str) -> bool:
    return any(
        _NAME_AT_THE_END.search(text, max(0, years.start() - 40), years.start())
        for years in _YEARS_BETWEEN_COMMAS.finditer(text)
    ) or (_YOUNG.search(text) is not None)


def _is_of_a_person(text: str, lower: str, start: int, end: int) -> bool:
    before = lower[max(0, start - 40) : start]
    if before[-1:].isdigit() or before[-1:] in (".", ","):
        return False
    if bracket := _BRACKET_BEFORE.search(before):
        closed = lower[end : end + 2].lstrip().startswith(")")
        return closed and (bracket["who"] is not None or _is_somebody(text, max(0, start - 40) + bracket.start("open")))
    told = _AGE_BEFORE.search(before) is not None and _NO_AGE_BEFORE.search(before) is None
    return told and _NO_AGE_BEHIND.match(lower, end) is None


def _is_somebody(text: str, end: int) -> bool:
    """Whether a name, a token or a word for a person stands just before `end`: a battery's guarantee has years too."""
    before = _WORDS_BEFORE.search(text, max(0, end - 60), end)
    if before is None:
        return False
    return _NAMELIKE.fullmatch(before["word"]) is not None or _PERSON.fullmatch(before["word"].lower()) is not None


def _is_age(text: str, figure: re.Match[str]) -> bool:
    before = _WORDS_BEFORE.search(text, max(0, figure.start() - 60), figure.start())
    if before is None or _NAMELIKE.fullmatch(before["word"]) is None or before["word"].lower() in _NO_NAME_BEFORE:
        return False
    # One digit behind one word is a count of something: Melbourne (2).
    whole_name = before["first"] is not None and _NAMELIKE.fullmatch(before["first"]) is not None
    return len(figure["years"]) == 2 or whole_name or before["word"].isupper()


def _something_befell_a_child(text: str, lower: str, told: int) -> bool:
    if "anak" in lower and (_CHILD_IS.search(lower) or _CHILD_OF.search(lower)):
        return True
    if _VIOLENCE.search(lower):
        return True
    sentences = Sentences(text, ())
    for word in _SEXUAL_WORDS:
        place = lower.find(word)
        while place >= 0:
            if _CHILD_WORD.search(lower, *sentences.around(place)):
                return True
            place = lower.find(word, place + 200)
    if told & _PUPIL_WITH_A_DEED != _PUPIL_WITH_A_DEED:
        return False
    return _has_beside(_PUPIL.finditer(lower), lower, sentences, _DEED)


def _has_beside(children: Iterator[re.Match[str]], lower: str, sentences: Sentences, deed: re.Pattern[str]) -> bool:
    """What one child's sentence was searched for is not searched again for the next child in it."""
    searched = 0
    for child in children:
        start, end = sentences.around(child.start())
        if deed.search(lower, max(start, searched - _LONGEST_DEED), end):
            return True
        searched = max(searched, end)
    return False
