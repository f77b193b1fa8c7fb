"""Verdicts against labels → the figures by which models are compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

# Campuran counts as neutral wherever three tones are compared.
THREE_TONES: Final = {"positif": "positif", "negatif": "negatif", "netral": "netral", "campuran": "netral"}
RESAMPLES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """One text's labels, told or true."""

    relevant: bool
    topic: str
    tone: str
    severity: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its bootstrap 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


Flags = npt.NDArray[np.bool_]
Measure = Callable[[npt.NDArray[np.int64]], float]


def f1(said: Flags, true: Flags) -> float:
    return 2 * float((said & true).sum()) / max(1.0, float(said.sum() + true.sum()))


def precision(said: Flags, true: Flags) -> float:
    return float((said & true).sum()) / max(1.0, float(said.sum()))


def recall(said: Flags, true: Flags) -> float:
    return precision(true, said)


def macro_f1(said: Sequence[str], true: Sequence[str]) -> float:
    """Over the classes that are true somewhere."""
    names, number = np.unique(np.concatenate((np.asarray(said), np.asarray(true))), return_inverse=True)
    a, b = number[: len(said)], number[len(said) :]
    size = len(names)
    both = np.bincount(a[a == b], minlength=size)
    told, meant = np.bincount(a, minlength=size), np.bincount(b, minlength=size)
    counted = meant > 0
    return float(np.mean(2 * both[counted] / (told[counted] + meant[counted])))


def measures(said: Sequence[Answer], true: Sequence[Answer]) -> dict[str, Measure]:
    """Name → a function of the chosen rows."""
    rel_s, rel_t = np.array([a.relevant for a in said]), np.array([a.relevant for a in true])
    top_s, top_t = np.array([a.topic for a in said]), np.array([a.topic for a in true])
    tone_s = np.array([THREE_TONES[a.tone] for a in said])
    tone_t = np.array([THREE_TONES[a.tone] for a in true])
    sev_s, sev_t = np.array([a.severity >= 3 for a in said]), np.array([a.severity >= 3 for a in true])
    return {
        "relevance F1": lambda i: f1(rel_s[i], rel_t[i]),
        "topic accuracy": lambda i: float((top_s[i] == top_t[i]).mean()),
        "topic macro-F1": lambda i: macro_f1(top_s[i].tolist(), top_t[i].tolist()),
        "sentiment accuracy": lambda i: float((tone_s[i] == tone_t[i]).mean()),
        "severity>=3 recall": lambda i: recall(sev_s[i], sev_t[i]),
        "severity>=3 precision": lambda i: precision(sev_s[i], sev_t[i]),
    }


def figures(said: Sequence[Answer], true: Sequence[Answer], *, resamples: int = RESAMPLES) -> dict[str, Figure]:
    """Every figure with its interval; the same input gives the same interval."""
    everything = np.arange(len(true))
    draws = np.random.default_rng(20261122).integers(0, len(true), size=(resamples, len(true)))
    found = {}
    for name, measure in measures(said, true).items():
        told = [measure(draw) for draw in draws]
        low, high = np.quantile(told, [0.025, 0.975]) if told else (0.0, 1.0)
        found[name] = Figure(measure(everything), float(low), float(high))
    return found


def calibration(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> tuple[float, list[str]]:
    """Expected calibration error, and a line a bin: how sure, how often right, how many."""
    sure, hit = np.asarray(confidence), np.asarray(right, dtype=float)
    number = np.minimum((sure * bins).astype(int), bins - 1)
    error, lines = 0.0, []
    for one in range(bins):
        inside = number == one
        if inside.any():
            error += abs(sure[inside].mean() - hit[inside].mean()) * inside.mean()
            low, high = one / bins, (one + 1) / bins
            told = f"{sure[inside].mean():.3f} {hit[inside].mean():.3f} {int(inside.sum())}"
            lines.append(f"{low:.1f}-{high:.1f} {told}")
    return float(error), lines


def risk_at(confidence: Sequence[float], right: Sequence[bool], coverage: float) -> float:
    """The share of wrong labels among the surest part."""
    order = np.argsort(-np.asarray(confidence), kind="stable")[: max(1, round(coverage * len(right)))]
    return 1 - float(np.asarray(right, dtype=float)[order].mean())


def promised_at(confidence: Sequence[float], coverage: float) -> float:
    """The share of wrong labels that the certainty of the surest part lets expect."""
    sure = np.sort(np.asarray(confidence, dtype=float))[::-1]
    return 1 - float(sure[: max(1, round(coverage * len(sure)))].mean())
