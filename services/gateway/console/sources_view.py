"""View model of the list of sources: filtered, searched, ranked by what needs a person, a page at a time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from libs.schemas.items import ClassifiedItem
from libs.schemas.sources import Outlet, Quiet, Source
from services.gateway.console import words
from services.gateway.console.pieces import May
from services.gateway.views import View

PAGE = 100
# What needs a person first. (key in the address, on the chip, on the badge, its look)
STATES = (
    ("gagal", "Gagal dibaca", "Gagal dibaca", "l3"),
    ("berhenti", "Dihentikan sistem", "Dihentikan sistem", "l3"),
    ("diam", "Diam", "Diam", "l2"),
    ("baru", "Baru", "Baru", "pre"),
    ("hidup", "Hidup", "Hidup", "ok"),
    ("mati", "Dimatikan", "Dimatikan", ""),
)
_RANKS = {key: rank for rank, (key, *_) in enumerate(STATES)}
_BADGES = {key: (word, look) for key, _, word, look in STATES}
KINDS = {"rss": "Umpan", "mastodon": "Mastodon", "impor": "Impor"}
IMITATIONS = {
    "huruf_mirip": "huruf yang mirip",
    "ejaan_dekat": "ejaan yang hampir sama",
    "kata_tambahan": "nama yang sama dengan kata tambahan",
    "akhiran_lain": "nama yang sama dengan akhiran lain",
}
_ZONES = {"Asia/Makassar": "WITA", "WITA": "WITA", "Asia/Jayapura": "WIT", "WIT": "WIT"}


def zone_of(of: Source | Outlet) -> str:
    """The label of its clock."""
    return _ZONES.get(of.zone, "WIB")


def state_of(source: Source) -> str:
    """One of STATES. Quiet is not failing: it answers and has nothing new."""
    if not source.enabled:
        return "berhenti" if source.disabled_by == "sistem" else "mati"
    if source.state == "hidup" and source.quiet is not None:
        return "diam"
    return source.state if source.state in _RANKS else "baru"


def badge_of(source: Source) -> tuple[str, str]:
    """Word and look."""
    return _BADGES[state_of(source)]


def every(seconds: int) -> str:
    """`tiap 12 mnt`."""
    if seconds < 120:
        return f"tiap {seconds} dtk"
    if seconds < 7200:
        return f"tiap {words.number(round(seconds / 60))} mnt"
    return f"tiap {words.number(round(seconds / 3600, 1))} jam"


def per_day(items: float) -> str:
    """`41`, `2,3`: as exact as a rate deserves."""
    return words.number(round(items, 1) if items < 10 else round(items))


def rhythm_of(source: Source) -> tuple[str, str]:
    """How much it brings, and how often it is read."""
    brings = f"{per_day(source.items_per_day)} sehari" if source.items_per_day is not None else "belum cukup riwayat"
    pace = source.reading_every_seconds or source.interval_seconds
    return brings, f"dibaca {every(pace)}" if source.enabled else "tidak dibaca"


def percent(chance: float) -> str:
    """`0,01 %`."""
    share = chance * 100
    if share < 0.001:
        return "kurang dari 0,001 %"
    decimals = next((d for d in (0, 1, 2) if share >= 10.0**-d), 3)
    return f"{words.number(round(share, decimals), decimals)} %"


def since_words(quiet: Quiet, zone: str, now: datetime) -> str:
    """The clock for today, the day as well for any other."""
    same_day = words.day(quiet.since, zone) == words.day(now, zone)
    return words.clock_zoned(quiet.since, zone) if same_day else words.day_clock(quiet.since, zone)


def quiet_words(quiet: Quiet, zone: str, now: datetime) -> str:
    """The figures behind "diam"."""
    return (
        f"Biasanya {per_day(quiet.items_per_day)} berita sehari. Sejak {since_words(quiet, zone, now)} tidak ada; "
        f"seharusnya ±{per_day(quiet.expected_meanwhile)}. Peluang kebetulan {percent(quiet.chance)}. "
        f"Dasar: {words.number(round(quiet.basis_days))} hari riwayatnya."
    )


def why_of(source: Source, now: datetime) -> str:
    """What stands under the state."""
    match state_of(source):
        case "diam":
            assert source.quiet is not None
            since = since_words(source.quiet, zone_of(source), now)
            return f"sejak {since}, seharusnya ±{per_day(source.quiet.expected_meanwhile)} berita"
        case "berhenti":
            when = words.day_clock(source.retry_at) or "waktunya belum diketahui"
            return f"{source.failure or 'terlalu sering gagal'}; dicoba lagi {when}"
        case "gagal":
            return source.failure or ""
        case "mati":
            return f"oleh petugas{': ' + source.why if source.why else ''}" if source.disabled_by else source.why or ""
        case "baru":
            return "belum pernah terbaca"
    return ""


def failures_of(source: Source) -> tuple[str, str]:
    """`3 beruntun`, `nilai 2,4`; or neither."""
    if not source.failures and not source.failure_score:
        return "–", ""
    return f"{words.number(source.failures)} beruntun", f"nilai {words.number(round(source.failure_score, 1))}"


def address_of(source: Source) -> str:
    return source.url.removeprefix("https://").removeprefix("http://").removeprefix("www.")


def copycat_words(outlet: Outlet) -> str:
    copycat = outlet.copycat
    if copycat is None:
        return ""
    how = IMITATIONS.get(copycat.how, copycat.how)
    return f"Domain {copycat.domain} mirip {copycat.of_domain}: {how}. Pastikan pemiliknya sebelum mempercayai isinya."


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    source_id: str
    href: str
    name: str
    outlet_name: str
    address: str
    kind: str
    sample: bool
    enabled: bool
    readable: bool
    state_word: str
    state_look: str
    why: str
    brings: str
    pace: str
    last_item: tuple[str, str]
    failures: tuple[str, str]
    copycat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    href: str
    label: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the address of the page asks for."""

    words: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def of(cls, params: Mapping[str, str]) -> "Wish":
        page = params.get("hal", "1")
        state = params.get("keadaan", "")
        return cls(
            words=params.get("cari", "")[:80].strip(),
            state=state if state in _RANKS else "",
            page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        )

    def href(self, *, state: str | None = None, page: int = 1) -> str:
        wanted = {
            "cari": self.words,
            "keadaan": self.state if state is None else state,
            "hal": str(page) if page > 1 else "",
        }
        query = urlencode({name: value for name, value in wanted.items() if value})
        return "/sumber" + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    words: str
    may_change: bool
    chips: list[Chip]
    search: str
    state: str
    sources: list[SourceLine]
    empty_words: str
    clear_href: str
    range_words: str
    before_href: str
    after_href: str
    to_switch_on: int
    to_switch_off: int


