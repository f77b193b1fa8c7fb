"""The review queue: labels the classifier is unsure of, by why, the most severe and then the newest first."""

from collections.abc import Sequence

from libs.schemas.items import ClassifiedItem
from services.gateway.doubts import KINDS
from services.gateway.views import View
from services.gateway.views_store import MAX_PAGE, Views


async def queue(views: Views, kind: str | None) -> list[View[ClassifiedItem]]:
    """Of the newest two hundred that wait."""
    conditions = {"review": kind if kind else {"$in": list(KINDS)}}
    page = await views.page("labels", ClassifiedItem, conditions, None, MAX_PAGE, None)
    return in_order(page.rows)


async def waiting(views: Views, kind: str | None = None) -> int:
    """How many wait."""
    return await views.count("labels", {"review": kind if kind else {"$in": list(KINDS)}})


def in_order(views: Sequence[View[ClassifiedItem]]) -> list[View[ClassifiedItem]]:
    """The most severe first, then the newest."""
    return sorted(views, key=lambda view: (view.data.severity.value, view.data.first_seen_at, view.id), reverse=True)
