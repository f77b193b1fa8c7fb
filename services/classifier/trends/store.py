"""Facts, sources' spells and the turn of the one active watcher ⇄ their documents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pymongo import InsertOne, UpdateOne

from libs.runtime.crashpoint import crashpoint
from libs.runtime.mongo import BulkWriteError, Collection, DuplicateKeyError, only_duplicates
from services.classifier.trends.counting import NEWS_CLASS, SEVERE, SEVERE_CLASS, SOCIAL_CLASS
from services.classifier.trends.facts import NEWS, SOCIAL, Fact, Place
from services.classifier.trends.sight import Spell, Watched
from services.classifier.trends.weighing import Finding

# Two bounds: with one the store scans instead of using the index.
FAR: Final = datetime(9000, 1, 1, tzinfo=UTC)
LEASE_SECONDS: Final = 60
_CLASSES: Final[Mapping[str, Mapping[str, Any]]] = {
    SOCIAL_CLASS: {"kind": {"$in": sorted(SOCIAL)}},
    NEWS_CLASS: {"kind": {"$in": sorted(NEWS)}},
    SEVERE_CLASS: {"severity": {"$gte": SEVERE}},
}


class FactTaken(Exception):
    """Another watcher wrote one of these items first: what we know is old."""


def to_document(fact: Fact) -> dict[str, Any]:
    return {
        "_id": fact.item_id,
        "mode": fact.mode,
        "sequence": fact.sequence,
        "at": fact.time,
        "old": fact.old,
        "kind": fact.kind,
        "topic": fact.topic,
        "units": [{"id": unit.unit_id, "name": unit.name, "province": unit.province} for unit in fact.units],
        "severity": fact.severity,
        "story": fact.story,
        "gone": fact.gone,
    }


def of_document(raw: Mapping[str, Any]) -> Fact:
    return Fact(
        item_id=raw["_id"],
        mode=raw["mode"],
        sequence=raw["sequence"],
        at=int(raw["at"].timestamp()),
        old=raw["old"],
        kind=raw["kind"],
        topic=raw["topic"],
        units=tuple(Place(unit["id"], unit["name"], unit["province"]) for unit in raw["units"]),
        severity=raw["severity"],
        story=raw["story"],
        gone=raw["gone"],
    )


class FactStore:
    """One small document per relevant item: counters are counts of these."""

    def __init__(self, collection: Collection, *, placements: Collection, stories: Collection) -> None:
        """`placements`, `stories`: what the grouper keeps; only read."""
        self._collection = collection
        self._placements = placements
        self._stories = stories

    async def prepare(self) -> None:
        await self._collection.create_index([("at", 1)])

    async def load(self, item_ids: Iterable[str]) -> dict[str, Fact]:
        wanted = list(dict.fromkeys(item_ids))
        found = self._collection.find({"_id": {"$in": wanted}}) if wanted else None
        return {} if found is None else {raw["_id"]: of_document(raw) async for raw in found}

    async def since(self, cutoff: datetime) -> AsyncIterator[Fact]:
        async for raw in self._collection.find({"at": {"$gt": cutoff, "$lt": FAR}}):
            yield of_document(raw)

    async def save(self, changes: Sequence[tuple[Fact | None, Fact]]) -> None:
        """(as it was, as it is). Raises FactTaken when somebody else has written one of them meanwhile."""
        if not changes:
            return
        operations: list[InsertOne[dict[str, Any]] | UpdateOne] = []
        for before, after in changes:
            document = to_document(after)
            if before is None:
                operations.append(InsertOne(document))
            else:
                facts = {name: value for name, value in document.items() if name != "_id"}
                same = {"_id": after.item_id, "sequence": before.sequence, "story": before.story}
                operations.append(UpdateOne(same, {"$set": facts}))
        crashpoint("classifier.trends.before_write")
        try:
            result = await self._collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            if not only_duplicates(error):
                raise
            raise FactTaken from None
        crashpoint("classifier.trends.after_write")
        if result.matched_count + result.inserted_count < len(operations):
            raise FactTaken

    async def items_of(self, finding: Finding, *, mode: str, limit: int) -> list[tuple[str, str | None]]:
        """(item, story) behind a finding, newest first."""
        window = {
            "$gte": datetime.fromtimestamp(finding.first, UTC),
            "$lt": datetime.fromtimestamp(finding.last, UTC),
        }
        wanted: dict[str, Any] = {"at": window, "mode": mode, "old": False, "gone": False}
        wanted |= _CLASSES.get(finding.rule.of, {})
        found = self._collection.find(wanted | _in_series(finding.series)).sort([("at", -1)]).limit(limit)
        return [(raw["_id"], raw["story"]) async for raw in found]

    async def stories_of(self, since: datetime, *, most: int) -> dict[str, str]:
        """Item → the story it is in, of what came since then (the newest `most`)."""
        found = (
            self._placements.find({"at": {"$gt": since, "$lt": FAR}}, {"story_id": 1}).sort([("at", -1)]).limit(most)
        )
        return {raw["_id"]: raw["story_id"] async for raw in found}

    async def title_of(self, story_id: str) -> str | None:
        raw = await self._stories.find_one({"_id": story_id}, {"state.title": 1})
        return str(raw["state"]["title"]) if raw else None


def _in_series(series: tuple[str, str]) -> dict[str, Any]:
    kind, key = series
    if kind == "topik_unit":
        topic, _, unit = key.partition("|")
        return {"topic": topic, "units.id": unit}
    by_kind: dict[str, dict[str, Any]] = {
        "topik": {"topic": key},
        "unit": {"units.id": key},
        "provinsi": {"units.province": key},
        "jenis_sumber": {"kind": key},
        "isu": {"story": key},
    }
    return by_kind.get(kind, {})


class SightStore:
    """One document per source that is watched: its weight and when it could not be read."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def load(self, source_ids: Iterable[str]) -> dict[str, Watched]:
        wanted = list(dict.fromkeys(source_ids))
        found = self._collection.find({"_id": {"$in": wanted}})
        return {raw["_id"]: _watched(raw) async for raw in found}

    async def all(self) -> dict[str, list[Watched]]:
        """Mode → its sources."""
        by_mode: dict[str, list[Watched]] = {}
        async for raw in self._collection.find({}).sort([("_id", 1)]):
            by_mode.setdefault(raw["mode"], []).append(_watched(raw))
        return by_mode

    async def save(self, before: Watched | None, after: Watched) -> None:
        """Only ever forward; of two writers with the same event both write the same."""
        document = {
            "mode": after.mode, "sequence": after.sequence, "of": after.of, "weight": after.weight,
            "spells": [[s.first, s.last] for s in after.spells],
        }  # fmt: skip
        if before is None:
            try:
                await self._collection.insert_one({"_id": after.source_id, **document})
                return
            except DuplicateKeyError:
                pass
        older = {"_id": after.source_id, "sequence": {"$lt": after.sequence}}
        await self._collection.update_one(older, {"$set": document})


