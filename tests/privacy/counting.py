"""Shares with their 95 % intervals, and agreement of two readers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `all`, with Wilson's interval: it stays honest near 0 and 1 and for few cases."""

    hits: int
    all: int

    @property
    def value(self) -> float:
        return self.hits / self.all if self.all else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        if not self.all:
            return float("nan"), float("nan")
        n, p = self.all, self.value
        middle, spread = p + _Z * _Z / (2 * n), _Z * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))
        return max(0.0, (middle - spread) / (1 + _Z * _Z / n)), min(1.0, (middle + spread) / (1 + _Z * _Z / n))

    def __str__(self) -> str:
        if not self.all:
            return "no case"
        low, high = self.interval
        return f"{self.value:.2%} ({self.hits}/{self.all}; {low:.2%} to {high:.2%})"


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa: how much more two readers agree than two who guess with the same habits."""
    if not pairs:
        return float("nan")
    n = len(pairs)
    agreed = sum(a == b for a, b in pairs) / n
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    guessed = sum(first[label] * second[label] for label in first) / (n * n)
    return 1.0 if guessed == 1 else (agreed - guessed) / (1 - guessed)


def f1(right: int, told: int, found: int) -> float:
    return 2 * right / (told + found) if told + found else float("nan")
