"""A title → the form in which two outlets' titles are the same, or None when it is too common to tell anything."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

WINDOW: Final = timedelta(hours=72)
# "Jadwal salat hari ini" is no sign of a copy; a headline has more to say.
MIN_WORDS: Final = 4
MIN_CHARS: Final = 20

_LABEL: Final = re.compile(
    r"(?:\[[^\[\]]{1,30}\]\s{0,3}:?|(?:video|foto(?: foto)?|breaking ?news|update|terkini|ter?populer|"
    r"live(?: streaming| report)?|infografi[sk]|cek fakta|eks?klusif|exclusive|headline|viral)\s{0,3}[:|»])\s{0,3}"
)
_TAIL: Final = re.compile(r"\s[-–—|]\s([^-–—|]{2,40})$")
_DOMAIN: Final = re.compile(r"[a-z0-9-]{2,30}(?:\.[a-z]{2,4}){1,2}")
_WORD: Final = re.compile(r"[^\W_]+")


def normalised_title(title: str, outlet_name: str = "") -> str | None:
    """Words in lower case without the outlet's name behind and labels like VIDEO: before."""
    plain = unicodedata.normalize("NFKC", title).casefold().strip()
    for _ in range(2):
        label = _LABEL.match(plain)
        plain = plain[label.end() :] if label else plain
    tail = _TAIL.search(plain[-60:])
    if tail and (_squeezed(tail[1]) == _squeezed(outlet_name) or _DOMAIN.fullmatch(tail[1].strip())):
        plain = plain[: len(plain) - len(tail[0])]
    words = _WORD.findall(plain)
    found = " ".join(words)
    return found if len(words) >= MIN_WORDS and len(found) >= MIN_CHARS else None


def title_hash(key: bytes, mode: str, normalised: str) -> str:
    """Keyed: the index must not be a way to look names up."""
    return hmac.new(key, f"title\x1f{mode}\x1f{normalised}".encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """An item that carried a title, and when (first seen; for imports: published)."""

    item_id: str
    outlet_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SameTitle:
    """The earliest item with the title. `own`: of the same outlet (told twice), else another's (syndicated)."""

    item_id: str
    own: bool


def same_title(mine: Titled, others: Iterable[Titled]) -> SameTitle | None:
    """The earliest other item with this title in the 72 hours before; None when this one is the first."""
    before = [
        one
        for one in others
        if one.item_id != mine.item_id
        and (one.at, one.item_id) < (mine.at, mine.item_id)
        and mine.at - one.at <= WINDOW
    ]
    if not before:
        return None
    first = min(before, key=lambda one: (one.at, one.item_id))
    return SameTitle(item_id=first.item_id, own=first.outlet_id == mine.outlet_id)


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
