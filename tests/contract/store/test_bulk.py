"""Bulk writes: totals, errors by index, and which of the rest is still done."""

import pytest
from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError

from libs.runtime.mongo import Database


def codes(error: BulkWriteError) -> list[tuple[int, int]]:
    return [(one["index"], one["code"]) for one in error.details["writeErrors"]]


async def test_totals_of_a_mixed_bulk(db: Database) -> None:
    result = await db.things.bulk_write(
        [
            InsertOne({"_id": 1}),
            UpdateOne({"_id": 1}, {"$set": {"x": 1}}),
            UpdateOne({"_id": 2}, {"$set": {"x": 2}}, upsert=True),
            ReplaceOne({"_id": 3}, {"x": 3}, upsert=True),
            DeleteOne({"_id": 1}),
            UpdateMany({}, {"$inc": {"x": 1}}),
        ]
    )
    assert (result.inserted_count, result.matched_count, result.deleted_count) == (1, 3, 1)
    assert result.upserted_ids == {2: 2, 3: 3}
    assert sorted([document["x"] async for document in db.things.find()]) == [3, 4]


async def test_lost_races_of_a_bulk_show_in_its_total(db: Database) -> None:
    await db.things.insert_many([{"_id": i, "version": i % 2} for i in range(10)])
    guarded = [UpdateOne({"_id": i, "version": 0}, {"$inc": {"version": 1}}) for i in range(10)]
    result = await db.things.bulk_write(guarded, ordered=False)
    assert (result.matched_count, result.modified_count) == (5, 5)


async def test_an_ordered_bulk_stops_at_its_first_error(db: Database) -> None:
    with pytest.raises(BulkWriteError) as failed:
        await db.things.bulk_write([InsertOne({"_id": 1}), InsertOne({"_id": 1}), InsertOne({"_id": 2})])
    assert codes(failed.value) == [(1, 11000)]
    assert failed.value.details["nInserted"] == 1
    assert await db.things.count_documents({"_id": 2}) == 0


async def test_an_unordered_bulk_does_all_it_can(db: Database) -> None:
    same = {"_id": 1}
    with pytest.raises(BulkWriteError) as failed:
        await db.things.bulk_write(
            [
                InsertOne(dict(same)),
                InsertOne(dict(same)),
                InsertOne({"_id": 2}),
                InsertOne(dict(same)),
                UpdateOne({"_id": 2}, {"$set": {"y": 1}}),
            ],
            ordered=False,
        )
    assert codes(failed.value) == [(1, 11000), (3, 11000)]
    assert await db.things.find_one({"_id": 2}) == {"_id": 2, "y": 1}


async def test_an_unordered_bulk_names_the_upserts_that_lost(db: Database) -> None:
    """The outbox's bulk: upserts guarded by version; who lost gets 11000 and is decided again."""
    await db.things.insert_many([{"_id": "a", "version": 7}, {"_id": "b", "version": 1}])
    writes = [UpdateOne({"_id": i, "version": 1}, {"$inc": {"version": 1}}, upsert=True) for i in ("a", "b", "c")]
    with pytest.raises(BulkWriteError) as failed:
        await db.things.bulk_write(writes, ordered=False)
    assert codes(failed.value) == [(0, 11000)]
    versions = {document["_id"]: document["version"] async for document in db.things.find()}
    assert versions == {"a": 7, "b": 2, "c": 2}


async def test_a_unique_index_refuses_one_update_of_a_bulk(db: Database) -> None:
    await db.things.create_index("k", unique=True)
    await db.things.insert_many([{"_id": 1, "k": 1}, {"_id": 2, "k": 2}])
    with pytest.raises(BulkWriteError) as failed:
        await db.things.bulk_write(
            [UpdateOne({"_id": 1}, {"$set": {"k": 2}}), UpdateOne({"_id": 2}, {"$set": {"z": 1}})], ordered=False
        )
    assert codes(failed.value) == [(0, 11000)]
    assert await db.things.find().sort("_id", 1).to_list(None) == [{"_id": 1, "k": 1}, {"_id": 2, "k": 2, "z": 1}]


async def test_a_failed_insert_is_not_counted(db: Database) -> None:
    with pytest.raises(BulkWriteError) as failed:
        await db.things.insert_many([{"_id": 1}, {"_id": 1}, {"_id": 2}], ordered=False)
    assert failed.value.details["nInserted"] == 2
