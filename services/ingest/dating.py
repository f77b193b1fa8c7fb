"""Dates as feeds and pages write them → UTC, and whether their zone was known or assumed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final, Literal
from zoneinfo import ZoneInfo

Zone = Literal["known", "assumed"]

FUTURE_GRACE: Final = timedelta(minutes=10)
ZONES: Final = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
# No outlet writes a longer date; what follows is not read.
MAX_CHARS: Final = 160

_OFFSET_HOURS: Final = {
    "wib": 7, "wita": 8, "wit": 9, "utc": 0, "ut": 0, "gmt": 0, "z": 0, "sgt": 8, "myt": 8, "jst": 9, "cet": 1,
    "cest": 2, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari", "feb february februari peb pebruari", "mar march maret mrt", "apr april",
            "may mei", "jun june juni", "jul july juli", "aug august agu agt ags agus agust agustus",
            "sep sept september", "oct october okt oktober", "nov november nop nopember", "dec december des desember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NAMED_ZONES: Final = (
    ("waktu indonesia barat", "WIB"),
    ("waktu indonesia tengah", "WITA"),
    ("waktu indonesia timur", "WIT"),
)
_TIME: Final = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?!\d)"
    r"\s{0,3}(?P<half>[ap]\.?m\b\.?)?"
)
_ZONE: Final = (
    r"\s{0,3}\(?(?P<zone>(?:GMT|UTC)\s?[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)|"
    r"[A-Za-z]{1,5}(?![A-Za-z]))?"
)
_BETWEEN: Final = r"[\sT,;|/·•@()–—-]{1,6}(?:(?:pukul|pkl\.?|jam|at)\s)?"
_CLOCK: Final = "(?:" + _BETWEEN + _TIME + _ZONE + ")?"
_FORMS: Final = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)" + _CLOCK,
        r"(?<!\d)(?P<day>\d{1,2})(?:[\s-]{1,3}|\s?/\s?)(?P<name>[A-Za-z]{3,9})\.?,?(?:[\s-]{1,3}|\s?/\s?)"
        r"(?P<year>\d{4}|'?\d{2}(?![\d:.]))" + _CLOCK,
        r"\b(?P<name>[A-Za-z]{3,9})\.?\s(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year>\d{4})" + _CLOCK,
        r"(?<!\d)(?P<day>\d{1,2})\s?[-/.]\s?(?P<month>\d{1,2})\s?[-/.]\s?(?P<year>\d{4})(?!\d)" + _CLOCK,
        r"(?<!\d)(?P<day>\d{1,2})[-/](?P<month>\d{1,2})[-/](?P<year>\d{2})(?!\d)" + _CLOCK,
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
        r"(?P<fraction>)(?P<half>)" + _ZONE,
        # "Wed Jun 18 14:05:00 WIB 2025", as programs print it.
        r"\b(?P<name>[A-Za-z]{3})\s{1,2}(?P<day>\d{1,2})\s"
        + _TIME
        + r"\s(?P<zone>[A-Z]{3,4}|[+-]\d{4})?\s?(?P<year>\d{4})\b",
    )
)
_YEARLESS: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})[\s-](?P<name>[A-Za-z]{3,9})\.?(?!\s?\d{4})" + _BETWEEN + _TIME + _ZONE,
    re.ASCII | re.IGNORECASE,
)
_CLOCK_BEFORE: Final = re.compile(
    _TIME + _ZONE + r"[\s,;|/·•–—-]{1,4}(?:[A-Za-z']{3,9},?\s)?$", re.ASCII | re.IGNORECASE
)
_PUBLISHED: Final = re.compile(
    r"\b(?:tayang|diterbitkan|terbit|dipublikasikan|dipublikasi|publikasi|diunggah|diposting|published|posted|dibuat)\b",
    re.I,
)
_AGO: Final = re.compile(
    r"\b(?P<count>\d{1,3}|se|satu|an?|one)\s?(?P<unit>detik|menit|jam|hari|minggu|pekan|bulan|seconds?|secs?|minutes?|mins?|"
    r"hours?|hrs?|days?|weeks?|months?)\s(?:yang\s)?(?:lalu|ago|yg\slalu)\b",
    re.IGNORECASE,
)
_UNITS: Final = {
    "minggu": 604_800, "pekan": 604_800, "wee": 604_800, "bulan": 2_592_000, "mon": 2_592_000, "hari": 86_400,
    "day": 86_400, "jam": 3600, "hou": 3600, "hr": 3600, "menit": 60, "min": 60, "detik": 1, "sec": 1,
}  # fmt: skip
_NEAR_DAY: Final = re.compile(
    r"\b(?P<which>kemarin|kemaren|hari ini|today|yesterday|kemarin lusa)\b(?:" + _BETWEEN + _TIME + _ZONE + ")?",
    re.IGNORECASE,
)
_JUST_NOW: Final = re.compile(r"\b(?:baru saja|barusan|beberapa detik (?:yang )?lalu|just now)\b", re.IGNORECASE)
_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An instant in UTC and whether its zone was written (known) or taken from the outlet (assumed)."""

    at: datetime
    zone: Zone


