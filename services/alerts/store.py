"""An alert or a push ⇄ the state of its document, and the queries that find them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from libs.schemas.alerts import Alert
from libs.schemas.envelope import OpMode
from libs.schemas.ids import mode_of

from .escalating import Place
from .grouping import Pushed
from .state import AlertState, Judged

# Two bounds: with one the store scans instead of using the index.
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
ALERT_INDEXES: Final = ("state.story_ids", "state.due_at")
PUSH_INDEXES: Final = ("state.due_at",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What an alert inherits from the story that led to it, and hands on to everything it causes."""

    opmode: OpMode
    drillid: str | None
    correlation: str
    causation: str | None
    traceparent: str | None

    @property
    def mode(self) -> str:
        return mode_of(self.opmode, self.drillid)


def alert_to_state(state: AlertState, origin: Origin) -> dict[str, Any]:
    """What is kept of an alert; `due_at` is only there while a clock runs (sparse index)."""
    kept: dict[str, Any] = {
        "alert": state.alert.model_dump(mode="python"),
        "open": state.open,
        "raised": state.raised,
        "story_ids": list(state.alert.story_ids),
        "place": asdict(state.place),
        "reached": {str(rung): at for rung, at in state.reached.items()},
        "clocks": dict(state.clocks),
        "pushed": asdict(state.pushed) if state.pushed else None,
        "judged": asdict(state.judged) if state.judged else None,
        "story_severity": state.story_severity,
        "origin": asdict(origin),
    }
    if state.due_at is not None:
        kept["due_at"] = state.due_at
    return kept


def alert_of_state(kept: Mapping[str, Any]) -> AlertState:
    return AlertState(
        alert=Alert.model_validate(kept["alert"]),
        raised=kept["raised"],
        place=Place(**kept["place"]),
        reached={int(rung): at for rung, at in kept["reached"].items()},
        clocks=kept["clocks"],
        pushed=Pushed(**kept["pushed"]) if kept["pushed"] else None,
        judged=Judged(**kept["judged"]) if kept["judged"] else None,
        story_severity=kept["story_severity"],
    )


def origin_of_state(kept: Mapping[str, Any]) -> Origin:
    return Origin(**kept["origin"])


def of_stories(story_ids: Iterable[str]) -> dict[str, Any]:
    """Filter: every alert, open or closed, that rests on one of these stories."""
    return {"state.story_ids": {"$in": list(story_ids)}}


def due(now: datetime) -> dict[str, Any]:
    """Filter: alerts with a clock that has run out."""
    return {"state.due_at": {"$gt": EPOCH, "$lte": now}}


def due_pushes(channel: str, now: datetime, *, busy: Iterable[str]) -> dict[str, Any]:
    """Filter: pushes of a channel whose turn it is, less those whose recipient has enough in hand."""
    return {"state.due_at": {"$gt": EPOCH, "$lte": now}, "state.kind": channel, "state.recipient": {"$nin": list(busy)}}


def claimed_by(replica: str) -> dict[str, Any]:
    """Filter: pushes that an earlier life of this replica had claimed and never finished."""
    return {"state.due_at": {"$gt": EPOCH}, "state.status": "claimed", "state.replica": replica}
