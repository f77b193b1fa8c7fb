"""The shipped rules, read once."""

import pytest

from services.classifier.trends.rules import TrendRules, load


@pytest.fixture(scope="session")
def rules() -> TrendRules:
    return load()
