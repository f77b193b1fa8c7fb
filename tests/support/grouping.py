"""A grouper inside the test's own process, on a store of its own: batches in, the stories as they stand out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import ConsumerRecord

from libs.runtime.kafka import Batch, Received
from libs.runtime.outbox import Entities
from libs.schemas.items import RelevantItem, Severity, TopicLabel
from libs.schemas.stories import Story
from libs.schemas.topics import ITEMS_RELEVANT
from services.classifier.grouping import Grouper
from services.classifier.near_copies import signature
from services.classifier.normalising import read
from services.classifier.store import MemberStore, Signals, StatementStore
from tests.support.builders import a_groupable_item, a_unit, envelope_of
from tests.support.inside import Inside

MORNING = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@dataclass
class MovableClock:
    at: datetime = MORNING

    def now(self) -> datetime:
        return self.at


def told(
    n: int, title: str, *, hours: float = 0, unit: str = "", topic: str = "pelarian", sequence: int = 1,
    relevant: bool = True, **changes: Any
) -> RelevantItem:  # fmt: skip
    """A relevant item, `hours` after the morning on which everything begins."""
    at = MORNING + timedelta(hours=hours)
    text = changes.pop("text", "")
    values: dict[str, Any] = {
        "title": title, "text": text, "excerpt": text[:200], "signature": signature(read(title, text)),
        "units": [a_unit(unit_id=f"lapas-{unit}", name=f"Lapas {unit.title()}")] if unit else [],
        "topics": [TopicLabel.model_validate({"name": topic, "score": 0.9})], "severity": Severity(value=2),
        "first_seen_at": at, "published_at": at, "actuality": "kejadian_baru", "outlet_id": f"media-{n % 7}",
    }  # fmt: skip
    item = a_groupable_item(n, **(values | changes))
    if not relevant:
        item = item.model_copy(update={"relevance": item.relevance.model_copy(update={"relevant": False})})
    event: RelevantItem = envelope_of(RelevantItem, item, sequence=sequence)
    return event


def batch_of(events: Sequence[RelevantItem], *, offset: int = 0) -> Batch:
    def record(at: int) -> Any:
        return ConsumerRecord("t", 0, at, 0, 0, None, b"", None, 0, 0, ())

    return Batch([Received(event=e, topic=ITEMS_RELEVANT, record=record(offset + i)) for i, e in enumerate(events)])


@dataclass(slots=True, kw_only=True)
class Stories:
    """One store of stories and the grouper at work on it; `clock` follows the items."""

    stories: Entities
    members: MemberStore
    statements: StatementStore
    signals: Signals
    clock: MovableClock = field(default_factory=MovableClock)
    grouper: Grouper = field(init=False)
    offset: int = 0

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """What was in memory is gone."""
        self.grouper = Grouper(self.stories, self.members, self.statements, self.signals, self.clock)

    async def take(self, *events: RelevantItem) -> None:
        self.clock.at = max(self.clock.at, *(e.data.first_seen_at for e in events))
        await self.grouper.group(batch_of(events, offset=self.offset))
        self.offset += len(events)

    async def each(self, events: Iterable[RelevantItem]) -> None:
        for event in events:
            await self.take(event)

    async def states(self) -> dict[str, dict[str, Any]]:
        return {raw["_id"]: raw["state"] async for raw in self.stories.collection.find()}

    async def all(self) -> list[Story]:
        """The oldest first."""
        found = [Story.model_validate(state) for state in (await self.states()).values()]
        return sorted(found, key=lambda s: (s.first_item_at, s.story_id))

    async def open(self) -> list[Story]:
        return [story for story in await self.all() if story.status == "terbuka"]


async def stories_in(plumbing: Inside, *, name: str = "a") -> Stories:
    database = plumbing.client[plumbing.settings.database_name("classifier")]
    members = MemberStore(database[f"story_members_{name}"])
    await members.prepare()
    return Stories(
        stories=await plumbing.entities(f"stories_{name}"), members=members,
        statements=StatementStore(database[f"statements_{name}"]), signals=Signals(database[f"turns_{name}"]),
    )  # fmt: skip
