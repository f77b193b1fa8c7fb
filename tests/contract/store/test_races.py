"""One winner per race: tasks and processes on the same documents at once, nothing lost, torn or given twice."""

import asyncio
import json
import sys
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from deploy.local.places import PROJECT
from libs.runtime.mongo import Database
from tests.contract.store.racers import STEPS, TASKS
from tests.support.stack import Stack

PROCESSES = 4


async def race(kind: str, stack: Stack, database: str) -> list[dict[str, Any]]:
    async def one(number: int) -> dict[str, Any]:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.contract.store.racers", kind, stack.mongodb_url, database, f"p{number}",
            cwd=PROJECT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, _ = await asyncio.wait_for(child.communicate(), 120)
        assert child.returncode == 0
        told: dict[str, Any] = json.loads(output)
        return told

    return await asyncio.gather(*(one(number) for number in range(PROCESSES)))


async def test_of_fifty_equal_writes_exactly_one_wins(db: Database) -> None:
    rounds = 40
    await db.things.insert_one({"_id": "e", "version": 0, "applied": [], "outbox": []})
    for version in range(rounds):

        async def one(racer: int, version: int = version) -> int:
            mine = f"{version}-{racer}"
            change = {"$inc": {"version": 1}, "$push": {"outbox": mine, "applied": {"$each": [mine], "$slice": -64}}}
            query = {"_id": "e", "version": version, "applied": {"$ne": mine}}
            return (await db.things.update_one(query, change)).matched_count

        assert sum(await asyncio.gather(*(one(racer) for racer in range(50)))) == 1
    document = await db.things.find_one({"_id": "e"})
    assert document is not None
    assert document["version"] == len(document["outbox"]) == len(set(document["outbox"])) == rounds


async def test_four_processes_keep_every_acknowledged_compare_and_set(db: Database, stack: Stack, db_name: str) -> None:
    await db.things.insert_one({"_id": "e", "version": 0, "sum": 0, "applied": [], "outbox": []})
    won = [mine for told in await race("count", stack, db_name) for mine in told["won"]]
    document = await db.things.find_one({"_id": "e"})
    assert document is not None
    assert len(won) == PROCESSES * TASKS * STEPS
    assert document["version"] == document["sum"] == len(won)
    assert sorted(document["outbox"]) == sorted(won)


async def test_four_processes_never_claim_one_job_twice(db: Database, stack: Stack, db_name: str) -> None:
    await db.things.create_index([("st", 1), ("pr", -1)])
    await db.things.insert_many([{"_id": i, "st": "new", "pr": i % 3} for i in range(500)])
    told = await race("claim", stack, db_name)
    claimed = [job for one in told for job in one["claimed"]]
    assert sorted(claimed) == list(range(500))
    assert sum(one["foreign"] for one in told) == 0


async def test_increments_are_never_lost(db: Database) -> None:
    await db.things.insert_one({"_id": 1, "n": 0})

    async def twenty() -> None:
        for _ in range(20):
            await db.things.update_one({"_id": 1}, {"$inc": {"n": 1}})

    await asyncio.gather(*(twenty() for _ in range(50)))
    assert await db.things.find_one({"_id": 1}) == {"_id": 1, "n": 1000}


async def test_of_fifty_equal_upserts_one_inserts_and_none_is_lost_silently(db: Database) -> None:
    await db.things.create_index("k", unique=True, sparse=True)
    for key in ("_id", "k"):
        for number in range(15):
            query = {key: f"{key}{number}"}
            writes = (db.things.update_one(query, {"$inc": {"n": 1}}, upsert=True) for _ in range(50))
            results = await asyncio.gather(*writes, return_exceptions=True)
            refused = [result for result in results if isinstance(result, DuplicateKeyError)]
            done = [result for result in results if not isinstance(result, BaseException)]
            assert len(refused) + len(done) == 50
            assert sum(result.upserted_id is not None for result in done) == 1
            documents = await db.things.find(query).to_list(None)
            assert [document["n"] for document in documents] == [len(done)]


async def test_a_reader_never_sees_half_a_write(db: Database) -> None:
    """Each write sets forty fields to one value; any mixture read back is a torn reply."""
    fields = [f"f{i}" for i in range(40)]
    await db.things.insert_many(
        [{"_id": i, **dict.fromkeys(fields, ""), "l": [], "pad": "x" * 2000} for i in range(20)]
    )
    writers_left = 12

    async def write(writer: int) -> None:
        nonlocal writers_left
        for step in range(60):
            value = f"{writer}-{step}"
            after = await db.things.find_one_and_update(
                {"_id": writer % 20},
                {"$set": dict.fromkeys(fields, value), "$push": {"l": {"$each": [step], "$slice": -30}}},
                return_document=ReturnDocument.AFTER,
            )
            assert {after[field] for field in fields} == {value}
        writers_left -= 1

    async def read() -> int:
        seen = 0
        while writers_left:
            for document in await db.things.find({"_id": {"$gte": 0}}).to_list(None):
                seen += 1
                assert len({document[field] for field in fields}) == 1
        return seen

    results = await asyncio.gather(*(write(writer) for writer in range(12)), *(read() for _ in range(3)))
    assert sum(seen for seen in results if seen) > 500
