"""Indexes: what they forbid, and that one is really used."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, OperationFailure

from libs.runtime.mongo import Database


async def refused(db: Database, *documents: dict[str, Any]) -> None:
    for document in documents:
        with pytest.raises(DuplicateKeyError) as duplicate:
            await db.things.insert_one(document)
        assert duplicate.value.code == 11000


async def test_unique_over_one_field_two_fields_and_a_dotted_one(db: Database) -> None:
    await db.things.create_index("e", unique=True, sparse=True)
    await db.things.create_index([("a", 1), ("b", -1)], unique=True, sparse=True)
    await db.things.create_index("s.id", unique=True, sparse=True)
    await db.things.insert_many([{"_id": 1, "e": "x"}, {"_id": 2, "a": 1, "b": 1}, {"_id": 3, "s": {"id": 1}}])
    await refused(db, {"_id": 4, "e": "x"}, {"_id": 5, "a": 1, "b": 1}, {"_id": 6, "s": {"id": 1}})
    await db.things.insert_one({"_id": 7, "a": 1, "b": 2})
    with pytest.raises(DuplicateKeyError):
        await db.things.update_one({"_id": 7}, {"$set": {"b": 1}})
    assert await db.things.find_one({"_id": 7}) == {"_id": 7, "a": 1, "b": 2}


async def test_unique_over_the_entries_of_an_array(db: Database) -> None:
    await db.things.create_index("ids", unique=True)
    await db.things.insert_one({"_id": 1, "ids": ["a", "b"]})
    await refused(db, {"_id": 2, "ids": ["b", "c"]})


async def test_at_most_one_open_one_through_a_field_that_exists_only_while_open(db: Database) -> None:
    await db.things.create_index("open_key", unique=True, sparse=True)
    await db.things.insert_many([{"_id": 1, "open_key": "s1"}, {"_id": 2}, {"_id": 3}])
    await refused(db, {"_id": 4, "open_key": "s1"})
    await db.things.update_one({"_id": 1}, {"$unset": {"open_key": ""}})
    await db.things.insert_one({"_id": 5, "open_key": "s1"})


async def test_without_sparse_only_one_may_lack_the_field(db: Database) -> None:
    await db.things.create_index("k", unique=True)
    await db.things.insert_one({"a": 1})
    await refused(db, {"a": 2})


async def test_making_an_index_twice_listing_and_dropping(db: Database) -> None:
    await db.things.create_index("a", name="i_a")
    await db.things.create_index("a", name="i_a")
    await db.things.create_indexes([IndexModel([("b", 1), ("c", -1)], name="i_bc")])
    assert {"_id_", "i_a", "i_bc"} <= set(await db.things.index_information())
    await db.things.drop_index("i_a")
    assert "i_a" not in await db.things.index_information()


async def test_a_multikey_index_finds_by_entry(db: Database) -> None:
    await db.things.create_index("terms")
    await db.things.insert_many([{"_id": i, "terms": [f"t{i % 7}", f"u{i % 5}"]} for i in range(70)])
    assert await db.things.count_documents({"terms": "t3"}) == 10
    assert await db.things.count_documents({"terms": {"$all": ["t3", "u3"]}}) == 2


@pytest.mark.parametrize("options", [{"partialFilterExpression": {"st": "open"}}, {"collation": {"locale": "id"}}])
async def test_indexes_we_do_not_use_are_refused_or_kept_but_never_ignored(
    db: Database, options: dict[str, Any]
) -> None:
    try:
        await db.things.create_index("k", unique=True, **options)
    except OperationFailure as refusal:
        assert refusal.code == 238
        return
    await db.things.insert_many([{"k": 1, "st": "closed"}, {"k": 2, "st": "closed"}])


async def test_finding_a_few_among_many_costs_the_few(db: Database) -> None:
    """The relay's sweep and the timers ask this each second."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    now = datetime.now(UTC)
    await db.things.create_index("pending_since", sparse=True)
    await db.things.insert_many([{"_id": i, "pad": "x" * 50} for i in range(20_000)])
    await db.things.update_many({"_id": {"$in": [5, 500, 5000]}}, {"$set": {"pending_since": now - timedelta(1)}})

    async def few() -> float:
        began = time.perf_counter()
        query = {"pending_since": {"$gt": epoch, "$lt": now}}
        assert len(await db.things.find(query).sort("pending_since", 1).limit(50).to_list(None)) == 3
        return time.perf_counter() - began

    async def all_of_them() -> float:
        began = time.perf_counter()
        assert await db.things.find({"pad": "nothing"}).to_list(None) == []
        return time.perf_counter() - began

    indexed = min([await few() for _ in range(5)])
    scanned = min([await all_of_them() for _ in range(5)])
    assert indexed < scanned / 3
