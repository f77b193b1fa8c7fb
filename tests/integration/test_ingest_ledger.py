"""Who may read a source, and when a host may be asked: on the real store, with a clock of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from libs.runtime.mongo import Database, connect
from services.ingest.store import LEASE, FetchLedger
from tests.support.stack import Stack

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def database(stack: Stack, namespace: str) -> AsyncIterator[Database]:
    client = connect(stack.mongodb_url)
    name = f"pasopati_ingest_{namespace}"
    yield client[name]
    await client.drop_database(name)
    client.close()


async def a_ledger(database: Database, replica: str = "a") -> FetchLedger:
    ledger = FetchLedger(database, replica=replica)
    await ledger.prepare()
    return ledger


async def test_one_source_has_one_reader(database: Database) -> None:
    ledgers = [await a_ledger(database, name) for name in "abcd"]
    await ledgers[0].schedule(["s"], NOON, anew=False)
    assert await ledgers[0].due(NOON - SECOND, 10) == []
    assert await ledgers[0].due(NOON, 10) == ["s"]
    leases = await asyncio.gather(*(ledger.lease("s", NOON) for ledger in ledgers))
    assert sum(lease is not None for lease in leases) == 1
    assert await ledgers[0].due(NOON, 10) == []


async def test_a_lease_outlives_its_holder_by_a_minute_and_a_restart_ends_it(database: Database) -> None:
    one = await a_ledger(database, "a")
    await one.schedule(["s", "t"], NOON, anew=False)
    stale = await one.lease("s", NOON)
    assert stale is not None
    other = await a_ledger(database, "b")
    assert await other.lease("s", NOON + LEASE - SECOND) is None
    taken = await other.lease("s", NOON + LEASE)
    assert taken is not None
    # The first holder wakes up late: it changes nothing.
    await one.finish(stale, due_at=NOON + timedelta(days=1), now=NOON + LEASE, etag='"alt"')
    await other.finish(taken, due_at=NOON + timedelta(minutes=5), now=NOON + LEASE)
    again = await other.lease("s", NOON + timedelta(minutes=5))
    assert again is not None and again.etag is None

    assert await one.lease("t", NOON) is not None
    reborn = await a_ledger(database, "a")
    assert await reborn.lease("t", NOON) is not None


async def test_what_a_reading_brought_is_there_for_the_next(database: Database) -> None:
    ledger = await a_ledger(database)
    await ledger.schedule(["s"], NOON, anew=False)
    lease = await ledger.lease("s", NOON)
    assert lease is not None and (lease.failures, lease.etag) == (0, None)
    await ledger.finish(lease, due_at=NOON + SECOND, now=NOON, etag='"1"', failures=2, last_item_at=NOON)
    later = await ledger.lease("s", NOON + SECOND)
    assert later is not None
    assert (later.etag, later.failures, later.last_item_at) == ('"1"', 2, NOON)


async def test_poll_now_is_not_lost_while_a_poll_is_running(database: Database) -> None:
    ledger = await a_ledger(database)
    await ledger.schedule(["s"], NOON, anew=False)
    lease = await ledger.lease("s", NOON)
    assert lease is not None
    await ledger.schedule(["s"], NOON + SECOND, anew=True)
    await ledger.finish(lease, due_at=NOON + timedelta(hours=1), now=NOON + 2 * SECOND)
    assert await ledger.due(NOON + 2 * SECOND, 10) == ["s"]


async def test_planning_again_at_start_keeps_the_plan(database: Database) -> None:
    ledger = await a_ledger(database)
    await ledger.schedule(["s"], NOON + timedelta(hours=1), anew=False)
    await ledger.schedule(["s"], NOON, anew=False)
    assert await ledger.due(NOON, 10) == []


async def test_switched_off_is_never_due_and_switched_on_begins_anew(database: Database) -> None:
    ledger = await a_ledger(database)
    await ledger.schedule(["s"], NOON, anew=False)
    lease = await ledger.lease("s", NOON)
    assert lease is not None
    await ledger.unschedule(["s"])
    await ledger.finish(lease, due_at=NOON + SECOND, now=NOON, etag='"1"')
    assert await ledger.due(NOON + timedelta(days=1), 10) == []
    await ledger.schedule(["s"], NOON, anew=True)
    fresh = await ledger.lease("s", NOON)
    assert fresh is not None and fresh.etag is None


async def test_a_host_rests_between_requests_whoever_asks(database: Database) -> None:
    one, other = await a_ledger(database, "a"), await a_ledger(database, "b")
    answers = await asyncio.gather(*(ledger.host_free_at("h:443", NOON, 5) for ledger in (one, other, one, other)))
    assert [answer for answer in answers if answer is not None] == [NOON + 5 * SECOND] * 3
    assert await other.host_free_at("lain:443", NOON, 5) is None
    assert await other.host_free_at("h:443", NOON + 5 * SECOND, 5) is None
    await one.rest_host("h:443", NOON + timedelta(minutes=2))
    assert await other.host_free_at("h:443", NOON + timedelta(minutes=1), 5) == NOON + timedelta(minutes=2)
