"""The frame around every console page: menu by role, level, bands, clocks, and what the person set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from services.gateway.auth import Person, csrf_token, person_of
from services.gateway.console import words
from services.gateway.gateway import gateway_of
from services.gateway.policy import may
from services.gateway.review_views import waiting
from services.gateway.views import AlertQuery, Health

THEMES = ("otomatis", "terang", "gelap")
DENSITIES = ("rapat", "lega")
THEME_COOKIE = "pasopati_tema"
DENSITY_COOKIE = "pasopati_kerapatan"
STALE_SECONDS = 60
LIVE_SHARE = 0.9
STREAM = "/umpan/arus"
_DEEDS = ("acknowledge", "verify", "dismiss", "resolve")
_LEVELS = {"normal": ("○", "ok"), "waspada": ("△", "l2"), "siaga": ("▲", "l3"), "krisis": ("⬣", "l4")}

# Not in the narrow bar of a phone: another page leads there.
_WIDE_ONLY = ("/media",)
# (title, ((address, route, icon, label, name of its count), …)); drawn only where the role may open it.
_MENU = (
    (
        "Pantau",
        (
            ("/umpan", "GET /umpan", "feed", "Umpan", "isu"),
            ("/peringatan", "GET /peringatan", "bell", "Peringatan", "peringatan"),
            ("/laporan", "GET /laporan", "doc", "Laporan unit", ""),
            ("/lapor", "GET /lapor", "doc", "Lapor", ""),
        ),
    ),
    (
        "Jawab",
        (
            ("/rilis", "GET /rilis", "send", "Rilis", ""),
            ("/telaah", "GET /telaah", "ok", "Antrean telaah", "telaah"),
        ),
    ),
    (
        "Arah",
        (
            ("/cari", "GET /cari", "find", "Cari", ""),
            ("/statistik", "GET /statistik", "chart", "Statistik", ""),
        ),
    ),
    (
        "Sistem",
        (
            ("/sumber", "GET /sumber", "rss", "Sumber", ""),
            ("/media", "GET /media", "stack", "Media", ""),
            ("/kotak-contoh", "GET /kotak-contoh", "in", "Kotak contoh", ""),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    href: str
    icon: str
    label: str
    current: bool
    count_of: str
    count: int
    wide_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What `_dasar.html` draws."""

    page: str
    path: str
    theme: str
    density: str
    csrf: str
    key_id: str
    label: str
    allowed: str
    menu: tuple[Group, ...]
    level: str
    level_look: str
    level_glyph: str
    sample: bool
    stale: str
    now: datetime
    stream: str
    health: Health
    searches: bool


def theme_of(request: Request) -> str:
    """The theme cookie when it names one."""
    wanted = request.cookies.get(THEME_COOKIE, "")
    return wanted if wanted in THEMES else "otomatis"


def allows(person: Person, route: str) -> bool:
    method, _, path = route.partition(" ")
    return may(person.role, method, path)


def home_of(person: Person) -> str | None:
    """The first page of the menu that the role may open; None: this version has no page for it."""
    return next((href for _, group in _MENU for href, route, *_ in group if allows(person, route)), None)


def _menu(person: Person, path: str, *, sample: bool, counts: Mapping[str, int]) -> tuple[Group, ...]:
    groups = []
    for title, entries in _MENU:
        drawn = tuple(
            Entry(
                href=href,
                icon=icon,
                label=label,
                current=path == href or path.startswith(href + "/"),
                count_of=count_of,
                count=counts.get(count_of, 0),
                wide_only=href in _WIDE_ONLY,
            )
            for href, route, icon, label, count_of in entries
            if allows(person, route) and (sample or href != "/kotak-contoh")
        )
        if drawn:
            groups.append(Group(title=title, entries=drawn))
    return tuple(groups)


def stale_words(health: Health) -> str:
    """What the band DATA LAMA says; empty when the picture is fresh."""
    if health.sources_all and health.sources_live < health.sources_all * LIVE_SHARE:
        quiet = health.sources_all - health.sources_live
        return f"{quiet} dari {health.sources_all} sumber diam. Angka di halaman ini belum tentu lengkap."
    if health.data_age_seconds is not None and health.data_age_seconds > STALE_SECONDS:
        return f"Data terakhir {int(health.data_age_seconds)} dtk lalu. Angka di halaman ini belum tentu lengkap."
    return ""


def highest_level(levels: Sequence[str]) -> str:
    order = list(_LEVELS)
    return max(levels, key=order.index, default="normal")


async def shell_for(request: Request, page: str) -> Shell:
    """Menu, level, bands and the stream's address; to be asked before the page's lists (see `page_cursor`)."""
    gateway, person, path = gateway_of(request), person_of(request), request.url.path
    stream = f"{STREAM}?sejak={await gateway.page_cursor()}" if allows(person, "GET /umpan/arus") else ""
    health = await gateway.views.health()
    sample = gateway.settings.sample_inbox_url is not None
    counts = {"isu": health.open_stories, "peringatan": health.waiting}
    if allows(person, "GET /telaah"):
        counts["telaah"] = await waiting(gateway.views)
    open_alerts = await gateway.views.alerts(AlertQuery(status=("terbuka", "diakui")), limit=200)
    level = highest_level([view.data.level for view in open_alerts.rows])
    glyph, look = _LEVELS[level]
    density = request.cookies.get(DENSITY_COOKIE, "rapat")
    return Shell(
        page=page,
        path=path,
        theme=theme_of(request),
        density=density if density in DENSITIES else "rapat",
        csrf=csrf_token(request),
        key_id=person.key_id,
        label=person.label,
        allowed=" ".join(d for d in _DEEDS if may(person.role, "POST", f"/api/v1/alerts/{{alert_id}}/{d}")),
        menu=_menu(person, path, sample=sample, counts=counts),
        level=words.LEVELS[level],
        level_look=look,
        level_glyph=glyph,
        sample=sample,
        stale=stale_words(health),
        now=gateway.clock.now(),
        stream=stream,
        health=health,
        # Its own page has its own box.
        searches=page != "cari" and allows(person, "GET /cari"),
    )
