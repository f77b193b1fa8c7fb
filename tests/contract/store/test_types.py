"""What goes in comes out: types, sizes, names, order of keys."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from bson import Binary, Int64
from pymongo.write_concern import WriteConcern

from libs.runtime.mongo import Database


async def test_every_type_we_store_comes_back(db: Database) -> None:
    jakarta = timezone(timedelta(hours=7))
    at = datetime.now(jakarta).replace(microsecond=123000)
    whole = {
        "_id": "all", "at": at, "bin": Binary(b"\x00\xff" * 10), "u": Binary.from_uuid(uuid.uuid4()),
        "i64": Int64(2**53 + 1), "i": 7, "f": 1.5, "big": 2**62, "n": None, "b": True, "e": {}, "el": [],
        "s": "ümlaut \U0001f600 \u0000x",
    }  # fmt: skip
    await db.things.insert_one(dict(whole))
    found = await db.things.find_one({"_id": "all"})
    assert found is not None
    assert found["at"] == at
    assert found["at"].tzinfo is UTC
    assert {**found, "at": at, "bin": Binary(found["bin"])} == whole
    assert isinstance(found["i64"], Int64)
    assert await db.things.count_documents({"i64": 2**53 + 1}) == 1
    assert await db.things.count_documents({"i64": 2**53}) == 0


async def test_keys_keep_their_order_and_may_hold_dots(db: Database) -> None:
    await db.things.insert_one({"_id": "o", "z": 1, "a": 2, "m": {"y.x": 1, "b": 2}})
    found = await db.things.find_one({"_id": "o"})
    assert found is not None
    assert list(found) == ["_id", "z", "a", "m"]
    assert list(found["m"].items()) == [("y.x", 1), ("b", 2)]


@pytest.mark.parametrize("size", [1_000_000, 12_000_000])
async def test_large_documents(db: Database, size: int) -> None:
    await db.things.insert_one({"_id": "big", "b": "x" * size, "l": list(range(20_000))})
    found = await db.things.find_one({"_id": "big"})
    assert found is not None
    assert (len(found["b"]), len(found["l"])) == (size, 20_000)


async def test_a_document_may_be_an_id(db: Database) -> None:
    key = {"a": 1, "b": "x"}
    await db.things.insert_one({"_id": key, "v": 1})
    assert (await db.things.update_one({"_id": key, "v": 1}, {"$inc": {"v": 1}})).modified_count == 1


async def test_majority_and_journal_are_understood_everywhere(db: Database) -> None:
    things = db.things.with_options(write_concern=WriteConcern(w="majority", j=True, wtimeout=5000))
    await things.insert_one({"_id": 1})
    await things.update_one({"_id": 1}, {"$set": {"a": 1}})
    await things.find_one_and_update({"_id": 2}, {"$set": {"a": 1}}, upsert=True)
    assert (await things.delete_many({})).deleted_count == 2


async def test_collections_are_made_renamed_and_dropped(db: Database) -> None:
    await db.create_collection("made")
    assert "made" in await db.list_collection_names()
    await db.old.insert_one({"_id": 1})
    await db.new.insert_one({"_id": 2})
    await db.old.rename("new", dropTarget=True)
    assert await db.new.find().to_list(None) == [{"_id": 1}]
    await db.new.drop()
    assert await db.new.count_documents({}) == 0
