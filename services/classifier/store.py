"""Members and stories ⇄ their documents, and the queries that find them."""

import base64
from array import array
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pymongo import InsertOne, UpdateOne

from libs.runtime.crashpoint import crashpoint
from libs.runtime.mongo import BulkWriteError, Collection, DuplicateKeyError, only_duplicates
from libs.runtime.outbox import Cause
from libs.schemas.common import UnitMention
from libs.schemas.envelope import Lane, OpMode
from libs.schemas.ids import mode_of
from libs.schemas.items import Reason
from libs.schemas.stories import OldEvent, Story
from services.classifier import statements
from services.classifier.statements import Statement, Statements, Text
from services.classifier.summarising import SLEEPS_AFTER, Member

# Two bounds: with one the store scans instead of using the index.
LONG_AGO: Final = datetime(1970, 1, 2, tzinfo=UTC)
FAR: Final = datetime(9000, 1, 1, tzinfo=UTC)
_TEXT_FACTS = """
    sequence at title lead excerpt outlet_id outlet_name link units topic severity severity_why sentiment
    polarity actuality certainty needs_review signature words gone carries
"""
_FACTS: Final = tuple(_TEXT_FACTS.split())
SIGNALS_KEPT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The world and lane a story belongs to, for what is done to it later without an item. Once live, always live."""

    opmode: OpMode
    drillid: str | None = None
    lane: Lane = "live"
    correlationid: str | None = None

    @property
    def mode(self) -> str:
        return mode_of(self.opmode, self.drillid)

    def cause(self, *, causationid: str | None = None, traceparent: str | None = None) -> Cause:
        return Cause(
            opmode=self.opmode, drillid=self.drillid, lane=self.lane, correlationid=self.correlationid,
            causationid=causationid, traceparent=traceparent,
        )  # fmt: skip

    def to_state(self) -> dict[str, Any]:
        return {
            "opmode": self.opmode, "drillid": self.drillid, "lane": self.lane, "correlationid": self.correlationid,
        }  # fmt: skip


def origin_of_state(state: Mapping[str, Any], *, otherwise: Cause | None = None) -> Origin:
    """`otherwise`: whose world it shares when an older version wrote it without saying."""
    known = state.get("origin") or {"opmode": state.get("opmode", "live"), "drillid": state.get("drillid")}
    if "origin" not in state and otherwise is not None:
        known = {"opmode": otherwise.opmode, "drillid": otherwise.drillid, "lane": otherwise.lane}
    return Origin(**known)


def story_to_state(story: Story, origin: Origin) -> dict[str, Any]:
    """`marked` and `sleeps_at` exist only where a rebuild or the clock will ask for them (sparse indexes)."""
    state = story.model_dump() | {"origin": origin.to_state()}
    if story.into or story.pinned or story.split_from:
        state["marked"] = True
    if story.status == "terbuka" and not story.asleep and not story.pinned:
        state["sleeps_at"] = story.last_item_at + SLEEPS_AFTER
    return state


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the index must know of a story that its members do not say."""

    story_id: str
    mode: str
    into: str | None
    split_from: str | None
    pinned: bool


STORY_INDEXES: Final = ("state.marked", "state.sleeps_at")


async def marks(stories: Collection, *, among: Iterable[str] | None = None) -> AsyncIterator[Mark]:
    """Stories that were merged away, split off or pinned; or what is known of these, marked or not."""
    shown = {f"state.{name}": 1 for name in ("into", "split_from", "pinned", "origin")}
    wanted = {"state.marked": True} if among is None else {"_id": {"$in": list(among)}}
    async for raw in stories.find(wanted, shown):
        state = raw["state"]
        yield Mark(
            story_id=raw["_id"], mode=origin_of_state(state).mode, into=state["into"], split_from=state["split_from"],
            pinned=state["pinned"],
        )  # fmt: skip


