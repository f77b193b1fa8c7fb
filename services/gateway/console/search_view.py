"""View model of the search: what was asked, what was found, grouped by story, and how to narrow it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import cache
from typing import get_args
from urllib.parse import urlencode

from libs.reference.units import Gazetteer
from libs.schemas.common import Role, SentimentLabel, Topic22
from libs.schemas.items import ClassifiedItem, ItemKind
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.item_marks import LANGUAGES, Mark, marks_of
from services.gateway.console.old_content import old_mark
from services.gateway.console.rows import figure, sentiment_of, unit_name
from services.gateway.saved_searches import MOST, SavedSearch
from services.gateway.search_index import Filters, Found
from services.gateway.searching import MAX_QUERY_CHARS, Stretch, Wanted, marked, wanted
from services.gateway.unit_questions import units_meant
from services.gateway.views import View
from services.gateway.visibility import visible

PERIODS = {"1": "24 jam terakhir", "7": "7 hari terakhir", "30": "30 hari terakhir", "365": "Setahun terakhir"}
KINDS = {
    "berita": "Berita", "unggahan": "Unggahan", "video": "Video", "laporan": "Laporan unit", "klipping": "Kliping",
}  # fmt: skip
_ID = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-")
_LABELS = {
    "topik": "Topik", "unit": "Unit", "wilayah": "Wilayah", "nada": "Nada", "sev": "Keparahan", "media": "Media",
    "jenis": "Jenis", "bahasa": "Bahasa", "hari": "Waktu",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the address asks for; anything unknown in it is left out."""

    cari: str = ""
    topik: str = ""
    unit: str = ""
    wilayah: str = ""
    nada: str = ""
    sev: str = ""
    media: str = ""
    jenis: str = ""
    bahasa: str = ""
    hari: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> "Wish":
        def one(name: str, known: Sequence[str]) -> str:
            return value if (value := params.get(name, "")) in known else ""

        def an_id(name: str) -> str:
            value = params.get(name, "")
            return value if len(value) <= 120 and set(value) <= _ID else ""

        province = params.get("wilayah", "")[:64]
        return cls(
            cari=params.get("cari", "").replace("\x00", " ").strip()[:MAX_QUERY_CHARS],
            topik=one("topik", get_args(Topic22)),
            unit=an_id("unit"),
            wilayah=province if all(c.isalpha() or c in " .'-" for c in province) else "",
            nada=one("nada", get_args(SentimentLabel)),
            sev=one("sev", ("1", "2", "3", "4")),
            media=an_id("media"),
            jenis=one("jenis", get_args(ItemKind)),
            bahasa=one("bahasa", ("id", *LANGUAGES)),
            hari=one("hari", tuple(PERIODS)),
        )

    def filters(self, now: datetime) -> Filters:
        return Filters(
            topic=self.topik or None,
            unit_id=self.unit or None,
            province=self.wilayah or None,
            sentiment=self.nada or None,
            severity_min=int(self.sev) if self.sev else None,
            outlet_id=self.media or None,
            kind=self.jenis or None,
            language=self.bahasa or None,
            since=now - timedelta(days=int(self.hari)) if self.hari else None,
        )

    @property
    def narrowed(self) -> bool:
        return replace(self, cari="") != Wish()

    @property
    def empty(self) -> bool:
        return self == Wish()


# How the address names what a kept search calls otherwise.
SAVED_AS = {
    "topik": "topic", "unit": "unit_id", "wilayah": "province", "nada": "sentiment", "sev": "severity_min",
    "media": "outlet_id", "jenis": "kind", "bahasa": "language", "hari": "days",
}  # fmt: skip


def href_of(wish: Wish, cursor: str | None = None) -> str:
    told = {one.name: value for one in fields(wish) if (value := getattr(wish, one.name))}
    text = urlencode(told | ({"sejak": cursor} if cursor else {}))
    return "/cari" + (f"?{text}" if text else "")


