"""JSON Feed 1.0 and 1.1 → entries in plain text. Runs in a child process only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from services.ingest.charset import Decoded
from services.ingest.normalizing import has_direction_marks, text_of_html, title_of_html
from services.ingest.sources.entry import MAX_HTML_CHARS, MAX_ITEMS, MAX_TEXT_CHARS, Entry, NotParsed, Parsed

_VERSION: Final = "jsonfeed.org/version/"


def parse(decoded: Decoded) -> Parsed:
    """At most 1,000 items; raises NotParsed. Wrong types count as absent: a feed is not lost for one bad field."""
    feed = loads(decoded.text)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list) or _VERSION not in _text(feed, "version"):
        raise NotParsed("not_a_feed")
    raw = feed["items"]
    language = _text(feed, "language")
    entries = [_entry(one, language) for one in raw[:MAX_ITEMS] if isinstance(one, dict)]
    kept = [entry for entry in entries if entry is not None]
    return Parsed(
        entries=kept,
        left_out=len(raw) - len(kept),
        charset=decoded.charset,
        charset_repaired=decoded.repaired,
        form=f"JSON Feed {_text(feed, 'version').rpartition('/')[2][:8]}",
        title=title_of_html(_text(feed, "title")[:1000])[:300],
    )


def loads(text: str) -> Any:
    """JSON of a stranger; raises NotParsed. Huge integers are refused by Python itself, NaN and Infinity here."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotParsed("not_json") from None


def _no_number(_: str) -> float:
    raise ValueError("no number of JSON")


def _entry(raw: Mapping[str, Any], language: str) -> Entry | None:
    title = title_of_html(_text(raw, "title")[:10_000])
    body = _text(raw, "content_html") or _text(raw, "content_text") or _text(raw, "summary")
    text = text_of_html(body[:MAX_HTML_CHARS])[:MAX_TEXT_CHARS]
    if not (title or text):
        return None
    return Entry(
        guid=_id(raw.get("id"))[:2000],
        link=(_text(raw, "url") or _text(raw, "external_url")).strip()[:4000],
        title=title or text[:120],
        text=text,
        published=(_text(raw, "date_published") or _text(raw, "date_modified"))[:200],
        language=(_text(raw, "language") or language)[:16],
        direction_marks=has_direction_marks(_text(raw, "title")),
    )


def _id(value: object) -> str:
    """Version 1 asks for a string and says that numbers are to be read as one."""
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, int | str) else ""


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""
