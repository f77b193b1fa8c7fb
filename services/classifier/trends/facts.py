"""A relevant item → what the counters need of it, and the series it counts in. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from libs.reference.taxonomy import KINDS, topic_label
from libs.schemas.ids import mode_of
from libs.schemas.items import RelevantItem

MAX_UNITS: Final = 3
EVERYTHING: Final = ("semua", "")
SOCIAL: Final = frozenset({"unggahan", "video"})
NEWS: Final = frozenset({"berita", "klipping"})

SeriesKey = tuple[str, str]
"""Kind of the series and its key: ("topik_unit", "pelarian|lapas-x")."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as an item names it."""

    unit_id: str
    name: str
    province: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One item as it counts. `at`: seconds since 1970, first seen, or published for what was brought in later
    (`old`), which fills history and never raises. `gone`: no longer relevant, counts nowhere."""

    item_id: str
    mode: str
    sequence: int
    at: int
    old: bool
    kind: str
    topic: str
    units: tuple[Place, ...]
    severity: int
    story: str | None = None
    gone: bool = False

    @property
    def time(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


def fact_of(event: RelevantItem) -> Fact:
    item, old = event.data, event.lane == "backfill"
    at = (item.published_at or item.first_seen_at) if old else item.first_seen_at
    return Fact(
        item_id=item.item_id,
        mode=mode_of(event.opmode, event.drillid),
        sequence=event.sequence,
        at=int(at.timestamp()),
        old=old,
        kind=item.kind,
        topic=item.topics[0].name if item.topics else "lainnya",
        units=tuple(Place(u.unit_id, u.name, u.province) for u in item.units[:MAX_UNITS]),
        severity=item.severity.value,
        gone=not item.relevance.relevant,
    )


def series_of(fact: Fact) -> Iterator[SeriesKey]:
    """Every series the item counts in, each once."""
    yield EVERYTHING
    yield "topik", fact.topic
    yield "jenis_sumber", fact.kind
    provinces: list[str] = []
    for unit in fact.units:
        yield "unit", unit.unit_id
        yield "topik_unit", f"{fact.topic}|{unit.unit_id}"
        if unit.province and unit.province not in provinces:
            provinces.append(unit.province)
            yield "provinsi", unit.province
    if fact.story:
        yield "isu", fact.story


def label_of(key: SeriesKey, fact: Fact) -> str:
    """What people call the series; a story's title is not known here."""
    kind, name = key
    if kind == "semua":
        return "semua yang relevan"
    if kind == "topik":
        return topic_label(name)
    if kind == "jenis_sumber":
        return KINDS.get(name, name)
    if kind in ("unit", "topik_unit"):
        unit_id = name.rpartition("|")[2]
        unit = next((u.name for u in fact.units if u.unit_id == unit_id), unit_id)
        return unit if kind == "unit" else f"{topic_label(fact.topic)}, {unit}"
    return name
