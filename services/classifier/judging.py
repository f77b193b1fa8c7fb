"""Each label of a relevant text from what rules and model say together; the rules' guard rails stay."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import tanh
from typing import Final, cast

from services.classifier.blending import OUT_OF_SCOPE, Voices, sigmoid
from services.classifier.findings import Findings
from services.classifier.severity import judge_severity
from services.classifier.verdicts import (
    PolarityLabel,
    Relevance,
    Sentiment,
    SentimentLabel,
    Severity,
    Topic,
    reasons_of,
)

CRISIS_CATEGORY: Final = {
    "pelarian": "keamanan_ketertiban", "kerusuhan": "keamanan_ketertiban", "penyelundupan": "halinar",
    "narkoba": "halinar", "hp_pungli": "halinar", "integritas": "integritas", "kematian": "kematian_kesehatan",
    "kekerasan_wbp": "perlakuan_hukum", "kekerasan_petugas": "perlakuan_hukum", "overkapasitas": "hunian_sarana",
    "kebakaran_bencana": "bencana", "hoaks_klarifikasi": "opini_publik", "residivis": "eksternal",
}  # fmt: skip
NO_CRISIS: Final = "tanpa"
MAX_TOPICS: Final = 5
UNCLEAR_TOPIC: Final = 0.35
# A further topic beside the first: the rules keep it, or the model gives it this much.
_FURTHER: Final = 0.22
_GUESSED: Final = 0.6
# Real coverage is more often balanced than the text we learn from.
_BALANCED: Final = 0.8
# From which probability on a text counts as severity 1, 2, 3, 4: a serious event missed costs more than one too many
# (at 0.3 every fourth one called serious would not be).
LEAST_CHANCE: Final = (0.5, 0.5, 0.33, 0.5)
_URGENCIES: Final = ("rendah", "sedang", "tinggi", "kritis")


def judge_relevance(voices: Voices) -> Relevance:
    rules = voices.found.relevance
    score = round(voices.relevance(), 4)
    relevant = rules.relevant if voices.model is None else score >= 0.5
    why = rules.why
    if relevant and not rules.relevant:
        why = (*voices.words("relevance", "relevan"), *why)
    return Relevance(score=score, relevant=relevant, why=why)


def topic_prior(found: Findings) -> dict[str, float]:
    """What the rules weigh for each topic; where nothing carries the text, a little for their guess."""
    prior = {topic.name: topic.weight for topic in found.topics}
    if not found.topics or found.topics[0].name != found.topic:
        prior[found.topic] = prior.get(found.topic, 0.0) + _GUESSED
    return prior


def judge_topics(voices: Voices) -> tuple[Topic, ...]:
    """The most likely topic first, then those that rules or model also see."""
    found = voices.found
    if voices.model is None:
        return _topics_by_rules(found)
    weighed = topic_chances(voices)
    sure = _on_curve(topic_certainty(voices, weighed), voices.model.blend["topic"].get("curve", ()))
    chance = _with_first(weighed, sure)
    evidence = {topic.name: topic for topic in found.topics}
    told = []
    for number, (name, probability) in enumerate(chance.items()):
        by_rules = evidence.get(name)
        if number and probability < _FURTHER and not (by_rules and by_rules.weight >= found.keep):
            continue
        why = reasons_of(list(by_rules.evidence), 3) if by_rules else ()
        told.append(Topic(name=name, score=round(probability, 3), why=why or voices.words("topic", name)))
    return tuple(told[:MAX_TOPICS])


def topic_chances(voices: Voices) -> dict[str, float]:
    """Topic → probability before it is held against how often such topics were right, the most likely first."""
    labels = voices.model.heads["topic"] if voices.model else ()
    return voices.weigh("topic", topic_prior(voices.found), among=[name for name in labels if name != OUT_OF_SCOPE])


def topic_standing(voices: Voices, chance: Mapping[str, float]) -> tuple[float, float, float]:
    """What tells whether the first topic is right: the model's own score for it, how far that is ahead of (or behind)
    the model's best other topic, and its probability."""
    first, probability = next(iter(chance.items()))
    own = voices.own("topic")
    del own[OUT_OF_SCOPE]
    score = own.pop(first)
    return score, score - max(own.values()), probability


