"""The feed page's view model: filters from the URL, tabs, pickers, and the two zones."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.rows import Row, alert_row, story_row
from services.gateway.views import Health, Page, StoryQuery, View
from services.gateway.views_store import Views

ROW_LIMIT = 100
TAB_SCAN = 200
HOURS = (("1", "1 jam terakhir"), ("4", "4 jam terakhir"), ("24", "24 jam terakhir"), ("72", "3 hari terakhir"))
TABS = (("semua", "Semua"), ("telaah", "Belum Ditelaah"), ("negatif", "Negatif ≥ 2"), ("positif", "Positif"))
_PLAIN = ("tampilan", "topik", "wilayah", "sev", "jam")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the URL asks for; anything it does not know is as if it were not there."""

    tampilan: str = "semua"
    topik: str = ""
    wilayah: str = ""
    sev: int = 0
    jam: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        tab = query.get("tampilan", "")
        severity = query.get("sev", "")
        hours = query.get("jam", "")
        return cls(
            tampilan=tab if tab in dict(TABS) else "semua",
            topik=query.get("topik", "") if query.get("topik", "") in words.TOPICS else "",
            wilayah=query.get("wilayah", "")[:60],
            sev=int(severity) if severity in ("1", "2", "3", "4") else 0,
            jam=int(hours) if hours in dict(HOURS) else 0,
        )

    def href(self, **changes: str | int) -> str:
        """The feed under this filter with some of it changed."""
        values = {name: getattr(self, name) for name in _PLAIN} | changes
        kept = {name: value for name, value in values.items() if value not in ("", 0, "semua")}
        return f"/umpan?{urlencode(kept)}" if kept else "/umpan"

    @property
    def severity_min(self) -> int | None:
        wanted = max(self.sev, 2 if self.tampilan == "negatif" else 0)
        return wanted or None

    @property
    def sentiment(self) -> str | None:
        return {"negatif": "negatif", "positif": "positif"}.get(self.tampilan)

    def query(self, now: datetime) -> StoryQuery:
        return StoryQuery(
            status="terbuka",
            severity_min=self.severity_min,
            topic=self.topik or None,
            province=self.wilayah or None,
            sentiment=self.sentiment,
            since=now - timedelta(hours=self.jam) if self.jam else None,
        )

    def for_browser(self) -> str:
        """What the browser checks a streamed row against."""
        return json.dumps(
            {
                "sev": self.severity_min or 0,
                "nada": self.sentiment or "",
                "topik": self.topik,
                "wilayah": self.wilayah,
                "telaah": self.tampilan == "telaah",
            }
        )

    def in_words(self) -> str:
        parts = [
            dict(TABS)[self.tampilan] if self.tampilan != "semua" else "",
            words.topic(self.topik) if self.topik else "",
            self.wilayah,
            f"keparahan ≥ {self.sev}" if self.sev else "",
            dict(HOURS)[str(self.jam)] if self.jam else "",
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """`count` as shown: `45`, or `45+` when older stories were not looked at."""

    key: str
    label: str
    href: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    label: str
    chosen: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    filter_json: str
    tabs: tuple[Tab, ...]
    picks: tuple[Pick, ...]
    clear_href: str
    waiting: tuple[Row, ...]
    waiting_words: str
    flow: tuple[Row, ...]
    flow_words: str
    empty_words: str
    more_href: str


def _pick(what: str, options: list[tuple[str | int, str]], chosen: str | int, wanted: Filter, name: str) -> Pick:
    known = dict(options)
    return Pick(
        label=known[chosen] if chosen in known and chosen not in ("", 0) else f"{what}: semua",
        chosen=chosen not in ("", 0),
        options=tuple(
            Option(label=label, href=wanted.href(**{name: value}), current=value == chosen) for value, label in options
        ),
    )


def picks_of(wanted: Filter, stories: list[View[Story]]) -> tuple[Pick, ...]:
    provinces = sorted({name for view in stories for name in view.data.provinces} | ({wanted.wilayah} - {""}))
    topics = sorted({topic.name for view in stories for topic in view.data.topics} | ({wanted.topik} - {""}))
    return (
        _pick("Waktu", [(0, "Semua waktu"), *((int(h), label) for h, label in HOURS)], wanted.jam, wanted, "jam"),
        _pick(
            "Wilayah", [("", "Semua wilayah"), *((name, name) for name in provinces)], wanted.wilayah, wanted, "wilayah"
        ),
        _pick(
            "Topik",
            [("", "Semua topik"), *((name, words.topic(name)) for name in topics)],
            wanted.topik,
            wanted,
            "topik",
        ),
        _pick(
            "Keparahan",
            [(0, "Semua keparahan"), *((n, f"Keparahan ≥ {n} ({words.SEVERITIES[n]})") for n in (1, 2, 3, 4))],
            wanted.sev,
            wanted,
            "sev",
        ),
    )


def _in_tab(key: str, story: Story) -> bool:
    if key == "telaah":
        return story.needs_review
    if key == "negatif":
        return story.sentiment.label == "negatif" and story.severity_max >= 2
    return key == "semua" or story.sentiment.label == key


def tabs_of(wanted: Filter, scanned: Page[Story], health: Health) -> tuple[Tab, ...]:
    """Counts under the other filters, of the newest two hundred stories; all open ones are counted by the store."""

    def counted(key: str) -> str:
        if key == "semua" and not replace(wanted, tampilan="semua").in_words():
            return words.number(health.open_stories)
        found = sum(_in_tab(key, view.data) for view in scanned.rows)
        return f"{words.number(found)}{'+' if scanned.next else ''}"

    return tuple(
        Tab(
            key=key,
            label=label,
            href=wanted.href(tampilan=key),
            count=counted(key),
            current=key == wanted.tampilan,
        )
        for key, label in TABS
    )


def empty_words(wanted: Filter, health: Health, now: datetime) -> str:
    """Never "safe" alone: what was looked at, and how fresh."""
    if said := wanted.in_words():
        return f"Tidak ada isu yang cocok. Saringan: {said}."
    if not health.sources_all:
        return "Belum ada isu: tidak ada sumber yang hidup. Hidupkan di halaman Sumber."
    if health.last_item_at is None:
        return (
            f"Belum ada isu. {health.sources_live} dari {health.sources_all} sumber hidup; yang pertama masuk sendiri."
        )
    return f"Tidak ada isu. Berita terakhir terbaca {words.clock_zoned(health.last_item_at)}."


def waiting_words(count: int, health: Health) -> str:
    if count:
        return f"{count} belum diakui; yang tidak dijawab naik sendiri"
    if not health.sources_all:
        return "Tidak ada data, bukan berarti tenang: tidak ada sumber yang hidup."
    age = "belum terbaca" if health.data_age_seconds is None else f"data {int(health.data_age_seconds)} detik lalu"
    return f"Tidak ada yang menunggu. {health.sources_live} dari {health.sources_all} sumber hidup, {age}."


async def feed_page(views: Views, wanted: Filter, *, cursor: str | None, health: Health, now: datetime) -> FeedPage:
    everything = replace(wanted, tampilan="semua").query(now)
    scanned = await views.stories(everything, limit=TAB_SCAN)
    page: Page[Story] = await views.stories(wanted.query(now), limit=ROW_LIMIT, cursor=cursor)
    waiting = await views.waiting_alerts()
    above = {story_id for view in waiting for story_id in view.data.story_ids}
    shown = [view for view in page.rows if view.id not in above and _in_tab(wanted.tampilan, view.data)]
    alerts = await views.alerts_of_stories([view.id for view in shown])
    flow = tuple(story_row(view, now, alerts.get(view.id)) for view in shown)
    more = (
        f"{wanted.href()}{'&' if '?' in wanted.href() else '?'}{urlencode({'sejak': page.next})}" if page.next else ""
    )
    return FeedPage(
        filter_json=wanted.for_browser(),
        tabs=tabs_of(wanted, scanned, health),
        picks=picks_of(wanted, scanned.rows),
        clear_href="/umpan" if wanted.in_words() else "",
        waiting=tuple(alert_row(view, now) for view in waiting),
        waiting_words=waiting_words(len(waiting), health),
        flow=flow,
        flow_words=f"{len(flow)} isu di halaman ini, perubahan terbaru di atas",
        empty_words=empty_words(wanted, health, now),
        more_href=more,
    )
