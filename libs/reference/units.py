"""units.csv and units_sample.csv → the gazetteer: every unit with the forms of its name that texts use."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from itertools import product
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parent / "data"

JENIS_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Lapas": ("lapas", "lembaga pemasyarakatan", "lp"),
        "Rutan": ("rutan", "rumah tahanan negara", "rumah tahanan"),
        "LPKA": ("lpka", "lembaga pembinaan khusus anak", "lapas anak"),
        "LPAS": ("lpas", "lembaga penempatan anak sementara"),
        "Bapas": ("bapas", "balai pemasyarakatan"),
        "Rupbasan": ("rupbasan", "rumah penyimpanan benda sitaan negara"),
        "RSU": ("rsu", "rumah sakit umum", "rumah sakit"),
    }
)
SUBJENIS_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Umum": ("",),
        "Perempuan": ("perempuan", "wanita"),
        "Narkotika": ("narkotika",),
        "Pemuda": ("pemuda",),
        "Terbuka": ("terbuka",),
        "Khusus": ("khusus",),
    }
)
KELAS_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "I": ("i", "1"),
        "II": ("ii", "2"),
        "IIA": ("iia", "ii a", "2a"),
        "IIB": ("iib", "ii b", "2b"),
        "III": ("iii", "3"),
    }
)

UTC_HOURS: Mapping[str, int] = MappingProxyType({"WIB": 7, "WITA": 8, "WIT": 9})


class FormStrength(StrEnum):
    """How much a form tells: only FULL says type, class and place."""

    FULL = "full"
    SHORT = "short"
    ALIAS = "alias"
    # Known to be used for more than one unit: may suggest, never decide.
    SHARED = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForm:
    """A normalised way to write a unit's name (see `normalised`)."""

    text: str
    strength: FormStrength


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One UPT. `zone` is WIB, WITA or WIT; `kelas` is empty where the list names none."""

    unit_id: str
    name: str
    jenis: str
    kelas: str
    subjenis: str
    place: str
    kanwil: str
    province: str
    zone: str
    aliases: tuple[str, ...]
    shared_aliases: tuple[str, ...]

    @property
    def clock(self) -> timezone:
        """Its local time; there is no summer time anywhere in Indonesia."""
        return timezone(timedelta(hours=UTC_HOURS[self.zone]), self.zone)

    @property
    def short_name(self) -> str:
        """Lapas IIA Contoh Utara: for rows and notifications."""
        return self.name.replace(" Kelas ", " ")

    def forms(self) -> Iterator[NameForm]:
        """Every form once, strongest first."""
        seen: set[str] = set()
        for form in self._all_forms():
            if form.text not in seen:
                seen.add(form.text)
                yield form

    def _all_forms(self) -> Iterator[NameForm]:
        jenis, subjenis = JENIS_WORDS[self.jenis], SUBJENIS_WORDS[self.subjenis]
        places = tuple(spellings(self.place))
        for word, kind, grade, place in product(jenis, subjenis, KELAS_WORDS.get(self.kelas, ()), places):
            for kelas in (f"kelas {grade}", f"klas {grade}", grade):
                yield NameForm(text=_joined(word, kind, kelas, place), strength=FormStrength.FULL)
                yield NameForm(text=_joined(word, kelas, kind, place), strength=FormStrength.FULL)
        for word, kind, place in product(jenis, subjenis, places):
            yield NameForm(text=_joined(word, kind, place), strength=FormStrength.SHORT)
        for names, strength in ((self.aliases, FormStrength.ALIAS), (self.shared_aliases, FormStrength.SHARED)):
            for word, kind, alias in product(jenis, subjenis, names):
                yield NameForm(text=_joined(word, kind, normalised(alias)), strength=strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """All units of one mode. Fictional units exist only in the sample's."""

    units: Mapping[str, Unit]

    @classmethod
    def for_mode(cls, opmode: str) -> Gazetteer:
        """live and drill share the real units."""
        return _sample() if opmode == "sample" else _real()

    def get(self, unit_id: str) -> Unit | None:
        return self.units.get(unit_id)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units.values())

    def __len__(self) -> int:
        return len(self.units)

    def by_form(self) -> Mapping[str, tuple[tuple[str, FormStrength], ...]]:
        """Normalised form → (unit_id, strength) of every unit that may be meant by it."""
        found: dict[str, list[tuple[str, FormStrength]]] = {}
        for unit in self:
            for form in unit.forms():
                found.setdefault(form.text, []).append((unit.unit_id, form.strength))
        return {text: tuple(units) for text, units in found.items()}

    def by_place(self) -> Mapping[str, tuple[str, ...]]:
        """Normalised place → ids of the units there (98 of 425 places have several)."""
        found: dict[str, list[str]] = {}
        for unit in self:
            for place in spellings(unit.place):
                found.setdefault(place, []).append(unit.unit_id)
        return {place: tuple(ids) for place, ids in found.items()}

    def kanwils(self) -> tuple[str, ...]:
        return tuple(sorted({unit.kanwil for unit in self}))


def normalised(name: str) -> str:
    """Lower case, everything that is no letter or digit one space."""
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def spellings(place: str) -> Iterator[str]:
    """A place as lists and papers write it: lhok seumawe, lhokseumawe; permisan nusakambangan, permisan."""
    plain = normalised(place)
    yield plain
    words = plain.split()
    if len(words) == 2:
        yield "".join(words)
    if len(words) > 1 and words[-1] == "nusakambangan":
        yield " ".join(words[:-1])


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def read_units(path: Path) -> Gazetteer:
    """Raises ValueError on a line that breaks the form, naming it."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    units: dict[str, Unit] = {}
    for row in rows:
        unit = _unit(row)
        if unit.unit_id in units:
            raise ValueError(f"{path.name}: {unit.unit_id} appears twice")
        units[unit.unit_id] = unit
    return Gazetteer(units=MappingProxyType(units))


def _unit(row: Mapping[str, str]) -> Unit:
    if row["jenis"] not in JENIS_WORDS or row["subjenis"] not in SUBJENIS_WORDS:
        raise ValueError(f"{row['unit_id']}: unknown jenis or subjenis")
    if row["kelas"] and row["kelas"] not in KELAS_WORDS:
        raise ValueError(f"{row['unit_id']}: unknown kelas {row['kelas']}")
    if row["zone"] not in ("WIB", "WITA", "WIT"):
        raise ValueError(f"{row['unit_id']}: unknown zone {row['zone']}")
    plain = {
        key: row[key]
        for key in ("unit_id", "name", "jenis", "kelas", "subjenis", "place", "kanwil", "province", "zone")
    }
    return Unit(**plain, aliases=_listed(row["aliases"]), shared_aliases=_listed(row["shared_aliases"]))


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(";")))


@lru_cache(maxsize=1)
def _real() -> Gazetteer:
    return read_units(DATA / "units.csv")


@lru_cache(maxsize=1)
def _sample() -> Gazetteer:
    return read_units(DATA / "units_sample.csv")
