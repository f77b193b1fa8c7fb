"""The search index in the store: entries of relevant publications, how frequent their words are, and the look-up."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from math import prod
from typing import Any

from pymongo import UpdateOne

from libs.runtime.mongo import BulkWriteError, Database, Document, PyMongoError, is_transient, only_duplicates
from libs.runtime.telemetry import log
from libs.schemas.common import Role
from libs.schemas.envelope import OpMode
from libs.schemas.items import ClassifiedItem
from services.gateway.asking import at_least, present
from services.gateway.cursors import BadCursor, Cursors
from services.gateway.documents import typed
from services.gateway.problems import Problem
from services.gateway.projections import Put, order_of
from services.gateway.searching import (
    Frequencies,
    Plan,
    Wanted,
    code_of,
    entry_of,
    holds_phrase,
    plan_of,
    score_of,
    wanted,
)
from services.gateway.views import View
from services.gateway.visibility import READS_RESTRICTED

# Ranked among the newest of these; what is older than a thousand hits is found by narrowing the question.
WINDOW = 1_000
# Nothing but common words, or a phrase whose texts must be read: fewer, so that it stays quick.
SMALL_WINDOW = 300
FACETS = ("topics", "units", "provinces", "outlet_id")
MOST_FACETS = 8
_COUNT_EVERY_SECONDS = 3600
_STORE_AWAY_SECONDS = 5
_CURSOR = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    topic: str | None = None
    unit_id: str | None = None
    province: str | None = None
    sentiment: str | None = None
    severity_min: int | None = None
    outlet_id: str | None = None
    kind: str | None = None
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def any(self) -> bool:
        return any(getattr(self, one.name) is not None for one in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page. `total`: hits in the window (`more`: there are older ones beyond it). `common`: words, as written,
    that were too frequent to look for; `only_common`: there were no others, so they were looked for. `facets`: of the
    hits in the window, how many have which value."""

    rows: list[View[ClassifiedItem]]
    next: str | None
    total: int
    more: bool
    common: tuple[str, ...]
    only_common: bool
    frequencies: dict[str, int]
    facets: dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    id: str
    order: str
    score: float
    about: Document


