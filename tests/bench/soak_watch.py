"""What is looked at every few seconds while the classifier soaks: documents, memory, disk, lag, what was swept."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from libs.runtime.mongo import Database
from tests.bench.machine import usage
from tests.bench.soak_ledger import total
from tests.support.running import Service

_EPOCH, _FAR = datetime(1970, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
OUTBOXES = ("labels", "stories", "trends")
GROUPS = ("classifier", "classifier.stories", "classifier.trends")
GB = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look. `seconds` since the first item was fed."""

    seconds: float
    fed: int
    answered: int
    documents: Mapping[str, int]
    outbox: int
    classifier_mb: float
    store_mb: float
    broker_mb: float
    store_disk_gb: float
    broker_disk_gb: float
    lags: Mapping[str, int]
    stories: int
    series: int

    @property
    def all_documents(self) -> int:
        return sum(self.documents.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What the purge records say: turns that found something, and documents by class of data."""

    turns: int
    gone: Mapping[str, int]

    @property
    def all_gone(self) -> int:
        return sum(self.gone.values())


@dataclass(slots=True, kw_only=True)
class Watch:
    database: Database
    service: Service
    store_pid: int
    broker_pid: int
    stack_folder: Path
    began: float = field(default_factory=time.monotonic)
    looks: list[Look] = field(default_factory=list)
    _disk: tuple[float, float] = (0.0, 0.0)
    _disk_at: float = -1e9

    async def look(self, fed: int, answered: int) -> Look:
        metrics = await self.service.metrics()
        pids = (self.service.pid, self.store_pid, self.broker_pid)
        classifier, store, broker = (usage(pid).megabytes for pid in pids)
        store_disk, broker_disk = self._disks()
        one = Look(
            seconds=time.monotonic() - self.began, fed=fed, answered=answered, documents=await self.documents(),
            outbox=await self.outbox(), classifier_mb=classifier, store_mb=store, broker_mb=broker,
            store_disk_gb=store_disk, broker_disk_gb=broker_disk,
            lags={group: int(total(metrics, "pasopati_lag_records", group=group)) for group in GROUPS},
            stories=int(total(metrics, "pasopati_classifier_stories_in_index")),
            series=int(total(metrics, "pasopati_classifier_trend_series")),
        )  # fmt: skip
        self.looks.append(one)
        return one

    async def documents(self) -> dict[str, int]:
        names = await self.database.list_collection_names()
        return {name: await self.database[name].estimated_document_count() for name in sorted(names)}

    async def outbox(self) -> int:
        waiting = {"pending_since": {"$gt": _EPOCH, "$lt": _FAR}}
        return sum([await self.database[name].count_documents(waiting) for name in OUTBOXES])

    async def swept(self) -> Swept:
        turns: set[datetime] = set()
        gone: Counter[str] = Counter()
        async for raw in self.database["purges"].find({}, {"at": 1, "what": 1, "count": 1}):
            turns.add(raw["at"])
            gone[raw["what"]] += raw["count"]
        return Swept(turns=len(turns), gone=gone)

    async def without_story(self) -> int:
        """Members whose story has no document."""
        told: Counter[str] = Counter()
        async for raw in self.database["story_members"].find({}, {"story_id": 1}):
            told[raw["story_id"]] += 1
        names = list(told)
        for start in range(0, len(names), 1_000):
            async for raw in self.database["stories"].find({"_id": {"$in": names[start : start + 1_000]}}, {"_id": 1}):
                told.pop(raw["_id"])
        return told.total()

    def _disks(self) -> tuple[float, float]:
        # Walking a broker's folder each time would be work of its own.
        if time.monotonic() - self._disk_at > 20:
            self._disk_at = time.monotonic()
            self._disk = tuple(folder_gb(self.stack_folder / name) for name in ("mongo", "kafka"))  # type: ignore[assignment]
        return self._disk


def folder_gb(folder: Path) -> float:
    """What the files take on the disk, not how long they say they are."""
    taken = 0
    for at, _, files in os.walk(folder):
        for name in files:
            try:
                taken += os.stat(Path(at) / name).st_blocks * 512
            except OSError:
                continue  # the broker has just ended that segment
    return taken / GB


def free_gb(folder: Path) -> float:
    return shutil.disk_usage(folder).free / GB


def progress_line(look: Look, before: Look | None, swept: Swept, *, count: int, most: int, days: float) -> str:
    rate = look.answered / look.seconds if look.seconds else 0.0
    lately = (look.answered - before.answered) / (look.seconds - before.seconds) if before else rate
    lags = "/".join(str(look.lags[group]) for group in GROUPS)
    return (
        f"{look.seconds / 60:5.1f} min  {look.answered:>9,} of {count:,} ({rate:.0f}/s, lately {lately:.0f}/s), day "
        f"{days:.0f}  documents {look.all_documents:,} (most {most:,})  outbox {look.outbox}  lag {lags}  "
        f"classifier {look.classifier_mb:.0f} MB  store {look.store_mb:.0f} MB, {look.store_disk_gb:.2f} GB  "
        f"broker {look.broker_disk_gb:.2f} GB  open stories {look.stories:,}, series {look.series:,}  "
        f"sweeps {swept.turns}, {swept.all_gone:,} deleted"
    )


def cpu_seconds(pids: Mapping[str, int]) -> dict[str, float]:
    return {name: usage(pid).cpu_seconds for name, pid in pids.items()}


def settled(look: Look) -> bool:
    """Nothing is on its way."""
    return not look.outbox and not any(look.lags.values())


def by_minutes(looks: Sequence[Look], rows: int = 24) -> list[Look]:
    """Looks spread evenly over the run, with the last one."""
    every = max(1, len(looks) // rows)
    return [*looks[:-1:every], looks[-1]] if looks else []
