"""Gone quiet: against its own rhythm and time of day, and never at its night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.ingest.quiet import chance_of_silence, is_night, quiet_now
from services.ingest.rhythm import Forecast, Rhythm, learn
from tests.support.rhythms import BEGIN, DAY, HABITS, HOUR, JAKARTA, Habit, published, watch

PORTAL = next(habit for habit in HABITS if habit.name.startswith("portal, 100"))
OFFICE = next(habit for habit in HABITS if habit.name == "kanwil, hari kerja")


def silenced(habit: Habit, *, days: int, at: datetime, seed: int = 1) -> list[datetime]:
    """When it was said to be quiet, of a source that said nothing after `at`."""
    moments = [moment for moment in published(habit, days, seed) if moment < at]
    return watch(moments, days, seed=seed).alarms


def test_a_portal_that_stops_at_ten_is_missed_by_the_afternoon() -> None:
    stops = BEGIN + 20 * DAY + 10 * HOUR
    (alarm,) = silenced(PORTAL, days=22, at=stops)
    assert HOUR < alarm - stops < 6 * HOUR


def test_one_that_stops_in_the_evening_is_missed_next_morning_and_not_at_night() -> None:
    stops = BEGIN + 20 * DAY + 20 * HOUR
    (alarm,) = silenced(PORTAL, days=22, at=stops)
    assert alarm > BEGIN + 21 * DAY + 5 * HOUR
    assert alarm - stops < 16 * HOUR


def test_an_office_is_silent_on_sunday_and_nobody_is_told() -> None:
    # Day 24 is a Thursday; it stops on Friday evening.
    stops = BEGIN + 25 * DAY + 17 * HOUR
    alarms = silenced(OFFICE, days=32, at=stops)
    assert alarms and all((alarm + 7 * HOUR).weekday() < 5 for alarm in alarms)
    assert (alarms[0] + 7 * HOUR).weekday() in (0, 1), "Monday or Tuesday"


@pytest.mark.parametrize("habit", [PORTAL, OFFICE], ids=["portal", "kantor"])
def test_a_source_that_is_well_is_left_alone(habit: Habit) -> None:
    days = 30
    assert watch(published(habit, days, 2), days, seed=2).alarms == []


def test_a_cold_start_raises_nothing() -> None:
    stops = BEGIN + 3 * DAY
    assert silenced(PORTAL, days=6, at=stops) == []


def a_rhythm(meanwhile: float, *, longest: float = 0.0, surprise: float = 0.0, foreseen: float = 0.0) -> Rhythm:
    """A fortnight of one item an hour by day."""
    rhythm = learn(None, until=BEGIN, news=0, zone=JAKARTA)
    for hour in range(1, 24 * 14 + 11):
        news = int(7 <= (hour - 1) % 24 < 21)
        rhythm = learn(rhythm, until=BEGIN + hour * HOUR, news=news, zone=JAKARTA)
    return replace(rhythm, meanwhile=meanwhile, longest=longest, surprise=surprise, foreseen=foreseen)


def judged(rhythm: Rhythm, *, at: datetime | None = None) -> object:
    now = at or rhythm.at
    forecast = Forecast.of(replace(rhythm, at=now), JAKARTA)
    return quiet_now(rhythm, forecast, last_item_at=now - 20 * HOUR, now=now)


def test_the_figures_say_what_was_expected_since_when_and_how_likely_that_was() -> None:
    rhythm = a_rhythm(20.0)
    forecast = Forecast.of(rhythm, JAKARTA)
    quiet = quiet_now(rhythm, forecast, last_item_at=BEGIN, now=rhythm.at)
    assert quiet is not None
    assert (quiet.since, quiet.expected_meanwhile) == (BEGIN, 20.0)
    assert quiet.items_per_day == pytest.approx(14, rel=0.1) and quiet.basis_days == pytest.approx(12, abs=2)
    assert quiet.chance == chance_of_silence(rhythm) < 1e-5


def test_too_little_to_miss_is_no_silence() -> None:
    assert judged(a_rhythm(5.0)) is None


def test_a_pause_as_it_made_before_is_no_silence() -> None:
    assert judged(a_rhythm(20.0, longest=10.0)) is not None
    assert judged(a_rhythm(20.0, longest=15.0)) is None


def test_items_that_come_in_clumps_count_as_fewer() -> None:
    assert judged(a_rhythm(20.0, surprise=100.0, foreseen=5.0)) is None


def test_no_word_at_its_night_nor_while_people_sleep_unless_it_is_awake_then() -> None:
    rhythm = a_rhythm(20.0)
    midnight = BEGIN + 15 * DAY
    assert is_night(Forecast.of(rhythm, JAKARTA), midnight + 2 * HOUR)
    assert judged(rhythm, at=midnight + 2 * HOUR) is None
    assert judged(rhythm, at=midnight + 12 * HOUR) is not None
    owl = learn(None, until=BEGIN, news=0, zone=JAKARTA)
    for hour in range(1, 24 * 14):
        owl = learn(owl, until=BEGIN + hour * HOUR, news=int((hour - 1) % 24 < 6), zone=JAKARTA)
    assert not is_night(Forecast.of(owl, JAKARTA), midnight + 2 * HOUR)
    assert is_night(Forecast.of(owl, JAKARTA), midnight + 12 * HOUR)


def test_an_announced_silence_teaches_no_new_habit() -> None:
    rhythm = a_rhythm(20.0)
    usual, quiet = rhythm.items_per_day, rhythm
    for _ in range(200):
        quiet = learn(quiet, until=quiet.at + HOUR, news=0, zone=JAKARTA, told_quiet=True)
    assert quiet.items_per_day == pytest.approx(usual, rel=0.01)
    assert quiet.meanwhile > 100


def test_hours_that_nobody_could_look_at_teach_nothing() -> None:
    rhythm = a_rhythm(0.0)
    after = learn(rhythm, until=rhythm.at + timedelta(days=3), news=2, zone=JAKARTA)
    assert after.items_per_day == pytest.approx(rhythm.items_per_day, rel=0.01)
