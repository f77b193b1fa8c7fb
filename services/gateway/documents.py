"""Writes and documents of the read models, as the store takes and gives them. Pure."""

from typing import Any

from pymongo import UpdateOne

from libs.runtime.mongo import Document
from services.gateway.projections import PAST_LENGTH, TRAIL_LENGTH, VIEWS, Put
from services.gateway.views import T, View

# (view, fields), all rising; between equals the store takes the older.
INDEXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((view, ("order",)) for view in VIEWS),
    *((view, ("status", "order")) for view in ("stories", "alerts", "drafts")),
    *((view, ("units",)) for view in ("labels", "stories", "alerts")),
    ("alerts", ("stories",)),
    ("stories", ("members",)),
    ("stories", ("development_of",)),
    ("labels", ("review_rank",)),
    ("alert_log", ("entity_id",)),
    ("notifications", ("alert_id",)),
    ("releases", ("code",)),
    ("reports", ("unit_id", "order")),
    ("labels", ("data.seen_via", "order")),
    ("outlets", ("name_key",)),
)


def upsert(put: Put, *, rewrite: bool) -> UpdateOne:
    guard = "$lte" if rewrite else "$lt"
    change: dict[str, Any] = {"$set": {**put.fields, "seq": put.sequence}}
    if put.trail:
        places = [{"s": s, "p": p, "o": o} for s, p, o in put.trail]
        change["$push"] = {"trail": {"$each": places, "$slice": -TRAIL_LENGTH}}
    if put.past:
        change.setdefault("$push", {})["past"] = {"$each": list(put.past), "$slice": -PAST_LENGTH}
    return UpdateOne({"_id": put.id, "seq": {guard: put.sequence}}, change, upsert=True)


def typed(document: Document, model: type[T]) -> View[T]:
    return View(
        id=str(document.get("entity_id", document["_id"])),
        sequence=int(document["seq"]),
        opmode=document["opmode"],
        drillid=document.get("drillid"),
        event=str(document["event"]),
        at=document["at"],
        data=model.model_validate(document["data"]),
    )
