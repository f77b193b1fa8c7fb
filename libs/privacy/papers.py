"""Numbers of papers beside the identity card: tax number, health insurance, passport, and plates of vehicles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from libs.privacy.keywords import Keywords
from libs.privacy.numbers import Found, Run
from libs.privacy.wordlists import words_of

# A tax number as it is printed, 01.234.567.8-901.000: no other number has these groups.
_NPWP_GROUPS = (2, 5, 8, 9, 12, 15)
_NPWP_LENGTHS = (15, 16)
_BPJS_LENGTHS = (13, 11)

_PASSPORT_WORD = re.compile(r"\b(?:paspor|passport|dokumen perjalanan|splp)\b(?!\])")
# Our own: one or two letters and six or seven digits. Others': eight or nine signs, most of them digits.
_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9\[])(?:[A-Za-z](?:[\s.\-]{0,2}[A-Za-z])?(?:[\s.\-]{0,3}[0-9OolISB]){6,7}|[0-9]{8,9}|[A-Z0-9]{2}[0-9]{6,7})"
    r"(?![A-Za-z0-9])"
)
_PASSPORT_BEFORE, _PASSPORT_AFTER, _NEXT_PASSPORT = 30, 70, 25

# Letters of the police's regions; what follows them by law: one to four digits, up to three letters.
_REGIONS = (
    "A|B|D|E|F|G|H|K|L|M|N|P|R|S|T|W|Z|AA|AB|AD|AE|AG|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|CC|CD|DA|DB|DC|DD|DE|DG|DH"
    "|DK|DL|DM|DN|DP|DR|DS|DT|DW|EA|EB|ED|KB|KH|KT|KU|PA|PB|PG|PS|PT|PY"
)
_REGIONS_SET = frozenset(_REGIONS.split("|"))
_Z = r"[\s.\-]{0,3}"
_PLATE = re.compile(
    rf"(?P<region>[A-Z]{{1,2}})(?P<gap>{_Z})(?P<digits>[1-9](?:{_Z}[0-9]){{0,3}})(?P<last>{_Z})"
    rf"(?P<series>[A-Z](?:[ .\-]?[A-Z]){{0,2}})(?![A-Za-z0-9\]])"
)
_PLATE_TOLD = re.compile(
    rf"(?<![A-Za-z0-9\[])(?:{_REGIONS}){_Z}[1-9OolISB](?:{_Z}[0-9OolISB]){{0,3}}{_Z}"
    r"(?:[A-Z](?:[ .\-]?[A-Z]){0,2})?(?![A-Za-z0-9\]])",
    re.IGNORECASE,
)
# What stands behind a number without being the series of a plate.
_NO_SERIES = frozenset(words_of("no_series"))
_PLATE_WORD = re.compile(
    r"(?<!\[)\b(?:(?:ber)?nopol|no\.? ?pol|nomor (?:polisi|kendaraan)|(?:ber)?pe?lat(?: nomor)?|tnkb)\b(?!\])"
)
_PLATE_BEHIND = 40


def tax_numbers(run: Run, words: Keywords) -> Iterator[Found]:
    """Printed in its groups it needs no keyword; 15 or 16 digits in another form need one."""
    for index, first in enumerate(run.edges[:-1]):
        last = _in_printed_groups(run, index)
        if last is None:
            last = _told(run, words, first, "npwp", _NPWP_LENGTHS)
        if last is not None:
            yield Found(*run.span(first, last), "npwp")


def _in_printed_groups(run: Run, index: int) -> int | None:
    first = run.edges[index]
    if run.edges[index + 1] != first + 2 or first + 15 not in run.edge_set:
        return None
    edges = run.edges[index + 1 : index + 7]
    if tuple(edge - first for edge in edges) != _NPWP_GROUPS:
        return None
    # An edge may also be a look-alike letter; the printed groups have a sign between them.
    return first + 15 if all(run.starts[edge] > run.ends[edge - 1] for edge in edges[:-1]) else None


def insurance_numbers(run: Run, words: Keywords) -> Iterator[Found]:
    """13 digits of the health insurance, 11 of the workers', behind their word; a mobile number stays one."""
    for first in run.edges[:-1]:
        if run.digits[first : first + 2] == "08" and run.digits[first + 2 : first + 3] != "0":
            continue
        last = _told(run, words, first, "bpjs", _BPJS_LENGTHS)
        if last is not None:
            yield Found(*run.span(first, last), "bpjs")


def _told(run: Run, words: Keywords, first: int, kind: str, lengths: tuple[int, ...]) -> int | None:
    last = next((first + length for length in lengths if first + length in run.edge_set), None)
    if last is None or run.real_digits(first, last) < 3:
        return None
    return last if words.say_paper(kind, *run.span(first, last)) else None


def passports(text: str, lower: str) -> Iterator[Found]:
    """Only near their word, one behind the other in a list."""
    if "paspor" not in lower and "passport" not in lower and "splp" not in lower and "dokumen perj" not in lower:
        return
    taken = 0
    for word in _PASSPORT_WORD.finditer(lower):
        start = max(taken, word.start() - _PASSPORT_BEFORE)
        end = word.end() + _PASSPORT_AFTER
        while match := _PASSPORT.search(text, start, end):
            yield Found(match.start(), match.end(), "paspor")
            start = taken = match.end()
            end = max(end, match.end() + _NEXT_PASSPORT)


def plates(text: str, lower: str, words: Keywords) -> Iterator[Found]:
    """Capitals as they are printed, or in any writing behind the word for a plate."""
    for match in _PLATE.finditer(text):
        if _is_plate(match, words):
            yield Found(match.start(), match.end(), "pelat")
    if "pol" not in lower and "lat" not in lower and "tnkb" not in lower:
        return
    taken = 0
    for word in _PLATE_WORD.finditer(lower):
        told = _PLATE_TOLD.search(text, max(taken, word.end()), word.end() + _PLATE_BEHIND)
        if told and any(sign.isdigit() for sign in told.group()):
            taken = told.end()
            yield Found(told.start(), told.end(), "pelat")


def _is_plate(match: re.Match[str], words: Keywords) -> bool:
    """Four digits and two letters of a series stand for themselves; a shorter one needs a vehicle before it."""
    before = match.string[match.start() - 1 : match.start()]
    if match["region"] not in _REGIONS_SET or before.isalnum() or before in ("/", "[", "-", "."):
        return False
    series = "".join(filter(str.isalpha, match["series"]))
    digits = sum(map(str.isdigit, match["digits"]))
    if series in _NO_SERIES or "\n" in match.group():
        return False
    if words.say_vehicle(match.start()) and (match["gap"] or digits >= 3):
        return True
    is_year = match["digits"].startswith(("19", "20")) and digits == 4
    return digits >= (3 if match["gap"] else 4) and len(series) >= 2 and not is_year
