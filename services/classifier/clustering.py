"""Whether two items tell of one event: by terms, names, units, numbers and time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import sqrt

import Stemmer

from services.classifier.normalising import Reading, fold, read
from services.classifier.severity import INCIDENT_TOPICS
from services.classifier.stopwords import DOMAIN_WORDS, STOPWORDS

WINDOW = timedelta(hours=72)
COPY_WINDOW = timedelta(days=30)
# Likeness (cosine) from which two items tell of one event: by words alone; the same unit and incident; an incident and
# its denial at the same unit; the same unit otherwise.
SAME_EVENT, SAME_INCIDENT, DENIED_INCIDENT, SAME_UNIT = 0.36, 0.10, 0.06, 0.33
# So rare that two of a kind at one unit within a day are one: what they say hardly matters.
RARE = frozenset({"pelarian", "kerusuhan", "kebakaran_bencana", "kematian"})
RARE_WINDOW, SAME_RARE = timedelta(hours=24), 0.02
MERGE = 0.45  # a later item must fit two stories this well to tie them
TEXT_WORDS = 70

_stem = lru_cache(maxsize=100_000)(Stemmer.Stemmer("indonesian").stemWord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What grouping looks at. `terms`: stem → weight (title words count fully, lead words less)."""

    item_id: str
    at: datetime
    terms: dict[str, float]
    norm: float
    title_terms: frozenset[str]
    numbers: frozenset[str]
    units: frozenset[str]
    topic: str
    severity: int
    signature: tuple[int, ...]
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    score: float
    same: bool
    why: str
    certain: bool = False


def features(
    *,
    item_id: str,
    at: datetime,
    title: str,
    text: str,
    units: Iterable[str] = (),
    topic: str = "lainnya",
    severity: int = 0,
    signature: Sequence[int] = (),
    unit_names: Iterable[str] = (),
) -> Features:
    """`unit_names`: names of `units`; that both items name the unit is weighed apart, not as likeness of words."""
    reading = read(title, text)
    terms, title_terms = _terms(reading, frozenset(word for name in unit_names for word in fold(name).split()))
    numbers = frozenset(w for w in reading.words[: reading.title_words or 25] if w.isdecimal() and len(w) <= 4)
    return Features(
        item_id=item_id,
        at=at,
        terms=terms,
        norm=sqrt(sum(w * w for w in terms.values())),
        title_terms=title_terms,
        numbers=numbers,
        units=frozenset(units),
        topic=topic,
        severity=severity,
        signature=tuple(signature),
        words=len(reading.words),
    )


def _terms(reading: Reading, left_out: frozenset[str]) -> tuple[dict[str, float], frozenset[str]]:
    heading = reading.title_words or min(len(reading.words), 25)
    terms: dict[str, float] = {}
    for index, word in enumerate(reading.words[: heading + TEXT_WORDS]):
        weight = 0.0 if word in left_out else _word_weight(word)
        if weight == 0:
            continue
        stem = _stem(word)
        if index >= heading:
            weight *= 0.35
        terms[stem] = max(terms.get(stem, 0.0), weight)
    titled = frozenset(_stem(w) for w in reading.words[:heading] if w not in left_out and _word_weight(w) > 0)
    return terms, titled


@lru_cache(maxsize=100_000)
def _word_weight(word: str) -> float:
    if word in STOPWORDS or (len(word) < 3 and not word.isdecimal()):
        return 0.0
    if word.isdecimal():
        return 0.9 if len(word) <= 4 else 0.5
    return 0.45 if word in DOMAIN_WORDS else 1.0


def likeness(a: Features, b: Features) -> Likeness:
    """How surely two items tell of one event. The decision the running service takes and `pasopati pairs` prints."""
    if a.units and b.units and not a.units & b.units:
        return Likeness(score=0.0, same=False, why="unit berbeda")
    apart = abs(a.at - b.at)
    if apart > WINDOW:
        return Likeness(score=0.0, same=False, why="terlalu jauh waktunya")
    score = _cosine(a, b)
    shared_unit = bool(a.units & b.units)
    same_topic = a.topic == b.topic
    if a.numbers and b.numbers and not a.numbers & b.numbers:
        score *= 0.85
    if not same_topic and "hoaks_klarifikasi" not in (a.topic, b.topic):
        score *= 0.9
    needed, why, certain = SAME_EVENT, "isi serupa", False
    if shared_unit:
        needed, why = SAME_UNIT, "unit sama dan isi serupa"
        if same_topic and a.topic in INCIDENT_TOPICS:
            certain = a.topic in RARE and apart <= RARE_WINDOW
            needed, why = SAME_RARE if certain else SAME_INCIDENT, "unit dan kejadian yang sama"
        elif _is_denial(a, b):
            needed, why = DENIED_INCIDENT, "kejadian dan bantahannya di unit yang sama"
    return Likeness(score=round(min(1.0, score), 4), same=score >= needed, why=why, certain=certain and score >= needed)


def _is_denial(a: Features, b: Features) -> bool:
    topics = {a.topic, b.topic}
    return "hoaks_klarifikasi" in topics and bool(topics & INCIDENT_TOPICS)


def _cosine(a: Features, b: Features) -> float:
    if len(b.terms) < len(a.terms):
        a, b = b, a
    if not a.norm or not b.norm:
        return 0.0
    dot = sum(w * b.terms[t] for t, w in a.terms.items() if t in b.terms)
    return dot / (a.norm * b.norm)
