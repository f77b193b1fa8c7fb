"""View model of a story: its figures with their lists, its life, outlets, our share, kin, and what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from libs.schemas.alerts import Alert
from libs.schemas.items import ClassifiedItem
from libs.schemas.releases import Release
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.old_content import Old, old_of, old_words
from services.gateway.console.pieces import Figure, May, Why, story_figures, why_severity
from services.gateway.console.rows import Badge, figure, story_row, unit_name
from services.gateway.console.story_life import Life, life_of, moments_of
from services.gateway.console.story_lists import LISTED, TONES, Asked, Line, Placed, lines_of, title_of
from services.gateway.views import View

_A_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Part of a bar: x and width in percent."""

    word: str
    look: str
    count: int
    x: float
    width: float
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletRow:
    name: str
    href: str
    count: int
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Another story that this one came from, became, or follows."""

    words: str
    title: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """What this person may do to the story."""

    merge: bool
    split: bool
    rename: bool
    pin: bool

    @property
    def any(self) -> bool:
        return self.merge or self.split or self.rename or self.pin


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    story_id: str
    title: str
    plain_title: str
    severity: int
    severity_word: str
    badges: tuple[Badge, ...]
    unit: str
    topic: str
    sample: bool
    alert_id: str
    open: bool
    pinned: bool
    into: Kin | None
    old: Old | None
    span_words: str
    list_title: str
    all_href: str
    before_href: str
    after_href: str
    range_words: str
    lines: list[Line]
    figures: tuple[Figure, ...]
    life: Life
    reasons: list[Why]
    tones: tuple[Share, ...]
    outlets: tuple[OutletRow, ...]
    outlets_words: str
    ours: Figure | None
    ours_words: str
    releases: tuple[Kin, ...]
    kin: tuple[Kin, ...]
    changed_by: str
    deeds: Deeds


def deeds_for(may: May) -> Deeds:
    route = "/api/v1/stories/{story_id}/"
    return Deeds(**{deed: may("POST", route + deed) for deed in ("merge", "split", "rename", "pin")})


def kin_ids(story: Story, later: Sequence[View[Story]] = ()) -> list[str]:
    """The stories whose titles the page needs."""
    ids = [story.into, story.development_of, story.split_from, *story.merged_from, *story.split_into]
    return list(dict.fromkeys(one for one in [*ids, *(view.id for view in later)] if one))


def _tones(story: Story) -> tuple[Share, ...]:
    counts = {tone: getattr(story.sentiment_mix, tone) for tone in TONES}
    total = sum(counts.values())
    shares, at = [], 0.0
    for tone, count in counts.items():
        if not count:
            continue
        width = 100 * count / total
        glyph, word, _ = words.SENTIMENTS[tone]
        href = Asked(facet=tone).href(story.story_id)
        shares.append(
            Share(word=f"{glyph} {word}", look=tone, count=count, x=round(at, 2), width=round(width, 2), href=href)
        )
        at += width
    return tuple(shares)


def _outlets(story: Story) -> tuple[OutletRow, ...]:
    top = max((outlet.publications for outlet in story.outlets), default=1)
    return tuple(
        OutletRow(
            name=outlet.outlet_name,
            href=Asked(outlet=outlet.outlet_id).href(story.story_id),
            count=outlet.publications,
            width=round(100 * outlet.publications / top, 1),
        )
        for outlet in story.outlets
    )


def _ours(story: Story) -> tuple[Figure | None, str]:
    carried = story.carries_our_statement
    if carried is None or not carried.count.value:
        return None, "Belum ada pernyataan kita dalam isu ini."
    share = words.number(round(carried.share * 100, 1))
    many = words.number(carried.count.value)
    return (
        Figure(
            value=f"{share} %",
            what=f"{many} publikasi memuat pernyataan kita",
            href=Asked(facet="kita").href(story.story_id) if carried.item_ids else None,
        ),
        "Publikasi yang mengulang atau mengutip rilis kita, dari semua publikasi isu ini.",
    )


def _kin(story: Story, titles: Mapping[str, str], later: Sequence[View[Story]]) -> tuple[Kin, ...]:
    told = [("Perkembangan dari", story.development_of), ("Dipisah dari", story.split_from)]
    told += [("Digabung ke sini", one) for one in story.merged_from]
    told += [("Dipisah menjadi", one) for one in story.split_into]
    told += [("Perkembangannya", view.id) for view in later]
    return tuple(_of_kin(said, one, titles) for said, one in told if one)


def _of_kin(said: str, story_id: str, titles: Mapping[str, str]) -> Kin:
    title = words.unbroken(titles.get(story_id, "isu yang sudah diarsipkan"))
    return Kin(words=said, title=title, href=f"/isu/{story_id}" if story_id in titles else "")


def _badges(row_badges: tuple[Badge, ...], story: Story) -> tuple[Badge, ...]:
    """As on its row, where there is no room for the day of an old event."""
    more = [
        Badge(look="badge ok", text="Disematkan") if story.pinned else None,
        Badge(look="badge", text="Tidak bergerak lagi") if story.asleep else None,
        Badge(look="badge", text="Judul oleh orang") if story.titled_by == "orang" else None,
    ]
    old = (Badge(look="chip warn", text=old_words(story)),) if story.old_event else ()
    said = {words.ACTUALITIES["konten_lama_kembali_viral"]} if old else set()
    kept = (badge for badge in row_badges if badge.text not in said)
    return (*old, *kept, *(badge for badge in more if badge))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What an address asks for of a story: the page of it that is drawn, and how many there are in all. `outlets`,
    `names`: outlet, and publication, → the outlet's name."""

    asked: Asked
    placed: tuple[Placed, ...]
    total: int
    items: Sequence[ClassifiedItem]
    outlets: Mapping[str, str]
    names: Mapping[str, str]


