"""A host's pause between two of our requests, whoever of us makes them: polls, pages of articles, previews."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.runtime.clock import Clock
from services.ingest.addresses import host_of
from services.ingest.store import FetchLedger


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """`local`: addresses of our own machine rest between no requests."""

    ledger: FetchLedger
    clock: Clock
    per_host_seconds: float
    local: frozenset[tuple[str, int]] = frozenset()

    def needs_pauses(self, host: str) -> bool:
        """Whether a host (as `host_of` gives it) rests between requests."""
        name, _, port = host.rpartition(":")
        return self.per_host_seconds > 0 and (name.strip("[]"), int(port or 0)) not in self.local

    async def free_at(self, url: str) -> datetime | None:
        """None: the host is ours for one request now (and then rests); otherwise when it may be asked again."""
        host = host_of(url)
        if not self.needs_pauses(host):
            return None
        return await self.ledger.host_free_at(host, self.clock.now(), self.per_host_seconds)

    async def wait(self, url: str, *, at_most_seconds: float) -> bool:
        """Waits for the host's turn; False when that would take longer."""
        ends = self.clock.now() + timedelta(seconds=at_most_seconds)
        while (free_at := await self.free_at(url)) is not None:
            if free_at > ends:
                return False
            await asyncio.sleep(max(0.0, (free_at - self.clock.now()).total_seconds()))
        return True

    async def rest(self, url: str, seconds: float) -> None:
        """The host asked to be left alone."""
        if seconds > 0:
            await self.ledger.rest_host(host_of(url), self.clock.now() + timedelta(seconds=seconds))
