"""View models of the outlets: what is known of each and who says so; what nobody says is "belum diketahui"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from libs.schemas.sources import Outlet, OutletFact, Source
from services.gateway.console import words
from services.gateway.console.pieces import Figure, May
from services.gateway.console.sources_view import badge_of, copycat_words, rhythm_of, zone_of
from services.gateway.outlets_views import OutletQuery
from services.gateway.views import View

PAGE = 100
UNKNOWN = "belum diketahui"
# (field, heading, words of the count)
FACTS = (
    ("owner_group", "Kelompok pemilik", "pemilik diketahui"),
    ("reach_tier", "Jangkauan", "jangkauan diketahui"),
    ("region", "Wilayah", "wilayah diketahui"),
    ("press_council", "Dewan Pers", "status Dewan Pers diketahui"),
)
_NAMES = {field for field, *_ in FACTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the address of the page asks for."""

    query: OutletQuery
    page: int

    @classmethod
    def of(cls, params: Mapping[str, str]) -> "Wish":
        page, known, unknown = params.get("hal", "1"), params.get("tahu", ""), params.get("belum", "")
        query = OutletQuery(
            words=params.get("cari", "")[:80].replace("\x00", "").strip(),
            known=known if known in _NAMES else "",
            unknown=unknown if unknown in _NAMES else "",
            copycat=params.get("mirip", "") == "1",
        )
        return cls(query=query, page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 6 else 1)

    @property
    def skip(self) -> int:
        return (self.page - 1) * PAGE


def href_of(query: OutletQuery, page: int = 1) -> str:
    wanted = {
        "cari": query.words,
        "tahu": query.known,
        "belum": query.unknown,
        "mirip": "1" if query.copycat else "",
        "hal": str(page) if page > 1 else "",
    }
    text = urlencode({name: value for name, value in wanted.items() if value})
    return "/media" + (f"?{text}" if text else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCell:
    heading: str
    value: str
    source: str
    known: bool
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletLine:
    outlet_id: str
    href: str
    name: str
    domain: str
    sample: bool
    facts: list[FactCell]
    copycat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    href: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletsPage:
    words: str
    figures: list[Figure]
    chips: list[Chip]
    headings: list[str]
    query: OutletQuery
    outlets: list[OutletLine]
    empty_words: str
    clear_href: str
    range_words: str
    before_href: str
    after_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """`found`: what the filter lets through; the others are of all outlets."""

    found: int
    all: int
    known: Mapping[str, int]
    copycats: int


def _cells(outlet: Outlet) -> list[FactCell]:
    return [_cell(field, heading, getattr(outlet, field)) for field, heading, _ in FACTS]


def _cell(field: str, heading: str, fact: OutletFact | None) -> FactCell:
    if fact is None:
        return FactCell(heading=heading, value=UNKNOWN, source="", known=False, field=field)
    return FactCell(heading=heading, value=fact.value, source=fact.source, known=True, field=field)


def _line(view: View[Outlet]) -> OutletLine:
    outlet = view.data
    return OutletLine(
        outlet_id=view.id,
        href=f"/media/{view.id}",
        name=outlet.name,
        domain=outlet.domain,
        sample=view.opmode == "sample",
        facts=_cells(outlet),
        copycat=copycat_words(outlet),
    )


def outlets_page(views: Sequence[View[Outlet]], wish: Wish, counts: Counts) -> OutletsPage:
    query, first = wish.query, wish.skip
    figures = [Figure(value=words.number(counts.all), what="media", href="/media")]
    figures += [
        Figure(value=words.number(counts.known[field]), what=what, href=href_of(OutletQuery(known=field)))
        for field, _, what in FACTS
    ]
    figures.append(
        Figure(value=words.number(counts.copycats), what="mirip media lain", href=href_of(OutletQuery(copycat=True)))
    )
    filtered = query != OutletQuery()
    return OutletsPage(
        words="Hanya yang dinyatakan sumber bernama; selebihnya belum diketahui.",
        figures=figures,
        chips=_chips(query),
        headings=[heading for _, heading, _ in FACTS],
        query=query,
        outlets=[_line(view) for view in views],
        empty_words="Tidak ada media yang cocok."
        if filtered
        else "Belum ada media. Daftarnya dimuat saat sistem mulai.",
        clear_href="/media" if filtered else "",
        range_words=f"{words.number(first + 1)}–{words.number(first + len(views))} dari {words.number(counts.found)}"
        if counts.found > PAGE and views
        else "",
        before_href=href_of(query, wish.page - 1) if wish.page > 1 else "",
        after_href=href_of(query, wish.page + 1) if first + len(views) < counts.found and views else "",
    )


def _chips(query: OutletQuery) -> list[Chip]:
    chips = [Chip(href="/media", label="Semua", current=query == OutletQuery(words=query.words))]
    for field, heading, _ in FACTS:
        wanted = OutletQuery(words=query.words, unknown=field)
        chips.append(Chip(href=href_of(wanted), label=f"{heading} belum diketahui", current=query.unknown == field))
    mirip = replace(OutletQuery(words=query.words), copycat=True)
    return [*chips, Chip(href=href_of(mirip), label="Mirip media lain", current=query.copycat)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    href: str
    name: str
    state_word: str
    state_look: str
    rhythm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPage:
    outlet_id: str
    name: str
    domain: str
    zone: str
    sample: bool
    facts: list[FactCell]
    copycat: str
    imitated_href: str
    sources: list[SourceRow]
    items_href: str
    may_edit: bool
    last_words: str


def outlet_page(view: View[Outlet], sources: Sequence[View[Source]], *, may: May) -> OutletPage:
    outlet = view.data
    by = f" oleh {words.role(outlet.edited_by.role)}" if outlet.edited_by else " oleh daftar bawaan"
    return OutletPage(
        outlet_id=view.id,
        name=outlet.name,
        domain=outlet.domain,
        zone=zone_of(outlet),
        sample=view.opmode == "sample",
        facts=_cells(outlet),
        copycat=copycat_words(outlet),
        imitated_href=f"/media/{outlet.copycat.of_outlet_id}" if outlet.copycat else "",
        sources=[_source_row(source) for source in sources],
        items_href=f"/sumber?cari={outlet.domain}",
        may_edit=may("POST", "/api/v1/outlets/{outlet_id}/edit"),
        last_words=f"Terakhir diubah{by}, {words.day_clock(view.at)}.",
    )


def _source_row(view: View[Source]) -> SourceRow:
    source = view.data
    word, look = badge_of(source)
    brings, pace = rhythm_of(source)
    return SourceRow(
        href=f"/sumber/{view.id}",
        name=source.name or source.url,
        state_word=word,
        state_look=look,
        rhythm=f"{brings} · {pace}",
    )