class SearchIndex:
    """Writes beside the views, from what they hold: safe to repeat, and rebuilt with them."""

    def __init__(
        self, database: Database, *, cursors: Cursors, opmodes: Sequence[OpMode] = ("live", "drill", "sample")
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._opmodes = tuple(opmodes)
        self._frequencies = Frequencies()
        self._counted = False

    async def prepare(self) -> None:
        """Indexes; the one on terms first: between equals the store takes the older."""
        await self._database["search"].create_index([("terms", 1)])
        await self._database["search"].create_index([("order", 1)])

    # --- writes ---------------------------------------------------------------------------------------------------

    async def follow(self, puts: Iterable[Put]) -> None:
        """After the views have these puts: entries of what became relevant, none of what is not."""
        touched = {put.id: put for put in puts if put.view in ("items", "labels")}
        if not touched:
            return
        relevant = {"_id": {"$in": list(touched)}, "relevant": True}
        labels = {str(label["_id"]): label async for label in self._database["labels"].find(relevant, {"trail": 0})}
        await self._write(labels)
        gone = [one for one, put in touched.items() if one not in labels and put.view == "labels"]
        if gone:
            await self._database["search"].delete_many({"_id": {"$in": gone}})

    async def _write(self, labels: Mapping[str, Document]) -> None:
        if not labels:
            return
        found = self._database["items"].find({"_id": {"$in": list(labels)}}, {"seq": 1, "data": 1})
        items = {str(item["_id"]): item async for item in found}
        entries = {one: entry_of(label, items.get(one)) for one, label in labels.items()}
        writes = [
            UpdateOne({"_id": one, "seq": {"$lte": entry["seq"]}}, {"$set": entry}, upsert=True)
            for one, entry in entries.items()
        ]
        try:
            upserted = (await self._database["search"].bulk_write(writes, ordered=False)).upserted_ids or {}
        except BulkWriteError as error:
            # Another replica has read a later state, and counts it.
            if not only_duplicates(error):
                raise
            upserted = {}
        for one in upserted.values():
            self._frequencies.add(entries[str(one)]["terms"])

    async def keep_counting(self) -> None:
        """Each hour; between counts the table follows what this process writes."""
        while True:
            try:
                await self.recount()
            except PyMongoError as error:
                if not is_transient(error):
                    raise
                log.warning("words are counted later: the store is away", problem=type(error).__name__)
                await asyncio.sleep(_STORE_AWAY_SECONDS)
            else:
                await asyncio.sleep(_COUNT_EVERY_SECONDS)

    async def recount(self) -> int:
        """The table of frequencies anew; how many publications it counts."""
        counted = Frequencies()
        async for entry in self._database["search"].find({}, {"_id": 0, "terms": 1}).batch_size(1000):
            counted.add(entry["terms"])
        self._frequencies, self._counted = counted, True
        return counted.documents

    # --- look-up --------------------------------------------------------------------------------------------------

    async def find(
        self,
        question: str,
        filters: Filters,
        *,
        role: Role,
        opmodes: Sequence[OpMode] | None = None,
        limit: int = 30,
        cursor: str | None = None,
    ) -> Found:
        """The best first: rare words and words of the title weigh more; between equals the newer."""
        if not self._counted:
            await self.recount()
        asked, sealed = wanted(question), role in READS_RESTRICTED
        kind = f"{_CURSOR}:{_digest(asked, filters, sealed)}"
        after = self._opened(kind, cursor)
        # Later pages weigh words as the first did, whatever was published meanwhile.
        table = self._frequencies.of(asked.terms) if after is None else _told_by(after, asked)
        plan = plan_of(asked, table)
        window = SMALL_WINDOW if plan.only_common or asked.phrases else WINDOW
        hits = await self._hits(plan, table, asked, filters, sealed, opmodes, window, after)
        more, hits = len(hits) > window, hits[:window]
        newest = after["t"] if after else max((hit.order for hit in hits), default="")
        if asked.phrases:
            hits = await self._with_phrases(hits, asked, sealed)
        ranked = sorted(hits, key=lambda hit: (hit.score, hit.order), reverse=True)
        left = [hit for hit in ranked if not after or (hit.score, hit.order) < (after["s"], after["o"])]
        page = left[:limit]
        sealed_next = None
        if len(left) > limit:
            counts = [table.count(term) for term in asked.terms]
            sealed_next = {
                "s": page[-1].score, "o": page[-1].order, "t": newest, "n": table.documents, "f": counts,
            }  # fmt: skip
        return Found(
            rows=await self._rows(page),
            next=self._cursors.seal(kind, sealed_next) if sealed_next else None,
            total=len(ranked),
            more=more,
            common=tuple(asked.words.get(term, term) for term in (plan.must if plan.only_common else plan.common)),
            only_common=plan.only_common,
            frequencies={asked.words.get(term, term): table.count(term) for term in asked.terms},
            facets=_facets(ranked),
        )

    async def _hits(
        self,
        plan: Plan,
        table: Frequencies,
        asked: Wanted,
        filters: Filters,
        sealed: bool,
        opmodes: Sequence[OpMode] | None,
        window: int,
        after: Mapping[str, Any] | None,
    ) -> list[_Hit]:
        """The newest that have all the words, one more than the window holds when there are older ones."""
        wants = {"$and": [*_words(plan, table, sealed, window), *_conditions(asked, filters, sealed)]}
        shown = [mode for mode in self._opmodes if opmodes is None or mode in opmodes]
        if len(shown) < 3:
            wants["$and"].append({"opmode": {"$in": shown}})
        bounds = _bounds(filters, after)
        if bounds:
            wants["$and"].append({"order": bounds})
        found = (
            self._database["search"]
            .find(wants if wants["$and"] else {}, dict.fromkeys(("order", "head", *FACETS), 1))
            .sort("order", -1)
            .limit(window + 1)
        )
        return [
            _Hit(
                id=str(one["_id"]),
                order=one["order"],
                score=score_of(one["head"], plan, table),
                about=one,
            )
            for one in await found.to_list(window + 1)
        ]

    async def _with_phrases(self, hits: Sequence[_Hit], asked: Wanted, sealed: bool) -> list[_Hit]:
        """Those whose title, excerpt or text (where this role may read it) has every phrase."""
        ids = [hit.id for hit in hits]
        labels = self._database["labels"].find(
            {"_id": {"$in": ids}}, {"data.title": 1, "data.excerpt": 1, "data.privacy": 1}
        )
        items = self._database["items"].find({"_id": {"$in": ids}}, {"data.text": 1, "data.privacy": 1})
        texts: dict[str, list[str]] = {}
        closed: set[str] = set()
        for document in [*await labels.to_list(len(ids) or 1), *await items.to_list(len(ids) or 1)]:
            one, data = str(document["_id"]), document["data"]
            if (data.get("privacy") or {}).get("visibility") == "terbatas" and not sealed:
                closed.add(one)
            # The title is everybody's, and stands first.
            texts.setdefault(one, []).extend(data[name] for name in ("title", "excerpt", "text") if data.get(name))
        return [
            hit
            for hit in hits
            if hit.id in texts
            and all(holds_phrase(texts[hit.id][: 1 if hit.id in closed else None], p) for p in asked.phrases)
        ]

    async def _rows(self, page: Sequence[_Hit]) -> list[View[ClassifiedItem]]:
        """In the order of the page; what was found irrelevant meanwhile is left out."""
        wants = {"_id": {"$in": [hit.id for hit in page]}, "relevant": True}
        found = self._database["labels"].find(wants, {"trail": 0, "past": 0})
        views = {str(document["_id"]): typed(document, ClassifiedItem) async for document in found}
        return [views[hit.id] for hit in page if hit.id in views]

    def _opened(self, kind: str, cursor: str | None) -> Mapping[str, Any] | None:
        if cursor is None:
            return None
        try:
            opened: Mapping[str, Any] = self._cursors.open(kind, cursor)
        except BadCursor:
            raise Problem(status=400, kode="penanda_tak_dikenal", title="Penanda halaman tidak dikenal") from None
        return opened


def _told_by(after: Mapping[str, Any], asked: Wanted) -> Frequencies:
    return Frequencies.told(after["n"], dict(zip(asked.terms, after["f"], strict=True)))


def _words(plan: Plan, table: Frequencies, sealed: bool, window: int) -> list[Document]:
    """One condition a word, the rarest first: that one the store looks up, the others it checks."""
    if _walks(plan, table, window):
        # Hidden from the store's planner: it then goes through the newest until it has enough.
        return [{"$or": [_has(term, sealed)]} for term in plan.must]
    return [_has(term, sealed) for term in plan.must]


def _walks(plan: Plan, table: Frequencies, window: int) -> bool:
    """Whether going through the newest finds enough sooner than looking at all that have the rarest word."""
    if not plan.only_common:
        return False
    shares = [max(1, table.count(term)) / max(1, table.documents) for term in plan.must]
    return window / prod(shares) < table.documents * shares[0]


def _facets(hits: Sequence[_Hit]) -> dict[str, list[tuple[str, int]]]:
    """Per field the most frequent values."""
    counted: dict[str, list[tuple[str, int]]] = {}
    for name in FACETS:
        values: Counter[str] = Counter()
        for hit in hits:
            value = hit.about.get(name) or []
            values.update(set(value) if isinstance(value, list) else (value,))
        counted[name] = values.most_common(MOST_FACETS)
    return counted


def _has(term: str, sealed: bool) -> Document:
    code = code_of(term)
    return {"terms": {"$in": [code, -code]} if sealed else code}


def _conditions(asked: Wanted, filters: Filters, sealed: bool) -> list[Document]:
    without: list[Document] = [
        {"$nor": [{"$and": [{"$or": [_has(term, sealed)]} for term in stems]}]} for stems in asked.without
    ]
    told = present(
        topics=filters.topic,
        units=filters.unit_id,
        provinces=filters.province,
        sentiment=filters.sentiment,
        severity=at_least(filters.severity_min),
        outlet_id=filters.outlet_id,
        kind=filters.kind,
        language=filters.language,
    )
    return without + ([told] if told else [])


def _bounds(filters: Filters, after: Mapping[str, Any] | None) -> dict[str, str]:
    """Of the time: what was asked for, and (on later pages) nothing newer than the first page knew."""
    bounds = {}
    if filters.since is not None:
        bounds["$gte"] = order_of(filters.since, "")
    upper = [order_of(filters.until, "")] if filters.until is not None else []
    if after:
        upper.append(f"{after['t']}~")
    if upper:
        bounds["$lt"] = min(upper)
    return bounds


def _digest(asked: Wanted, filters: Filters, sealed: bool) -> str:
    """A cursor of one question is nothing in another."""
    return hashlib.sha256(f"{asked.terms}{asked.phrases}{asked.without}{filters}{sealed}".encode()).hexdigest()[:16]
