"""Held-out scores → how rules and model are weighed, and how sure a label must be."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from services.classifier.findings import Findings
from services.classifier.judging import rule_opinions
from services.classifier.training.learning import HEADS, columns

Floats = npt.NDArray[np.float64]
# The weight of a rule beside the model's score. Rules have been read against real headlines while our own text is full
# of traps, so held-out parts of it alone would trust them too little; chosen with the first rules ever written,
# which had seen no yardstick (docs/adr/0043).
RULES_COUNT: Final = {
    "relevance": 0.1,
    "topic": 0.35, "severity": 0.35, "sentiment": 0.3, "polarity": 0.2, "crisis": 0.5, "urgency": 0.2, "impact": 0.2,
    "actuality": 0.2,
}  # fmt: skip
_HEATS: Final = (0.8, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0)
COVERAGE: Final = 0.9


def blend_of(scores: Floats, wanted: npt.NDArray[np.bool_], found: Sequence[Findings]) -> dict[str, Any]:
    """`scores`, `wanted`: text × column, of texts none of the scores has learnt from."""
    place = columns()
    relevant = wanted[:, place["relevance"].start]
    logit = np.array([one.relevance_logit for one in found])
    count = RULES_COUNT["relevance"]
    both = scores[:, place["relevance"].start] + count * logit
    platt = LogisticRegression(C=1e6).fit(both[:, None], relevant)
    slope = float(platt.coef_[0][0])
    blend: dict[str, Any] = {
        "relevance": {
            "model": round(slope, 4),
            "rules": round(slope * count, 4),
            "bias": round(float(platt.intercept_[0]), 4),
        },
        "severity": [_platt(level, scores, wanted, found, relevant) for level in range(4)],
    }
    opinions = [rule_opinions(one) for one in found]
    for task, count in RULES_COUNT.items():
        if task not in {"relevance", "severity"}:
            blend[task] = {"rules": count, "heat": _heat(task, count, scores, wanted, opinions, relevant)}
    return blend


def _platt(
    level: int,
    scores: Floats,
    wanted: npt.NDArray[np.bool_],
    found: Sequence[Findings],
    relevant: npt.NDArray[np.bool_],
) -> dict[str, float]:
    """Over relevant texts: of others nobody asks how bad they are."""
    column = columns()["severity"].start + level
    count = RULES_COUNT["severity"]
    says = np.array([1.0 if one.severity > level else -1.0 for one in found])
    both = (scores[:, column] + count * says)[relevant]
    fitted = LogisticRegression(C=1e6).fit(both[:, None], wanted[relevant, column])
    slope = float(fitted.coef_[0][0])
    return {"model": round(slope, 4), "rules": round(slope * count, 4), "bias": round(float(fitted.intercept_[0]), 4)}


def _heat(
    task: str,
    count: float,
    scores: Floats,
    wanted: npt.NDArray[np.bool_],
    opinions: Sequence[Mapping[str, Mapping[str, float]]],
    relevant: npt.NDArray[np.bool_],
) -> float:
    """The temperature under which the held-out labels of relevant texts are most likely."""
    place = columns()[task]
    prior = np.array([[one[task].get(label, 0.0) for label in HEADS[task]] for one in opinions])
    raw = (scores[:, place] + count * prior)[relevant]
    truth = wanted[:, place][relevant]

    def surprise(heat: float) -> float:
        exponent = np.exp(heat * (raw - raw.max(axis=1, keepdims=True)))
        chance = (exponent * truth).sum(axis=1) / exponent.sum(axis=1)
        return float(-np.log(np.maximum(chance, 1e-9)).mean())

    return min(_HEATS, key=surprise)


def certainty_of(standing: Sequence[Sequence[float]], right: Sequence[bool]) -> list[float]:
    """Bias and weights that turn how a label stands on held-out texts into the chance that it is right."""
    fitted = LogisticRegression(C=10.0).fit(np.asarray(standing), np.asarray(right))
    return [round(float(value), 4) for value in (fitted.intercept_[0], *fitted.coef_[0])]


def curve_of(confidence: Sequence[float], right: Sequence[bool]) -> list[list[float]]:
    """How sure a label seemed → how often it was right, rising, at ten points and the ends."""
    sure, hit = np.asarray(confidence), np.asarray(right, dtype=float)
    order = np.argsort(sure, kind="stable")
    points = [(float(sure[part].mean()), float(hit[part].mean())) for part in np.array_split(order, 10)]
    at = np.array([p for p, _ in points])
    risen = IsotonicRegression(out_of_bounds="clip").fit(at, [h for _, h in points]).predict(at)
    curve = [[0.0, float(risen[0]) * 0.5], *([a, float(r)] for a, r in zip(at, risen, strict=True)), [1.0, 0.99]]
    return [[round(a, 4), round(min(0.99, r + 1e-3 * n), 4)] for n, (a, r) in enumerate(curve)]


def sure_of(confidence: Sequence[float]) -> float:
    """Nine in ten held-out labels are at least this sure."""
    return round(float(np.quantile(np.asarray(confidence), 1 - COVERAGE)), 4)
