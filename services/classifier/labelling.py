"""A title and a text → a verdict: relevance, topics, severity, tone, polarity, urgency, impact, units, with reasons."""

from collections import defaultdict
from typing import Protocol

from services.classifier.matching import Evidence, Matcher, Sighting
from services.classifier.normalising import Reading, read
from services.classifier.relevance import judge_relevance
from services.classifier.rules import RuleSet
from services.classifier.sentiment import judge_polarity, judge_sentiment
from services.classifier.severity import judge_severity
from services.classifier.verdicts import (
    Relevance,
    Sentiment,
    Severity,
    Topic,
    UnitMatch,
    UnitReading,
    Verdict,
    reasons_of,
)

# Ties between topics fall to what matters more for the people on duty.
_TEXT_IMPORTANCE = """
    kerusuhan pelarian kebakaran_bencana kekerasan_petugas kematian kekerasan_wbp narkoba penyelundupan
    hp_pungli integritas hoaks_klarifikasi overkapasitas residivis remisi_integrasi tokoh kebijakan layanan
    pembinaan seremonial operasional lainnya
"""
IMPORTANCE = tuple(_TEXT_IMPORTANCE.split())
_RANK = {name: rank for rank, name in enumerate(IMPORTANCE)}
CRISIS_CATEGORY = {
    "pelarian": "keamanan_ketertiban", "kerusuhan": "keamanan_ketertiban", "penyelundupan": "halinar",
    "narkoba": "halinar", "hp_pungli": "halinar", "integritas": "integritas", "kematian": "kematian_kesehatan",
    "kekerasan_wbp": "perlakuan_hukum", "kekerasan_petugas": "perlakuan_hukum", "overkapasitas": "hunian_sarana",
    "kebakaran_bencana": "bencana", "hoaks_klarifikasi": "opini_publik", "residivis": "eksternal",
}  # fmt: skip
MAX_TOPICS = 5
UNCLEAR_TOPIC = 0.35
SURE_UNIT = 0.85


class UnitFinder(Protocol):
    def find(self, reading: Reading, *, opmode: str) -> UnitReading: ...


class NoUnits:
    """Stands in where no gazetteer is given."""

    def find(self, reading: Reading, *, opmode: str) -> UnitReading:
        return UnitReading()


class Labeller:
    """The rules behind one function; trained models may later stand behind the same one."""

    name = "rules"

    def __init__(self, rules: RuleSet, units: UnitFinder | None = None) -> None:
        self.version = rules.version
        self.sha256 = rules.sha256
        self.matcher = Matcher(rules)
        self._units = units or NoUnits()

    def label(
        self, title: str, text: str | None = None, *, opmode: str = "live", reporter: UnitMatch | None = None
    ) -> Verdict:
        """Pure: the same title, text and mode give the same verdict. An item without a title is read by its text.

        `reporter`: the unit that wrote it; it is meant whether the text names it or not."""
        matcher = self.matcher
        reading = read(title, text)
        units = self._units.find(reading, opmode=opmode)
        if reporter is not None:
            units = _told_by(units, reporter)
        sighting = matcher.see(reading, units.spans)
        relevance = judge_relevance(matcher, sighting, unit_named=any(u.score >= SURE_UNIT for u in units.units))
        if not relevance.relevant:
            return _out_of_scope(relevance, matcher)
        topics = judge_topics(matcher, sighting)
        topic = topics[0].name
        severity = judge_severity(matcher, sighting, topic=topic)
        polarity, _ = judge_polarity(matcher, sighting)
        if severity.value >= 3 and polarity == "officials_acted":
            # Officials may have acted, but what happened is not their success.
            polarity = "none"
        sentiment = judge_sentiment(matcher, sighting, topic=topic, polarity=polarity, severity=severity.value)
        scope = matcher.weigh("scope", sighting)
        needs_review, reason = _review(matcher, relevance, topics, severity, units)
        return Verdict(
            relevance=relevance,
            topic=topic,
            topics=topics,
            crisis_category=CRISIS_CATEGORY.get(topic) if severity.value > 0 else None,
            sentiment=sentiment,
            polarity=polarity,
            severity=severity,
            urgency=_urgency(severity.value, scope),
            impact=_impact(severity.value, scope, units),
            actuality=_actuality(severity.value, scope),
            units=units,
            needs_review=needs_review,
            review_reason=reason,
        )


