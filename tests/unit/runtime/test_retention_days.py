"""A deployment may keep data for less, within bounds that are named when it tries to leave them."""

import pytest

from libs.runtime.retention import Rule, shortened
from libs.runtime.settings import what_is_wrong
from services.classifier import keeping
from services.classifier.settings import ClassifierSettings

LABEL = Rule(data_class="label", collection="labels", at="at", days=400, least_days=3)
COUNT = Rule(data_class="hitungan", collection="trend_items", at="at", days=36)


def test_a_period_becomes_shorter_and_the_others_stand() -> None:
    kept = shortened((LABEL, COUNT), {"label": 5})
    assert [(rule.data_class, rule.days) for rule in kept] == [("label", 5), ("hitungan", 36)]
    assert shortened((LABEL, COUNT), {}) == (LABEL, COUNT)


@pytest.mark.parametrize("days", [401, 2.9, 0, -1, float("nan"), float("inf")])
def test_a_period_never_leaves_its_bounds(days: float) -> None:
    with pytest.raises(ValueError, match="label needs 3 to 400 days"):
        shortened((LABEL,), {"label": days})


def test_what_names_no_least_days_stands_as_it_is() -> None:
    assert shortened((COUNT,), {"hitungan": 36}) == (COUNT,)
    with pytest.raises(ValueError, match="hitungan needs 36 to 36 days"):
        shortened((COUNT,), {"hitungan": 35})


def test_a_class_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="no data class here: labels"):
        shortened((LABEL,), {"labels": 5})


def test_the_classifier_reads_its_periods_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASOPATI_SECRET_KEY", "5a" * 32)
    monkeypatch.setenv("PASOPATI_CLASSIFIER_RETENTION_DAYS", '{"label": 5, "isu": 31}')
    assert ClassifierSettings().classifier_retention_days == {"label": 5, "isu": 31}
    monkeypatch.setenv("PASOPATI_CLASSIFIER_RETENTION_DAYS", '{"isu": 30}')
    with pytest.raises(ValueError) as refused:
        ClassifierSettings()
    (said,) = what_is_wrong(ClassifierSettings, refused.value)  # type: ignore[arg-type]
    assert said.startswith("PASOPATI_CLASSIFIER_RETENTION_DAYS:") and "isu needs 31 to 400 days" in said


def test_a_story_ends_after_its_members() -> None:
    order = [rule.data_class for rule in keeping.RULES]
    assert order.index("anggota_isu") < order.index("isu")
