"""Examples → which of five parts each is held out in; near-duplicates are never on both sides."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from services.classifier.normalising import read
from services.classifier.training.corpus import Example

PARTS: Final = 5
# Shared five-letter pieces of the shorter text: above this two texts tell the same in nearly the same words.
_ALIKE: Final = 0.35
_COMMON: Final = 200


def parts_of(examples: Sequence[Example]) -> list[int]:
    """Decided by the first text of each group of near-duplicates alone: further text moves nothing."""
    group = groups_of(examples)
    return [_part(examples[first]) for first in group]


def groups_of(examples: Sequence[Example]) -> list[int]:
    """For each example the number of the example that stands for its group."""
    pieces = [_pieces(example) for example in examples]
    where: dict[str, list[int]] = defaultdict(list)
    for number, of_it in enumerate(pieces):
        for piece in of_it:
            where[piece].append(number)
    parent = list(range(len(examples)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for number, of_it in enumerate(pieces):
        shared = Counter(n for piece in of_it if len(where[piece]) < _COMMON for n in where[piece] if n < number)
        for other, count in shared.items():
            if count > _ALIKE * min(len(of_it), len(pieces[other])):
                a, b = sorted((root(number), root(other)))
                parent[b] = a
    return [root(number) for number in range(len(examples))]


def _pieces(example: Example) -> set[str]:
    text = " ".join(read(example.title, example.lead).words)
    return {text[i : i + 5] for i in range(max(1, len(text) - 4))}


def _part(example: Example) -> int:
    return hashlib.sha256(f"{example.title}|{example.lead}".encode()).digest()[0] % PARTS
