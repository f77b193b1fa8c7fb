"""What a names model trained `--without test` does on that part, with counts (the shipped one has learnt it)."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from libs.privacy.folding import fold
from libs.privacy.names import find_names
from libs.privacy.names.features import manner
from libs.privacy.names.finding import Channel
from libs.privacy.names.reading import read, sentences
from libs.privacy.names.screening import may_name_somebody
from libs.privacy.names.tagging import shipped_tagger
from libs.privacy.training import perturbing
from libs.privacy.training.corpus import (
    TEST,
    TRAIN,
    Sentence,
    default_shared,
    labelled,
    listed_names,
    own_sentences,
    published,
)

CHANNELS: tuple[Channel, ...] = ("unit_report", "release", "news", "social")
# Who stays readable: office holders everywhere, public figures outside reports and releases.
_READABLE = {"pejabat": "pejabat", "tokoh": "tokoh"}
_WRITTEN: dict[str, perturbing.Change] = {
    "as written": lambda sentence, random: sentence,
    "small letters": lambda sentence, random: perturbing.small(sentence),
    "ALL CAPITALS": lambda sentence, random: perturbing.capitals(sentence),
    "Every Word Capitalised": lambda sentence, random: perturbing.headline(sentence),
    "initials": perturbing.with_initials,
    "typing errors": perturbing.with_typos,
    "broken lines": perturbing.broken_lines,
}


@dataclass(slots=True)
class Entities:
    """Exact matches of whole names; `covered`: names of which no letter is left outside what was found."""

    told: int = 0
    found: int = 0
    right: int = 0
    covered: int = 0

    def line(self) -> str:
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.told)
        mean = 2 * precision * recall / max(1e-9, precision + recall)
        return (
            f"P {precision:.3f} ({self.right}/{self.found})  R {recall:.3f} ({self.right}/{self.told})  F {mean:.3f}"
            f"  covered {self.covered / max(1, self.told):.3f}"
        )


@dataclass(slots=True)
class Roles:
    """Per class of the marks how many names there were and how many were masked whole; and masks where no name is."""

    told: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    elsewhere: int = 0

    def line(self) -> str:
        private = [kind for kind in self.told if kind not in _READABLE]
        masked, told = sum(self.masked[kind] for kind in private), sum(self.told[kind] for kind in private)
        kinds = "  ".join(f"{kind} {self.masked[kind]}/{self.told[kind]}" for kind in sorted(self.told))
        return (
            f"private masked {masked}/{told} = {masked / max(1, told):.3f}  {kinds}  masks on no name {self.elsewhere}"
        )


def test_sentences(part: str = TEST, *, other_names: bool = True) -> list[Sentence]:
    """Sentences whose template was not trained on; with `other_names`, names of the list that were not either."""
    random, names = Random(11), listed_names(part)
    told = own_sentences(part)
    return [perturbing.with_names(sentence, names, random) for sentence in told] if other_names else told


def count_entities(text: Iterable[Sentence]) -> Entities:
    counts, tagger = Entities(), shipped_tagger()
    for sentence in text:
        words = read(sentence.text)
        told = set(_ranges(labelled(sentence)[1]))
        found: set[tuple[int, int]] = set()
        for first, last in sentences(words):
            part = words.words[first:last]
            if may_name_somebody(part, words.low[first:last], tagger.sorts):
                found |= {(first + a, first + b) for a, b in tagger.names(part, manner(part))}
        inside = {index for start, end in found for index in range(start, end)}
        counts.told += len(told)
        counts.found += len(found)
        counts.right += len(told & found)
        counts.covered += sum(
            all(index in inside for index in range(start, end) if words.words[index][0].isalpha())
            for start, end in told
        )
    return counts


def count_roles(text: Iterable[Sentence], channel: Channel) -> Roles:
    """An office holder or public figure counts as masked when any letter is, a private person when all are."""
    counts = Roles()
    for sentence in text:
        found = find_names([fold(sentence.text)], channel=channel, child=False)[0]
        hidden = {place for one in found for place in range(one.start, one.end)}
        named: set[int] = set()
        for name in sentence.names:
            letters = {place for place in range(name.start, name.end) if sentence.text[place].isalnum()}
            named |= letters
            counts.told[name.kind] += 1
            whole = letters <= hidden if name.kind not in _READABLE else bool(letters & hidden)
            counts.masked[name.kind] += whole
        counts.elsewhere += sum(named.isdisjoint(range(one.start, one.end)) for one in found)
    return counts


def count_screen(text: Iterable[Sentence]) -> tuple[int, int, int, int]:
    """Sentences looked at, sentences the tagger reads, names in them, names in the ones it reads."""
    tagger, looked, read_on, told, kept = shipped_tagger(), 0, 0, 0, 0
    for sentence in text:
        words, labels = read(sentence.text), labelled(sentence)[1]
        for first, last in sentences(words):
            marked = may_name_somebody(words.words[first:last], words.low[first:last], tagger.sorts)
            names = sum(label == "B" for label in labels[first:last])
            looked, read_on = looked + 1, read_on + marked
            told, kept = told + names, kept + names * marked
    return looked, read_on, told, kept


def _ranges(labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = -1
    for index, label in enumerate((*labels, "O")):
        if start >= 0 and label != "I":
            yield start, index
            start = -1
        if label == "B":
            start = index


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m libs.privacy.training.measuring")
    parser.add_argument("--shared", type=Path, default=default_shared())
    parser.add_argument("--part", default=TEST, help="test or develop: of a model trained --without it")
    args = parser.parse_args(argv)
    swapped, plain = test_sentences(args.part), test_sentences(args.part, other_names=False)
    print(f"{len(own_sentences(TRAIN))} sentences to train on, {len(plain)} in this part; names of this part only")
    for name, written in _WRITTEN.items():
        random = Random(3)
        text = [written(sentence, random) for sentence in swapped]
        print(f"entities, {name}: {count_entities(text).line()}")
    print(f"entities, names as written by the authors: {count_entities(plain).line()}")
    for source in ("nerp", "nergrit"):
        told = list(published(args.shared / "ner", f"{source}_test_preprocess.txt"))
        print(f"entities, {source} test: {count_entities(told).line()}")
    for channel in CHANNELS:
        print(f"roles, {channel}: {count_roles(swapped, channel).line()}")
        print(f"roles, {channel}, names as written: {count_roles(plain, channel).line()}")
    looked, read_on, told_names, kept = count_screen([*swapped, *plain])
    print(f"pre-screen: {read_on}/{looked} sentences read, {kept}/{told_names} names in them = {kept / told_names:.4f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
