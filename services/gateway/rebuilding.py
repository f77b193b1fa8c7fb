"""`pasopati rebuild-views`: the read models once more from the topics, and whether they came out the same."""

import argparse
import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from libs.runtime.bus import Bus
from libs.runtime.clock import SystemClock
from libs.runtime.mongo import Database, connect
from libs.schemas.topics import Topic
from services.gateway.cursors import Cursors
from services.gateway.freshness import Freshness
from services.gateway.projections import BACKFILL_TOPICS, ITEM_TOPICS, OTHER_TOPICS, VIEWS, Place, Put, project
from services.gateway.reading import event_in, partitions_of
from services.gateway.search_index import SearchIndex
from services.gateway.settings import GatewaySettings, settings_of
from services.gateway.views_store import Views

# Their topics are compacted: what is not in there does not exist. Others forget with time, their views need not.
_COMPLETE_VIEWS = ("stories", "alerts", "sources", "outlets", "silent_units", "drafts", "releases")


async def digest_of(database: Database, view: str) -> tuple[int, str]:
    """How many documents a view has, and a fingerprint of what they say (not of where it was read)."""
    count, sums = 0, hashlib.sha256()
    async for document in database[view].find({}, {"trail": 0, "past": 0}).sort("_id", 1):
        count += 1
        sums.update(orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))
    return count, sums.hexdigest()


async def rebuild(*, database: Database, bus: Bus, views: Views, index: SearchIndex) -> int:
    """Reads every topic of the views from its beginning to its present end; returns how many events that were.

    A running gateway goes on meanwhile: both write the same states under the same guard."""
    events, seen = 0, {view: set[str]() for view in _COMPLETE_VIEWS}
    consumer = bus.consumer(auto_offset_reset="earliest")
    await consumer.start()
    try:
        for topic in (*OTHER_TOPICS, *ITEM_TOPICS, *BACKFILL_TOPICS):
            async for puts in _everything(consumer, bus, topic):
                events += len(puts)
                await views.put_all(puts, rewrite=True)
                await index.follow(puts)
                for put in puts:
                    if put.view in seen:
                        seen[put.view].add(put.id)
        await _remove_strangers(database, seen)
    finally:
        await consumer.stop()
    return events


async def _everything(consumer: AIOKafkaConsumer, bus: Bus, topic: Topic) -> AsyncIterator[list[Put]]:
    name = bus.physical(topic)
    places = [TopicPartition(name, number) for number in await partitions_of(consumer, name)]
    consumer.assign(places)
    ends = await consumer.end_offsets(places)
    await consumer.seek_to_beginning(*places)
    left = {place for place in places if await consumer.position(place) < ends[place]}
    while left:
        got = await consumer.getmany(*left, timeout_ms=500, max_records=500)
        puts = []
        for place, records in got.items():
            for record in records:
                event = event_in(topic, record.value) if record.offset < ends[place] else None
                if event is not None:
                    puts += project(event, Place(place.partition, record.offset))
        yield puts
        left = {place for place in left if await consumer.position(place) < ends[place]}


async def _remove_strangers(database: Database, seen: dict[str, set[str]]) -> None:
    """What no topic knows. Documents that a running gateway made meanwhile have a trail and are left alone."""
    for view, ids in seen.items():
        found = database[view].find({"trail": {"$exists": False}}, {"_id": 1})
        strangers = [document["_id"] async for document in found if document["_id"] not in ids]
        if strangers:
            await database[view].delete_many({"_id": {"$in": strangers}})


async def _run(settings: GatewaySettings) -> int:
    client = connect(settings.mongodb_url.get_secret_value())
    database, bus = client[settings.database_name("gateway")], Bus(settings)
    views = Views(database, cursors=Cursors(b"-"), clock=SystemClock(), freshness=Freshness())
    index = SearchIndex(database, cursors=Cursors(b"-"))
    await views.prepare()
    await index.prepare()
    shown = (*VIEWS, "search")
    before = {view: await digest_of(database, view) for view in shown}
    events = await rebuild(database=database, bus=bus, views=views, index=index)
    same = True
    for view in shown:
        count, digest = await digest_of(database, view)
        changed = digest != before[view][1]
        same = same and not changed
        print(f"{view:14} {before[view][0]:>7} → {count:>7}  {'changed' if changed else 'equal'}")
    print(f"{events} writes; {'all views equal' if same else 'views repaired (or the day went on meanwhile)'}")
    client.close()
    return 0


def command(argv: Sequence[str]) -> int:
    """`rebuild-views [--state .run/state.json]`."""
    parser = argparse.ArgumentParser(prog="pasopati rebuild-views", description=__doc__)
    parser.add_argument("--state", type=Path, default=None, help="state file of a running `make run`")
    options = parser.parse_args(argv)
    if options.state is not None and not options.state.exists():
        print(f"{options.state} does not exist: nothing is running here (make run)", file=sys.stderr)
        return 1
    return asyncio.run(_run(settings_of(options.state)))
