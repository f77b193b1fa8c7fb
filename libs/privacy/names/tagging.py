"""The words of one sentence → which of them are a person's name, by the shipped weights."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from libs.privacy.names.cues import KINDS
from libs.privacy.names.features import END, START, look, small
from libs.privacy.names.model import Model, WordScores, shipped

# Words that speak so much against a name are not looked at together with their neighbours; below the second bound no
# neighbour makes them part of one. Of 5,710 sentences of real news and reports four are read otherwise.
_HOPELESS, _NEVER = -5.0, -10.0
_IMPOSSIBLE = -1e9
# Bounded: a stream of ever new words must not fill the memory.
_MOST_WORDS = 60_000

# Shape and sort of a word, its small letters, the kind of its phrase, its scores at each of five places.
_Seen = tuple[str, str, str, tuple[complex, ...]]
_Range = tuple[int, int]
_Step = tuple[int, int, int]
_STAYS: _Step = (0, 0, 0)


class Tagger:
    """A linear chain over O, B and I: what each word speaks for, added over its neighbours, and the best path."""

    def __init__(self, model: Model) -> None:
        self._joints = model.joints
        self._moves = model.moves
        self.sorts = model.sorts
        self.roles = model.roles
        self._scores = WordScores(model)
        self._seen: dict[str, dict[str, _Seen]] = {}

    def names(self, words: Sequence[str], how: str, *, lean: float = 0.0) -> list[_Range]:
        """Half-open ranges. `how`: see features.manner. `lean` above zero: rather a name too many than one missed."""
        return _ranges(_best_path(self._emissions(words, how, lean), self._moves)) if words else []

    def _emissions(self, words: Sequence[str], how: str, lean: float) -> list[complex]:
        """For each word B as the real and I as the imaginary part: one addition adds both."""
        looks, low, kinds, scores = zip(*self._told([START, START, *words, END, END], how), strict=True)
        both = complex(lean, lean)
        told = [
            a[0] + b[1] + c[2] + d[3] + e[4] + both
            for a, b, c, d, e in zip(scores, scores[1:], scores[2:], scores[3:], scores[4:], strict=False)
        ]
        for at, score in enumerate(told):
            if score.real > _HOPELESS or score.imag > _HOPELESS:
                here = self._joints.get(looks[at + 2])
                if here is not None:
                    told[at] = score + here.score(at + 2, low, looks, kinds)
        return told

    def _told(self, words: Sequence[str], how: str) -> list[_Seen]:
        seen = self._seen.setdefault(how, {})
        if len(seen) > _MOST_WORDS:
            seen.clear()
        told = []
        for word in words:
            one = seen.get(word)
            if one is None:
                low = small(word)
                sort = self.sorts.get(low, "U")
                kind = KINDS.get(low, "")
                one = seen[word] = (look(word, how, sort), low, kind, self._scores.of(word, how, sort))
            told.append(one)
        return told


def _best_path(emissions: Sequence[complex], moves: Sequence[Sequence[float]]) -> list[int]:
    """Viterbi over O, B, I; I never follows O."""
    (oo, ob, _), (bo, bb, bi), (io, ib, ii) = moves
    out, begin, inside = 0.0, emissions[0].real, _IMPOSSIBLE
    back: list[_Step] = []
    for score in emissions[1:]:
        at_b, at_i = score.real, score.imag
        never = at_b < _NEVER and at_i < _NEVER
        if never and begin == _IMPOSSIBLE:
            out += oo
            back.append(_STAYS)
            continue
        from_out, from_begin, from_inside = out + oo, begin + bo, inside + io
        to_out = 0 if from_out >= from_begin and from_out >= from_inside else 1 if from_begin >= from_inside else 2
        new_out = (from_out, from_begin, from_inside)[to_out]
        if never:
            out, begin, inside = new_out, _IMPOSSIBLE, _IMPOSSIBLE
            back.append((to_out, 0, 0))
            continue
        from_out, from_begin, from_inside = out + ob, begin + bb, inside + ib
        to_begin = 0 if from_out >= from_begin and from_out >= from_inside else 1 if from_begin >= from_inside else 2
        new_begin = (from_out, from_begin, from_inside)[to_begin] + at_b
        to_inside = 1 if begin + bi >= inside + ii else 2
        inside = (begin + bi if to_inside == 1 else inside + ii) + at_i
        out, begin = new_out, new_begin
        back.append((to_out, to_begin, to_inside))
    label = max(range(3), key=(out, begin, inside).__getitem__)
    path = [label]
    for step in reversed(back):
        label = step[label]
        path.append(label)
    return path[::-1]


def _ranges(path: Sequence[int]) -> list[_Range]:
    found: list[_Range] = []
    for index, label in enumerate(path):
        if label == 1:
            found.append((index, index + 1))
        elif label == 2 and found:
            found[-1] = (found[-1][0], index + 1)
    return found


@cache
def shipped_tagger() -> Tagger:
    return Tagger(shipped())
