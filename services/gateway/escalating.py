"""A story as it stands → how fast and how far it is spreading: a score of 0 to 100 with its arithmetic. Pure.

Four parts, each a share of its most: pace (publications of the last hour against the hours before), spread (outlets by
their weight), tone (the negative share) and severity. It ranks what people look at first; no alert rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Final

from libs.schemas.stories import Story

PACE, SPREAD, TONE, SEVERITY = 35, 25, 15, 25
# An hour so many deviations above the usual one, and outlets of so much weight, are the most there is.
PACE_FULL: Final = 4.0
SPREAD_FULL: Final = 12.0
USUAL_OVER: Final = timedelta(hours=12)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`points` of at most `most`; `hour`, `usual`, `weight`, `share` are what `words` names."""

    name: str
    points: float
    most: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    story_id: str
    score: float
    parts: tuple[Part, ...]

    @property
    def arithmetic(self) -> str:
        told = "; ".join(f"{part.name} {_number(part.points)} dari {part.most} ({part.words})" for part in self.parts)
        return f"{_number(self.score)} dari 100: {told}"


def escalation(story: Story, weights: Mapping[str, float], *, now: datetime) -> Escalation:
    """`weights`: outlet id → weight; an outlet that is not in it weighs 1."""
    parts = (_pace(story, now), _spread(story, weights), _tone(story), _severity(story))
    return Escalation(story_id=story.story_id, score=round(sum(part.points for part in parts), 1), parts=parts)


def pace(story: Story, now: datetime) -> tuple[int, float]:
    """Publications of the last full hour of buckets, and the hourly mean of the twelve hours before.

    A story younger than that is compared with the hours it has lived: its first hour with none."""
    line = story.timeline
    width = timedelta(minutes=line.bucket_minutes)
    hour, before = 0, 0
    for number, count in enumerate(line.counts):
        begins = line.start_at + number * width
        if begins > now - _HOUR - width:
            hour += count
        elif begins > now - _HOUR - width - USUAL_OVER:
            before += count
    lived = min(USUAL_OVER, max(_HOUR, now - _HOUR - story.first_item_at))
    return hour, before / (lived / _HOUR)


def _pace(story: Story, now: datetime) -> Part:
    hour, usual = pace(story, now)
    above = max(0.0, (hour - usual) / sqrt(usual + 1))
    words = f"{hour} publikasi dalam sejam terakhir, biasanya {_number(usual)}"
    return Part(name="laju", points=_points(above / PACE_FULL, PACE), most=PACE, words=words)


def _spread(story: Story, weights: Mapping[str, float]) -> Part:
    """A story names its ten loudest outlets; the others count as outlets nobody said anything of."""
    named = [weights.get(outlet.outlet_id, 1.0) for outlet in story.outlets]
    outlets = next((count.value for count in story.counts if count.what == "media"), len(named))
    weight = sum(named) + max(0, outlets - len(named))
    words = f"{outlets} media berbobot {_number(weight)}"
    return Part(name="sebaran", points=_points(weight / SPREAD_FULL, SPREAD), most=SPREAD, words=words)


def _tone(story: Story) -> Part:
    mix = story.sentiment_mix
    total = mix.positif + mix.netral + mix.negatif + mix.campuran
    share = (mix.negatif + mix.campuran / 2) / total if total else 0.0
    return Part(name="nada", points=_points(share, TONE), most=TONE, words=f"{_number(share * 100)} % negatif")


def _severity(story: Story) -> Part:
    points = _points(story.severity_max / 4, SEVERITY)
    return Part(name="keparahan", points=points, most=SEVERITY, words=f"tingkat {story.severity_max}")


def _points(share: float, most: int) -> float:
    return round(min(1.0, share) * most, 1)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")
