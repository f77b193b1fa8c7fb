"""The one active grouper: places relevant items in stories, members first, then one write per story and batch."""

import asyncio
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import timedelta

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.kafka import Batch, Received
from libs.runtime.outbox import Cause, Decision, Document, Entities, Intent
from libs.schemas.ids import keyed, mode_of
from libs.schemas.items import RelevantItem
from libs.schemas.stories import OldEvent, Story
from services.classifier import metrics
from services.classifier.clustering import COPY_WINDOW
from services.classifier.remembering import Memory, features_of, recall, remember, take_in
from services.classifier.rounds import Round, adopt, cause_of, merges_of, newest_of, told_by
from services.classifier.statements import Statements, Text
from services.classifier.store import (
    MemberStore,
    MemberTaken,
    Signals,
    StatementStore,
    falling_asleep,
    origin_of_state,
)
from services.classifier.story_index import OLD_AFTER, StoryIndex
from services.classifier.summarising import Member, member_of
from services.classifier.telling import Known, StoryMoved, Touch, end_of, know, parting, swallowing, tell

ROUNDS = 20
# Stories whose members are kept in memory between batches, those that grew last; and how many members in all.
KEPT_STORIES, KEPT_MEMBERS = 400, 30_000
# After so many races lost in a row everything is read anew.
TRIES_FROM_MEMORY = 3
TOLD_AS_NEW = frozenset({"kejadian_baru", "tidak_dapat_dipastikan"})


