"""View models of one source, and of a look at an address before it becomes one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from libs.reference.registry import Registry
from libs.schemas.items import ClassifiedItem
from libs.schemas.outcomes import SourcePreview
from libs.schemas.sources import Outlet, Source
from services.gateway.console import words
from services.gateway.console.item_marks import Mark, marks_of
from services.gateway.console.pieces import Figure, May
from services.gateway.console.sources_view import (
    IMITATIONS,
    KINDS,
    badge_of,
    copycat_words,
    every,
    failures_of,
    last_item_words,
    per_day,
    quiet_words,
    state_of,
    why_of,
    zone_of,
)
from services.gateway.views import View

INTERVALS = (60, 300, 900, 1800, 3600)
ZONES = (("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT"), ("UTC", "UTC"))
_ZONE_OF_LABEL = {label: name for name, label in ZONES}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    at: datetime
    when: str
    title: str
    link: str | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLine:
    at: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    source_id: str
    name: str
    outlet_name: str
    outlet_href: str
    url: str
    link: str | None
    sample: bool
    state_word: str
    state_look: str
    why: str
    enabled: bool
    readable: bool
    may_change: bool
    figures: list[Figure]
    facts: list[tuple[str, str]]
    quiet: bool
    quiet_words: str
    failing: bool
    failure_words: str
    copycat: str
    past: list[PastLine]
    items: list[ItemLine]


def source_page(
    view: View[Source],
    *,
    outlet: Outlet | None,
    items: Sequence[ClassifiedItem],
    past: Sequence[Mapping[str, Any]],
    may: May,
    now: datetime,
) -> SourcePage:
    source = view.data
    word, look = badge_of(source)
    newest = max((item.first_seen_at for item in items), default=None)
    return SourcePage(
        source_id=source.source_id,
        name=source.name or source.outlet_name,
        outlet_name=outlet.name if outlet else source.outlet_name,
        outlet_href=f"/media/{outlet.outlet_id}" if outlet else "",
        url=source.url,
        link=words.weblink(source.url),
        sample=view.opmode == "sample",
        state_word=word,
        state_look=look,
        why=why_of(source, now) if state_of(source) != "diam" else "",
        enabled=source.enabled,
        readable=source.enabled or source.disabled_by == "sistem",
        may_change=may("POST", "/api/v1/sources/{source_id}/switch"),
        figures=_figures(source, newest, now),
        facts=_facts(source),
        quiet=source.quiet is not None,
        quiet_words=_quiet(source, now),
        failing=bool(source.failures or source.failure),
        failure_words=_failure(source),
        copycat=copycat_words(outlet) if outlet else "",
        past=[PastLine(at=_at(entry["at"]), words=past_words(entry)) for entry in reversed(past)],
        items=[item_line(item, items, now) for item in items],
    )


def _figures(source: Source, newest: datetime | None, now: datetime) -> list[Figure]:
    brings = per_day(source.items_per_day) if source.items_per_day is not None else "–"
    pace = source.reading_every_seconds or source.interval_seconds
    return [
        Figure(
            value=brings, what="berita sehari" if brings != "–" else "berita sehari, belum cukup riwayat", href=None
        ),
        Figure(value=every(pace).removeprefix("tiap ") if source.enabled else "–", what="antara dua bacaan", href=None),
        Figure(value=words.age(source.last_success_at, now) or "–", what="sejak terakhir terbaca", href=None),
        Figure(value=last_item_words(source, newest, now)[0], what="berita terakhir", href=None),
    ]


def _facts(source: Source) -> list[tuple[str, str]]:
    return [
        ("Jenis", KINDS[source.kind]),
        ("Teks lengkap", "halaman beritanya ikut dibaca" if source.full_text else "hanya yang ada di umpan"),
        ("Paling sering", f"dibaca {every(source.interval_seconds)}"),
        ("Zona waktu", zone_of(source)),
        ("Terakhir terbaca", words.day_clock(source.last_success_at) or "belum pernah"),
        ("Kegagalan", ", ".join(failures_of(source)) if failures_of(source)[1] else "tidak ada"),
    ]


def _quiet(source: Source, now: datetime) -> str:
    if source.quiet is not None:
        return quiet_words(source.quiet, zone_of(source), now)
    if not source.enabled or source.state == "gagal":
        return "Tidak dinilai: sumber yang tidak terbaca bukan sumber yang diam."
    if source.items_per_day is None:
        return "Belum cukup riwayat. Sumber dinilai terhadap kebiasaannya sendiri setelah sepekan terbaca."
    return "Tidak dinyatakan diam. Sumber dinilai setelah sepekan terbaca, terhadap jam, hari, dan jedanya sendiri."


def _failure(source: Source) -> str:
    if not source.failures and not source.failure:
        return ""
    many = f"{words.number(source.failures)} kali berturut-turut: " if source.failures else ""
    then = f" Dicoba lagi {words.day_clock(source.retry_at)}." if source.retry_at else ""
    return (
        f"{many}{source.failure or 'tidak dapat dibaca'}. Nilai {words.number(round(source.failure_score, 1))}.{then}"
    )


def _at(value: object) -> str:
    return words.day_clock(value if isinstance(value, datetime | str) else None)


def past_words(entry: Mapping[str, Any]) -> str:
    """One transition of a source as its history says it."""
    failure, times = entry.get("failure") or "", words.number(entry.get("failures") or 0)
    match entry["event"]:
        case "source.added":
            return "Ditambahkan"
        case "source.failing":
            return f"Gagal dibaca, {times} kali berturut-turut: {failure}"
        case "source.recovered":
            return "Terbaca lagi"
        case "source.quiet":
            return "Diam menurut kebiasaannya sendiri"
        case "source.disabled":
            return f"Dihentikan sistem setelah {times} kegagalan berturut-turut: {failure}"
    if entry["state"] == "dimatikan":
        why = f": {entry['why']}" if entry.get("why") else ""
        return f"Dimatikan petugas{why}" if entry.get("by") == "orang" else f"Dimatikan{why}"
    return "Dihidupkan" if entry["state"] == "baru" else "Diubah"


def item_line(item: ClassifiedItem, others: Sequence[ClassifiedItem], now: datetime) -> ItemLine:
    seen = item.first_seen_at
    when = words.clock(seen) if words.day(seen) == words.day(now) else words.day_clock(seen)
    return ItemLine(at=seen, when=when, title=item.title, link=words.weblink(item.link), marks=marks_of(item, others))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    at: str
    title: str
    excerpt: str
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    form: str
    title: str
    count_words: str
    newest_words: str
    entries: list[Entry]
    outlet_name: str
    outlet_known: str
    copycat: str
    zone: str
    zones: tuple[tuple[str, str], ...]
    intervals: list[tuple[int, str]]


def hosts_of(preview: SourcePreview) -> list[str]:
    """Where its entries lead: by that its outlet is known."""
    links = [entry.link for entry in preview.entries if entry.link]
    hosts = {(urlsplit(link).hostname or "").removeprefix("www.") for link in links}
    return sorted(host for host in hosts if host)


def imitation_words(hosts: Iterable[str], registry: Registry) -> str:
    """Whether one of the hosts looks like a known outlet's domain without being it."""
    for host in hosts:
        found = registry.imitated_by(host)
        if found is not None:
            how = IMITATIONS.get(found.how, found.how)
            return f"Domain {host} mirip {found.of_domain}: {how}. Pastikan pemiliknya sebelum menambahkannya."
    return ""


def preview_page(preview: SourcePreview, outlet: Outlet | None, imitation: str, now: datetime) -> PreviewPage:
    newest = preview.newest_at
    shown = len(preview.entries)
    count = f"{words.number(preview.entries_count)} berita"
    return PreviewPage(
        form=preview.form,
        title=preview.title,
        count_words=f"{count}, {shown} yang pertama di bawah" if preview.entries_count > shown else count,
        newest_words=f"terbaru {words.day_clock(newest)}, {words.age(newest, now)} lalu" if newest else "tanpa tanggal",
        entries=[
            Entry(
                at=words.day_clock(entry.published_at),
                title=entry.title,
                excerpt=entry.excerpt,
                link=words.weblink(entry.link),
            )
            for entry in preview.entries
        ],
        outlet_name=outlet.name if outlet else preview.title[:200],
        outlet_known=f"Dikenal: {outlet.name} ({outlet.domain})."
        if outlet
        else "Domain ini belum dikenal di daftar media.",
        copycat=imitation,
        zone=_ZONE_OF_LABEL.get(outlet.zone, outlet.zone) if outlet else "Asia/Jakarta",
        zones=ZONES,
        intervals=[(seconds, every(seconds).removeprefix("tiap ")) for seconds in INTERVALS],
    )
