"""Words → what they count as when two texts are compared: stems, synonym classes, rarity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import Stemmer

from services.classifier.normalising import fold

FOLDER = Path(__file__).parent / "data" / "same_event"
MOST_RARE = 8.0
_stem = lru_cache(maxsize=100_000)(Stemmer.Stemmer("indonesian").stemWord)


@dataclass(frozen=True, slots=True)
class Synonyms:
    """`phrases`: first word → following words → class; `words`: stem → class; `opposed`: which exclude each other."""

    words: dict[str, str]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    opposed: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class WordTable:
    """Stem → rarity: the logarithm of one in how many documents holds it. A stem not in it is as rare as the rarest."""

    rarities: dict[str, float]
    unseen: float

    def rarity(self, stem: str) -> float:
        return self.rarities.get(stem, self.unseen)


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
    """`stem rarity`, tab-separated; a line without a stem gives the rarity of those not listed."""
    rarities = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            stem, rarity = line.split("\t")
            rarities[stem] = float(rarity)
    return WordTable(rarities, rarities.pop("", MOST_RARE))


@lru_cache(maxsize=1)
def synonyms() -> Synonyms:
    return load_synonyms((FOLDER / "synonyms.txt").read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=1)
def word_table() -> WordTable:
    return read_words((FOLDER / "words.tsv").read_text(encoding="utf-8").splitlines())
