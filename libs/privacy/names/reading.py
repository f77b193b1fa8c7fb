"""Folded text → words with their places, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from libs.privacy.names.wordlists import word_set

# A token of the gate is one word. A word may hold an apostrophe (Ma'ruf) and go on behind a hyphen at the end of a
# line (Sudi-⏎arta).
_WORD = re.compile(r"\[[A-Z]{2,12}\]|[^\W\d_]+(?:(?:['’`]|-\n {0,3}(?=[a-z]))[^\W\d_]+)*|[0-9]+|\n\s*|[^\w\s]")
_ENDS = frozenset(".!?;")
BREAK = "\n"
# A full stop behind these ends no sentence.
ABBREVIATED = word_set("abbreviated")


@dataclass(frozen=True, slots=True)
class Words:
    """One text: parallel lists, because a word is looked at in many ways and most of them once."""

    text: str
    words: list[str]
    low: list[str]
    starts: list[int]

    def end(self, index: int) -> int:
        return self.starts[index] + len(self.words[index])


def read(text: str) -> Words:
    matches = list(_WORD.finditer(text))
    words = [match[0] for match in matches]
    return Words(text, words, [word.lower() for word in words], [match.start() for match in matches])


def sentences(words: Words) -> Iterator[tuple[int, int]]:
    """Half-open ranges of words; an empty line always ends one, a full stop only where no abbreviation stands."""
    low, first = words.low, 0
    for index, word in enumerate(words.words):
        if word in _ENDS:
            before = low[index - 1] if index else ""
            if word == "." and (len(before) == 1 or before in ABBREVIATED) and not _opens_line(words, index + 1):
                continue
            # No blank behind it: 12.30, A.B., www.
            if word == "." and index + 1 < len(low) and words.starts[index + 1] == words.starts[index] + 1:
                continue
        elif not (word[0] == BREAK and word.count(BREAK) > 1):
            continue
        yield first, index + 1
        first = index + 1
    if first < len(low):
        yield first, len(low)


def _opens_line(words: Words, index: int) -> bool:
    return index < len(words.words) and words.words[index][0] == BREAK
