"""The words that tell who a person is: lists of phrases, and where they stand in a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from libs.privacy.names.reading import read
from libs.privacy.names.wordlists import sections


@dataclass(frozen=True, slots=True)
class Cue:
    """Half-open, in words."""

    start: int
    end: int
    kind: str


def _phrases() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """First word → what may follow it and what that means, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in ("cues.txt", "offices.txt"):
        for kind, lines in sections(name).items():
            for first, *rest in (read(line).low for line in lines):
                found.setdefault(first, []).append((tuple(rest), kind))
    return {word: tuple(sorted(rests, key=lambda rest: -len(rest[0]))) for word, rests in found.items()}


_CUES = _phrases()
KINDS: Mapping[str, str] = {word: rests[-1][1] for word, rests in _CUES.items() if not rests[-1][0]}


def cues(low: Sequence[str]) -> list[Cue]:
    """The longest phrase at each place, none inside another."""
    found, taken = [], 0
    for index, word in enumerate(low):
        if index >= taken and (rests := _CUES.get(word)):
            for rest, kind in rests:
                taken = index + 1 + len(rest)
                if not rest or tuple(low[index + 1 : taken]) == rest:
                    found.append(Cue(index, taken, kind))
                    break
            else:
                taken = index
    return found
