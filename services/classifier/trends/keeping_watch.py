"""The one active watcher: items are counted and written, what rose is told, what is back eases with the clock."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from libs.runtime.clock import Clock
from libs.runtime.errors import TransientError
from libs.runtime.kafka import Batch
from libs.runtime.outbox import Cause, Entities
from libs.runtime.telemetry import log
from libs.schemas import ids
from libs.schemas.items import RelevantItem
from services.classifier.trends import metrics
from services.classifier.trends.counting import DAYS_KEPT, HOUR, Series
from services.classifier.trends.facts import Fact, fact_of
from services.classifier.trends.lines import Rise, easing, origin, raising, seeing
from services.classifier.trends.rules import TrendRules
from services.classifier.trends.store import FactStore, FactTaken, SightStore, Turn
from services.classifier.trends.telling import MAX_ITEMS
from services.classifier.trends.watching import Open, Watch
from services.classifier.trends.weighing import Finding

ROUNDS: Final = 20
STORIES_EVERY: Final = timedelta(minutes=1)
STORIES_LOOKED_BACK: Final = timedelta(hours=24)
STORIES_MOST: Final = 5_000


class TrendKeeper:
    """Keeps counters in memory, rebuilt from the facts at the first batch and whenever somebody else has written."""

    def __init__(
        self,
        *,
        facts: FactStore,
        sights: SightStore,
        trends: Entities,
        turn: Turn,
        rules: TrendRules,
        clock: Clock,
    ) -> None:
        self._facts, self._sights, self._trends = facts, sights, trends
        self._turn, self._rules, self._clock = turn, rules, clock
        self._watches: dict[str, Watch] | None = None
        self._next_offset: int | None = None
        self._turned_hour = 0
        self._placed_at = clock.now() - STORIES_EVERY
        # A batch and the clock both decide on the same counters, and both wait for the store in between.
        self._alone = asyncio.Lock()

    async def take(self, batch: Batch) -> None:
        """Safe to repeat: an item counts as it is, however often it is told."""
        if not batch.records:
            return
        async with self._alone:
            await self._turn.seize(self._clock.now())
            if self._next_offset != batch.records[0].offset:
                # Somebody else may have been the active one in between.
                self._forget()
            await self._until_ours(batch.events)
            self._next_offset = batch.records[-1].offset + 1

    async def _until_ours(self, events: Sequence[RelevantItem]) -> None:
        for attempt in range(ROUNDS):
            try:
                await self._take(events)
                return
            except FactTaken:
                self._forget()
                await asyncio.sleep(0.01 * attempt)
            except BaseException:
                self._forget()
                raise
        raise TransientError("facts keep changing under our hands")

    def _forget(self) -> None:
        self._watches = None
        self._next_offset = None

    async def _take(self, events: Sequence[RelevantItem]) -> None:
        watches = await self._ready()
        now = _seconds(self._clock.now())
        latest = {event.data.item_id: event for event in sorted(events, key=lambda e: e.sequence)}
        known = await self._facts.load(latest)
        changes: list[tuple[Fact | None, Fact]] = []
        standing: list[Fact] = []
        for item_id, event in latest.items():
            before, after = known.get(item_id), fact_of(event)
            if before is not None and before.sequence >= after.sequence:
                # Told before, perhaps by one who died before telling what rose: look again.
                standing.append(before)
            elif before is not None or not after.gone:
                changes.append((before, replace(after, story=before.story if before else None)))
        await self._facts.save(changes)
        touched: dict[str, list[Series]] = {}
        with metrics.COUNT_SECONDS.time():
            for before, after in changes:
                watch = self._watch(watches, after.mode)
                touched.setdefault(after.mode, []).extend(watch.take(before, after, now))
            for fact in standing:
                touched.setdefault(fact.mode, []).extend(self._watch(watches, fact.mode).series(fact))
            found = [(watches[mode], f) for mode, series in touched.items() for f in watches[mode].look(series, now)]
        metrics.COUNTED.inc(len(changes))
        last = {ids.mode_of(e.opmode, e.drillid): e for e in events if e.lane == "live"}
        await self._tell(found, {mode: Cause.of(event) for mode, event in last.items()})
        metrics.SERIES.set(sum(len(watch.counters) for watch in watches.values()))

    def _watch(self, watches: dict[str, Watch], mode: str) -> Watch:
        return watches.setdefault(mode, Watch(mode, self._rules))

    async def look_at_the_clock(self) -> None:
        """What time alone changes: sources seen or not, stories that items were placed in, lines back to normal."""
        async with self._alone:
            now = self._clock.now()
            if not await self._turn.keep(now):
                self._forget()
                return
            try:
                await self._look(now)
            except FactTaken:
                self._forget()
            except BaseException:
                self._forget()
                raise

    async def _look(self, now: datetime) -> None:
        watches = await self._ready()
        await self._see(watches, now)
        if now - self._placed_at >= STORIES_EVERY:
            self._placed_at = now
            for mode, series in (await self._placed(watches, now)).items():
                watch = watches[mode]
                await self._tell([(watch, f) for f in watch.look(series, _seconds(now))], {})
        for watch in watches.values():
            await self._ease(watch, now)
        if _seconds(now) // HOUR != self._turned_hour:
            self._turned_hour = _seconds(now) // HOUR
            for watch in watches.values():
                watch.turn(_seconds(now))
        metrics.OPEN.set(sum(len(watch.open) for watch in watches.values()))

    async def _see(self, watches: dict[str, Watch], now: datetime) -> None:
        for mode, sources in (await self._sights.all()).items():
            self._watch(watches, mode).see(sources, _seconds(now))

    async def _placed(self, watches: dict[str, Watch], now: datetime) -> dict[str, list[Series]]:
        """Items whose story is new or another since we last looked: they count in its series from now on."""
        stories = await self._facts.stories_of(now - STORIES_LOOKED_BACK, most=STORIES_MOST)
        known = await self._facts.load(stories)
        moved = [
            (fact, replace(fact, story=stories[fact.item_id]))
            for fact in known.values()
            if fact.story != stories[fact.item_id]
        ]
        await self._facts.save(moved)
        touched: dict[str, list[Series]] = {}
        for before, after in moved:
            series = self._watch(watches, after.mode).take(before, after, _seconds(now))
            touched.setdefault(after.mode, []).extend(s for s in series if s.key[0] == "isu")
        return touched

    async def _tell(self, found: Sequence[tuple[Watch, Finding]], causes: dict[str, Cause]) -> None:
        """One write per line, and what is told is what was written."""
        now = self._clock.now()
        rises = [await self._rise(watch, finding, now) for watch, finding in found]
        if rises:
            again = self._rules.again_ratio
            await self._trends.apply(
                [raising(rise, causes.get(rise.mode) or origin(rise.mode), again_ratio=again) for rise in rises]
            )
        for (watch, finding), rise in zip(found, rises, strict=True):
            line = (finding.series, finding.rule.id)
            if line not in watch.open:
                metrics.RAISED.labels(rule=line[1]).inc()
            watch.open[line] = Open(finding.observed, rise.sight)

    async def _rise(self, watch: Watch, finding: Finding, now: datetime) -> Rise:
        label = finding.label
        if finding.series[0] == "isu":
            label = await self._facts.title_of(finding.series[1]) or label
        return Rise(
            mode=watch.mode,
            finding=finding,
            label=label,
            basis_days=watch.habits.basis_days(finding.rule.of),
            cold=watch.habits.is_cold(finding.rule.of),
            sight=watch.sight_of(finding, _seconds(now)),
            items=await self._facts.items_of(finding, mode=watch.mode, limit=MAX_ITEMS),
            at=now,
        )

    async def _ease(self, watch: Watch, now: datetime) -> None:
        """Lines back to normal end; lines that we can see less or more of than was told are told again."""
        at = _seconds(now)
        calm = watch.calm(at)
        intents = [easing(watch.mode, line, now) for line in calm]
        unseen = {}
        for line, opened in watch.open.items():
            if line not in calm and (sight := watch.sight_now(line, at)) != opened.sight:
                unseen[line] = Open(opened.observed, sight)
                intents.append(seeing(watch.mode, line, sight, now))
        if intents:
            await self._trends.apply(intents)
        watch.open.update(unseen)
        for line in calm:
            watch.eased(line, at)

    async def _ready(self) -> dict[str, Watch]:
        if self._watches is None:
            self._watches = await self._rebuild()
        return self._watches

    async def _rebuild(self) -> dict[str, Watch]:
        now = self._clock.now()
        watches: dict[str, Watch] = {}
        count = 0
        async for fact in self._facts.since(now - timedelta(days=DAYS_KEPT)):
            self._watch(watches, fact.mode).counters.change(None, fact)
            count += 1
        for watch in watches.values():
            watch.counters.forget(_seconds(now))
        await self._recall(watches, now)
        await self._see(watches, now)
        log.info("counters rebuilt", items=count, series=sum(len(w.counters) for w in watches.values()))
        return watches

    async def _recall(self, watches: dict[str, Watch], now: datetime) -> None:
        """Which lines are open, and which ended of late."""
        lately = {"$gt": now - timedelta(days=3), "$lt": now + timedelta(days=1)}
        found = self._trends.collection.find({"$or": [{"state.open": True}, {"state.eased_at": lately}]}, {"state": 1})
        async for raw in found:
            state = raw["state"]
            line = ((state["kind"], state["key"]), state["rule_id"])
            watch = self._watch(watches, state["mode"])
            if state["open"]:
                watch.open[line] = Open(state["trend"]["observed"]["value"], state["trend"]["sight"])
            else:
                watch.weigher.eased_at[line] = _seconds(state["eased_at"])


def _seconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())


def a_holder(replica: str) -> str:
    """Another one after each start: what a dead process held is not ours."""
    return f"{replica}-{uuid.uuid4().hex[:8]}"
