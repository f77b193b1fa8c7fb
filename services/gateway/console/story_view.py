"""View model of a story: its list with labels and copies, its outlets, our share, what came of it, what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from libs.schemas.alerts import Alert
from libs.schemas.items import ClassifiedItem
from libs.schemas.releases import Release
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.item_marks import Mark, marks_of
from services.gateway.console.pieces import Chart, Figure, May, Why, story_chart, story_figures, why_severity
from services.gateway.console.rows import Badge, figure, sentiment_of, story_row, unit_name
from services.gateway.views import View

TONES = ("negatif", "campuran", "netral", "positif")
FACETS = ("media", "salinan", "kita", *TONES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One publication; `copies`: how many near-copies it heads, `copy_of`: the outlet whose text it repeats,
    `publications`: of the outlet, where the line stands for one."""

    item_id: str
    at: datetime
    outlet_name: str
    title: str
    link: str | None
    why: str = ""
    severity: int | None = None
    topic: str = ""
    sentiment: tuple[str, str, str] | None = None
    marks: tuple[Mark, ...] = ()
    copies: int = 0
    copy_of: str = ""
    publications: int = 0
    review_href: str = ""


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
class Old:
    """An event of long ago that is told as new, and what was said of it then."""

    title: str
    href: str
    when: str
    release_title: str
    release_href: str


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
    lines: list[Line]
    figures: tuple[Figure, ...]
    chart: Chart
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


def lines_of(items: Sequence[ClassifiedItem], story: Story, *, may_review: bool) -> list[Line]:
    """Newest first, each head with its near-copies right under it."""
    heads = {copy: group.head_item_id for group in story.copies for copy in group.item_ids}
    sizes = {group.head_item_id: len(group.item_ids) for group in story.copies}
    known = {item.item_id: item for item in items}
    under: dict[str, list[ClassifiedItem]] = {}
    for item in items:
        if heads.get(item.item_id) in known:
            under.setdefault(heads[item.item_id], []).append(item)
    listed = []
    for item in items:
        if heads.get(item.item_id) in known:
            continue
        listed.append(_line(item, items, may_review, copies=sizes.get(item.item_id, 0)))
        listed += [_line(copy, items, may_review, copy_of=item.outlet_name) for copy in under.get(item.item_id, [])]
    return listed


def _line(
    item: ClassifiedItem, others: Sequence[ClassifiedItem], may_review: bool, *, copies: int = 0, copy_of: str = ""
) -> Line:
    first = item.severity.why[0].words if item.severity.why else ""
    return Line(
        item_id=item.item_id,
        at=item.first_seen_at,
        outlet_name=item.outlet_name,
        title=item.title,
        link=words.weblink(item.link),
        why=first,
        severity=item.severity.value,
        topic=words.topic(item.topics[0].name) if item.topics else "",
        sentiment=sentiment_of(item.sentiment.label),
        marks=(*marks_of(item, others), *((Mark(look="chip warn", text="ragu"),) if item.needs_review.yes else ())),
        copies=copies,
        copy_of=copy_of,
        review_href=f"/telaah?butir={item.item_id}" if may_review else "",
    )


def lines_of_outlets(items: Sequence[ClassifiedItem]) -> list[Line]:
    """One line per outlet: its first publication, and how many there are."""
    by_outlet: dict[str, list[ClassifiedItem]] = {}
    for item in sorted(items, key=lambda each: each.first_seen_at):
        by_outlet.setdefault(item.outlet_id, []).append(item)
    return [
        Line(
            item_id=found[0].item_id,
            at=found[0].first_seen_at,
            outlet_name=found[0].outlet_name,
            title=found[0].title,
            link=words.weblink(found[0].link),
            publications=len(found),
        )
        for found in by_outlet.values()
    ]


def _counted(shown: int, total: int, what: str) -> str:
    """`18 publikasi`, or what can still be listed of a story that has outgrown its event."""
    return f"{shown} {what}" if shown >= total else f"{shown} dari {total} {what}, yang terbaru"


def listed(facet: str, story: Story, items: Sequence[ClassifiedItem], *, may_review: bool) -> tuple[list[Line], str]:
    """The list behind one figure, and its title."""
    if facet == "media":
        lines = lines_of_outlets(items)
        return lines, _counted(len(lines), figure(story.counts, "media"), "media")
    if facet == "salinan":
        copied = {item_id for group in story.copies for item_id in group.item_ids}
        chosen = [item for item in items if item.item_id in copied]
        lines = [_line(item, items, may_review) for item in chosen]
        return lines, _counted(len(chosen), story.copies_count, "salinan")
    if facet in TONES:
        chosen = [item for item in items if item.sentiment.label == facet]
        total = getattr(story.sentiment_mix, facet)
        return [_line(item, items, may_review) for item in chosen], _counted(
            len(chosen), total, words.SENTIMENTS[facet][1]
        )
    total = figure(story.counts, "publikasi")
    return lines_of(items, story, may_review=may_review), _counted(len(items), total, "publikasi")


def _tones(story: Story) -> tuple[Share, ...]:
    counts = {tone: getattr(story.sentiment_mix, tone) for tone in TONES}
    total = sum(counts.values())
    shares, at = [], 0.0
    for tone, count in counts.items():
        if not count:
            continue
        width = 100 * count / total
        glyph, word, _ = words.SENTIMENTS[tone]
        href = f"/isu/{story.story_id}?tampak={tone}"
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
            href=f"/media/{outlet.outlet_id}",
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
        Figure(value=f"{share} %", what=f"{many} publikasi memuat pernyataan kita", href=None),
        "Publikasi yang mengulang atau mengutip rilis kita, dari semua publikasi isu ini.",
    )


def _old(story: Story) -> Old | None:
    old = story.old_event
    if old is None:
        return None
    return Old(
        title=words.unbroken(old.title),
        href=f"/isu/{old.story_id}",
        when=words.day(old.event_at),
        release_title=old.release_title or "",
        release_href=f"/rilis/{old.release_id}" if old.release_id else words.weblink(old.release_url) or "",
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
    more = [
        Badge(look="badge ok", text="Disematkan") if story.pinned else None,
        Badge(look="badge", text="Tidak bergerak lagi") if story.asleep else None,
        Badge(look="badge", text="Judul oleh orang") if story.titled_by == "orang" else None,
    ]
    return (*row_badges, *(badge for badge in more if badge))


def story_page(
    view: View[Story],
    *,
    alert: View[Alert] | None,
    items: Sequence[ClassifiedItem],
    facet: str,
    titles: Mapping[str, str],
    later: Sequence[View[Story]],
    releases: Sequence[View[Release]],
    may: May,
    now: datetime,
) -> StoryPage:
    """`later`: stories that say they are a development of this one; `releases`: ours that its items carry."""
    story, row = view.data, story_row(view, now, alert)
    lines, title = listed(facet, story, items, may_review=may("GET", "/telaah"))
    ours, ours_words = _ours(story)
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
        old=_old(story),
        span_words=f"Pertama {words.day_clock(story.first_item_at)}, terakhir {words.day_clock(story.last_item_at)}",
        list_title=title,
        all_href=f"/isu/{story.story_id}" if facet in FACETS else "",
        lines=lines,
        figures=story_figures(story),
        chart=story_chart(story, now),
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
