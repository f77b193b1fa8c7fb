"""The clock of the sample day goes on over restarts and keeps the times of what came out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local.sample.playing import PlayClock

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_fresh_clock_begins_at_nothing(tmp_path: Path) -> None:
    clock = PlayClock(tmp_path / "clock.json", now=NOON)
    assert clock.played(NOON) == 0
    assert clock.played(NOON + seconds(90)) == 90
    assert clock.wall_time(30) == NOON + seconds(30)


def test_time_does_not_pass_while_the_server_is_away(tmp_path: Path) -> None:
    first = PlayClock(tmp_path / "clock.json", now=NOON)
    first.save(NOON + seconds(100))
    later = NOON + seconds(5000)
    second = PlayClock(tmp_path / "clock.json", now=later)
    assert second.played(later) == 100
    assert second.played(later + seconds(20)) == 120
    # What came out in the first run keeps its time, what comes out now has a time of now.
    assert second.wall_time(60) == NOON + seconds(60)
    assert second.wall_time(110) == later + seconds(10)


def test_a_faster_clock_plays_the_day_sooner(tmp_path: Path) -> None:
    clock = PlayClock(tmp_path / "clock.json", now=NOON, speed=10)
    assert clock.played(NOON + seconds(6)) == 60
    assert clock.wall_time(60) == NOON + seconds(6)


def test_a_clock_set_back_stands_still(tmp_path: Path) -> None:
    assert PlayClock(tmp_path / "clock.json", now=NOON).played(NOON - seconds(60)) == 0