def _told_by(units: UnitReading, reporter: UnitMatch) -> UnitReading:
    """The reporting unit first; doubts about which unit a text means are settled by who wrote it."""
    others = tuple(unit for unit in units.units if unit.unit_id != reporter.unit_id)
    return UnitReading(units=(reporter, *others), spans=units.spans)


def judge_topics(matcher: Matcher, sighting: Sighting) -> tuple[Topic, ...]:
    """Every topic with enough weight, the primary one first; `lainnya` when none carries the item."""
    settings = matcher.settings("topics")
    by_label: dict[str, list[Evidence]] = defaultdict(list)
    for evidence in matcher.weigh("topics", sighting):
        by_label[evidence.label].append(evidence)
    weighed = [(sum(e.weight for e in found), name, found) for name, found in by_label.items()]
    weighed.sort(key=lambda w: (-w[0], _RANK[w[1]]))
    kept = [(w, name, found) for w, name, found in weighed if w >= settings["keep"]]
    if not kept or kept[0][0] < settings["primary"]:
        return (_guessed(matcher, sighting), *(_topic(*k) for k in kept[: MAX_TOPICS - 1]))
    return tuple(_topic(*k) for k in kept[:MAX_TOPICS])


def _guessed(matcher: Matcher, sighting: Sighting) -> Topic:
    """Nothing says what it is about: a unit's or an officer's doings are most likely its ordinary work."""
    at_work = matcher.hits(sighting, "@unit") or matcher.hits(sighting, "@petugas_pas")
    return Topic(name="operasional" if at_work else "lainnya", score=0.3)


def _topic(weight: float, name: str, found: list[Evidence]) -> Topic:
    return Topic(name=name, score=round(weight / (weight + 1.5), 3), why=reasons_of(found, 3))


def _out_of_scope(relevance: Relevance, matcher: Matcher) -> Verdict:
    low = matcher.settings("relevance")["review_low"]
    unsure = relevance.score >= low
    return Verdict(
        relevance=relevance,
        topic="luar_lingkup",
        topics=(Topic(name="luar_lingkup", score=round(1 - relevance.score, 3)),),
        crisis_category=None,
        sentiment=Sentiment(label="netral", score=0.0),
        polarity="none",
        severity=Severity(value=0),
        urgency="rendah",
        impact="upt",
        needs_review=unsure,
        review_reason="relevansi di dekat ambang" if unsure else "",
    )


def _review(
    matcher: Matcher, relevance: Relevance, topics: tuple[Topic, ...], severity: Severity, units: UnitReading
) -> tuple[bool, str]:
    reasons = []
    if relevance.score < matcher.settings("relevance")["review_high"]:
        reasons.append("relevansi di dekat ambang")
    if topics[0].score < UNCLEAR_TOPIC:
        reasons.append("topik tidak jelas")
    elif len(topics) > 1 and topics[0].score - topics[1].score < 0.02 and severity.value >= 2:
        reasons.append(f"dua topik sama kuat: {topics[0].name} dan {topics[1].name}")
    if units.unsure:
        reasons.append("unit tidak pasti")
    return bool(reasons), "; ".join(reasons)


def _urgency(severity: int, scope: list[Evidence]) -> str:
    pressing = any(e.label == "mendesak" for e in scope)
    if severity >= 4:
        return "kritis"
    if severity == 3:
        return "tinggi"
    if severity == 2 or (severity == 1 and pressing):
        return "sedang"
    return "rendah"


def _actuality(severity: int, scope: list[Evidence]) -> str:
    said = {e.label for e in scope}
    for label in ("konten_lama_kembali_viral", "perkembangan_kasus_lama"):
        if label in said:
            return label
    return "kejadian_baru" if severity >= 2 else "tidak_dapat_dipastikan"


def _impact(severity: int, scope: list[Evidence], units: UnitReading) -> str:
    said = {e.label for e in scope}
    if "perhatian_publik_luas" in said or severity >= 4:
        return "perhatian_publik_luas"
    if "lintas_instansi" in said and severity >= 2:
        return "lintas_instansi"
    if "nasional" in said and not units.units:
        return "nasional"
    return "kanwil" if "kanwil" in said else "upt"
