"""A cheap look at a sentence: may it name somebody at all? Only then the tagger reads it."""

from __future__ import annotations

from collections.abc import Sequence

from libs.privacy.names.tagging import Tagger


def may_name_somebody(words: Sequence[str], tagger: Tagger) -> bool:
    """A word of the name list, or a capitalised one that is on no list and no common word."""
    sorts = tagger.sorts
    return any(_is_suspect(word, sorts.get(word.lower(), "U")) for word in words)


def _is_suspect(word: str, sort: str) -> bool:
    if sort in "NA":
        return True
    return sort == "U" and word[0].isalpha() and word[0].isupper()
