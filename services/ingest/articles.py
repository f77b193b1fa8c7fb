"""The page of an article → its text and what the page says of itself. Runs in a child process only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import lxml.html
from lxml.etree import ParserError

from services.ingest.article_facts import Facts, facts_of
from services.ingest.charset import decode
from services.ingest.normalizing import clean_text, comparable, has_direction_marks
from services.ingest.sources.entry import MAX_TEXT_CHARS, NotParsed

# Below this a page told nothing that a feed's own text does not tell.
MIN_TEXT_CHARS: Final = 80
_GOOD_BLOCK_CHARS: Final = 40
_MAX_ELEMENTS: Final = 50_000

_GONE: Final = (
    "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "iframe", "button", "select", "svg",
    "amp-ad", "amp-sidebar", "amp-embed", "header", "object", "video", "audio", "dialog",
)  # fmt: skip
# Parts of a page by the names that site builders give them.
_ASIDE: Final = re.compile(
    r"(?:^|[\s_-])(?:related\w*|terkait|baca-?juga|bacajuga|lihatjg|lihat-?juga|seealso|linksisip|read-?also|simak|"
    r"share\w*|sharing|sosmed|social|comments?|komentar|disqus|tags?|labels?|topics?|topik|breadcrumbs?|menu|navbar|"
    r"sidebar\w*|widget\w*|most-?\w*|mostpop|popular|populer|terpopuler|terkini|terbaru|latest|rekomendasi|"
    r"recommend\w*|outbrain|taboola|newsletter|subscribe|langganan|paywall|popup\w*|modal|cookie\w*|consent|iklan|ads?|"
    r"advert\w*|parallax|banner|promo|pager|paging|pagination|author-box|credit|copyright|follow|polling|survey|"
    r"next-article|post-footer|post-navigation|byline|selanjutnya)(?:$|[\s_-])",
    re.I,
)
_BLOCKS: Final = frozenset(
    {"address", "article", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2",
     "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "tr", "ul"}
)  # fmt: skip
_CELLS: Final = frozenset({"td", "th"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4"})
# Lines that stand between paragraphs and belong to the site, not to the text.
_NO_TEXT: Final = re.compile(
    r"^(?:(?:baca|simak|lihat|tonton|dengar)\s*(?:juga|selengkapnya|video)?\s*:.*|(?:baca|lihat|simak|tonton) juga\b.*|"
    r"(?:scroll|gulir) (?:to|untuk) .*|advertisement|iklan|adsense|pilihan editor:?.*|selanjutnya:.*|\[gambas:.*|"
    r"halaman (?:selanjutnya|berikutnya).*|(?:editor|penulis|reporter|pewarta|oleh|sumber foto|foto)\s*:.*|"
    r"(?:copyright|hak cipta)\s*[:©].*|copyright ©? ?\d{4}.*|ikuti (?:kami|berita|saluran).*|"
    r"(?:dapatkan|ikuti) update .*|\([a-z]{2,4}(?:/[a-z]{2,4})+\)|\d{1,2}[:.]\d{2}(?:\s*(?:wib|wita|wit))?|bagikan:?|"
    r"komentar|tag:?.*|topik:.*|follow .*|loading\.*)$",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """`text` is "" when the page has none worth reading; dates and addresses as written."""

    title: str = field(repr=False)
    text: str = field(repr=False)
    published: str
    language: str
    canonical: str = field(repr=False)
    amp: str = field(repr=False)
    free: bool
    direction_marks: bool
    charset_repaired: bool


def parse(body: bytes, content_type: str = "") -> Article:
    """The article of a page; raises NotParsed."""
    decoded = decode(body, content_type)
    tree = _tree(decoded.text)
    facts = facts_of(tree)
    text = main_text(tree, facts)
    return Article(
        title=facts.title,
        text=text if len(text) >= MIN_TEXT_CHARS else "",
        published=facts.published,
        language=facts.language,
        canonical=facts.canonical,
        amp=facts.amp,
        free=facts.free,
        direction_marks=has_direction_marks(facts.title),
        charset_repaired=decoded.repaired,
    )


def _tree(html: str) -> lxml.html.HtmlElement:
    # Not allowed in a tree, and one of them would cost the page.
    html = html.replace("\0", "")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError, AssertionError):
        raise NotParsed("not_a_page") from None
    if sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
        raise NotParsed("page_too_large")
    return tree


def main_text(tree: lxml.html.HtmlElement, facts: Facts) -> str:
    """The text a reader came for, a line per block; the tree is taken apart on the way."""
    body = tree.find(".//body")
    root = body if body is not None else tree
    _remove_by_kind(root)
    _remove_lists_of_links(root)
    _remove_by_name(root)
    found = _text_of(_container(root), facts.title, captions=False)
    if len(found) < MIN_TEXT_CHARS:
        # A story of pictures is told in its captions.
        found = _text_of(_container(root, captions=True), facts.title, captions=True)
    if facts.body and facts.free and len(found) < len(facts.body) / 2:
        found = "\n".join(line for line in clean_text(facts.body).split("\n") if not _NO_TEXT.match(line))
    return found[:MAX_TEXT_CHARS]


def _drop(element: lxml.html.HtmlElement) -> None:
    # Emptied, not taken out: joining the texts around it fails for signs that a tree may hold and nobody may set.
    element.clear(keep_tail=True)


def _remove_by_kind(root: lxml.html.HtmlElement) -> None:
    for element in list(root.iter(*_GONE)):
        # A page whose whole text stands in a form (old content systems) keeps it.
        if element.tag != "form" or len(element.findall(".//p")) < 3:
            _drop(element)


def _remove_lists_of_links(root: lxml.html.HtmlElement) -> None:
    """Three neighbours or more that each carry a linked headline: a list of other articles, whatever it is called."""
    for element in list(root.iter("ul", "ol", "div", "section", "tbody")):
        children = [child for child in element if isinstance(child.tag, str)]
        headlines = sum(_has_linked_headline(child) for child in children)
        if headlines >= 3 and headlines > len(children) * 0.7:
            _drop(element)


def _has_linked_headline(element: lxml.html.HtmlElement) -> bool:
    for link in element.iter("a"):
        parent = link.getparent()
        in_heading = parent is not None and parent.tag in _HEADINGS
        if in_heading or any(child.tag in _HEADINGS for child in link.iter()):
            return True
    return False


def _remove_by_name(root: lxml.html.HtmlElement) -> None:
    whole = max(1, _good_chars(root, captions=True))
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in ("body", "html", "main", "article"):
            continue
        named = f"{element.get('class', '')} {element.get('id', '')}"
        if len(named) <= 1 or not _ASIDE.search(named[:500]):
            continue
        # Names lie: what holds half of the page's text is the text.
        if _good_chars(element, captions=True) < whole / 2:
            _drop(element)


def _blocks(element: lxml.html.HtmlElement, *, captions: bool) -> Iterator[tuple[str, int]]:
    """Lines of text with how many of their characters are links, in the order of the page; no recursion."""
    said: list[str] = []
    linked = 0
    inside_links = inside_captions = 0
    for event, node in lxml.etree.iterwalk(element, events=("start", "end")):
        tag = node.tag
        if not isinstance(tag, str):
            continue
        if tag == "figcaption" and not captions:
            inside_captions += 1 if event == "start" else -1
        if tag in _BLOCKS and said:
            yield " ".join("".join(said).split()), linked
            said, linked = [], 0
        if tag in _CELLS:
            said.append(" ")
        inside_links += (1 if event == "start" else -1) * (tag == "a")
        piece = node.text if event == "start" else (node.tail if node is not element else None)
        if piece and not inside_captions:
            said.append(piece)
            # The tail of a link stands behind it, not in it.
            linked += len(piece.strip()) if inside_links > 0 else 0
    if said:
        yield " ".join("".join(said).split()), linked


def _good_chars(element: lxml.html.HtmlElement, *, captions: bool) -> int:
    """Characters in blocks that read like sentences."""
    return sum(
        len(line) - linked
        for line, linked in _blocks(element, captions=captions)
        if len(line) >= _GOOD_BLOCK_CHARS and linked < len(line) * 0.4
    )


def _container(root: lxml.html.HtmlElement, *, captions: bool = False) -> lxml.html.HtmlElement:
    """The smallest part of the page that holds most of its sentences."""
    here = root
    whole = _good_chars(root, captions=captions)
    for article in root.iter("article"):
        # The first article with a heading is what the address names; those below it are more to scroll.
        if article.find(".//h1") is not None and _good_chars(article, captions=captions) >= whole * 0.4:
            here, whole = article, _good_chars(article, captions=captions)
            break
    while True:
        inner = max(
            ((_good_chars(child, captions=captions), number) for number, child in enumerate(here)
             if isinstance(child.tag, str) and child.tag not in ("p", "table", "figure")),
            default=(0, 0),
        )  # fmt: skip
        if inner[0] < max(1, whole * 0.75):
            return here
        here, whole = here[inner[1]], inner[0]


def _text_of(container: lxml.html.HtmlElement, title: str, *, captions: bool) -> str:
    lines: list[str] = []
    plain_title = comparable(title, "").casefold()
    for line, linked in _blocks(container, captions=captions):
        line = clean_text(line)
        if not line or _NO_TEXT.match(line) or (linked > len(line) * 0.5):
            continue
        if not lines and comparable(line, "").casefold() == plain_title:
            continue
        lines.append(line)
    return "\n".join(lines)
