"""Texts nearly word for word the same: MinHash over three-word shingles, found by bands; heads, two generations."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rensa import RMinHash

from services.classifier.normalising import Reading

PERMUTATIONS, SEED = 128, 11
BANDS, ROWS = 32, 4
SHINGLE = 3
# Below this many shingles a few changed words say too much; short texts must agree almost wholly.
SHORT_TEXT = 24
NEAR, NEAR_SHORT = 0.55, 0.8
MAX_WORDS = 600
GENERATION = 50_000


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
    return sum(x == y for x, y in zip(a, b, strict=True)) / PERMUTATIONS


def is_near_copy(a: Sequence[int], b: Sequence[int], *, words: int) -> bool:
    """`words`: of the shorter of the two texts."""
    return resemblance(a, b) >= (NEAR_SHORT if words < SHORT_TEXT else NEAR)


@dataclass(slots=True)
class _Head:
    signature: list[int]
    words: int


@dataclass(slots=True)
class CopyIndex:
    """Heads of one mode. When a generation is full the older one is forgotten, so memory stays bounded."""

    generation: int = GENERATION
    _young: dict[str, _Head] = field(default_factory=dict)
    _old: dict[str, _Head] = field(default_factory=dict)
    _young_bands: dict[tuple[int, ...], list[str]] = field(default_factory=dict)
    _old_bands: dict[tuple[int, ...], list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def head_of(self, sig: Sequence[int], words: int) -> tuple[str, float] | None:
        """The most alike head and how alike it is, or None when nothing is near enough. Ties fall to the smaller id."""
        if not sig:
            return None
        best: tuple[float, str] | None = None
        for item_id in self._candidates(sig):
            head = self._young.get(item_id) or self._old[item_id]
            alike = resemblance(sig, head.signature)
            needed = NEAR_SHORT if min(words, head.words) < SHORT_TEXT else NEAR
            if alike >= needed and (best is None or (-alike, item_id) < best):
                best = (-alike, item_id)
        return None if best is None else (best[1], -best[0])

    def add(self, item_id: str, sig: Sequence[int], words: int) -> None:
        if not sig or item_id in self._young or item_id in self._old:
            return
        if len(self._young) >= self.generation:
            self._old, self._old_bands = self._young, self._young_bands
            self._young, self._young_bands = {}, {}
        self._young[item_id] = _Head(list(sig), words)
        for band in _bands(sig):
            self._young_bands.setdefault(band, []).append(item_id)

    def _candidates(self, sig: Sequence[int]) -> set[str]:
        found: set[str] = set()
        for band in _bands(sig):
            found.update(self._young_bands.get(band, ()))
            found.update(self._old_bands.get(band, ()))
        return found


def _bands(sig: Sequence[int]) -> list[tuple[int, ...]]:
    return [(i, *sig[i * ROWS : (i + 1) * ROWS]) for i in range(BANDS)]
