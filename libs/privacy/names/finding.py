"""The folded texts of one document → the stretches that name private persons, each with the class of their role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from libs.privacy.folding import Folded
from libs.privacy.names.cues import Cue, cues
from libs.privacy.names.linking import People, parts
from libs.privacy.names.mentions import Mention, by_place, read_mentions, told_mentions
from libs.privacy.names.reading import Words, read, sentences
from libs.privacy.names.roles import Neighbours, Told, told_role
from libs.privacy.names.screening import may_name_somebody
from libs.privacy.names.tagging import shipped_tagger
from libs.privacy.numbers import Found

Channel = Literal["news", "social", "unit_report", "release"]
_EVERY_NAME = frozenset({"unit_report", "release"})


def find_names(texts: Sequence[Folded], *, channel: Channel, child: bool) -> list[list[Found]]:
    """Per text, in order and without overlaps, offsets in the folded text. Office holders and public figures are left
    out. In child mode every name without an office, and every initial. Never raises, linear in the length."""
    read_texts = [_Reading(folded.text) for folded in texts]
    people = People()
    for reading in read_texts:
        for mention, told in reading.told.items():
            people.add(parts(reading.words, mention.start, mention.end), told.role)
    default = "anak" if child else "warga" if channel in _EVERY_NAME else ""
    return [list(_masked(reading, people, default)) for reading in read_texts]


class _Reading:
    """One text as far as it can be understood alone."""

    def __init__(self, text: str) -> None:
        self.words: Words = read(text)
        found: list[Cue] = cues(self.words.low)
        self.mentions = by_place(self._names(found))
        around = Neighbours(self.words, found, self.mentions)
        self.told: dict[Mention, Told] = {}
        for mention in self.mentions:
            self.told[mention] = told_role(mention, around, self.told)

    def _names(self, found: list[Cue]) -> Iterator[Mention]:
        tagger = shipped_tagger()
        yield from told_mentions(self.words, found)
        for first, last in sentences(self.words):
            if may_name_somebody(self.words.words[first:last], tagger):
                ranges = tagger.names(self.words.words[first:last])
                yield from read_mentions(self.words, ((first + start, first + end) for start, end in ranges))


def _masked(reading: _Reading, people: People, default: str) -> Iterator[Found]:
    words = reading.words
    for mention in reading.mentions:
        told = reading.told[mention]
        role = told.role or people.role_of(parts(words, mention.start, mention.end)) or default
        if role == "public":
            role = default
        if role and role != "office":
            yield Found(words.starts[mention.start], words.end(mention.end - 1), role)
