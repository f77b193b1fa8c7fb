"""A figure of the statistics for people: its words, its change, and the addresses of the lists that it counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from services.gateway.console import words
from services.gateway.console.search_view import KINDS
from services.gateway.statistics import By, Figure, Where

PUBLICATIONS = "/statistik/publikasi"
KEYS = "/statistik/rincian"
_FILTERS = {
    "topik": "Topik", "unit": "Unit", "wilayah": "Wilayah", "nada": "Nada", "dan": "Nada", "media": "Media",
    "sev": "Keparahan paling rendah", "jenis": "Jenis", "bernama": "Menyebut unit", "tanda": "Tanda awal",
    "luar": "Bukan laporan unit",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The stretch a page is about. Times in UTC."""

    since: datetime
    until: datetime
    days: str

    def href(self, where: Where, since: datetime | None = None, until: datetime | None = None) -> str:
        return f"{PUBLICATIONS}?{urlencode({**where, **self._times(since, until)})}"

    def keys_href(self, by: By, where: Where) -> str:
        """All keys of a dimension, each with its publications."""
        return f"{KEYS}?{urlencode({'by': by, **where, **self._times(None, None)})}"

    def reports_href(self, unit_id: str) -> str:
        return f"/laporan?{urlencode({'unit': unit_id, 'dari': stamp(self.since)})}"

    def _times(self, since: datetime | None, until: datetime | None) -> dict[str, str]:
        return {"dari": stamp(since or self.since), "sampai": stamp(until or self.until)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The spans that a span is held against; `year`: None where data do not reach that far."""

    before: Span
    year: Span | None


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Against another span: in words, and the list of what was counted there."""

    words: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One figure; a zero has no list (an empty address). `parts`: what a ratio is made of."""

    label: str
    value: str
    href: str
    look: str = ""
    changes: tuple[Change, ...] = ()
    parts: tuple[Number, ...] = ()


def change_words(value: int, change: float | None, before: int | None) -> str:
    """`naik 12 % dari 34`, `turun …`, `tetap 34`, `sebelumnya 0`."""
    if before is None:
        return ""
    if change is None:
        return "sebelumnya 0" if value else ""
    if not change:
        return f"tetap {words.number(before)}"
    rose = "naik" if change > 0 else "turun"
    return f"{rose} {words.number(abs(change) * 100, 0)} % dari {words.number(before)}"


def href_of(figure: Figure, span: Span, *, of: int | None = None) -> str:
    """The list of what a figure counted in a span; nothing for a zero."""
    if not (figure.value if of is None else of):
        return ""
    if figure.what == "laporan":
        return span.reports_href(figure.where["unit"])
    if figure.what == "publikasi":
        return span.href(figure.where, figure.since)
    return span.keys_href(figure.what, figure.where)


def number_of(label: str, figure: Figure, span: Span, *, look: str = "", compared: Compared | None = None) -> Number:
    changes = []
    if compared is not None and (said := change_words(figure.value, figure.change, figure.before)):
        changes.append(Change(words=said, href=href_of(figure, compared.before, of=figure.before)))
    if compared is not None and compared.year and figure.year is not None:
        said = change_words(figure.value, figure.year_change, figure.year).replace("sebelumnya 0", "0") or "0"
        changes.append(Change(words=f"setahun lalu: {said}", href=href_of(figure, compared.year, of=figure.year)))
    return Number(
        label=label, value=words.number(figure.value), href=href_of(figure, span), look=look, changes=tuple(changes)
    )


def narrowed_words(where: Where, units: Mapping[str, str], outlets: Mapping[str, str]) -> list[str]:
    """The narrowing of a list, for people."""
    told, moods = [], {key: label for key, (_, label, _) in words.SENTIMENTS.items()}
    for name, value in where.items():
        if name == "antara":
            told.append(f"Salah satu dari {words.number(len(value.split(',')))} unit")
            continue
        known = {"topik": words.TOPICS, "unit": units, "media": outlets, "jenis": KINDS, "nada": moods, "dan": moods}
        flag = name in ("bernama", "tanda", "luar")
        told.append(_FILTERS[name] if flag else f"{_FILTERS[name]}: {known.get(name, {}).get(value, value)}")
    return told
