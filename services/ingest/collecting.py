"""An entry of a feed → what it means for the item it is about: new, revised, seen elsewhere too, or nothing."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from libs.privacy import GATE_VERSION, AddressVerdict, Mode, gate, gate_address
from libs.runtime.outbox import Announcement, Decision, Document
from libs.schemas import ids
from libs.schemas.items import Item, ItemCollected, ItemRevised, Privacy
from services.ingest.addresses import canonical
from services.ingest.dating import clamp_future, read_date
from services.ingest.normalizing import comparable, cut_text, excerpt_of
from services.ingest.sealing import seal

Meaning = Literal["new", "revised", "noted", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Derived keys: `revision` compares texts before masking, `link` seals addresses."""

    revision: bytes = field(repr=False)
    link: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The source an entry came from."""

    source_id: str
    outlet_id: str
    outlet_name: str
    url: str
    mode: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry as told, before masking: lives in memory only, and its fields are in no repr."""

    item_id: str
    digest: str
    address: str | None = field(repr=False)
    title: str = field(repr=False)
    text: str = field(repr=False)
    published: str = field(repr=False)
    language: str
    direction_marks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """An entry that has passed the privacy gate: everything that may be written or announced about it."""

    item_id: str
    digest: str
    link: str | None
    sealed_link: bytes | None = field(repr=False)
    title: str
    text: str
    excerpt: str
    text_truncated: bool
    full_text: str | None
    published_at: datetime | None
    published_zone: Literal["known", "assumed"] | None
    language: str
    direction_marks: bool
    privacy: Privacy


def told(entry: Mapping[str, Any], origin: Origin, keys: Keys) -> Told | None:
    """Identity and comparison value of an entry; None when it has neither address nor guid."""
    address = canonical(entry["link"], origin.url) or canonical(entry["guid"])
    if address is None and not entry["guid"]:
        return None
    identity = address or f"guid:{entry['guid']}"
    same = comparable(entry["title"], entry["text"]).encode()
    return Told(
        item_id=ids.item_id(origin.mode, origin.outlet_id, identity),
        digest=hmac.new(keys.revision, same, sha256).hexdigest(),
        address=address,
        title=entry["title"],
        text=entry["text"],
        published=entry["published"],
        language=_language(entry["language"]),
        direction_marks=bool(entry["direction_marks"]),
    )


def _language(claimed: str) -> str:
    code = claimed[:2].lower()
    return code if code.isascii() and len(code) == 2 and code.isalpha() else "id"


def meaning(known: Mapping[str, Any] | None, source_id: str, digest: str) -> Meaning:
    """What a sighting means. Two feeds of an outlet may carry one item in two lengths: only the feed that gave the
    text, or one that carried the very same text, can revise it; otherwise the item would flap at every poll."""
    if known is None:
        return "new"
    seen: Mapping[str, str] = known["seen"]
    if digest != known["digest"] and (source_id == known["text_from"] or seen.get(source_id) == known["digest"]):
        return "revised"
    return "same" if seen.get(source_id) == digest else "noted"


def mask(entry: Told, origin: Origin, keys: Keys) -> Masked:
    """The privacy gate: after this, nothing that names a private person is left but in the sealed address."""
    title, text = gate(entry.title, channel="news"), gate(entry.text, channel="news")
    classes = dict(title.classes)
    for name, count in text.classes.items():
        classes[name] = classes.get(name, 0) + count
    names_a_person = entry.address is not None and gate_address(entry.address) is not AddressVerdict.CLEAN
    if names_a_person:
        classes["alamat"] = 1
    child = Mode.CHILD in (title.mode, text.mode)
    short, truncated = cut_text(text.text)
    dated = read_date(entry.published, origin.zone) if entry.published else None
    return Masked(
        item_id=entry.item_id,
        digest=entry.digest,
        link=None if names_a_person else entry.address,
        sealed_link=seal(keys.link, entry.item_id, entry.address) if names_a_person and entry.address else None,
        title=title.text,
        text=short,
        excerpt=excerpt_of(short),
        text_truncated=truncated,
        full_text=text.text if truncated else None,
        published_at=dated.at if dated else None,
        published_zone=dated.zone if dated else None,
        language=entry.language,
        direction_marks=entry.direction_marks,
        privacy=Privacy(classes=classes, mode="child" if child else "normal", gate_version=GATE_VERSION),
    )


def decide(doc: Document | None, entry: Told, masked: Masked | None, origin: Origin, now: datetime) -> Decision | None:
    """The effect of one sighting on its item; pure, asked again after a lost race."""
    state = doc.state if doc else None
    what = meaning(state, origin.source_id, entry.digest)
    if what == "same":
        return None
    if what == "noted" and state is not None:
        seen = {**state["seen"], origin.source_id: entry.digest}
        return Decision(state={**state, "seen": seen, "item": {**state["item"], "seen_via": sorted(seen)}})
    if masked is None:
        # It became news to us only in the race; the next poll masks it.
        return None
    seen = {**(state["seen"] if state else {}), origin.source_id: entry.digest}
    item = _item(state, masked, origin, sorted(seen), now)
    event = ItemCollected if state is None else ItemRevised
    kept = {
        "item": item.model_dump(),
        "mode": origin.mode,
        "digest": entry.digest,
        "text_from": origin.source_id,
        "seen": seen,
        "sealed_link": masked.sealed_link,
        "direction_marks": masked.direction_marks,
    }
    return Decision(state=kept, announcements=(Announcement(event=event, data=item),))


def _item(state: Mapping[str, Any] | None, masked: Masked, origin: Origin, seen_via: list[str], now: datetime) -> Item:
    first_seen_at = state["item"]["first_seen_at"] if state else now
    published_at = masked.published_at
    return Item(
        item_id=masked.item_id,
        rev_no=state["item"]["rev_no"] + 1 if state else 1,
        outlet_id=origin.outlet_id,
        outlet_name=origin.outlet_name,
        seen_via=seen_via,
        link=masked.link,
        link_id=ids.keyed("link", masked.item_id) if masked.sealed_link else None,
        title=masked.title,
        excerpt=masked.excerpt,
        language=masked.language,
        published_at=clamp_future(published_at, first_seen_at) if published_at else None,
        published_zone=masked.published_zone,
        first_seen_at=first_seen_at,
        privacy=masked.privacy,
        text=masked.text,
        text_truncated=masked.text_truncated,
        revision_cause="source" if state else None,
    )
