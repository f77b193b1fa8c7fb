"""What a query answers: the operators, orders and pages that the services use."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.runtime.mongo import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def ids(db: Database, query: dict[str, Any]) -> list[Any]:
    return sorted([document["_id"] async for document in db.things.find(query)])


async def test_sort_skip_limit_and_projection(db: Database) -> None:
    await db.things.insert_many([{"_id": i, "x": i, "n": {"k": f"s{i:02}", "z": 1}} for i in range(1, 21)])
    page = db.things.find({"x": {"$gt": 5}}, {"x": 1, "_id": 0}).sort("x", -1).skip(2).limit(3)
    assert await page.to_list(None) == [{"x": 18}, {"x": 17}, {"x": 16}]
    assert await db.things.find_one({"_id": 5}, {"n": 0}) == {"_id": 5, "x": 5}
    assert await db.things.find_one({"_id": 5}, {"n.k": 1}) == {"_id": 5, "n": {"k": "s05"}}


async def test_compound_sort(db: Database) -> None:
    await db.things.insert_many([{"_id": i, "g": i % 3, "x": i} for i in range(2, 21)])
    first = await db.things.find().sort([("g", 1), ("x", -1)]).limit(2).to_list(None)
    assert [document["_id"] for document in first] == [18, 15]


async def test_a_cursor_goes_on_over_batches(db: Database) -> None:
    await db.things.insert_many([{"_id": i} for i in range(1000)])
    assert len(await db.things.find().batch_size(100).to_list(None)) == 1000


async def test_keyset_pages_cover_everything_once(db: Database) -> None:
    await db.things.insert_many([{"_id": f"k{i:04}"} for i in range(1000)])
    seen: list[str] = []
    last = ""
    while page := await db.things.find({"_id": {"$gt": last}}).sort("_id", 1).limit(150).to_list(None):
        seen += [document["_id"] for document in page]
        last = seen[-1]
    assert seen == [f"k{i:04}" for i in range(1000)]


async def test_keyset_pages_over_a_time_and_an_id(db: Database) -> None:
    """The cursor of the feed: newest first, equal times told apart by the id."""
    await db.things.create_index([("at", -1), ("_id", -1)])
    await db.things.insert_many([{"_id": f"{i:03}", "at": NOW + timedelta(minutes=i // 7)} for i in range(100)])
    seen: list[str] = []
    query: dict[str, Any] = {}
    while page := await db.things.find(query).sort([("at", -1), ("_id", -1)]).limit(9).to_list(None):
        seen += [document["_id"] for document in page]
        last = page[-1]
        query = {
            "$and": [
                {"at": {"$lte": last["at"]}},
                {"$or": [{"at": {"$lt": last["at"]}}, {"_id": {"$lt": last["_id"]}}]},
            ]
        }
    assert seen == [f"{i:03}" for i in reversed(range(100))]


async def test_counting_and_distinct(db: Database) -> None:
    await db.things.insert_many([{"_id": i, "g": i % 3} for i in range(20)])
    assert await db.things.count_documents({"g": 1}) == 7
    assert await db.things.estimated_document_count() == 20
    assert sorted(await db.things.distinct("g")) == [0, 1, 2]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"t": {"$in": ["a", "z"]}}, [1]),
        ({"t": {"$nin": ["a"]}}, [2, 3]),
        ({"t": {"$all": ["a", "b"]}}, [1]),
        ({"t": "b"}, [1, 2]),
        ({"t": {"$ne": "a"}}, [2, 3]),
        ({"t": {"$size": 1}}, [2]),
        ({"t.0": "b"}, [2]),
        ({"o": {"$elemMatch": {"x": 1, "y": 2}}}, [1]),
        ({"o.x": 2}, [2]),
        ({"e": {"$exists": True}}, [2]),
        ({"e": None}, [1, 2, 3]),
    ],
)
async def test_arrays_and_absence(db: Database, query: dict[str, Any], found: list[int]) -> None:
    await db.things.insert_many(
        [
            {"_id": 1, "t": ["a", "b"], "o": [{"x": 1, "y": 2}]},
            {"_id": 2, "t": ["b"], "o": [{"x": 1, "y": 3}, {"x": 2, "y": 2}], "e": None},
            {"_id": 3},
        ]
    )
    assert await ids(db, query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"$or": [{"_id": 1}, {"d.e.f": 4}]}, [1, 4]),
        ({"$and": [{"_id": {"$gt": 1}}, {"_id": {"$lte": 3}}]}, [2, 3]),
        ({"_id": {"$not": {"$gt": 1}}}, [0, 1]),
        ({"$nor": [{"_id": 1}, {"_id": {"$gt": 2}}]}, [0, 2]),
        ({"s": {"$regex": "^kasus [ab]", "$options": "i"}}, [0, 1]),
        ({"s": {"$gte": "Kasus d"}}, [3, 4, 5]),
        ({"s": {"$not": re.compile("^Kasus [abc]")}}, [3, 4, 5]),
        ({"at": {"$gte": NOW + timedelta(days=4)}}, [4, 5]),
        ({"at": {"$gt": NOW, "$lt": NOW + timedelta(days=2)}}, [1]),
        ({"d.e.f": {"$gte": 2, "$lt": 4}}, [2, 3]),
        ({"$expr": {"$eq": ["$d.e.f", "$twin"]}}, [5]),
    ],
)
async def test_logic_text_and_ranges(db: Database, query: dict[str, Any], found: list[int]) -> None:
    await db.things.insert_many(
        [
            {"_id": i, "s": f"Kasus {chr(97 + i)}", "at": NOW + timedelta(days=i), "d": {"e": {"f": i}}, "twin": 5}
            for i in range(6)
        ]
    )
    assert await ids(db, query) == found


async def test_two_bounds_on_one_element_of_an_array(db: Database) -> None:
    await db.things.create_index("l")
    await db.things.insert_many([{"_id": 1, "l": [1, 9]}, {"_id": 2, "l": [5]}])
    assert await ids(db, {"l": {"$elemMatch": {"$gt": 3, "$lt": 7}}}) == [2]


async def test_numbers_are_equal_whatever_their_type(db: Database) -> None:
    await db.things.insert_many([{"_id": 1, "v": 1}, {"_id": 2, "v": 1.0}, {"_id": 3, "v": 2**40}])
    assert await ids(db, {"v": 1}) == [1, 2]
    assert await ids(db, {"v": float(2**40)}) == [3]


async def test_grouping_and_counting(db: Database) -> None:
    await db.things.insert_many([{"_id": i, "g": i % 3, "x": i, "m": {"t": "ab"[i % 2]}} for i in range(2, 21)])
    groups: list[dict[str, Any]] = [
        {"$match": {"_id": {"$gte": 2}}},
        {"$sort": {"x": 1}},
        {
            "$group": {
                "_id": "$g", "n": {"$sum": 1}, "sum": {"$sum": "$x"}, "hi": {"$max": "$x"}, "lo": {"$min": "$x"},
                "first": {"$first": "$x"}, "ids": {"$push": "$_id"},
            }
        },
        {"$sort": {"_id": 1}},
    ]  # fmt: skip
    found = await db.things.aggregate(groups).to_list(None)
    assert [(row["_id"], row["n"]) for row in found] == [(0, 6), (1, 6), (2, 7)]
    assert (found[0]["hi"], found[0]["lo"], found[0]["first"], len(found[0]["ids"])) == (18, 3, 3, 6)
    assert await db.things.aggregate([{"$match": {"g": 1}}, {"$count": "n"}]).to_list(None) == [{"n": 6}]
    compound = [{"$group": {"_id": {"g": "$g", "t": "$m.t"}, "n": {"$sum": 1}}}]
    assert len(await db.things.aggregate(compound).to_list(None)) == 6


async def test_unwinding_and_days(db: Database) -> None:
    await db.things.insert_many(
        [{"_id": i, "terms": [f"t{i % 7}", f"u{i % 5}"], "at": NOW + timedelta(days=i % 2)} for i in range(70)]
    )
    terms: list[dict[str, Any]] = [
        {"$unwind": "$terms"},
        {"$group": {"_id": "$terms", "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
        {"$skip": 1},
        {"$limit": 1},
    ]
    assert await db.things.aggregate(terms).to_list(None) == [{"_id": "u1", "n": 14}]
    day = {"$dateToString": {"format": "%Y-%m-%d", "date": "$at"}}
    days = await db.things.aggregate([{"$group": {"_id": day, "n": {"$sum": 1}}}, {"$sort": {"_id": 1}}]).to_list(None)
    assert days == [{"_id": "2026-01-01", "n": 35}, {"_id": "2026-01-02", "n": 35}]
