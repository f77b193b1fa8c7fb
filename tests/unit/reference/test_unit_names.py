"""Everyday names and regencies of units, and the list of regions they come from."""

from __future__ import annotations

import pytest

from libs.reference.regions import SHORT_FORMS, regions
from libs.reference.unit_names import Telling, UnitNames, squeezed, unknown_meanings
from libs.reference.units import Gazetteer


@pytest.fixture(scope="module")
def names() -> UnitNames:
    return UnitNames.of(Gazetteer.for_mode("live"))


def told(names: UnitNames, name: str) -> dict[str, Telling]:
    return {named.unit.unit_id: named.telling for named in names.by_name.get(squeezed(name), ())}


def test_every_line_of_the_names_leads_to_a_unit() -> None:
    assert unknown_meanings() == []


@pytest.mark.parametrize(
    ("name", "unit_id", "telling"),
    [
        ("Bau Bau", "lapas-iia-bau-bau", Telling.PLACE),
        ("Baubau", "lapas-iia-bau-bau", Telling.PLACE),
        ("Salemba", "rutan-i-jakarta-pusat", Telling.ALIAS),
        ("Mataram", "lapas-iia-lombok-barat", Telling.ALIAS),
        ("Sumba Timur", "lapas-iia-waingapu", Telling.REGION),
        ("Nusakambangan", "lapas-iia-besi-nusakambangan", Telling.SHARED),
    ],
)
def test_a_name_says_how_much_it_tells(names: UnitNames, name: str, unit_id: str, telling: Telling) -> None:
    assert told(names, name)[unit_id] is telling


def test_real_names_are_not_known_in_the_sample() -> None:
    sample = UnitNames.of(Gazetteer.for_mode("sample"))
    assert told(sample, "Salemba") == {}
    assert told(sample, "Contoh Utara") != {}


def test_the_regions_are_38_provinces_and_514_regencies_and_cities() -> None:
    kinds = [region.kind for region in regions()]
    assert (kinds.count("provinsi"), kinds.count("kabupaten") + kinds.count("kota")) == (38, 514)
    provinces = {region.name for region in regions() if region.kind == "provinsi"}
    assert {region.province for region in regions()} == provinces
    assert set(SHORT_FORMS.values()) <= provinces


def test_every_units_province_is_one_of_the_list() -> None:
    provinces = {region.name for region in regions() if region.kind == "provinsi"}
    assert {unit.province for unit in Gazetteer.for_mode("live")} <= provinces
