"""What a source said, kept as it left the privacy gate: packed, named by its content, bounded in days and bytes."""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from libs.privacy import NAMES, gate
from libs.runtime.clock import Clock
from libs.runtime.mongo import Collection, Database, DuplicateKeyError
from libs.runtime.outbox import Cause
from libs.runtime.telemetry import log
from services.ingest.collecting import Masked, Origin, Told
from services.ingest.dating import MONTHS
from services.ingest.metrics import ARCHIVED_BYTES, ARCHIVED_PAYLOADS

# More than this is packed beside the loop: a thousand entries take tens of milliseconds.
PACKED_IN_ONE_GO: Final = 20
SWEEP_EVERY: Final = timedelta(hours=1)
_DATE_CHARS: Final = 80
_WORD: Final = re.compile(r"[^\W\d_]+")
_WORDS_OF_DATES: Final = """
    senin selasa rabu kamis jumat jum at sabtu minggu ahad monday tuesday wednesday thursday friday saturday sunday
    mon tue tues wed thu thur thurs fri sat sun wib wita wit gmt utc ut z t am pm pukul pkl jam lalu yang yg menit
    detik hari pekan bulan kemarin kemaren lusa ini baru saja barusan beberapa ago an a hour hours minute minutes
    day days st nd rd th tayang terbit diterbitkan published
"""
_DATE_WORDS: Final = frozenset(MONTHS) | frozenset(_WORDS_OF_DATES.split())
_DELETED_AT_ONCE: Final = 500
_LEVEL: Final = 6


def entry_of(told: Told, masked: Masked) -> dict[str, Any]:
    """One entry as the archive keeps it: what normalising starts from, every word of it behind the gate."""
    return {
        "item_id": masked.item_id,
        "digest": masked.digest,
        "address_hash": told.address_hash,
        "kind": masked.kind,
        "channel": told.channel,
        "link": masked.link,
        "title": masked.title,
        "text": masked.full_text or masked.text,
        "published": date_as_written(told.published),
        "published_at": masked.published_at.isoformat() if masked.published_at else None,
        "published_zone": masked.published_zone,
        "language": masked.language,
        "direction_marks": masked.direction_marks,
        "author_role": masked.author_role,
        "reach": dict(masked.reach) if masked.reach else None,
        "media": list(masked.media),
        "licence": masked.licence,
        "privacy": masked.privacy.model_dump(mode="json"),
    }


