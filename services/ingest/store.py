"""When each source is due, who is reading it, and what the next conditional request needs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument, UpdateOne

from libs.runtime.mongo import Database, DuplicateKeyError

# Two bounds on a range keep the query on its index (one bound scans).
EPOCH = datetime(1970, 1, 2, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to read one source, until it ends or its holder finishes. `wanted` counts "poll now" requests."""

    source_id: str
    token: str
    wanted: int
    failures: int
    url: str | None
    etag: str | None
    last_modified: str | None
    body_digest: str | None
    unconditional_at: datetime
    last_success_at: datetime | None
    last_item_at: datetime | None
    cursor: Mapping[str, Any] = field(default_factory=dict)


class FetchLedger:
    """One small document a source; whoever holds its lease may read. A lease outlives its holder by at most a minute,
    and a replica that starts again takes its own back at once."""

    def __init__(self, database: Database, *, replica: str) -> None:
        self._ledger = database["fetching"]
        self._hosts = database["hosts"]
        self._replica = replica

    async def prepare(self) -> None:
        await self._ledger.create_index([("due_at", 1)], sparse=True)
        # Nobody else has this name: what it holds was held by the process that died.
        await self._ledger.update_many({"lease_by": self._replica}, {"$set": {"lease_until": EPOCH}})

    async def schedule(self, source_ids: Iterable[str], at: datetime, *, anew: bool) -> None:
        """These are read at `at` (`anew`: at once even if planned for later); a known plan stays otherwise."""
        plan: list[UpdateOne] = []
        for source_id in source_ids:
            fresh: dict[str, Any] = {"lease_until": EPOCH, "failures": 0, "unconditional_at": EPOCH}
            change: dict[str, Any] = {"$setOnInsert": fresh}
            if anew:
                change |= {"$set": {"due_at": at}, "$inc": {"wanted": 1}}
            else:
                fresh |= {"due_at": at, "wanted": 0}
            plan.append(UpdateOne({"_id": source_id}, change, upsert=True))
            if not anew:
                plan.append(UpdateOne({"_id": source_id, "due_at": {"$exists": False}}, {"$set": {"due_at": at}}))
        if plan:
            await self._ledger.bulk_write(plan, ordered=True)

    async def unschedule(self, source_ids: Iterable[str]) -> None:
        """Switched off: never due, and asked without conditions when it is switched on again."""
        ids = list(source_ids)
        if ids:
            forget = {"due_at": "", "etag": "", "last_modified": "", "body_digest": "", "cursor": ""}
            await self._ledger.update_many({"_id": {"$in": ids}}, {"$unset": forget, "$set": {"failures": 0}})

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Sources whose time has come and that nobody is reading, the longest waiting first."""
        found = self._ledger.find(
            {"due_at": {"$gt": EPOCH, "$lte": now}, "lease_until": {"$lte": now}}, {"_id": 1}
        ).sort([("due_at", 1), ("_id", 1)])
        return [raw["_id"] async for raw in found.limit(limit)]

    async def lease(self, source_id: str, now: datetime) -> Lease | None:
        """The lease, or None when somebody else was faster."""
        token = secrets.token_hex(8)
        raw: dict[str, Any] | None = await self._ledger.find_one_and_update(
            {"_id": source_id, "due_at": {"$gt": EPOCH, "$lte": now}, "lease_until": {"$lte": now}},
            {"$set": {"lease_until": now + LEASE, "lease_by": self._replica, "lease_token": token}},
            return_document=ReturnDocument.AFTER,
        )
        if raw is None:
            return None
        return Lease(
            source_id=source_id,
            token=token,
            wanted=raw.get("wanted", 0),
            failures=raw.get("failures", 0),
            url=raw.get("url"),
            etag=raw.get("etag"),
            last_modified=raw.get("last_modified"),
            body_digest=raw.get("body_digest"),
            unconditional_at=raw.get("unconditional_at", EPOCH),
            last_success_at=raw.get("last_success_at"),
            last_item_at=raw.get("last_item_at"),
            cursor=raw.get("cursor") or {},
        )

    async def finish(self, lease: Lease, *, due_at: datetime, now: datetime, **kept: Any) -> None:
        """Ends the lease and plans the next reading; a "poll now" that came meanwhile makes it due at once. A holder
        whose lease has passed to another changes nothing."""
        change = {"lease_until": EPOCH, **kept}
        mine = {"_id": lease.source_id, "lease_token": lease.token, "due_at": {"$exists": True}}
        done = await self._ledger.update_one({**mine, "wanted": lease.wanted}, {"$set": {**change, "due_at": due_at}})
        if not done.matched_count:
            await self._ledger.update_one(mine, {"$set": {**change, "due_at": now}})
            # Switched off while it was read: the lease ends, nothing is planned.
            gone = {"_id": lease.source_id, "lease_token": lease.token, "due_at": {"$exists": False}}
            await self._ledger.update_one(gone, {"$set": {"lease_until": EPOCH}})

    async def host_free_at(self, host: str, now: datetime, seconds: float) -> datetime | None:
        """None: the host is ours for one request now (and then rests); otherwise when it may be asked again."""
        free = {"$set": {"free_at": now + timedelta(seconds=seconds)}}
        try:
            await self._hosts.update_one({"_id": host, "free_at": {"$lte": now}}, free, upsert=True)
        except DuplicateKeyError:
            resting = await self._hosts.find_one({"_id": host})
            return resting["free_at"] if resting else now
        return None

    async def rest_host(self, host: str, until: datetime) -> None:
        """A host asked us to wait."""
        await self._hosts.update_one({"_id": host}, {"$set": {"free_at": until}}, upsert=True)
