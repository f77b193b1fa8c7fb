"""Feeds → entries in plain text. Runs in a child process only: what it reads may be made to hurt."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from xml.parsers import expat

import fastfeedparser
import fastfeedparser.main
import feedparser

from services.ingest.charset import decode
from services.ingest.normalizing import has_direction_marks, text_of_html, title_of_html
from services.ingest.sources import jsonfeed
from services.ingest.sources.entry import MAX_HTML_CHARS, MAX_ITEMS, MAX_TEXT_CHARS, Entry, NotParsed, Parsed

MAX_ATTRIBUTES: Final = 64
MAX_DEPTH: Final = 64

_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>", re.I)
_FIRST_ELEMENT: Final = re.compile(r"<[A-Za-z]")
_MEDIA: Final = {"image": "foto", "video": "video", "audio": "audio"}
_ROOT: Final = re.compile(r"<(?:[A-Za-z0-9._-]{1,40}:)?(rss|rdf|feed)\b", re.I)
_VERSION: Final = re.compile(r"""\bversion\s*=\s*["']([0-9.]{1,8})["']""")
# Forms that the fast parser reads, but not whole: bases of addresses, XHTML titles, texts of RDF and of videos, and RSS
# in a namespace.
_LOST_ON_THE_FAST: Final = re.compile(
    r"""\sxml:base\s*=|\stype\s*=\s*["']xhtml["']|<media:group[\s>]|<rdf:RDF[\s>]|<rss[^>]{0,2000}\sxmlns\s*=|<dcterms:(?:created|issued)[\s>]"""
    r"""|<(?:item|entry)(?:\s[^<>]{0,500})?>\s*<media:title[\s>]""",
    re.I,
)
# The fast parser knows xml:lang only.
_LANGUAGE: Final = re.compile(r"<language>\s{0,99}([A-Za-z][A-Za-z-]{1,15})\s{0,99}</language>")
# Elements that hold text; markup in them that is not escaped is lost on the fast parser.
_TEXTS: Final = frozenset({"title", "description", "summary", "encoded", "content"})
# Outside CDATA: comments (the fast parser loses the text behind one) and ampersands that begin no reference (the
# forgiving parser ends them with a semicolon). An end that is missing is the end of the text: no second look.
_COMMENT: Final = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.S)
_AMPERSAND: Final = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]\w{1,31});)", re.S | re.I
)
# Beyond Unicode: such a reference would cost the whole feed.
_HIGH_REFERENCE: Final = re.compile(r"&#(?:(\d{7,})|x([0-9a-f]{6,}));", re.I)
# None of them in a feed: nothing to look for.
_HINTS: Final = ("xml:base", "xhtml", "<media:group", "<media:title", "<dcterms:", "<rdf:rdf", "xmlns=")
_DTD: Final = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.I)
# Not allowed in XML 1.0; feeds carry them all the same, and one would cost the whole feed.
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _as_written(value: str) -> str | None:
    return value[:200] if value else None


# The library reads a date without a zone as UTC and keeps no trace of it; we need the words to know whose zone it is.
fastfeedparser.main._parse_date = _as_written


def parse(body: bytes, content_type: str = "") -> Parsed:
    """At most 1,000 entries; raises NotParsed. A DOCTYPE or ENTITY before the first element is refused."""
    decoded = decode(body, content_type)
    if decoded.text.lstrip().startswith("{"):
        return jsonfeed.parse(decoded)
    text = _ILLEGAL.sub("", _DECLARATION.sub("", decoded.text, count=1)).lstrip()
    first = _FIRST_ELEMENT.search(text)
    if first is None:
        raise NotParsed("not_a_feed")
    prolog = text[: first.start()]
    opening = text[first.start() + 1 : first.start() + 6].lower()
    if opening.startswith(("html", "!doct")) or "<!doctype html" in prolog.lower():
        raise NotParsed("html_page")
    if _DTD.search(prolog):
        raise NotParsed("doctype_refused")
    text = _HIGH_REFERENCE.sub(_within_unicode, _COMMENT.sub(_without_comment, text) if "<!--" in text else text)
    found = _read(text, _refuse_monsters(text))
    raw = found.entries
    entries = [entry for entry in map(_entry, raw[:MAX_ITEMS], [found.language] * MAX_ITEMS) if entry is not None]
    return Parsed(
        entries=entries,
        left_out=len(raw) - len(entries),
        charset=decoded.charset,
        charset_repaired=decoded.repaired,
        form=_form(text[first.start() : first.start() + 10_000]),
        title=title_of_html(found.title[:1000])[:300],
    )


def _without_comment(found: re.Match[str]) -> str:
    return " " if found[0].startswith("<!--") else found[0]


def _with_reference(found: re.Match[str]) -> str:
    return "&amp;" if found[0] == "&" else found[0]


def _within_unicode(found: re.Match[str]) -> str:
    decimal, hexadecimal = ((group and group.lstrip("0")[:9]) or "0" for group in found.groups(""))
    return found[0] if max(int(decimal), int(hexadecimal, 16)) <= sys.maxunicode else ""


