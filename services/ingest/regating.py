"""An archived entry under today's rules and today's gate: what came out differently is a revision. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from libs.privacy import GATE_VERSION, WITHHELD
from libs.runtime.outbox import Announcement, Decision, Document
from libs.schemas import ids
from libs.schemas.items import Item, ItemRevised, Privacy
from services.ingest.archiving import Payload
from services.ingest.collecting import Keys, Masked, Origin, Quarantined, Told, decide, version_of
from services.ingest.dating import clamp_future
from services.ingest.masking import mask
from services.ingest.normalizing import cut_text, excerpt_of

_OF_THE_PAGE: Final = frozenset({"text_truncated", "published_at", "published_zone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """An archived entry under today's rules. `masked` is None when today's gate would not vouch for it."""

    told: Told
    masked: Masked | None
    withheld: Quarantined | None
    origin: Origin


def again(entry: Mapping[str, Any], payload: Payload, keys: Keys, now: datetime) -> Again:
    """What today's rules make of an entry. A text that today's gate itself has masked is not masked twice."""
    origin = _origin(payload)
    told = _told(entry)
    found = mask(told, origin, keys, payload.at or now)
    if isinstance(found, Quarantined):
        if entry["privacy"]["gate_version"] != GATE_VERSION:
            return Again(told=told, masked=None, withheld=found, origin=origin)
        found = _as_kept(entry)
    before = Privacy(**entry["privacy"])
    if before.gate_version == GATE_VERSION:
        kept = _as_kept(entry)
        found = replace(
            found, title=kept.title, text=kept.text, excerpt=kept.excerpt, full_text=kept.full_text,
            text_truncated=kept.text_truncated, link=kept.link, sealed_link=None, privacy=before,
        )  # fmt: skip
    else:
        found = replace(found, privacy=_both(before, found.privacy))
    found = _dated_as_before(found, entry)
    if entry["item_id"] in payload.sealed:
        found = replace(found, link=None, sealed_link=payload.sealed[entry["item_id"]])
    return Again(told=told, masked=found, withheld=None, origin=origin)


def as_it_stands(entry: Mapping[str, Any], doc: Document | None) -> Mapping[str, Any]:
    """The entry, or where the item has the text of its page by now: the entry with that text."""
    if doc is None or not has_page(doc):
        return entry
    item = doc.state["item"]
    return {**entry, "title": item["title"], "text": item["text"], "link": item["link"], "privacy": item["privacy"]}


def has_page(doc: Document) -> bool:
    """Whether the page of the article gave its text."""
    page = doc.state.get("page")
    return page is not None and page["outcome"] == "read"


def _dated_as_before(found: Masked, entry: Mapping[str, Any]) -> Masked:
    """The date that was read at first stays where today's rules find none, or the same but for the moment of reading
    ("3 jam lalu")."""
    if not entry["published_at"]:
        return found
    first = datetime.fromisoformat(entry["published_at"])
    if found.published_at is not None and abs(found.published_at - first) >= timedelta(minutes=1):
        return found
    return replace(found, published_at=first, published_zone=entry["published_zone"])


def _origin(payload: Payload) -> Origin:
    by = payload.origin
    return Origin(
        source_id=by["source_id"], outlet_id=by["outlet_id"], outlet_name=by["outlet_name"], url="",
        mode=ids.mode_of(by["opmode"], by["drillid"]), zone=by["zone"], backfill=True,
    )  # fmt: skip


def _told(entry: Mapping[str, Any]) -> Told:
    return Told(
        item_id=entry["item_id"], digest=entry["digest"], address_hash=entry["address_hash"], address=entry["link"],
        title=entry["title"], text=entry["text"], published=entry["published"], claimed_language=entry["language"],
        direction_marks=entry["direction_marks"], kind=entry["kind"], channel=entry["channel"],
        author_role=entry["author_role"], reach=entry["reach"], media=tuple(entry["media"]), licence=entry["licence"],
    )  # fmt: skip


def _as_kept(entry: Mapping[str, Any]) -> Masked:
    """The entry as it was archived, without its text being looked at again."""
    short, truncated = cut_text(entry["text"])
    return Masked(
        item_id=entry["item_id"], digest=entry["digest"], link=entry["link"], sealed_link=None,
        title=entry["title"], text=short, excerpt=excerpt_of(short), text_truncated=truncated,
        full_text=entry["text"] if truncated else None,
        published_at=None, published_zone=None, event_at=None, language=entry["language"],
        direction_marks=entry["direction_marks"], privacy=Privacy(**entry["privacy"]), kind=entry["kind"],
        author_role=entry["author_role"], reach=entry["reach"], media=tuple(entry["media"]), licence=entry["licence"],
    )  # fmt: skip


def _both(before: Privacy, after: Privacy) -> Privacy:
    """What either gate found: the newer one no longer sees what the older has masked."""
    classes = {
        kind: max(before.classes.get(kind, 0), after.classes.get(kind, 0))
        for kind in sorted({*before.classes, *after.classes})
    }
    child = "child" in (before.mode, after.mode)
    return after.model_copy(
        update={
            "classes": classes,
            "mode": "child" if child else "normal",
            "visibility": "terbatas" if "terbatas" in (before.visibility, after.visibility) else "biasa",
        }
    )


def revise(doc: Document | None, one: Again, now: datetime) -> Decision | None:
    """A missing item is collected again; one that still stands as this entry told it is revised if today's rules say
    something else; everything else stays. Pure."""
    if doc is None:
        return decide(None, one.told, one.masked, one.origin, now) if one.masked else None
    state = doc.state
    if state["digest"] != one.told.digest:
        return None
    item = state["item"]
    changes = _changes(item, one)
    if has_page(doc):
        # The page's date stood in where the feed had none, and of a long text the item has but the beginning.
        changes = {name: value for name, value in changes.items() if name not in _OF_THE_PAGE}
    if not changes.keys() - {"privacy"} and not _stricter(item, one):
        return None
    revised = Item(**{**item, **changes, "rev_no": item["rev_no"] + 1, "revision_cause": "gate"})
    kept = {**state, "item": revised.model_dump(), "former": [version_of(item, now)]}
    if one.masked is not None and one.masked.sealed_link is not None:
        kept["sealed_link"] = one.masked.sealed_link
    return Decision(state=kept, announcements=(Announcement(event=ItemRevised, data=revised),))


def _changes(item: Mapping[str, Any], one: Again) -> dict[str, Any]:
    """Fields of the item that are told differently now."""
    if one.masked is None:
        withheld = {"title": WITHHELD, "text": "", "excerpt": "", "text_truncated": False}
        changes = {name: value for name, value in withheld.items() if item[name] != value}
        return changes and {**changes, "privacy": {**item["privacy"], "gate_version": GATE_VERSION}}
    new = one.masked
    published_at = clamp_future(new.published_at, item["first_seen_at"]) if new.published_at else None
    told = {
        "title": new.title,
        "text": new.text,
        "excerpt": new.excerpt,
        "text_truncated": new.text_truncated,
        "published_at": published_at,
        "published_zone": new.published_zone,
    }
    if new.sealed_link is not None or new.link is not None:
        told["link"] = new.link
        told["link_id"] = ids.keyed("link", new.item_id) if new.sealed_link else None
    changes = {name: value for name, value in told.items() if item[name] != value}
    stricter = _stricter(item, one)
    if not changes and not stricter:
        return {}
    privacy = {**item["privacy"], **stricter}
    return {**changes, "privacy": privacy | {"classes": new.privacy.classes, "gate_version": GATE_VERSION}}


def _stricter(item: Mapping[str, Any], one: Again) -> dict[str, str]:
    """Child mode and restriction, where today's gate finds them and the one before did not."""
    if one.masked is None:
        return {}
    before, new = item["privacy"], one.masked.privacy
    if new.mode == "child" != before["mode"]:
        return {"mode": "child", "visibility": new.visibility}
    # What two persons lifted stays lifted: today's gate knows no more than the one they overruled.
    if new.visibility == "terbatas" != before.get("visibility") and not before.get("lifted_by"):
        return {"visibility": "terbatas"}
    return {}
