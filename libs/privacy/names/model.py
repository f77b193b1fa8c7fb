"""The shipped weights and word list, checked against their recorded sha256."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from libs.privacy.names.features import OFFSETS, attributes

# Eight weights of roles in one whole number, each in its own bits: one addition adds all eight.
_BITS = 24
_HALF, _MASK = 1 << (_BITS - 1), (1 << _BITS) - 1
_HUNDREDTHS = 100


class WrongModelError(RuntimeError):
    """model.bin is not the file whose sha256 is recorded."""


@dataclass(frozen=True, slots=True)
class Joints:
    """What the words around a place say together with how its own word looks."""

    looks: dict[tuple[str, str], complex] = field(default_factory=dict)
    before: dict[str, complex] = field(default_factory=dict)
    two_before: dict[tuple[str, str], complex] = field(default_factory=dict)
    behind: dict[str, complex] = field(default_factory=dict)
    kinds: dict[tuple[str, str], complex] = field(default_factory=dict)

    def score(self, at: int, low: Sequence[str], looks: Sequence[str], kinds: Sequence[str]) -> complex:
        """In the order of features.joints. The sequences are padded by two at both ends."""
        before = low[at - 1]
        return (
            self.looks.get((looks[at - 1], looks[at + 1]), 0j)
            + self.before.get(before, 0j)
            + self.two_before.get((low[at - 2], before), 0j)
            + self.behind.get(low[at + 1], 0j)
            + self.kinds.get((kinds[at - 2], kinds[at - 1]), 0j)
        )


@dataclass(frozen=True, slots=True)
class Model:
    """`weights`: attribute of a word → B against O (real) and I (imaginary); `joints`: by look; `moves[from][to]` over
    O, B, I; `sorts`: word → N, A, C or P."""

    weights: Mapping[str, complex]
    joints: Mapping[str, Joints]
    moves: Sequence[Sequence[float]]
    sorts: Mapping[str, str]
    # Attribute of a context → the weights for contexts.ROLES, packed.
    roles: Mapping[str, int]


class WordScores:
    """How much a word speaks for B and I at each of five places."""

    def __init__(self, model: Model) -> None:
        self._weights = model.weights

    def of(self, word: str, how: str, sort: str) -> tuple[complex, ...]:
        """For a word that stands two before, one before, at, one behind, two behind the place."""
        get = self._weights.get
        return tuple(sum([get(name, 0j) for name in attributes(word, how, sort, offset)], 0j) for offset in OFFSETS)


def packed_roles(weights: Sequence[float]) -> int:
    return sum(round(weight * _HUNDREDTHS) << (_BITS * place) for place, weight in enumerate(weights))


def unpacked_roles(total: int, count: int) -> list[float]:
    """The sums of what was packed: shifted above zero first, so that no place borrows from the next."""
    total += sum(_HALF << (_BITS * place) for place in range(count))
    return [((total >> (_BITS * place) & _MASK) - _HALF) / _HUNDREDTHS for place in range(count)]


def _joints(weights: Mapping[str, complex]) -> Mapping[str, Joints]:
    """By the first letter that features.joints gives them."""
    found: dict[str, Joints] = {}
    for name, weight in weights.items():
        kind, told = name[0], name[1:]
        if kind == "x":
            here, _, rest = told.partition("|")
        elif kind == "j":
            left, here, right = told.split("|")
        else:
            rest, _, here = told.rpartition("|")
        joints = found.setdefault(here, Joints())
        if kind == "j":
            joints.looks[left, right] = weight
        elif kind == "v":
            joints.before[rest] = weight
        elif kind == "x":
            joints.behind[rest] = weight
        else:
            # The bar itself may be the word.
            bar = kind == "u" and rest[:1] == "|"
            first, _, second = ("|", "", rest[2:]) if bar else rest.partition("|")
            (joints.two_before if kind == "u" else joints.kinds)[first, second] = weight
    return found


def unpacked(content: bytes, recorded: str) -> Model:
    """Raises WrongModelError."""
    if hashlib.sha256(content).hexdigest() != recorded.split()[0]:
        raise WrongModelError("libs/privacy/names/model.bin does not have the sha256 recorded in model.sha256")
    told = json.loads(zlib.decompress(content))
    sorts = {word: sort for sort, words in told["words"].items() for word in words.split()}
    weights = {name: complex(*pair) for name, pair in told["weights"].items()}
    together = {name: weight for name, weight in weights.items() if name[0] in "jvuxy"}
    return Model(
        {name: weight for name, weight in weights.items() if name not in together},
        _joints(together),
        told["moves"],
        sorts,
        {name: packed_roles(pair) for name, pair in told.get("roles", {}).items()},
    )


@cache
def shipped() -> Model:
    """Read once, when the first text asks."""
    here = files("libs.privacy.names")
    return unpacked(here.joinpath("model.bin").read_bytes(), here.joinpath("model.sha256").read_text())
