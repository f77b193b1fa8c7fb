"""The rules are data: what is wrong with the file is said in plain words."""

from typing import Any

import pytest
import yaml

from services.classifier.trends.rules import FILE, FaultyRules, of_data


def the_file() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data


def test_the_shipped_rules_hold() -> None:
    names = [rule.id for rule in of_data(the_file()).rules]
    assert names == ["sosial_jam", "berita_hari", "menumpuk", "isu_jam", "dini_unit", "dini_topik"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"chance": 2}, "a chance lies between"),
        ({"kinds": ["kecamatan"]}, "kinds that do not exist"),
        ({"rule": "firasat"}, "no such rule: firasat"),
        ({"of": "koran"}, "no such class: koran"),
        ({"minutes": 7}, "in fives"),
        ({"least_items": 1}, "one item is no rise"),
        ({"warna": "merah"}, "warna"),
        ({"id": "dini_unit"}, "dini_unit: twice"),
    ],
)
def test_a_faulty_rule_is_refused(change: dict[str, Any], said: str) -> None:
    data = the_file()
    data["rules"][0] |= change
    with pytest.raises(FaultyRules, match=said):
        of_data(data)


def test_a_kind_without_a_dispersion_is_refused() -> None:
    data = the_file()
    del data["baseline"]["dispersion"]["provinsi"]
    with pytest.raises(FaultyRules, match="nothing for provinsi"):
        of_data(data)