class Grouper:
    """Keeps its memory between batches; builds it anew from the store at the first one and when another grouper has
    written. What a person changed is read by itself: a deed costs what its stories weigh, not what all do."""

    def __init__(
        self, stories: Entities, members: MemberStore, statements: StatementStore, signals: Signals, clock: Clock
    ) -> None:
        self._stories = stories
        self._members = members
        self._released = statements
        self._statements = Statements()
        self._signals = signals
        self._clock = clock
        self._memory: Memory | None = None
        self._known: dict[str, Known] = {}
        self._next_offset: int | None = None
        self._heard = -1
        self._forget_quiet_at = clock.now() + timedelta(hours=1)

    async def group(self, batch: Batch) -> None:
        """Safe to repeat. Two groupers at once lose races, never items: each then reads anew and decides again."""
        if not batch.records:
            return
        if self._next_offset != batch.records[0].offset:
            # Somebody else may have been the active one in between.
            self._forget()
        moved: str | None = None
        for attempt in range(ROUNDS):
            try:
                await self._listen()
                if moved is not None:
                    await self._look_again({moved})
                await self._group(batch.records)
            except (MemberTaken, StoryMoved) as error:
                metrics.DECIDED_AGAIN.inc()
                moved = error.story_id if isinstance(error, StoryMoved) else None
                if moved is None or attempt >= TRIES_FROM_MEMORY:
                    self._forget()
                await asyncio.sleep(0.01 * attempt)
            except BaseException:
                self._forget()
                raise
            else:
                self._next_offset = batch.records[-1].offset + 1
                return
        raise TransientError("stories keep changing under our hands")

    async def put_to_sleep(self) -> int:
        """Stories that have been quiet for 72 hours say so; how many. Any replica may do it, more than once."""
        due = await falling_asleep(self._stories.collection, self._clock.now())
        docs = await self._stories.load(due)
        known = await know(docs, stories=self._stories, members=self._members)
        asleep = 0
        for story_id, doc in docs.items():
            touch = Touch(cause=origin_of_state(doc.state).cause())
            try:
                after = await self._stories.apply([self._telling(story_id, known[story_id], touch)])
            except StoryMoved:
                # It just woke, or somebody else put it to sleep.
                continue
            self._known.pop(story_id, None)
            stands = after[story_id]
            asleep += stands is not None and stands.version > doc.version
        return asleep

    def _forget(self) -> None:
        self._memory = None
        self._known.clear()
        self._next_offset = None

    async def _listen(self) -> None:
        """What people did and published since the last batch."""
        heard = await self._signals.since(self._heard)
        if heard.stories is None:
            self._forget()
        elif self._memory is not None:
            await self._look_again(heard.stories)
            for statement in await self._released.load(heard.releases) if heard.releases else ():
                self._statements.take(statement)
        self._heard = heard.count

    async def _look_again(self, changed: Set[str]) -> None:
        """Stories that somebody else changed, as they stand in the store."""
        if self._memory is None or not changed:
            return
        seen = await recall(
            self._memory, changed, members=self._members, stories=self._stories.collection, now=self._clock.now()
        )
        for story_id in seen:
            self._known.pop(story_id, None)

    async def _group(self, records: Sequence[Received]) -> None:
        memory = await self._ready()
        latest = newest_of(records)
        known = await self._members.load(latest)
        work = Round()
        for item_id, received in latest.items():
            event = told_by(received)
            mode = mode_of(event.opmode, event.drillid)
            index, member = memory.of(mode), known.get(item_id)
            if member is None:
                if not event.data.relevance.relevant:
                    continue
                member = await self._placed(index, received)
                work.new.append(member)
            elif member.sequence < event.sequence:
                member = self._carrying(_revised(index, member, event), event)
                work.changed.append(member)
            story_id = index.resolve(member.story_id)
            if story_id != member.story_id:
                # Written by somebody who did not yet know of the merge.
                work.strays.add((member.story_id, story_id))
            work.touched[story_id].append(event)
            work.modes[story_id] = mode
            work.merges += merges_of(index, story_id, member, event)
        adopt(memory, work)
        await self._members.save(work.new, work.changed)
        await self._move(work)
        try:
            await self._write(memory, work)
        except StoryMoved:
            if work.parted:
                # Half of it is told perhaps; what is found in the store without a story is taken up.
                self._forget()
            raise
        memory.orphans, memory.strays = {}, {}
        if work.parted:
            await self._look_again({*work.parted, *work.parted.values()})
        self._forget_quiet(memory)
        metrics.STORIES_OPEN.set(len(memory))

    async def _placed(self, index: StoryIndex, received: Received) -> Member:
        event = told_by(received)
        mode = mode_of(event.opmode, event.drillid)
        member = member_of(event.data, story_id="", mode=mode, sequence=event.sequence, lane=event.lane)
        item = features_of(member)
        placement = index.place(item, told_as_new=_told_as_new(event))
        metrics.PLACED.labels(how="copy" if placement.copy_of else "new" if placement.is_new else "joined").inc()
        member = replace(
            member,
            story_id=placement.story_id,
            copy_of=placement.copy_of,
            ties=placement.ties,
            place_no=received.offset,
            development_of=placement.develops,
            old_event=await self._old_event(placement.retells, mode),
        )
        take_in(index, replace(member, ties=()), item)
        return self._carrying(member, event)

    def _carrying(self, member: Member, event: RelevantItem) -> Member:
        text = Text(
            at=member.at, title=member.title, body=event.data.text, signature=member.signature, words=member.words
        )
        return replace(member, carries=self._statements.carried_by(text, mode=member.mode))

    async def _old_event(self, story_id: str | None, mode: str) -> OldEvent | None:
        """When it was, and what we said of it then."""
        doc = await self._stories.get(story_id) if story_id else None
        if doc is None:
            return None
        old = Story.model_validate(doc.state)
        answer = self._statements.answering(old, mode=mode)
        return OldEvent(
            story_id=old.story_id,
            event_at=old.first_item_at,
            title=old.title,
            item_ids=[line.item_id for line in old.first_sources],
            release_id=answer.release_id if answer else None,
            release_title=answer.title if answer else None,
            release_url=answer.path if answer else None,
        )

    async def _move(self, work: Round) -> None:
        for gone, into in sorted(work.strays):
            await self._members.move(gone, into)
            self._known.pop(into, None)
        for gone, into, event in work.merges:
            await self._members.move(gone, into)
            self._known.pop(gone, None)
            self._known.pop(into, None)
            work.touched.pop(gone, None)
            work.touched[into].append(event)

    async def _write(self, memory: Memory, work: Round) -> None:
        """One compare-and-set per story and batch; the members it rests on were read for exactly that version."""
        await self._know({*work.touched, *work.orphans})
        for member in (*work.new, *work.changed):
            for story_id in (member.story_id, *(into for gone, into, _ in work.merges if gone == member.story_id)):
                if story_id in work.touched:
                    self._known[story_id].members[member.item_id] = replace(member, signature=())
        await self._part_drifted(memory, work)
        intents = [
            self._telling(story_id, self._known[story_id], self._touch(story_id, work))
            for story_id in {**work.touched, **dict.fromkeys(work.orphans)}
        ]
        gone_by = {gone: (into, event) for gone, into, event in work.merges}
        intents += [
            end_of(gone, into, Touch(cause=Cause.of(event), inputs=(event.id,)))
            for gone, (into, event) in gone_by.items()
        ]
        crashpoint("classifier.stories.before_write")
        standing = await self._stories.apply(intents)
        crashpoint("classifier.stories.after_write")
        for story_id in (*work.touched, *work.orphans):
            self._keep(story_id, standing.get(story_id))
        metrics.STORY_CHANGES.labels(kind="merged").inc(len(gone_by))
        self._forget_beyond(KEPT_STORIES, KEPT_MEMBERS)

    def _touch(self, story_id: str, work: Round) -> Touch:
        swallowed = tuple(gone for gone, into, _ in work.merges if into == story_id)
        left = work.parted.get(story_id)
        relate = parting(left) if left else swallowing(*swallowed)
        events = work.touched.get(story_id)
        if not events:
            return Touch(cause=work.orphans[story_id], relate=relate)
        return Touch(cause=cause_of(events), inputs=tuple(e.id for e in events), relate=relate)

    def _telling(self, story_id: str, known: Known, touch: Touch) -> Intent:
        def decide(doc: Document | None) -> Decision | None:
            return tell(story_id, known, doc, touch, now=self._clock.now())

        return Intent(entity_id=story_id, cause=touch.cause, decide=decide, inputs=touch.inputs)

    async def _part_drifted(self, memory: Memory, work: Round) -> None:
        """Stories whose halves have nothing to do with each other any more: the younger half gets its own."""
        for story_id in list(work.touched):
            drifted = set(memory.of(work.modes.get(story_id, "")).drifted(story_id))
            members = self._known[story_id].members.values()
            if not drifted or any(m.held for m in members) or any(into == story_id for _, into, _ in work.merges):
                continue
            leaving = {m.item_id for m in members if m.item_id in drifted or m.copy_of in drifted}
            fresh = keyed("story", story_id, min(leaving))
            await self._members.part(leaving, story_id=story_id, into=fresh, held=False)
            work.parted[story_id] = fresh
            work.touched[fresh] = list(work.touched[story_id])
            for parted in (story_id, fresh):
                self._known.pop(parted, None)
            await self._know((story_id, fresh))

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
        self._known[story_id] = self._known.pop(story_id)

    def _forget_beyond(self, stories: int, members: int) -> None:
        """Those that grew longest ago go first."""
        kept = sum(len(known.members) for known in self._known.values())
        while self._known and (len(self._known) > stories or kept > members):
            kept -= len(self._known.pop(next(iter(self._known))).members)

    async def _know(self, story_ids: Iterable[str]) -> None:
        missing = [s for s in story_ids if s not in self._known]
        self._known |= await know(missing, stories=self._stories, members=self._members)

    async def _ready(self) -> Memory:
        if self._memory is None:
            self._statements = await self._released.all()
            self._memory = await remember(self._members, self._stories.collection, now=self._clock.now())
        return self._memory

    def _forget_quiet(self, memory: Memory) -> None:
        """Once an hour: stories without an item for longer than copies are looked for leave the memory."""
        now = self._clock.now()
        if now < self._forget_quiet_at:
            return
        self._forget_quiet_at = now + timedelta(hours=1)
        for index in memory.indexes.values():
            index.forget_before(now - COPY_WINDOW)


def _told_as_new(event: RelevantItem) -> bool:
    item = event.data
    at = item.published_at or item.first_seen_at
    dated_back = item.event_at is not None and at - item.event_at > OLD_AFTER
    return item.actuality in TOLD_AS_NEW and not dated_back


def _revised(index: StoryIndex, member: Member, event: RelevantItem) -> Member:
    """A revision changes what the item says, not where it belongs."""
    fresh = member_of(event.data, story_id=member.story_id, mode=member.mode, sequence=event.sequence, lane=event.lane)
    fresh = replace(
        fresh,
        copy_of=member.copy_of,
        ties=member.ties,
        place_no=member.place_no,
        held=member.held,
        parted_from=member.parted_from,
        development_of=member.development_of,
        old_event=member.old_event,
    )
    if fresh.gone:
        index.remove(member.item_id)
    elif not index.holds(member.item_id):
        take_in(index, replace(fresh, ties=()))
    else:
        index.revise(features_of(fresh))
    return fresh
