"""Entries of a feed → what is new is masked and written with its announcement, in one bulk write."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from libs.runtime.clock import Clock
from libs.runtime.mongo import Collection
from libs.runtime.outbox import Cause, Entities, Intent
from libs.schemas.ids import mode_of
from services.ingest.collecting import Keys, Masked, Origin, Told, decide, mask, meaning, told
from services.ingest.fetching import SourceRead
from services.ingest.metrics import ITEMS

# The gate takes a millisecond or two a text: others get their turn in between.
MASKED_IN_ONE_GO = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """`news`: new or revised items. Not `settled`: another source of the outlet was faster with one of them in a way
    that needs a second look, so the feed must not be taken for read."""

    news: int
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The way of entries into the store. `archive` keeps the whole of texts too long to travel."""

    items: Entities
    archive: Collection
    keys: Keys
    clock: Clock

    async def take_in(self, source: dict[str, Any], feed: SourceRead, cause: Cause) -> Collected:
        """All entries of a feed in one bulk write."""
        origin = Origin(
            source_id=source["source_id"],
            outlet_id=source["outlet_id"],
            outlet_name=source["outlet_name"],
            url=feed.url,
            mode=mode_of(cause.opmode, cause.drillid),
            zone=source["zone"],
        )
        entries: dict[str, Told] = {}
        for raw in feed.entries or ():
            entry = told(raw, origin, self.keys)
            if entry is not None:
                entries.setdefault(entry.item_id, entry)
        known = await self._known(list(entries))
        meanings = {id_: meaning(known.get(id_), origin.source_id, entry.digest) for id_, entry in entries.items()}
        for what in meanings.values():
            ITEMS.labels(meaning=what).inc()
        fresh = [entries[id_] for id_, what in meanings.items() if what in ("new", "revised")]
        masked = await self._masked(fresh, origin)
        await self._archive(masked, known)
        intents = [
            self._intent(entries[id_], masked.get(id_), origin, cause)
            for id_, what in meanings.items()
            if what != "same"
        ]
        after = await self.items.apply(intents) if intents else {}
        settled = all(
            meaning(doc.state if doc else None, origin.source_id, entries[id_].digest) == "same"
            for id_, doc in after.items()
        )
        return Collected(news=len(masked), settled=settled)

    def _intent(self, entry: Told, masked: Masked | None, origin: Origin, cause: Cause) -> Intent:
        now = self.clock.now()
        return Intent(entity_id=entry.item_id, cause=cause, decide=lambda doc: decide(doc, entry, masked, origin, now))

    async def _known(self, item_ids: list[str]) -> dict[str, dict[str, Any]]:
        """What comparing needs of the items we have: a few hundred bytes each, not their texts."""
        wanted = {"state.digest": 1, "state.text_from": 1, "state.seen": 1, "state.item.rev_no": 1}
        found = self.items.collection.find({"_id": {"$in": item_ids}}, wanted)
        return {raw["_id"]: raw["state"] async for raw in found}

    async def _masked(self, entries: list[Told], origin: Origin) -> dict[str, Masked]:
        masked = {}
        for number, entry in enumerate(entries):
            masked[entry.item_id] = mask(entry, origin, self.keys)
            if number % MASKED_IN_ONE_GO == 0:
                await asyncio.sleep(0)
        return masked

    async def _archive(self, masked: dict[str, Masked], known: dict[str, dict[str, Any]]) -> None:
        """Texts too long to travel are kept whole (masked), before the document that announces the item."""
        for entry in masked.values():
            if entry.full_text is None:
                continue
            before = known.get(entry.item_id)
            rev_no = before["item"]["rev_no"] + 1 if before else 1
            whole = {"item_id": entry.item_id, "rev_no": rev_no, "text": entry.full_text}
            await self.archive.update_one({"_id": f"{entry.item_id}:{rev_no}"}, {"$set": whole}, upsert=True)
