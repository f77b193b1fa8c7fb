"""The reader's rule, the frames, the ring and the slots, without a broker."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect

from libs.schemas.alerts import AlertGrew
from libs.schemas.envelope import TYPE_PREFIX, Event
from libs.schemas.stories import StoryGrew
from libs.schemas.topics import ALERTS, STORIES
from services.gateway.cursors import Cursors
from services.gateway.framing import MAX_JSON_BYTES, Change, json_of
from services.gateway.freshness import Freshness
from services.gateway.live import RING_LENGTH, SLOT_BYTES, Hub, Slot
from services.gateway.rule import Found, ReadersRule
from tests.support.builders import a_story, an_alert, envelope_of, examples
from tests.unit.gateway.fakes import FakeClock, FakeViews

ALERT = an_alert().alert_id


def found(sequence: int, offset: int, partition: int = 0) -> Found:
    event = envelope_of(AlertGrew, an_alert(), sequence=sequence)
    return Found(topic=ALERTS, partition=partition, offset=offset, event=event)


class Trails:
    def __init__(self, *places: tuple[int, int, int], broken: bool = False) -> None:
        self.places, self.broken = list(places), broken

    async def trails(self, view: str, entity_ids: Sequence[str]) -> dict[str, Any]:
        if self.broken:
            raise AutoReconnect("away")
        return {ALERT: (max(s for s, _, _ in self.places), self.places)} if self.places else {}


async def kept(trails: Trails, *items: Found) -> list[int]:
    return [item.offset for item in await ReadersRule(trails, patience_seconds=0.3).fresh(items)]


async def test_repeats_and_late_ones_are_dropped() -> None:
    assert await kept(Trails(), found(1, 0), found(1, 1), found(3, 2), found(2, 3), found(4, 4)) == [0, 2, 4]


async def test_a_reader_that_starts_in_the_middle_does_not_repeat_what_stood_before() -> None:
    # The views saw 1 at offset 10 and 2 at 11; a relay sent 2 again at 12.
    assert await kept(Trails((1, 0, 10), (2, 0, 11)), found(2, 12), found(3, 13)) == [13]


async def test_views_that_are_ahead_hide_nothing() -> None:
    assert await kept(Trails((1, 0, 10), (2, 0, 11), (3, 0, 12)), found(2, 11), found(3, 12)) == [11, 12]


async def test_views_that_are_behind_hide_nothing() -> None:
    assert await kept(Trails((1, 0, 10)), found(2, 11), found(2, 12), found(3, 13)) == [11, 13]


async def test_without_the_store_it_is_rather_told_twice_than_not() -> None:
    assert await kept(Trails((2, 0, 11), broken=True), found(2, 12)) == [12]


async def test_a_store_that_comes_back_in_time_is_waited_for() -> None:
    trails = Trails((2, 0, 11), broken=True)
    waiting = asyncio.create_task(ReadersRule(trails).fresh([found(2, 12)]))
    await asyncio.sleep(0)
    trails.broken = False
    assert await waiting == []


async def test_a_forgotten_entity_is_looked_up_again() -> None:
    rule = ReadersRule(Trails((2, 0, 5)), remembered=1)
    await rule.fresh([found(2, 5)])
    story = Found(topic=STORIES, partition=0, offset=0, event=envelope_of(StoryGrew, a_story()))
    await rule.fresh([story])
    assert await rule.fresh([found(2, 9)]) == []


@given(title=st.text(max_size=400))
@settings(deadline=None)  # a busy machine is no failure
def test_a_json_frame_has_at_most_300_bytes(title: str) -> None:
    event = envelope_of(StoryGrew, a_story(title=title), sequence=2**53)
    frame = json_of(Change(kind="isu", id=event.subject, event=event))
    assert len(frame) <= MAX_JSON_BYTES and title.startswith(orjson.loads(frame)["judul"])


def test_every_event_has_a_json_frame() -> None:
    for event in examples().values():
        if isinstance(event, Event):
            body = orjson.loads(json_of(Change(kind="peringatan", id=event.subject, event=event)))
            assert event.type.startswith(TYPE_PREFIX + body["peristiwa"])


async def _allowed() -> bool:
    return True


def a_slot(form: Any = "json") -> Slot:
    return Slot(form=form, kinds=frozenset({"isu", "peringatan"}), still_allowed=_allowed)


class Bus:
    def physical(self, topic: Any) -> str:
        return str(topic.name)


def a_hub() -> Hub:
    views, bus = FakeViews(), Bus()
    hub = Hub(
        bus=bus, clock=FakeClock(), cursors=Cursors(b"k" * 32), trails=views, health=views.health,  # type: ignore[arg-type]
        freshness=Freshness(), on_outcome=lambda _: None,
    )  # fmt: skip
    hub.layout, hub.positions = [(ALERTS, 0), (STORIES, 0)], [0, 0]
    hub._floor, hub._out = [0, 0], [0, 0]
    return hub


class Record:
    def __init__(self, offset: int, sequence: int) -> None:
        self.offset = offset
        self.value = envelope_of(AlertGrew, an_alert(), sequence=sequence).model_dump_json().encode()


def _read(hub: Hub, *pairs: tuple[int, int]) -> dict[Any, Any]:
    from aiokafka import TopicPartition

    return {TopicPartition(ALERTS.name, 0): [Record(offset, sequence) for offset, sequence in pairs]}


INDEX = {(ALERTS.name, 0): 0, (STORIES.name, 0): 1}


async def test_one_tick_is_one_joined_chunk_and_markup_shows_only_the_last_state() -> None:
    hub, drawn = a_hub(), list[int]()

    async def render(change: Change) -> str:
        drawn.append(change.event.sequence)
        return f"<p>{change.event.sequence}</p>"

    hub.render = render
    json_slot, html_slot = a_slot(), a_slot("html")
    hub.join(json_slot)
    hub.join(html_slot)
    await hub._take(_read(hub, (0, 1), (1, 2), (2, 2), (3, 3)), INDEX)
    await hub._flush()
    assert len(json_slot.chunks) == 1 and json_slot.take().count(b"data: ") == 3
    assert html_slot.take().endswith(b"data: <p>3</p>\n\n") and drawn == [3]


async def test_whoever_joins_finds_everything_either_in_memory_or_in_the_slot() -> None:
    hub = a_hub()
    await hub._take(_read(hub, (0, 1)), INDEX)
    await hub._flush()
    await hub._take(_read(hub, (1, 2)), INDEX)  # read, not handed out yet
    slot = a_slot()
    until = hub.join(slot)
    assert until == [1, 0]
    missed = hub.recent([0, 0], until)
    assert missed is not None and [m.offset for m in missed] == [0]
    await hub._flush()
    assert slot.take().count(b"data: ") == 1


async def test_a_row_that_cannot_be_drawn_stops_nobody() -> None:
    hub = a_hub()

    async def render(_: Change) -> str:
        raise KeyError("tidak ada")

    hub.render = render
    slot = a_slot("html")
    hub.join(slot)
    await hub._take(_read(hub, (0, 1)), INDEX)
    await hub._flush()
    assert slot.take() == b"" and not slot.ended.is_set()


async def test_the_ring_knows_how_far_back_it_reaches() -> None:
    hub = a_hub()
    for start in range(0, RING_LENGTH + 500, 500):
        await hub._take(_read(hub, *((o, o + 1) for o in range(start, start + 500))), INDEX)
        await hub._flush()
    assert hub.recent([499, 0], hub.handed_out) is None
    recent = hub.recent([500, 0], hub.handed_out)
    assert recent is not None and len(recent) == RING_LENGTH


async def test_a_slow_client_is_cut_off_and_nobody_else() -> None:
    slow, quick = a_slot(), a_slot()
    for _ in range(SLOT_BYTES // 1000 + 2):
        slow.put(b"x" * 1000)
        quick.put(b"x" * 1000)
        quick.take()
    assert slow.ended.is_set() and not quick.ended.is_set()


async def test_a_heartbeat_promises_no_change_that_is_still_on_its_way() -> None:
    hub = a_hub()
    hub.started.set()
    assert (await hub.heartbeat()).startswith(b"id: ")
    await hub._take(_read(hub, (0, 1)), INDEX)
    beat = await hub.heartbeat()
    assert beat.startswith(b"event: detak\ndata: ") and b'"menunggu":1' in beat


async def test_a_heartbeat_goes_on_while_the_store_is_away() -> None:
    hub = a_hub()
    await hub.heartbeat()

    async def away() -> Any:
        raise AutoReconnect("away")

    hub._health = away
    assert b'"sumber":2' in await hub.heartbeat()


async def test_who_may_no_longer_watch_is_cut_off() -> None:
    hub = a_hub()
    hub._recheck_seconds = 0

    async def not_any_more() -> bool:
        return False

    stays, goes = a_slot(), Slot(form="json", kinds=frozenset(), still_allowed=not_any_more)
    hub.join(stays)
    hub.join(goes)
    task = asyncio.create_task(hub.recheck())
    await asyncio.wait_for(goes.ended.wait(), 5)
    task.cancel()
    assert not stays.ended.is_set()


async def test_the_end_of_the_process_ends_every_stream_and_opens_no_new_one() -> None:
    hub, slot, late = a_hub(), a_slot(), a_slot()
    hub.join(slot)
    hub.close()
    hub.join(late)
    assert slot.ended.is_set() and late.ended.is_set()


def test_the_age_of_the_data_grows_until_the_end_is_reached_again() -> None:
    now = [100.0]
    freshness = Freshness(lambda: now[0])
    assert freshness.age_seconds is None
    freshness.caught_up(0.5)
    now[0] += 2
    assert freshness.age_seconds == 2.5
