"""Words → what they are about (`meanings.txt`), in every form of a stem, and whether they are denied."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from services.classifier.normalising import Reading

FILE: Final = Path(__file__).with_name("meanings.txt")
_SUFFIXES: Final = ("", "kan", "i", "an", "nya")
_SHORT: Final = 3
_TEXT_DENYING = """
    tidak tak bukan belum tanpa batal urung jangan nihil anti bebas nol zero stop cegah
"""
_DENYING: Final = frozenset(_TEXT_DENYING.split())
_REACH: Final = 3
# Below the title a word says a little less of the whole.
_LEAD: Final = 0.7


def meanings_in(reading: Reading) -> dict[str, float]:
    """`M:class`, or `M:!class` where a word just before denies it; of title and lead."""
    table = meanings()
    found: dict[str, float] = {}
    words, sentences = reading.words, reading.sentences
    for at, word in enumerate(words[: reading.lead_end]):
        classes = table.get(word)
        if classes is None:
            continue
        near = words[max(0, at - _REACH) : at]
        denied = not _DENYING.isdisjoint(near) and any(
            word in _DENYING and sentences[at - back] == sentences[at] for back, word in enumerate(reversed(near), 1)
        )
        weight = 1.0 if at < reading.title_words or not reading.title_words else _LEAD
        for name in classes:
            feature = f"M:!{name}" if denied else f"M:{name}"
            found[feature] = max(found.get(feature, 0.0), weight)
    return found


@lru_cache(maxsize=1)
def meanings() -> Mapping[str, tuple[str, ...]]:
    """Word form → its classes."""
    table: dict[str, tuple[str, ...]] = {}
    for line in FILE.read_text("utf-8").splitlines():
        name, _, stems = line.partition(":")
        if line.startswith("#") or not stems:
            continue
        for stem in stems.split():
            for form in forms_of(stem):
                known = table.get(form, ())
                if name not in known:
                    table[form] = (*known, name)
    return table


def digest() -> str:
    """A model learnt from one list says nothing with another."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


def forms_of(stem: str) -> Iterator[str]:
    """`=word` is only itself; a very short word takes no prefix ("hp", "api")."""
    if stem.startswith("="):
        yield stem[1:]
    elif len(stem) <= _SHORT:
        yield from (stem, f"{stem}nya")
    else:
        nasal = _nasal(stem)
        for begin in (
            stem,
            f"di{stem}",
            f"ter{stem}",
            f"ber{stem}",
            f"ke{stem}",
            f"per{stem}",
            f"me{nasal}",
            f"pe{nasal}",
        ):
            for suffix in _SUFFIXES:
                yield begin + suffix


def _nasal(stem: str) -> str:
    """What me- and pe- make of a stem's beginning: pukul → mukul, tangkap → nangkap, sita → nyita, bakar → mbakar."""
    first, rest = stem[0], stem[1:]
    dropped = {"p": "m", "t": "n", "k": "ng", "s": "ny"}
    if first in dropped:
        return dropped[first] + rest
    if first in "bfv":
        return f"m{stem}"
    if first in "cdjz":
        return f"n{stem}"
    return f"ng{stem}" if first in "ghaeiou" else stem
