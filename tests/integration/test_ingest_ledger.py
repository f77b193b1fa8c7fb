"""Who may read a source, and when a host may be asked: on the real store, with a clock of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from libs.runtime.mongo import Database, connect
from services.ingest.store import LEASE, FetchLedger, Lease
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


async def known(ledger: FetchLedger, *source_ids: str, at: datetime = NOON, host: str = "") -> None:
    await ledger.schedule({id_: host or f"{id_}.example:443" for id_ in source_ids}, at)


async def taken(ledger: FetchLedger, now: datetime = NOON, *, limit: int = 10, pause: float = 0) -> dict[str, Lease]:
    return {lease.source_id: lease for lease in await ledger.take(now, limit, pause_seconds=pause)}


async def one(ledger: FetchLedger, now: datetime = NOON) -> Lease:
    (lease,) = (await taken(ledger, now)).values()
    return lease


async def test_one_source_has_one_reader(database: Database) -> None:
    ledgers = [await a_ledger(database, name) for name in "abcd"]
    ids = [f"s{n}" for n in range(20)]
    await known(ledgers[0], *ids)
    assert await taken(ledgers[0], NOON - SECOND) == {}
    got = await asyncio.gather(*(taken(ledger, limit=20) for ledger in ledgers))
    assert sorted(id_ for leases in got for id_ in leases) == sorted(ids)
    assert await taken(ledgers[0]) == {}


async def test_the_longest_waiting_are_taken_first(database: Database) -> None:
    ledger = await a_ledger(database)
    await known(ledger, "baru", at=NOON)
    await known(ledger, "lama", at=NOON - SECOND)
    assert list(await taken(ledger, limit=1)) == ["lama"]


async def test_a_lease_outlives_its_holder_by_a_minute_and_a_restart_ends_it(database: Database) -> None:
    ledger = await a_ledger(database, "a")
    await known(ledger, "s")
    stale = await one(ledger)
    other = await a_ledger(database, "b")
    assert await taken(other, NOON + LEASE - SECOND) == {}
    passed = await one(other, NOON + LEASE)
    # The first holder wakes up late: it changes nothing.
    await ledger.finish(stale, due_at=NOON + timedelta(days=1), now=NOON + LEASE, etag='"alt"')
    await ledger.renew([stale], NOON + LEASE)
    await other.finish(passed, due_at=NOON + timedelta(minutes=5), now=NOON + LEASE)
    assert (await one(other, NOON + timedelta(minutes=5))).etag is None

    await known(ledger, "t")
    assert (await one(ledger)).source_id == "t"
    reborn = await a_ledger(database, "a")
    assert (await one(reborn)).source_id == "t"


async def test_a_poll_that_takes_long_keeps_its_lease(database: Database) -> None:
    ledger, other = await a_ledger(database, "a"), await a_ledger(database, "b")
    await known(ledger, "s")
    lease = await one(ledger)
    await ledger.renew([lease], NOON + LEASE - SECOND)
    assert await taken(other, NOON + LEASE + SECOND) == {}
    await ledger.finish(lease, due_at=NOON + 2 * LEASE, now=NOON + LEASE)
    # What has ended is not renewed by a round that began before.
    await ledger.renew([lease], NOON + 2 * LEASE)
    assert list(await taken(other, NOON + 2 * LEASE)) == ["s"]


async def test_a_poll_that_is_broken_off_is_begun_anew_by_another(database: Database) -> None:
    ledger, other = await a_ledger(database, "a"), await a_ledger(database, "b")
    await known(ledger, "s", "t")
    leases = await taken(ledger)
    await ledger.give_back([leases["s"]])
    assert list(await taken(other)) == ["s"]
    await ledger.give_back([leases["s"]])
    assert await taken(other) == {}, "what has passed on is not given back a second time"


async def test_what_a_reading_brought_is_there_for_the_next(database: Database) -> None:
    ledger = await a_ledger(database)
    await known(ledger, "s")
    lease = await one(ledger)
    assert (lease.failures, lease.etag, lease.rhythm) == (0, None, None)
    kept = {"etag": '"1"', "failures": 2, "last_item_at": NOON, "score": 1.5, "rhythm": {"at": NOON, "items": [0.5]}}
    await ledger.finish(lease, due_at=NOON + SECOND, now=NOON, **kept)
    later = await one(ledger, NOON + SECOND)
    assert (later.etag, later.failures, later.last_item_at, later.score) == ('"1"', 2, NOON, 1.5)
    assert later.rhythm == kept["rhythm"]


async def test_poll_now_goes_first_and_is_not_lost_while_a_poll_is_running(database: Database) -> None:
    ledger = await a_ledger(database)
    await known(ledger, "s", "t")
    leases = await taken(ledger)
    await ledger.ask_now("s", "s.example:443")
    for lease in leases.values():
        await ledger.finish(lease, due_at=NOON - SECOND, now=NOON)
    assert list(await taken(ledger, NOON + 2 * SECOND, limit=1)) == ["s"]
    await ledger.finish(leases["s"], due_at=NOON + timedelta(hours=1), now=NOON)


async def test_planning_again_at_start_keeps_the_plan(database: Database) -> None:
    ledger = await a_ledger(database)
    await known(ledger, "s", at=NOON + timedelta(hours=1))
    await known(ledger, "s")
    assert await taken(ledger) == {}


async def test_switched_off_is_never_due_and_switched_on_begins_anew(database: Database) -> None:
    ledger = await a_ledger(database)
    await known(ledger, "s")
    lease = await one(ledger)
    await ledger.unschedule(["s"])
    await ledger.finish(lease, due_at=NOON + SECOND, now=NOON, etag='"1"')
    assert await taken(ledger, NOON + timedelta(days=1)) == {}
    await ledger.switched_on("s", "s.example:443", 1)
    assert (await one(ledger)).etag is None


async def test_a_poll_from_before_a_persons_switch_leaves_no_failure_behind(database: Database) -> None:
    ledger = await a_ledger(database)
    await known(ledger, "s")
    lease = await one(ledger)
    await ledger.unschedule(["s"])
    await ledger.switched_on("s", "s.example:443", 1)
    assert await taken(ledger) == {}  # still being read: nobody begins a second poll
    await ledger.finish(lease, due_at=NOON + timedelta(hours=1), now=NOON, failures=9, score=9.0)
    fresh = await one(ledger, NOON + SECOND)
    assert (fresh.failures, fresh.score, fresh.switches) == (0, 0.0, 1)


async def test_a_host_rests_between_requests_whoever_asks(database: Database) -> None:
    first, other = await a_ledger(database, "a"), await a_ledger(database, "b")
    answers = await asyncio.gather(*(ledger.host_free_at("h:443", NOON, 5) for ledger in (first, other, first, other)))
    assert [answer for answer in answers if answer is not None] == [NOON + 5 * SECOND] * 3
    assert await other.host_free_at("lain:443", NOON, 5) is None
    assert await other.host_free_at("h:443", NOON + 5 * SECOND, 5) is None
    await first.rest_host("h:443", NOON + timedelta(minutes=2))
    await first.rest_host("h:443", NOON + timedelta(minutes=1))
    assert await other.host_free_at("h:443", NOON + timedelta(minutes=1), 5) == NOON + timedelta(minutes=2)


async def test_of_a_hosts_sources_one_is_read_in_five_seconds_and_the_others_wait_unleased(database: Database) -> None:
    replicas = [await a_ledger(database, name) for name in "abc"]
    await known(replicas[0], *(f"s{n}" for n in range(6)), host="satu.example:443")
    await known(replicas[0], "lain", host="lain.example:443")
    got = await asyncio.gather(*(taken(ledger, pause=5) for ledger in replicas))
    asked = sorted(id_ for leases in got for id_ in leases)
    assert len(asked) == 2 and "lain" in asked
    seen = set(asked)
    for look in range(1, 6):
        assert await taken(replicas[0], NOON + (5 * look - 1) * SECOND, pause=5) == {}
        again = await taken(replicas[look % 3], NOON + 5 * look * SECOND, pause=5)
        assert len(again) == 1
        seen |= set(again)
    assert seen == {"lain", *(f"s{n}" for n in range(6))}


async def test_a_host_that_asked_for_a_rest_is_left_alone_by_all_its_sources(database: Database) -> None:
    ledger = await a_ledger(database)
    await known(ledger, "s", "t", host="satu.example:443")
    await ledger.rest_host("satu.example:443", NOON + timedelta(minutes=10))
    assert await taken(ledger, NOON + timedelta(minutes=9), pause=5) == {}
    assert len(await taken(ledger, NOON + timedelta(minutes=11), pause=5)) == 1


async def test_sources_that_may_hang_get_no_more_places_than_they_are_given(database: Database) -> None:
    ledger = await a_ledger(database)
    await known(ledger, "baru-1", "baru-2", "gagal", at=NOON - SECOND)
    await known(ledger, "sehat")
    leases = await taken(ledger)
    for name, kept in (("gagal", {"failures": 1, "last_success_at": NOON}), ("sehat", {"last_success_at": NOON})):
        await ledger.finish(leases[name], due_at=NOON, now=NOON, **kept)
    for name in ("baru-1", "baru-2"):
        await ledger.finish(leases[name], due_at=NOON - SECOND, now=NOON)
    assert [lease.source_id for lease in await ledger.take(NOON, 10, unproven=0)] == ["sehat"]
    got = await ledger.take(NOON, 10, unproven=2)
    assert [lease.source_id for lease in got] == ["baru-1", "baru-2"]
    assert not any(lease.is_proven for lease in got)
    assert list(await taken(ledger)) == ["gagal"]
