"""The lists behind a story's figures: what an address asks for, which publications these are, and their lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from libs.schemas.items import ClassifiedItem
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.drawing import page_number
from services.gateway.console.item_marks import Mark, marks_of
from services.gateway.console.rows import figure, sentiment_of
from services.gateway.outlets_views import known_outlet_id
from services.gateway.statistics import Fact

TONES = ("negatif", "campuran", "netral", "positif")
FACETS = ("media", "salinan", "kita", *TONES)
# A page of them; the browser draws no more at once.
LISTED = 100
_MOST_PAGES = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which of a story's publications: a figure (`facet`), one outlet, a stretch of time; and which page of them."""

    facet: str = ""
    outlet: str = ""
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Asked":
        """What an address does not say well is as if it were not there."""
        outlet, facet = told.get("media", ""), told.get("tampak", "")
        return cls(
            facet=facet if facet in FACETS else "",
            outlet=outlet if known_outlet_id(outlet) else "",
            since=_instant(told.get("dari")),
            until=_instant(told.get("sampai")),
            page=page_number(told.get("hal", ""), most=_MOST_PAGES),
        )

    @property
    def any(self) -> bool:
        return replace(self, page=1) != Asked()

    def href(self, story_id: str) -> str:
        told = {
            "tampak": self.facet, "media": self.outlet, "dari": words.iso(self.since), "sampai": words.iso(self.until),
            "hal": str(self.page) if self.page > 1 else "",
        }  # fmt: skip
        kept = urlencode({name: value for name, value in told.items() if value})
        return f"/isu/{story_id}" + (f"?{kept}#daftar" if kept else "")


