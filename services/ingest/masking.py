"""An entry as told → what may be kept of it, through the privacy gate; or a record that it was withheld."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, cast
from urllib.parse import unquote, urlsplit

from libs.privacy import GATE_VERSION, AddressVerdict, Mode, Outcome, Parts, gate_address, gate_parts
from libs.reference.languages import CHARS_READ, shipped
from libs.schemas.items import Privacy
from services.ingest.collecting import Keys, Masked, Origin, Quarantined, Told, host_in
from services.ingest.dating import read_date
from services.ingest.eventing import event_time
from services.ingest.normalizing import cut_text, excerpt_of
from services.ingest.sealing import seal

_SLUG_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def mask(entry: Told, origin: Origin, keys: Keys, now: datetime) -> Masked | Quarantined:
    """The privacy gate: after this, nothing that names a private person is left but in the sealed address.

    Title, text and the words of the address are one document: who is masked in one of them is masked in all."""
    fields = {"title": entry.title, "text": entry.text, "address": _words_of(entry.address)}
    found = gate_parts(fields, channel=entry.channel)
    classes = _classes(found)
    if found.outcome in (Outcome.QUARANTINE, Outcome.REJECT):
        return Quarantined(
            item_id=entry.item_id,
            address_hash=entry.address_hash,
            text_hash=entry.digest,
            classes=classes,
            gate_version=GATE_VERSION,
            source_id=origin.source_id,
            host=host_in(entry.address),
            at=now,
        )
    sealed = entry.address is not None and _is_sealed(entry, entry.address, found)
    if sealed:
        classes["tautan"] = 1
    title, text = found.parts["title"].text, found.parts["text"].text
    short, truncated = cut_text(text)
    dated = read_date(entry.published, origin.zone, now) if entry.published else None
    published_at = dated.at if dated else None
    child = found.mode is Mode.CHILD
    return Masked(
        item_id=entry.item_id,
        digest=entry.digest,
        link=None if sealed else entry.address,
        sealed_link=seal(keys.link, entry.item_id, cast(str, entry.address)) if sealed else None,
        title=title,
        text=short,
        excerpt=excerpt_of(short),
        text_truncated=truncated,
        full_text=text if truncated else None,
        published_at=published_at,
        published_zone=dated.zone if dated else None,
        event_at=event_time(entry.text, published_at or now, origin.zone),
        language=shipped().language_of(f"{entry.title}\n{entry.text[:CHARS_READ]}", claimed=entry.claimed_language),
        direction_marks=entry.direction_marks,
        privacy=Privacy(
            classes=classes,
            mode="child" if child else "normal",
            gate_version=GATE_VERSION,
            visibility=visibility_of(child=child, classes=classes),
        ),
        kind=entry.kind,
        author_role=entry.author_role,
        reach=entry.reach,
        media=entry.media,
        licence=entry.licence,
    )


def visibility_of(*, child: bool, classes: Mapping[str, int]) -> Literal["biasa", "terbatas"]:
    """A child's case is restricted; that a unit for children held a ceremony is not one: nobody was named there."""
    return "terbatas" if child and classes else "biasa"


def _classes(found: Parts) -> dict[str, int]:
    """What was found in title and text; the address counts apart."""
    classes: dict[str, int] = {}
    for name in ("title", "text"):
        for kind, count in found.parts[name].classes.items():
            classes[kind] = classes.get(kind, 0) + count
    return classes


def _is_sealed(entry: Told, address: str, found: Parts) -> bool:
    """Whether the address names somebody: by its own form, by an author's handle, or by a name the text masks."""
    return entry.names_author or bool(found.parts["address"].spans) or gate_address(address) is not AddressVerdict.CLEAN


def _words_of(address: str | None) -> str:
    """The words of a slug as a sentence would hold them: napi-kabur-dari-lapas → napi kabur dari lapas."""
    if address is None:
        return ""
    split = urlsplit(address)
    return " ".join(_SLUG_WORD.findall(unquote(f"{split.path} {split.query}")))
