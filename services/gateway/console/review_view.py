"""View model of the review queue: one card, why the classifier is unsure, its labels with their reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from libs.schemas.common import Role, Span
from libs.schemas.items import ClassifiedItem, Item, Reason
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.item_marks import Mark, marks_of
from services.gateway.console.old_content import old_mark
from services.gateway.console.pieces import Why, Words
from services.gateway.doubts import KINDS, doubts_of, kinds_of
from services.gateway.review_views import ReviewQuery, Stretch
from services.gateway.searching import Stretch as Part
from services.gateway.views import View
from services.gateway.visibility import visible

TEXT_SHOWN = 2_500
KIND_WORDS = {
    "relevansi": "Relevansi", "keparahan": "Keparahan", "topik": "Topik", "unit": "Unit", "nada": "Nada",
    "lainnya": "Lainnya",
}  # fmt: skip
# The letters of the topics' dialog, in the order of the list.
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    href: str
    label: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label as the classifier gave it; `unsure`: a doubt is about it."""

    heading: str
    value: str
    sure: str
    unsure: bool
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChoice:
    key: str
    name: str
    word: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    item_id: str
    title: tuple[Part, ...]
    text: tuple[Part, ...]
    cut: bool
    outlet_name: str
    link: str
    at: datetime
    doubts: tuple[str, ...]
    labels: tuple[Label, ...]
    relevant: bool
    severity: int
    sentiment: str
    topics: tuple[TopicChoice, ...]
    candidates: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    sample: bool
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    item_id: str
    href: str
    title: str
    severity: int
    doubts: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a list to narrow by."""

    value: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """`page_before`, `page_after`: the stretch of the queue before and after the one that is listed."""

    words: str
    chips: tuple[Chip, ...]
    kind: str
    topics: tuple[Choice, ...]
    units: tuple[Choice, ...]
    card: Card | None
    next_href: str
    before_href: str
    queue: tuple[QueueLine, ...]
    more: int
    page_before: str
    page_after: str
    empty_words: str
    home_href: str


def href_of(query: ReviewQuery, **place: str) -> str:
    """The queue as narrowed, at a place: `butir`, `sesudah` or `sebelum`."""
    told = {"alasan": query.kind, "topik": query.topic, "unit": query.unit_id, **place}
    kept = urlencode({name: value for name, value in told.items() if value})
    return "/telaah" + (f"?{kept}" if kept else "")


def highlighted(text: str, spans: Sequence[Span], field: str) -> tuple[Part, ...]:
    """The text with what the labels rest on marked; a span whose words stand elsewhere is not drawn."""
    hits = sorted(
        {
            (span.start, span.end)
            for span in spans
            if span.field == field and text[span.start : span.end].casefold() == span.words.casefold() and span.words
        }
    )
    parts, at = list[Part](), 0
    for start, end in hits:
        if start >= at:
            parts += [Part(text=text[at:start], hit=False), Part(text=text[start:end], hit=True)]
            at = end
    parts.append(Part(text=text[at:], hit=False))
    return tuple(part for part in parts if part.text)


def _sure_of_severity(item: ClassifiedItem) -> float | None:
    """Its score says how likely it is that the matter is serious."""
    score = item.severity.score
    return score if score is None or item.severity.value >= 3 else 1 - score


def _percent(score: float | None) -> str:
    return "" if score is None else f"{round(score * 100)} %"


def _reasons(why: Sequence[Reason]) -> tuple[Why, ...]:
    """Each with the words it rests on; where they stand is marked in the title and the text."""
    return tuple(
        Why(
            rule=reason.rule,
            words=reason.words,
            quote=tuple(Words(text=said, hit=True) for said in dict.fromkeys(span.words for span in reason.spans))[:4],
        )
        for reason in why[:3]
    )


def _labels(item: ClassifiedItem, kinds: Sequence[str]) -> tuple[Label, ...]:
    first = item.topics[0] if item.topics else None
    units = ", ".join(words.unbroken(unit.name) for unit in item.units) or "tidak dapat ditentukan"
    unsure = ", ".join(words.unbroken(unit.name) for unit in item.unit_unsure)
    glyph, word, _ = words.SENTIMENTS[item.sentiment.label]
    return (
        Label(
            heading="Relevansi", value="Relevan" if item.relevance.relevant else "Tidak relevan",
            sure=_percent(item.relevance.score if item.relevance.relevant else 1 - item.relevance.score),
            unsure="relevansi" in kinds, reasons=_reasons(item.relevance.why),
        ),
        Label(
            heading="Keparahan", value=f"{item.severity.value} {words.SEVERITIES[item.severity.value]}",
            sure=_percent(_sure_of_severity(item)), unsure="keparahan" in kinds,
            reasons=_reasons(item.severity.why),
        ),
        Label(
            heading="Topik", value=", ".join(words.topic(topic.name) for topic in item.topics[:3]),
            sure=_percent(first.score if first else None), unsure="topik" in kinds,
            reasons=_reasons(first.why if first else ()),
        ),
        Label(
            heading="Nada", value=f"{glyph} {word}", sure=_percent(item.sentiment.score), unsure="nada" in kinds,
            reasons=(),
        ),
        Label(
            heading="Unit", value=units, sure=_percent(item.units[0].score if item.units else None),
            unsure="unit" in kinds,
            reasons=(Why(rule="unit", words=f"Mungkin: {unsure}.", quote=()),) if unsure else (),
        ),
    )  # fmt: skip


def _spans(item: ClassifiedItem) -> list[Span]:
    reasons = [*item.relevance.why, *item.severity.why, *(why for topic in item.topics for why in topic.why)]
    return [span for reason in reasons for span in reason.spans]


def card_of(view: View[ClassifiedItem], collected: View[Item] | None, role: Role, story: Story | None = None) -> Card:
    """`story`: which it is in."""
    item = view.data
    told = visible("ClassifiedItem", item.model_dump(mode="json", include={"link", "excerpt", "privacy"}), role)
    body = visible("Item", collected.data.model_dump(mode="json"), role) if collected else {}
    whole = str(body.get("text") or told.get("excerpt") or "")
    spans = _spans(item)
    kinds = kinds_of(item.needs_review)
    current = item.topics[0].name if item.topics else ""
    return Card(
        item_id=view.id,
        title=highlighted(item.title, spans, "title"),
        text=highlighted(whole[:TEXT_SHOWN], spans, "text"),
        cut=len(whole) > TEXT_SHOWN,
        outlet_name=item.outlet_name,
        link=words.weblink(told.get("link")) or "",
        at=item.published_at or item.first_seen_at,
        doubts=tuple(_sentence(doubt) for doubt in doubts_of(item.needs_review)),
        labels=_labels(item, kinds),
        relevant=item.relevance.relevant,
        severity=item.severity.value,
        sentiment=item.sentiment.label,
        topics=tuple(
            TopicChoice(key=LETTERS[position], name=name, word=word, current=name == current)
            for position, (name, word) in enumerate(words.TOPICS.items())
        ),
        candidates=tuple((unit.unit_id, words.unbroken(unit.name)) for unit in (*item.units, *item.unit_unsure)),
        marks=(*old_mark(story), *marks_of(item)),
        sample=view.opmode == "sample",
        decided_by="" if item.decided_by == "model" else words.role(item.decided_by),
    )


def _sentence(doubt: str) -> str:
    """With the topics' own words instead of their keys."""
    told = " ".join(words.TOPICS.get(word, word) for word in doubt.split())
    return told[:1].upper() + told[1:]