def wish_of(saved: SavedSearch) -> Wish:
    told = {name: saved.filters[field] for name, field in SAVED_AS.items() if field in saved.filters}
    return Wish.of({"cari": saved.question, **told})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    href: str
    label: str
    current: bool
    count: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    label: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One publication. `href`: its story here; `link`: where it was published."""

    dom_id: str
    href: str
    link: str
    title: tuple[Stretch, ...]
    excerpt: tuple[Stretch, ...]
    outlet_name: str
    at: str
    severity: int
    severity_word: str
    topic: str
    unit: str
    sentiment: tuple[str, str, str]
    marks: tuple[Mark, ...]
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The hits of one story (or one hit without), the best first; `publications`: of the whole story."""

    story_title: str
    story_href: str
    publications: int
    first: Hit
    others: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    id: str
    href: str
    name: str
    shared: bool
    own: bool
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """`meant`: units that the question names, each with what is left of it; `apart`: its words, each alone."""

    wish: Wish
    words: str
    meant: tuple[Chip, ...]
    apart: tuple[Chip, ...]
    notes: tuple[str, ...]
    problem: str
    groups: list[Group]
    active: tuple[Chip, ...]
    facets: tuple[Facet, ...]
    kept: tuple[Kept, ...]
    may_keep: bool
    most: int
    keep_problem: str
    key: str
    query: str
    role_word: str
    empty_words: str
    next_href: str
    clear_href: str
    periods: Mapping[str, str]
    kinds: Mapping[str, str]
    languages: Mapping[str, str]
    provinces: Sequence[tuple[str, str]]


def _hit(view: View[ClassifiedItem], asked: Wanted, story: View[Story] | None, role: Role) -> Hit:
    item = view.data
    told = visible("ClassifiedItem", item.model_dump(mode="json", include={"link", "excerpt", "privacy"}), role)
    topic = words.topic(item.topics[0].name) if item.topics else ""
    return Hit(
        dom_id=f"temuan-{view.id}",
        href=f"/isu/{story.id}" if story else "",
        link=words.weblink(told.get("link")) or "",
        title=marked(words.unbroken(item.title), asked),
        excerpt=marked(told.get("excerpt") or "", asked),
        outlet_name=item.outlet_name,
        at=words.day_clock(item.published_at or item.first_seen_at),
        severity=item.severity.value,
        severity_word=words.SEVERITIES[item.severity.value],
        topic=topic,
        unit=unit_name(item.units) if item.units else "",
        sentiment=sentiment_of(item.sentiment.label),
        marks=(*old_mark(story.data if story else None), *marks_of(item)),
        sample=view.opmode == "sample",
    )


def _groups(found: Found, asked: Wanted, stories: Mapping[str, View[Story]], role: Role) -> list[Group]:
    of_story: dict[str, list[Hit]] = {}
    for view in found.rows:
        story = stories.get(view.id)
        of_story.setdefault(story.id if story else view.id, []).append(_hit(view, asked, story, role))
    known = {story.id: story.data for story in stories.values()}
    return [
        Group(
            story_title=words.unbroken(known[key].title) if key in known else "",
            story_href=f"/isu/{key}" if key in known else "",
            publications=figure(known[key].counts, "publikasi") if key in known else 0,
            first=hits[0],
            others=tuple(hits[1:]),
        )
        for key, hits in of_story.items()
    ]


def _value_words(name: str, value: str, outlets: Mapping[str, str]) -> str:
    match name:
        case "topik":
            return words.topic(value)
        case "unit":
            unit = Gazetteer.for_mode("live").get(value) or Gazetteer.for_mode("sample").get(value)
            return words.unbroken(unit.name) if unit else value
        case "nada":
            return words.SENTIMENTS[value][1]
        case "sev":
            return f"{value} {words.SEVERITIES[int(value)]} ke atas" if value != "4" else "4 kritis"
        case "media":
            return outlets.get(value, value)
        case "jenis":
            return KINDS[value]
        case "bahasa":
            return "Indonesia" if value == "id" else LANGUAGES[value]
        case "hari":
            return PERIODS[value]
    return value


def _active(wish: Wish, outlets: Mapping[str, str]) -> tuple[Chip, ...]:
    """One chip a filter; a press takes it away."""
    return tuple(
        Chip(
            href=href_of(replace(wish, **{name: ""})),
            label=f"{label}: {_value_words(name, value, outlets)}",
            current=True,
        )
        for name, label in _LABELS.items()
        if (value := getattr(wish, name))
    )


