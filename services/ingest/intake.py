"""Entries of a source → what is new is masked and written with its announcement, in one bulk write."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from libs.privacy import GATE_VERSION
from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.mongo import Collection
from libs.runtime.outbox import Cause, Document, Entities, Intent
from libs.schemas.ids import mode_of
from services.ingest.archiving import Archive, payload_of
from services.ingest.collecting import (
    Keys,
    Masked,
    Meaning,
    Origin,
    Quarantined,
    Told,
    decide,
    former_ids,
    meaning,
    titled,
    told,
)
from services.ingest.familiar import Familiar
from services.ingest.fetching import SourceRead
from services.ingest.masking import mask
from services.ingest.metrics import ITEMS, QUARANTINED, SAME_TITLES
from services.ingest.remembering import Memory
from services.ingest.titling import Titled, same_title

# The gate takes a millisecond or two a text: others get their turn in between.
MASKED_IN_ONE_GO = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """`news`: new or revised items, `withheld`: entries the gate would not vouch for, `heard`: entries that this source
    had not told before, whoever else had. Not `settled`: another source of the outlet was faster with one of them in a
    way that needs a second look, so the feed must not be taken for read. `withheld_ids`: also those withheld before."""

    news: int
    settled: bool
    withheld: int = 0
    heard: int = 0
    withheld_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The way of entries into the store. `archive` keeps the whole of texts too long to travel, `payloads` what every
    reading brought."""

    items: Entities
    archive: Collection
    payloads: Archive
    memory: Memory
    keys: Keys
    clock: Clock
    familiar: Familiar = field(default_factory=Familiar)

    async def take_in(self, source: Mapping[str, Any], feed: SourceRead, cause: Cause) -> Collected:
        """All entries of a reading in one bulk write."""
        origin = Origin(
            source_id=source["source_id"],
            outlet_id=source["outlet_id"],
            outlet_name=source["outlet_name"],
            url=feed.url,
            mode=mode_of(cause.opmode, cause.drillid),
            zone=source["zone"],
            backfill=cause.lane == "backfill",
        )
        told_now = feed.entries or ()
        strangers = self.familiar.strangers(origin.source_id, told_now)
        ITEMS.labels(meaning="same").inc(len(told_now) - len(strangers))
        entries, known, doubles = await self._recognised(strangers, origin)
        meanings: dict[str, Meaning] = {
            id_: meaning(known.get(id_), origin.source_id, entry.digest) for id_, entry in entries.items()
        }
        fresh = [entries[id_] for id_, what in meanings.items() if what in ("new", "revised")]
        masked, withheld = await self._masked(fresh, origin)
        for id_, what in meanings.items():
            passed = what in ("same", "noted") or id_ in masked
            ITEMS.labels(meaning=what if passed else "withheld").inc()
        masked = await self._with_same_titles(entries, masked, meanings, origin)
        await self._archive(masked, known)
        await self.payloads.keep(payload_of(origin, cause, entries, masked))
        crashpoint("ingest.archived")
        await self.memory.withhold(list(withheld.values()))
        intents = [
            self._intent(entries[id_], masked.get(id_), origin, cause, known.get(id_))
            for id_, what in meanings.items()
            if what == "noted" or id_ in masked
        ]
        await self._file_former(masked, known)
        after = await self.items.apply(intents) if intents else {}
        await self._file_after(after.values())
        settled = all(
            meaning(doc.state if doc else None, origin.source_id, entries[id_].digest) == "same"
            for id_, doc in after.items()
        )
        if settled and feed.entries is not None:
            # An entry that stood behind another of the same item may be the one that counts next time.
            self.familiar.remember(origin.source_id, [one for one in told_now if id(one) not in doubles])
        heard = len(withheld) + sum(what == "noted" or id_ in masked for id_, what in meanings.items())
        return Collected(
            news=len(masked),
            settled=settled,
            withheld=len(withheld),
            heard=heard,
            withheld_ids=frozenset(entry.item_id for entry in fresh) - masked.keys(),
        )

    async def _recognised(
        self, raw: Iterable[Mapping[str, Any]], origin: Origin
    ) -> tuple[dict[str, Told], dict[str, dict[str, Any]], set[int]]:
        """Entries by the id of their item (one each, the first), what is known of these items, and the other entries
        (by object identity)."""
        found: dict[str, tuple[Told, Mapping[str, Any]]] = {}
        doubles: set[int] = set()
        for one in raw:
            entry = told(one, origin, self.keys)
            if entry is not None and found.setdefault(entry.item_id, (entry, one))[1] is not one:
                doubles.add(id(one))
        known = await self._known(list(found))
        # Only what seems new can stand under an id of earlier rules.
        former = {id_: former_ids(one, origin, id_) for id_, (_, one) in found.items() if id_ not in known}
        stood = await self._known([old for olds in former.values() for old in olds])
        entries: dict[str, Told] = {}
        for id_, (entry, _) in found.items():
            old = next((one for one in former.get(id_, ()) if one in stood), None)
            entry = replace(entry, item_id=old) if old else entry
            entries.setdefault(entry.item_id, entry)
        return entries, known | stood, doubles

    def _intent(
        self, entry: Told, masked: Masked | None, origin: Origin, cause: Cause, known: Mapping[str, Any] | None
    ) -> Intent:
        now = self.clock.now()
        filed = known["item"]["rev_no"] - 1 if known else 0
        return Intent(
            entity_id=entry.item_id,
            cause=cause,
            decide=lambda doc: decide(doc, entry, masked, origin, now, filed_up_to=filed),
        )

    async def _known(self, item_ids: list[str]) -> dict[str, dict[str, Any]]:
        """What comparing needs of the items we have: a few hundred bytes each, not their texts."""
        if not item_ids:
            return {}
        wanted = {"state.digest": 1, "state.text_from": 1, "state.seen": 1, "state.item.rev_no": 1}
        found = self.items.collection.find({"_id": {"$in": item_ids}}, wanted)
        return {raw["_id"]: raw["state"] async for raw in found}

    async def _masked(self, entries: list[Told], origin: Origin) -> tuple[dict[str, Masked], dict[str, Quarantined]]:
        """What may be written, and what was withheld (again only when its text or the gate has changed)."""
        before = await self.memory.withheld_among([entry.address_hash for entry in entries]) if entries else {}
        masked: dict[str, Masked] = {}
        withheld: dict[str, Quarantined] = {}
        for number, entry in enumerate(entries):
            record = before.get(entry.address_hash)
            if record and (record["text_hash"], record["gate_version"]) == (entry.digest, GATE_VERSION):
                continue
            result = mask(entry, origin, self.keys, self.clock.now())
            if isinstance(result, Masked):
                masked[entry.item_id] = result
            else:
                withheld[entry.item_id] = result
                QUARANTINED.labels(channel=entry.channel).inc()
            if number % MASKED_IN_ONE_GO == 0:
                await asyncio.sleep(0)
        return masked, withheld

    async def _with_same_titles(
        self, entries: Mapping[str, Told], masked: dict[str, Masked], meanings: Mapping[str, Meaning], origin: Origin
    ) -> dict[str, Masked]:
        """New items under a title that somebody carried in the last 72 hours say whose; nothing is dropped."""
        now = self.clock.now()
        hashes: dict[str, tuple[str, Titled]] = {}
        for id_, one in masked.items():
            carried = titled(entries[id_], one, origin, self.keys, now) if meanings[id_] == "new" else None
            if carried is not None:
                hashes[id_] = carried
        by_title: dict[str, list[Titled]] = {}
        for title, carrier in hashes.values():
            by_title.setdefault(title, []).append(carrier)
        others = await self.memory.note_titles(by_title, now)
        for id_, (title, carrier) in hashes.items():
            same = same_title(carrier, others.get(title, ()))
            if same is not None:
                masked[id_] = replace(masked[id_], same_title=same)
                SAME_TITLES.labels(outlet="own" if same.own else "other").inc()
        return masked

    async def _archive(self, masked: dict[str, Masked], known: dict[str, dict[str, Any]]) -> None:
        """Texts too long to travel are kept whole (masked), before the document that announces the item."""
        for entry in masked.values():
            if entry.full_text is None:
                continue
            before = known.get(entry.item_id)
            rev_no = before["item"]["rev_no"] + 1 if before else 1
            whole = {"item_id": entry.item_id, "rev_no": rev_no, "text": entry.full_text, "at": self.clock.now()}
            await self.archive.update_one({"_id": f"{entry.item_id}:{rev_no}"}, {"$set": whole}, upsert=True)

    async def _file_former(self, masked: Mapping[str, Masked], known: Mapping[str, Mapping[str, Any]]) -> None:
        """Versions that a process wrote into the item and died before filing; the next write may drop them then."""
        revised = [id_ for id_ in masked if id_ in known and known[id_]["item"]["rev_no"] > 1]
        if revised:
            found = self.items.collection.find({"_id": {"$in": revised}}, {"state.former": 1})
            await self.memory.file([one async for raw in found for one in raw["state"].get("former", ())])

    async def _file_after(self, docs: Iterable[Document | None]) -> None:
        await self.memory.file([one for doc in docs if doc for one in doc.state.get("former", ())])
