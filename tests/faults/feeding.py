"""What goes in: a stream of invented news about real unit names, served as feeds that follow their reader."""

import asyncio
import html
import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

OUTLETS = ("harian-uji", "portal-uji", "kabar-uji", "suara-uji")
# Its articles are read as pages too; a source of it is added by a person (acting.py).
WITH_PAGES = "penuh-uji"
WITH_PAGES_EVERY = 40
# The last polls whose items a feed still shows: what a killed reader had in hand comes again.
KEPT_POLLS = 8
LEAST_SHOWN = 20

INCIDENT_TITLES = (
    "Seorang tahanan kabur dari {unit}, petugas lakukan pengejaran",
    "Tahanan kabur dari {unit}, polisi bantu pencarian",
    "Satu tahanan {unit} kabur saat hujan, pengejaran berlanjut",
    "Kronologi tahanan kabur dari {unit}",
)
ROUTINE_TITLES = (
    "{unit} gelar panen sayur ke-{n} bersama warga binaan",
    "Warga binaan {unit} ikuti pelatihan menjahit angkatan {n}",
    "{unit} terima kunjungan dinas kesehatan, {n} orang diperiksa",
)
OTHER_TITLES = (
    "Harga cabai di pasar induk naik {n} rupiah menjelang akhir pekan",
    "Tim sepak bola kota menang {n} poin dalam turnamen pelajar",
    "Jalan lingkar sepanjang {n} meter selesai diaspal pekan ini",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """One piece of news that was put into a feed. `incident`: the unit's name when it must raise an alert."""

    url: str
    outlet: str
    title: str
    incident: str | None
    at: float


@dataclass(slots=True)
class Feed:
    outlet: str
    shown: deque[Fed] = field(default_factory=deque)
    polls: deque[int] = field(default_factory=lambda: deque([0] * KEPT_POLLS, maxlen=KEPT_POLLS))
    put: int = 0
    polled: int = 0

    def add(self, item: Fed) -> None:
        self.shown.append(item)
        self.put += 1

    def page(self) -> bytes:
        """RSS 2.0 of everything put since the eighth poll before this one."""
        keep = max(self.put - self.polls[0], LEAST_SHOWN)
        self.polls.append(self.put)
        self.polled += 1
        while len(self.shown) > keep:
            self.shown.popleft()
        rows = "".join(
            f"<item><title>{html.escape(i.title)}</title><link>{i.url}</link><guid>{i.url}</guid>"
            f"<pubDate>{formatdate(i.at)}</pubDate><description>{html.escape(i.title)}.</description></item>"
            for i in self.shown
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{self.outlet}</title>{rows}'
            "</channel></rss>"
        ).encode()


def article_page(item: Fed) -> bytes:
    """The item's article with more text than its feed tells."""
    more = "Kegiatan berlangsung tertib dan dihadiri warga sekitar. Panitia menyiapkan tempat sejak pagi hari."
    paragraphs = "".join(f"<p>{html.escape(item.title)}. {more}</p>" for _ in range(4))
    head = f"<title>{html.escape(item.title)}</title>"
    return (
        f"<!doctype html><html lang=id><head>{head}</head><body><nav>Beranda</nav>"
        f"<article><h1>{html.escape(item.title)}</h1>{paragraphs}</article></body></html>"
    ).encode()


class Newsroom:
    """Puts `rate` items a second into four feeds; every incident is told once by each outlet."""

    def __init__(self, units: list[str], *, rate: float, incidents_per_second: float, port: int) -> None:
        # No unit has two incidents, so that each can be told from its alert: most names are kept for them.
        routine = max(2, len(units) // 8)
        self._incident_units = iter(units[routine:])
        self._routine_units = itertools.cycle(units[:routine])
        self._rate, self._incidents = rate, incidents_per_second
        self.port = port
        self._count = itertools.count(1)
        self._others = itertools.cycle(OTHER_TITLES)
        self._routines = itertools.cycle(ROUTINE_TITLES)
        self.feeds = {outlet: Feed(outlet) for outlet in (*OUTLETS, WITH_PAGES)}
        self.fed: dict[str, Fed] = {}
        self.incidents: list[str] = []

    def put(self, outlet: str, title: str, incident: str | None = None) -> None:
        url = f"http://127.0.0.1:{self.port}/{outlet}/berita/{next(self._count)}"
        item = Fed(url=url, outlet=outlet, title=title, incident=incident, at=time.time())
        self.fed[url] = item
        self.feeds[outlet].add(item)

    def open_incident(self) -> bool:
        """One incident told by every outlet; False when no unit is left."""
        unit = next(self._incident_units, None)
        if unit is None:
            return False
        self.incidents.append(unit)
        for outlet, title in zip(OUTLETS, INCIDENT_TITLES, strict=True):
            self.put(outlet, title.format(unit=unit), incident=unit)
        return True

    def routine(self, n: int) -> None:
        title = next(self._routines if n % 3 == 0 else self._others)
        outlet = WITH_PAGES if n % WITH_PAGES_EVERY == 0 else OUTLETS[n % len(OUTLETS)]
        self.put(outlet, title.format(unit=next(self._routine_units), n=n))

    def reads(self) -> list[int]:
        """How often each feed was asked for that is read since the start."""
        return [self.feeds[outlet].polled for outlet in OUTLETS]

    async def write(self, until: asyncio.Event) -> None:
        """Keeps the rate, whatever else happens, until the event is set."""
        began, put, n = time.monotonic(), 0.0, 0
        opened = 0
        while not until.is_set():
            passed = time.monotonic() - began
            while opened < passed * self._incidents:
                opened += 1
                put += len(OUTLETS) if self.open_incident() else 0
            while put < passed * self._rate:
                n, put = n + 1, put + 1
                self.routine(n)
            await asyncio.sleep(0.05)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """ASGI: GET /umpan/<outlet>.xml, and an article's page"""
        if scope["type"] != "http":
            return
        kind, body = b"application/rss+xml", b""
        if feed := self.feeds.get(scope["path"].removeprefix("/umpan/").removesuffix(".xml")):
            body = feed.page()
        elif item := self.fed.get(f"http://127.0.0.1:{self.port}{scope['path']}"):
            kind, body = b"text/html; charset=utf-8", article_page(item)
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200 if body else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def sources_file(self) -> dict[str, Any]:
        """The sources as ingest begins with them."""
        outlets = [
            {
                "outlet_id": outlet, "name": outlet, "domain": f"{outlet}.example", "zone": "WIB",
                "feeds": [f"http://127.0.0.1:{self.port}/umpan/{outlet}.xml"],
            }
            for outlet in OUTLETS
        ]  # fmt: skip
        return {"version": 1, "opmode": "live", "enabled": True, "interval_seconds": 1, "outlets": outlets}
