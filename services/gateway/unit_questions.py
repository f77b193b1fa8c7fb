"""Which units a typed question may mean, by any name people use for them: lp cipinang, rutan medaeng, nusakambangan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from libs.reference.unit_names import NamedUnit, Telling, UnitNames, squeezed
from libs.reference.units import JENIS_WORDS, KELAS_WORDS, SUBJENIS_WORDS, Gazetteer, Unit

MOST: Final = 3
_JENIS: Final = {form: jenis for jenis, forms in JENIS_WORDS.items() for form in forms if " " not in form}
_SUBJENIS: Final = {form: kind for kind, forms in SUBJENIS_WORDS.items() for form in forms if form}
_KELAS: Final = {form: kelas for kelas, forms in KELAS_WORDS.items() for form in forms if " " not in form}
_FILLERS: Final = frozenset({"kelas", "klas", "negara", "di"})
# What is in quotes or left out by a minus is no name of a unit.
_WORD: Final = re.compile(r'-?"[^"]*"?|-\S+|[^\s"]+')
# Shorter names are everyday words more often than not.
_LEAST_LETTERS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMeant:
    """`rest`: the question without the words that name the unit."""

    unit: Unit
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    first: int
    last: int
    named: tuple[NamedUnit, ...]
    jenis: str | None
    subjenis: str | None
    kelas: str | None


def units_meant(question: str, modes: Iterable[str]) -> list[UnitMeant]:
    """The likeliest first, at most MOST; none when the question names no unit."""
    words = _WORD.findall(question)
    for mode in modes:
        mentions = [found for first in range(len(words)) if (found := _mention(words, first, _names(mode)))]
        if mentions:
            # Longer is surer, and a type of unit before the name surer still.
            best = max(mentions, key=lambda one: (one.jenis is not None, one.last - one.first))
            rest = " ".join([*words[: best.first], *words[best.last :]])
            return [UnitMeant(unit=unit, rest=rest) for unit in _likeliest(best)[:MOST]]
    return []


def _mention(words: Sequence[str], first: int, names: UnitNames) -> _Mention | None:
    """A type, kind and class of unit (each may be missing), and the longest known name behind them."""
    told: dict[str, str | None] = {"jenis": None, "subjenis": None, "kelas": None}
    at = first
    while at < len(words) and (said := _said(words[at], is_first=at == first)) is not None:
        told |= said
        at += 1
    plain = next((n for n in range(at, len(words)) if words[n][0] in '-"'), len(words))
    for last in range(min(plain, at + names.longest_words), at, -1):
        name = squeezed(" ".join(words[at:last]))
        named = names.by_name.get(name, ()) if len(name) >= _LEAST_LETTERS else ()
        if named:
            return _Mention(first=first, last=last, named=named, **told)
    return None


def _said(word: str, *, is_first: bool) -> dict[str, str | None] | None:
    """What a word before a name says of the unit; None when it belongs to the name (or to nothing)."""
    plain = squeezed(word)
    if is_first:
        return {"jenis": _JENIS[plain]} if plain in _JENIS else None
    if plain in _SUBJENIS:
        return {"subjenis": _SUBJENIS[plain]}
    if plain in _KELAS:
        return {"kelas": _KELAS[plain]}
    return {} if plain in _FILLERS else None


def _likeliest(mention: _Mention) -> list[Unit]:
    """Those that everything said fits; what fits none of them is not held against them."""
    left = list(mention.named)
    for name in ("jenis", "subjenis", "kelas"):
        wanted = getattr(mention, name)
        fits = [one for one in left if getattr(one.unit, name) == wanted] if wanted else []
        left = fits or left
    surest = min(one.telling for one in left)
    # Several that share a name are all shown; a place's own units come before its regency's.
    kept = [one for one in left if one.telling == surest or surest is Telling.SHARED]
    return [one.unit for one in sorted(kept, key=_prisons_first)]


def _prisons_first(named: NamedUnit) -> tuple[bool, bool, str]:
    return named.unit.jenis not in ("Lapas", "Rutan"), named.unit.subjenis != "Umum", named.unit.name


@lru_cache(maxsize=2)
def _names(mode: str) -> UnitNames:
    return UnitNames.of(Gazetteer.for_mode(mode))
