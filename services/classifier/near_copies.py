"""Texts nearly word for word the same: MinHash over three-word shingles, found by bands; heads, two generations."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import eq

from rensa import RMinHash

from services.classifier.normalising import Reading

PERMUTATIONS, SEED = 128, 11
BANDS, ROWS = 42, 3
SHINGLE = 3
# Below this many words a few changed ones say too much; short texts must agree almost wholly.
SHORT_TEXT, NEAR_SHORT = 24, 0.8
# Of the shorter text so much must stand in the longer one (a cut copy is a copy), and so much be common to both.
CONTAINED, NEAR = 0.6, 0.3
MAX_WORDS = 600
GENERATION = 50_000
MAX_CANDIDATES = 40


def signature(reading: Reading) -> list[int]:
    """128 unsigned 32-bit values; empty for a text of fewer than five words."""
    words = reading.words[:MAX_WORDS]
    if len(words) < SHINGLE + 2:
        return []
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minhash.update([" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)])
    return [int(value) for value in minhash.digest()]


def resemblance(a: Sequence[int], b: Sequence[int]) -> float:
    """Estimated Jaccard of the two shingle sets."""
    if not a or not b:
        return 0.0
    equal: int = sum(map(eq, a, b))
    return equal / PERMUTATIONS


def is_near_copy(a: Sequence[int], b: Sequence[int], *, words: int, longer: int = 0) -> bool:
    """`words`: of the shorter of the two texts; `longer`: of the other, as long if not said."""
    return _is_near(resemblance(a, b), words, longer or words)


def _is_near(alike: float, shorter: int, longer: int) -> bool:
    if shorter < SHORT_TEXT:
        return alike >= NEAR_SHORT
    shorter, longer = min(shorter, MAX_WORDS), min(longer, MAX_WORDS)
    # |A and B| = J (|A| + |B|) / (1 + J)
    return alike >= NEAR and alike * (shorter + longer) >= CONTAINED * shorter * (1 + alike)


@dataclass(frozen=True, slots=True)
class _Head:
    signature: "array[int]"
    words: int


@dataclass(slots=True)
class _Generation:
    """`bands`: key of a band → the head that has it, or several."""

    heads: dict[str, _Head] = field(default_factory=dict)
    bands: dict[int, str | list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class CopyIndex:
    """Heads of one mode. When a generation is full the older one is forgotten, so memory stays bounded."""

    generation: int = GENERATION
    _young: _Generation = field(default_factory=_Generation)
    _old: _Generation = field(default_factory=_Generation)

    def __len__(self) -> int:
        return len(self._young.heads) + len(self._old.heads)

    def head_of(self, sig: Sequence[int], words: int) -> tuple[str, float] | None:
        """The most alike head and how alike it is, or None when nothing is near enough. Ties fall to the smaller id."""
        if not sig:
            return None
        best: tuple[float, str] | None = None
        given = array("I", sig)
        for item_id in self._candidates(given):
            head = self._young.heads.get(item_id) or self._old.heads[item_id]
            alike = resemblance(given, head.signature)
            near = _is_near(alike, min(words, head.words), max(words, head.words))
            if near and (best is None or (-alike, item_id) < best):
                best = (-alike, item_id)
        return None if best is None else (best[1], -best[0])

    def add(self, item_id: str, sig: Sequence[int], words: int) -> None:
        if not sig or item_id in self._young.heads or item_id in self._old.heads:
            return
        if len(self._young.heads) >= self.generation:
            self._old, self._young = self._young, _Generation()
        head = _Head(array("I", sig), words)
        self._young.heads[item_id] = head
        bands = self._young.bands
        for key in _keys(head.signature):
            there = bands.get(key)
            if there is None:
                bands[key] = item_id
            elif isinstance(there, list):
                there.append(item_id)
            else:
                bands[key] = [there, item_id]

    def drop(self, item_id: str) -> bool:
        """Forgets a head (its text is another now, or it is no longer wanted); whether it was one."""
        for generation in (self._young, self._old):
            head = generation.heads.pop(item_id, None)
            if head is not None:
                for key in _keys(head.signature):
                    _take_out(generation.bands, key, item_id)
                return True
        return False

    def _candidates(self, sig: "array[int]") -> list[str]:
        """Those that share most bands first, and never so many that looking costs more than finding."""
        votes: Counter[str] = Counter()
        for key in _keys(sig):
            for generation in (self._young, self._old):
                there = generation.bands.get(key)
                if isinstance(there, str):
                    votes[there] += 1
                elif there is not None:
                    votes.update(there[-MAX_CANDIDATES:])
        return [item_id for item_id, _ in votes.most_common(MAX_CANDIDATES)]


def _keys(sig: Sequence[int]) -> list[int]:
    """One number per band. Numbers hash alike in every process; a rare clash only means one more comparison."""
    return [hash((i, sig[i], sig[i + 1], sig[i + 2])) for i in range(0, BANDS * ROWS, ROWS)]


def _take_out(bands: dict[int, str | list[str]], key: int, item_id: str) -> None:
    there = bands[key]
    if isinstance(there, list) and len(there) > 1:
        there.remove(item_id)
    else:
        del bands[key]
