"""View model of stories by how fast and how far they spread: the score, and what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.escalating import Escalation
from services.gateway.views import View

MOST_SHOWN: Final = 8
# Below this a story is a quiet one: severity or tone alone do not make it spread.
SPREADS_FROM: Final = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heated:
    title: str
    href: str
    score: str
    parts: str
    severity: int
    sample: bool


def heated(told: Sequence[tuple[View[Story], Escalation]]) -> list[Heated]:
    """The highest first; none that nobody tells of."""
    return [
        Heated(
            title=words.unbroken(view.data.title),
            href=f"/isu/{one.story_id}",
            score=words.number(one.score, 0),
            parts="; ".join(f"{p.name} {words.number(p.points, 0)}/{p.most} ({p.words})" for p in one.parts),
            severity=view.data.severity_max,
            sample=view.opmode == "sample",
        )
        for view, one in told[:MOST_SHOWN]
        if one.score >= SPREADS_FROM
    ]
