"""Members and marked stories in the store → the grouper's memory, equal to the one that grew item by item."""

import asyncio
from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from libs.runtime.mongo import Collection
from libs.runtime.telemetry import log
from services.classifier.clustering import COPY_WINDOW, Features, features
from services.classifier.store import Mark, MemberStore, marks
from services.classifier.story_index import StoryIndex
from services.classifier.summarising import Member

# The event loop must breathe meanwhile: heartbeats to the broker run in it.
_BREATH = 100
REMEMBERED = COPY_WINDOW + timedelta(days=1)


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
        index.hold(mark.story_id, held=mark.pinned)
        if mark.split_from is not None:
            index.keep_apart(mark.story_id, mark.split_from)
    found = [m async for m in members.since(now - REMEMBERED) if not m.gone]
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


async def recall(
    memory: Memory, changed: Set[str], *, members: MemberStore, stories: Collection, now: datetime
) -> set[str]:
    """Takes in what somebody else did to these stories; costs what they weigh. Returns all that were looked at: those
    they live on in, too."""
    looked_at, ahead = set[str](), set(changed)
    found: list[Mark] = []
    while ahead:
        looked_at |= ahead
        fresh = [mark async for mark in marks(stories, among=ahead)]
        found += fresh
        ahead = {mark.into for mark in fresh if mark.into is not None} - looked_at
    for mark in found:
        _note(memory.of(mark.mode), mark)
    there = await members.living_in(looked_at, since=now - REMEMBERED)
    indexes = list(memory.indexes.values())
    strangers = [item for item, story in there.items() if not any(index.is_in(item, story) for index in indexes)]
    moved = (await members.load(strangers)).values()
    for member in sorted(moved, key=lambda m: (m.place_no, m.at, m.item_id)):
        index = memory.of(member.mode)
        index.remove(member.item_id)
        take_in(index, replace(member, ties=()))
    return looked_at


def _note(index: StoryIndex, mark: Mark) -> None:
    if mark.into is not None:
        index.merge(mark.story_id, mark.into)
    index.hold(mark.story_id, held=mark.pinned)
    if mark.split_from is not None:
        index.keep_apart(mark.story_id, mark.split_from)


def take_in(index: StoryIndex, member: Member, item: Features | None = None) -> None:
    """Adds a placed member, and carries out the merges it showed."""
    # A copy that woke an old story is a head again: what follows is compared with it.
    copy_of = None if member.old_event else member.copy_of
    if item is None:
        item = features_of(member, worded=copy_of is None and index.compares_with(member.story_id))
    index.add(item, member.story_id, copy_of=copy_of)
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


def features_of(member: Member, *, worded: bool = True) -> Features:
    """Not `worded`: of what nothing is compared with, which costs a tenth."""
    return features(
        item_id=member.item_id,
        at=member.at,
        title=member.title if worded else "",
        text=member.lead if worded else "",
        units=(u.unit_id for u in member.units),
        topic=member.topic,
        severity=member.severity,
        signature=member.signature,
        unit_names=(u.name for u in member.units),
        words=member.words,
    )
