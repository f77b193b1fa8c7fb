"""Public posts of a Mastodon account or hashtag: look-up, newest page, older pages as far as the last reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

from services.ingest.charset import decode
from services.ingest.normalizing import has_direction_marks, text_of_html
from services.ingest.sources.adapter import Answer, Ask, Cursor, Step, Unreadable
from services.ingest.sources.entry import MAX_HTML_CHARS, MAX_TEXT_CHARS, Entry, NotParsed, Parsed
from services.ingest.sources.jsonfeed import loads

ACCEPT: Final = "application/json"
PAGE_POSTS: Final = 40
# What one poll may walk back: 800 posts. An account that wrote more since the last reading is read up to there.
MAX_PAGES: Final = 20
# The id behind a name is asked for again once a day: accounts move, close and come back under another id.
LOOK_UP_EVERY_SECONDS: Final = 86_400
MAX_REST_SECONDS: Final = 3_600
TITLE_CHARS: Final = 120

_ACCOUNT: Final = re.compile(r"^/(?:@|users/)([A-Za-z0-9_.-]{1,64}(?:@[A-Za-z0-9.-]{1,253})?)/?$")
_TAG: Final = re.compile(r"^/tags/([^/?#]{1,100})/?$")
_ID: Final = re.compile(r"^[0-9A-Za-z]{1,64}$", re.ASCII)
_NEXT: Final = re.compile(r'<([^<>]{1,2000})>\s*;[^,<]{0,200}?rel="?next"?', re.I)
_MEDIA: Final = {"image": "foto", "gifv": "video", "video": "video", "audio": "audio"}
_TROUBLE: Final = {404: "account_gone", 410: "account_gone", 401: "public_reading_closed", 403: "public_reading_closed"}
_WALK: Final = ("top", "max", "pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an address names: an account or a hashtag on a server."""

    server: str
    what: Literal["account", "tag"]
    name: str


def place_of(url: str) -> Place | None:
    """`https://server/@name`, `https://server/@name@other`, `https://server/tags/name`; None for anything else."""
    split = urlsplit(url)
    server, path = f"{split.scheme}://{split.netloc}", unquote(split.path)
    if account := _ACCOUNT.match(path):
        return Place(server=server, what="account", name=account.group(1))
    if (tag := _TAG.match(path)) and tag.group(1).replace("_", "").isalnum():
        return Place(server=server, what="tag", name=tag.group(1))
    return None


