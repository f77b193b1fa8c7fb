"""Whether a source that answers has gone quiet, against its own rhythm and time of day. Pure."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from libs.schemas.sources import Quiet
from services.ingest.rhythm import Forecast, Rhythm

# A source may be called quiet by mistake once in so many of its days.
DAYS_PER_FALSE_ALARM: Final = 1_000
# Every hour of a week has been seen before a word is said.
LEAST_BASIS_DAYS: Final = 7.0
# Below half of its usual rate it is the source's night, or its Sunday.
NIGHT_BELOW: Final = 0.5
PEOPLE_SLEEP_FROM, PEOPLE_SLEEP_UNTIL = 22, 5
# A pause that it has made before, and half as long again, is no news.
BEYOND_LONGEST: Final = 1.5


def chance_of_silence(rhythm: Rhythm) -> float:
    """Of hearing nothing for so long from a source that is well: Poisson, with items that come in clumps taken as so
    many fewer events."""
    return math.exp(-rhythm.meanwhile / rhythm.clumping)


def is_night(forecast: Forecast, now: datetime) -> bool:
    """Its quiet hours; people's night as well, unless it is known to be awake then."""
    hour = (now + forecast.offset).hour
    asleep = hour >= PEOPLE_SLEEP_FROM or hour < PEOPLE_SLEEP_UNTIL
    return forecast.rate(now) < NIGHT_BELOW * forecast.mean or (asleep and forecast.by_hour[hour] < forecast.mean)


def quiet_now(rhythm: Rhythm, forecast: Forecast, *, last_item_at: datetime | None, now: datetime) -> Quiet | None:
    """The figures behind "gone quiet", or None. Counts only while the source could be read: one that fails is not
    quiet but failing."""
    if last_item_at is None or rhythm.basis_days < LEAST_BASIS_DAYS or is_night(forecast, now):
        return None
    chance = chance_of_silence(rhythm)
    gaps_a_day = max(1.0, rhythm.items_per_day / rhythm.clumping)
    if chance * gaps_a_day * DAYS_PER_FALSE_ALARM >= 1 or rhythm.meanwhile <= BEYOND_LONGEST * rhythm.longest:
        return None
    return Quiet(
        since=last_item_at,
        items_per_day=round(rhythm.items_per_day, 2),
        expected_meanwhile=round(rhythm.meanwhile, 2),
        chance=chance,
        basis_days=round(rhythm.basis_days, 1),
    )
