"""model.bin → weights and word lists; a file that is not the one recorded beside it is refused."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from libs.privacy.names.features import OFFSETS, attributes

_NOTHING = (0.0, 0.0)


class WrongModelError(RuntimeError):
    """model.bin is not the file whose sha256 is recorded."""


@dataclass(frozen=True, slots=True)
class Model:
    """`weights`: attribute → (B, I) against O; `moves[from][to]` over O, B, I; `sorts`: word → N, A, C or P."""

    weights: Mapping[str, Sequence[float]]
    moves: Sequence[Sequence[float]]
    sorts: Mapping[str, str]
    # Attribute of a context → one weight for each of contexts.ROLES.
    roles: Mapping[str, Sequence[float]]


class WordScores:
    """How much a word speaks for B and I at each of five places."""

    def __init__(self, model: Model) -> None:
        self._weights = model.weights

    def of(self, word: str, how: str, sort: str) -> tuple[float, ...]:
        """B and I for a word that stands two before, one before, at, one behind, two behind the place."""
        scores: list[float] = []
        for offset in OFFSETS:
            told = [self._weights.get(name, _NOTHING) for name in attributes(word, how, sort, offset)]
            scores += [sum(one[0] for one in told), sum(one[1] for one in told)]
        return tuple(scores)


def unpacked(content: bytes, recorded: str) -> Model:
    """Raises WrongModelError."""
    if hashlib.sha256(content).hexdigest() != recorded.split()[0]:
        raise WrongModelError("libs/privacy/names/model.bin does not have the sha256 recorded in model.sha256")
    told = json.loads(zlib.decompress(content))
    sorts = {word: sort for sort, words in told["words"].items() for word in words.split()}
    return Model(
        {name: tuple(pair) for name, pair in told["weights"].items()}, told["moves"], sorts, told.get("roles", {})
    )


@cache
def shipped() -> Model:
    """Read once, when the first text asks."""
    here = files("libs.privacy.names")
    return unpacked(here.joinpath("model.bin").read_bytes(), here.joinpath("model.sha256").read_text())
