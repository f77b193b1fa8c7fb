"""Items that have come out → an RSS or Atom document with its validators."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from xml.sax.saxutils import escape

from deploy.local.sample.day import SampleItem
from libs.reference.outlets import Outlet

_HOURS = {"WIB": 7, "WITA": 8, "WIT": 9}
# As outlets do: a feed shows the newest, the rest has scrolled off.
NEWEST = 60
# These write Atom, the others RSS: both ways are used every time the sample is played.
ATOM_OUTLETS = frozenset({"lensa-contoh", "contoh-pos"})


@dataclass(frozen=True, slots=True)
class Published:
    """An item and the moment it came out."""

    item: SampleItem
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedDocument:
    body: bytes
    content_type: str
    etag: str
    modified_at: datetime

    def is_known(self, if_none_match: str | None, if_modified_since: str | None) -> bool:
        """RFC 9110 13.1: the tag decides where there is one, the date otherwise."""
        if if_none_match is not None:
            return self.etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
        if if_modified_since is None:
            return False
        try:
            return self.modified_at.replace(microsecond=0) <= parsedate_to_datetime(if_modified_since)
        except (TypeError, ValueError):
            return False


def document(outlet: Outlet, published: Sequence[Published], *, opened_at: datetime) -> FeedDocument:
    """`published` oldest first; the newest stand on top, dates in the outlet's own zone."""
    shown = list(reversed(published[-NEWEST:]))
    zone = timezone(timedelta(hours=_HOURS[outlet.zone]))
    modified_at = max((one.at for one in shown), default=opened_at).astimezone(UTC)
    render = _atom if outlet.outlet_id in ATOM_OUTLETS else _rss
    body = render(outlet, shown, modified_at.astimezone(zone), zone).encode()
    kind = "atom" if outlet.outlet_id in ATOM_OUTLETS else "rss"
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return FeedDocument(body, f"application/{kind}+xml; charset=utf-8", tag, modified_at)


def _link(outlet: Outlet, item: SampleItem) -> str:
    return f"https://{outlet.domain}/berita/{item.slug}"


def _rss(outlet: Outlet, shown: Sequence[Published], modified_at: datetime, zone: timezone) -> str:
    entries = "".join(
        f"<item><title>{escape(one.item.title)}</title><link>{_link(outlet, one.item)}</link>"
        f'<guid isPermaLink="false">{outlet.outlet_id}/{one.item.item_id}</guid>'
        f"<pubDate>{format_datetime(one.at.astimezone(zone))}</pubDate>"
        f"<description><![CDATA[<p>{escape(one.item.text)}</p>]]></description></item>\n"
        for one in shown
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>https://{outlet.domain}/</link>"
        f"<description>CONTOH. Media rekaan, semua isinya rekaan.</description><language>id</language>"
        f"<lastBuildDate>{format_datetime(modified_at)}</lastBuildDate>\n{entries}</channel></rss>\n"
    )


def _atom(outlet: Outlet, shown: Sequence[Published], modified_at: datetime, zone: timezone) -> str:
    def stamp(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="seconds")

    entries = "".join(
        f"<entry><title>{escape(one.item.title)}</title><id>tag:{outlet.domain},2026:{one.item.item_id}</id>"
        f'<link rel="alternate" href="{_link(outlet, one.item)}"/>'
        f"<published>{stamp(one.at)}</published><updated>{stamp(one.at)}</updated>"
        f'<summary type="text">{escape(one.item.text)}</summary></entry>\n'
        for one in shown
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id">'
        f"<title>{escape(outlet.name)}</title><id>https://{outlet.domain}/</id>"
        f"<subtitle>CONTOH. Media rekaan, semua isinya rekaan.</subtitle>"
        f"<author><name>{escape(outlet.name)}</name></author>"
        f'<link rel="alternate" href="https://{outlet.domain}/"/><updated>{stamp(modified_at)}</updated>\n'
        f"{entries}</feed>\n"
    )
