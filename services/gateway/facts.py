"""The facts that statistics count, read from the gateway's own read models; kept for half a minute."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from libs.runtime.clock import Clock
from libs.runtime.mongo import Database
from libs.schemas.envelope import OpMode
from libs.schemas.items import ClassifiedItem
from libs.schemas.trends import Trend
from services.gateway.documents import typed
from services.gateway.projections import order_of, time_of
from services.gateway.seeing import Seeing, outages_of
from services.gateway.statistics import Fact
from services.gateway.views import View

# More than a quarter of a year would not be read within a second; whoever needs it exports it.
LONGEST: Final = timedelta(days=92)
MOST_FACTS: Final = 60_000
_KEPT: Final = timedelta(seconds=30)
_MOST_KEPT: Final = 8
_FIELDS: Final = ("order", "topics", "units", "provinces", "sentiment", "severity", "outlet_id", "kind", "via")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Facts of a stretch, oldest first; `cut`: there were more than are counted, so no figure of it is whole."""

    facts: tuple[Fact, ...]
    cut: bool


@dataclass(slots=True, kw_only=True)
class Facts:
    """Relevant publications by the time they were first seen; `opmodes`: what this installation shows."""

    database: Database
    clock: Clock
    opmodes: Sequence[OpMode]
    _kept: dict[tuple[datetime, datetime, tuple[OpMode, ...]], tuple[datetime, Told]] = field(default_factory=dict)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def between(self, since: datetime, until: datetime, opmodes: Sequence[OpMode] | None = None) -> Told:
        shown = self._shown(opmodes)
        key = (since, until, shown)
        async with self._one_at_a_time:
            now = self.clock.now()
            kept = self._kept.get(key)
            if kept is not None and now - kept[0] < _KEPT:
                return kept[1]
            told = await self._read(since, until, shown)
            while len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = (now, told)
            return told

    async def _read(self, since: datetime, until: datetime, shown: Sequence[OpMode]) -> Told:
        bounds = {"$gte": order_of(since, ""), "$lt": order_of(until, "")}
        query = {"order": bounds, "opmode": {"$in": list(shown)}}
        found = self.database["search"].find(query, dict.fromkeys(_FIELDS, 1)).sort("order", -1).limit(MOST_FACTS + 1)
        facts = [_fact(raw) async for raw in found.batch_size(2_000)]
        return Told(facts=tuple(reversed(facts[:MOST_FACTS])), cut=len(facts) > MOST_FACTS)

    def _shown(self, opmodes: Sequence[OpMode] | None) -> tuple[OpMode, ...]:
        return tuple(mode for mode in self.opmodes if opmodes is None or mode in opmodes)

    async def reports(
        self, since: datetime, until: datetime, opmodes: Sequence[OpMode] | None = None
    ) -> dict[str, int]:
        """Unit id → how many reports it sent."""
        bounds = {"$gte": order_of(since, ""), "$lt": order_of(until, "")}
        query = {"order": bounds, "opmode": {"$in": list(self._shown(opmodes))}}
        found = self.database["reports"].find(query, {"unit_id": 1})
        return dict(Counter([str(raw["unit_id"]) async for raw in found]))

    async def first_at(self, opmodes: Sequence[OpMode] | None = None) -> datetime | None:
        """When the first publication that can be counted was seen."""
        query = {"opmode": {"$in": list(self._shown(opmodes))}}
        found = await self.database["search"].find(query, {"order": 1}).sort("order", 1).limit(1).to_list(1)
        return time_of(found[0]["order"]) if found else None

    async def seeing(self, opmodes: Sequence[OpMode] | None = None) -> Seeing:
        """The sources that are switched on, and when any could not be read (also because somebody switched it off)."""
        query = {"opmode": {"$in": list(self._shown(opmodes))}}
        fields = {"past": 1, "state": 1, "at": 1, "enabled": 1}
        sources = [raw async for raw in self.database["sources"].find(query, fields)]
        return Seeing(
            sources=frozenset(str(raw["_id"]) for raw in sources if raw.get("enabled")),
            outages=[outage for raw in sources for outage in outages_of(raw)],
        )

    async def outlet_names(self) -> dict[str, str]:
        """Outlet id → its name."""
        found = self.database["outlets"].find({}, {"data.name": 1})
        return {str(raw["_id"]): str(raw["data"]["name"]) async for raw in found}

    async def of_items(self, item_ids: Sequence[str]) -> list[Fact]:
        """Those of these publications that are relevant, the newest first."""
        found = self.database["search"].find({"_id": {"$in": list(item_ids)}}, dict.fromkeys(_FIELDS, 1))
        facts = [_fact(raw) async for raw in found]
        return sorted(facts, key=lambda fact: (fact.at, fact.id), reverse=True)

    async def rows(self, item_ids: Sequence[str]) -> list[View[ClassifiedItem]]:
        """The labels of these publications, in this order; what is gone meanwhile is left out."""
        found = self.database["labels"].find({"_id": {"$in": list(item_ids)}}, {"trail": 0, "past": 0})
        views = {str(raw["_id"]): typed(raw, ClassifiedItem) async for raw in found}
        return [views[item_id] for item_id in item_ids if item_id in views]

    async def trends(
        self, since: datetime, opmodes: Sequence[OpMode] | None = None, *, limit: int = 50
    ) -> list[View[Trend]]:
        """Trends that moved since then, the open ones first, then the latest."""
        query = {"order": {"$gte": order_of(since, "")}, "opmode": {"$in": list(self._shown(opmodes))}}
        found = self.database["trends"].find(query, {"trail": 0}).sort("order", -1).limit(limit)
        views = [typed(raw, Trend) async for raw in found]
        return sorted(views, key=lambda view: (view.data.eased_at is not None, -view.at.timestamp()))


def _fact(raw: Mapping[str, Any]) -> Fact:
    return Fact(
        id=str(raw["_id"]),
        at=time_of(raw["order"]),
        topics=tuple(raw.get("topics", ())),
        units=tuple(raw.get("units", ())),
        provinces=tuple(raw.get("provinces", ())),
        sentiment=raw.get("sentiment", "netral"),
        severity=raw.get("severity", 0),
        outlet_id=raw.get("outlet_id", ""),
        kind=raw.get("kind", "berita"),
        via=tuple(raw.get("via", ())),
    )
