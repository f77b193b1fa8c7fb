"""Marked sentences → weights that tell a name's role by what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pycrfsuite

from libs.privacy.names.contexts import ROLES, context
from libs.privacy.names.cues import cues
from libs.privacy.names.mentions import Mention, how_it_stands
from libs.privacy.names.reading import read
from libs.privacy.names.roles import PRIVATE, Neighbours, Told, told_role, told_sides
from libs.privacy.training.corpus import Sentence

_SETTINGS = {"c1": 0.1, "c2": 0.1, "max_iterations": 150}
# The published texts are news of politics, sport and shows: whom they name is known to everybody.
_PUBLISHED = "tokoh"


def contexts(sentence: Sentence) -> Iterator[tuple[list[str], str]]:
    """Of every marked name, what stands around it, and its role."""
    words = read(sentence.text)
    mentions: dict[Mention, str] = {}
    for name in sentence.names:
        inside = [i for i, start in enumerate(words.starts) if name.start <= start < name.end]
        if inside:
            found = how_it_stands(words, inside[0], inside[-1] + 1)
            mentions[found] = _PUBLISHED if name.kind == "person" else name.kind
    around = Neighbours(words, cues(words.low), list(mentions))
    known: dict[Mention, Told] = {}
    for mention, role in mentions.items():
        left, right = told_sides(mention, around, known)
        known[mention] = told_role(mention, left, right)
        # A minister who is a suspect is tagged like all others: it would teach that suspects are readable.
        if sentence.names[0].kind == "person" and known[mention].role in PRIVATE.values():
            continue
        yield context(mention, around, left, right), role


def fit_roles(text: Iterable[Sentence], path: Path) -> None:
    """One item a sequence: a chain of one link is a logistic regression."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(_SETTINGS)
    for sentence in text:
        for attributes, role in contexts(sentence):
            trainer.append([[name.replace("\n", "¶") for name in attributes]], [role])
    trainer.train(str(path))


def role_weights(path: Path) -> Mapping[str, list[float]]:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    state: dict[str, list[float]] = {}
    for (attribute, label), weight in tagger.info().state_features.items():
        if abs(weight) >= 0.01:
            state.setdefault(attribute, [0.0] * len(ROLES))[ROLES.index(label)] = round(weight, 2)
    return dict(sorted(state.items()))
