"""How bad: 0 routine or good, 1 minor, 2 one contained incident, 3 serious, 4 critical."""

from dataclasses import dataclass

from services.classifier.matching import Evidence, Matcher, Sighting
from services.classifier.normalising import LEAD, REST, TITLE
from services.classifier.verdicts import Reason, Severity, reasons_of

_TEXT_INCIDENT_TOPICS = """
    pelarian penyelundupan narkoba kekerasan_wbp kekerasan_petugas hp_pungli kerusuhan kematian
    kebakaran_bencana integritas
"""
INCIDENT_TOPICS = frozenset(_TEXT_INCIDENT_TOPICS.split())
# What the rules say when no topic's words stood out: no reason to doubt an incident that was found.
_GUESSES = frozenset({"operasional", "lainnya"})
# Never more than this, whatever single words say: these topics describe no incident inside.
_RULES_CEILING = {
    "pembinaan": 1, "seremonial": 1, "remisi_integrasi": 1, "kebijakan": 1, "hoaks_klarifikasi": 1,
    "overkapasitas": 2, "residivis": 2,
}  # fmt: skip
# Of those, the ones that hold whatever a model says: training, ceremony and denied rumours are no incident.
FIRM_CEILING = {"pembinaan": 1, "seremonial": 1, "hoaks_klarifikasi": 1}


@dataclass(frozen=True, slots=True)
class Levels:
    """What the rules ask for: the highest level, and the lowest ceiling (drill, denial, foiled, recaptured)."""

    asked: int
    ceiling: int
    raised: tuple[Evidence, ...]
    capped: tuple[Evidence, ...]

    def value(self, topic: str) -> int:
        return min(self.asked, self.ceiling, _RULES_CEILING.get(topic, 4))


def weigh_severity(matcher: Matcher, sighting: Sighting, *, topic: str) -> Levels:
    """`topic` decides how much the lead counts: in full when the item is about an incident."""
    evidence = matcher.weigh("severity", sighting)
    has_title = bool(sighting.reading.title_words)
    raises = [(e, _level(e, has_title=has_title, topic=topic)) for e in evidence if e.label == "naik"]
    asked = max((value for _, value in raises), default=0)
    raised = tuple(e for e, value in raises if value == asked and value > 0)
    caps = [e for e in evidence if e.label == "batas" and _counts(e, has_title=has_title, kept=raised)]
    ceiling = min((int(e.full_weight) for e in caps), default=4)
    return Levels(asked, ceiling, raised, tuple(e for e in caps if int(e.full_weight) == ceiling))


def judge_severity(
    levels: Levels, *, topic: str, value: int, score: float | None = None, extra: tuple[Reason, ...] = ()
) -> Severity:
    """`value`: the level all evidence together asks for, `extra` why if not the rules. What takes it back, and the
    topic's ceiling, stay. `score`: probability of a serious level; None where only rules spoke."""
    kept = levels.raised if 0 < value <= levels.asked else ()
    if levels.ceiling < value:
        value, kept, extra = levels.ceiling, levels.capped, ()
    ceiling = (_RULES_CEILING if score is None else FIRM_CEILING).get(topic, 4)
    if value > ceiling:
        value, extra = ceiling, (Reason(rule=f"kep.topik.{topic}", words=f"topik {topic} bukan kejadian di dalam"),)
    return Severity(value=value, score=score, why=extra + reasons_of(list(kept), 3))


def _level(evidence: Evidence, *, has_title: bool, topic: str) -> int:
    """Said in the title a level counts in full; in the lead if the item may be about an incident; deep down hardly."""
    level = int(evidence.full_weight)
    if evidence.zone == TITLE or not has_title:
        return level if evidence.zone != REST else min(level, 2)
    if evidence.zone == LEAD:
        return level if topic in INCIDENT_TOPICS | _GUESSES else min(level, 2)
    return min(level, 1)


def _counts(cap: Evidence, *, has_title: bool, kept: tuple[Evidence, ...]) -> bool:
    # A denial deep in the text does not take back what the title says.
    if cap.zone == TITLE or not has_title:
        return True
    return cap.zone == LEAD and not any(e.zone == TITLE for e in kept)
