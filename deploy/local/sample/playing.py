"""The clock of the sample day: it runs while the server runs, and a restart goes on where it stopped."""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Stretch:
    """One run of the server: the played second it began with, and when that was."""

    played: float
    began_at: datetime


class PlayClock:
    """Persisted in one small file; a crash costs at most the seconds since the last save."""

    def __init__(self, path: Path, *, now: datetime, speed: float = 1.0) -> None:
        self._path = path
        self._speed = speed
        saved: dict[str, Any] = {"played": 0.0, "stretches": []}
        if path.exists():
            saved = json.loads(path.read_text(encoding="utf-8"))
        self._stretches = [
            Stretch(one["played"], datetime.fromisoformat(one["began_at"])) for one in saved["stretches"]
        ]
        self._stretches.append(Stretch(float(saved["played"]), now))
        self.save(now)

    def played(self, now: datetime) -> float:
        last = self._stretches[-1]
        return last.played + max(0.0, (now - last.began_at).total_seconds()) * self._speed

    def wall_time(self, played: float) -> datetime:
        """When a second of the day was played: it stays the same over restarts."""
        starts = [stretch.played for stretch in self._stretches]
        stretch = self._stretches[max(0, bisect_right(starts, played) - 1)]
        return stretch.began_at + timedelta(seconds=(played - stretch.played) / self._speed)

    def save(self, now: datetime) -> None:
        state = {
            "played": round(self.played(now), 3),
            "stretches": [{"played": one.played, "began_at": one.began_at.isoformat()} for one in self._stretches],
        }
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(state), encoding="utf-8")
        os.replace(fresh, self._path)


def utc_now() -> datetime:
    return datetime.now(UTC)