def topic_certainty(voices: Voices, chance: Mapping[str, float]) -> float:
    """Before the curve: how likely the first topic is right, learnt from held-out texts."""
    weights = voices.model.blend["topic"].get("certainty") if voices.model else None
    if not weights:
        return next(iter(chance.values()))
    return sigmoid(
        weights[0] + sum(w * told for w, told in zip(weights[1:], topic_standing(voices, chance), strict=True))
    )


def _with_first(chance: dict[str, float], sure: float) -> dict[str, float]:
    """`sure`: how often such a first topic was right on held-out texts; the rest shares what is left, never more."""
    (first, raw), *others = chance.items()
    share = (1 - sure) / max(1 - raw, 1e-6)
    return {first: sure} | {name: min(sure, probability * share) for name, probability in others}


def _on_curve(value: float, curve: Sequence[Sequence[float]]) -> float:
    for (low, at_low), (high, at_high) in pairwise(curve):
        if value <= high:
            return at_low + (at_high - at_low) * max(0.0, value - low) / (high - low)
    return curve[-1][1] if curve else value


def _topics_by_rules(found: Findings) -> tuple[Topic, ...]:
    kept = [
        Topic(name=t.name, score=round(t.weight / (t.weight + 1.5), 3), why=reasons_of(list(t.evidence), 3))
        for t in found.topics
        if t.weight >= found.keep
    ]
    if kept and kept[0].name == found.topic and found.carried:
        return tuple(kept[:MAX_TOPICS])
    return (Topic(name=found.topic, score=0.3), *kept[: MAX_TOPICS - 1])


def judge_level(voices: Voices, topic: str) -> Severity:
    levels = voices.found.levels
    chance = voices.at_least(levels.value(topic))
    reached = (n for n, (p, least) in enumerate(zip(chance, LEAST_CHANCE, strict=True), 1) if p >= least)
    value = max(reached, default=0)
    extra = voices.words("severity", f"{max(1, value)}") if value > levels.asked else ()
    score = None if voices.model is None else round(chance[2], 3)
    return judge_severity(levels, topic=topic, value=value, score=score, extra=extra)


def judge_polarity(voices: Voices, severity: int) -> PolarityLabel:
    rules = voices.found.polarity
    label = next(iter(voices.weigh("polarity", {rules: 1.0})))
    # Officials may have acted, but what happened is not their success.
    if severity >= 3 and label == "officials_acted":
        return "none"
    return cast(PolarityLabel, label)


def tone_prior(found: Findings, *, topic: str, polarity: PolarityLabel, severity: int) -> dict[str, float]:
    tone = found.tone
    total = tone.total(topic, polarity=polarity, severity=severity)
    prior = {"positif": total, "negatif": -total, "netral": tone.positive + _BALANCED, "campuran": -1.0}
    if tone.label(total, severity=severity) == "campuran":
        prior["campuran"] = max(prior.values()) + 0.1
    return prior


def judge_tone(voices: Voices, *, topic: str, polarity: PolarityLabel, severity: int) -> Sentiment:
    tone = voices.found.tone
    prior = tone_prior(voices.found, topic=topic, polarity=polarity, severity=severity)
    if voices.model is None:
        prior["netral"] = tone.positive
    chance = voices.weigh("sentiment", prior)
    label = cast(SentimentLabel, next(iter(chance)))
    why = tone.reasons(label) or voices.words("sentiment", label)
    if voices.model is not None:
        return Sentiment(label=label, score=round(chance[label], 3), why=why)
    total = tone.total(topic, polarity=polarity, severity=severity)
    return Sentiment(label=label, score=round(tanh(total / 2.5), 3), why=why)


