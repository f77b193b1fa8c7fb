"""Do two documents tell of one event? One decision for the service, for `pasopati pairs` and for the figures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import exp
from operator import mul

from services.classifier.comparing import TEXT_FIGURES, TITLE_FIGURES, compare, has_texts, hours_apart
from services.classifier.traits import Traits
from services.classifier.wordings import FOLDER

WINDOW = timedelta(hours=72)
WINDOW_HOURS = WINDOW.total_seconds() / 3600.0
# An escape, riot, fire or death at one unit within a day is one event, whatever words tell of it.
CERTAIN, DENIED = 0.95, 0.8
NOTHING_SHARED = 0.02  # measured: of the pairs of different outlets that share no stem hardly one is of one event
DENIAL_SHARES = 0.05  # so much of the words a denial has in common with what it denies
_RARE, _DENIED, _CONTAINED = (TITLE_FIGURES.index(name) for name in ("same_rare", "denied", "contained"))
_SAYS = {
    "cosine": "judul serupa", "contained": "judul serupa", "jaccard": "judul serupa", "grams": "judul serupa",
    "rarest": "kata langka yang sama", "numbers_shared": "angka yang sama", "deeds_shared": "kejadian sejenis",
    "same_unit": "unit sama dan isi serupa", "same_incident": "unit dan kejadian yang sama",
    "lead_cosine": "isi serupa", "crossed": "judul dan isi saling menyebut",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`score`: how probably one event, among pairs alike enough to be asked about. `certain`: even the words do not
    matter. `why` is Indonesian, for people."""

    same: bool
    score: float
    why: str
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model as plain numbers; `threshold`: the score from which we say yes."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    def score(self, figures: Sequence[float]) -> float:
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, self.bias + sum(map(mul, self.weights, figures))))))

    def strongest(self, figures: Sequence[float]) -> str:
        best, name = max((w * f, n) for w, f, n in zip(self.weights, figures, self.names, strict=True) if n in _SAYS)
        return _SAYS[name] if best > 0 else "waktu dan isi cocok"


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by what both sides bring: (a text, a date)."""

    version: str
    by: dict[tuple[bool, bool], Weights]


def read_model(text: str) -> Model:
    given = json.loads(text)
    by = {
        (False, True): _weights(given["headline"], TITLE_FIGURES),
        (False, False): _weights(given["headline_undated"], TITLE_FIGURES),
        (True, True): _weights(given["full"], TEXT_FIGURES),
        (True, False): _weights(given["full_undated"], TEXT_FIGURES),
    }
    return Model(given["version"], by)


def _weights(given: dict[str, dict[str, float]], names: tuple[str, ...]) -> Weights:
    figures = given["figures"]
    if set(figures) != set(names):
        raise ValueError(f"the model weighs other figures: {sorted(set(figures) ^ set(names))}")
    decision = given["decision"]
    return Weights(names, tuple(figures[n] for n in names), decision["bias"], decision["threshold"])


@lru_cache(maxsize=1)
def model() -> Model:
    return read_model((FOLDER / "model.json").read_text(encoding="utf-8"))


def same_event(a: Traits, b: Traits, by: Model | None = None) -> Decision:
    """Symmetric. Two items that name different units never tell of one event, nor two that are three days apart.
    `by`: another model than the shipped one."""
    if a.units and b.units and not a.units & b.units:
        return Decision(same=False, score=0.0, why="unit berbeda")
    hours = hours_apart(a, b)
    if hours is not None and hours > WINDOW_HOURS:
        return Decision(same=False, score=0.0, why="terlalu jauh waktunya")
    if not a.terms or not b.terms:
        return Decision(same=False, score=0.0, why="tanpa kata yang dapat dibandingkan")
    if not a.units & b.units and a.title_terms.isdisjoint(b.title_terms):
        return Decision(same=False, score=NOTHING_SHARED, why="tanpa kata yang sama")
    with_texts = has_texts(a, b)
    figures = compare(a, b)
    weights = (by or model()).by[with_texts, hours is not None]
    score = weights.score(figures)
    certain = figures[_RARE] > 0
    why = "unit dan kejadian yang sama"
    if certain:
        score = max(score, CERTAIN)
    elif figures[_DENIED] and figures[_CONTAINED] >= DENIAL_SHARES:
        score, why = max(score, DENIED), "kejadian dan bantahannya di unit yang sama"
    elif not figures[_CONTAINED] and not with_texts:
        score = min(score, NOTHING_SHARED)
    elif score >= weights.threshold:
        why = weights.strongest(figures)
    same = score >= weights.threshold
    return Decision(same=same, score=round(score, 4), why=why if same else "isi berbeda", certain=certain)
