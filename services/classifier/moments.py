"""A publication date as machines or outlets write it → a moment in UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from services.classifier.normalising import fold

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8, "ags": 8, "aug": 8,
    "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12,
}  # fmt: skip
_DAY = re.compile(r"(\d{1,2})[\s/.-]+([a-z]{3,9}|\d{1,2})[\s/.-]+(\d{4})")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_ZONES = {"wita": 8, "wit": 9}
WIB = 7


def moment(published: str) -> datetime | None:
    """A date as machines or outlets write it ("Rabu, 18 Jun 2025 19:58 WIB", "18/06/2025, 09:39"); without a zone
    taken as WIB; None when it cannot be told."""
    text = published.strip()
    if not text:
        return None
    for parse in (_machine_date, _written_date):
        try:
            found = parse(text)
        except (ValueError, OverflowError):
            continue
        if found is not None:
            return found
    return None


def _machine_date(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=timezone(timedelta(hours=WIB)))


def _written_date(text: str) -> datetime | None:
    words = fold(text.replace("\xa0", " "))
    day = _DAY.search(words)
    if day is None:
        return None
    month = int(day[2]) if day[2].isdecimal() else _MONTHS.get(day[2][:3])
    if month is None:
        return None
    clock = _CLOCK.search(words, day.end())
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (12, 0)
    zone = next((hours for name, hours in _ZONES.items() if re.search(rf"\b{name}\b", words)), WIB)
    at = datetime(int(day[3]), month, int(day[1]), hour, minute, tzinfo=timezone(timedelta(hours=zone)))
    return at.astimezone(UTC)
