"""Labels, members and stories ⇄ their documents, and the queries that find them."""

import base64
from array import array
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pymongo import InsertOne, UpdateOne

from libs.runtime.crashpoint import crashpoint
from libs.runtime.mongo import BulkWriteError, Collection, only_duplicates
from libs.schemas.common import UnitMention
from libs.schemas.items import Reason
from services.classifier.summarising import Member

# Two bounds: with one the store scans instead of using the index.
FAR: Final = datetime(9000, 1, 1, tzinfo=UTC)
_TEXT_FACTS = """
    sequence at title lead excerpt outlet_id outlet_name link units topic severity severity_why sentiment
    polarity actuality needs_review signature words gone
"""
_FACTS: Final = tuple(_TEXT_FACTS.split())


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
        "needs_review": member.needs_review,
        "signature": pack(member.signature),
        "words": member.words,
        "copy_of": member.copy_of,
        "ties": list(member.ties),
        "gone": member.gone,
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
        needs_review=raw["needs_review"],
        signature=unpack(raw["signature"]),
        words=raw["words"],
        copy_of=raw["copy_of"],
        ties=tuple(raw["ties"]),
        gone=raw["gone"],
    )


def pack(signature: Sequence[int]) -> str:
    return base64.b64encode(array("I", signature).tobytes()).decode()


def unpack(packed: str) -> tuple[int, ...]:
    return tuple(array("I", base64.b64decode(packed)))


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
        """story id → item id → member."""
        wanted = list(dict.fromkeys(story_ids))
        members: dict[str, dict[str, Member]] = {story: {} for story in wanted}
        if wanted:
            async for raw in self._collection.find({"story_id": {"$in": wanted}}):
                members[raw["story_id"]][raw["_id"]] = of_document(raw)
        return members

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

    async def move(self, gone: str, into: str) -> None:
        """All members of a story that was merged away; safe to repeat."""
        await self._collection.update_many({"story_id": gone}, {"$set": {"story_id": into}})
        crashpoint("classifier.members.after_write")
