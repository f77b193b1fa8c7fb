"""The sums behind the figures: percentiles, paired ratios, whether a lag grows."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# A lag that grows by less than this share of the rate is called flat: noise of polling once a second.
FLAT_SHARE = 0.02


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest rank: the smallest value that `percent` of all are not above. ValueError without values."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]


def paired_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Median of the rounds' own ratios: what disturbed a round disturbed both sides of it."""
    if not above or len(above) != len(below):
        raise ValueError("rounds come in pairs")
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Growth of y by x (least squares); 0 for fewer than two different x."""
    if not points:
        return 0.0
    mean_x = statistics.fmean(x for x, _ in points)
    mean_y = statistics.fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How the items on their way (not yet through the slowest reader) developed at a steady rate.

    `given_up`: so much was waiting that feeding ended early."""

    rate: float
    came_out_per_second: float
    grows_per_second: float
    last: int
    given_up: bool = False

    @property
    def is_flat(self) -> bool:
        """Grows by less than 2 % of the rate, as much comes out as goes in, and less than three seconds are waiting."""
        kept_up = self.came_out_per_second >= (1 - 2 * FLAT_SHARE) * self.rate
        return (
            not self.given_up
            and self.grows_per_second <= FLAT_SHARE * self.rate
            and kept_up
            and self.last <= 3 * self.rate
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Latencies in milliseconds."""

    count: int
    p50: float
    p90: float
    p99: float
    most: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        values = [value * 1000 for value in seconds]
        return cls(
            count=len(values),
            p50=percentile(values, 50),
            p90=percentile(values, 90),
            p99=percentile(values, 99),
            most=max(values),
        )

    def __str__(self) -> str:
        return f"p50 {self.p50:.0f} · p90 {self.p90:.0f} · p99 {self.p99:.0f} · max {self.most:.0f} ms (n={self.count})"
