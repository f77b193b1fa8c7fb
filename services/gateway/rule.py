"""The reader's rule for streams: of each entity, only what is higher than everything that stood before it."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from libs.runtime.mongo import PyMongoError
from libs.runtime.telemetry import log
from libs.schemas.envelope import Event
from libs.schemas.topics import ALERTS, ITEMS_CLASSIFIED, RELEASES, SOURCES, STORIES, Topic
from services.gateway.projections import entity_of, view_of

_REMEMBERED = 50_000
_PATIENCE_SECONDS = 30.0

# What the streams carry, by the word the console uses for it. The order is that of positions in a cursor.
KINDS: dict[Topic, str] = {
    STORIES: "isu",
    ALERTS: "peringatan",
    RELEASES: "rilis",
    SOURCES: "sumber",
    ITEMS_CLASSIFIED: "butir",
}

Trail = Mapping[str, tuple[int, list[tuple[int, int, int]]]]


class Trails(Protocol):
    """Where the read models saw the last transitions of entities."""

    async def trails(self, view: str, entity_ids: Sequence[str]) -> Trail: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One event and where it stood."""

    topic: Topic
    partition: int
    offset: int
    event: Event[Any]

    @property
    def key(self) -> tuple[str, str]:
        return view_of(self.event), entity_of(self.event)


class ReadersRule:
    """Remembers the last sequence per entity; for one it does not know, it asks the read models what stood earlier.

    So a reader that starts in the middle of a topic (after a restart, or at a client's cursor) neither repeats a
    transition that was seen before that place nor takes a later one for seen."""

    def __init__(
        self, trails: Trails, *, remembered: int = _REMEMBERED, patience_seconds: float = _PATIENCE_SECONDS
    ) -> None:
        self._trails = trails
        self._patience_seconds = patience_seconds
        self._remembered = remembered
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def fresh(self, found: Sequence[Found]) -> list[Found]:
        """Those that are new, in the order given."""
        trails = await self._ask({item.key for item in found if item.key not in self._seen})
        kept = []
        for item in found:
            last = self._seen.get(item.key)
            if last is None:
                last = _before(item, trails.get(item.key[0], {}))
            if item.event.sequence > last:
                kept.append(item)
            self._remember(item.key, max(last, item.event.sequence))
        return kept

    async def _ask(self, unknown: set[tuple[str, str]]) -> dict[str, Trail]:
        by_view: dict[str, list[str]] = {}
        for view, entity_id in unknown:
            by_view.setdefault(view, []).append(entity_id)
        deadline = asyncio.get_running_loop().time() + self._patience_seconds
        while True:
            try:
                return {view: await self._trails.trails(view, ids) for view, ids in by_view.items()}
            except PyMongoError as error:
                # While the store is away nobody decides anything, so there is hardly anything to tell: wait for it.
                if asyncio.get_running_loop().time() >= deadline:
                    # In the end, telling something twice is better than not telling it.
                    log.warning("live feed without its memory", problem=type(error).__name__)
                    return {}
            await asyncio.sleep(0.2)

    def _remember(self, key: tuple[str, str], sequence: int) -> None:
        self._seen[key] = sequence
        self._seen.move_to_end(key)
        if len(self._seen) > self._remembered:
            self._seen.popitem(last=False)


def _before(item: Found, trail: Trail) -> int:
    """The entity's highest sequence that stood before this place in its partition; 0: none known."""
    _, places = trail.get(item.key[1], (0, []))
    return max((s for s, p, o in places if p == item.partition and o < item.offset), default=0)
