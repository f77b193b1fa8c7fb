"""What the rules find in one text, before anything is decided: the judges' and the models' common ground."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from services.classifier.matching import Evidence, Matcher, Sighting
from services.classifier.models.meanings import meanings_in
from services.classifier.normalising import REST, Reading
from services.classifier.relevance import judge_relevance
from services.classifier.sentiment import Tone, judge_polarity, weigh_tone
from services.classifier.severity import Levels, weigh_severity
from services.classifier.verdicts import PolarityLabel, Reason, Relevance, UnitReading

SURE_UNIT = 0.85
# Ties between topics fall to what matters more for the people on duty.
_TEXT_IMPORTANCE = """
    kerusuhan pelarian kebakaran_bencana kekerasan_petugas kematian kekerasan_wbp narkoba penyelundupan
    hp_pungli integritas hoaks_klarifikasi overkapasitas residivis remisi_integrasi tokoh kebijakan layanan
    pembinaan seremonial operasional lainnya
"""
IMPORTANCE = tuple(_TEXT_IMPORTANCE.split())
_RANK = {name: rank for rank, name in enumerate(IMPORTANCE)}
_SECTIONS = ("relevance", "topics", "severity", "sentiment", "polarity", "scope")
# Deep in the text a rule says less of the whole.
_DEEP = 0.4


@dataclass(frozen=True, slots=True)
class WeighedTopic:
    """A topic, what its rules weigh together, and the rules."""

    name: str
    weight: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The rules' own opinion of one text; `topics` strongest first; `carried`: the first of them decides,
    otherwise `topic` is a guess. `hooked`: some word of it can be about corrections at all;
    `against`: the rules know why it is not (a foreign prison, a police cell, football).
    `keep`, `review_*`: thresholds of the rule files."""

    reading: Reading
    units: UnitReading
    sighting: Sighting
    relevance: Relevance
    topics: tuple[WeighedTopic, ...]
    topic: str
    levels: Levels
    severity: int
    tone: Tone
    polarity: PolarityLabel
    polarity_why: tuple[Reason, ...]
    scope: tuple[Evidence, ...]
    carried: bool
    hooked: bool
    against: bool
    keep: float
    review_low: float
    review_high: float

    @property
    def relevance_logit(self) -> float:
        score = min(max(self.relevance.score, 0.0005), 0.9995)
        return log(score / (1 - score))


def find(matcher: Matcher, reading: Reading, units: UnitReading) -> Findings:
    sighting = matcher.see(reading, units.spans)
    evidence = matcher.weigh("relevance", sighting)
    relevance = judge_relevance(matcher, sighting, unit_named=any(u.score >= SURE_UNIT for u in units.units))
    topics = weigh_topics(matcher, sighting)
    carried = bool(topics) and topics[0].weight >= max(matcher.settings("topics")[n] for n in ("primary", "keep"))
    topic = topics[0].name if carried else _guessed(matcher, sighting)
    levels = weigh_severity(matcher, sighting, topic=topic)
    polarity, why = judge_polarity(matcher, sighting)
    return Findings(
        reading=reading,
        units=units,
        sighting=sighting,
        relevance=relevance,
        topics=topics,
        topic=topic,
        levels=levels,
        severity=levels.value(topic),
        tone=weigh_tone(matcher, sighting),
        polarity=polarity,
        polarity_why=why,
        scope=tuple(matcher.weigh("scope", sighting)),
        carried=carried,
        hooked=bool(units.units) or any(e.label != "bukan" for e in evidence),
        against=not relevance.relevant and any(e.label == "bukan" for e in evidence),
        keep=matcher.settings("topics")["keep"],
        review_low=matcher.settings("relevance")["review_low"],
        review_high=matcher.settings("relevance")["review_high"],
    )


def weigh_topics(matcher: Matcher, sighting: Sighting) -> tuple[WeighedTopic, ...]:
    by_label: dict[str, list[Evidence]] = defaultdict(list)
    for evidence in matcher.weigh("topics", sighting):
        by_label[evidence.label].append(evidence)
    weighed = [WeighedTopic(name, sum(e.weight for e in found), tuple(found)) for name, found in by_label.items()]
    return tuple(sorted(weighed, key=lambda w: (-w.weight, _RANK[w.name])))


def _guessed(matcher: Matcher, sighting: Sighting) -> str:
    """Nothing says what it is about: a unit's or an officer's doings are most likely its ordinary work."""
    at_work = matcher.hits(sighting, "@unit") or matcher.hits(sighting, "@petugas_pas")
    return "operasional" if at_work else "lainnya"


def features(matcher: Matcher, found: Findings) -> Mapping[str, float]:
    """Names of what holds, and how much: what the models learn from beside the words themselves."""
    told: dict[str, float] = {f"C:{name}": 1.0 for name in matcher.classes_in(found.sighting)}
    for section in _SECTIONS:
        for evidence in found.scope if section == "scope" else matcher.weigh(section, found.sighting):
            told[f"R:{evidence.rule_id}"] = _DEEP if evidence.zone == REST else 1.0
    told["relevance"] = found.relevance_logit / 4
    for topic in found.topics:
        told[f"T:{topic.name}"] = topic.weight / (topic.weight + 1.5)
    told[f"P:{found.topic}"] = 1.0
    for level in range(1, found.severity + 1):
        told[f"K:{level}"] = 1.0
    told["tone"] = max(-1.0, min(1.0, found.tone.total(found.topic) / 2.5))
    told[f"polarity:{found.polarity}"] = 1.0
    if found.units.units:
        told["unit"] = 1.0
    if found.units.unsure:
        told["unsure"] = 1.0
    told.update(meanings_in(found.reading))
    told["words"] = min(len(found.reading.words), 40) / 40
    return told
