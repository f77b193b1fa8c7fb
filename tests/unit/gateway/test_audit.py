"""The chain: no fork, no second entry for one command, and every flaw found."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from services.gateway.audit import Audit, AuditUnavailable, Deed, verify_chain
from tests.unit.gateway.fakes import START, FakeCollection


def a_deed(n: int, **changes: Any) -> Deed:
    values: dict[str, Any] = {
        "at": START, "person_id": "operator-1", "role": "operator", "via": "sesi", "action": "AcknowledgeAlert",
        "target": f"peringatan-{n}", "command_id": f"perintah-{n}", "body_sha256": "0" * 64,
    }  # fmt: skip
    return Deed(**(values | changes))


def an_audit(collection: FakeCollection) -> Audit:
    return Audit(collection)  # type: ignore[arg-type]


async def test_two_processes_at_one_head_make_one_chain() -> None:
    collection = FakeCollection(unique="command_id")
    one, two = an_audit(collection), an_audit(collection)
    deeds = [(audit, a_deed(n)) for n in range(40) for audit in ((one, two)[n % 2],)]
    await asyncio.gather(*(audit.append(deed) for audit, deed in deeds))
    verdict = await verify_chain(one.entries())
    assert (verdict.count, verdict.flaw) == (40, None)


async def test_a_command_has_one_entry_however_often_it_is_pressed() -> None:
    collection = FakeCollection(unique="command_id")
    first, fresh = await an_audit(collection).append(a_deed(1))
    again, fresh_again = await an_audit(collection).append(a_deed(1, body_sha256="1" * 64))
    assert (fresh, fresh_again) == (True, False) and again == first


async def test_those_who_wait_go_together_in_one_write_each_with_its_own_link() -> None:
    collection = FakeCollection(unique="command_id")
    audit = an_audit(collection)
    answers = await asyncio.gather(*(audit.append(a_deed(n)) for n in range(30)))
    assert [entry.target for entry, _ in answers] == [f"peringatan-{n}" for n in range(30)]
    assert all(fresh for _, fresh in answers)
    assert collection.together == [30]
    assert (await verify_chain(audit.entries())).flaw is None


async def test_one_that_is_there_already_costs_the_others_nothing() -> None:
    collection = FakeCollection(unique="command_id")
    audit = an_audit(collection)
    known, _ = await audit.append(a_deed(3))
    answers = await asyncio.gather(*(audit.append(a_deed(n % 6)) for n in range(12)))
    assert [fresh for _, fresh in answers] == [n != 3 for n in range(6)] + [False] * 6
    assert answers[3][0] == answers[9][0] == known
    verdict = await verify_chain(audit.entries())
    assert (verdict.count, verdict.flaw) == (6, None)


async def test_a_store_that_is_away_fails_all_who_waited_and_nobody_after() -> None:
    collection = FakeCollection(unique="command_id")
    audit = an_audit(collection)
    collection.broken = AutoReconnect("away")
    failed = await asyncio.gather(*(audit.append(a_deed(n)) for n in range(5)), return_exceptions=True)
    assert [type(error) for error in failed] == [AuditUnavailable] * 5
    collection.broken = None
    assert (await audit.append(a_deed(1)))[1] is True
    assert (await verify_chain(audit.entries())).flaw is None


async def test_one_who_leaves_does_not_tear_the_write_of_the_others() -> None:
    collection = FakeCollection(unique="command_id")
    audit = an_audit(collection)
    leaving = asyncio.create_task(audit.append(a_deed(0)))
    staying = [asyncio.create_task(audit.append(a_deed(n))) for n in range(1, 4)]
    await asyncio.sleep(0)
    leaving.cancel()
    assert all(fresh for _, fresh in await asyncio.gather(*staying))
    assert (await verify_chain(audit.entries())).flaw is None


def _change(documents: dict[Any, Any]) -> None:
    documents[3]["target"] = "peringatan-9"


def _remove(documents: dict[Any, Any]) -> None:
    del documents[3]


def _swap(documents: dict[Any, Any]) -> None:
    documents[2], documents[3] = documents[3] | {"_id": 2}, documents[2] | {"_id": 3}


def _rewrite_one(documents: dict[Any, Any]) -> None:
    documents[3]["hash"] = "f" * 64


@pytest.mark.parametrize("tamper", [_change, _remove, _swap, _rewrite_one])
async def test_tampering_is_found(tamper: Callable[[dict[Any, Any]], None]) -> None:
    collection = FakeCollection(unique="command_id")
    audit = an_audit(collection)
    for n in range(5):
        await audit.append(a_deed(n))
    tamper(collection.documents)
    collection.documents = dict(sorted(collection.documents.items()))
    assert (await verify_chain(audit.entries())).flaw


async def test_a_cut_off_tail_is_found_with_a_head_noted_elsewhere() -> None:
    collection = FakeCollection(unique="command_id")
    audit = an_audit(collection)
    for n in range(5):
        entry, _ = await audit.append(a_deed(n))
    head = (entry.seq, entry.hash)
    assert (await verify_chain(audit.entries(), head)).flaw is None
    del collection.documents[5]
    assert (await verify_chain(audit.entries())).flaw is None
    assert (await verify_chain(audit.entries(), head)).flaw
