"""Files of sentences → words with labels: our own with marks, and the published sets of words and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from libs.privacy.names.reading import read

HERE = Path(__file__).parent
SENTENCES, NAMES = HERE / "sentences", HERE / "names"
# Not in the repository: what the tags of published texts and the word lists are read from.
_SHARED = HERE.parents[2].parent / "shared" / "data"
MARK = re.compile(r"\[(wbp|tahanan|keluarga|anak|warga|petugas|pejabat|tokoh) ([^\[\]]+)\]")
_PERSON = ("PPL", "PERSON")
_PLACE = ("PLC", "PLACE")


def default_shared() -> Path:
    return _SHARED


@dataclass(frozen=True, slots=True)
class Named:
    """Half-open, in characters."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    names: tuple[Named, ...]


TRAIN, DEVELOP, TEST = "train", "develop", "test"


def part_of(text: str) -> str:
    """Two thirds to train on, a sixth to choose by, a sixth to measure on; by the text alone, so that none moves."""
    sixth = blake2b(text.encode(), digest_size=4).digest()[0] % 6
    return DEVELOP if sixth == 0 else TEST if sixth == 1 else TRAIN


def marked_sentence(line: str) -> Sentence:
    text, names, position = "", [], 0
    for mark in MARK.finditer(line):
        text += line[position : mark.start()]
        names.append(Named(len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        position = mark.end()
    return Sentence(text + line[position:], tuple(names))


def template(line: str) -> str:
    """The line without its names: two lines that differ only in them belong together."""
    return MARK.sub(r"[\1]", line)


def own_sentences(*parts: str) -> list[Sentence]:
    return [
        marked_sentence(line)
        for path in sorted(SENTENCES.glob("*.txt"))
        for line in map(str.strip, path.read_text(encoding="utf-8").splitlines())
        if line and not line.startswith("#") and part_of(template(line)) in parts
    ]


def listed_names(*parts: str) -> list[str]:
    return [
        name
        for path in sorted(NAMES.glob("*.txt"))
        for name in map(str.strip, path.read_text(encoding="utf-8").splitlines())
        if name and not name.startswith("#") and part_of(name) in parts
    ]


def published(folder: Path, name: str) -> Iterator[Sentence]:
    """nerp and nergrit: one word and tag a line, an empty line between sentences; blanks put back between words."""
    text, names, open_name = "", list[Named](), False
    for line in [*(folder / name).read_text(encoding="utf-8").splitlines(), ""]:
        word, _, tag = line.rstrip("\n").rpartition("\t")
        if not line.strip():
            if text:
                yield Sentence(text, tuple(names))
            text, names, open_name = "", [], False
            continue
        person = tag[2:] in _PERSON
        start = len(text) + bool(text)
        text = f"{text} {word}" if text else word
        if person and tag[0] == "I" and open_name:
            names[-1] = Named(names[-1].start, len(text), "person")
        elif person:
            names.append(Named(start, len(text), "person"))
        open_name = person


def published_places(folder: Path, name: str) -> Iterator[str]:
    """Words the published tags call a place; countries and cities of the world are in no list of regions."""
    for line in (folder / name).read_text(encoding="utf-8").splitlines():
        word, _, tag = line.rpartition("\t")
        if tag[2:] in _PLACE:
            yield word


def labelled(sentence: Sentence) -> tuple[list[str], list[str]]:
    words = read(sentence.text)
    labels = ["O"] * len(words.words)
    for name in sentence.names:
        inside = [i for i, start in enumerate(words.starts) if name.start <= start < name.end]
        for place, index in enumerate(inside):
            labels[index] = "B" if place == 0 else "I"
    return words.words, labels


def words_of(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield from (word.lower() for word in read(name).words if word[0].isalpha())
