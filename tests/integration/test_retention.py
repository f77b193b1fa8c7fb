"""What is too old goes, with a record that proves what went; what is young or still on its way stays."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.runtime import retention as module
from libs.runtime.mongo import Database, connect
from libs.runtime.retention import SETTLED, Retention, Rule
from tests.support.stack import Stack

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
RULE = Rule(data_class="berita", collection="items", at="state.item.first_seen_at", days=10, where=SETTLED)


class At:
    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def database(stack: Stack, namespace: str) -> Database:
    return connect(stack.mongodb_url)[f"pasopati_retention_{namespace}"]


def a_retention(database: Database, now: datetime = NOW) -> Retention:
    return Retention(database=database, rules=(RULE,), clock=At(now), stopping=asyncio.Event())


async def put(database: Database, name: str, days_old: float, **more: Any) -> None:
    seen = NOW - timedelta(days=days_old)
    await database["items"].insert_one({"_id": name, "state": {"item": {"first_seen_at": seen}}, **more})


async def names(database: Database) -> set[str]:
    return {raw["_id"] async for raw in database["items"].find({}, {"_id": 1})}


async def test_old_documents_go_with_a_record_and_the_others_stay(database: Database) -> None:
    for name, days in (("tua-1", 11), ("tua-2", 400), ("muda", 9)):
        await put(database, name, days)
    await put(database, "di-jalan", 11, pending_since=NOW)
    await database["items"].insert_one({"_id": "tanpa-waktu", "state": {"item": {}}})
    assert await a_retention(database).sweep() == {"berita": 2}
    assert await names(database) == {"muda", "di-jalan", "tanpa-waktu"}
    (record,) = [raw async for raw in database["purges"].find({})]
    assert (record["what"], record["count"], record["collection"]) == ("berita", 2, "items")
    assert record["oldest_at"] == NOW - timedelta(days=400) and len(record["names_sha256"]) == 64
    assert "tua" not in str(record), "the proof names nobody"


async def test_one_replica_an_hour_sweeps(database: Database) -> None:
    await put(database, "tua", 11)
    assert await a_retention(database).sweep() == {"berita": 1}
    await put(database, "tua-lagi", 11)
    assert await a_retention(database).sweep() == {}
    assert await a_retention(database, NOW + timedelta(hours=1, minutes=1)).sweep() == {"berita": 1}


async def test_a_death_between_record_and_deletion_purges_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(database, "tua", 11)

    def die(name: str) -> None:
        raise RuntimeError(name)

    with monkeypatch.context() as patched:
        patched.setattr(module, "crashpoint", die)
        with pytest.raises(RuntimeError):
            await a_retention(database).sweep()
    assert await names(database) == {"tua"}
    await a_retention(database, NOW + timedelta(hours=2)).sweep()
    assert await names(database) == set()
    assert await database["purges"].count_documents({}) == 1
