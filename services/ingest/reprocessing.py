"""`pasopati reprocess`: archived payloads through today's rules and gate once more, into the backfill lane."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from libs.runtime.announcing import Renderer
from libs.runtime.bus import Bus
from libs.runtime.clock import Clock, SystemClock
from libs.runtime.mongo import connect
from libs.runtime.outbox import Cause, Document, Entities, Intent
from libs.runtime.relay import Relay
from libs.runtime.telemetry import Tracing
from services.ingest.archiving import Archive, Payload
from services.ingest.collecting import Keys
from services.ingest.importing import settings_of
from services.ingest.regating import Again, again, as_it_stands, revise
from services.ingest.remembering import Memory
from services.ingest.settings import IngestSettings

AT_ONCE = 200


@dataclass(slots=True, kw_only=True)
class Reprocessor:
    """Works through the archive, payload by payload. Killed and started again, it changes nothing twice."""

    items: Entities
    archive: Archive
    memory: Memory
    keys: Keys
    clock: Clock
    counts: Counter[str] = field(default_factory=Counter)

    async def run(self, *, source_id: str | None = None, since: datetime | None = None) -> Counter[str]:
        async for payload in self.archive.read(source_id=source_id, since=since):
            self.counts["payloads"] += 1
            for start in range(0, len(payload.entries), AT_ONCE):
                await self._some(payload, payload.entries[start : start + AT_ONCE])
        return self.counts

    async def _some(self, payload: Payload, entries: Sequence[Mapping[str, Any]]) -> None:
        now = self.clock.now()
        before = await self.items.load(entry["item_id"] for entry in entries)
        found = {}
        for entry in entries:
            standing = as_it_stands(entry, before.get(entry["item_id"]))
            found[entry["item_id"]] = again(standing, payload, self.keys, now)
            await asyncio.sleep(0)
        await self.memory.withhold([one.withheld for one in found.values() if one.withheld is not None])
        await self.memory.file([former for doc in before.values() for former in doc.state.get("former", ())])
        by = payload.origin
        cause = Cause.origin(opmode=by["opmode"], drillid=by["drillid"], lane="backfill")
        intents = [
            Intent(entity_id=id_, cause=cause, decide=partial(revise, one=one, now=now)) for id_, one in found.items()
        ]
        after = await self.items.apply(intents)
        await self.memory.file([former for doc in after.values() if doc for former in doc.state.get("former", ())])
        for id_, one in found.items():
            self.counts[_outcome(before.get(id_), after.get(id_), one)] += 1


def _outcome(before: Document | None, after: Document | None, one: Again) -> str:
    if after is None:
        return "withheld"
    if before is None:
        return "collected"
    if after.version > before.version:
        return "revised"
    return "unchanged" if after.state["digest"] == one.told.digest else "superseded"


@asynccontextmanager
async def _reprocessor(settings: IngestSettings) -> AsyncIterator[Reprocessor]:
    """The archive and the items of ingest, in this process, on the store and the bus of the running stack."""
    client, bus, clock = connect(settings.mongodb_url.get_secret_value()), Bus(settings), SystemClock()
    database = client[settings.database_name("ingest")]
    tracing = Tracing.to("ingest", settings.otlp_endpoint)
    # A name of its own: what it leaves behind when it is killed is swept by the running ingest.
    relay = Relay(database["items"], bus, clock, replica=f"reprocess-{secrets.token_hex(4)}")
    renderer = Renderer(service="ingest", node=settings.node, clock=clock, tracing=tracing)
    keys = Keys(revision=settings.derived_key("revision"), link=settings.derived_key("link"))
    await bus.start()
    await relay.start()
    try:
        yield Reprocessor(
            items=Entities(database["items"], relay, renderer),
            archive=Archive.of(database, clock=clock),
            memory=Memory.of(database),
            keys=keys,
            clock=clock,
        )
    finally:
        await relay.stop()
        await bus.stop()
        client.close()
        await asyncio.to_thread(tracing.close)


async def _run(settings: IngestSettings, source_id: str | None, since: datetime | None) -> Counter[str]:
    async with _reprocessor(settings) as reprocessor:
        return await reprocessor.run(source_id=source_id, since=since)


def _since(written: str) -> datetime:
    """`2026-11-20`, `2026-11-20T05:00+07:00`, or `7d`, `12h` ago."""
    unit = {"d": "days", "h": "hours"}.get(written[-1:])
    if unit and written[:-1].isdigit():
        return datetime.now(UTC) - timedelta(**{unit: int(written[:-1])})
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def command(argv: Sequence[str]) -> int:
    """`reprocess [--source ID] [--since WHEN] [--state .run/state.json]`."""
    parser = argparse.ArgumentParser(prog="pasopati reprocess", description=__doc__)
    parser.add_argument("--source", default=None, help="only what this source told")
    parser.add_argument("--since", type=_since, default=None, help="2026-11-20, 2026-11-20T05:00+07:00, 7d or 12h")
    parser.add_argument("--state", type=Path, default=None, help="state file of a running `make run`")
    options = parser.parse_args(argv)
    if options.state is not None and not options.state.exists():
        print(f"{options.state} tidak ada: tidak ada yang berjalan di sini (make run)", file=sys.stderr)
        return 1
    counts = asyncio.run(_run(settings_of(options.state), options.source, options.since))
    print(
        f"{counts['payloads']} muatan arsip: {counts['revised']} butir diperbarui, {counts['collected']} dibuat lagi, "
        f"{counts['unchanged']} tetap, {counts['superseded']} sudah digantikan sumbernya, {counts['withheld']} ditahan."
    )
    return 0
