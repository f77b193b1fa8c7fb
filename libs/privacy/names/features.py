"""What the tagger looks at: attributes of a word at its place and beside it. Training and reading share these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from libs.privacy.names.cues import KINDS
from libs.privacy.names.reading import BREAK

# How a sentence is written decides what a capital letter is worth.
NORMAL, SMALL, CAPITALS, HEADLINE = "nsch"
START, END = "<s>", "</s>"
OFFSETS = (-2, -1, 0, 1, 2)
LABELS = ("O", "B", "I")


def manner(words: Sequence[str]) -> str:
    """Of one sentence: normal, all small letters, all capitals, or a headline with every word capitalised."""
    long = [word for word in words if len(word) > 3 and word[0].isalpha()]
    long = long or [word for word in words if word[0].isalpha()]
    capital = sum([word[0].isupper() for word in long])
    # Nearly all sentences are told by now.
    if 0 < capital < 0.7 * len(long):
        return NORMAL
    if capital == 0:
        letters = sum([word[0].isalpha() for word in words])
        return SMALL if letters > 1 or letters == len(words) else NORMAL
    if len(long) >= 2 and sum([word.isupper() for word in long]) >= 0.8 * len(long):
        return CAPITALS
    # Words like dari and untuk stay small in a headline; a verb does not.
    verbs = any(word[0].islower() for word in long if len(word) > 5)
    return HEADLINE if len(long) >= 4 and not verbs else NORMAL


def shape(word: str, how: str) -> str:
    if word in (START, END):
        return "<"
    first = word[0]
    if first.isdigit():
        return "4" if len(word) == 4 else "2" if len(word) == 2 else "d"
    if not first.isalpha():
        return "¶" if first == BREAK else first if first in ".,()\"'-:/&" else "?"
    if how != NORMAL:
        return how + ("1" if len(word) == 1 else "")
    if not first.isupper():
        return "x"
    if len(word) == 1:
        return "I"
    return "X" if word[1:].islower() else "A" if word.isupper() else "M"


def small(word: str) -> str:
    """A word in small letters; a line break is a sign that a file of attributes can hold."""
    return "¶" * word.count(BREAK) if word[0] == BREAK else word.lower()


def attributes(word: str, how: str, sort: str, offset: int) -> Iterator[str]:
    """`sort`: what the word list says of the word (N name, A both, C common, P place, U unknown)."""
    low = "".join(small(word).split())
    form, here, kind = shape(word, how), f"{offset}:", KINDS.get(low)
    yield f"{here}w{low}"
    yield f"{here}h{form}"
    yield f"{here}g{sort}"
    if kind:
        yield f"{here}c{kind}"
    if not low[0].isalpha() or form == "<":
        return
    if offset == 0:
        yield f"{here}p{low[:2]}"
        yield f"{here}q{low[:3]}"
        yield f"{here}r{low[-2:]}"
        yield f"{here}t{low[-4:]}"
        yield f"{here}l{min(len(low), 12)}{how}"
        yield f"{here}k{how}{form}{sort}"
    if abs(offset) <= 1:
        yield f"{here}s{low[-3:]}"
        yield f"{here}b{form}{sort}{kind or ''}"


def joints(at: int, low: Sequence[str], looks: Sequence[str]) -> tuple[str, ...]:
    """Of a place: what only the words around it say together. `low` and `looks` are padded by two at both ends."""
    here = looks[at]
    return (
        f"j{looks[at - 1]}|{here}|{looks[at + 1]}",
        f"v{low[at - 1]}|{here}",
        f"u{low[at - 2]}|{low[at - 1]}|{here}",
        f"x{here}|{low[at + 1]}",
        f"y{KINDS.get(low[at - 2], '')}|{KINDS.get(low[at - 1], '')}|{here}",
    )


def look(word: str, how: str, sort: str) -> str:
    return shape(word, how) + sort
