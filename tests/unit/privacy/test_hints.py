"""The cheap look never keeps an expression from a text in which it would have found something."""

from __future__ import annotations

import re

import pytest

from libs.privacy import childhood, health, homes, traces
from libs.privacy.hints import (
    ADDRESS,
    CHILD_PERSON,
    DEED,
    FIELD,
    ILLNESS,
    INITIALS,
    PRISON,
    PUPIL,
    RELATIVE,
    SCHOOL,
    SURE,
    YEARS,
    first_words,
    hints,
)
from libs.privacy.training.corpus import DEVELOP, TEST, TRAIN, own_sentences

_DEAR = {
    "child_person": (CHILD_PERSON, childhood._CHILD_PERSON),
    "field": (FIELD, childhood._FIELD),
    "sure": (SURE, childhood._SURE),
    "deed": (DEED, childhood._DEED),
    "pupil": (PUPIL, childhood._PUPIL),
    "prison": (PRISON, childhood._PRISON),
    "relative": (RELATIVE, childhood._RELATIVE),
    "apposed relative": (RELATIVE, childhood._NAMED_BEFORE),
    "years": (YEARS, childhood._YEARS),
    "street": (ADDRESS, homes._STREET),
    "place": (ADDRESS, homes._SMALL_PLACE),
    "village": (ADDRESS, homes._SMALL_VILLAGE),
    "illness": (ILLNESS, health._ILLNESS),
    "school": (SCHOOL, traces._SCHOOL),
    "school in small letters": (SCHOOL, traces._SMALL_SCHOOL),
    "initials": (INITIALS, traces._INITIALS_TOLD),
}
_TEXTS = [sentence.text for sentence in own_sentences(TRAIN, DEVELOP, TEST)]


@pytest.mark.parametrize("kind", _DEAR)
def test_what_an_expression_finds_was_hinted_at(kind: str) -> None:
    bit, dear = _DEAR[kind]
    found = [text for text in _TEXTS if dear.search(text) or dear.search(text.lower())]
    assert found
    assert [text for text in found if not hints(text.lower()) & bit] == []


@pytest.mark.parametrize(
    ("expression", "begins"),
    [
        ("wali kelas", "wali"),
        ("(?:masih |baru )?duduk di", "(?:masih|baru)?duduk"),
        (r"gadis (?:kecil|\d)", "gadis"),
        ("(?:masih|kelas \\w{1,4},?) (?:sd|smp)", "(?:masih|kelas)"),
        (r"anak\b(?!-anak) nakal", r"anak\b"),
        (r"(?:di|pen)culik\w*", r"(?:di|pen)culik\w*"),
    ],
)
def test_the_first_word_of_an_expression(expression: str, begins: str) -> None:
    assert first_words(expression) == begins
    assert re.compile(begins)


def test_words_between_other_signs_are_seen() -> None:
    assert hints('"(siswa/korban)"') & PUPIL
    assert not hints("cuaca cerah di pantai") & (PUPIL | DEED | FIELD | ADDRESS)