class Mastodon:
    """The newest page every time (that is how edits are seen), older ones by `max_id` until the last reading is met."""

    kind = "mastodon"

    def refuse(self, url: str) -> str | None:
        return None if place_of(url) is not None else "mastodon_form"

    def ask(self, url: str, cursor: Cursor, now: datetime) -> Ask:
        place = place_of(url)
        if place is None:
            raise Unreadable("mastodon_form")
        api, walking = f"{place.server}/api/v1", "max" in cursor
        page = f"limit={PAGE_POSTS}" + (f"&max_id={cursor['max']}&since_id={cursor['since']}" if walking else "")
        step = "older" if walking else "newest"
        if place.what == "tag":
            url = f"{api}/timelines/tag/{quote(place.name)}?{page}"
            return Ask(url=url, accept=ACCEPT, step=step, conditional=not walking)
        looked_up = now.timestamp() - cursor.get("looked_up_at", 0) < LOOK_UP_EVERY_SECONDS
        if not walking and not ("account" in cursor and looked_up):
            return Ask(url=f"{api}/accounts/lookup?acct={quote(place.name)}", accept=ACCEPT, step="lookup")
        # A boost is somebody else's words, an answer half a conversation with a private person.
        only = "exclude_reblogs=true&exclude_replies=true"
        url = f"{api}/accounts/{cursor['account']}/statuses?{only}&{page}"
        return Ask(url=url, accept=ACCEPT, step=step, conditional=not walking)

    def parse(self, body: bytes, content_type: str) -> Parsed:
        return parse(body, content_type)

    def read(self, ask: Ask, answer: Answer, cursor: Cursor, now: datetime) -> Step:
        facts: Mapping[str, Any] = answer.parsed["facts"]
        if ask.step == "lookup":
            return Step(entries=[], cursor=_looked_up(facts, cursor, now), more=True)
        if "posts" not in facts:
            raise Unreadable("not_posts")
        further = _further(ask, answer.headers, facts, cursor)
        top = max(filter(None, (cursor.get("top"), facts["newest"], cursor.get("since"))), key=_age, default=None)
        kept = {name: value for name, value in cursor.items() if name not in _WALK}
        if further is not None:
            walk = {"top": top, "max": further, "pages": cursor.get("pages", 0) + 1}
            return Step(entries=list(answer.parsed["entries"]), cursor={**kept, **walk}, more=True)
        # All of it is there: the next reading needs to go back to the newest post only.
        done = {"since": top} if top else {}
        return Step(entries=list(answer.parsed["entries"]), cursor={**kept, **done})

    def trouble(self, status: int) -> str | None:
        return _TROUBLE.get(status)

    def rest_seconds(self, headers: Mapping[str, str], now: datetime) -> int:
        """`X-RateLimit-Remaining: 0` and when that ends: a time (Mastodon) or seconds since 1970 (others)."""
        remaining = headers.get("x-ratelimit-remaining", "").strip()[:10]
        if not remaining.isdecimal() or int(remaining) > 0:
            return 0
        reset = headers.get("x-ratelimit-reset", "").strip()[:40]
        try:
            at = datetime.fromtimestamp(int(reset), UTC) if reset.isdecimal() else datetime.fromisoformat(reset)
            asked = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
        except (ValueError, OverflowError, OSError):
            return 0
        return min(max(0, round(asked)), MAX_REST_SECONDS)


def _looked_up(facts: Mapping[str, Any], cursor: Cursor, now: datetime) -> dict[str, Any]:
    if "account" not in facts:
        raise Unreadable("not_posts")
    if facts["suspended"]:
        raise Unreadable("account_gone")
    if facts["moved"]:
        raise Unreadable("account_moved")
    kept = {"since": cursor["since"]} if cursor.get("account") == facts["account"] and "since" in cursor else {}
    return {**kept, "account": facts["account"], "looked_up_at": int(now.timestamp())}


def _further(ask: Ask, headers: Mapping[str, str], facts: Mapping[str, Any], cursor: Cursor) -> str | None:
    """The `max_id` of the next older page; None when the last reading is met, nothing is left, or we walk in circles.

    Only that id is taken from the Link header: its address is not ours to follow."""
    since, oldest, pages = cursor.get("since"), facts["oldest"], cursor.get("pages", 0)
    if since is None or oldest is None or _age(oldest) <= _age(since) or pages + 1 >= MAX_PAGES:
        return None
    if "link" in headers:
        link = _NEXT.search(headers["link"][:8000])
        if link is None:
            return None
        named = parse_qs(urlsplit(link.group(1)).query).get("max_id", [""])[0]
        further = named if _ID.match(named) else str(oldest)
    elif facts["posts"] >= PAGE_POSTS:
        further = str(oldest)
    else:
        return None
    before = cursor.get("max") if ask.step == "older" else None
    return further if before is None or _age(further) < _age(before) else None


def _age(id_: str) -> tuple[int, str]:
    """Ids grow with time: numbers (Mastodon) by length first, ULIDs and flakes (others) are of one length."""
    return (len(id_), id_)


