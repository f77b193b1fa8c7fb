"""Bytes of a feed → text, whatever its header, byte order mark, XML declaration or meta tag claims."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""", re.I)
_META: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.I)
_HEADER: Final = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.I)
# What the Web means by these names (WHATWG encoding standard).
_MEANT: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
# Text encodings only: a codec such as "zlib" or "unicode_escape" in a declaration is an attack.
_TEXT_CODECS: Final = re.compile(
    r"^(utf-?_?(8|16|32)|utf_(16|32)_(le|be)|utf-(16|32)-(le|be)|iso8859-\d+|cp\d+|ascii|koi8|gb|big5|shift_jis|"
    r"euc_|iso2022|mac|tis-?_?620|latin)",
    re.I,
)

_FIRST_SIGNS: Final = (b"<", b"{", b"[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """`repaired` says that what the feed claimed about its charset was not true."""

    text: str
    charset: str
    repaired: bool


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Never fails: strict UTF-8 is believed before any claim, since no other charset forms it by chance."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(text=body[len(mark) :].decode(name, "replace"), charset=name, repaired=False)
    claims = _claims(body, content_type)
    wide = _wide_without_mark(body)
    if wide is not None:
        return Decoded(text=body.decode(wide, "replace"), charset=wide, repaired=wide[:6] not in claims[:1])
    for name in claims:
        if name.startswith("iso2022") and (text := _strict(body, name)) is not None:
            return Decoded(text=text, charset=name, repaired=False)
    if (text := _strict(body, "utf-8")) is not None:
        lied = bool(claims) and claims[0] != "utf-8" and not body.isascii()
        return Decoded(text=text, charset="utf-8", repaired=lied)
    for name in claims:
        if name != "utf-8" and (text := _strict(body, name)) is not None:
            return Decoded(text=text, charset=name, repaired=name != claims[0])
    return _mend(body)


def _claims(body: bytes, content_type: str) -> list[str]:
    head = body[:2048]
    found = [match.group(1) for match in [_HEADER.search(content_type)] if match]
    found += [match.group(1).decode("ascii") for match in [_DECLARED.search(head), _META.search(head)] if match]
    names: list[str] = []
    for claim in found:
        try:
            name = codecs.lookup(claim).name
        except (LookupError, ValueError):
            continue
        name = _MEANT.get(name, name)
        if _TEXT_CODECS.match(name) and name not in names:
            names.append(name)
    return names


def _wide_without_mark(body: bytes) -> str | None:
    """UTF-16 without a byte order mark shows in the zero bytes around the first sign of a feed, a page or JSON."""
    if body[:1] in _FIRST_SIGNS and body[1:2] == body[3:4] == b"\0" != body[2:3]:
        return "utf-16-le"
    return "utf-16-be" if body[1:2] in _FIRST_SIGNS and body[:1] == body[2:3] == b"\0" != body[3:4] else None


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    piece = error.object[error.start : error.end]
    return piece.decode("cp1252", "replace"), error.end


codecs.register_error("pasopati-cp1252", _one_byte)


def _mend(body: bytes) -> Decoded:
    """UTF-8 with single bytes of an older charset in it (pasted quotes and dashes), or an older charset throughout."""
    return Decoded(text=body.decode("utf-8", "pasopati-cp1252"), charset="utf-8+cp1252", repaired=True)
