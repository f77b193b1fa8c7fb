"""Events → read models: one folded bulk per view and batch, then where the views stand."""

from functools import partial

from libs.runtime.crashpoint import crashpoint
from libs.runtime.kafka import Batch, Subscription
from services.gateway.projections import BACKFILL_TOPICS, ITEM_TOPICS, OTHER_TOPICS, Place, project
from services.gateway.search_index import SearchIndex
from services.gateway.views_store import Views


async def show(batch: Batch, views: Views, index: SearchIndex) -> None:
    """Writes what the views show and what search finds; safe to repeat. The positions follow the writes, so they never
    promise too much."""
    puts = [put for r in batch.records for put in project(r.event, Place(r.partition, r.offset))]
    crashpoint("gateway.views.before_write")
    await views.put_all(puts)
    crashpoint("gateway.search.before_write")
    await index.follow(puts)
    crashpoint("gateway.views.after_write")
    await views.note_positions({f"{r.topic.name}/{r.partition}": r.offset + 1 for r in batch.records})


def subscriptions(views: Views, index: SearchIndex) -> list[Subscription]:
    """Three groups: items are many, what is brought in later can wait, and the rest is what people wait for."""
    handler = partial(show, views=views, index=index)
    return [
        Subscription(topics=OTHER_TOPICS, group="gateway.views", handler=handler),
        Subscription(topics=ITEM_TOPICS, group="gateway.views.items", handler=handler),
        Subscription(topics=BACKFILL_TOPICS, group="gateway.views.backfill", handler=handler),
    ]
