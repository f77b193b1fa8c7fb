"""Everyday names, old names and regencies of units → one index of squeezed names, with how much each tells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from libs.reference.units import DATA, Gazetteer, Unit, spellings

# Prisons of one island: the island alone names none of them.
ISLAND, ISLAND_REGENCY = "nusakambangan", "cilacap"
_WRITTEN = {
    "Gunung ": ("Gn ", "Gng "), "Muara ": ("Muaro ",), "Tanjung ": ("Tj ", "Tg ", "Tjg "), "Sungai ": ("Sei ",),
}  # fmt: skip


class Telling(IntEnum):
    """How a name tells its unit: the lower, the surer."""

    PLACE = 0
    ALIAS = 1
    # The regency or city it lies in: only where no unit is called after the name itself.
    REGION = 2
    # Known to be used for several units: may suggest, never decide.
    SHARED = 3


_KINDS: Mapping[str, Telling] = MappingProxyType(
    {
        "alias": Telling.ALIAS,
        "lama": Telling.ALIAS,
        "ejaan": Telling.PLACE,
        "wilayah": Telling.REGION,
        "bersama": Telling.SHARED,
    }
)


@dataclass(frozen=True, slots=True)
class NamedUnit:
    unit: Unit
    telling: Telling


@dataclass(frozen=True, slots=True)
class UnitNames:
    """`by_name`: a name without blanks (see `squeezed`) → the units it may mean, the surest way each is told by it."""

    by_name: Mapping[str, tuple[NamedUnit, ...]]
    longest_words: int

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> UnitNames:
        found: dict[str, dict[str, NamedUnit]] = {}
        longest = 1
        for name, named in _all_names(gazetteer):
            known = found.setdefault(squeezed(name), {})
            before = known.get(named.unit.unit_id)
            if before is None or named.telling < before.telling:
                known[named.unit.unit_id] = named
            longest = max(longest, len(re.findall(r"[a-z0-9]+", name.lower())))
        return cls(MappingProxyType({name: tuple(units.values()) for name, units in found.items()}), longest)


def squeezed(name: str) -> str:
    """Bau-Bau, Bau Bau and Baubau are one name."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def _all_names(gazetteer: Gazetteer) -> Iterator[tuple[str, NamedUnit]]:
    places: dict[str, list[Unit]] = {}
    for unit in gazetteer:
        places.setdefault(unit.place, []).append(unit)
        for place in (*spellings(unit.place), *_shortened(unit.place)):
            yield place, NamedUnit(unit, Telling.PLACE)
        if unit.place.lower().endswith(f" {ISLAND}"):
            yield ISLAND, NamedUnit(unit, Telling.SHARED)
            yield ISLAND_REGENCY, NamedUnit(unit, Telling.REGION)
        for alias in unit.aliases:
            yield alias, NamedUnit(unit, Telling.ALIAS)
        for alias in unit.shared_aliases:
            yield alias, NamedUnit(unit, Telling.SHARED)
    for row in _rows(DATA / "unit_regencies.csv"):
        if (known := gazetteer.get(row["unit_id"])) is not None:
            yield row["regency"], NamedUnit(known, Telling.REGION)
    for row in _rows(DATA / "unit_names.csv"):
        meant = row["meant"]
        single = gazetteer.get(meant)
        for unit in places.get(meant[1:], []) if meant.startswith("@") else [single] if single else []:
            yield row["name"], NamedUnit(unit, _KINDS[row["kind"]])


def _shortened(place: str) -> Iterator[str]:
    """Gunung Sindur as Gn Sindur, Muara Bungo as Muaro Bungo."""
    for word, others in _WRITTEN.items():
        if place.startswith(word):
            yield from (other + place.removeprefix(word) for other in others)


def unknown_meanings() -> list[str]:
    """Lines of unit_names.csv that lead to no unit of the list."""
    live = Gazetteer.for_mode("live")
    places = {unit.place for unit in live}
    return [
        f"{row['meant']},{row['name']}"
        for row in _rows(DATA / "unit_names.csv")
        if (row["meant"][1:] not in places if row["meant"].startswith("@") else live.get(row["meant"]) is None)
    ]


@lru_cache(maxsize=4)
def _rows(path: Path) -> tuple[Mapping[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(line for line in lines if not line.startswith("#")))
