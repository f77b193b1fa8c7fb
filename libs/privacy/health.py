"""Words of illness and pregnancy where they are told of a person, not of a programme."""

from __future__ import annotations

import re
from collections.abc import Iterator

from libs.privacy.numbers import Found
from libs.privacy.sentences import Sentences
from libs.privacy.wordlists import either

_ILLNESS = re.compile(
    r"\b(?:(?:positif|mengidap|menderita|penderita|pengidap|terinfeksi|terjangkit)\s)?"
    rf"(?:(?P<stigma>{either('stigma')})|{either('illness')})(?!\w)"
)
# One person, though without a name: with the unit and the day it is known who.
_INMATE = (
    r"(?:narapidana|napi|wbp|warga binaan|tahanan|anak binaan|terpidana|terdakwa|tersangka|klien|andikpas|korban|pelaku"
    r"|almarhum(?:ah)?)"
)
_ONE_PERSON = re.compile(
    rf"\b(?:seorang|satu orang|salah (?:satu|seorang)|[1-3] orang)\s(?:\w+\s)?{_INMATE}\b"
    rf"|\b{_INMATE}\s(?:tersebut|itu|ini|tsb|yang bersangkutan|berinisial|inisial|bernama|mengidap|menderita|positif"
    r"|sedang hamil|hamil|mengalami)\b"
)
_SAME_PERSON = re.compile(
    r"\b(?:ia|dia|beliau|yang bersangkutan|ybs|almarhum(?:ah)?|korban|pelaku|tersangka|terdakwa|pasien)\b"
)
# The sentence behind one that names somebody goes on about them.
_BACK = 400
# Programmes and figures about many: nobody is meant.
_MANY = re.compile(rf"\b(?:{either('programmes')})\b")


def health(lower: str, sentences: Sentences, *, tells_of_people: bool, child: bool) -> Iterator[Found]:
    """Asked after the names: who is masked in a sentence makes its illness one of a person. `tells_of_people`: of
    inmates or victims without a name."""
    if not (child or tells_of_people or sentences.names_anybody()):
        return
    for match in _ILLNESS.finditer(lower):
        start, end = sentences.around(match.start())
        sentence = lower[start:end]
        if (
            sentences.person_between(start, end)
            or _goes_on_about_somebody(sentence, sentences, start)
            or (match["stigma"] and _is_about_one(sentence, child=child))
        ):
            yield Found(match.start(), match.end(), "kesehatan")


def _goes_on_about_somebody(sentence: str, sentences: Sentences, start: int) -> bool:
    return sentences.person_between(max(0, start - _BACK), start) and _SAME_PERSON.search(sentence) is not None


def _is_about_one(sentence: str, *, child: bool) -> bool:
    if _MANY.search(sentence):
        return False
    return bool(_ONE_PERSON.search(sentence) or (child and _SAME_PERSON.search(sentence)))
