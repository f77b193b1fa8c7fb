"""The taxonomy holds the words of the domain, each with a label."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from libs.reference import taxonomy
from libs.schemas import alerts, common


@pytest.mark.parametrize(
    ("labels", "literal"),
    [
        (taxonomy.TOPICS, common.Topic22),
        (taxonomy.CRISIS_CATEGORIES, common.CrisisCategory),
        (taxonomy.SENTIMENTS, common.SentimentLabel),
        (taxonomy.POLARITIES, common.Polarity),
        (taxonomy.URGENCIES, common.Urgency),
        (taxonomy.IMPACT_SCOPES, common.ImpactScope),
        (taxonomy.ACTUALITIES, common.Actuality),
        (taxonomy.ROLES, common.Role),
        (taxonomy.ALERT_STATUSES, alerts.AlertStatus),
        (taxonomy.ALERT_STAGES, alerts.Stage),
    ],
)
def test_every_word_that_travels_has_a_label(labels: dict[str, str], literal: Any) -> None:
    assert set(labels) == set(get_args(literal))


def test_every_level_that_travels_has_a_label() -> None:
    assert set(get_args(common.Level)) < set(taxonomy.LEVELS)


def test_there_are_22_topics_and_ten_crisis_categories() -> None:
    assert len(taxonomy.TOPICS) == 22
    assert taxonomy.OUT_OF_SCOPE in taxonomy.TOPICS
    assert len(taxonomy.CRISIS_CATEGORIES) == 10


def test_every_name_has_a_label_and_no_two_share_one() -> None:
    for labels in (taxonomy.TOPICS, taxonomy.CRISIS_CATEGORIES, taxonomy.SENTIMENTS, taxonomy.LEVELS, taxonomy.ROLES):
        assert all(label.strip() for label in labels.values())
        assert len(set(labels.values())) == len(labels)


def test_severities_run_from_routine_to_critical() -> None:
    assert dict(taxonomy.SEVERITIES) == {0: "Rutin", 1: "Ringan", 2: "Sedang", 3: "Serius", 4: "Kritis"}


def test_a_topic_of_a_newer_taxonomy_is_shown_by_its_name() -> None:
    assert taxonomy.topic_label("pelarian") == "Pelarian"
    assert taxonomy.topic_label("topik_baru") == "topik_baru"
