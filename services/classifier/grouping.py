"""The one active grouper: places relevant items in stories, members first, then one write per story and batch."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.kafka import Batch
from libs.runtime.outbox import Announcement, Cause, Decision, Document, Entities, Intent
from libs.runtime.telemetry import log
from libs.schemas.ids import mode_of
from libs.schemas.items import RelevantItem
from libs.schemas.stories import Story, StoryGrew, StoryMerged, StoryOpened
from services.classifier import metrics
from services.classifier.clustering import COPY_WINDOW, Features, StoryIndex, features
from services.classifier.store import MemberStore, MemberTaken
from services.classifier.summarising import Lineage, Member, member_of, same_but_for_time, summarise

ROUNDS = 20
KEPT_STORIES = 400  # stories whose members are kept in memory between batches


class StoryMoved(Exception):
    """A story is no longer what its members were read for: another grouper wrote it."""


@dataclass(slots=True)
class _Known:
    """Members of a story as read or written at this version of its document (0: no document yet)."""

    version: int
    members: dict[str, Member]
    decided: dict[str, Any] | None = None


class Grouper:
    """Keeps its index in memory, rebuilt from the members at the first batch and whenever somebody else has written."""

    def __init__(self, stories: Entities, members: MemberStore, clock: Clock) -> None:
        self._stories = stories
        self._members = members
        self._clock = clock
        self._indexes: dict[str, StoryIndex] | None = None
        self._known: dict[str, _Known] = {}
        self._next_offset: int | None = None
        self._forget_quiet_at = clock.now() + timedelta(hours=1)

    async def group(self, batch: Batch) -> None:
        """Safe to repeat. Two groupers at once lose races, never items: each then reads anew and decides again."""
        if not batch.records:
            return
        if self._next_offset != batch.records[0].offset:
            # Somebody else may have been the active one in between.
            self._forget()
        for attempt in range(ROUNDS):
            try:
                await self._group(batch.events)
            except (MemberTaken, StoryMoved):
                metrics.DECIDED_AGAIN.inc()
                self._forget()
                await asyncio.sleep(0.01 * attempt)
            except BaseException:
                self._forget()
                raise
            else:
                self._next_offset = batch.records[-1].offset + 1
                return
        raise TransientError("stories keep changing under our hands")

    def _forget(self) -> None:
        self._indexes = None
        self._known.clear()
        self._next_offset = None

    async def _group(self, events: Sequence[RelevantItem]) -> None:
        indexes = await self._ready()
        latest = _latest(events)
        known = await self._members.load(latest)
        new: list[Member] = []
        changed: list[Member] = []
        merges: list[tuple[str, str, RelevantItem]] = []
        strays: set[tuple[str, str]] = set()
        touched: defaultdict[str, list[RelevantItem]] = defaultdict(list)
        for item_id, event in latest.items():
            index = _index_of(indexes, event)
            member = known.get(item_id)
            if member is None:
                if not event.data.relevance.relevant:
                    continue
                member = _placed(index, event)
                new.append(member)
            elif member.sequence < event.sequence:
                member = _revised(member, event)
                changed.append(member)
            story_id = index.resolve(member.story_id)
            if story_id != member.story_id:
                # Written by somebody who did not yet know of the merge.
                strays.add((member.story_id, story_id))
            touched[story_id].append(event)
            merges += _merges(index, story_id, member, event)
        await self._members.save(new, changed)
        for gone, into in sorted(strays):
            await self._members.move(gone, into)
            self._known.pop(into, None)
        for gone, into, event in merges:
            await self._members.move(gone, into)
            self._known.pop(gone, None)
            self._known.pop(into, None)
            touched.pop(gone, None)
            touched[into].append(event)
        await self._write(touched, merges, new, changed)
        self._forget_quiet(indexes)
        metrics.STORIES_OPEN.set(sum(len(index) for index in indexes.values()))

    def _forget_quiet(self, indexes: dict[str, StoryIndex]) -> None:
        """Once an hour: stories without an item for longer than copies are looked for leave the memory."""
        now = self._clock.now()
        if now < self._forget_quiet_at:
            return
        self._forget_quiet_at = now + timedelta(hours=1)
        for index in indexes.values():
            index.forget_before(now - COPY_WINDOW)

    async def _write(
        self,
        touched: dict[str, list[RelevantItem]],
        merges: list[tuple[str, str, RelevantItem]],
        new: Sequence[Member],
        changed: Sequence[Member],
    ) -> None:
        """One compare-and-set per story and batch; the members it rests on were read for exactly that version."""
        swallowed: defaultdict[str, set[str]] = defaultdict(set)
        for gone, into, _ in merges:
            swallowed[into].add(gone)
        await self._know(touched)
        for member in (*new, *changed):
            for story_id in (member.story_id, *(into for gone, into, _ in merges if gone == member.story_id)):
                if story_id in touched:
                    self._known[story_id].members[member.item_id] = member
        intents = [
            self._growth(story_id, events, swallowed.get(story_id, set())) for story_id, events in touched.items()
        ]
        gone_by: dict[str, tuple[str, RelevantItem]] = {gone: (into, event) for gone, into, event in merges}
        intents += [self._end(gone, into, event) for gone, (into, event) in gone_by.items()]
        crashpoint("classifier.stories.before_write")
        standing = await self._stories.apply(intents)
        crashpoint("classifier.stories.after_write")
        for story_id in touched:
            self._keep(story_id, standing.get(story_id))
        metrics.STORY_CHANGES.labels(kind="merged").inc(len(gone_by))
        while len(self._known) > KEPT_STORIES:
            self._known.pop(next(iter(self._known)))

    def _keep(self, story_id: str, doc: Document | None) -> None:
        """What is known of a story stays known only if the document is as we read it or as we ourselves wrote it."""
        known = self._known[story_id]
        if doc is None or doc.version == known.version:
            return
        if doc.state is not known.decided:
            # Somebody else took our inputs in; their members may be more than ours.
            del self._known[story_id]
            return
        metrics.STORY_CHANGES.labels(kind="grew" if known.version else "opened").inc()
        known.version = doc.version

    async def _know(self, story_ids: Any) -> None:
        """Versions first, members after: what another writer adds in between makes our write lose, not its members."""
        missing = [s for s in story_ids if s not in self._known]
        if not missing:
            return
        docs = await self._stories.load(missing)
        members = await self._members.of_stories(missing)
        for story_id in missing:
            doc = docs.get(story_id)
            self._known[story_id] = _Known(doc.version if doc else 0, members[story_id])

    def _growth(self, story_id: str, events: Sequence[RelevantItem], swallowed: set[str]) -> Intent:
        known = self._known[story_id]
        now = self._clock.now()

        def decide(doc: Document | None) -> Decision | None:
            if (doc.version if doc else 0) != known.version:
                raise StoryMoved
            before = Story.model_validate(doc.state) if doc else None
            merged_from = {*(before.merged_from if before else ()), *swallowed}
            lineage = Lineage(merged_from=tuple(merged_from), into=before.into if before else None)
            story = summarise(story_id, known.members.values(), now=now, lineage=lineage)
            if story is None or (before is not None and same_but_for_time(before, story)):
                return None
            event = StoryOpened if before is None else StoryGrew
            known.decided = story.model_dump()
            return Decision(state=known.decided, announcements=(Announcement(event=event, data=story),))

        return Intent(entity_id=story_id, cause=_cause(events), decide=decide, inputs=tuple(e.id for e in events))

    def _end(self, gone: str, into: str, event: RelevantItem) -> Intent:
        def decide(doc: Document | None) -> Decision | None:
            if doc is None:
                return None
            before = Story.model_validate(doc.state)
            if before.into == into:
                return None
            story = before.model_copy(update={"status": "digabung", "into": into})
            return Decision(state=story.model_dump(), announcements=(Announcement(event=StoryMerged, data=story),))

        return Intent(entity_id=gone, cause=Cause.of(event), decide=decide, inputs=(event.id,))

    async def _ready(self) -> dict[str, StoryIndex]:
        if self._indexes is None:
            self._indexes = await self._rebuild()
        return self._indexes

    async def _rebuild(self) -> dict[str, StoryIndex]:
        indexes: dict[str, StoryIndex] = {}
        count = 0
        async for member in self._members.since(self._clock.now() - COPY_WINDOW - timedelta(days=1)):
            index = indexes.setdefault(member.mode, StoryIndex(member.mode))
            index.add(_features(member), member.story_id, copy_of=member.copy_of)
            for tie in member.ties:
                if index.resolve(tie) != index.resolve(member.story_id):
                    index.merge(tie, member.story_id)
            count += 1
        log.info("story index rebuilt", items=count, stories=sum(len(i) for i in indexes.values()))
        return indexes


def _latest(events: Sequence[RelevantItem]) -> dict[str, RelevantItem]:
    """Per item the highest sequence, in the order in which the items came."""
    latest: dict[str, RelevantItem] = {}
    for event in events:
        known = latest.get(event.data.item_id)
        if known is None or known.sequence < event.sequence:
            latest[event.data.item_id] = event
    return latest


def _index_of(indexes: dict[str, StoryIndex], event: RelevantItem) -> StoryIndex:
    mode = mode_of(event.opmode, event.drillid)
    return indexes.setdefault(mode, StoryIndex(mode))


def _features(member: Member) -> Features:
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
    )


def _placed(index: StoryIndex, event: RelevantItem) -> Member:
    mode = mode_of(event.opmode, event.drillid)
    member = member_of(event.data, story_id="", mode=mode, sequence=event.sequence, lane=event.lane)
    item = _features(member)
    placement = index.place(item)
    metrics.PLACED.labels(how="copy" if placement.copy_of else "new" if placement.is_new else "joined").inc()
    index.add(item, placement.story_id, copy_of=placement.copy_of)
    return replace(member, story_id=placement.story_id, copy_of=placement.copy_of, ties=placement.ties)


def _revised(member: Member, event: RelevantItem) -> Member:
    """A revision changes what the item says, not where it belongs."""
    fresh = member_of(event.data, story_id=member.story_id, mode=member.mode, sequence=event.sequence, lane=event.lane)
    return replace(fresh, copy_of=member.copy_of, ties=member.ties)


def _merges(
    index: StoryIndex, story_id: str, member: Member, event: RelevantItem
) -> list[tuple[str, str, RelevantItem]]:
    """The stories this member ties, each into the earlier one. The ties are stored with the member, so a crash
    between the writes only means that they are carried out again."""
    merges = []
    for tie in member.ties:
        merges.append((tie, story_id, event))
        if index.has(tie):
            index.merge(tie, story_id)
    return merges


def _cause(events: Sequence[RelevantItem]) -> Cause:
    """A story that grew by live items is live news, whatever old ones came along."""
    return Cause.of(next((e for e in reversed(events) if e.lane == "live"), events[-1]))