def read_date(written: str, outlet_zone: str, now: datetime | None = None) -> Dated | None:
    """RFC 822, ISO 8601 and the Indonesian ways; None when it names no moment between 1990 and 2100.

    With `now` (when it was read) also "3 jam lalu", "kemarin 14.30" and dates without a year. Hijri dates beside the
    civil one are passed over; of several dates the one of publication is taken, else the first."""
    text = " ".join(written[:MAX_CHARS].split())
    for name, zone in _NAMED_ZONES:
        if name in text.lower():
            text = re.sub(name, zone, text, flags=re.IGNORECASE)
    published = _PUBLISHED.search(text)
    if published and (found := _first(text[published.end() :], outlet_zone)) is not None:
        return found
    found = _first(text, outlet_zone)
    return found if found is not None or now is None else _relative(text, outlet_zone, now)


def _first(text: str, outlet_zone: str) -> Dated | None:
    if _EPOCH.fullmatch(text):
        seconds = int(text[:10])
        return _bounded(datetime.fromtimestamp(seconds, UTC), "known")
    for form in _FORMS:
        for match in _overlapping(form, text):
            part = match.groupdict()
            if part["hour"] is None and (clock := _CLOCK_BEFORE.search(text[: match.start()])):
                part |= clock.groupdict()
            if (found := _moment(part, outlet_zone)) is not None:
                return found
    return None


def _overlapping(form: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Also those that begin within another: "58 WIB, 18" looks like a date and hides one."""
    match = form.search(text)
    while match is not None:
        yield match
        match = form.search(text, match.start() + 1)


def _relative(text: str, outlet_zone: str, now: datetime) -> Dated | None:
    if (ago := _AGO.search(text)) is not None:
        count = int(ago["count"]) if ago["count"].isdecimal() else 1
        unit = ago["unit"].lower()
        seconds = next(seconds for name, seconds in _UNITS.items() if unit.startswith(name))
        return _bounded(now - timedelta(seconds=count * seconds), "known")
    if _JUST_NOW.search(text):
        return Dated(at=now, zone="known")
    local = now.astimezone(zone_named(outlet_zone))
    if (near := _NEAR_DAY.search(text)) is not None:
        back = {"hari ini": 0, "today": 0, "kemarin lusa": 2}.get(near["which"].lower(), 1)
        day = local - timedelta(days=back)
        if near["hour"] is None and back == 0:
            return None
        return _moment(near.groupdict() | {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}, outlet_zone)
    if (some := _YEARLESS.search(text)) is not None and some["name"].lower() in MONTHS:
        for year in (local.year, local.year - 1):
            found = _moment(some.groupdict() | {"year": str(year)}, outlet_zone)
            if found is not None and found.at <= now + timedelta(days=1):
                return found
    return None


def _moment(part: dict[str, str | None], outlet_zone: str) -> Dated | None:
    for day, month in _readings(part):
        try:
            naive = datetime(
                _year(part["year"] or "0"), month, day, _hour(part), int(part["minute"] or 0),
                min(int(part["second"] or 0), 59), int((part["fraction"] or "0").ljust(3, "0")[:3]) * 1000,
            )  # fmt: skip
            offset = _offset(part["zone"])
            zone: tzinfo = timezone(offset) if offset is not None else zone_named(outlet_zone)
            return _bounded(naive.replace(tzinfo=zone).astimezone(UTC), "assumed" if offset is None else "known")
        except (ValueError, OverflowError, KeyError):
            continue
    return None


def _readings(part: dict[str, str | None]) -> Iterator[tuple[int, int]]:
    """Day and month; of 6/18/2025 only the American reading is a date."""
    day = int(part["day"] or 0)
    if part.get("name") is not None:
        month = MONTHS.get((part["name"] or "").lower())
        if month is not None:
            yield day, month
        return
    month = int(part.get("month") or 0)
    yield day, month
    if month > 12 >= day and len(part["year"] or "") == 4:
        yield month, day


def _year(written: str) -> int:
    year = int(written.lstrip("'"))
    return year if len(written.lstrip("'")) == 4 else year + (2000 if year < 70 else 1900)


def _hour(part: dict[str, str | None]) -> int:
    hour, half = int(part["hour"] or 0), (part.get("half") or "").lower()
    if half and not 1 <= hour <= 12:
        # "19:58 PM": the clock of 24 hours was meant.
        return hour
    return hour % 12 + 12 if half.startswith("p") else hour % 12 if half.startswith("a") else hour


def _bounded(at: datetime, zone: Zone) -> Dated | None:
    return Dated(at=at, zone=zone) if 1990 <= at.year < 2100 else None


def _offset(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    if zone[0] not in "+-":
        word, sign, shift = zone.partition("+") if "+" in zone else zone.partition("-")
        if sign:
            return _shift(sign, shift.replace(":", ""))
        hours = _OFFSET_HOURS.get(word.lower())
        return None if hours is None else timedelta(hours=hours)
    return _shift(zone[0], zone[1:].replace(":", ""))


def _shift(sign: str, digits: str) -> timedelta | None:
    digits = digits.zfill(2) if len(digits) < 3 else digits.zfill(4)
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
    if shift > timedelta(hours=14):
        return None
    return shift if sign == "+" else -shift


def clamp_future(at: datetime, first_seen_at: datetime) -> datetime:
    """Nothing is published after it was seen: a date more than ten minutes later becomes the moment we saw it."""
    return first_seen_at if at > first_seen_at + FUTURE_GRACE else at


def zone_named(name: str) -> tzinfo:
    """WIB, WITA, WIT or a name of the tz database; raises KeyError or ValueError for another."""
    return ZoneInfo(ZONES.get(name, name))


def is_zone(name: str) -> bool:
    """WIB, WITA, WIT or a name of the tz database."""
    try:
        zone_named(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
