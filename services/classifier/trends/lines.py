"""A line (series and rule): the one document that holds its present trend, and what becomes of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from libs.runtime.outbox import Announcement, Cause, Decision, Document, Intent
from libs.schemas import ids
from libs.schemas.trends import Trend, TrendEased, TrendRaised
from services.classifier.trends.sight import Seeing
from services.classifier.trends.telling import trend_of
from services.classifier.trends.watching import LineKey
from services.classifier.trends.weighing import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A finding with all that its telling needs. `items`: (item, story), newest first."""

    mode: str
    finding: Finding
    label: str
    basis_days: int
    cold: bool
    sight: Seeing
    items: Sequence[tuple[str, str | None]]
    at: datetime

    @property
    def line(self) -> LineKey:
        return self.finding.series, self.finding.rule.id


def line_id(mode: str, line: LineKey) -> str:
    (kind, key), rule_id = line
    return ids.keyed("trend-line", mode, kind, key, rule_id)


def raising(rise: Rise, cause: Cause, *, again_ratio: float) -> Intent:
    """Opens the line's next episode, or tells the open one again if it has grown by so much."""
    entity = line_id(rise.mode, rise.line)

    def decide(doc: Document | None) -> Decision | None:
        state = doc.state if doc else None
        episode, told, since = (state["episode"] + 1 if state else 1), 1, rise.at
        if state and state["open"]:
            if rise.finding.observed < again_ratio * state["trend"]["observed"]["value"]:
                return None
            episode, told, since = state["episode"], state["told"] + 1, state["trend"]["first_crossing_at"]
        trend = trend_of(
            rise.finding,
            trend_id=ids.keyed("trend", entity, episode),
            label=rise.label,
            basis_days=rise.basis_days,
            cold=rise.cold,
            first_crossing_at=since,
            sight=rise.sight,
            items=rise.items,
        )
        return _decision(rise.mode, rise.line, trend, episode=episode, told=told, now=rise.at)

    return Intent(entity_id=entity, cause=cause, decide=decide)


def easing(mode: str, line: LineKey, now: datetime) -> Intent:
    return _changing(mode, line, now, {"eased_at": now, "sight": "penuh"})


def seeing(mode: str, line: LineKey, sight: Seeing, now: datetime) -> Intent:
    """An open trend whose sources are read less, or again: its figures stand, what they are worth is told."""
    return _changing(mode, line, now, {"sight": sight})


def _changing(mode: str, line: LineKey, now: datetime, change: dict[str, Any]) -> Intent:
    def decide(doc: Document | None) -> Decision | None:
        if doc is None or not doc.state["open"] or all(doc.state["trend"][k] == v for k, v in change.items()):
            return None
        trend = Trend.model_validate(doc.state["trend"] | change)
        return _decision(mode, line, trend, episode=doc.state["episode"], told=doc.state["told"] + 1, now=now)

    return Intent(entity_id=line_id(mode, line), cause=origin(mode), decide=decide)


def _decision(mode: str, line: LineKey, trend: Trend, *, episode: int, told: int, now: datetime) -> Decision:
    """The line's whole state. To readers each episode is a trend of its own, with its own sequence."""
    (kind, key), rule_id = line
    state = {
        "mode": mode, "kind": kind, "key": key, "rule_id": rule_id, "open": trend.eased_at is None, "episode": episode,
        "told": told, "at": now, "eased_at": trend.eased_at, "trend": trend.model_dump(),
    }  # fmt: skip
    event = TrendRaised if trend.eased_at is None else TrendEased
    announcement = Announcement(event=event, data=trend, key=f"{kind}:{key}", entity_id=trend.trend_id, sequence=told)
    return Decision(state=state, announcements=(announcement,))


def origin(mode: str) -> Cause:
    """What the clock decides has no event before it."""
    opmode, _, drillid = mode.partition(":")
    return Cause.origin(opmode=opmode, drillid=drillid or None)  # type: ignore[arg-type]
