"""calendar.yaml → the kind of a date (WIB): working day, weekend, holiday, or a season of corrections news."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

_FILE: Final = Path(__file__).parent / "data" / "calendar.yaml"
SOURCES: Final = ("tetap", "skb", "hitungan", "perkiraan")
WORKING, WEEKEND, HOLIDAY = "kerja", "akhir_pekan", "libur"
# Years whose days are laid out; `range` leaves out the last.
_YEARS: Final = (2022, 2028)


@dataclass(frozen=True, slots=True)
class Day:
    """`kind`: kerja, akhir_pekan, libur, or a season's name; days of one kind are alike. `label` is for people and
    empty for ordinary days; `estimated`: the date itself is an estimate."""

    kind: str
    label: str = ""
    estimated: bool = False

    @property
    def is_free(self) -> bool:
        """Whether offices are closed."""
        return self.kind in (WEEKEND, HOLIDAY)

    @property
    def is_season(self) -> bool:
        return self.kind not in (WORKING, WEEKEND, HOLIDAY)

    @property
    def note(self) -> str | None:
        """What people should know of the day when counts are compared, or None."""
        if not self.label:
            return None
        return f"{self.label} (tanggal perkiraan)" if self.estimated else self.label


class FaultyCalendar(ValueError):
    """The file says something that cannot be: a source without a name, a date twice in one year's list."""


@lru_cache(maxsize=4096)
def day(of: date) -> Day:
    """What kind of day it is; a season counts before a holiday, a holiday before the weekday."""
    special = _special().get(of)
    if special is not None:
        return special
    return Day(WEEKEND) if of.weekday() >= 5 else Day(WORKING)


@lru_cache(maxsize=1)
def _special() -> Mapping[date, Day]:
    return build(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def build(data: Mapping[str, Any]) -> dict[date, Day]:
    """The special days of the file. Raises FaultyCalendar."""
    days: dict[date, Day] = {}
    for year in range(*_YEARS):
        for monthday, name in data["libur_tetap"].items():
            days[_in(year, monthday)] = Day(HOLIDAY, name)
    for line in data["libur"]:
        days[line["tanggal"]] = Day(HOLIDAY, line["nama"], estimated=_is_estimate(line))
    for name, season in data["musim"].items():
        for of, estimated in _season(season):
            days[of] = Day(name, season["label"], estimated=estimated)
    return days


def _season(season: Mapping[str, Any]) -> Iterator[tuple[date, bool]]:
    if "yearly" in season:
        _is_estimate(season)
        first, last = season["yearly"]["from"], season["yearly"]["to"]
        for year in range(*_YEARS):
            ends = year if first <= last else year + 1
            yield from ((of, False) for of in _days(_in(year, first), _in(ends, last)))
        return
    before, after = timedelta(days=season["days_before"]), timedelta(days=season["days_after"])
    for line in season["dates"]:
        estimated = _is_estimate(line)
        yield from ((of, estimated) for of in _days(line["tanggal"] - before, line["tanggal"] + after))


def _is_estimate(line: Mapping[str, Any]) -> bool:
    source = line.get("sumber")
    if source not in SOURCES:
        raise FaultyCalendar(f"{line}: `sumber` must be one of {', '.join(SOURCES)}")
    return bool(source == "perkiraan")


def _in(year: int, monthday: str) -> date:
    return date.fromisoformat(f"{year}-{monthday}")


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
