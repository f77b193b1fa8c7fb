"""Register numbers of inmates, case numbers of courts and e-mail addresses in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from libs.privacy.numbers import Found

# Up to three of these between two signs of one code; more between its parts, which have a dot or slash of their own.
_Z = r"[\s.\-]{0,3}"
_S = r"[\s.:_\-/]{0,8}"
_SLASH = r"[\s.\-]{0,4}/[\s.\-]{0,4}"
_D = "[0-9OolISB]"
# A look-alike letter begins a number only where no word ends in it (the o of No.).
_NUMBER = rf"(?:[0-9]|(?<![A-Za-z])[OolISB])(?:{_Z}{_D}){{0,5}}"
_FULL_YEAR = rf"[12l]{_Z}{_D}{_Z}{_D}{_Z}{_D}(?![0-9])"
_YEAR = rf"(?:{_FULL_YEAR}|{_D}{_Z}{_D}(?![0-9]))"


def _spaced(word: str) -> str:
    return _Z.join(word)


# A.I–A.V detainees by who holds them, B.I–B.III by length of sentence, C in place of a fine, D drunk or unruly.
_ROMAN = rf"(?:[Il]{_Z}[Vv]|[Vv]|[Il](?:{_Z}[Il]){{0,2}})"
_REGISTER = re.compile(
    rf"[AB](?<![A-Za-z].){_S}{_ROMAN}(?:{_Z}[ab])?{_S}(?:[Nn]{_Z}o(?:{_Z}mor)?{_S})?{_NUMBER}{_SLASH}{_YEAR}"
)
# C and D are single letters, and many papers have numbers like C.12/2025: only behind the word register.
_REGISTER_TOLD = re.compile(
    rf"\breg(?:ister)?\b\.?(?:\s{{1,3}}no(?:mor)?\.?)?{_S}"
    rf"(?P<code>(?:[A-D]{_S}(?:{_ROMAN})?(?:{_Z}[ab])?{_S}(?:no(?:mor)?{_S})?)?"
    rf"{_NUMBER}(?:{_SLASH}{_YEAR}|(?!{_Z}[0-9/])))",
    re.IGNORECASE,
)
_CASE = re.compile(
    rf"{_NUMBER}(?:{_SLASH}|\s{{1,3}}(?=P?K))(?:(?:P{_Z})?K{_SLASH})?"
    rf"(?:{_spaced('Pid')}|{_spaced('Pdt')}|{_spaced('JN')}|{_spaced('Prap')})[A-Za-z\s.\-]{{0,60}}?/{_Z}{_FULL_YEAR}"
    rf"(?:{_SLASH}(?:PN|PT|PA|MS|Dilmil|PTA)(?:[. ]{{0,2}}[A-Z][A-Za-z]{{1,11}}(?:[. ](?:Sel|Pst|Tim|Brt|Utr))?)?)?",
    re.IGNORECASE,
)
# What tells a case number from a date, however it is spaced: the cheap look.
_OF_A_CASE = re.compile(rf"[PpJj]{_Z}(?:[Ii]{_Z}[Dd]|[Dd]{_Z}[Tt]|[Nn]|[Rr]{_Z}[Aa])")
CHILD_CASE = re.compile(rf"{_spaced('Sus')}{_Z}{_spaced('Anak')}", re.IGNORECASE)

_AT = re.compile(r"@|[\[({]\s?at\s?[\])}]", re.IGNORECASE)
_LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}(?P<gap> {0,2})$")
# A full stop at the end of a sentence is no dot of a domain: blanks stand on both sides of a dot, or on none.
_DOT = r"(?:\.| {1,2}\. {1,2}|\s?[\[({]\s?(?:dot|titik)\s?[\])}]\s?)"
_DOMAIN = re.compile(
    rf"(?P<gap> {{0,2}})(?:[A-Za-z0-9\-]{{1,63}}{_DOT}){{1,4}}[A-Za-z]{{2,24}}(?![0-9])",
    re.IGNORECASE,
)


def cases(text: str) -> Iterator[Found]:
    if "/" in text and _OF_A_CASE.search(text):
        for match in _CASE.finditer(text):
            yield Found(match.start(), match.end(), "perkara")


def registers(text: str, lower: str) -> Iterator[Found]:
    if "/" in text:
        for match in _REGISTER.finditer(text):
            yield Found(match.start(), match.end(), "register")
    for match in _REGISTER_TOLD.finditer(text) if "reg" in lower else ():
        # Look-alike letters alone are a word, not a number.
        if any(sign.isdigit() for sign in match["code"]):
            yield Found(match.start("code"), match.end("code"), "register")


def mail_addresses(text: str) -> Iterator[Found]:
    """Looks from each at-sign 66 signs back and one domain on, so that its cost is linear."""
    for sign in _AT.finditer(text):
        back = max(0, sign.start() - 66)
        local = _LOCAL.search(text[back : sign.start()])
        domain = _DOMAIN.match(text, sign.end())
        # `kepada @akun.id` is a mention: a blank before the sign needs one behind it.
        if local and domain and not (local["gap"] and not domain["gap"] and sign.group() == "@"):
            yield Found(back + local.start(), domain.end(), "surel")
