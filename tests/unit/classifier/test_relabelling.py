"""A person's word on labels: what it overrides, what follows from it, and when it is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from libs.schemas.commands import LabelsCorrected
from libs.schemas.common import Sentiment
from libs.schemas.items import ClassifiedItem, NeedsReview, Relevance, Severity, TopicLabel
from services.classifier.relabelling import Refusal, Word, hold, spoken
from services.classifier.units import GazetteerUnits
from tests.support.builders import a_classified_item, an_actor

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
UNITS = GazetteerUnits()
ESCAPE: dict[str, Any] = {
    "topics": [TopicLabel(name="pelarian", score=0.9)], "severity": Severity(value=3), "urgency": "tinggi",
    "crisis_category": "keamanan_ketertiban", "units": [],
    "needs_review": NeedsReview(yes=True, reason="unit tidak pasti"),
}  # fmt: skip
FOOTBALL: dict[str, Any] = {
    "relevance": Relevance(score=0.1, relevant=False), "topics": [TopicLabel(name="luar_lingkup", score=0.9)],
    "severity": Severity(value=0), "crisis_category": None, "units": [], "urgency": "rendah",
}  # fmt: skip


def say(item: ClassifiedItem, earlier: Word | None = None, **labels: Any) -> Word | Refusal | None:
    asked = LabelsCorrected(by=an_actor("analis"), **({"reason": "Terbaca di isinya"} | labels))
    return spoken(asked, item, earlier, units=UNITS, opmode="live", now=NOON)


def said(item: ClassifiedItem, earlier: Word | None = None, **labels: Any) -> tuple[ClassifiedItem, Word]:
    word = say(item, earlier, **labels)
    assert isinstance(word, Word)
    return hold(item, word, units=UNITS, opmode="live"), word


def refusal(item: ClassifiedItem, **labels: Any) -> str:
    answer = say(item, **labels)
    assert isinstance(answer, Refusal)
    return answer.kode


def test_what_a_person_says_overrides_and_tells_what_the_machine_had_said() -> None:
    item, _ = said(a_classified_item(**ESCAPE), severity=1)
    assert item.severity.value == 1
    assert item.severity.why[0].rule == "orang" and "Terbaca di isinya" in item.severity.why[0].words
    assert item.urgency == "rendah"
    assert item.decided_by == "analis" and not item.needs_review.yes
    assert item.correction is not None
    assert (item.correction.fields, item.correction.before) == (["severity"], {"severity": "3"})


def test_what_was_not_said_stays() -> None:
    before = a_classified_item(**ESCAPE)
    item, _ = said(before, sentiment="negatif")
    assert item.sentiment == Sentiment(label="negatif", score=1.0)
    assert (item.topics, item.severity, item.crisis_category) == (
        before.topics,
        before.severity,
        before.crisis_category,
    )


def test_an_item_declared_out_of_scope_loses_what_only_relevant_ones_have() -> None:
    item, _ = said(a_classified_item(**ESCAPE), relevant=False)
    assert not item.relevance.relevant
    assert [t.name for t in item.topics] == ["luar_lingkup"]
    assert (item.severity.value, item.crisis_category, item.urgency) == (0, None, "rendah")


def test_a_topic_makes_an_item_relevant_and_brings_its_category() -> None:
    item, _ = said(a_classified_item(**FOOTBALL), topics=["kerusuhan", "kematian"], severity=3)
    assert item.relevance.relevant
    assert [t.name for t in item.topics] == ["kerusuhan", "kematian"]
    assert (item.crisis_category, item.urgency) == ("keamanan_ketertiban", "tinggi")


def test_a_relevant_item_without_a_topic_is_given_the_plainest() -> None:
    assert [t.name for t in said(a_classified_item(**FOOTBALL), relevant=True)[0].topics] == ["lainnya"]
    item, _ = said(a_classified_item(**FOOTBALL), relevant=True, units=["lapas-iia-kediri"])
    assert [t.name for t in item.topics] == ["operasional"]
    assert [(u.unit_id, u.how) for u in item.units] == [("lapas-iia-kediri", "ditetapkan orang")]
    assert item.units[0].province


@pytest.mark.parametrize(
    ("labels", "kode"),
    [
        ({}, "tidak_ada_label"),
        ({"topics": ["luar_lingkup", "pelarian"]}, "label_bertentangan"),
        ({"relevant": True, "topics": ["luar_lingkup"]}, "label_bertentangan"),
        ({"relevant": False, "topics": ["pelarian"]}, "label_bertentangan"),
        ({"relevant": False, "severity": 3}, "label_bertentangan"),
        ({"units": ["lapas-negeri-dongeng"]}, "unit_tidak_dikenal"),
    ],
)
def test_what_contradicts_itself_or_says_nothing_is_refused(labels: dict[str, Any], kode: str) -> None:
    assert refusal(a_classified_item(**ESCAPE), **labels) == kode


def test_severity_without_relevance_is_refused() -> None:
    assert refusal(a_classified_item(**FOOTBALL), severity=2) == "label_bertentangan"


def test_a_confirmation_holds_every_label_and_ends_the_review() -> None:
    item, word = said(a_classified_item(**ESCAPE), confirmed=True)
    assert not item.needs_review.yes
    assert item.correction is not None and item.correction.confirmed
    again = a_classified_item(
        **(ESCAPE | {"severity": Severity(value=1), "topics": [TopicLabel(name="tokoh", score=0.5)]})
    )
    held = hold(again, word, units=UNITS, opmode="live")
    assert held.severity.value == 3
    assert [t.name for t in held.topics] == ["pelarian"]


def test_a_word_outlives_a_new_reading_and_the_machine_is_heard_beside_it() -> None:
    _, word = said(a_classified_item(**ESCAPE), severity=1)
    held = hold(a_classified_item(**(ESCAPE | {"severity": Severity(value=4)})), word, units=UNITS, opmode="live")
    assert held.severity.value == 1
    assert held.correction is not None and held.correction.before == {"severity": "4"}


def test_a_second_word_adds_to_the_first_and_a_third_replaces_it() -> None:
    item, first = said(a_classified_item(**ESCAPE), severity=1)
    item, second = said(item, first, sentiment="netral")
    assert (item.severity.value, item.sentiment.label) == (1, "netral")
    item, _ = said(item, second, severity=2)
    assert (item.severity.value, item.sentiment.label) == (2, "netral")
    assert item.correction is not None and item.correction.before["severity"] == "3"


def test_the_same_word_again_changes_nothing() -> None:
    item, word = said(a_classified_item(**ESCAPE), severity=1)
    assert say(item, word, severity=1) is None


def test_a_word_survives_the_store() -> None:
    _, word = said(a_classified_item(**ESCAPE), topics=["kerusuhan"], units=["lapas-iia-kediri"])
    assert Word.of_state(word.to_state()) == word
