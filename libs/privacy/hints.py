"""The cheap look before the dear expressions: what the words of a text may begin, told word by word and remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from libs.privacy.wordlists import words_of

# One bit for each list; `hints` puts those of all words of a text together.
CHILDISH, PUPIL, DEED, FIELD, CHILD_PERSON, SURE, RELATIVE, PRISON = (1 << bit for bit in range(8))
AGE, YEARS, SMALL_FIGURE, ADDRESS, ILLNESS, PERSON, SCHOOL, INITIALS, NOT_YET, FIGURE = (
    1 << bit for bit in range(8, 18)
)

# Substrings: a word that holds one of them.
_HELD = {
    CHILDISH: (
        "siswa", "siswi", "pelajar", "murid", "santri", "bocah", "balita", "bayi", "remaja", "abg", "anak", "gadis",
    ),
    AGE: ("usia", "umur"),
    YEARS: ("tahun", "thn", "th"),
    NOT_YET: ("belum", "keduanya", "ketiganya", "baru"),
    INITIALS: ("inisial", "sebut", "singkatan"),
    PERSON: (
        "napi", "narapidana", "wbp", "binaan", "tahanan", "terpidana", "terdakwa", "tersangka", "klien", "andikpas",
        "korban", "pelaku", "almarhum",
    ),
    ILLNESS: (
        "hiv", "aids", "odh", "sifilis", "raja", "gonore", "hepatitis", "tb", "tuber", "kusta", "kanker", "leukemia",
        "tumor", "ginjal", "cuci", "diabetes", "stroke", "epilep", "ayan", "skizo", "bipolar", "depresi", "gangguan",
        "jiwa", "odgj", "hamil", "mengandung", "berbadan", "keguguran", "aborsi", "covid", "kelamin", "jantung", "asma",
        "disabilitas", "mental", "tunagrahita", "autis",
    ),
}  # fmt: skip
_FIGURE = re.compile("[0-9]")
_SMALL_FIGURE = re.compile(r"(?<![0-9])(?:0?[0-9]|1[0-7])(?![0-9])")
_STREETS = ("jl", "jln", "jalan", "gg", "gang", "lorong", "lr", "lrg", "rt", "rw", "dusun", "dsn")
_ABBREVIATED_SCHOOLS = ("sd", "sdn", "smp", "smpn", "sma", "sman", "smk", "smkn", "mts", "mtsn", "man", "min")


def first_words(expression: str) -> str:
    """An expression for what a match of `expression` begins with, up to its first blank: it may match more, never less.
    Looks around are left out; inside a group a blank ends its alternative."""
    kept, depth, skipped_from, position = [], 0, 0, 0
    while position < len(expression):
        sign = expression[position]
        if sign == "(" and expression.startswith(("(?!", "(?=", "(?<"), position):
            position = _behind_group(expression, position)
            continue
        if sign == "\\":
            if expression[position + 1] == "s" and not skipped_from:
                sign = " "
            elif not skipped_from:
                kept.append(expression[position : position + 2])
            position += 1
        if sign == " " and not skipped_from:
            if depth == 0:
                break
            skipped_from = depth
        if skipped_from and depth == skipped_from and sign in "|)":
            skipped_from = 0
        if not skipped_from and sign not in " \\":
            kept.append(sign)
        depth += (sign == "(") - (sign == ")")
        position += 1
    return "".join(kept)


def _behind_group(expression: str, position: int) -> int:
    depth = 0
    for index in range(position, len(expression)):
        depth += (expression[index] == "(") - (expression[index] == ")")
        if depth == 0:
            return index + 1
    return len(expression)


def _beginnings(expressions: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{first_words(one)})" for one in expressions), re.IGNORECASE)


_BEGUN = {
    PUPIL: _beginnings(words_of("child_words")),
    DEED: _beginnings(words_of("deeds")),
    FIELD: _beginnings(words_of("child_fields")),
    CHILD_PERSON: _beginnings(words_of("child_people")),
    SURE: _beginnings(words_of("child_sure")),
    RELATIVE: _beginnings(
        [*words_of("child_relatives"), "anak", "putr[ai]", "cucu", "balita", "bayi", "bocah", "(?:ke)?ponakan", "ade"]
    ),
    PRISON: _beginnings(words_of("child_prisons")),
    ADDRESS: _beginnings(rf"(?:{word})(?![a-z])" for word in (*_STREETS, *map(first_words, words_of("villages")))),
    SCHOOL: _beginnings([*words_of("schools"), *_ABBREVIATED_SCHOOLS]),
}  # fmt: skip
_PARTS = re.compile(r"\w+")
# Bounded: a stream of ever new words must not fill the memory, nor one long one.
_MOST_WORDS, _LONGEST = 60_000, 40
_known: dict[str, int] = {}


def hints(lower: str) -> int:
    """Of a text in small letters: which lists may have something in it. Never misses one; may tell one too many."""
    told = 0
    for word in set(lower.split()):
        known = _known.get(word)
        if known is None:
            known = _of_word(word)
            if len(word) <= _LONGEST:
                if len(_known) > _MOST_WORDS:
                    _known.clear()
                _known[word] = known
        told |= known
    return told


def _of_word(word: str) -> int:
    """`word`: signs between blanks, perhaps several words with a dash or a slash between them."""
    told = 0
    for bit in _bits(word):
        told |= bit
    return told


def _bits(word: str) -> Iterator[int]:
    if _FIGURE.search(word):
        yield FIGURE
    if _SMALL_FIGURE.search(word):
        yield SMALL_FIGURE
    for bit, held in _HELD.items():
        if any(one in word for one in held):
            yield bit
    parts = [part.span() for part in _PARTS.finditer(word)]
    for bit, begun in _BEGUN.items():
        if any(begun.match(word, start) for start, _ in parts):
            yield bit
