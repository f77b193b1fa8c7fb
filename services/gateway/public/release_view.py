"""Published releases as the public site and the Atom feed show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import nh3
from markupsafe import Markup

from libs.schemas.releases import Release
from services.gateway.console import words
from services.gateway.views import View

# What the publisher's texts are made of; cleaned once more here, because this page is everybody's.
_TAGS = {"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a", "h2", "h3", "blockquote"}
_KIND_LOOKS = {"pernyataan_awal": "l3", "klarifikasi": "l2"}
# The day the media centre opened: what an empty feed says it was last changed.
_OPENED = datetime(2025, 11, 26, tzinfo=UTC)
_LEAD_LENGTH = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRelease:
    code: str
    path: str
    kind_word: str
    kind_look: str
    title: str
    lead: str
    body: Markup
    published: str
    published_iso: str
    version: int
    sha256: str
    uuid: str


def public_release(view: View[Release]) -> PublicRelease:
    release = view.data
    paragraphs = [part.strip() for part in release.plain.split("\n\n") if part.strip()]
    lead = paragraphs[0] if paragraphs else ""
    cleaned = nh3.clean(release.body, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    return PublicRelease(
        code=release.code,
        path=f"/siaran/{release.code}",
        kind_word=words.RELEASE_KINDS[release.kind],
        kind_look=_KIND_LOOKS.get(release.kind, ""),
        title=words.unbroken(release.title),
        lead=lead if len(lead) <= _LEAD_LENGTH else lead[:_LEAD_LENGTH].rsplit(" ", 1)[0] + " …",
        body=Markup(cleaned),
        published=words.day_clock(release.published_at),
        published_iso=words.iso(release.published_at),
        version=release.version,
        sha256=release.body_sha256,
        uuid=release.release_id,
    )


def last_change(releases: Sequence[PublicRelease]) -> str:
    """When the feed changed last (ISO); the opening day while it is empty."""
    return max((release.published_iso for release in releases), default=words.iso(_OPENED))