def _instant(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at and at.tzinfo else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One publication in the order of the list; `head`: whose text it repeats; `of_outlet`: how many its outlet has,
    where it stands for all of them."""

    id: str
    head: str = ""
    of_outlet: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One publication; `copies`: how many near-copies it heads, `copy_of`: the outlet whose text it repeats,
    `publications`: of the outlet, where the line stands for one."""

    item_id: str
    at: datetime
    outlet_name: str
    outlet_href: str
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


def head_of_copies(story: Story) -> dict[str, str]:
    """Near-copy → the publication whose text it repeats."""
    return {copy: group.head_item_id for group in story.copies for copy in group.item_ids}


def placed_of(facts: Sequence[Fact], story: Story, asked: Asked) -> tuple[Placed, ...]:
    """The publications that an address asks for, all of them in order. `facts`: the story's, newest first."""
    named = _named(story, asked.facet)
    chosen = [fact for fact in facts if _wanted(fact, asked) and (named is None or fact.id in named)]
    return _outlets(chosen) if _by_outlet(asked) else _placed(chosen, story)


def _by_outlet(asked: Asked) -> bool:
    return asked.facet == "media" and not asked.outlet


def _named(story: Story, facet: str) -> frozenset[str] | None:
    """Those that the story names for a figure; None: all."""
    if facet == "salinan":
        return frozenset(head_of_copies(story))
    if facet == "kita":
        return frozenset(story.carries_our_statement.item_ids if story.carries_our_statement else ())
    return None


def _wanted(fact: Fact, asked: Asked) -> bool:
    if asked.outlet and fact.outlet_id != asked.outlet:
        return False
    if (asked.since and fact.at < asked.since) or (asked.until and fact.at >= asked.until):
        return False
    return asked.facet not in TONES or fact.sentiment == asked.facet


def _placed(facts: Sequence[Fact], story: Story) -> tuple[Placed, ...]:
    """Newest first, near-copies right under their head where that is listed too."""
    heads, listed = head_of_copies(story), {fact.id for fact in facts}
    under: dict[str, list[Placed]] = {}
    for fact in facts:
        if (head := heads.get(fact.id, "")) in listed:
            under.setdefault(head, []).append(Placed(id=fact.id, head=head))
    first = [fact.id for fact in facts if heads.get(fact.id, "") not in listed]
    # A list of copies alone has no heads in it, and says at each whose copy it is.
    return tuple(one for id_ in first for one in (Placed(id=id_, head=heads.get(id_, "")), *under.get(id_, ())))


def _outlets(facts: Sequence[Fact]) -> tuple[Placed, ...]:
    """One line per outlet, who was first first: its first publication, and how many there are."""
    counts = Counter(fact.outlet_id for fact in facts)
    first: dict[str, str] = {}
    for fact in reversed(facts):
        first.setdefault(fact.outlet_id, fact.id)
    return tuple(Placed(id=id_, of_outlet=counts[outlet]) for outlet, id_ in first.items())


def title_of(many: int, story: Story, asked: Asked, outlets: Mapping[str, str]) -> str:
    """As many as the figure said that led here; a story that has outgrown its event says what can be listed."""
    what, total = _figure(story, asked)
    narrowed = [f"dari {outlets.get(asked.outlet, asked.outlet)}"] if asked.outlet else []
    if asked.since or asked.until:
        ends = (asked.since or story.first_item_at, asked.until or story.last_item_at)
        narrowed.append(" sampai ".join(words.day_clock(at) for at in ends))
    return f"{words.number(many)} {what}, {', '.join(narrowed)}" if narrowed else _counted(many, total, what)


def _figure(story: Story, asked: Asked) -> tuple[str, int]:
    carried = story.carries_our_statement
    if _by_outlet(asked):
        return "media", figure(story.counts, "media")
    if asked.facet == "salinan":
        return "salinan", story.copies_count
    if asked.facet == "kita":
        return "memuat pernyataan kita", carried.count.value if carried else 0
    if asked.facet in TONES:
        return words.SENTIMENTS[asked.facet][1], getattr(story.sentiment_mix, asked.facet)
    return "publikasi", figure(story.counts, "publikasi")


def _counted(shown: int, total: int, what: str) -> str:
    """`18 publikasi`, or what can still be listed."""
    if shown >= total:
        return f"{words.number(shown)} {what}"
    return f"{words.number(shown)} dari {words.number(total)} {what}, yang terbaru"


def lines_of(
    placed: Sequence[Placed], items: Sequence[ClassifiedItem], story: Story, *, names: Mapping[str, str], reviews: bool
) -> list[Line]:
    """`items`: as this role may see them; what is gone meanwhile is left out. `names`: publication → its outlet's."""
    known = {item.item_id: item for item in items}
    sizes = {group.head_item_id: len(group.item_ids) for group in story.copies}
    return [
        _line(known[one.id], one, items, story, sizes.get(one.id, 0), names, reviews)
        for one in placed
        if one.id in known
    ]


def _line(
    item: ClassifiedItem,
    placed: Placed,
    others: Sequence[ClassifiedItem],
    story: Story,
    copies: int,
    names: Mapping[str, str],
    reviews: bool,
) -> Line:
    line = Line(
        item_id=item.item_id,
        at=item.first_seen_at,
        outlet_name=item.outlet_name,
        outlet_href=Asked(outlet=item.outlet_id).href(story.story_id),
        title=item.title,
        link=words.weblink(item.link),
        publications=placed.of_outlet,
    )
    if placed.of_outlet:
        return line
    doubt = (Mark(look="chip warn", text="ragu"),) if item.needs_review.yes else ()
    return replace(
        line,
        why=item.severity.why[0].words if item.severity.why else "",
        severity=item.severity.value,
        topic=words.topic(item.topics[0].name) if item.topics else "",
        sentiment=sentiment_of(item.sentiment.label),
        marks=(*marks_of(item, others), *doubt),
        copies=copies,
        copy_of=names.get(placed.head, "berita lain") if placed.head else "",
        review_href=f"/telaah?butir={item.item_id}" if reviews else "",
    )
