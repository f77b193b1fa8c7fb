"""The gateway's own read models: guarded upserts, and the queries that pages and the API ask."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne

from libs.runtime.clock import Clock
from libs.runtime.mongo import BulkWriteError, Database, Document, only_duplicates
from libs.schemas.alerts import Alert
from libs.schemas.commands import EditOutlet, LiftRestriction, RelabelItem, SubmitReport
from libs.schemas.envelope import Command, OpMode
from libs.schemas.items import ClassifiedItem, Item
from libs.schemas.notifications import Notification
from libs.schemas.releases import Draft, Release
from libs.schemas.reports import Report
from libs.schemas.sources import Outlet, Source
from libs.schemas.stories import Story
from libs.schemas.topics import ALERTS_COMMANDS, CLASSIFIER_COMMANDS, INGEST_COMMANDS, topic_of
from services.gateway.asking import at_least, one_of, present
from services.gateway.cursors import Cursors
from services.gateway.documents import INDEXES, typed, upsert
from services.gateway.freshness import Freshness
from services.gateway.metrics import VIEW_WRITES
from services.gateway.projections import Put, fold
from services.gateway.views import AlertQuery, Health, ItemQuery, ItemView, Page, StoryQuery, T, View
from services.gateway.views_reading import MAX_PAGE, ReadModels

_WRITTEN_REMEMBERED = 10_000
# Mostly this process writes the view it waits for, and is woken; looking is for what another replica writes.
_LOOK_AFTER_SECONDS = 0.05
# The rank of "nobody climbs any more" among times to the next rung.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Views(ReadModels):
    """Reads and writes the read models. Writes are idempotent: a lower sequence never overwrites a higher one."""

    def __init__(
        self,
        database: Database,
        *,
        cursors: Cursors,
        clock: Clock,
        freshness: Freshness,
        opmodes: Sequence[OpMode] = ("live", "drill", "sample"),
    ) -> None:
        super().__init__(database, cursors=cursors, opmodes=opmodes)
        self._clock = clock
        self._freshness = freshness
        self._written: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._awaited: dict[tuple[str, str], list[tuple[int, asyncio.Future[None]]]] = {}

    async def prepare(self) -> None:
        """Indexes; safe to repeat."""
        for view, fields in INDEXES:
            await self._database[view].create_index([(field, 1) for field in fields])

    # --- writes ---------------------------------------------------------------------------------------------------

    async def put_all(self, puts: Sequence[Put], *, rewrite: bool = False) -> None:
        """Upserts under the reader's rule, one bulk per view. `rewrite` also replaces an equal sequence (rebuild)."""
        by_view: dict[str, list[Put]] = {}
        for put in fold(puts):
            by_view.setdefault(put.view, []).append(put)
        await asyncio.gather(*(self._put(view, of_view, rewrite=rewrite) for view, of_view in by_view.items()))

    async def _put(self, view: str, puts: Sequence[Put], *, rewrite: bool) -> None:
        try:
            await self._database[view].bulk_write([upsert(put, rewrite=rewrite) for put in puts], ordered=False)
        except BulkWriteError as error:
            # The document exists with a higher sequence: the filter missed it, the insert met it. As it should.
            if not only_duplicates(error):
                raise
        VIEW_WRITES.labels(view=view).inc(len(puts))
        for put in puts:
            self._arrived(view, put.id, put.sequence)

    async def note_positions(self, positions: Mapping[str, int]) -> None:
        """Where the views stand, per `topic/partition`: the next offset they have not seen."""
        operations = [
            UpdateOne({"_id": place}, {"$set": {"offset": offset, "at": self._clock.now()}}, upsert=True)
            for place, offset in positions.items()
        ]
        if operations:
            await self._database["positions"].bulk_write(operations, ordered=False)

    def _arrived(self, view: str, entity_id: str, sequence: int) -> None:
        key = (view, entity_id)
        self._written[key] = max(sequence, self._written.pop(key, 0))
        if len(self._written) > _WRITTEN_REMEMBERED:
            self._written.popitem(last=False)
        waiting = self._awaited.pop((view, entity_id), None)
        if not waiting:
            return
        later = [(wanted, future) for wanted, future in waiting if wanted > sequence]
        if later:
            self._awaited[view, entity_id] = later
        for wanted, future in waiting:
            if wanted <= sequence and not future.done():
                future.set_result(None)

    async def reached(self, view: str, entity_id: str, sequence: int, *, within: float) -> bool:
        """Waits until the view holds at least this sequence; at once when this process writes it, else by looking."""
        if self._written.get((view, entity_id), 0) >= sequence:
            return True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited.setdefault((view, entity_id), []).append((sequence, future))
        wait, deadline = _LOOK_AFTER_SECONDS, asyncio.get_running_loop().time() + within
        try:
            while True:
                left = deadline - asyncio.get_running_loop().time()
                await asyncio.wait({future}, timeout=max(0.0, min(wait, left)))
                # Another replica may be the one that writes it: look now and then.
                if future.done() or await self.sequence_of(view, entity_id) >= sequence:
                    return True
                if left <= 0:
                    return False
                wait = min(wait * 2, 0.25)
        finally:
            future.cancel()
            self._forget(view, entity_id, future)

    def _forget(self, view: str, entity_id: str, future: "asyncio.Future[None]") -> None:
        waiting = [entry for entry in self._awaited.get((view, entity_id), []) if entry[1] is not future]
        if waiting:
            self._awaited[view, entity_id] = waiting
        else:
            self._awaited.pop((view, entity_id), None)

    # --- single documents -----------------------------------------------------------------------------------------

    async def sequence_of(self, view: str, entity_id: str) -> int:
        """0: not there."""
        document = await self._database[view].find_one({"_id": entity_id}, {"seq": 1})
        return int(document["seq"]) if document else 0

    async def trails(self, view: str, entity_ids: Sequence[str]) -> dict[str, tuple[int, list[tuple[int, int, int]]]]:
        """Per known entity: its sequence, and where its last transitions stood (sequence, partition, offset)."""
        cursor = self._database[view].find({"_id": {"$in": list(entity_ids)}}, {"seq": 1, "trail": 1})
        return {
            str(document["_id"]): (int(document["seq"]), [(t["s"], t["p"], t["o"]) for t in document.get("trail", [])])
            async for document in cursor
        }

    async def _one(self, view: str, model: type[T], entity_id: str) -> View[T] | None:
        document = await self._database[view].find_one({"_id": entity_id, **self._modes(None)})
        return typed(document, model) if document else None

    async def story(self, story_id: str) -> View[Story] | None:
        return await self._one("stories", Story, story_id)

    async def alert(self, alert_id: str) -> View[Alert] | None:
        return await self._one("alerts", Alert, alert_id)

    async def release(self, release_id: str) -> View[Release] | None:
        return await self._one("releases", Release, release_id)

    async def draft(self, release_id: str) -> View[Draft] | None:
        return await self._one("drafts", Draft, release_id)

    async def source(self, source_id: str) -> View[Source] | None:
        return await self._one("sources", Source, source_id)

    async def item(self, item_id: str) -> ItemView | None:
        collected = await self._one("items", Item, item_id)
        labels = await self._one("labels", ClassifiedItem, item_id)
        return ItemView(id=item_id, collected=collected, labels=labels) if collected or labels else None

    async def mode_of(self, view: str, entity_id: str) -> tuple[OpMode, str | None] | None:
        """The mode of an entity, whether or not it is shown here."""
        document = await self._database[view].find_one({"_id": entity_id}, {"opmode": 1, "drillid": 1})
        return (document["opmode"], document.get("drillid")) if document else None

    async def anything(self, entity_id: str, command: type[Command[Any]]) -> View[Any] | None:
        """What a command was about, as it stands."""
        match topic_of(command).slug:
            case ALERTS_COMMANDS.slug:
                return await self.alert(entity_id)
            case CLASSIFIER_COMMANDS.slug if command is RelabelItem:
                return await self._one("labels", ClassifiedItem, entity_id)
            case CLASSIFIER_COMMANDS.slug:
                return await self._one("stories", Story, entity_id)
            case INGEST_COMMANDS.slug:
                return await self._of_ingest(entity_id, command)
            case _:
                return await self.draft(entity_id)

    async def _of_ingest(self, entity_id: str, command: type[Command[Any]]) -> View[Any] | None:
        if command is SubmitReport:
            return await self.report(entity_id)
        if command is EditOutlet:
            return await self.outlet(entity_id)
        if command is LiftRestriction:
            return await self._one("items", Item, entity_id)
        return await self.source(entity_id)

    async def report(self, report_id: str) -> View[Report] | None:
        return await self._one("reports", Report, report_id)

    async def outlet(self, outlet_id: str) -> View[Outlet] | None:
        return await self._one("outlets", Outlet, outlet_id)

    async def positions(self, places: Sequence[tuple[str, int]]) -> list[int]:
        """Per (topic, partition): the next offset the views have not seen; 0: nothing yet."""
        names = [f"{topic}/{number}" for topic, number in places]
        found = await self._database["positions"].find({"_id": {"$in": names}}).to_list(len(names) or 1)
        offsets = {str(document["_id"]): int(document["offset"]) for document in found}
        return [offsets.get(name, 0) for name in names]

    async def outcome(self, command_id: str) -> Document | None:
        """What became of a command, as stored: `event` and `data`."""
        return await self._database["outcomes"].find_one({"_id": command_id})

    # --- lists ----------------------------------------------------------------------------------------------------

    async def stories(self, query: StoryQuery, *, limit: int = 50, cursor: str | None = None) -> Page[Story]:
        """Last change first."""
        conditions = present(
            status=query.status,
            severity=at_least(query.severity_min),
            topics=query.topic,
            units=query.unit_id,
            provinces=query.province,
            sentiment=query.sentiment,
        )
        return await self.page("stories", Story, conditions, query.opmodes, limit, cursor, since=query.since)

    async def alerts(self, query: AlertQuery, *, limit: int = 50, cursor: str | None = None) -> Page[Alert]:
        """Last change first."""
        conditions = present(
            status=one_of(query.status),
            severity=at_least(query.severity_min),
            units=query.unit_id,
            stories=query.story_id,
        )
        return await self.page("alerts", Alert, conditions, query.opmodes, limit, cursor)

    async def items(self, query: ItemQuery, *, limit: int = 50, cursor: str | None = None) -> Page[ClassifiedItem]:
        """Newest first (by first-seen time)."""
        conditions = present(
            _id=one_of(query.item_ids),
            relevant=query.relevant,
            topics=query.topic,
            units=query.unit_id,
            severity=at_least(query.severity_min),
            sentiment=query.sentiment,
            outlet_id=query.outlet_id,
            **{"data.seen_via": query.source_id},
        )
        return await self.page("labels", ClassifiedItem, conditions, query.opmodes, limit, cursor, since=query.since)

    async def releases(
        self, *, limit: int = 50, cursor: str | None = None, opmodes: Sequence[OpMode] | None = None
    ) -> Page[Release]:
        return await self.page("releases", Release, {}, opmodes, limit, cursor)

    async def drafts(
        self,
        *,
        status: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
        opmodes: Sequence[OpMode] | None = None,
    ) -> Page[Draft]:
        return await self.page("drafts", Draft, present(status=status), opmodes, limit, cursor)

    async def sources(
        self, *, limit: int = 200, cursor: str | None = None, opmodes: Sequence[OpMode] | None = None
    ) -> Page[Source]:
        return await self.page("sources", Source, {}, opmodes, limit, cursor)

    async def waiting_alerts(self, *, opmodes: Sequence[OpMode] | None = None) -> list[View[Alert]]:
        """Open and unacknowledged: highest severity first, then the one that climbs soonest."""
        cursor = self._database["alerts"].find({"status": "terbuka", **self._modes(opmodes)}).limit(MAX_PAGE)
        found = [typed(document, Alert) async for document in cursor]
        return sorted(found, key=lambda view: (-view.data.severity, view.data.escalates_at or _NEVER, view.id))

    async def alerts_of_stories(self, story_ids: Sequence[str]) -> dict[str, View[Alert]]:
        """The alert of each story that changed last; stories without one are absent."""
        wanted, found = set(story_ids), {}
        cursor = self._database["alerts"].find({"stories": {"$in": list(wanted)}, **self._modes(None)})
        for document in sorted([d async for d in cursor], key=lambda d: str(d["order"])):
            view = typed(document, Alert)
            found.update({story_id: view for story_id in view.data.story_ids if story_id in wanted})
        return found

    async def notifications_of(self, alert_id: str) -> list[View[Notification]]:
        """What was pushed for an alert, oldest first."""
        cursor = self._database["notifications"].find({"alert_id": alert_id, **self._modes(None)})
        documents = await cursor.to_list(1000)
        return [typed(document, Notification) for document in sorted(documents, key=lambda d: str(d["order"]))]

    async def history_of(self, alert_id: str) -> list[View[Alert]]:
        """Every transition of an alert, oldest first."""
        cursor = self._database["alert_log"].find({"entity_id": alert_id, **self._modes(None)})
        documents = await cursor.to_list(1000)
        return [typed(document, Alert) for document in sorted(documents, key=lambda d: int(d["seq"]))]

    async def public_releases(self, *, limit: int = 20, cursor: str | None = None) -> Page[Release]:
        """What everybody may read: live ones only."""
        return await self.page("releases", Release, {}, ("live",), limit, cursor)

    async def public_release(self, code: str) -> View[Release] | None:
        document = await self._database["releases"].find_one({"code": code.strip().upper()[:64], "opmode": "live"})
        return typed(document, Release) if document else None

    async def health(self) -> Health:
        """Counts for the head line and the heartbeat; sources that are switched off do not count."""
        enabled = {"enabled": True, **self._modes(None)}
        last = await self._database["labels"].find({}, {"data.first_seen_at": 1}).sort("order", -1).limit(1).to_list(1)
        return Health(
            sources_all=await self._database["sources"].count_documents(enabled),
            sources_live=await self._database["sources"].count_documents({**enabled, "state": "hidup"}),
            sources_failing=await self._database["sources"].count_documents({**enabled, "state": "gagal"}),
            waiting=await self._database["alerts"].count_documents({"status": "terbuka", **self._modes(None)}),
            open_stories=await self._database["stories"].count_documents({"status": "terbuka", **self._modes(None)}),
            data_age_seconds=self._freshness.age_seconds,
            last_item_at=datetime.fromisoformat(last[0]["data"]["first_seen_at"]) if last else None,
        )


__all__ = ["MAX_PAGE", "AlertQuery", "Health", "ItemQuery", "ItemView", "Page", "StoryQuery", "View", "Views"]