def rule_opinions(found: Findings) -> dict[str, dict[str, float]]:
    """Task → what the rules alone give each label."""
    severity, topic = found.severity, found.topic
    return {
        "topic": topic_prior(found),
        "sentiment": tone_prior(found, topic=topic, polarity=found.polarity, severity=severity),
        "polarity": {found.polarity: 1.0},
        "crisis": {CRISIS_CATEGORY.get(topic, NO_CRISIS) if severity else NO_CRISIS: 1.0},
        "urgency": {rule_urgency(found, severity): 1.0},
        "impact": {rule_impact(found, severity): 1.0},
        "actuality": {rule_actuality(found, severity): 1.0},
    }


def judge_crisis(voices: Voices, topic: str, severity: int) -> str | None:
    """Nothing that is routine or good is a crisis; the topic says which, unless the text clearly says another."""
    by_topic = CRISIS_CATEGORY.get(topic, NO_CRISIS) if severity > 0 else NO_CRISIS
    if voices.model is None or severity == 0:
        return None if by_topic == NO_CRISIS else by_topic
    label = next(iter(voices.weigh("crisis", {by_topic: 1.0})))
    return None if label == NO_CRISIS else label


def rule_urgency(found: Findings, severity: int) -> str:
    if severity >= 3:
        return _URGENCIES[severity - 1]
    pressing = any(e.label == "mendesak" for e in found.scope)
    return "sedang" if severity == 2 or (severity == 1 and pressing) else "rendah"


def judge_urgency(voices: Voices, severity: int) -> str:
    by_rules = rule_urgency(voices.found, severity)
    if severity >= 3 or voices.model is None:
        return by_rules
    # Kritis is what severity 4 or a person says; a routine text is not pressing.
    among = _URGENCIES[: 2 if severity < 2 else 3]
    return next(iter(voices.weigh("urgency", {by_rules: 1.0}, among=among)))


def rule_actuality(found: Findings, severity: int) -> str:
    said = {e.label for e in found.scope}
    for label in ("konten_lama_kembali_viral", "perkembangan_kasus_lama"):
        if label in said:
            return label
    return "kejadian_baru" if severity >= 2 else "tidak_dapat_dipastikan"


def judge_actuality(voices: Voices, severity: int) -> str:
    return next(iter(voices.weigh("actuality", {rule_actuality(voices.found, severity): 1.0})))


def rule_impact(found: Findings, severity: int) -> str:
    said = {e.label for e in found.scope}
    if "perhatian_publik_luas" in said or severity >= 4:
        return "perhatian_publik_luas"
    if "lintas_instansi" in said and severity >= 2:
        return "lintas_instansi"
    if "nasional" in said and not found.units.units:
        return "nasional"
    return "kanwil" if "kanwil" in said else "upt"


def judge_impact(voices: Voices, severity: int) -> str:
    return next(iter(voices.weigh("impact", {rule_impact(voices.found, severity): 1.0})))


def doubts_of(voices: Voices, relevance: Relevance, topics: tuple[Topic, ...], severity: Severity) -> tuple[str, ...]:
    """Why a person should look, in the words of the review queue; empty when nothing is in doubt."""
    found, doubts = voices.found, []
    if relevance.score < max(found.review_high, voices.sure("relevance")):
        doubts.append("relevansi di dekat ambang")
    unclear = UNCLEAR_TOPIC if voices.model is None else voices.sure("topic")
    if topics[0].score < unclear:
        doubts.append("topik tidak jelas")
    elif len(topics) > 1 and topics[0].score - topics[1].score < 0.02 and severity.value >= 2:
        doubts.append(f"dua topik sama kuat: {topics[0].name} dan {topics[1].name}")
    if severity.score is not None and max(severity.score, 1 - severity.score) < voices.sure("severity"):
        doubts.append("tingkat keparahan di dekat ambang serius")
    if found.units.unsure:
        doubts.append("unit tidak pasti")
    return tuple(doubts)
