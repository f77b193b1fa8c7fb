"""A row of an imported file → an entry like a feed's, or why not: field and rule in words, never the value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from libs.privacy import numbers_masked
from services.ingest.addresses import canonical
from services.ingest.dating import read_date
from services.ingest.import_files import Row
from services.ingest.normalizing import has_direction_marks, text_of_html, title_of_html
from services.ingest.sources.entry import MAX_HTML_CHARS, MAX_TEXT_CHARS

Kind = Literal["berita", "klipping"]
Field = Literal["title", "text", "url", "published", "time", "outlet", "language"]

# What people call their columns; compared without case, blanks and signs.
COLUMNS: Final[dict[Field, frozenset[str]]] = {
    "title": frozenset({"judul", "title", "headline", "judulberita", "judulartikel"}),
    "text": frozenset(
        {"isi", "teks", "text", "konten", "content", "body", "isiberita", "naskah", "ringkasan", "summary", "lead",
         "deskripsi", "description", "narasi"}
    ),
    "url": frozenset({"url", "tautan", "link", "alamat", "linkberita", "tautanberita", "sumberlink", "urlberita"}),
    "published": frozenset(
        {"tanggal", "tgl", "published", "publishedat", "tanggalterbit", "tanggaltayang", "waktu", "date", "tanggalmuat",
         "tglterbit", "tgltayang", "terbit", "datepublished"}
    ),
    "time": frozenset({"jam", "pukul", "time", "jamtayang"}),
    "outlet": frozenset({"media", "outlet", "namamedia", "sumber", "source", "penerbit", "kanal"}),
    "language": frozenset({"bahasa", "language", "lang"}),
}  # fmt: skip
# What a person reads in the report, by field and reason.
FIELD_WORDS: Final[dict[str, str]] = {
    "title": "judul", "text": "isi", "url": "tautan", "published": "tanggal", "outlet": "media", "row": "baris",
}  # fmt: skip
REASON_WORDS: Final[dict[str, str]] = {
    "empty": "judul dan isi kosong",
    "too_long": "lebih dari 200.000 karakter",
    "address_form": "bukan alamat http atau https yang sah",
    "no_date": "tanggal tidak terbaca",
    "in_future": "tanggal di masa depan",
    "no_outlet": "media tidak disebut",
    "row_broken": "baris tidak terbaca",
    "row_too_long": "baris lebih dari 4 MiB",
    "too_many_rows": "lebih dari 200.000 baris; sisanya tidak dibaca",
    "same_row": "sama dengan baris sebelumnya",
    "withheld": "ditahan gerbang privasi",
    "names_a_person": "memuat nomor atau surel seseorang",
}
_NOT_A_LETTER: Final = re.compile(r"[\W_]+")
_SERIAL: Final = re.compile(r"^\d{5}(?:\.\d{1,15})?$")
_EXCEL_BEGAN: Final = datetime(1899, 12, 30)
_FRACTION: Final = re.compile(r"^0?\.\d{1,15}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a row was not taken in."""

    row: int
    field: str
    reason: str

    def in_words(self) -> str:
        return f"{FIELD_WORDS[self.field]}: {REASON_WORDS[self.reason]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A row as an entry; `outlet` is the outlet's name as the row gives it ("" when it gives none)."""

    row: int
    outlet: str = field(repr=False)
    entry: dict[str, Any] = field(repr=False)


def columns_of(names: Mapping[str, str] | list[str], chosen: Mapping[Field, str]) -> dict[Field, str]:
    """Which column holds which field: as chosen by the person, otherwise by its name; the first one wins."""
    found: dict[Field, str] = dict(chosen)
    for name in names:
        plain = _NOT_A_LETTER.sub("", name).lower()
        for field_, words in COLUMNS.items():
            if plain in words:
                found.setdefault(field_, name)
    return found


def entry_of(
    row: Row, chosen: Mapping[Field, str], *, kind: Kind, zone: str, now: datetime, has_outlet: bool
) -> Accepted | Refusal:
    """The entry of a row; pure."""
    if row.trouble is not None:
        return Refusal(row=row.number, field="row", reason=row.trouble)
    columns = columns_of(list(row.fields), chosen)
    cells = {field_: row.fields.get(name, "").strip() for field_, name in columns.items()}
    refused = _refused(cells, has_outlet=has_outlet)
    published = "" if refused else _published(cells, zone)
    refused = refused or _refused_date(published, zone, now)
    if refused is not None:
        return Refusal(row=row.number, field=refused[0], reason=refused[1])
    title = title_of_html(cells.get("title", "")[:10_000])
    text = text_of_html(cells.get("text", "")[:MAX_HTML_CHARS])[:MAX_TEXT_CHARS]
    if not (title or text):
        return Refusal(row=row.number, field="title", reason="empty")
    address = canonical(cells.get("url", "")) or ""
    entry = {
        "guid": "" if address else _guid(kind, title or text, published),
        "link": address,
        "title": title or text[:120],
        "text": text,
        "published": published,
        "language": cells.get("language", "")[:16],
        "direction_marks": has_direction_marks(cells.get("title", "")),
        "kind": kind,
        "channel": "news",
        "canonical": "",
        "amp": "",
        "link_names_author": False,
        "author_role": None,
        "reach": None,
        "media": [],
        "licence": None,
    }
    return Accepted(row=row.number, outlet=cells.get("outlet", "")[:200], entry=entry)


def _refused(cells: Mapping[Field, str], *, has_outlet: bool) -> tuple[str, str] | None:
    if not (cells.get("title") or cells.get("text")):
        return "title", "empty"
    for name, value in cells.items():
        if len(value) > MAX_TEXT_CHARS - 1:
            return name if name in FIELD_WORDS else "row", "too_long"
    if cells.get("url") and canonical(cells["url"]) is None:
        return "url", "address_form"
    if not (has_outlet or cells.get("outlet") or cells.get("url")):
        return "outlet", "no_outlet"
    # An outlet's name goes where nothing is masked any more: into ids and lists.
    named = cells.get("outlet", "")[:200]
    if numbers_masked(named) != named:
        return "outlet", "names_a_person"
    return None


def _published(cells: Mapping[Field, str], zone: str) -> str:
    """The date as one text that the reader of dates knows; a number of Excel becomes the date it stands for."""
    written, time = cells.get("published", "")[:100], cells.get("time", "")[:40]
    if _SERIAL.match(written):
        at = _EXCEL_BEGAN + timedelta(days=float(written))
        written = at.strftime("%Y-%m-%d" if at.hour == at.minute == 0 else "%Y-%m-%d %H:%M:%S")
    if time and ":" not in written:
        if _FRACTION.match(time):
            time = (datetime.min + timedelta(days=float(time))).strftime("%H:%M:%S")
        written = f"{written} {time}"
    return written


def _refused_date(published: str, zone: str, now: datetime) -> tuple[str, str] | None:
    """An import is placed by its date: a row without one would count as said today."""
    dated = read_date(published, zone) if published else None
    if dated is None:
        return "published", "no_date"
    if dated.at > now.astimezone(UTC) + timedelta(days=1):
        return "published", "in_future"
    return None


def _guid(kind: str, title: str, published: str) -> str:
    """Identity of a row without an address: the same row is the same item, whatever file it comes in."""
    return sha256(f"{kind}\x1f{title}\x1f{published}".encode()).hexdigest()
