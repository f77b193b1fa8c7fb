"""Processes that race for documents: `python -m tests.contract.store.racers count|claim URL DATABASE NAME`."""

import asyncio
import json
import sys
from typing import Any

from pymongo import ReturnDocument

from libs.runtime.mongo import Collection, connect

TASKS = 5
STEPS = 30


async def count_up(things: Collection, name: str) -> dict[str, Any]:
    """Compare-and-set on one document until each of our inputs is in it; the inputs whose write won."""
    won: list[str] = []

    async def one(task: int) -> None:
        for step in range(STEPS):
            mine = f"{name}-{task}-{step}"
            while True:
                document = await things.find_one({"_id": "e"})
                assert document is not None
                if mine in document["applied"]:
                    break
                result = await things.update_one(
                    {"_id": "e", "version": document["version"], "applied": {"$ne": mine}},
                    {
                        "$inc": {"version": 1, "sum": 1},
                        "$push": {"outbox": mine, "applied": {"$each": [mine], "$slice": -64}},
                    },
                )
                if result.matched_count:
                    won.append(mine)
                    break

    await asyncio.gather(*(one(task) for task in range(TASKS)))
    return {"won": won}


async def claim(things: Collection, name: str) -> dict[str, Any]:
    """Claim jobs until none is left; which, and how many came back as somebody else's."""
    claimed: list[int] = []
    foreign = 0

    async def one(task: int) -> None:
        nonlocal foreign
        owner = f"{name}-{task}"
        while True:
            job = await things.find_one_and_update(
                {"st": "new"},
                {"$set": {"st": "run", "owner": owner}, "$inc": {"attempt": 1}},
                sort=[("pr", -1), ("_id", 1)],
                return_document=ReturnDocument.AFTER,
            )
            if not job:
                return
            claimed.append(job["_id"])
            foreign += job["owner"] != owner or job["attempt"] != 1

    await asyncio.gather(*(one(task) for task in range(TASKS)))
    return {"claimed": claimed, "foreign": foreign}


async def main(kind: str, url: str, database: str, name: str) -> None:
    client = connect(url)
    race = {"count": count_up, "claim": claim}[kind]
    print(json.dumps(await race(client[database].things, name)))
    client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
