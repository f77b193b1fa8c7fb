"""A word → the stem that stands for it: by its root where we know that, else by Snowball's Indonesian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import Stemmer

ROOTS: Final = Path(__file__).parent / "data" / "roots.txt"
_VOWELS: Final = frozenset("aeiou")
# What a nasal prefix becomes before a letter, and whether that letter falls away: me + tangkap → menangkap.
_NASALS: Final[Mapping[str, tuple[str, bool]]] = {
    **dict.fromkeys("gh", ("ng", False)), "k": ("ng", True), **dict.fromkeys("bfv", ("m", False)), "p": ("m", True),
    **dict.fromkeys("cdjz", ("n", False)), "t": ("n", True), "s": ("ny", True), **dict.fromkeys(_VOWELS, ("ng", False)),
}  # fmt: skip
_stemmer = Stemmer.Stemmer("indonesian")


@lru_cache(maxsize=100_000)
def stem_of(word: str) -> str:
    """`word`: folded. Every form of a root has its stem; other words have theirs as Snowball cuts them."""
    known = _known()
    found = known.get(word) or next((known[rest] for rest in _without_particle(word) if rest in known), None)
    return found or str(_stemmer.stemWord(word))


def _without_particle(word: str) -> Iterator[str]:
    """menangkapnya, kaburkah → menangkap, kabur."""
    return (word.removesuffix(particle) for particle in ("nya", "lah", "kah", "pun") if word.endswith(particle))


def forms_of(root: str) -> Iterator[str]:
    """The regular forms of a verb's root: with me-, pe-, di-, ter-, ber-, per-, ke-…-an, and -kan, -i, -an, -nya."""
    yield from (root, f"{root}nya", f"{root}an", f"{root}annya", f"{root}kan", f"{root}i")
    yield from (f"di{root}", f"di{root}kan", f"di{root}i", f"ter{root}", f"ber{root}", f"ber{root}an")
    yield from (f"ke{root}an", f"per{root}an", f"per{root}annya", f"pe{root}", f"ter{root}kan")
    nasal = _nasal(root)
    yield from (f"me{nasal}", f"me{nasal}kan", f"me{nasal}i", f"meme{nasal}")
    yield from (f"pe{nasal}", f"pe{nasal}an", f"pe{nasal}annya")


def _nasal(root: str) -> str:
    sound, falls = _NASALS.get(root[0], ("", False))
    # Two consonants stay as they are: mengklarifikasi.
    falls = falls and root[1] in _VOWELS
    return sound + (root[1:] if falls else root)


def read_roots(lines: Iterable[str]) -> dict[str, str]:
    """Form → root. A form of two roots is the earlier one's; a root is always its own."""
    found: dict[str, str] = {}
    roots: list[str] = []
    for line in lines:
        said, _, others = line.partition("#")[0].partition("=")
        for other in others.split():
            found[other] = said.strip()
        roots += said.split()
    found |= {root: root for root in roots}
    for root in roots:
        for form in forms_of(root):
            found.setdefault(form, root)
    return found


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    return read_roots(ROOTS.read_text(encoding="utf-8").splitlines())
