"""Foreign text → plain text: HTML to paragraphs, NFC, no control or direction characters, bounded lengths."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

import nh3

TITLE_CHARS: Final = 500
EXCERPT_CHARS: Final = 280
# Together with the other fields this stays below 256 KiB even when every character takes several bytes.
TEXT_BYTES: Final = 150_000
TEXT_CHARS: Final = 60_000

_BLOCKS: Final = frozenset(
    {
        "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
        "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td", "th",
        "tr", "ul",
    }
)  # fmt: skip
_BLOCK: Final = re.compile(r"</?(?:" + "|".join(sorted(_BLOCKS, key=len, reverse=True)) + r")(?:\s[^<>]*)?/?>")
_TAG: Final = re.compile(r"<[^<>]*>")
_OPENING: Final = re.compile(r"<([a-zA-Z/])")
# nh3 is quadratic in nesting (200,000 open tags: two minutes); no article nests deeper than this.
_MAX_OPEN_TAGS: Final = 2_000
_SPACES: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r"\s*\n\s*")
# Zero-width, byte order mark, soft hyphen, bidirectional controls and isolates.
_INVISIBLE: Final = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff\ufff9\ufffa\ufffb") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080))
}
_DIRECTION: Final = frozenset("\u061c\u200e\u200f") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def has_direction_marks(text: str) -> bool:
    """True when characters that reorder what is shown were hidden in it."""
    return any(char in _DIRECTION for char in text)


def clean_text(text: str) -> str:
    """NFC, without control, direction and invisible characters; lines kept, spaces folded."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(char for char in text if _is_readable(char))
    folded = _LINES.sub("\n", _SPACES.sub(" ", kept))
    return unicodedata.normalize("NFC", folded).strip()


def _is_readable(char: str) -> bool:
    if char in "\n\t ":
        return True
    # Zs stays (it folds to a space), ZWJ and ZWNJ stay (they shape letters); controls, surrogates and privates go.
    return char not in _INVISIBLE and unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn")


def text_of_html(source: str) -> str:
    """HTML of any quality → text with a line per block; scripts and styles go with their content."""
    if "<" not in source and "&" not in source:
        return clean_text(source)
    if len(_OPENING.findall(source)) > _MAX_OPEN_TAGS and _deepest(source) > _MAX_OPEN_TAGS:
        safe = _TAG.sub(" ", source)
    else:
        safe = nh3.clean(source, tags=set(_BLOCKS), attributes={}, link_rel=None, strip_comments=True)
    return clean_text(html.unescape(_BLOCK.sub("\n", safe)))


def _deepest(source: str) -> int:
    depth = deepest = 0
    for mark in _OPENING.findall(source):
        depth = max(0, depth - 1) if mark == "/" else depth + 1
        deepest = max(deepest, depth)
    return deepest


def title_of_html(source: str) -> str:
    """A title is text on one line; entities that were escaped twice are read."""
    text = text_of_html(source)
    if "&" in text and ";" in text:
        text = clean_text(html.unescape(text))
    return _cut(" ".join(text.split()), TITLE_CHARS)


def excerpt_of(text: str) -> str:
    """The beginning of a text, at most 280 characters, cut at a word."""
    return _cut(" ".join(text[: EXCERPT_CHARS * 4].split()), EXCERPT_CHARS)


def cut_text(text: str) -> tuple[str, bool]:
    """What may travel of a text, and whether something was left out."""
    short = text[:TEXT_CHARS]
    if len(short.encode()) > TEXT_BYTES:
        short = short.encode()[:TEXT_BYTES].decode(errors="ignore")
    return (text, False) if len(short) == len(text) else (short.rstrip(), True)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    at = text.rfind(" ", limit // 2, limit)
    return text[: at if at > 0 else limit - 1].rstrip(" ,.;:-") + "…"


def comparable(title: str, text: str) -> str:
    """The form in which two versions are compared: what a reader would call the same text is the same string."""
    return " ".join(f"{title}\n{text}".split())
