"""One labeller for all tests: compiling the automata takes longer than the tests themselves."""

import pytest

from services.classifier.labelling import Labeller
from services.classifier.rules import load_rules
from services.classifier.units import GazetteerUnits


@pytest.fixture(scope="session")
def labeller() -> Labeller:
    return Labeller(load_rules(), GazetteerUnits())
