"""When each source is due, who is reading it, and what the next conditional request needs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import UpdateOne

from libs.runtime.mongo import BulkWriteError, Database, DuplicateKeyError, only_duplicates

# Two bounds on a range keep the query on its index (one bound scans).
EPOCH = datetime(1970, 1, 2, tzinfo=UTC)
# A person's "poll now" goes before everything that is merely due.
AT_ONCE = EPOCH + timedelta(seconds=1)
LEASE = timedelta(seconds=60)
# Several sources of one host may be due, and only one of them may be asked now: look a little further.
LOOK_FURTHER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to read one source, until it ends or its holder finishes. `wanted` counts "poll now" requests,
    `switches` how often a person switched it, `tries` how often it was tried again after the system gave it up."""

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
    until: datetime = EPOCH
    switches: int = 0
    tries: int = 0
    score: float = 0.0
    first_failure_at: datetime | None = None
    paging: bool = False
    rhythm: Mapping[str, Any] | None = None

    @property
    def is_proven(self) -> bool:
        """Its last poll went well."""
        return self.failures == 0 and self.last_success_at is not None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Lease:
        return cls(
            source_id=raw["_id"],
            token=raw["lease_token"],
            until=raw["lease_until"],
            wanted=raw.get("wanted", 0),
            switches=raw.get("switches", 0),
            failures=raw.get("failures", 0),
            tries=raw.get("tries", 0),
            score=raw.get("score", 0.0),
            first_failure_at=raw.get("first_failure_at"),
            url=raw.get("url"),
            etag=raw.get("etag"),
            last_modified=raw.get("last_modified"),
            body_digest=raw.get("body_digest"),
            unconditional_at=raw.get("unconditional_at", EPOCH),
            last_success_at=raw.get("last_success_at"),
            last_item_at=raw.get("last_item_at"),
            cursor=raw.get("cursor") or {},
            paging=raw.get("paging", False),
            rhythm=raw.get("rhythm"),
        )


