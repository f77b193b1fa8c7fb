"""How long photos live: two days, or as long as the report that shows them; of every end there is a record."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

from pymongo import UpdateOne

from libs.runtime.blobs import Blobs
from libs.runtime.clock import Clock
from libs.runtime.mongo import Collection, Database, DuplicateKeyError, PyMongoError
from libs.runtime.retention import LOOK_EVERY_SECONDS, SWEEP_EVERY
from libs.runtime.telemetry import log

# A phone uploads the photos first and may be out of reach for a day before it sends the report.
UNUSED: Final = timedelta(days=2)
# As the reports (keeping.py).
USED: Final = timedelta(days=1826)
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoKeeping:
    """`photos`: sha256 → when the photo ends; of its own, so that no read model that is being rebuilt decides it."""

    photos: Collection
    purges: Collection
    turns: Collection
    clock: Clock

    @classmethod
    def of(cls, database: Database, clock: Clock) -> PhotoKeeping:
        return cls(photos=database["photos"], purges=database["purges"], turns=database["turns"], clock=clock)

    async def prepare(self) -> None:
        await self.photos.create_index([("ends_at", 1)])

    async def taken(self, photo: str) -> None:
        """Before its bytes are put: whoever ends photos sees that this one is wanted."""
        await self._until([photo], self.clock.now() + UNUSED)

    async def used(self, photos: Iterable[str]) -> None:
        """A report is about to be sent that shows them."""
        await self._until(photos, self.clock.now() + USED)

    async def _until(self, photos: Iterable[str], ends_at: datetime) -> None:
        """Never shortened: another report may show the same picture."""
        longer = [UpdateOne({"_id": photo}, {"$max": {"ends_at": ends_at}}, upsert=True) for photo in photos]
        if longer:
            await self.photos.bulk_write(longer, ordered=False)

    async def keep_sweeping(self, blobs: Blobs, stopping: asyncio.Event) -> None:
        """Until the service stops; a store that is away is met again a minute later."""
        while not stopping.is_set():
            try:
                await self.sweep(blobs)
            except PyMongoError as error:
                log.warning("photos wait for their end", exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY_SECONDS)

    async def sweep(self, blobs: Blobs) -> int:
        """How many photos ended now; 0 when it is another replica's turn."""
        now = self.clock.now()
        try:
            turn = {"_id": "photos", "next_at": {"$lte": now}}
            await self.turns.update_one(turn, {"$set": {"next_at": now + SWEEP_EVERY}}, upsert=True)
        except DuplicateKeyError:
            return 0
        await self._adopt(blobs)
        gone = 0
        while names := await self._over(now):
            gone += await self._end(names, blobs, now)
        return gone

    async def _adopt(self, blobs: Blobs) -> None:
        """Blobs that nobody wrote down are kept as if a report showed them."""
        names = await asyncio.to_thread(lambda: [name for name, _ in blobs.all()])
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            known = {raw["_id"] async for raw in self.photos.find({"_id": {"$in": some}}, {"_id": 1})}
            await self.used(name for name in some if name not in known)

    async def _over(self, now: datetime) -> list[str]:
        found = self.photos.find({"ends_at": {"$lt": now}}, {"_id": 1}).sort([("ends_at", 1)]).limit(_AT_ONCE)
        return [raw["_id"] async for raw in found]

    async def _end(self, names: Sequence[str], blobs: Blobs, now: datetime) -> int:
        """The record first: a deletion that nobody wrote down would be a loss."""
        proof = sha256("\n".join(names).encode()).hexdigest()
        record = {"what": "foto", "why": "retention_days", "at": now, "count": len(names), "names_sha256": proof}
        await self.purges.update_one({"_id": f"photos:{proof}"}, {"$set": record}, upsert=True)
        ended = 0
        for name in names:
            await self.photos.delete_one({"_id": name, "ends_at": {"$lt": now}})
            ended += await blobs.retire(name, partial(self._is_wanted, name))
        log.info("photos ended", count=ended)
        return len(names)

    async def _is_wanted(self, photo: str) -> bool:
        return await self.photos.find_one({"_id": photo}, {"_id": 1}) is not None
