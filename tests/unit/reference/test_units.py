"""The gazetteer: ids, zones, name forms, and that fictional units stay in the sample."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from libs.reference.units import DATA, FormStrength, Gazetteer, normalised, read_units

PROJECT = Path(__file__).parents[3]


def strengths(gazetteer: Gazetteer, form: str) -> dict[str, str]:
    return dict(gazetteer.by_form().get(form, ()))


def test_the_real_list_has_every_unit_once_with_a_zone() -> None:
    units = list(Gazetteer.for_mode("live"))
    assert len(units) == 612
    assert len({unit.name for unit in units}) == 612
    assert {unit.zone for unit in units} == {"WIB", "WITA", "WIT"}
    assert all(re.fullmatch(r"[a-z0-9-]+", unit.unit_id) for unit in units)


def test_drill_uses_the_real_units() -> None:
    assert Gazetteer.for_mode("drill") is Gazetteer.for_mode("live")


@pytest.mark.parametrize(
    ("unit_id", "province", "zone"),
    [
        ("lapas-i-cipinang", "DKI Jakarta", "WIB"),
        ("lapas-iia-kerobokan", "Bali", "WITA"),
        ("lapas-iia-tarakan", "Kalimantan Utara", "WITA"),
        ("lapas-iib-merauke", "Papua Selatan", "WIT"),
        ("lapas-iib-sorong", "Papua Barat Daya", "WIT"),
        ("rutan-iib-sambas", "Kalimantan Barat", "WIB"),
    ],
)
def test_province_and_zone_follow_the_place(unit_id: str, province: str, zone: str) -> None:
    unit = Gazetteer.for_mode("live").get(unit_id)
    assert unit is not None
    assert (unit.province, unit.zone) == (province, zone)


@pytest.mark.parametrize(
    ("form", "unit_id", "strength"),
    [
        ("lapas kelas i cipinang", "lapas-i-cipinang", FormStrength.FULL),
        ("lembaga pemasyarakatan klas 1 cipinang", "lapas-i-cipinang", FormStrength.FULL),
        ("lapas kelas iia perempuan bandung", "lapas-perempuan-iia-bandung", FormStrength.FULL),
        ("lapas perempuan kelas iia bandung", "lapas-perempuan-iia-bandung", FormStrength.FULL),
        ("rumah tahanan negara kelas ii b sambas", "rutan-iib-sambas", FormStrength.FULL),
        ("lapas cipinang", "lapas-i-cipinang", FormStrength.SHORT),
        ("lapas lhokseumawe", "lapas-iia-lhok-seumawe", FormStrength.SHORT),
        ("lapas permisan", "lapas-iia-permisan-nusakambangan", FormStrength.SHORT),
        ("lapas kedungpane", "lapas-i-semarang", FormStrength.ALIAS),
        ("lapas tanjung gusta", "lapas-i-medan", FormStrength.SHARED),
    ],
)
def test_everyday_forms_lead_to_the_unit(form: str, unit_id: str, strength: FormStrength) -> None:
    assert strengths(Gazetteer.for_mode("live"), form)[unit_id] == strength


def test_a_place_with_several_units_lists_them_all() -> None:
    assert len(Gazetteer.for_mode("live").by_place()["tenggarong"]) == 3


def test_no_form_is_a_bare_place() -> None:
    live = Gazetteer.for_mode("live")
    assert not set(live.by_form()) & set(live.by_place())


def test_sample_units_are_fictional_marked_and_over_three_zones() -> None:
    sample = Gazetteer.for_mode("sample")
    assert len(sample) >= 24
    assert all("Contoh" in unit.name and unit.unit_id.startswith("contoh-") for unit in sample)
    assert {unit.zone for unit in sample} == {"WIB", "WITA", "WIT"}
    assert not set(sample.units) & set(Gazetteer.for_mode("live").units)
    assert not any("contoh" in unit.name.lower() for unit in Gazetteer.for_mode("live"))


def test_a_line_that_breaks_the_form_is_named(tmp_path: Path) -> None:
    good = (DATA / "units_sample.csv").read_text(encoding="utf-8")
    broken = tmp_path / "units.csv"
    broken.write_text(good.replace("Contoh Barat Daya,WIB", "Contoh Barat Daya,GMT", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="contoh-lapas-i-raya"):
        read_units(broken)


def test_normalised_is_lower_case_words() -> None:
    assert normalised("  Lapas Kelas II-A  (Bau-Bau) ") == "lapas kelas ii a bau bau"


def test_the_regions_are_what_the_script_derives(shared_dir: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "libs.reference.deriving.derive_regions"]
    paths = ["--data", str(shared_dir / "data"), "--out", str(tmp_path)]
    subprocess.run([*command, *paths], check=True, capture_output=True, cwd=PROJECT)
    for name in ("regions.csv", "unit_regencies.csv"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


@pytest.mark.parametrize(("script", "file"), [("derive_units", "units.csv"), ("derive_sources", "sources.yaml")])
def test_the_shipped_file_is_what_the_script_derives(script: str, file: str, shared_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / file
    command = [sys.executable, str(PROJECT / "libs/reference/deriving" / f"{script}.py")]
    subprocess.run([*command, "--data", str(shared_dir / "data"), "--out", str(out)], check=True, capture_output=True)
    assert out.read_bytes() == (DATA / file).read_bytes()
