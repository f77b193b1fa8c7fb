"""What a returning client missed: from the hub's memory, or from Kafka between its cursor and now, bounded."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from libs.runtime.bus import Bus
from libs.runtime.telemetry import log
from services.gateway.framing import Change
from services.gateway.live import Hub, Moment
from services.gateway.metrics import STREAM_RESUMED
from services.gateway.projections import entity_of
from services.gateway.reading import found_in
from services.gateway.rule import KINDS, Found, ReadersRule, Trails

_CATCH_UP_SECONDS = 3.0
_READ_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The changes since the client's cursor; or, `too_much`, how many records lie between (0: cannot be said)."""

    moments: Sequence[Moment] = ()
    too_much: int | None = None


class Resuming:
    """Answers one question: what happened between these positions?"""

    def __init__(self, *, bus: Bus, hub: Hub, trails: Trails, max_records: int) -> None:
        self._bus = bus
        self._hub = hub
        self._trails = trails
        self._max_records = max_records

    async def up_to_date(self, since: Sequence[int]) -> None:
        """A cursor from another replica, or of views that are ahead: waits until the hub is there, too."""
        for _ in range(int(_CATCH_UP_SECONDS / 0.05)):
            if all(wanted <= have for wanted, have in zip(since, self._hub.handed_out, strict=True)):
                return
            await asyncio.sleep(0.05)

    async def missed(self, since: Sequence[int], until: Sequence[int]) -> Missed:
        """Everything between two sets of positions, each transition once, oldest first."""
        recent = self._hub.recent(since, until)
        if recent is not None:
            STREAM_RESUMED.labels(how="memory").inc()
            return Missed(moments=recent)
        between = sum(max(0, end - start) for start, end in zip(since, until, strict=True))
        if between > self._max_records:
            STREAM_RESUMED.labels(how="too much").inc()
            return Missed(too_much=between)
        try:
            async with asyncio.timeout(_READ_SECONDS):
                moments = await self._read(since, until)
        except (KafkaError, TimeoutError) as error:
            log.warning("missed changes could not be read", problem=type(error).__name__)
            moments = None
        STREAM_RESUMED.labels(how="kafka" if moments is not None else "gone").inc()
        return Missed(too_much=between) if moments is None else Missed(moments=moments)

    async def _read(self, since: Sequence[int], until: Sequence[int]) -> list[Moment] | None:
        consumer = self._bus.consumer(auto_offset_reset="earliest")
        await consumer.start()
        try:
            found = await self._between(consumer, since, until)
        finally:
            await consumer.stop()
        if found is None:
            return None
        positions, moments = list(since), []
        for item in await ReadersRule(self._trails).fresh(found):
            number = self._hub.layout.index((item.topic, item.partition))
            positions[number] = item.offset + 1
            change = Change(kind=KINDS[item.topic], id=entity_of(item.event), event=item.event)
            moments.append(Moment(index=number, offset=item.offset, cursor=self._hub.cursor(positions), change=change))
        return moments

    async def _between(
        self, consumer: AIOKafkaConsumer, since: Sequence[int], until: Sequence[int]
    ) -> list[Found] | None:
        """The records of each partition's stretch; None: the topic no longer reaches back to the cursor."""
        places = {
            TopicPartition(self._bus.physical(topic), number): (topic, since[i], until[i])
            for i, (topic, number) in enumerate(self._hub.layout)
            if since[i] < until[i]
        }
        if not places:
            return []
        consumer.assign(list(places))
        beginnings = await consumer.beginning_offsets(list(places))
        if any(beginnings[place] > start for place, (_, start, _) in places.items()):
            return None
        for place, (_, start, _) in places.items():
            consumer.seek(place, start)
        found: list[Found] = []
        open_places = set(places)
        while open_places:
            got = await consumer.getmany(*open_places, timeout_ms=200, max_records=500)
            for place, records in got.items():
                topic, _, end = places[place]
                found += found_in(topic, place.partition, [record for record in records if record.offset < end])
            for place in list(open_places):
                # Compaction leaves gaps: where the reader stands decides, not the last record seen.
                if await consumer.position(place) >= places[place][2]:
                    open_places.discard(place)
        return found
