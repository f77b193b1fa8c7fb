"""What a write does: each operator, upserts, claims, and that a refused write leaves nothing behind."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, OperationFailure

from libs.runtime.mongo import Database


async def test_set_inc_unset_min_max(db: Database) -> None:
    await db.things.insert_one({"_id": 1, "a": 1, "b": {"c": 2}, "z": 1})
    change = {
        "$set": {"b.d": "x"}, "$inc": {"a": 5, "b.c": -1}, "$unset": {"z": ""}, "$min": {"lo": 3}, "$max": {"hi": 9},
    }  # fmt: skip
    result = await db.things.update_one({"_id": 1}, change)
    assert (result.matched_count, result.modified_count) == (1, 1)
    assert await db.things.find_one({"_id": 1}) == {"_id": 1, "a": 6, "b": {"c": 1, "d": "x"}, "lo": 3, "hi": 9}
    await db.things.update_one({"_id": 1}, {"$min": {"lo": 1}, "$max": {"hi": 4}})
    assert await db.things.find_one({"_id": 1}, {"_id": 0, "lo": 1, "hi": 1}) == {"lo": 1, "hi": 9}


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ([1], {"$push": {"l": 7}}, [1, 7]),
        ([1, 2], {"$push": {"l": {"$each": [3, 4], "$slice": -3}}}, [2, 3, 4]),
        ([1, 2], {"$push": {"l": {"$each": [9], "$position": 0}}}, [9, 1, 2]),
        ([3, 1], {"$push": {"l": {"$each": [2], "$sort": 1}}}, [1, 2, 3]),
        ([1, 2, 3, 2], {"$pull": {"l": 2}}, [1, 3]),
        ([1, 2, 3, 4], {"$pull": {"l": {"$gte": 3}}}, [1, 2]),
        ([1, 2, 3, 4], {"$pull": {"l": {"$in": [1, 4]}}}, [2, 3]),
        ([1], {"$addToSet": {"l": {"$each": [1, 2]}}}, [1, 2]),
        ([1, 2, 3], {"$pop": {"l": -1}}, [2, 3]),
    ],
)
async def test_arrays(db: Database, before: list[int], change: dict[str, Any], after: list[int]) -> None:
    await db.things.insert_one({"_id": 1, "l": before})
    await db.things.update_one({"_id": 1}, change)
    assert await db.things.find_one({"_id": 1}) == {"_id": 1, "l": after}


async def test_entries_are_pulled_by_their_fields(db: Database) -> None:
    """How the outbox forgets what was announced."""
    await db.things.insert_one({"_id": 1, "o": [{"id": "a", "v": 1}, {"id": "b", "v": 5}, {"id": "c", "v": 2}]})
    await db.things.update_one({"_id": 1}, {"$pull": {"o": {"id": {"$in": ["a", "c"]}}}})
    assert await db.things.find_one({"_id": 1}) == {"_id": 1, "o": [{"id": "b", "v": 5}]}


async def test_one_entry_of_an_array_is_changed_in_place(db: Database) -> None:
    await db.things.insert_one({"_id": 1, "o": [{"id": "a", "v": 1}, {"id": "b", "v": 1}]})
    await db.things.update_one({"_id": 1, "o.id": "b"}, {"$set": {"o.$.v": 7}})
    await db.things.update_one({"_id": 1}, {"$set": {"o.$[e].v": 8}}, array_filters=[{"e.id": "a"}])
    document = await db.things.find_one({"_id": 1})
    assert document is not None
    assert [entry["v"] for entry in document["o"]] == [8, 7]


async def test_the_outbox_write_is_guarded_by_version_inputs_and_size(db: Database) -> None:
    await db.things.insert_one({"_id": "e", "version": 3, "applied": ["x"], "outbox": []})
    change = {
        "$set": {"state": {"a": 1}, "pending_since": datetime.now(UTC)},
        "$inc": {"version": 1, "sequence": 1},
        "$push": {"outbox": {"id": "1"}, "applied": {"$each": ["y"], "$slice": -200}},
    }
    for query, matches in [
        ({"_id": "e", "version": 2, "applied": {"$nin": ["y"]}}, 0),
        ({"_id": "e", "version": 3, "applied": {"$nin": ["x"]}}, 0),
        ({"_id": "e", "version": 3, "applied": {"$nin": ["y"]}}, 1),
        ({"_id": "e", "version": 3, "applied": {"$nin": ["y"]}}, 0),
    ]:
        assert (await db.things.update_one(query, change)).matched_count == matches
    # pending_since is cleared only when nothing was added meanwhile.
    cleared = {"$unset": {"pending_since": ""}, "$pull": {"outbox": {"id": "1"}}}
    assert (await db.things.update_one({"_id": "e", "outbox": {"$size": 2}}, cleared)).matched_count == 0
    assert (await db.things.update_one({"_id": "e", "outbox": {"$size": 1}}, cleared)).matched_count == 1
    document = await db.things.find_one({"_id": "e"})
    assert document == {
        "_id": "e", "version": 4, "sequence": 1, "applied": ["x", "y"], "outbox": [], "state": {"a": 1},
    }  # fmt: skip


async def test_upserting_and_what_is_set_only_then(db: Database) -> None:
    change = {"$set": {"a": 1}, "$setOnInsert": {"c": 2}, "$inc": {"n": 1}}
    result = await db.things.update_one({"_id": "k", "t": 1}, change, upsert=True)
    assert result.upserted_id == "k"
    again = {"$set": {"a": 2}, "$setOnInsert": {"c": 3}, "$inc": {"n": 1}}
    result = await db.things.update_one({"_id": "k"}, again, upsert=True)
    assert (result.upserted_id, result.matched_count) == (None, 1)
    assert await db.things.find_one({"_id": "k"}) == {"_id": "k", "t": 1, "a": 2, "c": 2, "n": 2}


async def test_an_upsert_whose_guard_fails_is_a_duplicate_key(db: Database) -> None:
    """The guard is in the filter: a lost race shows as code 11000, never as a second document."""
    await db.things.insert_one({"_id": "e", "version": 5})
    with pytest.raises(DuplicateKeyError) as lost:
        await db.things.update_one({"_id": "e", "version": 4}, {"$inc": {"version": 1}}, upsert=True)
    assert lost.value.code == 11000


async def test_updating_many(db: Database) -> None:
    await db.things.insert_many([{"_id": i, "g": i % 3} for i in range(18)])
    result = await db.things.update_many({"g": 1}, {"$set": {"m": True}})
    assert (result.matched_count, result.modified_count) == (6, 6)
    result = await db.things.update_many({"g": 1}, {"$set": {"m": True}})
    assert (result.matched_count, result.modified_count) == (6, 0)


async def test_claiming_the_next_one_in_order(db: Database) -> None:
    await db.things.insert_many([{"_id": i, "p": 9 - i, "st": "new"} for i in range(5)])
    claim = {"$set": {"st": "run"}, "$inc": {"attempt": 1}}
    after = ReturnDocument.AFTER
    first = await db.things.find_one_and_update({"st": "new"}, claim, sort=[("p", 1)], return_document=after)
    assert first == {"_id": 4, "p": 5, "st": "run", "attempt": 1}
    before = await db.things.find_one_and_update({"st": "new"}, claim, sort=[("p", 1)], projection={"p": 1})
    assert before == {"_id": 3, "p": 6}
    assert await db.things.find_one_and_update({"st": "nothing"}, claim) is None


async def test_a_lease_is_taken_over_only_when_it_has_expired(db: Database) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    await db.things.insert_one({"_id": "L", "until": now - timedelta(seconds=5), "owner": "x"})

    async def take(owner: str) -> Any:
        query = {"_id": "L", "$or": [{"until": {"$lt": now}}, {"owner": owner}]}
        change = {"$set": {"owner": owner, "until": now + timedelta(seconds=30)}, "$inc": {"token": 1}}
        return await db.things.find_one_and_update(query, change, upsert=True, return_document=ReturnDocument.AFTER)

    assert (await take("me"))["owner"] == "me"
    assert (await take("me"))["token"] == 2
    with pytest.raises(DuplicateKeyError):
        await take("you")


async def test_replacing_and_deleting(db: Database) -> None:
    await db.things.insert_many([{"_id": i, "a": 1} for i in range(4)])
    assert (await db.things.replace_one({"_id": 1}, {"b": 2})).matched_count == 1
    assert await db.things.find_one({"_id": 1}) == {"_id": 1, "b": 2}
    assert (await db.things.replace_one({"_id": 77}, {"b": 3}, upsert=True)).upserted_id == 77
    assert await db.things.find_one_and_delete({"_id": 77}) == {"_id": 77, "b": 3}
    assert (await db.things.delete_many({"a": 1})).deleted_count == 3
    assert (await db.things.delete_one({"_id": 1})).deleted_count == 1


async def test_a_refused_update_leaves_the_document_as_it_was(db: Database) -> None:
    await db.things.create_index("k", unique=True)
    whole = {"_id": 1, "k": 1, "l": [1], "o": {"p": [1]}}
    await db.things.insert_many([dict(whole), {"_id": 2, "k": 2}])
    with pytest.raises(DuplicateKeyError):
        change = {"$push": {"l": 2, "o.p": 9}, "$inc": {"n": 1}, "$set": {"k": 2}}
        await db.things.update_one({"_id": 1}, change)
    assert await db.things.find_one({"_id": 1}) == whole
    with pytest.raises(OperationFailure):
        await db.things.update_one({"_id": 1}, {"$push": {"l": 2}, "$inc": {"o": 1}})
    assert await db.things.find_one({"_id": 1}) == whole


@pytest.mark.parametrize("change", [{"$set": {"_id": 99}}, {"$set": {"q": 1}, "$inc": {"q": 1}}])
async def test_impossible_updates_are_refused(db: Database, change: dict[str, Any]) -> None:
    await db.things.insert_one({"_id": 1})
    with pytest.raises(OperationFailure):
        await db.things.update_one({"_id": 1}, change)
    assert await db.things.find_one({"_id": 1}) == {"_id": 1}


async def test_a_pipeline_update_is_refused_or_right_but_never_silently_wrong(db: Database) -> None:
    await db.things.insert_one({"_id": 1, "a": 1})
    try:
        await db.things.update_one({"_id": 1}, [{"$set": {"sum": {"$add": ["$a", 1]}}}])
        expected = {"_id": 1, "a": 1, "sum": 2}
    except OperationFailure as refused:
        assert refused.code == 238
        expected = {"_id": 1, "a": 1}
    assert await db.things.find_one({"_id": 1}) == expected