def parse(body: bytes, content_type: str) -> Parsed:
    """An account or a list of posts; raises NotParsed. A post of a wrong form is left out, the others stay."""
    decoded = decode(body, content_type)
    found = loads(decoded.text)
    if isinstance(found, dict):
        return Parsed(entries=[], facts=_account_facts(found), form="akun Mastodon")
    if not isinstance(found, list):
        raise NotParsed("not_posts")
    posts = [post for post in found[: 2 * PAGE_POSTS] if isinstance(post, dict) and _id(post.get("id"))]
    ids = sorted((_id(post.get("id")) for post in posts), key=_age)
    entries = [entry for post in posts if (entry := _entry(post)) is not None]
    return Parsed(
        entries=entries,
        left_out=len(found) - len(entries),
        charset_repaired=decoded.repaired,
        form="Mastodon",
        facts={"posts": len(found), "newest": ids[-1] if ids else None, "oldest": ids[0] if ids else None},
    )


def _account_facts(found: Mapping[str, Any]) -> dict[str, Any]:
    id_ = _id(found.get("id"))
    if not id_ or not isinstance(found.get("acct"), str):
        raise NotParsed("not_posts")
    return {"account": id_, "suspended": found.get("suspended") is True, "moved": isinstance(found.get("moved"), dict)}


def _id(value: object) -> str:
    return value if isinstance(value, str) and _ID.match(value) else ""


def _entry(post: Mapping[str, Any]) -> Entry | None:
    """A public post of the author's own; None for boosts, for posts to a few, and for what has no words."""
    if post.get("reblog") is not None or post.get("visibility") not in ("public", "unlisted"):
        return None
    link = _text(post.get("url")) or _text(post.get("uri"))
    written = text_of_html(_text(post.get("content"))[:MAX_HTML_CHARS])
    warning = text_of_html(_text(post.get("spoiler_text"))[:1000])
    text = "\n".join(filter(None, (warning, written, *_poll(post), *_descriptions(post))))[:MAX_TEXT_CHARS]
    if not text or not link.startswith(("https://", "http://")):
        return None
    account = post.get("account")
    return Entry(
        guid=(_text(post.get("uri")) or link)[:2000],
        link=link[:4000],
        title=_title(text),
        text=text,
        published=_text(post.get("created_at"))[:200],
        language=_text(post.get("language"))[:16],
        direction_marks=has_direction_marks(_text(post.get("content"))),
        kind="unggahan",
        channel="social",
        link_names_author=True,
        author_role=_role(account if isinstance(account, dict) else {}),
        reach=_reach(post, account if isinstance(account, dict) else {}),
        media=_media(post),
    )


def _title(text: str) -> str:
    """A post has no title: its first line stands for one."""
    line = text.split("\n", 1)[0]
    if len(line) <= TITLE_CHARS:
        return line
    at = line.rfind(" ", TITLE_CHARS // 2, TITLE_CHARS)
    return line[: at if at > 0 else TITLE_CHARS - 1].rstrip(" ,.;:-") + "…"


def _role(account: Mapping[str, Any]) -> str:
    if account.get("bot") is True:
        return "akun otomatis"
    return "akun kelompok" if account.get("group") is True else "akun media sosial"


def _reach(post: Mapping[str, Any], account: Mapping[str, Any]) -> dict[str, int] | None:
    counted = {"followers": account.get("followers_count"), "shares": post.get("reblogs_count")}
    known = {name: count for name, count in counted.items() if type(count) is int and 0 <= count < 2**53}
    return known or None


def _attachments(post: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = post.get("media_attachments")
    return [one for one in found[:20] if isinstance(one, dict)] if isinstance(found, list) else []


def _media(post: Mapping[str, Any]) -> list[str]:
    kinds = [_MEDIA.get(_text(one.get("type"))) for one in _attachments(post)]
    return [kind for kind in kinds if kind]


def _descriptions(post: Mapping[str, Any]) -> list[str]:
    """What the author wrote for those who cannot see the picture: often the words of the picture."""
    return [text_of_html(_text(one.get("description"))[:3000]) for one in _attachments(post)]


def _poll(post: Mapping[str, Any]) -> list[str]:
    poll = post.get("poll")
    options = poll.get("options") if isinstance(poll, dict) else None
    if not isinstance(options, list):
        return []
    return [text_of_html(_text(one.get("title"))[:500]) for one in options[:20] if isinstance(one, dict)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
