"""What the page of an article changes in its item: more text, a date that the feed did not give. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from libs.runtime.outbox import Announcement, Decision, Document
from libs.schemas import ids
from libs.schemas.items import Item, ItemRevised, Privacy
from services.ingest.addresses import believed
from services.ingest.collecting import Masked, Told, version_of
from services.ingest.dating import clamp_future

# Less than this beside the feed's own text is no reason to tell the item once more.
WORTH_TELLING_CHARS: Final = 80


def told_by_page(state: Mapping[str, Any], address: str, article: Mapping[str, Any]) -> Told | None:
    """The page as an entry of the item it belongs to; None when it says no more than the feed did.

    The title stays the feed's, already masked: it goes through the gate again because the page's text may tell that it
    is about a child."""
    item = state["item"]
    if len(article["text"]) < len(item["text"]) + WORTH_TELLING_CHARS:
        return None
    return Told(
        item_id=item["item_id"],
        digest=state["digest"],
        address_hash="",
        address=believed(article["canonical"], address) or address,
        title=item["title"],
        text=article["text"],
        published="" if item["published_at"] else article["published"],
        claimed_language=item["language"],
        direction_marks=bool(state.get("direction_marks")) or bool(article["direction_marks"]),
        kind=item["kind"],
    )


def revised_by_page(doc: Document, masked: Masked, now: datetime, *, filed_up_to: int) -> Decision | None:
    """The item with the page's text; None when another revision came in between (its page is read anew)."""
    state, before = doc.state, doc.state["item"]
    if state["digest"] != masked.digest or state.get("page"):
        return None
    published_at = before["published_at"] or masked.published_at
    sealed = masked.sealed_link or state.get("sealed_link")
    item = Item(
        **{
            **before,
            "rev_no": before["rev_no"] + 1,
            "link": None if sealed else masked.link,
            "link_id": ids.keyed("link", masked.item_id) if sealed else None,
            "title": masked.title,
            "excerpt": masked.excerpt,
            "text": masked.text,
            "text_truncated": masked.text_truncated,
            "published_at": clamp_future(published_at, before["first_seen_at"]) if published_at else None,
            "published_zone": before["published_zone"] or masked.published_zone,
            "event_at": before["event_at"] or masked.event_at,
            "privacy": _both(Privacy(**before["privacy"]), masked.privacy),
            "revision_cause": "source",
        }
    )
    former = [one for one in state.get("former", ()) if one["rev_no"] > filed_up_to]
    kept = {
        **state,
        "item": item.model_dump(),
        "sealed_link": sealed,
        "direction_marks": masked.direction_marks,
        "former": [*former, version_of(before, now)],
        "page": {"outcome": "read", "at": now},
    }
    return Decision(state=kept, announcements=(Announcement(event=ItemRevised, data=item),))


def nothing_more(doc: Document, digest: str, outcome: str, now: datetime) -> Decision | None:
    """The page is not asked for again; nothing is told."""
    if doc.state["digest"] != digest or doc.state.get("page"):
        return None
    return Decision(state={**doc.state, "page": {"outcome": outcome, "at": now}})


def _both(before: Privacy, page: Privacy) -> Privacy:
    """What either of them found; what was restricted stays restricted."""
    names = before.classes.keys() | page.classes.keys()
    classes = {name: max(before.classes.get(name, 0), page.classes.get(name, 0)) for name in sorted(names)}
    restricted = "terbatas" in (before.visibility, page.visibility)
    return Privacy(
        classes=classes,
        mode="child" if "child" in (before.mode, page.mode) else "normal",
        gate_version=page.gate_version,
        visibility="terbatas" if restricted else "biasa",
        # Two persons lifted it for the text they read, and this is another.
        lifted_by=[],
    )
