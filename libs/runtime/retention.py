"""How long each class of data is kept: a table of rules, a sweeper, and a record of every purge as its proof."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.mongo import Collection, Database, DuplicateKeyError, PyMongoError
from libs.runtime.telemetry import log

SWEEP_EVERY: Final = timedelta(hours=1)
LOOK_EVERY_SECONDS: Final = 60.0
PURGED_AT_ONCE: Final = 500
_EPOCH: Final = datetime(1970, 1, 2, tzinfo=UTC)
# An entity whose announcements are still on their way stays until they are out.
SETTLED: Final[Mapping[str, Any]] = {"pending_since": {"$exists": False}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Documents of `collection` end `days` after the time in `at` (UTC); `where` narrows them. `data_class` names
    what they are for people who audit (UU 27/2022: no longer than the purpose needs). A deployment may keep it for
    less, down to `least_days`: what the service's own work looks back on."""

    data_class: str
    collection: str
    at: str
    days: float
    where: Mapping[str, Any] = field(default_factory=dict)
    least_days: float | None = None


def shortened(rules: Sequence[Rule], days: Mapping[str, float]) -> tuple[Rule, ...]:
    """The rules with other periods by data class; never longer than the rule, never less than the work needs."""
    unknown = sorted(days.keys() - {rule.data_class for rule in rules})
    if unknown:
        raise ValueError(f"no data class here: {', '.join(unknown)}")
    return tuple(_kept_for(rule, days.get(rule.data_class, rule.days)) for rule in rules)


def _kept_for(rule: Rule, days: float) -> Rule:
    least = rule.days if rule.least_days is None else rule.least_days
    if not least <= days <= rule.days:
        raise ValueError(f"{rule.data_class} needs {least:g} to {rule.days:g} days")
    return replace(rule, days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Sweeps one service's database by its rules; `turns` lets one replica an hour do it."""

    database: Database
    rules: Sequence[Rule]
    clock: Clock
    stopping: asyncio.Event

    async def keep_sweeping(self) -> None:
        """Until the service stops; a store that is away is met again a minute later."""
        for rule in self.rules:
            await self.database[rule.collection].create_index([(rule.at, 1)])
        while not self.stopping.is_set():
            try:
                await self.sweep()
            except PyMongoError as error:
                log.warning("retention waits", exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), LOOK_EVERY_SECONDS)

    async def sweep(self) -> dict[str, int]:
        """Data class → how many documents were purged now; {} when it is not our turn."""
        now = self.clock.now()
        turn = {"_id": "retention", "next_at": {"$lte": now}}
        try:
            await self.database["turns"].update_one(turn, {"$set": {"next_at": now + SWEEP_EVERY}}, upsert=True)
        except DuplicateKeyError:
            return {}
        return {rule.data_class: await self._by(rule, now) for rule in self.rules}

    async def _by(self, rule: Rule, now: datetime) -> int:
        collection, gone = self.database[rule.collection], 0
        # Two bounds keep the query on its index, and a missing or odd time never counts as old.
        old = {**rule.where, rule.at: {"$gt": _EPOCH, "$lt": now - timedelta(days=rule.days)}}
        while names := await _oldest(collection, old, rule.at):
            await self._purge(rule, collection, names, old, now)
            gone += len(names)
        return gone

    async def _purge(
        self, rule: Rule, collection: Collection, names: Sequence[tuple[str, datetime]], old: Mapping[str, Any],
        now: datetime,
    ) -> None:  # fmt: skip
        """The record first: a deletion that nobody wrote down would be a loss."""
        proof = sha256("\n".join(name for name, _ in names).encode()).hexdigest()
        record = {
            "what": rule.data_class, "collection": rule.collection, "why": "retention_days", "days": rule.days,
            "at": now, "count": len(names), "oldest_at": names[0][1], "newest_at": names[-1][1], "names_sha256": proof,
        }  # fmt: skip
        await self.database["purges"].update_one({"_id": f"{rule.collection}:{proof}"}, {"$set": record}, upsert=True)
        crashpoint("retention.recorded")
        # The condition again: one that was renewed meanwhile stays.
        await collection.delete_many({**old, "_id": {"$in": [name for name, _ in names]}})
        log.info("purged by retention", what=rule.data_class, count=len(names))


async def _oldest(collection: Collection, old: Mapping[str, Any], at: str) -> list[tuple[str, datetime]]:
    found = collection.find(dict(old), {at: 1}).sort([(at, 1)]).limit(PURGED_AT_ONCE)
    return [(str(raw["_id"]), _value(raw, at)) async for raw in found]


def _value(raw: Mapping[str, Any], path: str) -> datetime:
    value: Any = raw
    for name in path.split("."):
        value = value[name]
    assert isinstance(value, datetime)
    return value
