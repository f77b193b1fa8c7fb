"""The labeller as the service builds it, and one whose rules know many more words."""

from dataclasses import replace

from services.classifier.labelling import Labeller
from services.classifier.models.linear import load_model
from services.classifier.rules import load_rules
from services.classifier.units import GazetteerUnits


def a_labeller() -> Labeller:
    labeller = Labeller(load_rules(), GazetteerUnits(), load_model())
    for opmode in ("live", "sample"):
        labeller.label("pemanasan", "pemanasan", opmode=opmode)
    return labeller


def a_labeller_with_more_patterns(times: int) -> Labeller:
    """Every class of words has so many times as many terms; the new ones are invented and stand in no text."""
    rules = load_rules()
    classes = {
        name: (*terms, *(f"{name.strip('@')}zq{n}" for n in range((times - 1) * len(terms))))
        for name, terms in rules.classes.items()
    }
    return Labeller(replace(rules, classes=classes), GazetteerUnits(), load_model())
