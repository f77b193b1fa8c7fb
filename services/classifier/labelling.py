"""Titles and texts → verdicts: relevance, topics, severity, tone, polarity, urgency, impact, units, with reasons."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from services.classifier.blending import OUT_OF_SCOPE, Voices, voices_of
from services.classifier.certainty import held_certain
from services.classifier.entities import entities_of, units_spoken
from services.classifier.findings import IMPORTANCE, Findings, find
from services.classifier.judging import (
    CRISIS_CATEGORY,
    doubts_of,
    judge_actuality,
    judge_crisis,
    judge_impact,
    judge_level,
    judge_polarity,
    judge_relevance,
    judge_tone,
    judge_topics,
    judge_urgency,
)
from services.classifier.matching import Matcher
from services.classifier.models.linear import LinearModel
from services.classifier.normalising import Reading, read
from services.classifier.quotes import quotes_of
from services.classifier.rules import RuleSet
from services.classifier.verdicts import Relevance, Sentiment, Severity, Topic, UnitMatch, UnitReading, Verdict

__all__ = ["CRISIS_CATEGORY", "IMPORTANCE", "Document", "Labeller", "NoUnits", "UnitFinder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text to label. `reporter`: the unit that wrote it; it is meant whether the text names it or not."""

    title: str
    text: str | None = None
    opmode: str = "live"
    reporter: UnitMatch | None = None


class UnitFinder(Protocol):
    def find(self, reading: Reading, *, opmode: str) -> UnitReading: ...


class NoUnits:
    """Stands in where no gazetteer is given."""

    def find(self, reading: Reading, *, opmode: str) -> UnitReading:
        return UnitReading()


class Labeller:
    """Rules and, where one is given, a trained model behind one function."""

    def __init__(self, rules: RuleSet, units: UnitFinder | None = None, model: LinearModel | None = None) -> None:
        self.matcher = Matcher(rules)
        self.model = model
        self.name, self.version, self.sha256 = "rules", rules.version, rules.sha256
        if model is not None:
            self.name, self.version = "rules+linear", f"{rules.version}+{model.version}"
            self.sha256 = hashlib.sha256(f"{rules.sha256} {model.sha256}".encode()).hexdigest()
        self._units = units or NoUnits()

    def label(
        self, title: str, text: str | None = None, *, opmode: str = "live", reporter: UnitMatch | None = None
    ) -> Verdict:
        """Pure: the same title, text and mode give the same verdict. An item without a title is read by its text."""
        return self.label_many([Document(title=title, text=text, opmode=opmode, reporter=reporter)])[0]

    def label_many(self, documents: Sequence[Document]) -> list[Verdict]:
        """One verdict a document, the same as alone; a batch costs a fraction of its documents one by one."""
        found = [self.findings(document) for document in documents]
        voices = voices_of(self.model, self.matcher, found)
        return [self._heard(decide(one), document, one.found) for one, document in zip(voices, documents, strict=True)]

    def findings(self, document: Document) -> Findings:
        reading = read(document.title, document.text)
        units = self._units.find(reading, opmode=document.opmode)
        if document.reporter is not None:
            units = _told_by(units, document.reporter)
        return find(self.matcher, reading, units)

    def _heard(self, verdict: Verdict, document: Document, found: Findings) -> Verdict:
        """Who a relevant text speaks of, what is said in it, and how certain its words are."""
        if not verdict.relevance.relevant:
            return verdict
        text = document.text or ""
        entities = entities_of(found.reading, document.title, text, found.units.spans)
        speakers = (*entities, *units_spoken(found.reading, found.units.spans))
        certain, why = held_certain(
            self.matcher.weigh("certainty", found.sighting), title=document.title, topic=verdict.topics[0],
            severity=verdict.severity.value,
        )  # fmt: skip
        return replace(
            verdict, entities=entities, quotes=quotes_of(document.title, text, speakers), held_certain=certain,
            certain_why=why,
        )  # fmt: skip


def decide(voices: Voices) -> Verdict:
    """One verdict of what rules and model say; what depends on another label is decided after it."""
    relevance = judge_relevance(voices)
    if not relevance.relevant:
        return _out_of_scope(relevance, voices)
    topics = judge_topics(voices)
    topic = topics[0].name
    severity = judge_level(voices, topic)
    polarity = judge_polarity(voices, severity.value)
    doubts = doubts_of(voices, relevance, topics, severity)
    return Verdict(
        relevance=relevance,
        topic=topic,
        topics=topics,
        crisis_category=judge_crisis(voices, topic, severity.value),
        sentiment=judge_tone(voices, topic=topic, polarity=polarity, severity=severity.value),
        polarity=polarity,
        severity=severity,
        urgency=judge_urgency(voices, severity.value),
        impact=judge_impact(voices, severity.value),
        actuality=judge_actuality(voices, severity.value),
        units=voices.found.units,
        needs_review=bool(doubts),
        review_reason="; ".join(doubts),
    )


def _told_by(units: UnitReading, reporter: UnitMatch) -> UnitReading:
    """The reporting unit first; doubts about which unit a text means are settled by who wrote it."""
    others = tuple(unit for unit in units.units if unit.unit_id != reporter.unit_id)
    return UnitReading(units=(reporter, *others), spans=units.spans)


def _out_of_scope(relevance: Relevance, voices: Voices) -> Verdict:
    unsure = relevance.score >= voices.found.review_low or 1 - relevance.score < voices.sure("relevance")
    return Verdict(
        relevance=relevance,
        topic=OUT_OF_SCOPE,
        topics=(Topic(name=OUT_OF_SCOPE, score=round(1 - relevance.score, 3)),),
        crisis_category=None,
        sentiment=Sentiment(label="netral", score=0.0),
        polarity="none",
        severity=Severity(value=0),
        urgency="rendah",
        impact="upt",
        needs_review=unsure,
        review_reason="relevansi di dekat ambang" if unsure else "",
    )
