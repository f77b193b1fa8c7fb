"""The public list of UPT and the list of provinces → libs/reference/data/units.csv, always the same bytes."""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from pathlib import Path

HEADER = """\
# Satuan kerja pemasyarakatan (UPT), one line a unit. Dated data, never a constant: counts differ by source.
# Derived by libs/reference/deriving/derive_units.py; change that script or its inputs, not this file.
# Names of public offices: github.com/dimyustlp/cyber-intelpas at 6d19756e2f89, daftar-upt-nasional.csv (1 repeat).
# Provinces: github.com/cahyadsn/wilayah at b7ad440a1322 (MIT). Aliases: our own, see SOURCE.md.
# State of the lists: 2026-11-21. To be replaced by the directorate's own list when it is handed over.
"""
COLUMNS = (
    "unit_id",
    "name",
    "jenis",
    "kelas",
    "subjenis",
    "place",
    "kanwil",
    "province",
    "zone",
    "aliases",
    "shared_aliases",
)

# The regional offices of the list that keep the name of a province from before it was divided.
DAUGHTERS = {
    "Papua": ("Papua", "Papua Selatan", "Papua Tengah", "Papua Pegunungan"),
    "Papua Barat": ("Papua Barat", "Papua Barat Daya"),
    "Kalimantan Timur": ("Kalimantan Timur", "Kalimantan Utara"),
}
# Places of those offices that are no regency, city or district by the same spelling (the regency is named behind).
PLACED_BY_HAND = {
    "BIAK": "Papua",  # Biak Numfor
    "SERUI": "Papua",  # Kepulauan Yapen
    "TIMIKA": "Papua Tengah",  # Mimika
    "TANAH MERAH": "Papua Selatan",  # Boven Digoel
    "TEMINABUHAN": "Papua Barat Daya",  # Sorong Selatan
    "TANJUNG REDEP": "Kalimantan Timur",  # Berau
}
PROVINCE_NAMES = {"DKI Jakarta": "DKI Jakarta", "D. I. Yogyakarta": "DI Yogyakarta"}
WITA = {
    "Bali", "Nusa Tenggara Barat", "Nusa Tenggara Timur", "Kalimantan Selatan", "Kalimantan Timur", "Kalimantan Utara",
    "Sulawesi Utara", "Sulawesi Tengah", "Sulawesi Selatan", "Sulawesi Tenggara", "Sulawesi Barat", "Gorontalo",
}  # fmt: skip
WIT = {
    "Maluku", "Maluku Utara", "Papua", "Papua Barat", "Papua Selatan", "Papua Tengah", "Papua Pegunungan",
    "Papua Barat Daya",
}  # fmt: skip


def zone_of(province: str) -> str:
    """Keputusan Presiden 41/1987, with the provinces made since in the zone of the one they came from."""
    return "WIT" if province in WIT else "WITA" if province in WITA else "WIB"


def squeezed(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def titled(place: str) -> str:
    """BAU-BAU → Bau-Bau; the list is written in capitals."""
    return re.sub(r"[A-Z]+", lambda word: word.group().capitalize(), place)


def provinces_by_place(path: Path) -> dict[str, set[str]]:
    """Squeezed name of each regency, city or district → the provinces that have one."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    province = {row["kode"]: row["nama"] for row in rows if row["level"] == "1"}
    places: dict[str, set[str]] = {}
    for row in rows:
        if row["level"] != "1":
            bare = re.sub(r"^(Kabupaten|Kota)( Administrasi)? ", "", row["nama"])
            places.setdefault(squeezed(bare), set()).add(province[row["kode"][:2]])
    return places


def province_of(kanwil: str, place: str, places: dict[str, set[str]]) -> str:
    if kanwil not in DAUGHTERS:
        return PROVINCE_NAMES.get(kanwil, kanwil)
    if place in PLACED_BY_HAND:
        return PLACED_BY_HAND[place]
    found = [name for name in DAUGHTERS[kanwil] if name in places.get(squeezed(place), set())]
    if len(found) != 1:
        raise SystemExit(
            f"{place}: province of kanwil {kanwil} not told by its name ({found}); add it to PLACED_BY_HAND"
        )
    return found[0]


def official_name(jenis: str, subjenis: str, kelas: str, place: str) -> str:
    """One word order for all: the list writes both LAPAS KELAS IIA PEREMPUAN and LAPAS PEREMPUAN KELAS IIA."""
    words = [jenis, "" if subjenis == "Umum" else subjenis, f"Kelas {kelas}" if kelas else "", titled(place)]
    return " ".join(word for word in words if word)


def unit_rows(units: Path, places: dict[str, set[str]]) -> list[dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    with units.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            jenis, kelas, subjenis, place = row["jenis"], row["kelas"], row["subjenis"], row["tempat"]
            name = official_name(jenis, subjenis, kelas, place)
            province = province_of(row["kanwil"], place, places)
            unit = {
                "unit_id": slug(name.replace("Kelas ", "")),
                "name": name, "jenis": jenis, "kelas": kelas, "subjenis": subjenis, "place": titled(place),
                "kanwil": row["kanwil"].replace("D. I.", "DI"), "province": province, "zone": zone_of(province),
                "aliases": "", "shared_aliases": "",
            }  # fmt: skip
            kept = rows.setdefault(unit["unit_id"], unit)
            if kept != unit:
                raise SystemExit(f"two units would share the id {unit['unit_id']}: {kept['kanwil']}, {unit['kanwil']}")
    return [rows[unit_id] for unit_id in sorted(rows)]


def add_aliases(rows: list[dict[str, str]], aliases: Path) -> None:
    by_name = {squeezed(row["name"]): row for row in rows}
    with aliases.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            row = by_name.get(squeezed(line["unit"]))
            if row is None:
                raise SystemExit(f"alias {line['alias']}: no unit named {line['unit']}")
            # An alias that its own note calls ambiguous may suggest the unit, never decide it.
            column = "shared_aliases" if line["note"].startswith("ambiguous") else "aliases"
            row[column] = ";".join(filter(None, [row[column], line["alias"]]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with units/ and wilayah/")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "data" / "units.csv")
    arguments = parser.parse_args()
    places = provinces_by_place(arguments.data / "wilayah" / "wilayah_level_1_to_3.csv")
    rows = unit_rows(arguments.data / "units" / "daftar_upt_nasional_transcribed.csv", places)
    add_aliases(rows, arguments.data / "units" / "aliases.csv")
    with arguments.out.open("w", encoding="utf-8", newline="") as out:
        out.write(HEADER)
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} units", dict(sorted(Counter(row["zone"] for row in rows).items())))


if __name__ == "__main__":
    main()