def source_line(
    view: View[Source], newest: datetime | None, copycats: Mapping[str, Outlet], now: datetime
) -> SourceLine:
    """`newest`: when its newest item was first seen, where that is known better than by the source itself."""
    source = view.data
    name = source.name or source.outlet_name
    word, look = badge_of(source)
    brings, pace = rhythm_of(source)
    imitation = copycats.get(source.outlet_id)
    return SourceLine(
        source_id=source.source_id,
        href=f"/sumber/{source.source_id}",
        name=name,
        outlet_name="" if name.startswith(source.outlet_name) else source.outlet_name,
        address=address_of(source),
        kind=KINDS[source.kind] if source.kind != "rss" else "",
        sample=view.opmode == "sample",
        enabled=source.enabled,
        readable=source.enabled or source.disabled_by == "sistem",
        state_word=word,
        state_look=look,
        why=why_of(source, now),
        brings=brings,
        pace=pace,
        last_item=last_item_words(source, newest, now),
        failures=failures_of(source),
        copycat=copycat_words(imitation) if imitation else "",
    )


def last_item_words(source: Source, newest: datetime | None, now: datetime) -> tuple[str, str]:
    """`08.14 WIB`, `8 mnt lalu`; or neither."""
    last = max((at for at in (newest, words.moment(source.last_item_at)) if at), default=None)
    return (words.clock_zoned(last), f"{words.age(last, now)} lalu") if last else ("–", "")


def newest_by_source(items: Sequence[ClassifiedItem]) -> dict[str, datetime]:
    newest: dict[str, datetime] = {}
    for item in items:
        for source_id in item.seen_via:
            newest[source_id] = max(item.first_seen_at, newest.get(source_id, item.first_seen_at))
    return newest


def _matches(source: Source, wanted: str) -> bool:
    text = f"{source.outlet_name} {source.name or ''} {source.url}".casefold()
    return all(word in text for word in wanted.casefold().split())


def _rank(view: View[Source]) -> tuple[int, str, str]:
    source = view.data
    return _RANKS[state_of(source)], source.outlet_name.casefold(), source.url


def sources_page(
    views: Sequence[View[Source]],
    items: Sequence[ClassifiedItem],
    copycats: Mapping[str, Outlet],
    *,
    wish: Wish,
    may: May,
    now: datetime,
) -> SourcesPage:
    found = [view for view in views if _matches(view.data, wish.words)]
    counts = Counter(state_of(view.data) for view in found)
    shown = sorted((v for v in found if not wish.state or state_of(v.data) == wish.state), key=_rank)
    first = min((wish.page - 1) * PAGE, max(0, len(shown) - 1) // PAGE * PAGE)
    here, page = shown[first : first + PAGE], first // PAGE + 1
    newest = newest_by_source(items)
    more = len(shown) > first + PAGE
    return SourcesPage(
        words=f"{words.number(len(views))} sumber. Diam bukan gagal: sumbernya terbaca, tetapi tidak ada yang baru.",
        may_change=may("POST", "/api/v1/sources/{source_id}/switch"),
        chips=_chips(wish, counts, len(found)),
        search=wish.words,
        state=wish.state,
        sources=[source_line(view, newest.get(view.id), copycats, now) for view in here],
        empty_words=_empty(wish, views),
        clear_href="/sumber" if wish.words or wish.state else "",
        range_words=f"{first + 1}–{first + len(here)} dari {words.number(len(shown))}" if len(shown) > PAGE else "",
        before_href=wish.href(page=page - 1) if first else "",
        after_href=wish.href(page=page + 1) if more else "",
        to_switch_on=sum(not view.data.enabled for view in here),
        to_switch_off=sum(view.data.enabled for view in here),
    )


def _chips(wish: Wish, counts: Mapping[str, int], total: int) -> list[Chip]:
    chips = [Chip(href=wish.href(state=""), label="Semua", count=words.number(total), current=not wish.state)]
    for key, label, *_ in STATES:
        if counts.get(key) or key == wish.state:
            count = words.number(counts.get(key, 0))
            chips.append(Chip(href=wish.href(state=key), label=label, count=count, current=key == wish.state))
    return chips


def _empty(wish: Wish, views: Sequence[View[Source]]) -> str:
    if not views:
        return "Belum ada sumber. Tambahkan yang pertama."
    filters = [f"“{wish.words}”"] if wish.words else []
    filters += [label for key, label, *_ in STATES if key == wish.state]
    return f"Tidak ada sumber yang cocok. Saringan: {', '.join(filters)}."
