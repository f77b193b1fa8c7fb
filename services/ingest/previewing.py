"""An address looked at before it becomes a source: fetched, parsed, its first entries masked, nothing kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from libs.privacy import AddressVerdict, gate, gate_address, gate_parts
from libs.runtime.clock import Clock
from libs.runtime.commands import Answer, CommandDesk, Rejected, Unchanged
from libs.runtime.errors import TransientError
from libs.runtime.http import Fetcher, check_form
from libs.runtime.mongo import PyMongoError
from libs.runtime.telemetry import log
from libs.schemas.commands import PreviewSource
from libs.schemas.outcomes import PreviewEntry, SourcePreview
from services.ingest.addresses import canonical
from services.ingest.dating import clamp_future, read_date
from services.ingest.fetching import SourceRead, Unreadable, read_source
from services.ingest.normalizing import TITLE_CHARS, excerpt_of
from services.ingest.parsing import ParserPool
from services.ingest.politeness import Politeness
from services.ingest.scheduling import in_words
from services.ingest.sources import ADAPTERS
from services.ingest.store import EPOCH, Lease

SHOWN: Final = 10
AT_ONCE: Final = 4
# A look-up and a page of posts, each after its host's pause.
MOST_REQUESTS: Final = 3
WAIT_FOR_HOST_SECONDS: Final = 6.0
STOP_WITHIN_SECONDS: Final = 1.5
_ZONE: Final = "Asia/Jakarta"


@dataclass(slots=True, kw_only=True)
class PreviewDesk:
    """Previews run beside the commands: a slow site must not hold up a unit's report."""

    desk: CommandDesk
    fetcher: Fetcher
    pool: ParserPool
    politeness: Politeness
    clock: Clock
    local: frozenset[tuple[str, int]] = frozenset()
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def preview(self, command: PreviewSource) -> None:
        """Starts the look. One that is under way when the service dies is not answered: the person presses again."""
        if len(self._running) >= AT_ONCE:
            message = "Terlalu banyak pratinjau sekaligus; coba lagi sebentar."
            await self._answer(command, Rejected(code=409, kode="pratinjau_penuh", message=message))
            return
        task = asyncio.create_task(self._look_and_answer(command))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _look_and_answer(self, command: PreviewSource) -> None:
        answer: Answer
        try:
            read = await self._read(command.data.kind, command.data.url)
            answer = Unchanged(preview=shown(read, self.clock.now()))
        except Unreadable as trouble:
            words = in_words(trouble.reason)
            answer = Rejected(code=422, kode=trouble.reason, message=f"Sumber tidak dapat dibaca: {words}.")
        except Exception as error:
            log.error("a preview broke off", exc_info=error)
            answer = Rejected(code=422, kode="pratinjau_gagal", message="Pratinjau gagal; coba lagi sebentar.")
        try:
            await self._answer(command, answer)
        except (PyMongoError, TransientError) as error:
            log.warning("a preview could not be answered", exc_info=error)

    async def _answer(self, command: PreviewSource, answer: Answer) -> None:
        # An entity that never exists: the answer is announced and kept nowhere.
        await self.desk.carry_out(command, f"pratinjau-{command.id}", lambda _: answer)

    async def _read(self, kind: str, url: str) -> SourceRead:
        """All requests a first reading takes; raises Unreadable."""
        adapter = ADAPTERS[kind]
        refused = check_form(url, local=self.local) or adapter.refuse(url)
        if refused is not None:
            raise Unreadable(refused)
        lease = _no_memory()
        for _ in range(MOST_REQUESTS):
            if not await self.politeness.wait(url, at_most_seconds=WAIT_FOR_HOST_SECONDS):
                raise Unreadable("host_rests")
            try:
                read = await read_source(adapter, url, lease, self.fetcher, self.pool, self.clock.now())
            except Unreadable as trouble:
                await self.politeness.rest(url, trouble.rest_seconds)
                raise
            await self.politeness.rest(url, read.next_after_seconds)
            if read.entries or not read.more:
                return read
            lease = _no_memory(url=url, cursor=read.cursor)
        raise Unreadable("not_a_feed")

    async def aclose(self) -> None:
        """Looks under way get a moment to end."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=STOP_WITHIN_SECONDS)
            for task in late:
                task.cancel()


def _no_memory(url: str | None = None, cursor: Mapping[str, Any] | None = None) -> Lease:
    return Lease(
        source_id="", token="", wanted=0, failures=0, url=url, etag=None, last_modified=None, body_digest=None,
        unconditional_at=EPOCH, last_success_at=None, last_item_at=None, cursor=cursor or {},
    )  # fmt: skip


def shown(read: SourceRead, now: datetime) -> SourcePreview:
    """What a person is shown of a reading: counts, dates, and the first entries as the gate lets them through."""
    entries = read.entries or []
    dates = [dated.at for entry in entries if (dated := read_date(entry["published"], _ZONE)) is not None]
    return SourcePreview(
        form=read.form[:40],
        title=gate(read.title, channel="news").text[:300],
        entries_count=len(entries),
        newest_at=clamp_future(max(dates), now) if dates else None,
        entries=[_masked(entry, read.url, now) for entry in entries[:SHOWN]],
    )


def _masked(entry: Mapping[str, Any], base: str, now: datetime) -> PreviewEntry:
    parts = gate_parts({"title": entry["title"], "text": entry["text"]}, channel=entry["channel"]).parts
    address = canonical(entry["link"], base)
    names_a_person = entry["link_names_author"] or gate_address(address or "") is not AddressVerdict.CLEAN
    dated = read_date(entry["published"], _ZONE)
    return PreviewEntry(
        title=parts["title"].text[: TITLE_CHARS * 2],
        excerpt=excerpt_of(parts["text"].text),
        link=None if names_a_person else address,
        published_at=clamp_future(dated.at, now).astimezone(UTC) if dated else None,
    )