def _facets(found: Found, wish: Wish, outlets: Mapping[str, str]) -> tuple[Facet, ...]:
    """What would be left of the hits, most first; not for what is narrowed already or would not narrow anything."""
    made = []
    for name, field in (("topik", "topics"), ("unit", "units"), ("wilayah", "provinces"), ("media", "outlet_id")):
        counted = found.facets.get(field, [])
        if getattr(wish, name) or len(counted) < 2:
            continue
        chips = tuple(
            Chip(
                href=href_of(replace(wish, **{name: value})),
                label=_value_words(name, value, outlets),
                current=False,
                count=words.number(count),
            )
            for value, count in counted
            if Wish.of({name: value}) != Wish()
        )
        made.append(Facet(label=_LABELS[name], chips=chips))
    return tuple(made)


def _notes(found: Found) -> tuple[str, ...]:
    notes = []
    if found.common:
        said = ", ".join(found.common)
        notes.append(
            f"Kata yang ada di lebih dari 5 % publikasi: {said}. Hanya itu yang dicari, maka yang terbaru di atas."
            if found.only_common
            else f"Tidak dipakai untuk mencari, karena ada di lebih dari 5 % publikasi: {said}."
        )
    if found.more:
        notes.append("Ada yang lebih lama lagi. Persempit dengan saringan atau kata lain untuk melihatnya.")
    return tuple(notes)


def _empty_words(wish: Wish) -> str:
    if wish.empty:
        return "Belum ada publikasi."
    narrowed = " dengan saringan ini" if wish.narrowed else ""
    return f"Tidak ada publikasi yang cocok{narrowed}."


def _meant(wish: Wish, modes: Sequence[str]) -> tuple[Chip, ...]:
    """All publications about a unit that the question calls by some name, whatever they call it."""
    if wish.unit:
        return ()
    return tuple(
        Chip(
            href=href_of(replace(wish, cari=meant.rest, unit=meant.unit.unit_id)),
            label=words.unbroken(meant.unit.name) + (f" dan {meant.rest}" if meant.rest else ""),
            current=False,
        )
        for meant in units_meant(wish.cari, modes)
    )


def _apart(found: Found, wish: Wish) -> tuple[Chip, ...]:
    """Where all words together find nothing: each that finds something alone."""
    if found.total or len(found.frequencies) < 2:
        return ()
    return tuple(
        Chip(href=href_of(replace(wish, cari=word)), label=word, current=False)
        for word, count in found.frequencies.items()
        if count
    )


@cache
def _provinces() -> tuple[tuple[str, str], ...]:
    names = {unit.province for mode in ("live", "sample") for unit in Gazetteer.for_mode(mode) if unit.province}
    return tuple((name, name) for name in sorted(names))


def search_page(
    found: Found,
    wish: Wish,
    *,
    stories: Mapping[str, View[Story]],
    outlets: Mapping[str, str],
    kept: Sequence[SavedSearch],
    role: Role,
    key: str,
    modes: Sequence[str] = ("live",),
    problem: str = "",
    keep_problem: str = "",
) -> SearchPage:
    """`modes`: whose units a question may mean."""
    asked = wanted(wish.cari)
    total = f"lebih dari {words.number(found.total)}" if found.more else words.number(found.total)
    return SearchPage(
        wish=wish,
        words=f"{total} publikasi relevan" + ("" if wish.empty else " yang cocok"),
        notes=_notes(found),
        problem=problem,
        meant=_meant(wish, modes),
        apart=_apart(found, wish),
        groups=_groups(found, asked, stories, role),
        active=_active(wish, outlets),
        facets=_facets(found, wish, outlets),
        kept=tuple(
            Kept(
                id=one.id,
                href=href_of(wish_of(one)),
                name=one.name,
                shared=one.shared,
                own=one.own,
                current=wish_of(one) == wish,
            )
            for one in kept
        ),
        may_keep=not wish.empty and not problem,
        most=MOST,
        keep_problem=keep_problem,
        key=key,
        query=href_of(wish).partition("?")[2],
        role_word=words.role(role).lower(),
        empty_words=_empty_words(wish) if not problem else "",
        next_href=href_of(wish, found.next) if found.next else "",
        clear_href=href_of(Wish(cari=wish.cari)) if wish.narrowed else "",
        periods=PERIODS,
        kinds=KINDS,
        languages={"id": "Indonesia", **LANGUAGES},
        provinces=_provinces(),
    )


NOTHING = Found(rows=[], next=None, total=0, more=False, common=(), only_common=False, frequencies={}, facets={})
