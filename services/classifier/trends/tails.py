"""How many items are improbable: tails of counts that scatter more than chance alone (negative binomial). Pure."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Final

# Beyond this mean the tail is taken from its first three moments (Cornish-Fisher): the sum would only be slow.
_SUMMED_TO: Final = 400.0
_STEPS_IN_LOG: Final = 50


def least_improbable(mean: float, dispersion: float, chance: float) -> int:
    """The smallest count n with P(N >= n) <= chance, N negative binomial with this mean and variance
    dispersion x mean (Poisson at 1). Rounded up to a grid of two per cent in the mean, which only makes it rarer."""
    if mean <= 0:
        return 1
    step = math.ceil(math.log(max(mean, 1e-4)) * _STEPS_IN_LOG)
    return _least(step, math.ceil(max(dispersion, 1.0) * 10), chance)


@lru_cache(maxsize=20_000)
def _least(step: int, tenths: int, chance: float) -> int:
    mean, dispersion = math.exp(step / _STEPS_IN_LOG), tenths / 10
    if mean > _SUMMED_TO:
        return _by_moments(mean, dispersion, chance)
    return _summed(mean, dispersion, chance)


def _summed(mean: float, dispersion: float, chance: float) -> int:
    poisson = dispersion < 1.05
    size = math.inf if poisson else mean / (dispersion - 1)
    share = 1 - 1 / dispersion
    mass = math.exp(-mean) if poisson else math.exp(-size * math.log(dispersion))
    # 1 - (sum so far) loses its digits near a millionth of a millionth: far above every chance in use.
    tail, n = 1.0 - mass, 1
    while tail > chance:
        mass *= mean / n if poisson else (size + n - 1) / n * share
        tail -= mass
        n += 1
    return n


def _by_moments(mean: float, dispersion: float, chance: float) -> int:
    z = NormalDist().inv_cdf(1 - chance)
    skew = (2 * dispersion - 1) / math.sqrt(mean * dispersion)
    return math.ceil(mean + math.sqrt(mean * dispersion) * (z + (z * z - 1) * skew / 6))
