"""The texts whose units were labelled by hand: their form, and the floor that no change may fall below."""

from __future__ import annotations

import pytest

from libs.reference.units import Gazetteer
from services.classifier.evaluating_units import UnitCase, load_cases, measure, wilson
from services.classifier.misspelling import Misspellings, is_one_edit
from services.classifier.units import GazetteerUnits


@pytest.fixture(scope="module")
def own() -> list[UnitCase]:
    return [case for case in load_cases()[0] if case.kind != "tolok ukur"]


def test_the_labels_name_units_of_the_list_and_no_text_twice(own: list[UnitCase]) -> None:
    live = Gazetteer.for_mode("live")
    assert len(own) >= 200
    assert len({case.title for case in own}) == len(own)
    assert [u for case in load_cases()[0] for u in (*case.units, *case.candidates) if live.get(u) is None] == []


def test_named_units_are_found_and_nothing_is_claimed_where_none_can_be_told(own: list[UnitCase]) -> None:
    outcomes = measure(own, GazetteerUnits())
    named = [o.is_right for o in outcomes if o.case.names_one]
    untold = [o.is_right for o in outcomes if not o.case.names_one]
    assert sum(named) / len(named) >= 0.95
    assert sum(untold) / len(untold) >= 0.95
    ambiguous = [o.offered for o in outcomes if o.case.is_ambiguous]
    assert sum(ambiguous) / len(ambiguous) >= 0.85


def test_on_the_yardstick_too(shared_dir: object) -> None:
    outcomes = [o for o in measure(load_cases()[0], GazetteerUnits()) if o.case.kind == "tolok ukur"]
    for wanted in (True, False):
        right = [o.is_right for o in outcomes if o.case.names_one is wanted]
        assert sum(right) / len(right) >= 0.95


def test_the_interval_holds_at_the_edge() -> None:
    low, high = wilson(100, 100)
    assert 0.95 < low < 1.0
    assert high == pytest.approx(1.0)
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("a", "b", "is_one"),
    [
        ("padang", "padang", True),
        ("padangg", "padang", True),
        ("pdang", "padang", True),
        ("pedang", "padang", True),
        ("apdang", "padang", True),
        ("pdng", "padang", False),
        ("pedong", "padang", False),
    ],
)
def test_one_edit(a: str, b: str, is_one: bool) -> None:
    assert is_one_edit(a, b) is is_one


def test_a_word_between_two_names_means_neither() -> None:
    assert Misspellings(["sarolangun", "sorolangun"]).meant("srolangun") is None
    assert Misspellings(["pamekasan"]).meant("pamekesan") == "pamekasan"
    assert Misspellings(["maninjau"]).meant("meninjau") is None