def review_page(
    told: Stretch,
    collected: View[Item] | None,
    *,
    query: ReviewQuery,
    story: Story | None = None,
    place: str,
    end: str,
    units: Mapping[str, str],
    role: Role,
) -> ReviewPage:
    """The card is of the queue, or one that somebody opens again by its address. `place`, `end`: where the card and
    the last one listed stand, as an address carries it."""
    chosen = told.chosen
    waits = chosen is not None and chosen.data.needs_review.yes
    shown = (*told.before, *((chosen,) if chosen is not None and waits else ()), *told.after)
    left = told.total - (told.position - 1 - len(told.before)) - len(shown)
    start = href_of(query)
    return ReviewPage(
        words=_words(told, waits=waits),
        chips=_chips(told, query),
        kind=query.kind or "",
        topics=_choices(told.topics, words.TOPICS, query.topic),
        units=_choices(told.units, units, query.unit_id),
        card=card_of(chosen, collected, role, story) if chosen is not None else None,
        next_href=href_of(query, sesudah=place) if told.after else start,
        before_href=href_of(query, sebelum=place) if told.before else "",
        queue=tuple(_line(view, query, current=chosen is not None and view.id == chosen.id) for view in shown),
        more=max(0, left),
        page_before=start if told.position > len(told.before) + 1 else "",
        page_after=href_of(query, sesudah=end) if left > 0 and end else "",
        empty_words="Tidak ada lagi dengan saringan ini."
        if query != ReviewQuery()
        else "Antrean telaah habis. Berikutnya masuk sendiri.",
        home_href=href_of(ReviewQuery()) if query != ReviewQuery() else "",
    )


def _words(told: Stretch, *, waits: bool) -> str:
    """`Nomor 3 dari 214 menunggu`: of all that wait, not of what is listed."""
    many = f"{words.number(told.total)} menunggu, paling parah dan terbaru di atas"
    return f"Nomor {words.number(told.position)} dari {many}" if waits else many


def _chips(told: Stretch, query: ReviewQuery) -> tuple[Chip, ...]:
    def chip(kind: str, label: str) -> Chip:
        href, count = href_of(replace(query, kind=kind or None)), words.number(told.counts[kind])
        return Chip(href=href, label=label, count=count, current=kind == (query.kind or ""))

    kinds = (kind for kind in KINDS if told.counts[kind] or kind == query.kind)
    return (chip("", "Semua"), *(chip(kind, KIND_WORDS[kind]) for kind in kinds))


def _choices(values: Sequence[str], labels: Mapping[str, str], current: str | None) -> tuple[Choice, ...]:
    """What the queue holds, and what is chosen already, by name."""
    every = {*values, *((current,) if current else ())}
    made = (Choice(value=one, label=words.unbroken(labels.get(one, one)), current=one == current) for one in every)
    return tuple(sorted(made, key=lambda choice: choice.label))


def _line(view: View[ClassifiedItem], query: ReviewQuery, *, current: bool) -> QueueLine:
    return QueueLine(
        item_id=view.id,
        href=href_of(query, butir=view.id),
        title=view.data.title,
        severity=view.data.severity.value,
        doubts="; ".join(_sentence(doubt) for doubt in doubts_of(view.data.needs_review)),
        current=current,
    )
