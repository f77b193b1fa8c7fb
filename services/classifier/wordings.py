"""Words → what they count as when two texts are compared: stems, synonym classes, rarity, neighbours in meaning."""

from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt
from pathlib import Path
from struct import unpack

import Stemmer

from services.classifier.normalising import fold

FOLDER = Path(__file__).parent / "data" / "same_event"
_stem = lru_cache(maxsize=100_000)(Stemmer.Stemmer("indonesian").stemWord)


@dataclass(frozen=True, slots=True)
class Synonyms:
    """`phrases`: first word → following words → class; `words`: stem → class; `opposed`: which exclude each other."""

    words: dict[str, str]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    opposed: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Word:
    """One stem of the table: how rare, how often written as a name, and its place in meaning (unit length or empty)."""

    rarity: float
    name: float
    place: tuple[float, ...] = ()


@dataclass(slots=True)
class WordTable:
    """Stems with their figures; a stem that is not in it is as rare as the rarest and more often than not a name."""

    words: dict[str, Word]
    neighbours: dict[str, tuple[tuple[str, float], ...]]
    size: int
    unseen: Word = field(default_factory=lambda: Word(8.0, 0.6))

    def of(self, stem: str) -> Word:
        return self.words.get(stem, self.unseen)


def load_synonyms(lines: Iterable[str]) -> Synonyms:
    words: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    opposed: set[tuple[str, str]] = set()
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if "><" in line:
            left, right = (part.strip() for part in line.split("><"))
            opposed |= {(left, right), (right, left)}
            continue
        name, terms = line.split(":", 1)
        for term in terms.split(","):
            parts = fold(term).split()
            if len(parts) == 1:
                words.setdefault(_stem(parts[0]), name)
                words.setdefault(parts[0], name)
            else:
                phrases.setdefault(parts[0], []).append((tuple(parts[1:]), name))
    longest_first = {k: tuple(sorted(v, key=lambda p: -len(p[0]))) for k, v in phrases.items()}
    return Synonyms(words, longest_first, frozenset(opposed))


def stems_of(words: Sequence[str], synonyms: Synonyms) -> list[str]:
    """Each word as its stem or the class of its synonyms; a known phrase counts as one."""
    found: list[str] = []
    index, count = 0, len(words)
    known, phrases = synonyms.words, synonyms.phrases
    while index < count:
        word = words[index]
        index += 1
        for rest, name in phrases.get(word, ()):
            if tuple(words[index : index + len(rest)]) == rest:
                found.append(name)
                index += len(rest)
                break
        else:
            stem = _stem(word)
            found.append(known.get(word) or known.get(stem) or stem)
    return found


def read_words(lines: Iterable[str]) -> WordTable:
    """`stem rarity name place`, tab-separated; place: signed bytes in base64; then `~ stem other:0.71 ...`."""
    words: dict[str, Word] = {}
    neighbours: dict[str, tuple[tuple[str, float], ...]] = {}
    size = 0
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.rstrip("\n").split("\t")
        if parts[0] == "~":
            pairs = (entry.rsplit(":", 1) for entry in parts[2].split(" "))
            neighbours[parts[1]] = tuple((other, float(value)) for other, value in pairs)
            continue
        place = _unpacked(parts[3]) if len(parts) > 3 and parts[3] else ()
        size = max(size, len(place))
        words[parts[0]] = Word(float(parts[1]), float(parts[2]), place)
    return WordTable(words, neighbours, size)


def _unpacked(text: str) -> tuple[float, ...]:
    raw = b64decode(text)
    values = unpack(f"{len(raw)}b", raw)
    length = sqrt(sum(v * v for v in values)) or 1.0
    return tuple(v / length for v in values)


@lru_cache(maxsize=1)
def synonyms() -> Synonyms:
    return load_synonyms((FOLDER / "synonyms.txt").read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=1)
def word_table() -> WordTable:
    return read_words((FOLDER / "words.tsv").read_text(encoding="utf-8").splitlines())