def date_as_written(written: str) -> str:
    """The words of a date, for newer rules to read anew; nothing of what is no date, or hides a number in one."""
    if len(written) > _DATE_CHARS or any(word.lower() not in _DATE_WORDS for word in _WORD.findall(written)):
        return ""
    # The strictest channel: there the structure of a number is enough.
    found = gate(written, channel="unit_report").classes
    return written if NAMES.issuperset(found) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What one reading brought that was new. `sealed`: item id → its sealed address (it differs at each sealing, so it
    is no part of the name), `at`: when it was read first."""

    origin: dict[str, Any]
    entries: list[dict[str, Any]]
    sealed: dict[str, bytes]
    at: datetime | None = None

    @property
    def name(self) -> str:
        """The sha256 of what was said and by whom: the same again is the same payload."""
        return sha256(_packed({"origin": self.origin, "entries": self.entries})).hexdigest()

    def pack(self) -> bytes:
        sealed = {item_id: b64encode(value).decode() for item_id, value in self.sealed.items()}
        return zlib.compress(_packed({"origin": self.origin, "entries": self.entries, "sealed": sealed}), _LEVEL)

    @classmethod
    def unpack(cls, packed: bytes, at: datetime | None = None) -> Payload:
        raw = json.loads(zlib.decompress(packed))
        sealed = {item_id: b64decode(value) for item_id, value in raw["sealed"].items()}
        return cls(origin=raw["origin"], entries=raw["entries"], sealed=sealed, at=at)


def _packed(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def payload_of(origin: Origin, cause: Cause, entries: Mapping[str, Told], masked: Mapping[str, Masked]) -> Payload:
    """Only what was new: the rest of a feed is in the payloads of earlier readings."""
    by = {
        "source_id": origin.source_id,
        "outlet_id": origin.outlet_id,
        "outlet_name": origin.outlet_name,
        "zone": origin.zone,
        "opmode": cause.opmode,
        "drillid": cause.drillid,
        "backfill": origin.backfill,
    }
    return Payload(
        origin=by,
        entries=[entry_of(entries[id_], one) for id_, one in sorted(masked.items())],
        sealed={id_: one.sealed_link for id_, one in masked.items() if one.sealed_link is not None},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How long and how much is kept, whichever ends first."""

    days: float = 30.0
    total_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """`payloads`: one document each, write-once. `purges`: what was deleted, when and why, with a proof of what.
    `turns`: when the next sweep is due."""

    payloads: Collection
    purges: Collection
    turns: Collection
    clock: Clock
    bounds: Bounds = Bounds()

    @classmethod
    def of(cls, database: Database, *, clock: Clock, bounds: Bounds | None = None) -> Archive:
        return cls(
            payloads=database["payloads"],
            purges=database["purges"],
            turns=database["turns"],
            clock=clock,
            bounds=bounds or Bounds(),
        )

    async def prepare(self) -> None:
        await self.payloads.create_index([("at", 1)])
        await self.payloads.create_index([("source_id", 1), ("at", 1)])

    async def keep(self, payload: Payload) -> None:
        """Before the items are written: a poll that dies in between keeps the same payload again."""
        if not payload.entries:
            return
        if len(payload.entries) > PACKED_IN_ONE_GO:
            packed, name = await asyncio.to_thread(lambda: (payload.pack(), payload.name))
        else:
            packed, name = payload.pack(), payload.name
        fresh = {
            "source_id": payload.origin["source_id"],
            "at": self.clock.now(),
            "entries": len(payload.entries),
            "bytes": len(packed),
            "packed": packed,
        }
        done = await self.payloads.update_one({"_id": name}, {"$setOnInsert": fresh}, upsert=True)
        if done.upserted_id is not None:
            ARCHIVED_PAYLOADS.inc()
            ARCHIVED_BYTES.inc(len(packed))

    async def read(self, *, source_id: str | None = None, since: datetime | None = None) -> AsyncIterator[Payload]:
        """Payloads, the oldest first."""
        query: dict[str, Any] = {"source_id": source_id} if source_id else {}
        if since is not None:
            query["at"] = {"$gte": since, "$lte": self.clock.now()}
        async for raw in self.payloads.find(query, {"packed": 1, "at": 1}).sort([("at", 1), ("_id", 1)]):
            yield Payload.unpack(raw["packed"], raw["at"])

    async def sweep(self) -> int:
        """Deletes what is too old or too much, by one replica an hour; returns how many payloads."""
        now = self.clock.now()
        try:
            turn = {"_id": "payloads", "next_at": {"$lte": now}}
            await self.turns.update_one(turn, {"$set": {"next_at": now + SWEEP_EVERY}}, upsert=True)
        except DuplicateKeyError:
            return 0
        gone = 0
        too_old = {"at": {"$lt": now - timedelta(days=self.bounds.days)}}
        while batch := await self._oldest(too_old):
            gone += await self._purge(batch, "retention_days", now)
        excess = await self._total_bytes() - self.bounds.total_bytes
        while excess > 0 and (batch := await self._oldest({})):
            chosen = _enough(batch, excess)
            excess -= sum(one["bytes"] for one in chosen)
            gone += await self._purge(chosen, "total_bytes", now)
        return gone

    async def _oldest(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        found = self.payloads.find(query, {"at": 1, "bytes": 1}).sort([("at", 1), ("_id", 1)])
        return [raw async for raw in found.limit(_DELETED_AT_ONCE)]

    async def _total_bytes(self) -> int:
        total = self.payloads.aggregate([{"$group": {"_id": None, "bytes": {"$sum": "$bytes"}}}])
        return sum([int(raw["bytes"]) async for raw in total])

    async def _purge(self, batch: Sequence[Mapping[str, Any]], why: str, now: datetime) -> int:
        """The record first: a deletion that nobody wrote down would be a loss."""
        names = [one["_id"] for one in batch]
        proof = sha256("\n".join(names).encode()).hexdigest()
        record = {
            "what": "payloads",
            "why": why,
            "at": now,
            "count": len(names),
            "bytes": sum(one["bytes"] for one in batch),
            "oldest_at": batch[0]["at"],
            "newest_at": batch[-1]["at"],
            "names_sha256": proof,
        }
        await self.purges.update_one({"_id": f"payloads:{proof}"}, {"$set": record}, upsert=True)
        await self.payloads.delete_many({"_id": {"$in": names}})
        log.info("payloads purged", why=why, count=len(names), bytes=record["bytes"])
        return len(names)


def _enough(batch: Sequence[dict[str, Any]], excess: int) -> list[dict[str, Any]]:
    """The oldest, until what is left fits."""
    chosen: list[dict[str, Any]] = []
    for one in batch:
        if excess <= 0:
            break
        chosen.append(one)
        excess -= one["bytes"]
    return chosen