async def falling_asleep(stories: Collection, now: datetime, *, at_most: int = 200) -> list[str]:
    """Open stories that have been quiet long enough, the quietest first."""
    due = {"state.sleeps_at": {"$gt": LONG_AGO, "$lte": now}}
    found = stories.find(due, {"_id": 1}).sort("state.sleeps_at", 1).limit(at_most)
    return [raw["_id"] async for raw in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was signalled until `count`: these stories are others now, these releases known.

    `stories` None: more than is kept of, everything must be read anew."""

    count: int
    stories: frozenset[str] | None = frozenset()
    releases: frozenset[str] = frozenset()


class Signals:
    """What happened outside the grouper that its memory must take in: it compares the count, and reads what changed."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def tell(self, *, stories: Iterable[str] = (), releases: Iterable[str] = ()) -> None:
        """After the deed, and again whenever the deed is asked for again."""
        what = {"stories": list(stories), "releases": list(releases)}
        change = {"$inc": {"changes": 1}, "$push": {"log": {"$each": [what], "$slice": -SIGNALS_KEPT}}}
        await self._collection.update_one({"_id": "grouping"}, change, upsert=True)

    async def since(self, count: int) -> Heard:
        """`count`: until where the asker has heard everything; negative when it has heard nothing."""
        found = await self._collection.find_one({"_id": "grouping"}) or {}
        now, log = int(found.get("changes", 0)), found.get("log", ())
        missed = now - count
        if missed == 0:
            return Heard(count=now)
        if count < 0 or not 0 < missed <= len(log):
            return Heard(count=now, stories=None)
        return Heard(
            count=now,
            stories=frozenset(story for one in log[-missed:] for story in one["stories"]),
            releases=frozenset(release for one in log[-missed:] for release in one["releases"]),
        )


class Corrections:
    """What people said of labels, one document each, to learn from."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        await self._collection.create_index([("item_id", 1)])

    async def keep(self, record: Mapping[str, Any]) -> None:
        """Once, however often it is asked."""
        fields = {name: value for name, value in record.items() if name != "_id"}
        await self._collection.update_one({"_id": record["_id"]}, {"$setOnInsert": fields}, upsert=True)

    async def mask_again(self, item_id: str, title: str, text: str) -> None:
        """A newer gate's reading takes the place of the older one's."""
        await self._collection.update_many({"item_id": item_id, "text": {"$ne": ""}}, {"$set": {"text": text}})
        await self._collection.update_many({"item_id": item_id}, {"$set": {"title": title}})


class StatementStore:
    """What was published in our name, one document a release."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def keep(self, statement: Statement) -> None:
        """The reader's rule: a lower sequence than the one that is kept changes nothing."""
        older = {"_id": statement.release_id, "sequence": {"$lt": statement.sequence}}
        try:
            await self._collection.update_one(older, {"$set": statements.to_document(statement)}, upsert=True)
        except DuplicateKeyError:
            return

    async def all(self) -> Statements:
        return Statements([statements.of_document(raw) async for raw in self._collection.find()])

    async def load(self, release_ids: Iterable[str]) -> list[Statement]:
        found = self._collection.find({"_id": {"$in": list(release_ids)}})
        return [statements.of_document(raw) async for raw in found]


class MemberTaken(Exception):
    """Another writer placed one of these items first; its placement stands."""


def to_document(member: Member) -> dict[str, Any]:
    return {
        "_id": member.item_id,
        "story_id": member.story_id,
        "mode": member.mode,
        "sequence": member.sequence,
        "at": member.at,
        "title": member.title,
        "lead": member.lead,
        "excerpt": member.excerpt,
        "outlet_id": member.outlet_id,
        "outlet_name": member.outlet_name,
        "link": member.link,
        "units": [u.model_dump() for u in member.units],
        "topic": member.topic,
        "severity": member.severity,
        "severity_why": [r.model_dump() for r in member.severity_why],
        "sentiment": member.sentiment,
        "polarity": member.polarity,
        "actuality": member.actuality,
        "certainty": member.certainty,
        "needs_review": member.needs_review,
        "signature": pack(member.signature),
        "words": member.words,
        "copy_of": member.copy_of,
        "ties": list(member.ties),
        "gone": member.gone,
        "place_no": member.place_no,
        "held": member.held,
        "parted_from": member.parted_from,
        "development_of": member.development_of,
        "old_event": member.old_event.model_dump() if member.old_event else None,
        "carries": list(member.carries),
    }


def of_document(raw: Mapping[str, Any]) -> Member:
    return Member(
        item_id=raw["_id"],
        story_id=raw["story_id"],
        mode=raw["mode"],
        sequence=raw["sequence"],
        at=raw["at"],
        title=raw["title"],
        lead=raw["lead"],
        excerpt=raw["excerpt"],
        outlet_id=raw["outlet_id"],
        outlet_name=raw["outlet_name"],
        link=raw["link"],
        units=tuple(UnitMention.model_validate(u) for u in raw["units"]),
        topic=raw["topic"],
        severity=raw["severity"],
        severity_why=tuple(Reason.model_validate(r) for r in raw["severity_why"]),
        sentiment=raw["sentiment"],
        polarity=raw["polarity"],
        actuality=raw["actuality"],
        certainty=raw.get("certainty"),
        needs_review=raw["needs_review"],
        signature=unpack(raw.get("signature", "")),
        words=raw["words"],
        copy_of=raw["copy_of"],
        ties=tuple(raw["ties"]),
        gone=raw["gone"],
        place_no=raw.get("place_no", 0),
        held=raw.get("held", False),
        parted_from=raw.get("parted_from"),
        development_of=raw.get("development_of"),
        old_event=OldEvent.model_validate(raw["old_event"]) if raw.get("old_event") else None,
        carries=tuple(raw.get("carries", ())),
    )


def pack(signature: Sequence[int]) -> str:
    return base64.b64encode(array("I", signature).tobytes()).decode()


def unpack(packed: str) -> tuple[int, ...]:
    return tuple(array("I", base64.b64decode(packed)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An item of a story, as much of it as tells whether it carries a release; `carries`: those known already."""

    item_id: str
    story_id: str
    mode: str
    text: Text
    carries: frozenset[str]


class MemberStore:
    """One small document per item of a story: insert-once membership, facts that follow the item's revisions."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        for key in ("story_id", "at"):
            await self._collection.create_index([(key, 1)])

    async def load(self, item_ids: Iterable[str]) -> dict[str, Member]:
        wanted = list(dict.fromkeys(item_ids))
        found = self._collection.find({"_id": {"$in": wanted}}) if wanted else None
        return {} if found is None else {raw["_id"]: of_document(raw) async for raw in found}

    async def of_stories(self, story_ids: Iterable[str]) -> dict[str, dict[str, Member]]:
        """story id → item id → member; without their signatures, which no figure of a story needs."""
        wanted = list(dict.fromkeys(story_ids))
        members: dict[str, dict[str, Member]] = {story: {} for story in wanted}
        if wanted:
            async for raw in self._collection.find({"story_id": {"$in": wanted}}, {"signature": 0}):
                members[raw["story_id"]][raw["_id"]] = of_document(raw)
        return members

    async def living_in(self, story_ids: Iterable[str], *, since: datetime) -> dict[str, str]:
        """item id → story id, of the items that count."""
        wanted = {"story_id": {"$in": list(story_ids)}, "at": {"$gt": since}}
        found = self._collection.find(wanted, {"story_id": 1, "gone": 1})
        return {raw["_id"]: raw["story_id"] async for raw in found if not raw["gone"]}

    async def since(self, cutoff: datetime) -> AsyncIterator[Member]:
        async for raw in self._collection.find({"at": {"$gt": cutoff, "$lt": FAR}}).sort("at", 1):
            yield of_document(raw)

    async def save(self, new: Sequence[Member], changed: Sequence[Member]) -> None:
        """Raises MemberTaken when another writer inserted one of `new` first; `changed` only ever move forward."""
        operations: list[InsertOne[dict[str, Any]] | UpdateOne] = [InsertOne(to_document(m)) for m in new]
        for member in changed:
            document = to_document(member)
            facts = {name: document[name] for name in _FACTS}
            operations.append(UpdateOne({"_id": member.item_id, "sequence": {"$lt": member.sequence}}, {"$set": facts}))
        if not operations:
            return
        crashpoint("classifier.members.before_write")
        try:
            await self._collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            if not only_duplicates(error):
                raise
            raise MemberTaken from None
        crashpoint("classifier.members.after_write")

    async def move(self, gone: str, into: str, *, held: bool = False) -> None:
        """All members of a story that was merged away; safe to repeat. `held`: a person merged it."""
        change = {"story_id": into, "parted_from": None} | ({"held": True} if held else {})
        await self._collection.update_many({"story_id": gone}, {"$set": change})
        crashpoint("classifier.members.after_write")

    async def placed_between(self, start: datetime, end: datetime) -> AsyncIterator[Placed]:
        shown = dict.fromkeys(("story_id", "mode", "carries", "at", "title", "lead", "signature", "words"), 1)
        async for raw in self._collection.find({"at": {"$gte": start, "$lte": end}}, shown):
            text = Text(
                at=raw["at"], title=raw["title"], body=raw["lead"], signature=unpack(raw["signature"]),
                words=raw["words"],
            )  # fmt: skip
            yield Placed(
                item_id=raw["_id"], story_id=raw["story_id"], mode=raw["mode"], text=text,
                carries=frozenset(raw.get("carries", ())),
            )  # fmt: skip

    async def carry(self, item_ids: Iterable[str], release_id: str) -> None:
        """Items found to carry a release after they were placed; safe to repeat."""
        await self._collection.update_many(
            {"_id": {"$in": list(item_ids)}}, {"$addToSet": {"carries": release_id}}
        )  # fmt: skip

    async def part(self, item_ids: Iterable[str], *, story_id: str, into: str, held: bool) -> None:
        """Items of a story that get one of their own, and what they tied together with them; safe to repeat."""
        wanted = {"_id": {"$in": list(item_ids)}, "story_id": story_id}
        change = {"story_id": into, "ties": [], "held": held, "parted_from": story_id}
        await self._collection.update_many(wanted, {"$set": change})
        crashpoint("classifier.members.after_write")
