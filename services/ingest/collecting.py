"""An entry of a feed → what it means for the item it is about: new, revised, seen elsewhere too, or nothing."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, TypedDict
from urllib.parse import urlsplit

from libs.runtime.outbox import Announcement, Decision, Document
from libs.schemas import ids
from libs.schemas.items import Item, ItemCollected, ItemKind, ItemRevised, Media, Privacy, Reach
from services.ingest.addresses import believed, read_address
from services.ingest.addresses_v1 import canonical_v1
from services.ingest.dating import clamp_future
from services.ingest.normalizing import comparable
from services.ingest.titling import SameTitle, Titled, normalised_title, title_hash

Meaning = Literal["new", "revised", "noted", "same"]

# Older than this when first seen: kept, and marked, since it may be an old matter that is told again.
OLD_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Derived keys: `revision` compares texts before masking, `link` seals addresses."""

    revision: bytes = field(repr=False)
    link: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The source an entry came from. `backfill`: from an import, windows use its published time."""

    source_id: str
    outlet_id: str
    outlet_name: str
    url: str
    mode: str
    zone: str
    backfill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry as told, before masking: lives in memory only, and its fields are in no repr.

    `address_hash` is keyed, for the record of what was withheld; `claimed_language` is the feed's word."""

    item_id: str
    digest: str
    address_hash: str
    address: str | None = field(repr=False)
    title: str = field(repr=False)
    text: str = field(repr=False)
    published: str = field(repr=False)
    claimed_language: str
    direction_marks: bool
    former_ids: tuple[str, ...] = ()
    kind: ItemKind = "berita"
    channel: Literal["news", "social"] = "news"
    names_author: bool = False
    author_role: str | None = None
    reach: Mapping[str, int] | None = None
    media: tuple[str, ...] = ()
    licence: str | None = None


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
    event_at: datetime | None
    language: str
    direction_marks: bool
    privacy: Privacy
    kind: ItemKind
    author_role: str | None
    reach: Mapping[str, int] | None
    media: tuple[str, ...]
    licence: str | None
    same_title: SameTitle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An entry that the gate would not vouch for: all that is kept of it. Both hashes are keyed."""

    item_id: str
    address_hash: str
    text_hash: str
    classes: Mapping[str, int]
    gate_version: str
    source_id: str
    host: str
    at: datetime


class Version(TypedDict):
    """A superseded revision of an item, masked by the gate of `gate_version`."""

    item_id: str
    rev_no: int
    title: str
    text: str
    excerpt: str
    gate_version: str
    mode: str
    visibility: str
    superseded_at: datetime


def told(entry: Mapping[str, Any], origin: Origin, keys: Keys) -> Told | None:
    """Identity and comparison value of an entry; None when it has neither address nor guid."""
    address = read_address(entry["link"], origin.url) or read_address(entry["guid"])
    claimed = believed(entry["canonical"], address.link) if address and entry.get("canonical") else None
    address = (read_address(claimed) if claimed else None) or address
    if address is None and not entry["guid"]:
        return None
    identity = address.identity if address else f"guid:{entry['guid']}"
    same = comparable(entry["title"], entry["text"]).encode()
    return Told(
        item_id=ids.item_id(origin.mode, origin.outlet_id, identity),
        digest=hmac.new(keys.revision, same, sha256).hexdigest(),
        address_hash=_keyed(keys, "address", f"{origin.mode}\x1f{origin.outlet_id}\x1f{identity}"),
        address=address.link if address else None,
        title=entry["title"],
        text=entry["text"],
        published=entry["published"],
        claimed_language=entry["language"],
        direction_marks=bool(entry["direction_marks"]),
        kind=entry.get("kind", "berita"),
        channel=entry.get("channel", "news"),
        names_author=bool(entry.get("link_names_author")),
        author_role=entry.get("author_role"),
        reach=entry.get("reach"),
        media=tuple(entry.get("media") or ()),
        licence=entry.get("licence"),
    )


def former_ids(entry: Mapping[str, Any], origin: Origin, item_id: str) -> tuple[str, ...]:
    """Ids that earlier rules (or the address before the page named its own) gave the same entry, the likeliest first.

    An item that stands under one of them stays there: a change of rules must not tell an article twice."""
    found = []
    address = read_address(entry["link"], origin.url)
    if address is not None:
        found.append(address.identity)
    # The first rules, and what they made of the address that is shown now.
    first = canonical_v1(entry["link"], origin.url) or canonical_v1(entry["guid"])
    found += [one for one in (first, address.link if address else None) if one]
    ids_ = dict.fromkeys(ids.item_id(origin.mode, origin.outlet_id, identity) for identity in found)
    return tuple(one for one in ids_ if one != item_id)


def meaning(known: Mapping[str, Any] | None, source_id: str, digest: str) -> Meaning:
    """What a sighting means. Two feeds of an outlet may carry one item in two lengths: only the feed that gave the
    text, or one that carried the very same text, can revise it; otherwise the item would flap at every poll."""
    if known is None:
        return "new"
    seen: Mapping[str, str] = known["seen"]
    if digest != known["digest"] and (source_id == known["text_from"] or seen.get(source_id) == known["digest"]):
        return "revised"
    return "same" if seen.get(source_id) == digest else "noted"


def titled(entry: Told, masked: Masked, origin: Origin, keys: Keys, now: datetime) -> tuple[str, Titled] | None:
    """The keyed hash of its title and when it stood there; None for a title that tells too little."""
    normalised = normalised_title(entry.title, origin.outlet_name)
    if normalised is None:
        return None
    at = (masked.published_at or now) if origin.backfill else now
    carrier = Titled(item_id=entry.item_id, outlet_id=origin.outlet_id, at=min(at, now))
    return title_hash(keys.revision, origin.mode, normalised), carrier


def decide(
    doc: Document | None, entry: Told, masked: Masked | None, origin: Origin, now: datetime, *, filed_up_to: int = 0
) -> Decision | None:
    """The effect of one sighting on its item; pure, asked again after a lost race.

    `filed_up_to`: versions up to this number are filed already; the document holds the others until they are."""
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
    kept = {
        "item": item.model_dump(),
        "mode": origin.mode,
        "digest": entry.digest,
        "text_from": origin.source_id,
        "seen": seen,
        "sealed_link": masked.sealed_link,
        "direction_marks": masked.direction_marks,
        "old_content": is_old(item.published_at, item.first_seen_at),
        "same_title_own": masked.same_title.own if masked.same_title else None,
        "former": _former(state, now, filed_up_to) if state else [],
    }
    if state is not None:
        kept["same_title_own"] = state.get("same_title_own")
    event = ItemCollected if state is None else ItemRevised
    return Decision(state=kept, announcements=(Announcement(event=event, data=item),))


def is_old(published_at: datetime | None, first_seen_at: datetime) -> bool:
    """Whether it was more than thirty days old when we first saw it."""
    return published_at is not None and first_seen_at - published_at > OLD_AFTER


def version_of(item: Mapping[str, Any], superseded_at: datetime) -> Version:
    """What is kept of a revision that another one follows."""
    return Version(
        item_id=item["item_id"],
        rev_no=item["rev_no"],
        title=item["title"],
        text=item["text"],
        excerpt=item["excerpt"],
        gate_version=item["privacy"]["gate_version"],
        mode=item["privacy"]["mode"],
        visibility=item["privacy"].get("visibility", "biasa"),
        superseded_at=superseded_at,
    )


def _former(state: Mapping[str, Any], now: datetime, filed_up_to: int) -> list[Version]:
    """The revision that is superseded now, and those that nobody has filed yet (whoever wrote them may have died)."""
    unfiled = [one for one in state.get("former", ()) if one["rev_no"] > filed_up_to]
    return [*unfiled, version_of(state["item"], now)]


def _keyed(keys: Keys, what: str, value: str) -> str:
    return hmac.new(keys.revision, f"{what}\x1f{value}".encode(), sha256).hexdigest()


def host_in(address: str | None) -> str:
    """The host of an address, which names nobody; empty without one."""
    return urlsplit(address).hostname or "" if address else ""


def _item(state: Mapping[str, Any] | None, masked: Masked, origin: Origin, seen_via: list[str], now: datetime) -> Item:
    before = state["item"] if state else None
    first_seen_at = before["first_seen_at"] if before else now
    published_at, event_at = masked.published_at, masked.event_at
    same = masked.same_title.item_id if masked.same_title else None
    return Item(
        item_id=masked.item_id,
        rev_no=before["rev_no"] + 1 if before else 1,
        kind=masked.kind,
        outlet_id=origin.outlet_id,
        outlet_name=origin.outlet_name,
        seen_via=seen_via,
        link=masked.link,
        link_id=ids.keyed("link", masked.item_id) if masked.sealed_link else None,
        title=masked.title,
        excerpt=masked.excerpt,
        language=masked.language,
        author_role=masked.author_role,
        published_at=clamp_future(published_at, first_seen_at) if published_at else None,
        published_zone=masked.published_zone,
        event_at=event_at if event_at is None or event_at <= now else None,
        first_seen_at=first_seen_at,
        reach=Reach(**masked.reach) if masked.reach else None,
        media=[Media(kind=kind) for kind in masked.media],
        licence=masked.licence,
        privacy=_privacy(before, masked.privacy),
        # The title's window is the first sighting's: a revision a week later must not lose what was found then.
        same_title_as=before.get("same_title_as") if before else same,
        text=masked.text,
        text_truncated=masked.text_truncated,
        revision_cause="source" if state else None,
    )


def _privacy(before: Mapping[str, Any] | None, privacy: Privacy) -> Privacy:
    """Once restricted, restricted: a source that leaves the child out of its text later lifts nothing. What two persons
    lifted stays lifted only while the text is the one they read."""
    if before is not None and before["privacy"].get("visibility") == "terbatas":
        return privacy.model_copy(update={"visibility": "terbatas"})
    return privacy
