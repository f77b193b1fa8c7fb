"""The words of one sentence → which of them are a person's name, by the shipped weights."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from libs.privacy.names.features import END, START, joints, look
from libs.privacy.names.model import Model, WordScores, shipped

# Words that speak so much against a name are not looked at together with their neighbours.
_HOPELESS = -7.0
# Bounded: a stream of ever new words or sentences must not fill the memory.
_MOST_WORDS, _MOST_SENTENCES = 60_000, 20_000

# Shape and sort of a word, then B and I for it at each of five places.
_Seen = tuple[str, tuple[float, ...]]
_Range = tuple[int, int]


class Tagger:
    """A linear chain over O, B and I: what each word speaks for, added over its neighbours, and the best path."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.sorts = model.sorts
        self.roles = model.roles
        self._scores = WordScores(model)
        self._seen: dict[str, dict[str, _Seen]] = {}
        # The gate reads what it masked once more, and agencies' texts come many times: by hash, never the text.
        self._read: dict[int, tuple[_Range, ...]] = {}

    def names(self, words: Sequence[str], how: str, *, lean: float = 0.0) -> tuple[_Range, ...]:
        """Half-open ranges. `how`: see features.manner. `lean` above zero: rather a name too many than one missed."""
        if not words:
            return ()
        key = hash((how, lean, " ".join(words)))
        found = self._read.get(key)
        if found is None:
            if len(self._read) > _MOST_SENTENCES:
                self._read.clear()
            begins, goes_on = self._emissions(words, how, lean)
            found = self._read[key] = _ranges(_best_path(begins, goes_on, self._model.moves))
        return found

    def forget(self) -> None:
        """The sentences read so far: a bench that repeats its texts would measure how they are looked up."""
        self._read.clear()

    def _emissions(self, words: Sequence[str], how: str, lean: float) -> tuple[list[float], list[float]]:
        padded = [START, START, *words, END, END]
        told = self._told(padded, how)
        looks, vectors = [one[0] for one in told], [one[1] for one in told]
        low = [word.lower() for word in padded]
        weights, begins, goes_on = self._model.weights, list[float](), list[float]()
        for i in range(2, len(padded) - 2):
            a, b, c, d, e = vectors[i - 2 : i + 3]
            begin = a[0] + b[2] + c[4] + d[6] + e[8] + lean
            inside = a[1] + b[3] + c[5] + d[7] + e[9] + lean
            if begin > _HOPELESS or inside > _HOPELESS:
                for name in joints(i, low, looks):
                    pair = weights.get(name)
                    if pair:
                        begin += pair[0]
                        inside += pair[1]
            begins.append(begin)
            goes_on.append(inside)
        return begins, goes_on

    def _told(self, words: Sequence[str], how: str) -> list[_Seen]:
        seen = self._seen.setdefault(how, {})
        if len(seen) > _MOST_WORDS:
            seen.clear()
        told = []
        for word in words:
            one = seen.get(word)
            if one is None:
                sort = self.sorts.get(word.lower(), "U")
                one = seen[word] = (look(word, how, sort), self._scores.of(word, how, sort))
            told.append(one)
        return told


def _best_path(begins: Sequence[float], goes_on: Sequence[float], moves: Sequence[Sequence[float]]) -> list[int]:
    """Viterbi over O, B, I; I never follows O."""
    (oo, ob, _), (bo, bb, bi), (io, ib, ii) = moves
    out, begin, inside = 0.0, begins[0], -1e9
    back: list[tuple[int, int, int]] = []
    for at_b, at_i in zip(begins[1:], goes_on[1:], strict=True):
        from_out, from_begin, from_inside = out + oo, begin + bo, inside + io
        to_out = 0 if from_out >= from_begin and from_out >= from_inside else 1 if from_begin >= from_inside else 2
        new_out = (from_out, from_begin, from_inside)[to_out]
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


def _ranges(path: Sequence[int]) -> tuple[_Range, ...]:
    found: list[_Range] = []
    for index, label in enumerate(path):
        if label == 1:
            found.append((index, index + 1))
        elif label == 2 and found:
            found[-1] = (found[-1][0], index + 1)
    return tuple(found)


@cache
def shipped_tagger() -> Tagger:
    return Tagger(shipped())
