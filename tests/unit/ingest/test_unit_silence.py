"""Simulated months of units: who is told silent, how soon, how often for nothing, and never at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.unit_silence import (
    IMPROBABLE,
    MIN_BASIS_DAYS,
    OFFICE_HOURS,
    History,
    habit_of,
    is_told,
    learn,
    shared_silences,
    silence_of,
)
from tests.support.reporting_units import BEGIN, CUSTOMS, WIB, WIT, Custom, Simulated, reports_of, simulate

DAILY = CUSTOMS[0]


def _lived(custom: Custom, seed: int, days: int, **options: int) -> Simulated:
    zone = WIB if seed % 2 else WIT
    unit = Simulated(custom=custom, zone=zone, moments=reports_of(custom, days, seed, zone, **options))
    simulate([unit], days, from_day=MIN_BASIS_DAYS)
    return unit


def test_ordinary_months_make_few_alarms_and_none_at_night() -> None:
    counted: dict[str, int] = {}
    for custom in CUSTOMS:
        units = [_lived(custom, seed, 130) for seed in range(4)]
        counted[custom.name] = sum(len(unit.told) for unit in units)
        for unit in units:
            assert all(at.astimezone(unit.zone).hour in OFFICE_HOURS for at in unit.told)
    grouped = counted.pop("berkelompok")
    print(f"alarms in {4 * 116} unit-days each: {counted}, berkelompok {grouped}")
    assert sum(counted.values()) <= 3
    assert grouped <= 8


@pytest.mark.parametrize("custom", CUSTOMS[:3], ids=lambda custom: custom.name)
def test_a_unit_that_stops_is_told_within_days_once(custom: Custom) -> None:
    for seed in range(3):
        unit = _lived(custom, seed, 115, silent_from=90)
        last = unit.moments[-1]
        (told,) = [at for at in unit.told if at > last]
        hours = (told - last) / timedelta(hours=1)
        assert 40 <= hours <= (100 if custom.name != "hari kerja" else 150), hours


def test_without_a_history_nobody_is_silent() -> None:
    for days in (1, 3, 7, 13):
        unit = Simulated(custom=DAILY, zone=WIB, moments=reports_of(DAILY, 200, 1, WIB, silent_from=days))
        simulate([unit], 60)
        assert unit.told == []
        assert unit.history is not None and habit_of(unit.history, WIB).basis_days < MIN_BASIS_DAYS


def test_speaking_again_ends_it_and_the_pause_is_no_new_habit() -> None:
    before = reports_of(DAILY, 60, 1, WIB)
    after = [at + timedelta(days=80) for at in reports_of(DAILY, 40, 2, WIB)]
    unit = Simulated(custom=DAILY, zone=WIB, moments=[*before, *after])
    simulate([unit], 110, from_day=MIN_BASIS_DAYS)
    assert len(unit.told) == len(unit.spoke) == 1
    assert unit.spoke == [after[0]]
    assert unit.history is not None and min(habit_of(unit.history, WIB).speaks) > 0.85


def test_a_holiday_of_everybody_is_nobodys_silence() -> None:
    units = []
    for seed in range(14):
        moments = [at for at in reports_of(DAILY, 80, seed, WIB) if not 60 <= (at - BEGIN).days < 65]
        units.append(Simulated(custom=DAILY, zone=WIB, moments=moments))
    simulate(units, 70, from_day=58)
    assert sum(len(unit.told) for unit in units) == 0
    alone = Simulated(custom=DAILY, zone=WIB, moments=units[0].moments)
    simulate([alone], 70, from_day=58)
    assert len(alone.told) == 1


def test_one_silent_among_many_that_speak_is_still_told() -> None:
    units = [Simulated(custom=DAILY, zone=WIB, moments=reports_of(DAILY, 80, seed, WIB)) for seed in range(11)]
    units.append(Simulated(custom=DAILY, zone=WIB, moments=reports_of(DAILY, 80, 99, WIB, silent_from=60)))
    simulate(units, 66, from_day=58)
    assert [len(unit.told) for unit in units] == [0] * 11 + [1]


def _steady(days: int) -> History:
    history = None
    for n in range(days):
        history = learn(history, BEGIN + timedelta(days=n, hours=2), WIB)
    assert history is not None
    return history


def test_the_figures_say_what_was_expected_and_on_which_basis() -> None:
    history = _steady(40)
    now = BEGIN + timedelta(days=42, hours=5)
    habit = habit_of(history, WIB)
    silence = silence_of(history, habit, now, WIB)
    assert silence.basis_days == habit.basis_days == 38
    assert silence.expected_per_day == pytest.approx(1.0, abs=0.01)
    assert silence.missed == pytest.approx(3.0, abs=0.2)
    assert silence.chance < IMPROBABLE
    assert is_told(silence, habit, now, WIB)
    assert not is_told(silence, habit, now + timedelta(hours=10), WIB)


def test_a_day_is_the_units_own() -> None:
    # 23.30 UTC is the next morning in Jayapura.
    at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    history = learn(None, at, WIT)
    assert [day.isoformat() for day in history.days] == ["2026-03-02"]
    assert next(iter(history.days.values())).first_minute == 8 * 60 + 30


def test_a_history_is_kept_and_read_back_whole() -> None:
    history = replace(_steady(20), silent_since=BEGIN, pauses=((BEGIN.date(), BEGIN.date()),))
    assert History.of(history.kept()) == history


def test_a_late_older_report_completes_its_day_and_wakes_nobody() -> None:
    history = replace(_steady(30), silent_since=BEGIN + timedelta(days=33))
    later = learn(history, BEGIN + timedelta(days=10, hours=1), WIB)
    assert later.silent_since is not None
    assert later.last_report_at == history.last_report_at
    assert later.days[(BEGIN + timedelta(days=10)).date()].count == 2


def test_few_units_are_no_nation() -> None:
    known = [(_steady(40), habit_of(_steady(40), WIB), WIB)] * 3
    assert shared_silences(known, BEGIN + timedelta(days=45)) == set()