def busiest(times: Sequence[datetime], peak: int) -> Asked | None:
    """The hour with the most publications, where it is the one that the figure counted. `times`: rising."""
    best, first = (0, 0, 0), 0
    for last, at in enumerate(times):
        while at - times[first] >= timedelta(hours=1):
            first += 1
        best = max(best, (last - first + 1, first, last), key=lambda one: one[0])
    many, first, last = best
    # Addresses carry milliseconds, and their end is not in it.
    return Asked(since=times[first], until=times[last] + _A_MOMENT) if many and many == peak else None


def _pages(story: Story, listed: Listed) -> tuple[str, str, str]:
    """The pages before and after, and what this one holds; nothing where everything is on one."""
    page, total = listed.asked.page, listed.total
    if total <= LISTED:
        return "", "", ""
    before = replace(listed.asked, page=page - 1).href(story.story_id) if page > 1 else ""
    after = replace(listed.asked, page=page + 1).href(story.story_id) if page * LISTED < total else ""
    first = (page - 1) * LISTED + 1
    return before, after, f"{words.number(first)} sampai {words.number(min(total, page * LISTED))}"


def story_page(
    view: View[Story],
    listed: Listed,
    *,
    alert: View[Alert] | None,
    times: Sequence[datetime],
    past: Sequence[Mapping[str, Any]],
    kin: Mapping[str, View[Story]],
    later: Sequence[View[Story]],
    releases: Sequence[View[Release]],
    may: May,
    now: datetime,
) -> StoryPage:
    """`times`: of its publications, rising; `past`: what was told of it beside growth; `later`: stories that say they
    are a development of this one; `releases`: ours that its items carry."""
    story, row = view.data, story_row(view, now, alert)
    titles = {story_id: other.data.title for story_id, other in kin.items()}
    ours, ours_words = _ours(story)
    before, after, range_words = _pages(story, listed)
    peak = busiest(times, story.peak_per_hour)
    return StoryPage(
        story_id=story.story_id,
        title=row.title,
        plain_title=story.title,
        severity=row.severity,
        severity_word=row.severity_word,
        badges=_badges(row.badges, story),
        unit=unit_name(story.units),
        topic=row.topic,
        sample=row.sample,
        alert_id=row.alert_id,
        open=story.status == "terbuka",
        pinned=story.pinned,
        into=_of_kin("Isu ini digabung ke", story.into, titles) if story.into else None,
        old=old_of(story),
        span_words=f"Pertama {words.day_clock(story.first_item_at)}, terakhir {words.day_clock(story.last_item_at)}",
        list_title=title_of(listed.total, story, listed.asked, listed.outlets),
        all_href=f"/isu/{story.story_id}" if listed.asked.any else "",
        before_href=before,
        after_href=after,
        range_words=range_words,
        lines=lines_of(listed.placed, listed.items, story, names=listed.names, reviews=may("GET", "/telaah")),
        figures=story_figures(story, peak.href(story.story_id) if peak else None),
        life=life_of(story, times, moments_of(view, past=past, times=times, kin=kin), now=now),
        reasons=why_severity(story),
        tones=_tones(story),
        outlets=_outlets(story),
        outlets_words=f"{len(story.outlets)} teratas dari {words.number(figure(story.counts, 'media'))} media"
        if figure(story.counts, "media") > len(story.outlets)
        else "",
        ours=ours,
        ours_words=ours_words,
        releases=tuple(
            Kin(words=words.day(one.data.published_at), title=one.data.title, href=f"/rilis/{one.id}")
            for one in releases
        ),
        kin=_kin(story, titles, later),
        changed_by=words.role(story.changed_by.role) if story.changed_by else "",
        deeds=deeds_for(may) if story.status == "terbuka" else Deeds(merge=False, split=False, rename=False, pin=False),
    )
