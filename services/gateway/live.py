"""The live reader and its hub: events from Kafka → frames, joined once per tick for everybody who watches."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from aiokafka import AIOKafkaConsumer, TopicPartition

from libs.runtime.bus import Bus
from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.telemetry import log
from libs.schemas.envelope import Event
from libs.schemas.topics import COMMAND_OUTCOMES, Topic
from services.gateway.cursors import BadCursor, Cursors
from services.gateway.framing import Change, Pulse, json_of, named_frame, sse
from services.gateway.freshness import Freshness
from services.gateway.metrics import LIVE_SECONDS, STREAM_DROPPED, STREAM_FRAMES
from services.gateway.projections import entity_of
from services.gateway.reading import event_in, found_in, partitions_of
from services.gateway.rule import KINDS, Found, ReadersRule, Trails
from services.gateway.views import Health

TICK_SECONDS = 0.05
RING_LENGTH = 2_000
SLOT_BYTES = 1024 * 1024

Form = Literal["json", "html"]


Render = Callable[[Change], Awaitable[str | None]]


@dataclass(slots=True, kw_only=True)
class Moment:
    """A change with its place, the cursor after it, and its markup once somebody needed it."""

    index: int
    offset: int
    cursor: str
    change: Change
    html: str | None = None
    drawn: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Slot:
    """One watching client: what waits for it, and why it ends."""

    form: Form
    kinds: frozenset[str]
    still_allowed: Callable[[], Awaitable[bool]]
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > SLOT_BYTES:
            # It comes back with its last id and gets what it missed; nobody else waits for it meanwhile.
            self.end("slow")
            return
        self.chunks.append(chunk)
        self.ready.set()

    def take(self) -> bytes:
        chunk = b"".join(self.chunks)
        self.chunks.clear()
        self.size = 0
        self.ready.clear()
        return chunk

    def end(self, reason: str) -> None:
        if not self.ended.is_set():
            STREAM_DROPPED.labels(reason=reason).inc()
            self.ended.set()


class Hub:
    """Reads without a group (every replica sees everything) and hands joined frames to its slots."""

    def __init__(
        self,
        *,
        bus: Bus,
        clock: Clock,
        cursors: Cursors,
        trails: Trails,
        health: Callable[[], Awaitable[Health]],
        freshness: Freshness,
        on_outcome: Callable[[Event[Any]], None],
        heartbeat_seconds: float = 5.0,
        recheck_seconds: float = 60.0,
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._cursors = cursors
        self._health = health
        self._freshness = freshness
        self._on_outcome = on_outcome
        self._heartbeat_seconds = heartbeat_seconds
        self._recheck_seconds = recheck_seconds
        self._rule = ReadersRule(trails)
        self.render: Render = _nothing_to_show
        self.layout: list[tuple[Topic, int]] = []
        self.positions: list[int] = []
        self.started = asyncio.Event()
        self.closed = False
        self._out: list[int] = []  # what stands before these positions has been handed out
        self._floor: list[int] = []  # the ring reaches back to these
        self._outcome_positions: dict[TopicPartition, int] = {}
        self._handing_out = False
        self._ring: deque[Moment] = deque()
        self._pending: list[Moment] = []
        self._wake = asyncio.Event()
        self.slots: set[Slot] = set()
        self.last_pulse: Pulse | None = None

    # --- reading --------------------------------------------------------------------------------------------------

    async def read(self) -> None:
        """Runs until cancelled; after a failure it goes on exactly where it stood."""
        consumer = self._bus.consumer(auto_offset_reset="earliest", fetch_max_wait_ms=500)
        await consumer.start()
        try:
            outcomes = await self._assign(consumer)
            index = {(self._bus.physical(topic), number): i for i, (topic, number) in enumerate(self.layout)}
            self.started.set()
            while True:
                got = await consumer.getmany(timeout_ms=1000, max_records=500)
                self._tell_outcomes(got, outcomes)
                await self._take(got, index)
                self._note_freshness(consumer)
        finally:
            await consumer.stop()

    async def _assign(self, consumer: AIOKafkaConsumer) -> set[TopicPartition]:
        physical = {topic: self._bus.physical(topic) for topic in (*KINDS, COMMAND_OUTCOMES)}
        everything = {t: await partitions_of(consumer, name) for t, name in physical.items()}
        layout = [(topic, number) for topic in KINDS for number in everything[topic]]
        streamed = [TopicPartition(physical[topic], number) for topic, number in layout]
        outcomes = {TopicPartition(physical[COMMAND_OUTCOMES], number) for number in everything[COMMAND_OUTCOMES]}
        consumer.assign([*streamed, *outcomes])
        ends = await consumer.end_offsets([*streamed, *outcomes])
        if layout != self.layout:
            self.layout, self.positions = layout, [ends[place] for place in streamed]
            self._floor, self._out = list(self.positions), list(self.positions)
            self._ring.clear()
        for place, offset in zip(streamed, self.positions, strict=True):
            consumer.seek(place, offset)
        for place in outcomes:
            consumer.seek(place, self._outcome_positions.setdefault(place, ends[place]))
        return outcomes

    def _tell_outcomes(self, got: dict[TopicPartition, Any], outcomes: set[TopicPartition]) -> None:
        # First of all: somebody waits for it.
        for place in outcomes & got.keys():
            for record in got[place]:
                if (event := event_in(COMMAND_OUTCOMES, record.value)) is not None:
                    self._on_outcome(event)
                self._outcome_positions[place] = record.offset + 1

    async def _take(self, got: dict[TopicPartition, Any], index: dict[tuple[str, int], int]) -> None:
        found: list[Found] = []
        for place, records in got.items():
            if (place.topic, place.partition) not in index:
                continue
            topic = self.layout[index[place.topic, place.partition]][0]
            found += found_in(topic, place.partition, records)
        fresh = {(item.topic, item.partition, item.offset): item for item in await self._rule.fresh(found)}
        for place, records in got.items():
            number = index.get((place.topic, place.partition))
            if number is not None:
                self._advance(number, records, fresh)
        if self._pending:
            self._wake.set()
        elif not self._handing_out:
            self._out = list(self.positions)

    def _advance(self, number: int, records: Sequence[Any], fresh: dict[tuple[Topic, int, int], Found]) -> None:
        topic, partition = self.layout[number]
        for record in records:
            self.positions[number] = record.offset + 1
            item = fresh.get((topic, partition, record.offset))
            if item is not None:
                self._pending.append(self._moment(number, item))

    def _moment(self, number: int, item: Found) -> Moment:
        change = Change(kind=KINDS[item.topic], id=entity_of(item.event), event=item.event)
        return Moment(index=number, offset=item.offset, cursor=self.cursor(), change=change)

    def _note_freshness(self, consumer: AIOKafkaConsumer) -> None:
        oldest = None
        for place in consumer.assignment():
            polled, end = consumer.last_poll_timestamp(place), consumer.highwater(place)
            if polled is None or end is None:
                return
            oldest = polled if oldest is None else min(oldest, polled)
        if oldest is not None:
            now = self._clock.now().timestamp()
            self._freshness.caught_up(max(0.0, now - oldest / 1000))

    # --- cursors --------------------------------------------------------------------------------------------------

    @property
    def _layout_name(self) -> str:
        return "arus:" + ",".join(f"{topic.slug}/{number}" for topic, number in self.layout)

    def cursor(self, positions: Sequence[int] | None = None) -> str:
        """Event id: where a client stands after what it has been given."""
        return self._cursors.seal_positions(self._layout_name, self.positions if positions is None else positions)

    def opened(self, text: str) -> list[int] | None:
        """The positions in a client's cursor; None: not ours, or of another layout."""
        try:
            positions = self._cursors.open_positions(self._layout_name, text)
        except BadCursor:
            return None
        return positions if len(positions) == len(self.layout) else None

    # --- handing out ----------------------------------------------------------------------------------------------

    async def hand_out(self) -> None:
        """Runs until cancelled: the first change after silence leaves at once, then one joined frame per tick."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()
            await asyncio.sleep(TICK_SECONDS)

    async def _flush(self) -> None:
        # Without an await in between: whoever joins later finds these in the ring, whoever is here gets them now.
        moments, self._pending = self._pending, []
        slots, self._out = list(self.slots), list(self.positions)
        self._remember(moments)
        self._handing_out = True
        crashpoint("gateway.live.before_frames")
        try:
            # Programs first: their frames cost nothing to make.
            for form, kinds in sorted({(s.form, s.kinds) for s in slots}, key=lambda group: group[0] != "json"):
                chunk = await self.frames(form, kinds, moments)
                for slot in slots:
                    if chunk and slot.form == form and slot.kinds == kinds:
                        slot.put(chunk)
        finally:
            self._handing_out = False
        crashpoint("gateway.live.after_frames")
        now = self._clock.now()
        for moment in moments:
            STREAM_FRAMES.labels(kind=moment.change.kind).inc()
            LIVE_SECONDS.observe(max(0.0, (now - moment.change.event.time).total_seconds()))

    def _remember(self, moments: Sequence[Moment]) -> None:
        self._ring.extend(moments)
        while len(self._ring) > RING_LENGTH:
            gone = self._ring.popleft()
            self._floor[gone.index] = max(self._floor[gone.index], gone.offset + 1)

    async def frames(self, form: Form, kinds: frozenset[str], moments: Iterable[Moment]) -> bytes:
        """The bytes for one kind of client. Markup shows states, so only an entity's last one of these is drawn."""
        wanted = [moment for moment in moments if moment.change.kind in kinds]
        if form == "json":
            return b"".join(_line(moment) for moment in wanted)
        last = {(moment.change.kind, moment.change.id): moment for moment in wanted}
        return b"".join([await self._drawn(moment) for moment in wanted if last[_entity(moment)] is moment])

    async def _drawn(self, moment: Moment) -> bytes:
        if not moment.drawn:
            try:
                moment.html = await self.render(moment.change)
            except Exception as error:
                # One row that cannot be drawn must not stop the feed of everybody.
                log.error("row could not be drawn", kind=moment.change.kind, exc_info=error)
            moment.drawn = True
        return sse(moment.cursor, moment.html.encode()) if moment.html else b""

    @property
    def handed_out(self) -> list[int]:
        """What stands before these positions has been handed out."""
        return list(self._out)

    def join(self, slot: Slot) -> list[int]:
        """From here on the slot gets everything that is handed out; the positions say what came before."""
        self.slots.add(slot)
        if self.closed:
            slot.end("stopping")
        return self.handed_out

    def leave(self, slot: Slot) -> None:
        self.slots.discard(slot)

    def recent(self, since: Sequence[int], until: Sequence[int]) -> list[Moment] | None:
        """What was handed out between these positions, from memory; None: memory does not reach so far back."""
        if any(wanted < floor for wanted, floor in zip(since, self._floor, strict=True)):
            return None
        return [m for m in self._ring if since[m.index] <= m.offset < until[m.index]]

    # --- heartbeat ------------------------------------------------------------------------------------------------

    async def beat(self) -> None:
        """Runs until cancelled: one `detak` for everybody, every five seconds."""
        while True:
            frame = await self.heartbeat()
            for slot in list(self.slots):
                slot.put(frame)
            await asyncio.sleep(self._heartbeat_seconds)

    async def heartbeat(self) -> bytes:
        """The frame; with the store away, the last counts and an age that grows."""
        health = self.last_pulse.health if self.last_pulse else None
        try:
            health = await asyncio.wait_for(self._health(), 2)
        except Exception as error:
            log.warning("heartbeat without fresh counts", problem=type(error).__name__)
        age = self._freshness.age_seconds
        self.last_pulse = Pulse(at=self._clock.now(), health=health, data_age_seconds=age)
        # With changes on their way the cursor of the last frame stays the client's.
        quiet = not self._pending and not self._handing_out and self.started.is_set()
        return named_frame("detak", self.last_pulse.body(), self.cursor() if quiet else None)

    async def greeting(self, positions: Sequence[int]) -> bytes:
        """The heartbeat a client gets first, from what is known already; it stands at these positions then."""
        if self.last_pulse is None:
            await self.heartbeat()
        assert self.last_pulse is not None
        return named_frame("detak", self.last_pulse.body(), self.cursor(positions))

    async def recheck(self) -> None:
        """Runs until cancelled: who lost the role, or the session, is cut off within a minute."""
        while True:
            await asyncio.sleep(self._recheck_seconds)
            for slot in list(self.slots):
                try:
                    if not await slot.still_allowed():
                        slot.end("not allowed any more")
                except Exception as error:
                    log.warning("role could not be checked", problem=type(error).__name__)

    def close(self) -> None:
        """Ends every stream: the process stops, clients go to another or come back."""
        self.closed = True
        for slot in list(self.slots):
            slot.end("stopping")


def _line(moment: Moment) -> bytes:
    try:
        return sse(moment.cursor, json_of(moment.change))
    except Exception as error:
        log.error("change could not be told", kind=moment.change.kind, exc_info=error)
        return b""


async def _nothing_to_show(_: Change) -> str | None:
    return None


def _entity(moment: Moment) -> tuple[str, str]:
    return moment.change.kind, moment.change.id


__all__ = ["Change", "Hub", "Moment", "Pulse", "Slot"]
