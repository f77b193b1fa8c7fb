"""items.relevant → counters → trends; sources → what could be read; and the clock."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import Any

from libs.runtime.kafka import Batch, Subscription
from libs.runtime.service import Runtime, Task
from libs.schemas.envelope import Event
from libs.schemas.ids import mode_of
from libs.schemas.sources import Source
from libs.schemas.topics import ITEMS_RELEVANT, SOURCES
from services.classifier.settings import ClassifierSettings
from services.classifier.trends import rules
from services.classifier.trends.keeping_watch import TrendKeeper, a_holder
from services.classifier.trends.sight import watched
from services.classifier.trends.store import FactStore, SightStore, Turn


async def watch_trends(batch: Batch, *, keeper: TrendKeeper) -> None:
    await keeper.take(batch)


async def watch_sources(batch: Batch, *, sights: SightStore) -> None:
    """One document per source follows its events; the same event twice changes nothing."""
    events: list[Event[Source]] = [event for event in batch.events if isinstance(event.data, Source)]
    known: dict[str, Any] = dict(await sights.load(event.data.source_id for event in events)) if events else {}
    for event in events:
        before = known.get(event.data.source_id)
        after = watched(before, event, mode_of(event.opmode, event.drillid))
        if after is not None:
            await sights.save(before, after)
            known[after.source_id] = after


async def parts(runtime: Runtime[ClassifierSettings]) -> tuple[list[Subscription], list[Task]]:
    """What the classifier's main adds for trends: two subscriptions and a task."""
    database = runtime.database
    facts = FactStore(database["trend_items"], placements=database["story_members"], stories=database["stories"])
    await facts.prepare()
    sights = SightStore(database["trend_sights"])
    trends = runtime.entities("trends")
    await trends.index([("state.open", 1)])
    keeper = TrendKeeper(
        facts=facts,
        sights=sights,
        trends=trends,
        turn=Turn(database["turns"], a_holder(runtime.settings.replica)),
        rules=rules.load(),
        clock=runtime.clock,
    )

    async def by_the_clock() -> None:
        while not runtime.stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(runtime.stopping.wait(), runtime.settings.trends_every_seconds)
                return
            await keeper.look_at_the_clock()

    subscriptions = [
        Subscription(topics=(ITEMS_RELEVANT,), group="classifier.trends", handler=partial(watch_trends, keeper=keeper)),
        Subscription(topics=(SOURCES,), group="classifier.sources", handler=partial(watch_sources, sights=sights)),
    ]
    return subscriptions, [by_the_clock]
