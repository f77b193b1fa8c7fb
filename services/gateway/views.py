"""What the read models give out: one entity's view, a page of them, the questions that can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from libs.schemas.envelope import OpMode, Part
from libs.schemas.items import ClassifiedItem, Item

T = TypeVar("T", bound=Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[T]):
    """One entity as the gateway last saw it; `event` and `at` are those of its last transition."""

    id: str
    sequence: int
    opmode: OpMode
    drillid: str | None
    event: str
    at: datetime
    data: T


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item: what was collected (with text) and its labels; either may not have arrived yet."""

    id: str
    collected: View[Item] | None
    labels: View[ClassifiedItem] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Rows, and the cursor of the next page (None: the end)."""

    rows: list[View[T]]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryQuery:
    status: str | None = None
    severity_min: int | None = None
    topic: str | None = None
    unit_id: str | None = None
    province: str | None = None
    sentiment: str | None = None
    since: datetime | None = None
    opmodes: Sequence[OpMode] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuery:
    status: Sequence[str] | None = None
    severity_min: int | None = None
    unit_id: str | None = None
    story_id: str | None = None
    opmodes: Sequence[OpMode] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemQuery:
    relevant: bool | None = None
    topic: str | None = None
    unit_id: str | None = None
    severity_min: int | None = None
    sentiment: str | None = None
    outlet_id: str | None = None
    source_id: str | None = None
    since: datetime | None = None
    item_ids: Sequence[str] | None = None
    opmodes: Sequence[OpMode] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the picture stands: sources, what waits, how old the data is."""

    sources_all: int
    sources_live: int
    sources_failing: int
    waiting: int
    open_stories: int
    data_age_seconds: float | None
    last_item_at: datetime | None
