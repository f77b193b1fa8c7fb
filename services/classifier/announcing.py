"""A verdict → the item as it is announced (schemas): reasons with spans in Indonesian, units with province and zone."""

from typing import Any

from libs.schemas.common import Entity, Quote, Sentiment, Span, UnitMention
from libs.schemas.items import (
    Certainty,
    ClassifiedItem,
    GroupableItem,
    Item,
    ItemHead,
    ModelVersion,
    NeedsReview,
    Reason,
    Relevance,
    Severity,
    TopicLabel,
)
from services.classifier import verdicts
from services.classifier.certainty import told_certain
from services.classifier.labelling import Labeller
from services.classifier.normalising import Place
from services.classifier.units import GazetteerUnits

# The grouper reads the first words only; whole articles would make its topic needlessly heavy.
GROUPED_TEXT = 2_000


def classified_item(
    item: Item, verdict: verdicts.Verdict, *, labeller: Labeller, units: GazetteerUnits, opmode: str
) -> ClassifiedItem:
    labels = _labels(verdict, labeller, units, opmode) | {"certainty": _certainty(verdict, item.kind)}
    if item.privacy.visibility == "terbatas":
        # Strangers read this event: of a restricted case nobody's words, and nobody spoken of.
        labels |= {"entities": [], "quotes": []}
    return ClassifiedItem.model_validate(_head(item) | labels)


def groupable_item(classified: ClassifiedItem, text: str, signature: list[int]) -> GroupableItem:
    return GroupableItem.model_validate(
        {name: getattr(classified, name) for name in ClassifiedItem.model_fields}
        | {"text": text[:GROUPED_TEXT], "signature": signature}
    )


def _head(item: Item) -> dict[str, Any]:
    """What strangers may read of it: nothing of a restricted case but its masked title, nobody who lifted one."""
    head = {name: getattr(item, name) for name in ItemHead.model_fields}
    if item.privacy.visibility == "terbatas":
        head |= {"link": None, "link_id": None, "excerpt": "", "media": [], "event_at": None}
    return head | {"privacy": item.privacy.model_copy(update={"lifted_by": []})}


def _labels(verdict: verdicts.Verdict, labeller: Labeller, units: GazetteerUnits, opmode: str) -> dict[str, Any]:
    return {
        "relevance": Relevance(
            score=verdict.relevance.score, relevant=verdict.relevance.relevant, why=_reasons(verdict.relevance.why)
        ),
        "topics": [
            TopicLabel.model_validate({"name": t.name, "score": t.score, "why": _reasons(t.why)})
            for t in verdict.topics
        ],
        "crisis_category": verdict.crisis_category,
        "sentiment": Sentiment(label=verdict.sentiment.label, score=abs(verdict.sentiment.score)),
        "polarity": verdict.polarity,
        "severity": Severity(
            value=verdict.severity.value, score=verdict.severity.score, why=_reasons(verdict.severity.why)
        ),
        "urgency": verdict.urgency,
        "impact_scope": verdict.impact,
        "actuality": verdict.actuality,
        "units": [_mention(u, units, opmode) for u in verdict.units.units],
        "unit_unsure": [
            m for c in verdict.units.candidates if (m := _candidate(c, verdict.units.why, units, opmode)) is not None
        ],
        "entities": [
            Entity(kind=e.kind, text=e.text, role=e.role, spans=[_span(place) for place in e.places])
            for e in verdict.entities
        ],
        "quotes": [Quote(words=q.words, by=q.by, role=q.role, span=_span(q.place)) for q in verdict.quotes],
        "needs_review": NeedsReview(yes=verdict.needs_review, reason=verdict.review_reason or None),
        "model": ModelVersion(name=labeller.name, version=labeller.version, sha256=labeller.sha256),
        "decided_by": "model",
    }


def _certainty(verdict: verdicts.Verdict, kind: str) -> Certainty | None:
    """None of what is not ours."""
    if not verdict.relevance.relevant:
        return None
    level, why = told_certain(verdict.held_certain, verdict.certain_why, kind)
    return Certainty(value=level, why=_reasons(why))


def _reasons(reasons: tuple[verdicts.Reason, ...]) -> list[Reason]:
    return [Reason(rule=r.rule, words=r.words, spans=_spans(r)) for r in reasons]


def _spans(reason: verdicts.Reason) -> list[Span]:
    return [] if reason.place is None else [_span(reason.place)]


def _span(place: Place) -> Span:
    field: Any = "title" if place.field == "judul" else "text"
    return Span(field=field, start=place.start, end=place.end, words=place.text[:200])


def _mention(match: verdicts.UnitMatch, units: GazetteerUnits, opmode: str) -> UnitMention:
    unit = units.describe(match.unit_id, opmode=opmode)
    zone: Any = unit.zone if unit else None
    return UnitMention(
        unit_id=match.unit_id, name=match.name, province=match.province, zone=zone, score=match.score, how=match.how
    )


def _candidate(unit_id: str, why: str, units: GazetteerUnits, opmode: str) -> UnitMention | None:
    unit = units.describe(unit_id, opmode=opmode)
    if unit is None:
        return None
    zone: Any = unit.zone
    return UnitMention(
        unit_id=unit_id, name=unit.name, province=unit.province, zone=zone, score=0.3, how=f"calon: {why}"
    )
