"""One thing that a source said, already text, before the privacy gate; and what a body held altogether."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

MAX_ITEMS: Final = 1_000
MAX_HTML_CHARS: Final = 400_000
MAX_TEXT_CHARS: Final = 200_000


class NotParsed(Exception):
    """The bytes hold nothing that we read; `args[0]` is a slug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`link`, `canonical`, `amp` and `published` as written. `channel` is the gate's. `media`: kinds only.

    `link_names_author`: the address holds a person's name or handle and must be sealed. `author_role`: never a name.
    `reach`: followers, views, shares. `licence`: a note as the source gives it."""

    guid: str
    link: str
    title: str = field(repr=False)
    text: str = field(repr=False)
    published: str = ""
    language: str = ""
    direction_marks: bool = False
    kind: Literal["berita", "unggahan", "video", "klipping"] = "berita"
    channel: Literal["news", "social"] = "news"
    canonical: str = ""
    amp: str = ""
    link_names_author: bool = False
    author_role: str | None = None
    reach: Mapping[str, int] | None = None
    media: list[str] = field(default_factory=list)
    licence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a body held. `form`: in words ("RSS 2.0"); `facts`: what only the adapter understands."""

    entries: list[Entry] = field(repr=False)
    left_out: int = 0
    charset: str = "utf-8"
    charset_repaired: bool = False
    form: str = ""
    title: str = field(default="", repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict)
