"""How unlike each other the texts are: distinct 5-grams, and the share of items that have a near twin."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from services.classifier.training.corpus import load

NEAR = 0.6
_WORD = re.compile(r"\w+")
# A shingle of so many texts ("petugas lapas gagalkan") makes no pair worth comparing by itself.
_COMMON = 400


class Pair(NamedTuple):
    likeness: float
    one: int
    other: int


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def grams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """Runs of `size` words; a text shorter than that is one gram."""
    if len(words) < size:
        return [tuple(words)] if words else []
    return [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]


def near_pairs(sets: Sequence[frozenset[tuple[str, ...]]], least: float = NEAR) -> list[Pair]:
    """Every pair with a Jaccard likeness of at least `least`, nearest first; found over the grams they share."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, found in enumerate(sets):
        for gram in found:
            holders[gram].append(index)
    rare = (where for where in holders.values() if len(where) <= _COMMON)
    candidates = {pair for where in rare for pair in combinations(where, 2)}
    pairs = (Pair(len(sets[a] & sets[b]) / len(sets[a] | sets[b]), a, b) for a, b in candidates)
    return sorted((pair for pair in pairs if pair.likeness >= least), reverse=True)


def share_near(pairs: Iterable[Pair], items: int) -> float:
    return len({index for pair in pairs for index in (pair.one, pair.other)}) / items


def main() -> None:
    examples = load()
    texts = [words_of(f"{example.title} {example.lead}") for example in examples]
    fives = [gram for words in texts for gram in grams(words, 5)]
    print(f"items {len(examples)} · words {sum(map(len, texts))} · distinct words {len({w for t in texts for w in t})}")
    print(f"5-grams {len(fives)} · distinct {len(set(fives))} · {len(set(fives)) / len(fives):.3f}")
    for name, size in (("3-word shingles", 3), ("single words", 1)):
        pairs = near_pairs([frozenset(grams(words, size)) for words in texts], least=0.2)
        near = [pair for pair in pairs if pair.likeness >= NEAR]
        nearest = f", the nearest two {pairs[0].likeness:.2f}" if pairs else ""
        print(f"items with another at Jaccard ≥ {NEAR} by {name}: {share_near(near, len(texts)):.2%}{nearest}")
        for pair in near:
            one, other = examples[pair.one], examples[pair.other]
            print(f"  {pair.likeness:.2f}  {one.at} {one.title or one.lead} ⇔ {other.at} {other.title or other.lead}")


if __name__ == "__main__":
    main()
