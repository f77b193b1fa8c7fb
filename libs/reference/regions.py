"""regions.csv → provinces, regencies and cities with the names texts use for them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from libs.reference.units import DATA

RegionKind = Literal["provinsi", "kabupaten", "kota"]

# How texts shorten provinces. "Papua" and "Banten" need none; NAD is the old name of Aceh.
SHORT_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "nad": "Aceh", "sumut": "Sumatera Utara", "sumbar": "Sumatera Barat", "sumsel": "Sumatera Selatan",
        "kepri": "Kepulauan Riau", "babel": "Kepulauan Bangka Belitung", "bangka belitung": "Kepulauan Bangka Belitung",
        "dki": "DKI Jakarta", "jabar": "Jawa Barat", "jateng": "Jawa Tengah", "jatim": "Jawa Timur",
        "diy": "DI Yogyakarta", "ntb": "Nusa Tenggara Barat", "ntt": "Nusa Tenggara Timur",
        "kalbar": "Kalimantan Barat", "kalteng": "Kalimantan Tengah", "kalsel": "Kalimantan Selatan",
        "kaltim": "Kalimantan Timur", "kaltara": "Kalimantan Utara", "sulut": "Sulawesi Utara",
        "sulteng": "Sulawesi Tengah", "sulsel": "Sulawesi Selatan", "sultra": "Sulawesi Tenggara",
        "sulbar": "Sulawesi Barat", "malut": "Maluku Utara", "sumatra utara": "Sumatera Utara",
        "sumatra barat": "Sumatera Barat", "sumatra selatan": "Sumatera Selatan", "jakarta": "DKI Jakarta",
        "yogyakarta": "DI Yogyakarta", "jogja": "DI Yogyakarta",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    code: str
    name: str
    kind: RegionKind
    province: str


@lru_cache(maxsize=1)
def regions() -> tuple[Region, ...]:
    """Provinces first, then regencies and cities, by code."""
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return tuple(
        Region(code=row["code"], name=row["name"], kind=_kind(row["kind"]), province=row["province"]) for row in rows
    )


def _kind(told: str) -> RegionKind:
    """Raises ValueError on a kind that is none."""
    kinds: dict[str, RegionKind] = {"provinsi": "provinsi", "kabupaten": "kabupaten", "kota": "kota"}
    if told not in kinds:
        raise ValueError(f"regions.csv: unknown kind {told}")
    return kinds[told]
