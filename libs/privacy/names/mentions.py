"""Words of a text → stretches that are the name of a person, before anyone asks who that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from libs.privacy.names.cues import KINDS, Cue
from libs.privacy.names.reading import BREAK, Words
from libs.privacy.names.wordlists import word_set

_INSIDE = word_set("inside a name")
_BEFORE_A_NAME = frozenset(
    {"wbp", "tahanan", "keluarga", "anak", "warga", "petugas", "office", "rank", "title", "honorific", "alias", "named"}
)
_TITLES = frozenset({"title", "honorific", "rank", "pol", "office"})
_LONGEST = 7


@dataclass(frozen=True, slots=True)
class Mention:
    """Half-open, in words. `how`: read (as a name), bin, alias or initial."""

    start: int
    end: int
    how: str


def told_mentions(words: Words, cues: list[Cue], sorts: Mapping[str, str]) -> Iterator[Mention]:
    """Names that a word in front announces: capitals behind it, letters behind `inisial`, `bin` between two words."""
    for cue in cues:
        if cue.kind == "initial":
            end = _initials_end(words, cue.end)
            if end > cue.end:
                yield Mention(cue.end, end, "initial")
        elif cue.kind == "bin":
            yield from _around_bin(words, cue)
        elif cue.kind in _BEFORE_A_NAME:
            start = _past_punctuation(words, cue.end)
            end = _capitals_end(words, start, sorts)
            if end > start:
                yield Mention(start, end, "alias" if cue.kind == "alias" else "read")


def _around_bin(words: Words, cue: Cue) -> Iterator[Mention]:
    """Up to two capitalised words on either side, whatever the sentence is written in."""
    start, end = cue.start, cue.end
    while start > max(0, cue.start - 2) and _may_be_name(words.words[start - 1]):
        start -= 1
    while end < min(len(words.words), cue.end + 2) and _may_be_name(words.words[end]):
        end += 1
    if start < cue.start and end > cue.end:
        yield Mention(start, end, "bin")


def _may_be_name(word: str) -> bool:
    return _is_capital(word) and word.lower() not in KINDS


def read_mentions(words: Words, ranges: Iterable[tuple[int, int]]) -> Iterator[Mention]:
    """What the tagger took for names, without a title in front and a full stop behind."""
    for start, end in ranges:
        while start < end and (KINDS.get(words.low[start]) in _TITLES or not words.words[start][0].isalpha()):
            start += 1
        while end > start and not _closes_a_name(words, end - 1):
            end -= 1
        if end > start:
            yield how_it_stands(words, start, end)


def _closes_a_name(words: Words, index: int) -> bool:
    """A full stop belongs to the initial before it."""
    return words.words[index][0].isalpha() or (words.words[index] == "." and len(words.words[index - 1]) == 1)


def how_it_stands(words: Words, start: int, end: int) -> Mention:
    """With `alias`, `bin` or `inisial` in it or in front of it."""
    before = KINDS.get(words.low[start - 1], "") if start else ""
    return Mention(start, end, before if before in ("alias", "initial") else _how(words, start, end))


def _how(words: Words, start: int, end: int) -> str:
    return "bin" if not _INSIDE.isdisjoint(words.low[start:end]) else "read"


def _past_punctuation(words: Words, index: int) -> int:
    while index < len(words.words) and words.words[index] in {":", ",", ".", '"', "'", "“", "("}:
        index += 1
    return index


def _is_capital(word: str) -> bool:
    return word[0].isupper() and word[0].isalpha()


def _capitals_end(words: Words, start: int, sorts: Mapping[str, str]) -> int:
    """Capitalised words of which none is a common word, a place or an abbreviation in capitals."""
    index = end = start
    while index < len(words.words) and index < start + _LONGEST:
        word = words.words[index]
        if _is_capital(word) and not word.isupper() and sorts.get(words.low[index], "U") in "NU":
            end = index + 1
        elif not (index > start and words.low[index] in _INSIDE):
            break
        index += 1
    return end


def _initials_end(words: Words, start: int) -> int:
    """Letters with or without full stops between them: S, MR, A.B."""
    index = end = start
    while index < len(words.words) and index < start + 8:
        word = words.words[index]
        if word.isalpha() and len(word) <= 3 and (word.isupper() or len(word) == 1):
            end = index + 1
        elif not (word == "." and index > start):
            break
        index += 1
    if end < len(words.words) and words.words[end] == "." and end > start + 1:
        end += 1
    return end


def crosses_a_break(words: Words, start: int, end: int) -> bool:
    return any(word[0] == BREAK and word.count(BREAK) > 1 for word in words.words[start:end])


def by_place(mentions: Iterator[Mention]) -> list[Mention]:
    """In order, none inside another: the longer one stays."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda one: (one.start, -one.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept
