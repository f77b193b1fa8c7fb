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
# Made once: telling it the rules costs five times the cleaning of a headline.
_CLEANER: Final = nh3.Cleaner(tags=set(_BLOCKS), attributes={}, link_rel=None, strip_comments=True)
_BLOCK: Final = re.compile(r"</?(?:" + "|".join(sorted(_BLOCKS, key=len, reverse=True)) + r")(?:\s[^<>]*)?/?>")
_TAG: Final = re.compile(r"<[^<>]*>")
_OPENING: Final = re.compile(r"<([a-zA-Z/])")
# nh3 is quadratic in nesting (200,000 open tags: two minutes); no article nests deeper than this.
_MAX_OPEN_TAGS: Final = 2_000
_SPACES: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r"\s*\n\s*")
_DIRECTION: Final = frozenset("\u061c\u200e\u200f") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
# Drawn as nothing though Unicode calls them letters or marks: fillers, the joiner of graphemes, variation selectors.
_BLANKS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
# Format characters that are seen: signs in front of Arabic and Syriac numbers.
_SEEN_FORMATS: Final = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_JOINERS: Final = "\u200c\u200d"
# Between two Latin letters or digits nothing is to be joined: there they only hide a word.
_LATIN: Final = "[0-9A-Za-z\u00c0-\u024f]"
_HIDING_JOINER: Final = re.compile(f"(?<={_LATIN})[{_JOINERS}]+(?={_LATIN})")
# More than three marks on one letter: no writing needs them, and they paint over the lines around.
_MARKS: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_PILED_MARKS: Final = re.compile(f"({_MARKS}{{3}}){_MARKS}+")
# UTF-8 that somebody read as windows-1252 and wrote again: â€™ for ’, Ã© for é.
_MISREAD: Final = re.compile(r"[ÂÃâð][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,3}")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_LOST: Final = re.compile("(?<=[^\\W\\d_])\ufffd(?=[^\\W\\d_])")


class _Readable(dict[int, str | None]):
    """What becomes of a character, found out once for each: None takes it away."""

    def __missing__(self, code: int) -> str | None:
        self[code] = kept = chr(code) if _is_readable(chr(code)) else None
        return kept


_readable: Final = _Readable()
_MEND_AGAIN: Final = 8


def has_direction_marks(text: str) -> bool:
    """True when characters that reorder what is shown were hidden in it."""
    return any(char in _DIRECTION for char in text)


def clean_text(text: str) -> str:
    """NFC, without control, direction and invisible characters; lines kept, spaces folded, misread letters mended."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = mended(text).translate(_readable)
    for _ in range(_MEND_AGAIN):
        # What stood between two letters and is gone now may have kept them from being one that was misread.
        before, kept = kept, mended(kept).translate(_readable)
        if kept == before:
            break
    if not kept.isascii():
        kept = _PILED_MARKS.sub(r"\1", _HIDING_JOINER.sub("", kept))
    folded = _LINES.sub("\n", _SPACES.sub(" ", kept))
    return unicodedata.normalize("NFC", folded).strip().strip(_JOINERS)


def mended(text: str) -> str:
    """What an earlier program spoilt: UTF-8 read as windows-1252, and the sign for letters that were lost."""
    if text.isascii():
        return text
    # Twice: some texts went through two such programs.
    text = _MISREAD.sub(_read_again, _MISREAD.sub(_read_again, text))
    # Between letters it was an apostrophe nearly always (Jum’at, Qur’an); elsewhere it tells nothing.
    return _LOST.sub("’", text).replace("\ufffd", "")


def _read_again(found: re.Match[str]) -> str:
    raw = bytearray()
    for char in found[0]:
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            # Five bytes that windows-1252 leaves free travel as control characters.
            raw += char.encode("latin-1") if char <= "\u009f" else b"?"
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def _is_readable(char: str) -> bool:
    if char in "\n\t " or char in _JOINERS or char in _SEEN_FORMATS:
        return True
    # Zs stays (it folds to a space), ZWJ and ZWNJ stay (they shape letters); controls, surrogates and privates go.
    return char not in _BLANKS and unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def text_of_html(source: str) -> str:
    """HTML of any quality → text with a line per block; scripts and styles go with their content."""
    if "<" not in source and "&" not in source:
        return clean_text(source)
    if len(_OPENING.findall(source)) > _MAX_OPEN_TAGS and _deepest(source) > _MAX_OPEN_TAGS:
        safe = _TAG.sub(" ", source)
    else:
        safe = _CLEANER.clean(source)
    text = html.unescape(_BLOCK.sub("\n", safe))
    # Escaped twice by the tool that made the feed: read once more, as text.
    return clean_text(html.unescape(text) if _ENTITY.search(text) else text)


def _deepest(source: str) -> int:
    depth = deepest = 0
    for mark in _OPENING.findall(source):
        depth = max(0, depth - 1) if mark == "/" else depth + 1
        deepest = max(deepest, depth)
    return deepest


def title_of_html(source: str) -> str:
    """A title is text on one line; entities that were escaped twice are read."""
    text = text_of_html(source)
    if _ENTITY.search(text):
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