def _watched(raw: Mapping[str, Any]) -> Watched:
    return Watched(
        source_id=raw["_id"],
        mode=raw["mode"],
        sequence=raw["sequence"],
        of=raw["of"],
        weight=raw["weight"],
        spells=tuple(Spell(first, last) for first, last in raw["spells"]),
    )


class Turn:
    """Who looks at the clock: the replica that reads the topic, or whoever finds nobody doing so."""

    def __init__(self, collection: Collection, holder: str) -> None:
        self._collection = collection
        self._holder = holder
        self._until = datetime(1970, 1, 2, tzinfo=UTC)

    async def seize(self, now: datetime) -> None:
        """The reader of the topic takes it, whoever had it."""
        if now < self._until - timedelta(seconds=LEASE_SECONDS / 2):
            return
        until = now + timedelta(seconds=LEASE_SECONDS)
        await self._collection.update_one(
            {"_id": "trends"}, {"$set": {"holder": self._holder, "until": until}}, upsert=True
        )
        self._until = until

    async def keep(self, now: datetime) -> bool:
        """Whether it is ours to look now."""
        until = now + timedelta(seconds=LEASE_SECONDS)
        free = {"_id": "trends", "$or": [{"holder": self._holder}, {"until": {"$lt": now}}]}
        try:
            done = await self._collection.update_one(
                free, {"$set": {"holder": self._holder, "until": until}}, upsert=True
            )
        except DuplicateKeyError:
            return False
        self._until = until
        return bool(done.matched_count or done.upserted_id)
