"""A cheap look at a sentence: may it name somebody at all? Only then the tagger reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def may_name_somebody(words: Sequence[str], low: Sequence[str], sorts: Mapping[str, str]) -> bool:
    """A word of the name list, or a capitalised one that is on no list of common words and places."""
    get = sorts.get
    for index, word in enumerate(low):
        sort = get(word, "U")
        if sort == "N" or sort == "A" or (sort == "U" and words[index][0].isalpha() and words[index][0].isupper()):
            return True
    return False
