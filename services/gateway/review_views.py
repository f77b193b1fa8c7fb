"""The review queue: labels in doubt, the most severe and then the newest first, from any place on."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from libs.runtime.mongo import Document
from libs.schemas.items import ClassifiedItem
from services.gateway.asking import present
from services.gateway.doubts import KINDS, rank_of
from services.gateway.projections import order_of
from services.gateway.views import View
from services.gateway.views_store import Views

# As much as the page lists: what was passed just now, and what comes.
BEFORE, LISTED = 2, 12
_LIST = "telaah"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQuery:
    """What the doubt is about (one of KINDS), and what the publication is about."""

    kind: str | None = None
    topic: str | None = None
    unit_id: str | None = None

    def conditions(self, **rank: str) -> dict[str, Any]:
        """`rank`: bounds of the place, `{"$lt": …}`. Only what is in doubt has a rank at all."""
        told = present(review=self.kind, topics=self.topic, units=self.unit_id)
        return {**told, "review_rank": {"$gt": "", **rank}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The card, what lies around it, how many are before it, and how many there are."""

    chosen: View[ClassifiedItem] | None
    before: tuple[View[ClassifiedItem], ...]
    after: tuple[View[ClassifiedItem], ...]
    position: int
    counts: Mapping[str, int]
    total: int
    topics: tuple[str, ...]
    units: tuple[str, ...]


def place_of(view: View[ClassifiedItem]) -> str:
    """Where an item stands in the queue, or stood."""
    return rank_of(view.data.severity.value, order_of(view.data.first_seen_at, view.id))


def sealed_place(views: Views, view: View[ClassifiedItem]) -> str:
    return views.sealed(_LIST, place_of(view))


def opened_place(views: Views, cursor: str) -> str:
    """Problem 400 for what is no place of this queue."""
    return views.opened(_LIST, cursor)


async def first_after(views: Views, query: ReviewQuery, place: str | None) -> View[ClassifiedItem] | None:
    """The first that still waits below a place; none there (or no place): the first of all."""
    found = await _below(views, query, place, 1) if place else []
    return next(iter(found or await _below(views, query, None, 1)), None)


async def last_before(views: Views, query: ReviewQuery, place: str) -> View[ClassifiedItem] | None:
    """The last that waits above a place; none there: the first of all."""
    found = await _above(views, query, place, 1)
    return found[0] if found else await first_after(views, query, None)


async def stretch(views: Views, query: ReviewQuery, chosen: View[ClassifiedItem] | None) -> Stretch:
    """All there is to say of the queue around a card."""
    place = place_of(chosen) if chosen else None
    before, after, everything = await asyncio.gather(
        _above(views, query, place, BEFORE),
        _below(views, query, place, LISTED - 1),
        views.contents("labels", ("review", "review_rank", "topics", "units"), ReviewQuery().conditions()),
    )
    counts = _counts(everything, query)
    ahead = sum(_fits(of, query) and of["review_rank"] > place for of in everything) if place else 0
    return Stretch(
        chosen=chosen,
        before=tuple(reversed(before)),
        after=tuple(after[: LISTED - 1 - len(before)]),
        position=ahead + 1,
        counts=counts,
        total=counts[query.kind or ""],
        topics=_values(everything, "topics"),
        units=_values(everything, "units"),
    )


async def waiting(views: Views, query: ReviewQuery | None = None) -> int:
    """How many wait: all of them, not what a page shows."""
    return await views.count("labels", (query or ReviewQuery()).conditions())


def _counts(waiting: Sequence[Document], query: ReviewQuery) -> dict[str, int]:
    """Per reason (and "" for any), of what the topic and the unit let through."""
    counts: Counter[str] = Counter({"": 0, **dict.fromkeys(KINDS, 0)})
    for of in waiting:
        if _fits(of, replace(query, kind=None)):
            counts.update(("", *of["review"]))
    return dict(counts)


def _fits(of: Document, query: ReviewQuery) -> bool:
    """What `conditions` asks the store for, of what has been read already."""
    asked = ((query.kind, "review"), (query.topic, "topics"), (query.unit_id, "units"))
    return all(value is None or value in of[field] for value, field in asked)


def _values(waiting: Sequence[Document], field: str) -> tuple[str, ...]:
    return tuple(sorted({value for of in waiting for value in of[field]}))


async def _below(views: Views, query: ReviewQuery, place: str | None, limit: int) -> list[View[ClassifiedItem]]:
    conditions = query.conditions(**({"$lt": place} if place else {}))
    return await views.nearest("labels", ClassifiedItem, conditions, by="review_rank", falling=True, limit=limit)


async def _above(views: Views, query: ReviewQuery, place: str | None, limit: int) -> list[View[ClassifiedItem]]:
    """The nearest first."""
    if not place:
        return []
    conditions = query.conditions(**{"$gt": place})
    return await views.nearest("labels", ClassifiedItem, conditions, by="review_rank", falling=False, limit=limit)
