"""A body as its author typed it (plain text or Markdown) → sanitised HTML and plain text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# What a press statement needs; no images, no styles, no scripts, nothing that loads from elsewhere.
ALLOWED_TAGS = {"p", "br", "strong", "em", "h2", "h3", "ul", "ol", "li", "blockquote", "a", "hr"}
ALLOWED_ATTRIBUTES = {"a": {"href"}}
ALLOWED_SCHEMES = {"https", "http", "mailto"}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
# Bidirectional overrides can make a reader see another sentence than the one that was approved.
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANK_LINES = re.compile(r"\n{3,}")

# Raw HTML is shown as text; an indented paragraph is a paragraph and not code.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "code"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    html: str
    plain: str


def clean_line(text: str) -> str:
    """One line of text (a title): normalised, without control or bidirectional characters."""
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _BIDI.sub("", _CONTROL.sub("", text))
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def render(source: str) -> Rendered:
    """Plain text is Markdown too: blank lines part paragraphs, line breaks stay, markup is optional."""
    tokens = _markdown.parse(clean_text(source))
    for token in tokens:
        # The page's own title is the only h1; a statement's headings start below it.
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h2" if token.tag in {"h1", "h2"} else "h3"
    raw: str = _markdown.renderer.render(tokens, _markdown.options, {})
    return Rendered(html=sanitise(raw), plain=_plain_of(tokens))


def sanitise(raw_html: str) -> str:
    return nh3.clean(
        raw_html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener nofollow",
    ).strip()


def _plain_of(tokens: list[Token]) -> str:
    blocks: list[str] = []
    counters: list[int | None] = []
    prefix = ""
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            counters.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            counters.pop()
        elif token.type == "list_item_open":
            number = counters[-1]
            prefix = "- " if number is None else f"{number}. "
            counters[-1] = None if number is None else number + 1
        elif token.type == "inline":
            blocks.append(prefix + _inline_text(token.children or []))
            prefix = ""
        elif token.type in {"fence", "code_block"}:
            blocks.append(prefix + token.content.strip())
            prefix = ""
    return "\n\n".join(blocks)


def _inline_text(children: list[Token]) -> str:
    parts: list[str] = []
    address: str | None = None
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "link_open":
            address = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            # Someone who reads the plain text must reach the same place.
            if address and address not in parts:
                parts.append(f" ({address})")
            address = None
        else:
            parts.append(child.content)
    return "".join(parts)
