"""Which stories a rule holds for, and the figures it gives."""

from typing import Any

import pytest

from libs.schemas.common import Sentiment
from libs.schemas.stories import Story, TopicCount
from services.alerts.detecting import figure, growth_of, published_within, weigh, window_words
from tests.support.builders import NOON, a_story
from tests.unit.alerts.lives import RULES, a_count_story, a_timeline, after

NEGATIVE, NEUTRAL, POSITIVE = (Sentiment(label=label, score=0.9) for label in ("negatif", "netral", "positif"))


def _rules_for(story: Story) -> list[str]:
    return [match.rule_id for match in weigh(story, RULES, NOON)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"severity_max": 4, "polarity": "officials_acted"}, ["kritis-1", "serius-1"]),
        ({"severity_max": 3}, ["serius-1"]),
        ({"severity_max": 3, "polarity": "officials_acted"}, ["serius-1"]),
        ({"severity_max": 3, "polarity": "officials_acted", "sentiment": POSITIVE}, []),
        ({"severity_max": 3, "sentiment": POSITIVE}, []),
        ({"severity_max": 2}, []),
        ({"severity_max": 0, "sentiment": NEUTRAL, "polarity": "none"}, []),
    ],
)
def test_label_rules_hold_by_the_labels_of_a_single_publication(changes: dict[str, Any], expected: list[str]) -> None:
    assert _rules_for(a_count_story(1, 1, **changes)) == expected


def test_spreading_negative_news_needs_publications_and_outlets() -> None:
    spread = {"severity_max": 2, "sentiment": NEGATIVE}
    spread_out = (1, 0, 0, 0) * 4
    assert _rules_for(a_count_story(4, 3, within=spread_out, **spread)) == ["sebaran-negatif-1"]
    assert _rules_for(a_count_story(4, 2, within=spread_out, **spread)) == []
    assert _rules_for(a_count_story(3, 3, within=(1, 1, 1), **spread)) == []


def test_publications_before_the_window_do_not_count() -> None:
    old = a_count_story(9, 4, within=(9, *[0] * 16), severity_max=2)
    assert _rules_for(old) == []


def test_a_denied_rumour_is_its_own_matter() -> None:
    rumour: dict[str, Any] = {"severity_max": 1, "polarity": "none", "sentiment": NEUTRAL}
    topics = [TopicCount(name="hoaks_klarifikasi", items=3)]
    assert _rules_for(a_count_story(3, 2, topics=topics, **rumour)) == ["hoaks-menyebar-1"]
    aside = [TopicCount(name="layanan", items=20), TopicCount(name="hoaks_klarifikasi", items=1)]
    assert _rules_for(a_count_story(20, 6, topics=aside, **rumour)) == []


def test_growth_is_above_mean_and_three_sigma_and_at_least_four() -> None:
    # One publication an hour for twelve hours: mean 1, σ 0, so four in the last hour stand out.
    steady = (0, 0, 0, 1) * 12
    growth = growth_of(a_timeline(*steady, 1, 1, 1, 1), window_minutes=60, windows=12, sigmas=3, at=NOON)
    assert (growth.observed, growth.mean, growth.threshold) == (4, 1.0, 1.0)
    story = a_count_story(16, 2, within=(*steady, 1, 1, 1, 1), severity_max=2, sentiment=NEUTRAL, polarity="none")
    assert _rules_for(story) == ["lonjakan-1"]
    three = a_count_story(15, 2, within=(*steady, 0, 1, 1, 1), severity_max=2, sentiment=NEUTRAL, polarity="none")
    assert _rules_for(three) == []


def test_a_restless_story_needs_more_to_stand_out() -> None:
    restless = (0, 0, 0, 6, 0, 0, 0, 0) * 6
    growth = growth_of(a_timeline(*restless, 0, 0, 0, 7), window_minutes=60, windows=12, sigmas=3, at=NOON)
    assert (growth.observed, growth.mean, growth.threshold) == (7, 3.0, 12.0)


def test_windows_move_with_the_moment_they_are_asked_for() -> None:
    timeline = a_timeline(2, 3)
    assert published_within(timeline, 15, NOON) == 3
    assert published_within(timeline, 30, NOON) == 5
    assert published_within(timeline, 60, after(3600 * 3)) == 0
    assert published_within(timeline, 60, after(-3600 * 30)) == 0


def test_a_match_says_why_in_words_with_the_span_it_rests_on() -> None:
    match = weigh(a_story(severity_max=3), RULES, NOON)[0]
    assert match.why == "Keparahan 3 (serius): tahanan dikabarkan kabur."
    assert [span.words for span in match.spans] == ["pelarian"]
    count = weigh(a_count_story(31, 17, within=(10, 10, 11), severity_max=2), RULES, NOON)
    assert count[-1].why == "Isu bernada negatif: 31 publikasi di 17 media dalam 4 jam (batas 4)."
    assert (count[-1].observed, count[-1].threshold, count[-1].window_minutes) == (31, 4, 240)


def test_the_highest_level_comes_first() -> None:
    story = a_count_story(8, 5, within=(2, 2, 2, 2), severity_max=4)
    assert [match.level for match in weigh(story, RULES, NOON)] == ["krisis", "siaga", "siaga", "waspada"]


@pytest.mark.parametrize(("value", "words"), [(None, "–"), (7.0, "7"), (6.75, "6,8"), (12345, "12.345"), (0, "0")])
def test_figures_are_written_the_indonesian_way(value: float | None, words: str) -> None:
    assert figure(value) == words


def test_windows_are_written_in_hours_where_they_are_whole() -> None:
    assert [window_words(minutes) for minutes in (15, 60, 240, 90)] == ["15 menit", "1 jam", "4 jam", "90 menit"]
