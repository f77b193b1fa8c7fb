"""When a source is read next, from what it was seen to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.rhythm import Forecast, Rhythm, learn
from services.ingest.scheduling import (
    LONGEST_PAUSE_SECONDS,
    Patience,
    after_failure_at,
    is_hopeless,
    is_worth_telling,
    next_poll_at,
    pause_for,
    retry_at,
    score_after,
    tells_more,
    usual_pause,
)
from tests.support.rhythms import HABITS, Watched, published, watch

JAKARTA = "Asia/Jakarta"
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PATIENCE = Patience()


def watched(name: str, days: int = 21, **changes: int) -> Watched:
    habit = next(habit for habit in HABITS if habit.name.startswith(name))
    return watch(published(habit, days, 1), days, seed=1, **changes)


def steady(items_an_hour: float, days: int = 14) -> Rhythm:
    """A source that was looked at each hour of so many days and always had the same."""
    rhythm = learn(None, until=NOON, news=0, zone=JAKARTA)
    for hour in range(1, 24 * days + 1):
        news = int(hour * items_an_hour) - int((hour - 1) * items_an_hour)
        rhythm = learn(rhythm, until=NOON + hour * HOUR, news=news, zone=JAKARTA)
    return rhythm


def pause_of(rhythm: Rhythm, interval_seconds: int = 60, at: datetime | None = None) -> float:
    now = at or rhythm.at
    forecast = Forecast.of(rhythm, JAKARTA)
    due = next_poll_at(rhythm=rhythm, forecast=forecast, now=now, interval_seconds=interval_seconds)
    return (due - now).total_seconds()


@pytest.mark.parametrize(
    ("items_an_hour", "seconds"), [(600, 60), (6, 60), (1.5, 120), (0.125, 415.7), (0.0001, 7200), (0, 7200)]
)
def test_a_quarter_of_the_news_doubles_the_pause_within_bounds(items_an_hour: float, seconds: float) -> None:
    assert pause_for(items_an_hour, 60) == pytest.approx(seconds, rel=0.01)


def test_no_source_is_read_more_often_than_its_interval_nor_than_a_longer_interval_says() -> None:
    assert pause_for(1e9, 300) == 300
    assert pause_for(0.0001, 6 * 3600) == 6 * 3600


def test_a_source_with_three_items_a_day_is_not_polled_each_minute() -> None:
    seen = watched("lapas", interval_seconds=60)
    assert seen.rhythm is not None and 2 < seen.rhythm.items_per_day < 4
    assert 50 < seen.polls_per_day < 200, "of 1,440 minutes"
    assert seen.mean_wait_minutes < 6


def test_an_unknown_source_is_read_often_at_first_and_ever_less_while_it_is_silent() -> None:
    first = learn(None, until=NOON, news=20, zone=JAKARTA)
    assert pause_of(first) == 60
    later = [learn(first, until=NOON + hours * HOUR, news=0, zone=JAKARTA) for hours in (1, 6, 11)]
    pauses = [pause_of(rhythm) for rhythm in later]
    assert pauses == sorted(pauses) and 60 < pauses[0] < 300 < pauses[-1] < 1200


def test_after_news_it_is_read_soon_again_and_the_haste_passes() -> None:
    rare = steady(0.05)
    calm = pause_of(rare)
    burst = learn(rare, until=rare.at + HOUR, news=3, zone=JAKARTA)
    assert pause_of(burst) < calm / 3
    assert pause_of(burst, at=burst.at + 12 * HOUR) > 3 * pause_of(burst)


def test_it_sleeps_with_its_source_and_wakes_before_it() -> None:
    seen = watched("portal, 100")
    assert seen.rhythm is not None
    forecast = Forecast.of(seen.rhythm, JAKARTA)
    noon = datetime(2026, 1, 25, 5, 0, tzinfo=UTC)
    quiet = Rhythm(**{**seen.rhythm.kept(), "recent": 0.0})

    def pause_at(at: datetime) -> float:
        due = next_poll_at(rhythm=quiet, forecast=forecast, now=at, interval_seconds=60)
        return (due - at).total_seconds()

    assert pause_at(noon) < 90
    assert pause_at(noon + 12 * HOUR) > 120, "midnight in Jakarta"
    # At 05:50 the pause of the night would last past the first news of 06:00.
    assert pause_at(noon + timedelta(hours=17, minutes=59)) <= 61 + pause_for(forecast.rate(noon + 18 * HOUR), 60)


def test_what_is_told_is_the_pause_of_an_average_hour() -> None:
    forecast = Forecast.of(steady(1.5), JAKARTA)
    assert usual_pause(forecast, 60) == pytest.approx(120, rel=0.05)
    assert tells_more(None, 60) and tells_more(60, 120) and tells_more(120, 60)
    assert not tells_more(100, 120)


def test_jitter_only_ever_adds() -> None:
    rhythm = steady(1.5)
    forecast = Forecast.of(rhythm, JAKARTA)

    def at(spread: float) -> datetime:
        return next_poll_at(rhythm=rhythm, forecast=forecast, now=NOON, interval_seconds=300, spread=spread)

    assert at(0.0) < at(0.5) < at(0.999) <= NOON + (at(0.0) - NOON) * 1.1
    early = after_failure_at(now=NOON, interval_seconds=300, failures=1, retry_after_seconds=900)
    late = after_failure_at(now=NOON, interval_seconds=300, failures=1, retry_after_seconds=900, spread=0.999)
    assert (early, late <= NOON + 1125 * timedelta(seconds=1)) == (NOON + 15 * MINUTE, True)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 600), (2, 1200), (5, 3600), (60, 3600)])
def test_failures_back_off_up_to_an_hour(failures: int, seconds: int) -> None:
    at = after_failure_at(now=NOON, interval_seconds=300, failures=failures)
    assert at == NOON + timedelta(seconds=seconds)


def test_a_rest_that_is_asked_for_is_given() -> None:
    at = after_failure_at(now=NOON, interval_seconds=5, failures=1, retry_after_seconds=120)
    assert at == NOON + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("less", "more"),
    [("timeout", "http_404"), ("timeout", "not_a_feed"), ("http_503", "http_404"), ("http_429", "timeout"),
     ("http_404", "http_410")],
)  # fmt: skip
def test_a_failure_that_says_more_about_the_source_weighs_more(less: str, more: str) -> None:
    assert score_after(0, less) < score_after(0, more)


def test_what_is_our_own_trouble_weighs_nothing_and_a_success_forgives_most() -> None:
    assert score_after(0, "parser_not_started") == 0
    assert score_after(9, None) == 3
    assert score_after(0.2, None) == 0
    score = 0.0
    for _ in range(50):  # every second poll times out: a nuisance, not hopeless
        score = score_after(score_after(score, "timeout"), None)
    assert score < 1


def test_it_is_given_up_when_it_was_bad_enough_for_long_enough() -> None:
    day = timedelta(days=1)
    assert is_hopeless(score=10, first_failure_at=NOON - day, now=NOON, patience=PATIENCE)
    assert not is_hopeless(score=99, first_failure_at=NOON - day + MINUTE, now=NOON, patience=PATIENCE)
    assert not is_hopeless(score=9.9, first_failure_at=NOON - 9 * day, now=NOON, patience=PATIENCE)
    assert not is_hopeless(score=99, first_failure_at=None, now=NOON, patience=PATIENCE)


def test_it_is_tried_again_ever_later_but_within_a_week() -> None:
    days = [(retry_at(now=NOON, tries=n, patience=PATIENCE) - NOON).days for n in (0, 1, 2, 3, 50)]
    assert days == [1, 2, 4, 7, 7]


def test_going_on_failing_is_told_when_its_failures_have_doubled() -> None:
    told = [n for n in range(1, 100) if is_worth_telling(state="gagal", failures=n)]
    assert told == [6, 12, 24, 48, 96]


def test_the_longest_pause_is_two_hours() -> None:
    assert LONGEST_PAUSE_SECONDS == 7200
    assert watched("mingguan", interval_seconds=300).polls_per_day > 12
