"""The classifier as it is, in which the time of day is that of its newest item: months of news in half an hour.

Only what asks how old something is lives by that clock (retention, stories, trends); relays and envelopes keep the
machine's. Run by `tests.bench.soak_classifier`."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime

from libs.runtime import retention
from libs.runtime.kafka import Batch, Subscription
from libs.runtime.service import Parts, Runtime, serve
from services.classifier import main, sleeping
from services.classifier.settings import ClassifierSettings
from tests.bench.soak_plan import BEGINS, LOOK_EVERY_SECONDS


class ItemsClock:
    """Stands at the newest item that was read; never runs back."""

    def __init__(self, begins: datetime) -> None:
        self._now = begins

    def now(self) -> datetime:
        return self._now

    def reach(self, at: datetime) -> None:
        self._now = max(self._now, at.replace(microsecond=at.microsecond // 1000 * 1000))


def keeping_time(subscription: Subscription, clock: ItemsClock) -> Subscription:
    """The reader of items sets the clock before it does its work."""
    if subscription.group != "classifier":
        return subscription
    handle = subscription.handler

    async def handler(batch: Batch) -> None:
        for event in batch.events:
            clock.reach(event.data.first_seen_at)
        await handle(batch)

    return replace(subscription, handler=handler)


async def build(runtime: Runtime[ClassifierSettings]) -> Parts:
    clock = ItemsClock(datetime.fromisoformat(os.environ[BEGINS]))
    parts = await main.build(replace(runtime, clock=clock))
    for relay in runtime.relays:
        # Two seconds without an acknowledgement are two seconds of the broker, not of the news.
        relay._clock = runtime.clock
    parts.subscriptions = [keeping_time(subscription, clock) for subscription in parts.subscriptions]
    return parts


if __name__ == "__main__":
    # An hour between sweeps is less than a second here, and a minute between looks would be days.
    retention.LOOK_EVERY_SECONDS = LOOK_EVERY_SECONDS  # type: ignore[misc]
    sleeping.LOOK_EVERY_SECONDS = LOOK_EVERY_SECONDS
    serve("classifier", ClassifierSettings, build)
