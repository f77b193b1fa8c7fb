"""Perturbations: another surface, the same labels, the same again for the same seed."""

from collections import Counter
from dataclasses import replace

from services.classifier.training.corpus import Example, load
from services.classifier.training.perturbing import KINDS, perturbed

SURFACE = {"title", "lead", "units", "at"}


def example() -> Example:
    return next(
        one for one in load() if one.units and one.units[0].startswith("Lapas Kelas") and one.title and one.lead
    )


def by_kind(one: Example) -> dict[str, Example]:
    found = (perturbed(one, seed) for seed in range(200))
    return {made.at.rpartition("#")[2]: made for made in found if made}


def test_the_same_seed_makes_the_same_text() -> None:
    for one in load()[:60]:
        assert perturbed(one, 7) == perturbed(one, 7)


def test_only_the_surface_changes_and_every_kind_is_met() -> None:
    met: Counter[str] = Counter()
    for one in load():
        made = perturbed(one, 1)
        if made is None:
            continue
        met[made.at.rpartition("#")[2]] += 1
        assert (made.title, made.lead) != (one.title, one.lead), one.at
        rest = {field: getattr(one, field) for field in SURFACE}
        assert replace(made, **rest) == one, one.at
    assert set(met) == set(KINDS) and min(met.values()) >= 50, met


def test_another_place_is_put_in_the_text_and_in_the_label() -> None:
    one = example()
    made = by_kind(one)["other_unit"]
    assert made.units != one.units
    assert made.units[0] in made.title + made.lead


def test_a_grave_text_keeps_the_lead_that_says_so() -> None:
    grave = [one for one in load() if one.relevant and one.severity >= 3 and one.title and one.lead]
    assert grave and not any("without_lead" in by_kind(one) for one in grave[:20])


def test_numbers_stay_on_their_side_of_ten() -> None:
    one = replace(example(), title="9 napi kabur, 12 petugas diperiksa", lead="")
    for seed in range(300):
        made = perturbed(one, seed)
        if made and made.at.endswith("#other_numbers"):
            figures = [int(word) for word in made.title.split() if word.isdigit()]
            assert 2 <= figures[0] <= 9 and 10 <= figures[1] <= 99
