"""What the classifier says about one item; every label carries its reasons."""

from dataclasses import dataclass, field
from typing import Literal

from services.classifier.entities import Spoken
from services.classifier.matching import Evidence
from services.classifier.normalising import Place
from services.classifier.quotes import Said

SentimentLabel = Literal["positif", "netral", "negatif", "campuran"]
PolarityLabel = Literal["officials_acted", "officials_failed", "none"]
CertaintyLevel = Literal["teramati", "sangat_mungkin", "mungkin", "tidak_mungkin", "tidak_diketahui"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a label was given: the rule, the words it rests on, and the sentence shown to people (Indonesian)."""

    rule: str
    words: str
    place: Place | None = None

    @classmethod
    def of(cls, evidence: Evidence) -> "Reason":
        return cls(rule=evidence.rule_id, words=f"{evidence.why}: “{evidence.place.text}”", place=evidence.place)


def reasons_of(evidence: list[Evidence], limit: int = 4) -> tuple[Reason, ...]:
    """The strongest reasons first, one per rule."""
    return tuple(Reason.of(e) for e in sorted(evidence, key=lambda e: (-abs(e.weight), e.first, e.rule_id))[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    score: float
    relevant: bool
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    name: str
    score: float
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiment:
    label: SentimentLabel
    score: float
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """`score`: probability that it is serious (3 or 4); None where only rules spoke."""

    value: int
    score: float | None = None
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMatch:
    unit_id: str
    name: str
    score: float
    how: str
    place: Place | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReading:
    """Units named in a text. `unsure` with the candidates when a name fits several and nothing decides.
    `spans`: first and last word of every name found."""

    units: tuple[UnitMatch, ...] = ()
    unsure: bool = False
    candidates: tuple[str, ...] = ()
    why: str = ""
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    relevance: Relevance
    topic: str
    topics: tuple[Topic, ...]
    crisis_category: str | None
    sentiment: Sentiment
    polarity: PolarityLabel
    severity: Severity
    urgency: str
    impact: str
    actuality: str = "tidak_dapat_dipastikan"
    units: UnitReading = field(default_factory=UnitReading)
    needs_review: bool = False
    review_reason: str = ""
    entities: tuple[Spoken, ...] = ()
    quotes: tuple[Said, ...] = ()
    # What its words say of whether it happened (`certainty.py`); None where they say nothing.
    held_certain: CertaintyLevel | None = None
    certain_why: tuple[Reason, ...] = ()
