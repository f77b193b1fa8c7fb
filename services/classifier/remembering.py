"""Members and marked stories in the store → the grouper's memory, equal to the one that grew item by item."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from libs.runtime.mongo import Collection
from libs.runtime.telemetry import log
from services.classifier.clustering import COPY_WINDOW, Features, features
from services.classifier.store import MemberStore, marks
from services.classifier.story_index import StoryIndex
from services.classifier.summarising import Member

# The event loop must breathe meanwhile: heartbeats to the broker run in it.
_BREATH = 100


@dataclass(slots=True)
class Memory:
    """One index per mode. What somebody left who died, or knew too little: `orphans`, stories with members but without
    a document; `strays`, (story, the one it lives on in) of members that were put into it after its end."""

    indexes: dict[str, StoryIndex] = field(default_factory=dict)
    orphans: dict[str, Member] = field(default_factory=dict)
    strays: dict[tuple[str, str], Member] = field(default_factory=dict)

    def of(self, mode: str) -> StoryIndex:
        index = self.indexes.get(mode)
        if index is None:
            index = self.indexes[mode] = StoryIndex(mode)
        return index

    def __len__(self) -> int:
        return sum(len(index) for index in self.indexes.values())


async def remember(members: MemberStore, stories: Collection, *, now: datetime) -> Memory:
    memory = Memory()
    async for mark in marks(stories):
        index = memory.of(mark.mode)
        if mark.into is not None:
            index.redirect(mark.story_id, mark.into)
        if mark.pinned:
            index.hold(mark.story_id)
        if mark.split_from is not None:
            index.keep_apart(mark.story_id, mark.split_from)
    found = [m async for m in members.since(now - COPY_WINDOW - timedelta(days=1)) if not m.gone]
    found.sort(key=lambda m: (m.place_no, m.at, m.item_id))
    for count, member in enumerate(found, start=1):
        take_in(memory.of(member.mode), member)
        if count % _BREATH == 0:
            await asyncio.sleep(0)
    for index in memory.indexes.values():
        index.forget_before(now - COPY_WINDOW)
    memory.strays = _strays(found, memory)
    memory.orphans = await _orphans(found, stories)
    log.info("story index rebuilt", items=len(found), stories=len(memory), orphans=len(memory.orphans))
    return memory


def take_in(index: StoryIndex, member: Member, item: Features | None = None) -> None:
    """Adds a placed member, and carries out the merges it showed."""
    # A copy that woke an old story is a head again: what follows is compared with it.
    copy_of = None if member.old_event else member.copy_of
    index.add(item or features_of(member), member.story_id, copy_of=copy_of)
    for tie in member.ties:
        if index.resolve(tie) != index.resolve(member.story_id):
            index.merge(tie, member.story_id)


def _strays(found: Iterable[Member], memory: Memory) -> dict[tuple[str, str], Member]:
    lives_in = ((m.story_id, memory.of(m.mode).resolve(m.story_id), m) for m in found)
    return {(gone, into): member for gone, into, member in lives_in if gone != into}


async def _orphans(found: Iterable[Member], stories: Collection) -> dict[str, Member]:
    one_of = {member.story_id: member for member in found}
    ids = list(one_of)
    for start in range(0, len(ids), 5_000):
        async for raw in stories.find({"_id": {"$in": ids[start : start + 5_000]}}, {"_id": 1}):
            del one_of[raw["_id"]]
    return one_of


def features_of(member: Member) -> Features:
    return features(
        item_id=member.item_id,
        at=member.at,
        title=member.title,
        text=member.lead,
        units=(u.unit_id for u in member.units),
        topic=member.topic,
        severity=member.severity,
        signature=member.signature,
        unit_names=(u.name for u in member.units),
        words=member.words,
    )
