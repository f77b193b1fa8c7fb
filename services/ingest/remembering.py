"""What ingest remembers of items beside the items: earlier versions, what was withheld, titles of the last days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import UpdateOne

from libs.runtime.mongo import Collection, Database
from services.ingest.collecting import Quarantined, Version
from services.ingest.titling import WINDOW, Titled

# An article that changes with every reading (a counter in its text) must not fill the store.
VERSIONS_KEPT: Final = 100
_PRUNE_EVERY: Final = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Memory:
    """Three collections. Every write may be repeated: nothing here is announced, and nothing raw gets here."""

    versions: Collection
    withheld: Collection
    titles: Collection
    _pruned_at: datetime | None = None

    @classmethod
    def of(cls, database: Database) -> Memory:
        return cls(versions=database["versions"], withheld=database["quarantine"], titles=database["titles"])

    async def prepare(self) -> None:
        await self.versions.create_index([("item_id", 1), ("rev_no", 1)])
        await self.titles.create_index([("title", 1), ("at", 1)])
        await self.titles.create_index([("noted_at", 1)])

    async def file(self, versions: Iterable[Version]) -> None:
        """Keeps superseded versions, the last hundred of an item; one that is there already stays as it is."""
        kept = list(versions)
        if not kept:
            return
        await self.versions.bulk_write(
            [
                UpdateOne({"_id": f"{one['item_id']}:{one['rev_no']}"}, {"$setOnInsert": dict(one)}, upsert=True)
                for one in kept
            ],
            ordered=False,
        )
        for one in kept:
            if one["rev_no"] > VERSIONS_KEPT:
                old = {"item_id": one["item_id"], "rev_no": {"$lte": one["rev_no"] - VERSIONS_KEPT}}
                await self.versions.delete_many(old)

    async def withhold(self, found: Sequence[Quarantined]) -> None:
        """One record an address: what was last withheld of it, since when, how often it came in another text."""
        if not found:
            return
        await self.withheld.bulk_write([_withheld(one) for one in found], ordered=False)

    async def withheld_among(self, address_hashes: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """address hash → its record."""
        found = self.withheld.find({"_id": {"$in": list(address_hashes)}}, {"text_hash": 1, "gate_version": 1})
        return {raw["_id"]: raw async for raw in found}

    async def note_titles(self, titled: Mapping[str, Sequence[Titled]], now: datetime) -> dict[str, list[Titled]]:
        """Enters items under their title's hash; returns everybody who carried these titles lately."""
        if not titled:
            return {}
        operations = [
            UpdateOne(
                {"_id": f"{title}:{one.item_id}"},
                {"$setOnInsert": _carrier(title, one, now)},
                upsert=True,
            )
            for title, carriers in titled.items()
            for one in carriers
        ]
        await self.titles.bulk_write(operations, ordered=False)
        earliest = min(one.at for carriers in titled.values() for one in carriers) - WINDOW
        found: dict[str, list[Titled]] = {}
        async for raw in self.titles.find({"title": {"$in": list(titled)}, "at": {"$gte": earliest}}):
            carrier = Titled(item_id=raw["item_id"], outlet_id=raw["outlet_id"], at=raw["at"])
            found.setdefault(raw["title"], []).append(carrier)
        await self._prune(now)
        return found

    async def _prune(self, now: datetime) -> None:
        """What was noted before the window can be nobody's earliest any more."""
        if self._pruned_at is None or now - self._pruned_at >= _PRUNE_EVERY:
            self._pruned_at = now
            await self.titles.delete_many({"noted_at": {"$lt": now - WINDOW - _PRUNE_EVERY}})


def _carrier(title: str, one: Titled, now: datetime) -> dict[str, Any]:
    return {"title": title, "item_id": one.item_id, "outlet_id": one.outlet_id, "at": one.at, "noted_at": now}


def _withheld(one: Quarantined) -> UpdateOne:
    last = {"text_hash": one.text_hash, "classes": dict(one.classes), "gate_version": one.gate_version}
    return UpdateOne(
        {"_id": one.address_hash},
        {
            "$set": {**last, "last_seen_at": one.at, "source_id": one.source_id},
            "$setOnInsert": {"host": one.host, "first_seen_at": one.at},
            "$inc": {"texts": 1},
        },
        upsert=True,
    )
