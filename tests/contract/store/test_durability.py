"""An acknowledged write survives kill -9 of the store; its indexes agree with its documents afterwards."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError, PyMongoError

from deploy.local.ports import release_port, take_port
from deploy.local.servers import DataInUse, MongoServer
from libs.runtime.mongo import Database, connect
from tests.support.waiting import eventually

ROUNDS = 4


@dataclass(slots=True)
class Acknowledged:
    """What the store said it has."""

    ids: list[str] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)


async def insert(db: Database, said: Acknowledged, name: str) -> None:
    try:
        for number in range(10**6):
            key = f"{name}-{number}"
            await db.docs.insert_one({"_id": key, "k": key, "pad": "x" * 300})
            said.ids.append(key)
    except PyMongoError:
        return


async def count_up(db: Database, said: Acknowledged, name: str) -> None:
    try:
        for version in range(10**6):
            change: dict[str, Any] = {"$inc": {"version": 1}, "$set": {"k": f"{name}-{version}"}}
            await db.state.update_one({"_id": name, "version": version}, change, upsert=version == 0)
            said.versions[name] = version + 1
    except PyMongoError:
        return


async def write_until_killed(server: MongoServer, said: Acknowledged, round_number: int) -> None:
    client = connect(server.url)
    db = client.durability
    before = len(said.ids)
    writers = [asyncio.create_task(insert(db, said, f"{round_number}-{n}")) for n in range(6)]
    writers += [asyncio.create_task(count_up(db, said, f"s{round_number}-{n}")) for n in range(4)]
    await eventually(lambda: len(said.ids) - before > 300 + 60 * round_number, within=30)
    server.process.kill()
    await asyncio.wait_for(asyncio.gather(*writers), 60)
    client.close()


async def check(db: Database, said: Acknowledged) -> None:
    found = {document["_id"] async for document in db.docs.find({}, {"_id": 1})}
    assert set(said.ids) - found == set()
    for name, version in said.versions.items():
        document = await db.state.find_one({"_id": name})
        assert document is not None
        assert document["version"] >= version
    # Every document is found through its unique index, and its key is taken.
    for key in said.ids[::37]:
        assert await db.docs.find_one({"k": key}, {"_id": 1}) == {"_id": key}
        with pytest.raises(DuplicateKeyError):
            await db.docs.insert_one({"_id": f"other-{key}", "k": key})


@pytest.mark.slow
async def test_acknowledged_writes_survive_kill_minus_nine(tmp_path: Path) -> None:
    server = MongoServer(directory=tmp_path, port=take_port(), dies_with_parent=True)
    said = Acknowledged()
    try:
        server.start()
        await asyncio.to_thread(server.wait_ready)
        client = connect(server.url)
        await client.durability.docs.create_index("k", unique=True)
        await client.durability.state.create_index("k")
        client.close()
        for round_number in range(ROUNDS):
            await write_until_killed(server, said, round_number)
            server.start()
            await asyncio.to_thread(server.wait_ready)
            client = connect(server.url)
            await check(client.durability, said)
            client.close()
        assert server.process.stop() == 143
    finally:
        server.process.stop(patience_seconds=5)
        release_port(server.port)
    assert len(said.ids) > ROUNDS * 300


async def test_a_second_server_on_the_same_data_is_refused_at_once(tmp_path: Path) -> None:
    first = MongoServer(directory=tmp_path, port=take_port(), dies_with_parent=True)
    try:
        first.start()
        with pytest.raises(DataInUse):
            MongoServer(directory=tmp_path, port=take_port()).start()
    finally:
        first.process.stop()
        release_port(first.port)
