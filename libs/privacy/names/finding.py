"""The folded texts of one document → the stretches that name private persons, each with the class of their role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Literal

from libs.privacy.folding import Folded
from libs.privacy.names.contexts import context
from libs.privacy.names.cues import Cue, cues
from libs.privacy.names.deciding import READABLE, Decision, decide, likelihoods
from libs.privacy.names.linking import People, named_again
from libs.privacy.names.mentions import Mention, aged_initials, by_place
from libs.privacy.names.reading import Words, read
from libs.privacy.names.remaining import letters_behind_roles
from libs.privacy.names.roles import Neighbours, Told, told_role, told_sides
from libs.privacy.names.spotting import Spotter, shipped_spotter
from libs.privacy.names.tagging import Tagger
from libs.privacy.numbers import Found

Channel = Literal["news", "social", "unit_report", "release"]
# Where every name goes.
_EVERY_NAME = frozenset({"unit_report", "release"})


def find_names(texts: Sequence[Folded], *, channel: Channel, child: bool) -> list[list[Found]]:
    """Per text, in order and without overlaps, offsets in the folded text. Office holders and public figures are left
    out. In child mode every name without an office, and every initial. Never raises, linear in the length."""
    every_name = child or channel in _EVERY_NAME
    spotter = shipped_spotter()
    tagger = spotter.tagger
    readings = [_Reading(folded.text, spotter, every_name=every_name, child=child) for folded in texts]
    people = People()
    for reading in readings:
        for mention, decision in reading.decisions.items():
            people.add(reading.words, mention, decision, every_name=every_name)
    return [_by_place(reading, people, tagger, child=child) for reading in readings]


def _by_place(reading: _Reading, people: People, tagger: Tagger, *, child: bool) -> list[Found]:
    found = [
        *_masked(reading, people, child=child),
        *named_again(reading.words, reading.mentions, people, tagger.sorts),
    ]
    return sorted(found, key=lambda one: one.start)


class _Reading:
    """One text as far as it can be understood alone."""

    def __init__(self, text: str, spotter: Spotter, *, every_name: bool, child: bool) -> None:
        tagger = spotter.tagger
        self.words: Words = read(text)
        found: list[Cue] = cues(self.words.low)
        # First: where two read the same letters, those a role tells of are surer.
        lettered = letters_behind_roles(self.words, found, tagger.sorts)
        aged = aged_initials(self.words, tagger.sorts)
        spotted = spotter.mentions(self.words, found, every_name=every_name, child=child)
        self.mentions = mentions = by_place(chain(lettered, aged, spotted), self.words)
        around = Neighbours(self.words, found, mentions)
        self.decisions: dict[Mention, Decision] = {}
        told: dict[Mention, Told] = {}
        for mention in mentions:
            left, right = told_sides(mention, around, told)
            told[mention] = told_role(mention, left, right)
            chances = partial(_chances, mention, around, left, right, tagger.roles)
            self.decisions[mention] = decide(
                mention,
                left,
                right,
                chances,
                every_name=every_name,
                field=around.field(mention.start),
            )


def _chances(mention: Mention, around: Neighbours, left: Told, right: Told, weights: Mapping[str, int]) -> list[float]:
    return likelihoods(context(mention, around, left, right), weights)


def _masked(reading: _Reading, people: People, *, child: bool) -> Iterator[Found]:
    words = reading.words
    for mention, decision in reading.decisions.items():
        role = decision.role
        if not decision.sure:
            role = people.role_of(words, mention, decision)
        if role != READABLE:
            if child and role == "warga":
                role = "anak"
            yield Found(words.starts[mention.start], words.end(mention.end - 1), role)