class FetchLedger:
    """One small document a source; whoever holds its lease may read. A lease outlives its holder by at most `lease`,
    and a replica that starts again takes its own back at once. Every look is a handful of queries, whatever is due."""

    def __init__(self, database: Database, *, replica: str, lease: timedelta = LEASE) -> None:
        self._ledger = database["fetching"]
        self._hosts = database["hosts"]
        self._replica = replica
        self.lease = lease

    async def prepare(self) -> None:
        await self._ledger.create_index([("due_at", 1)], sparse=True)
        await self._hosts.create_index([("free_at", 1)])
        # Nobody else has this name: what it holds was held by the process that died.
        await self._ledger.update_many({"lease_by": self._replica}, {"$set": {"lease_until": EPOCH}})

    async def schedule(self, hosts: Mapping[str, str], at: datetime) -> None:
        """Sources (id → host) are read at `at`; a known plan stays."""
        plan: list[UpdateOne] = []
        for source_id, host in hosts.items():
            fresh = {"lease_until": EPOCH, "failures": 0, "unconditional_at": EPOCH, "wanted": 0, "due_at": at}
            plan.append(UpdateOne({"_id": source_id}, {"$setOnInsert": fresh, "$set": {"host": host}}, upsert=True))
            plan.append(UpdateOne({"_id": source_id, "due_at": {"$exists": False}}, {"$set": {"due_at": at}}))
        if plan:
            await self._ledger.bulk_write(plan, ordered=True)

    async def ask_now(self, source_id: str, host: str) -> None:
        """Due before all others, even if planned for later or being read at this moment."""
        fresh = {"lease_until": EPOCH, "failures": 0, "unconditional_at": EPOCH}
        change = {"$setOnInsert": fresh, "$set": {"due_at": AT_ONCE, "host": host}, "$inc": {"wanted": 1}}
        await self._ledger.update_one({"_id": source_id}, change, upsert=True)

    async def switched_on(self, source_id: str, host: str, switches: int) -> None:
        """By a person, for the `switches`-th time: due at once, with a clean slate that no running poll spoils."""
        await self.ask_now(source_id, host)
        clean = {"$set": {"failures": 0, "score": 0.0, "tries": 0, "switches": switches}}
        await self._ledger.update_one({"_id": source_id}, {**clean, "$unset": {"first_failure_at": ""}})

    async def unschedule(self, source_ids: Iterable[str]) -> None:
        """Switched off: never due, and asked without conditions when it is switched on again. Its habits stay."""
        ids = list(source_ids)
        if ids:
            gone = ("due_at", "etag", "last_modified", "body_digest", "cursor", "paging", "first_failure_at")
            forget = {"$unset": dict.fromkeys(gone, ""), "$set": {"failures": 0, "score": 0.0, "tries": 0}}
            await self._ledger.update_many({"_id": {"$in": ids}}, forget)

    async def take(
        self,
        now: datetime,
        limit: int,
        *,
        pause_seconds: float = 0.0,
        rests: Callable[[str], bool] = lambda host: True,
        unproven: int | None = None,
    ) -> list[Lease]:
        """Leases on sources whose time has come, nobody is reading and whose host may be asked now, the longest waiting
        first; their hosts rest from now on. `rests`: whether a host needs pauses at all; `unproven`: how many at
        most that failed last time or never succeeded."""
        query: dict[str, Any] = {"due_at": {"$gt": EPOCH, "$lte": now}, "lease_until": {"$lte": now}}
        if unproven is not None and unproven <= 0:
            query |= {"failures": 0, "last_success_at": {"$gt": EPOCH}}
        if pause_seconds:
            resting = self._hosts.find({"free_at": {"$gt": now, "$lt": now + timedelta(days=1)}}, {"_id": 1})
            query["host"] = {"$nin": [raw["_id"] async for raw in resting if rests(raw["_id"])]}
        wanted = {"host": 1, "failures": 1, "last_success_at": 1}
        found = self._ledger.find(query, wanted).sort([("due_at", 1), ("_id", 1)])
        due: list[tuple[str, str]] = []
        async for raw in found.limit(limit + LOOK_FURTHER):
            if unproven is not None and (raw.get("failures", 0) or not raw.get("last_success_at")):
                if unproven <= 0:
                    continue
                unproven -= 1
            due.append((raw["_id"], raw.get("host", "")))
        if pause_seconds:
            due = await self._claimed(due, now, limit, pause_seconds, rests)
        return await self._leased([source_id for source_id, _ in due[:limit]], now)

    async def _claimed(
        self,
        due: Sequence[tuple[str, str]],
        now: datetime,
        limit: int,
        pause_seconds: float,
        rests: Callable[[str], bool],
    ) -> list[tuple[str, str]]:
        """One source a host, and only where the host became ours."""
        chosen: list[tuple[str, str]] = []
        hosts: set[str] = set()
        for source_id, host in due:
            if len(chosen) < limit and host not in hosts:
                chosen.append((source_id, host))
                hosts.update([host] if rests(host) else [])
        won = await self._claim(sorted(hosts), now, pause_seconds)
        return [(source_id, host) for source_id, host in chosen if host in won or host not in hosts]

    async def _claim(self, hosts: Sequence[str], now: datetime, seconds: float) -> set[str]:
        """Those of the hosts that are ours for one request now."""
        if not hosts:
            return set()
        free = {"$set": {"free_at": now + timedelta(seconds=seconds)}}
        claims = [UpdateOne({"_id": host, "free_at": {"$lte": now}}, free, upsert=True) for host in hosts]
        try:
            await self._hosts.bulk_write(claims, ordered=False)
        except BulkWriteError as error:
            if not only_duplicates(error):
                raise
            lost = {problem["index"] for problem in (error.details or {}).get("writeErrors", [])}
            return {host for number, host in enumerate(hosts) if number not in lost}
        return set(hosts)

    async def _leased(self, source_ids: Sequence[str], now: datetime) -> list[Lease]:
        """The leases that became ours; others were faster with the rest."""
        if not source_ids:
            return []
        token = secrets.token_hex(8)
        still_due = {"due_at": {"$gt": EPOCH, "$lte": now}, "lease_until": {"$lte": now}}
        held = {"lease_until": now + self.lease, "lease_by": self._replica, "lease_token": token}
        await self._ledger.update_many({"_id": {"$in": list(source_ids)}, **still_due}, {"$set": held})
        mine = self._ledger.find({"_id": {"$in": list(source_ids)}, "lease_token": token})
        taken = {raw["_id"]: Lease.of(raw) async for raw in mine}
        return [taken[source_id] for source_id in source_ids if source_id in taken]

    async def renew(self, leases: Sequence[Lease], now: datetime) -> None:
        """Leases of polls that take long; one that has passed to another is not taken back."""
        if leases:
            mine = {
                "_id": {"$in": [lease.source_id for lease in leases]},
                "lease_token": {"$in": sorted({lease.token for lease in leases})},
                "lease_until": {"$gt": EPOCH},
            }
            await self._ledger.update_many(mine, {"$set": {"lease_until": now + self.lease}})

    async def give_back(self, leases: Sequence[Lease]) -> None:
        """Leases of polls that were broken off: they are due as they were."""
        if leases:
            mine = {
                "_id": {"$in": [lease.source_id for lease in leases]},
                "lease_token": {"$in": sorted({lease.token for lease in leases})},
            }
            await self._ledger.update_many(mine, {"$set": {"lease_until": EPOCH}})

    async def finish(self, lease: Lease, *, due_at: datetime, now: datetime, **kept: Any) -> None:
        """Ends the lease and plans the next reading; a "poll now" that came meanwhile makes it due at once. A holder
        whose lease has passed to another changes nothing; one whose source a person switched meanwhile only ends it."""
        mine = {"_id": lease.source_id, "lease_token": lease.token}
        planned = {**mine, "due_at": {"$exists": True}, "switches": lease.switches or {"$in": [0, None]}}
        change = {"lease_until": EPOCH, **kept}
        as_asked = {**planned, "wanted": lease.wanted}
        if (await self._ledger.update_one(as_asked, {"$set": {**change, "due_at": due_at}})).matched_count:
            return
        if (await self._ledger.update_one(planned, {"$set": {**change, "due_at": AT_ONCE}})).matched_count:
            return
        await self._ledger.update_one(mine, {"$set": {"lease_until": EPOCH}})

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
        """A host asked us to wait; a longer rest that it asked for before stays."""
        await self._hosts.update_one({"_id": host}, {"$max": {"free_at": until}}, upsert=True)
