"""What the page of an article says of itself: headline, date, its one address, its AMP twin, whether it is free."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import lxml.html

from services.ingest.dating import read_date
from services.ingest.normalizing import text_of_html, title_of_html

MAX_SCRIPTS: Final = 20
MAX_SCRIPT_CHARS: Final = 500_000
_ARTICLES: Final = frozenset(
    {"Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "LiveBlogPosting", "AnalysisNewsArticle",
     "OpinionNewsArticle", "VideoObject", "WebPage"}
)  # fmt: skip
_DATE_METAS: Final = (
    "article:published_time", "datepublished", "publishdate", "pubdate", "content_publishdate", "dc.date",
    "dc.date.issued", "og:published_time", "date", "parsely-pub-date", "sailthru.date", "dcterms.created",
)  # fmt: skip
# Where a date is printed for people, by the names that site builders give the place.
_DATED: Final = re.compile(r"date|tanggal|tgl|waktu|time|pubdate|publish", re.I)
# "Rabu, 18 Jun 2025 19:58 WIB": with a time, or it may be any date on the page.
_PRINTED: Final = re.compile(
    r"\b(?:(?:Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu|Ahad)\s*[,.]?\s*)?\d{1,2}[\s/-](?:[A-Za-z]{3,9}|\d{1,2})"
    r"[\s/-]\d{4}\s*(?:[,|•·-]|pukul|\s)*\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:WIB|WITA|WIT)?",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """As the page writes them; `body` is the article as JSON-LD tells it."""

    title: str = field(repr=False)
    published: str
    language: str
    canonical: str = field(repr=False)
    amp: str = field(repr=False)
    free: bool
    body: str = field(repr=False)


def facts_of(tree: lxml.html.HtmlElement) -> Facts:
    """Linked data first, then meta tags, then what is printed."""
    linked = _linked_data(tree)
    metas = _metas(tree)
    links = {rel: href for rel, href in _links(tree)}
    title = _text(linked.get("headline")) or metas.get("og:title", "") or _heading(tree)
    published = _text(linked.get("datePublished")) or next((metas[name] for name in _DATE_METAS if metas.get(name)), "")
    return Facts(
        title=title_of_html(title[:2000]),
        published=(published if _is_date(published) else "") or _printed_date(tree),
        language=_text(tree.get("lang"))[:16],
        canonical=links.get("canonical", "")[:4000],
        amp=links.get("amphtml", "")[:4000],
        free=linked.get("isAccessibleForFree") not in (False, "False", "false"),
        body=text_of_html(_text(linked.get("articleBody"))[:MAX_SCRIPT_CHARS]),
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_date(written: str) -> bool:
    return bool(written) and read_date(written[:100], "Asia/Jakarta") is not None


def _linked_data(tree: lxml.html.HtmlElement) -> Mapping[str, Any]:
    """The article among the page's linked data; an empty mapping when it has none that can be read."""
    found: dict[str, Any] = {}
    scripts = tree.iterfind(".//script[@type='application/ld+json']")
    for _, script in zip(range(MAX_SCRIPTS), scripts, strict=False):
        try:
            told = json.loads((script.text or "")[:MAX_SCRIPT_CHARS], strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(told):
            kinds = thing.get("@type")
            named = set(kinds) if isinstance(kinds, list) and all(isinstance(k, str) for k in kinds) else {kinds}
            if isinstance(kinds, str | list) and named & _ARTICLES:
                for name, value in thing.items():
                    found.setdefault(name, value)
    return found


def _things(told: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a document: itself, a list of them, or its graph."""
    first = told if isinstance(told, list) else [told]
    for one in first[:50]:
        if isinstance(one, dict):
            yield one
            graph = one.get("@graph")
            yield from (thing for thing in (graph if isinstance(graph, list) else [])[:50] if isinstance(thing, dict))


def _metas(tree: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iterfind(".//meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name and meta.get("content"):
            found.setdefault(name, meta.get("content", "")[:2000])
    for time in tree.iterfind(".//time[@datetime]"):
        found.setdefault("date", time.get("datetime", "")[:100])
    return found


def _links(tree: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Of the head alone: a link in the text may have been written by anybody."""
    for link in tree.iterfind("./head//link"):
        for rel in (link.get("rel") or "").lower().split():
            if rel in ("canonical", "amphtml") and link.get("href"):
                yield rel, link.get("href", "").strip()


def _heading(tree: lxml.html.HtmlElement) -> str:
    for path in (".//h1", ".//title"):
        element = tree.find(path)
        if element is not None and element.text_content().strip():
            return str(element.text_content())
    return ""


def _printed_date(tree: lxml.html.HtmlElement) -> str:
    """The first date with a time that stands where dates stand; otherwise the first on the page."""
    for element in tree.iter("time", "span", "div", "p", "small", "font", "li"):
        named = f"{element.get('class', '')} {element.get('id', '')} {element.tag if element.tag == 'time' else ''}"
        if _DATED.search(named[:300]):
            said = element.text_content()[:400]
            if (match := _PRINTED.search(said)) and _is_date(match.group(0)):
                return match.group(0).strip()
    body = tree.find(".//body")
    said = (body if body is not None else tree).text_content()[:20_000]
    match = _PRINTED.search(said)
    return match.group(0).strip() if match and _is_date(match.group(0)) else ""
