"""What a soak of the classifier feeds, when each item was seen, and what it may use of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from libs.runtime.topics_admin import configuration
from libs.schemas.items import Item, ItemCollected
from libs.schemas.topics import Topic
from tests.bench.classifier import RELEVANT_SHARE, Traffic
from tests.support.builders import an_item_id, envelope_of

BEGINS: Final = "PASOPATI_SOAK_BEGINS"
FULL: Final = 1_000_000
# 7,500 items a day as in life: a million is 133 days.
DAYS: Final = 133.0
# Less than this is on its way at any time; the feed waits.
AHEAD: Final = 1_500
LOOK_EVERY_SECONDS: Final = 10.0
MOST_DOCUMENTS: Final = 100_000
KEPT_DAYS: Final = {"label": 4.0, "anggota_isu": 31.0, "isu": 31.0, "tren": 31.0}
# The broker forgets what all have read long ago; the catalogue's 7 to 35 days would be the whole run.
_SEGMENT, _PARTITION = 32 << 20, 256 << 20
_COMPACT_AFTER_MS: Final = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Beyond any of these the soak ends early and says so."""

    hours: float = 4.0
    free_disk_gb: float = 5.0
    own_disk_gb: float = 20.0
    classifier_mb: float = 3_000.0
    silent_seconds: float = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What the limits are held against."""

    hours: float
    free_disk_gb: float
    own_disk_gb: float
    classifier_mb: float
    silent_seconds: float


def beyond(limits: Limits, now: Now) -> str | None:
    """Which limit is passed, in words."""
    if now.hours > limits.hours:
        return f"it took longer than {limits.hours:g} hours"
    if now.free_disk_gb < limits.free_disk_gb:
        return f"only {now.free_disk_gb:.1f} GB of disk were free"
    if now.own_disk_gb > limits.own_disk_gb:
        return f"broker and store held {now.own_disk_gb:.1f} GB of disk"
    if now.classifier_mb > limits.classifier_mb:
        return f"the classifier held {now.classifier_mb:.0f} MB"
    if now.silent_seconds > limits.silent_seconds:
        return f"nothing was classified for {now.silent_seconds:.0f} s"
    return None


class Feed:
    """The items in their order, evenly over DAYS; number n is told by its link, 1 to `count`."""

    def __init__(self, count: int, begins: datetime, *, seed: int = 11) -> None:
        self.count, self._begins = count, begins
        self._step = timedelta(days=DAYS) / count
        self._traffic = Traffic(seed)
        self.fed = 0

    @property
    def simulated_at(self) -> datetime:
        return self._begins + self._step * self.fed

    def next(self, many: int) -> Iterator[tuple[bytes, bytes]]:
        """(key, value) of each; fewer at the end."""
        for _ in range(min(many, self.count - self.fed)):
            (item,) = self._traffic.items(1, share=RELEVANT_SHARE)
            self.fed += 1
            yield self._record(item)

    def _record(self, item: Item) -> tuple[bytes, bytes]:
        assert item.item_id == an_item_id(self.fed), "items are numbered as they are fed"
        at = self.simulated_at
        event = envelope_of(ItemCollected, item.model_copy(update={"first_seen_at": at, "published_at": at}))
        return event.subject.encode(), event.model_dump_json(exclude_none=True).encode()


def bounded(topic: Topic) -> dict[str, str]:
    """The topic as the catalogue has it, but for what its disk may hold."""
    config = configuration(topic) | {"segment.bytes": str(_SEGMENT)}
    if topic.cleanup == "compact":
        return config | {"min.compaction.lag.ms": str(_COMPACT_AFTER_MS)}
    return config | {"retention.bytes": str(_PARTITION)}
