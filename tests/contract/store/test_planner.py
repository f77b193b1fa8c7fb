"""An index must never change an answer: random operations on an indexed collection and on one without any."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient, ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from tests.support.stack import Stack

T0 = datetime(2026, 1, 1, tzinfo=UTC)
Rows = Collection[dict[str, Any]]
INDEXES: list[tuple[list[tuple[str, int]], dict[str, Any]]] = [
    ([("s", 1)], {}),
    ([("st", 1), ("pr", 1), ("at", 1)], {}),
    ([("terms", 1)], {}),
    ([("o.id", 1)], {}),
    ([("st", 1), ("terms", 1)], {}),
    ([("n.x", 1)], {}),
    ([("at", -1)], {}),
    ([("u", 1)], {"unique": True, "sparse": True}),
    ([("c1", 1), ("c2", 1)], {}),
]
SORTS: list[list[tuple[str, int]]] = [
    [("w", 1)],
    [("at", 1), ("w", 1)],
    [("st", 1), ("pr", 1), ("at", 1), ("w", 1)],
    [("w", -1)],
    [("at", -1), ("w", 1)],
]
CHANGES: list[dict[str, Any]] = [
    {"$set": {"st": "v2"}},
    {"$inc": {"w2": 1}},
    {"$push": {"terms": {"$each": ["t5"], "$slice": -3}}},
    {"$unset": {"s": ""}},
    {"$pull": {"terms": "t1"}},
    {"$set": {"n.x": 5, "pr": 2}},
    {"$addToSet": {"o": {"id": 3}}},
]


class Chance:
    """Documents and questions drawn from one seed, so that a failure can be drawn again."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def day(self, days: int) -> datetime:
        return T0 + timedelta(days=self.draw.randrange(days))

    def scalar(self) -> Any:
        draw = self.draw
        number = draw.randrange(6)
        return draw.choice([number, float(number), f"v{number}", None, True, self.day(6), 2**53 + draw.randrange(3)])

    def value(self) -> Any:
        draw = self.draw
        several = [draw.randrange(4), f"v{draw.randrange(4)}"]
        return draw.choice([self.scalar(), self.scalar(), several, [], {"x": draw.randrange(3)}])

    def document(self, number: int) -> dict[str, Any]:
        draw = self.draw
        made: dict[str, Any] = {"_id": draw.choice([number, f"k{number:05}"]), "w": number}
        # Fields we sort on never hold arrays: rule of the store.
        for name in ("st", "pr"):
            if draw.random() < 0.8:
                made[name] = draw.randrange(5) if name == "pr" else f"v{draw.randrange(4)}"
        for name in ("s", "c1", "c2"):
            if draw.random() < 0.8:
                made[name] = self.value() if draw.random() < 0.5 else f"v{draw.randrange(4)}"
        if isinstance(made.get("c1"), list) and isinstance(made.get("c2"), list):
            made["c2"] = 1
        if draw.random() < 0.9:
            made["at"] = self.day(30)
        if draw.random() < 0.8:
            made["terms"] = [f"t{draw.randrange(8)}" for _ in range(draw.randrange(4))]
        if draw.random() < 0.5:
            made["o"] = [{"id": draw.randrange(6), "v": 1} for _ in range(draw.randrange(3))]
        if draw.random() < 0.5:
            made["n"] = {"x": draw.randrange(9)}
        return made

    def condition(self) -> Any:
        draw, value = self.draw, self.scalar()
        return draw.choice(
            [
                value,
                {"$in": [self.scalar() for _ in range(draw.randrange(4))]},
                {"$gt": value} if value is not None else 1,
                {"$gte": "v1", "$lt": "v3"},
                {"$ne": value},
                {"$exists": draw.random() < 0.5},
                {"$gt": 1, "$lte": 4},
                {"$nin": [1, "v1"]},
                {"$not": {"$gt": 2}},
                f"v{draw.randrange(4)}",
            ]
        )

    def terms(self) -> Any:
        draw = self.draw
        one, other = f"t{draw.randrange(8)}", f"t{draw.randrange(8)}"
        return draw.choice(
            [one, {"$all": [one, other]}, {"$in": [one]}, {"$size": 1}, {"$nin": [one]}, [],
             {"$elemMatch": {"$gt": "t2", "$lt": "t4"}}]
        )  # fmt: skip

    def key(self) -> Any:
        draw = self.draw
        lower = f"k{draw.randrange(600):05}"
        return draw.choice(
            [draw.randrange(600), lower, {"$gt": lower}, {"$in": [1, 2, "k00003"]}, {"$gte": lower, "$lt": "k00500"}]
        )

    def query(self, depth: int = 0) -> dict[str, Any]:
        draw = self.draw
        made: dict[str, Any] = {}
        for _ in range(draw.randrange(1, 4)):
            name = draw.choice(["s", "st", "pr", "at", "terms", "o.id", "n.x", "c1", "c2", "_id", "w", "$and", "$or"])
            if name in ("$and", "$or"):
                if depth < 2:
                    made[name] = [self.query(depth + 1) for _ in range(draw.randrange(1, 3))]
            elif name == "terms":
                made[name] = self.terms()
            elif name == "at":
                day = self.day(30)
                made[name] = draw.choice([{"$gte": day}, {"$lt": day}, {"$gte": T0, "$lt": T0 + timedelta(days=9)}])
            elif name == "_id":
                made[name] = self.key()
            else:
                made[name] = self.condition()
        return made


def answer(rows: Rows, work: Callable[[Rows], Any]) -> Any:
    try:
        return work(rows)
    except PyMongoError as error:
        return ("refused", getattr(error, "code", None))


def step(chance: Chance, number: int) -> Callable[[Rows], Any]:
    """One random operation; what it answers must not depend on indexes."""
    draw, query = chance.draw, chance.query()
    kind = draw.random()
    if number < 300 or kind < 0.15:
        document = chance.document(number)
        return lambda rows: str(rows.insert_one(dict(document)).inserted_id)
    if kind < 0.25:
        change = draw.choice(CHANGES)
        return lambda rows: rows.update_many(query, change).matched_count
    if kind < 0.29:
        some = {"$and": [query, {"w": {"$mod": [7, 3]}}]}
        return lambda rows: rows.delete_many(some).deleted_count
    if kind < 0.36:
        exact = {**query, "w": draw.randrange(number)}
        change = {"$set": {"st": "v2"}}
        return lambda rows: rows.find_one_and_update(exact, change, return_document=ReturnDocument.AFTER)
    if kind < 0.42:
        return lambda rows: rows.count_documents(query)
    order, limit = draw.choice(SORTS), draw.choice([0, 0, 5, 20])
    return lambda rows: list(rows.find(query).sort(order).limit(limit))


@pytest.mark.parametrize("seed", [7, 2026])
def test_an_index_never_changes_an_answer(stack: Stack, db_name: str, seed: int) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(stack.mongodb_url, tz_aware=True)
    with client:
        indexed, plain = client[db_name].indexed, client[db_name].plain
        for keys, options in INDEXES:
            indexed.create_index(keys, **options)
        chance = Chance(seed)
        for number in range(1500):
            work = step(chance, number)
            assert answer(indexed, work) == answer(plain, work), f"seed {seed}, operation {number}"
        assert list(indexed.find().sort("w", 1)) == list(plain.find().sort("w", 1))
        client.drop_database(db_name)
