"""How any read model is asked: pages by cursor, stretches in an order, counts. What is asked for stands elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from libs.runtime.mongo import Database, Document
from libs.schemas.envelope import OpMode
from services.gateway.cursors import BadCursor, Cursors
from services.gateway.documents import typed
from services.gateway.problems import Problem
from services.gateway.projections import order_of
from services.gateway.views import Page, T, View

MAX_PAGE = 200
_MANY = 2_000
# Beside what a document says: where its transitions stood, and what of them is told elsewhere.
_ASIDE = {"trail": 0, "past": 0}


class ReadModels:
    """Questions to one collection at a time, within the modes that this installation shows."""

    def __init__(self, database: Database, *, cursors: Cursors, opmodes: Sequence[OpMode]) -> None:
        self._database = database
        self._cursors = cursors
        self._opmodes = tuple(opmodes)

    def _modes(self, opmodes: Sequence[OpMode] | None) -> dict[str, Any]:
        shown = [mode for mode in self._opmodes if opmodes is None or mode in opmodes]
        return {} if len(shown) == 3 else {"opmode": {"$in": shown}}

    async def page(
        self,
        view: str,
        model: type[T],
        conditions: dict[str, Any],
        opmodes: Sequence[OpMode] | None,
        limit: int,
        cursor: str | None,
        since: datetime | None = None,
    ) -> Page[T]:
        limit = max(1, min(limit, MAX_PAGE))
        bounds: dict[str, str] = {}
        if cursor is not None:
            bounds["$lt"] = self.opened(view, cursor)
        if since is not None:
            bounds["$gte"] = order_of(since, "")
        wanted = {**conditions, **self._modes(opmodes), **({"order": bounds} if bounds else {})}
        found = self._database[view].find(wanted, _ASIDE).sort("order", -1).limit(limit + 1)
        documents = await found.to_list(limit + 1)
        more = len(documents) > limit
        return Page(
            rows=[typed(document, model) for document in documents[:limit]],
            next=self._cursors.seal(view, documents[limit - 1]["order"]) if more else None,
        )

    async def count(self, view: str, conditions: dict[str, Any], *, since: datetime | None = None) -> int:
        """How many of what a page's conditions let through came since then."""
        wanted = {**conditions, **self._modes(None), **({"order": {"$gte": order_of(since, "")}} if since else {})}
        return int(await self._database[view].count_documents(wanted))

    async def some(
        self, view: str, model: type[T], conditions: dict[str, Any], *, sort: str, skip: int = 0, limit: int
    ) -> list[View[T]]:
        """A stretch of what the conditions let through, in the order of a field (then of the id)."""
        found = self._database[view].find({**conditions, **self._modes(None)}, _ASIDE)
        ordered = found.sort([(sort, 1), ("_id", 1)]).skip(skip).limit(limit)
        return [typed(document, model) async for document in ordered]

    async def spans(self, view: str, field: str) -> list[tuple[str, str, int]]:
        """Per value of a field: the order of its first document, and how many there are."""
        found = self._database[view].aggregate(
            [
                {"$match": self._modes(None)},
                {"$group": {"_id": f"${field}", "first": {"$min": "$order"}, "many": {"$sum": 1}}},
            ]
        )
        return [(str(each["_id"]), str(each["first"]), int(each["many"])) async for each in found]

    async def past(self, view: str, entity_id: str) -> list[Document]:
        """What was told of an entity, oldest first; the last PAST_LENGTH at most."""
        document = await self._database[view].find_one({"_id": entity_id}, {"past": 1})
        told = {entry["seq"]: entry for entry in (document or {}).get("past", [])}
        return [told[sequence] for sequence in sorted(told)]

    async def nearest(
        self, view: str, model: type[T], conditions: dict[str, Any], *, by: str, falling: bool, limit: int
    ) -> list[View[T]]:
        """The first of what the conditions let through, by a field in which no two are the same."""
        found = self._database[view].find({**conditions, **self._modes(None)}, _ASIDE)
        ordered = found.sort(by, -1 if falling else 1).limit(limit)
        return [typed(document, model) async for document in ordered]

    async def contents(self, view: str, fields: Sequence[str], conditions: dict[str, Any]) -> list[Document]:
        """Only these fields of all that the conditions let through (stores differ in how they group by a list)."""
        found = self._database[view].find({**conditions, **self._modes(None)}, {"_id": 0, **dict.fromkeys(fields, 1)})
        return [document async for document in found.batch_size(_MANY)]

    def sealed(self, list_name: str, place: str) -> str:
        """A place in a list, as an address may carry it."""
        return self._cursors.seal(list_name, place)

    def opened(self, list_name: str, cursor: str) -> str:
        """The place again; Problem 400 for what is none of this list."""
        try:
            return str(self._cursors.open(list_name, cursor))
        except BadCursor:
            raise Problem(status=400, kode="penanda_tak_dikenal", title="Penanda halaman tidak dikenal") from None