def _form(opening: str) -> str:
    """The form of a feed in words, from its first element."""
    match = _ROOT.search(opening)
    name = match.group(1).lower() if match else ""
    if match and name == "rss":
        version = _VERSION.search(opening[match.start() :].partition(">")[0])
        return f"RSS {version.group(1)}" if version else "RSS"
    return {"rdf": "RSS 1.0 (RDF)", "feed": "Atom"}.get(name, "umpan")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What a first look without a tree saw: `entries` counts items and entries, whatever their namespace; `mixed`:
    elements where text is due."""

    well_formed: bool
    entries: int
    mixed: bool = False


def _refuse_monsters(text: str) -> _Look:
    """Depth, attributes and declarations, seen before a tree is built. Broken XML ends the look: the parsers decide."""
    depth = entries = text_at = 0
    mixed = False

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, entries, text_at, mixed
        depth += 1
        local = name.rpartition(":")[2]
        entries += local in ("item", "entry")
        mixed = mixed or text_at > 0
        text_at = text_at or (depth if local in _TEXTS and not name.startswith("media:") else 0)
        if depth > MAX_DEPTH:
            raise NotParsed("too_deep")
        if len(attributes) > MAX_ATTRIBUTES:
            raise NotParsed("too_many_attributes")

    def closed(_name: str) -> None:
        nonlocal depth, text_at
        text_at = 0 if text_at == depth else text_at
        depth -= 1

    def declared(*_: object) -> None:
        raise NotParsed("doctype_refused")

    scan = expat.ParserCreate("utf-8")
    scan.StartElementHandler, scan.EndElementHandler = opened, closed
    scan.StartDoctypeDeclHandler = scan.EntityDeclHandler = declared
    try:
        scan.Parse(text.encode(), True)
    except expat.ExpatError:
        return _Look(well_formed=False, entries=entries)
    return _Look(well_formed=True, entries=entries, mixed=mixed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    entries: Sequence[Mapping[str, Any]]
    language: str
    title: str


def _read(text: str, look: _Look) -> _Raw:
    """The fast parser's word where it loses nothing; the slower and more forgiving one's for everything else."""
    if look.well_formed and not look.mixed and not _loses_on_the_fast(text):
        with contextlib.suppress(Exception):
            # Bytes, never a string: both libraries fetch (and one opens) what looks like an address or a path.
            fast = fastfeedparser.parse(text.encode())
            if len(fast["entries"]) == look.entries and all(
                one.get("link") or one.get("id") for one in fast["entries"]
            ):
                told = _LANGUAGE.search(text, 0, 10_000)
                language = _text(fast["feed"].get("language")) or (told.group(1) if told else "")
                return _raw(fast["entries"], {**fast["feed"], "language": language})
    said = {"content-type": "application/xml; charset=utf-8"}
    # Its own cleaning of HTML costs eight times the parsing, and ours comes anyway.
    ours = {"sanitize_html": False, "resolve_relative_uris": False}
    whole = text if look.well_formed else _AMPERSAND.sub(_with_reference, text)
    slow = feedparser.parse(io.BytesIO(whole.encode()), response_headers=said, **ours)
    if not slow.entries and not slow.get("version"):
        raise NotParsed("not_a_feed")
    return _raw(slow.entries, slow.feed)


def _loses_on_the_fast(text: str) -> bool:
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS) and _LOST_ON_THE_FAST.search(text) is not None


def _raw(entries: Sequence[Mapping[str, Any]], feed: Mapping[str, Any]) -> _Raw:
    return _Raw(entries=list(entries), language=_text(feed.get("language")), title=_text(feed.get("title")))


def _entry(raw: Mapping[str, Any], language: str) -> Entry | None:
    title = title_of_html(_text(raw.get("title"))[:10_000])
    text = text_of_html(_longest_body(raw)[:MAX_HTML_CHARS])[:MAX_TEXT_CHARS]
    link, guid = _text(raw.get("link")).strip(), _text(raw.get("id") or raw.get("guid")).strip()
    if not (title or text):
        return None
    written = _text(raw.get("published") or raw.get("updated") or raw.get("created"))
    # Without a date the fast parser takes the guid for one.
    written = "" if written == guid else written
    return Entry(
        guid=guid[:2000] or ("" if link else _identity(title, text, written)),
        link=link[:4000],
        title=title or " ".join(text[:120].split()),
        text=text,
        published=written[:200],
        language=(_text(raw.get("language")) or language)[:16],
        direction_marks=has_direction_marks(_text(raw.get("title"))),
        kind="video" if raw.get("yt_videoid") else "berita",
        reach=_views(raw.get("media_statistics")),
        media=_media(raw),
    )


def _views(told: object) -> dict[str, int] | None:
    views = _text(told.get("views")) if isinstance(told, dict) else ""
    return {"views": int(views)} if views.isascii() and views.isdecimal() and len(views) < 16 else None


def _media(raw: Mapping[str, Any]) -> list[str]:
    """Kinds of what is enclosed, each once, in their order."""
    told = [*_mappings(raw.get("enclosures")), *_mappings(raw.get("media_content"))]
    kinds = [_text(one.get("type")).partition("/")[0].lower() or _text(one.get("medium")).lower() for one in told]
    return list(dict.fromkeys(_MEDIA[kind] for kind in kinds if kind in _MEDIA))


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value[:50] if isinstance(one, dict)] if isinstance(value, list) else []


def _identity(title: str, text: str, written: str) -> str:
    """Of an item with neither address nor guid: its headline and date (or its text, when it has no headline)."""
    return sha256(f"{title or text}\x1f{written}".encode()).hexdigest()


def _longest_body(raw: Mapping[str, Any]) -> str:
    contents: Iterable[Any] = raw.get("content") or ()
    bodies = [_text(part.get("value")) for part in contents if isinstance(part, dict)]
    bodies += [_text(raw.get("summary")), _text(raw.get("description"))]
    return max(bodies, key=len)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
