"""Items as the counters see them, invented day after day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from services.classifier.trends.counting import DAY, HOUR, WIB
from services.classifier.trends.facts import Fact, Place
from services.classifier.trends.rules import TrendRules
from services.classifier.trends.watching import Watch

# Monday, 5 October 2026, 00.00 WIB: no season and no holiday for two months.
MONDAY = 20_731 * DAY - WIB
UNIT = Place("lapas-contoh", "Lapas Contoh", "Contoh Utara")
_numbers = count(1)


def a_fact(at: int, **changes: Any) -> Fact:
    values: dict[str, Any] = {
        "item_id": f"item-{next(_numbers)}", "mode": "live", "sequence": 1, "at": at, "old": False, "kind": "berita",
        "topic": "pembinaan", "units": (), "severity": 0,
    }  # fmt: skip
    return Fact(**(values | changes))


def ordinary(days: int, *, per_day: int = 24, start: int = MONDAY, **changes: Any) -> Iterator[Fact]:
    """The same number of items each day, evenly over its hours."""
    for day in range(days):
        for n in range(per_day):
            yield a_fact(start + day * DAY + n * DAY // per_day, **changes)


def a_watch(rules: TrendRules, *facts: Fact) -> Watch:
    watch = Watch("live", rules)
    for fact in facts:
        watch.take(None, fact, fact.at)
    return watch


__all__ = ["DAY", "HOUR", "MONDAY", "UNIT", "a_fact", "a_watch", "ordinary"]
