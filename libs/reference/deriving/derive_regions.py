"""The official list of regions → regions.csv and unit_regencies.csv in libs/reference/data, always the same bytes."""

from __future__ import annotations

import argparse
import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from libs.reference.deriving.derive_units import squeezed
from libs.reference.units import DATA, Gazetteer

HEADER = """\
# {what} Dated data, never a constant.
# Derived by libs/reference/deriving/derive_regions.py; change that script or its inputs, not this file.
# Source: github.com/cahyadsn/wilayah at b7ad440a1322 (MIT), db/wilayah.sql. State of the list: 2026-11-21.
"""
# The official list spells out what every text shortens.
SHORT = {"Daerah Khusus Ibukota Jakarta": "DKI Jakarta", "Daerah Istimewa Yogyakarta": "DI Yogyakarta"}
KINDS = {"Kabupaten": "kabupaten", "Kota": "kota"}


def bare(name: str) -> str:
    """Kabupaten Administrasi Kepulauan Seribu → Kepulauan Seribu."""
    return re.sub(r"^(Kabupaten|Kota)( Administrasi| Adm\.)? ", "", name)


def region_rows(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Provinces, then regencies and cities by their bare name, each with its province."""
    province: dict[str, str] = {}
    regions = []
    for row in sorted(rows, key=lambda row: (row["level"], row["kode"])):
        if row["level"] == "1":
            name = province[row["kode"]] = SHORT.get(row["nama"], row["nama"])
            regions.append({"code": row["kode"], "name": name, "kind": "provinsi", "province": name})
        elif row["level"] == "2":
            kind = KINDS[row["nama"].split()[0]]
            name = bare(row["nama"])
            regions.append({"code": row["kode"], "name": name, "kind": kind, "province": province[row["kode"][:2]]})
    return regions


def regencies_by_district(rows: list[dict[str, str]], regions: list[dict[str, str]]) -> dict[tuple[str, str], set[str]]:
    """(province, squeezed name of a district) → the regencies or cities of that province that have it."""
    by_code = {region["code"]: region for region in regions}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row["level"] == "3":
            regency = by_code[row["kode"][:5]]
            for name in {row["nama"], row["nama"].removeprefix("Kota ")}:
                found[regency["province"], squeezed(name)].add(regency["name"])
    return found


def unit_rows(rows: list[dict[str, str]], regions: list[dict[str, str]]) -> list[dict[str, str]]:
    """Units called after a district, with the regency it lies in; the rest needs a person (unit_names.csv)."""
    named = {(region["province"], squeezed(region["name"])) for region in regions}
    districts = regencies_by_district(rows, regions)
    told = []
    for unit in Gazetteer.for_mode("live"):
        place = (unit.province, squeezed(unit.place))
        found = districts.get(place, set())
        if place not in named and len(found) == 1:
            told.append({"unit_id": unit.unit_id, "regency": next(iter(found))})
    return sorted(told, key=lambda row: row["unit_id"])


def write(path: Path, what: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(HEADER.format(what=what))
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with wilayah/")
    parser.add_argument("--out", type=Path, default=DATA, help="folder for the two files")
    arguments = parser.parse_args()
    with (arguments.data / "wilayah" / "wilayah_level_1_to_3.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    regions = region_rows(rows)
    units = unit_rows(rows, regions)
    write(arguments.out / "regions.csv", "Provinces, regencies, cities.", ("code", "name", "kind", "province"), regions)
    write(arguments.out / "unit_regencies.csv", "Regencies of units.", ("unit_id", "regency"), units)
    print(f"{len(regions)} regions, {len(units)} units with the regency of their district")


if __name__ == "__main__":
    main()
