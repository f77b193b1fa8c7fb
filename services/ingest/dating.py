"""Dates as feeds write them → UTC, and whether their zone was known or assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal
from zoneinfo import ZoneInfo

Zone = Literal["known", "assumed"]

FUTURE_GRACE: Final = timedelta(minutes=10)
ZONES: Final = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}

_OFFSET_HOURS: Final = {
    "wib": 7, "wita": 8, "wit": 9, "utc": 0, "ut": 0, "gmt": 0, "z": 0, "sgt": 8, "myt": 8, "jst": 9, "cet": 1,
    "cest": 2, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari", "feb february februari peb pebruari", "mar march maret", "apr april",
            "may mei", "jun june juni", "jul july juli", "aug august agu agt ags agustus agust",
            "sep sept september", "oct october okt oktober", "nov november nop nopember", "dec december des desember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TIME: Final = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
_ZONE: Final = r"\s*(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)|[A-Za-z]{1,5}(?![A-Za-z]))?"
_ISO: Final = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:[T\s,]+" + _TIME + _ZONE + ")?", re.ASCII
)
_WORDS: Final = re.compile(
    r"(?P<day>\d{1,2})[\s-]+(?P<name>[A-Za-z]{3,9})\.?[\s-]+(?P<year>\d{4}|\d{2}(?!\d))"
    r"(?:[\s,|-]+(?:pukul\s+)?" + _TIME + _ZONE + ")?",
    re.ASCII,
)
_ENGLISH: Final = re.compile(
    r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})(?:[\s,|-]+" + _TIME + _ZONE + ")?", re.ASCII
)
_NUMBERS: Final = re.compile(
    r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})(?:[\s,|-]+" + _TIME + _ZONE + ")?", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An instant in UTC and whether its zone was written (known) or taken from the outlet (assumed)."""

    at: datetime
    zone: Zone


def read_date(written: str, outlet_zone: str) -> Dated | None:
    """RFC 822, ISO 8601 and the Indonesian ways; None when it names no moment between 1990 and 2100."""
    text = " ".join(written[:120].split())
    for form in (_ISO, _WORDS, _ENGLISH, _NUMBERS):
        match = form.search(text)
        if match and (found := _moment(match.groupdict(), outlet_zone)) is not None:
            return found
    return None


def _moment(part: dict[str, str | None], outlet_zone: str) -> Dated | None:
    month = _MONTHS.get((part.get("name") or "").lower()) if "name" in part else int(part["month"] or 0)
    if not month:
        return None
    written_year = part["year"] or "0"
    year = int(written_year)
    if len(written_year) == 2:
        year += 2000 if year < 70 else 1900
    try:
        naive = datetime(
            year, month, int(part["day"] or 0), int(part["hour"] or 0), int(part["minute"] or 0),
            min(int(part["second"] or 0), 59), int((part["fraction"] or "0").ljust(3, "0")[:3]) * 1000,
        )  # fmt: skip
        offset = _offset(part["zone"])
        if offset is not None:
            aware, zone = naive.replace(tzinfo=timezone(offset)), "known"
        else:
            aware, zone = naive.replace(tzinfo=ZoneInfo(ZONES.get(outlet_zone, outlet_zone))), "assumed"
        at = aware.astimezone(UTC)
    except (ValueError, OverflowError, KeyError):
        return None
    return Dated(at=at, zone="known" if zone == "known" else "assumed") if 1990 <= at.year < 2100 else None


def _offset(zone: str | None) -> timedelta | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        hours = _OFFSET_HOURS.get(zone.lower())
        return None if hours is None else timedelta(hours=hours)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    if shift > timedelta(hours=14):
        return None
    return shift if zone[0] == "+" else -shift


def clamp_future(at: datetime, first_seen_at: datetime) -> datetime:
    """Nothing is published after it was seen: a date more than ten minutes later becomes the moment we saw it."""
    return first_seen_at if at > first_seen_at + FUTURE_GRACE else at


def is_zone(name: str) -> bool:
    """WIB, WITA, WIT or a name of the tz database."""
    try:
        ZoneInfo(ZONES.get(name, name))
    except (ValueError, OSError, KeyError):
        return False
    return True
