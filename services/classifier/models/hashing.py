"""Readings → hashed word and character n-grams of their title and lead, a whole batch at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from services.classifier.normalising import Reading

BITS: Final = 17
CHARACTERS: Final = (3, 4, 5)
# One piece of work: bounded memory, and a table of powers that fits.
MAX_CHARACTERS: Final = 60_000
# No word we can learn from is longer; what is, is no word.
MAX_TEXT: Final = 1_200
_SPACE, _STOP, _ZERO, _NINE = 32, 46, 48, 57

Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Grams:
    """Occurrences of one batch, ordered by text: `bucket`, the text they stand in, and where in its `joined`."""

    bucket: Integers
    text: Integers
    start: Integers
    word_hash: Hashes
    word_text: Integers
    word_start: Integers
    count: int


def _powers(base: int) -> Hashes:
    table = np.full(MAX_CHARACTERS + 2 * MAX_TEXT, base, dtype=np.uint64)
    table[0] = 1
    return np.multiply.accumulate(table)


_BASE: Final = 0x9E3779B97F4A7C15
_FORWARD: Final = _powers(_BASE)
_BACKWARD: Final = _powers(pow(_BASE, -1, 1 << 64))
_SALT: Final = {
    name: np.uint64(0xD6E8FEB86659FD93 * (2 * number + 1) & (1 << 64) - 1) for number, name in enumerate("wbc")
}


def seen_text(reading: Reading) -> str:
    """What the models read of it: title and lead, folded, words between single spaces."""
    if len(reading.words) > reading.lead_end:
        return reading.joined[: min(reading.starts[reading.lead_end], MAX_TEXT)].rstrip(" ") + " "
    joined = reading.joined
    return joined if len(joined) <= MAX_TEXT else joined[:MAX_TEXT].rstrip(" ") + " "


def pieces(readings: Sequence[Reading]) -> Iterator[tuple[int, list[str]]]:
    """(number of the first text, texts) such that a piece is short enough for one pass."""
    begin, length, texts = 0, 0, list[str]()
    for number, reading in enumerate(readings):
        text = seen_text(reading)
        if texts and length + len(text) > MAX_CHARACTERS:
            yield begin, texts
            begin, length, texts = number, 0, []
        texts.append(text)
        length += len(text)
    if texts:
        yield begin, texts


def grams(texts: Sequence[str]) -> Grams:
    """Character n-grams within words (with the space before and behind), words, and pairs of words."""
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    letters[(letters >= _ZERO) & (letters <= _NINE)] = _ZERO
    size = letters.size
    owner = np.repeat(np.arange(len(texts)), [len(t) for t in texts])
    begins = np.concatenate(([0], np.cumsum([len(t) for t in texts])))
    prefix = np.zeros(size + 1, dtype=np.uint64)
    np.cumsum(letters * _FORWARD[:size], out=prefix[1:])
    spaces = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(letters == _SPACE, out=spaces[1:])

    def hashed(start: Integers, end: Integers, salt: str) -> Hashes:
        value = (prefix[end] - prefix[start]) * _BACKWARD[start] + _SALT[salt]
        value ^= value >> np.uint64(29)
        value *= np.uint64(0xBF58476D1CE4E5B9)
        return value ^ (value >> np.uint64(32))

    found: list[tuple[Hashes, Integers]] = []
    for length in CHARACTERS:
        start = np.arange(max(0, size - length + 1))
        start = start[spaces[start + length - 1] == spaces[start + 1]]
        found.append((hashed(start, start + length, "c"), start))
    gaps = np.flatnonzero(letters == _SPACE)
    word_start, word_end = gaps[:-1] + 1, gaps[1:]
    real = (word_end > word_start) & (letters[np.minimum(word_start, size - 1)] != _STOP)
    word_start, word_end = word_start[real], word_end[real]
    words = hashed(word_start, word_end, "w")
    found.append((words, word_start))
    follows = np.flatnonzero(word_start[1:] == word_end[:-1] + 1) if word_start.size else word_start
    found.append((hashed(word_start[follows], word_end[follows + 1], "b"), word_start[follows]))
    bucket = np.concatenate([h >> np.uint64(64 - BITS) for h, _ in found]).astype(np.int64)
    start = np.concatenate([s for _, s in found])
    order = np.argsort(owner[start], kind="stable")
    bucket, start = bucket[order], start[order]
    text, word_text = owner[start], owner[word_start]
    return Grams(
        bucket=bucket,
        text=text,
        start=start - begins[text],
        word_hash=words,
        word_text=word_text,
        word_start=word_start - begins[word_text],
        count=len(texts),
    )
