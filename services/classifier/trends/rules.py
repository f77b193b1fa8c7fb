"""trends.yaml → the rules by which a series is told to rise, checked at the start in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from libs.schemas.trends import SeriesKind, TrendRule, Window
from services.classifier.trends.counting import ALL, NEWS_CLASS, SEVERE_CLASS, SOCIAL_CLASS

FILE: Final = Path(__file__).parent.parent / "data" / "trends.yaml"
# CUSUM takes no hour to be quieter than this: one stray item must not count as infinitely improbable.
LEAST_HOURLY: Final = 0.02
Against = Literal["kebiasaan", "jam_sebelumnya"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`against`: its habit on days alike, or (a story has no habit) its own hours before. `chance`: how improbable the
    count must be, for one look at one series. `ratio`, `least_rise`: what rise CUSUM listens for; `limit`: where it
    calls. Easing: over `ease_hours` no more than expected + `ease_sigmas`."""

    id: str
    rule: TrendRule
    window: Window
    of: str
    kinds: frozenset[str]
    against: Against = "kebiasaan"
    minutes: int = 60
    hours_before: int = 12
    sigmas: float = 3.0
    chance: float = 1e-6
    least_items: int = 4
    above_days_ago: tuple[int, ...] = ()
    ratio: float = 2.0
    least_rise: float = 0.5
    limit: float = 10.0
    ease_hours: int = 3
    ease_sigmas: float = 1.0

    @property
    def most_gain(self) -> float:
        """The most that one item can add to a sum."""
        return log(max(self.ratio, 1 + self.least_rise / LEAST_HOURLY))


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """How history is weighed: `dispersion` is the variance over the mean that a series of a kind is taken to have
    before `dispersion_weight` items of its own say better."""

    look_back_days: int
    half_life_days: float
    least_days: int
    least_share_of_a_day: float
    season_days: int
    season_sigma: float
    dispersion: Mapping[str, float]
    dispersion_weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """From which share of the sources' weight on, unread, a window is partly seen or not seen at all."""

    partial: float
    blind: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRules:
    version: int
    rules: tuple[Rule, ...]
    baseline: Baseline
    sight: Sight
    again_ratio: float

    def named(self, rule_id: str) -> Rule | None:
        return next((r for r in self.rules if r.id == rule_id), None)


class FaultyRules(ValueError):
    """All that is wrong with the file, one line each."""


def load(path: Path = FILE) -> TrendRules:
    return of_data(yaml.safe_load(path.read_text(encoding="utf-8")))


def of_data(data: Mapping[str, Any]) -> TrendRules:
    """Raises FaultyRules."""
    faults: list[str] = []
    try:
        rules = tuple(_rule(line) for line in data["rules"])
        made = TrendRules(
            version=int(data["version"]),
            rules=rules,
            baseline=Baseline(**data["baseline"]),
            sight=Sight(**data["sight"]),
            again_ratio=float(data["again_ratio"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FaultyRules(f"trends.yaml: {type(error).__name__}: {error}") from None
    names = [rule.id for rule in rules]
    faults += [f"{name}: twice" for name in sorted({n for n in names if names.count(n) > 1})]
    for rule in rules:
        faults += [f"{rule.id}: {what}" for what in _faults_of(rule)]
    faults += [
        f"baseline.dispersion: nothing for {k}" for k in get_args(SeriesKind) if k not in made.baseline.dispersion
    ]
    if faults:
        raise FaultyRules("trends.yaml: " + "; ".join(faults))
    return made


def _rule(line: Mapping[str, Any]) -> Rule:
    values = dict(line)
    values["kinds"] = frozenset(values["kinds"])
    values["above_days_ago"] = tuple(values.get("above_days_ago", ()))
    return Rule(**values)


def _faults_of(rule: Rule) -> list[str]:
    """What is said of a rule that cannot be."""
    known = (
        (rule.rule in get_args(TrendRule), f"no such rule: {rule.rule}"),
        (rule.window in get_args(Window), f"no such window: {rule.window}"),
        (rule.of in (ALL, NEWS_CLASS, SOCIAL_CLASS, SEVERE_CLASS), f"no such class: {rule.of}"),
        (rule.against in get_args(Against), f"no such comparison: {rule.against}"),
        (bool(rule.kinds) and rule.kinds <= set(get_args(SeriesKind)), "kinds that do not exist, or none"),
        (0 < rule.chance < 0.1, "a chance lies between 0 and 0.1"),
        (rule.least_items >= 2, "one item is no rise"),
        (0 < rule.minutes <= 1440 and rule.minutes % 5 == 0, "minutes: five to a day, in fives"),
        (rule.ratio > 1 and rule.least_rise > 0 and rule.limit > 0, "ratio above 1, least_rise and limit above 0"),
        (rule.ease_hours > 0, "ease_hours above 0"),
    )
    return [what for holds, what in known if not holds]
