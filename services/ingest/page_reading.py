"""Pages of the articles of sources with `full_text`: read one by one beside the polls, told as revisions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.http import Fetcher, FetchFailed, FetchRefused
from libs.runtime.mongo import Collection, DuplicateKeyError, PyMongoError
from libs.runtime.outbox import Cause, Document, Entities, Intent
from libs.runtime.telemetry import Tracing, log
from libs.schemas.ids import mode_of
from services.ingest.collecting import Keys, Masked, Origin
from services.ingest.masking import mask
from services.ingest.metrics import PAGES
from services.ingest.page_revising import nothing_more, revised_by_page, told_by_page
from services.ingest.parsing import ParseFailed, ParserPool
from services.ingest.politeness import Politeness
from services.ingest.remembering import Memory
from services.ingest.scheduling import retry_after_seconds
from services.ingest.sealing import unseal
from services.ingest.store import EPOCH

ACCEPT: Final = "text/html, application/xhtml+xml;q=0.9"
LOOK_EVERY_SECONDS: Final = 1.0
# What a source may have waiting: the newest of the last six hours. Older items keep the feed's text.
WAITING_A_SOURCE: Final = 20
YOUNGER_THAN: Final = timedelta(hours=6)
AT_ONCE: Final = 4
LEASE: Final = timedelta(seconds=60)
AT_ONCE_AGAIN: Final = EPOCH + timedelta(seconds=1)
TRIES: Final = 3
_PAUSES: Final = (timedelta(minutes=1), timedelta(minutes=5))
# Asking again changes nothing.
_FINAL: Final = frozenset({"http_401", "http_402", "http_403", "http_404", "http_410", "http_451"})


class _NoPage(Exception):
    """The page could not be read; `args[0]` is a slug."""

    def __init__(self, reason: str, *, final: bool, rest_seconds: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.final, self.rest_seconds = reason, final, rest_seconds


@dataclass(slots=True, kw_only=True)
class PageReader:
    """An item is announced from its feed's text at once; its page comes as a revision when it could be read.

    `pages`: who is reading which page, and when a failed one is tried again; the result is in the item."""

    sources: Entities
    items: Entities
    pages: Collection
    archive: Collection
    memory: Memory
    keys: Keys
    fetcher: Fetcher
    pool: ParserPool
    politeness: Politeness
    clock: Clock
    tracing: Tracing
    stopping: asyncio.Event
    replica: str
    _reading: set[str] = field(default_factory=set)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def prepare(self) -> None:
        await self.items.index([("state.text_from", 1), ("state.item.first_seen_at", -1)])
        await self.pages.create_index([("until", 1)])
        # Nobody else has this name: what it was reading was being read by the process that died.
        await self.pages.update_many({"leased_by": self.replica}, {"$set": {"due_at": AT_ONCE_AGAIN}})

    async def read_for_ever(self) -> None:
        """Looks once a second for pages to read, and after each that was read; those in hand end by themselves or with
        the service."""
        running: set[asyncio.Task[None]] = set()
        try:
            while not self.stopping.is_set():
                try:
                    for source in await self._sources(AT_ONCE - len(running)):
                        task = asyncio.create_task(self._read_one_of(source))
                        running.add(task)
                        task.add_done_callback(running.discard)
                except PyMongoError as error:
                    log.warning("cannot look for pages", exc_info=error)
                await self._pause()
        finally:
            for task in running:
                task.cancel()

    async def _pause(self) -> None:
        """Where one page was, the next may be waiting."""
        waits = [asyncio.create_task(event.wait()) for event in (self.stopping, self._more)]
        await asyncio.wait(waits, timeout=LOOK_EVERY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        self._more.clear()
        for wait in waits:
            wait.cancel()

    async def _sources(self, places: int) -> list[Document]:
        """Sources whose pages are wanted and of which none is being read here."""
        if places <= 0:
            return []
        wanted = {
            "state.source.full_text": True,
            "state.source.enabled": True,
            "state.source.kind": "rss",
            "_id": {"$nin": list(self._reading)},
        }
        ids = [raw["_id"] async for raw in self.sources.collection.find(wanted, {"_id": 1})]
        return list((await self.sources.load(ids)).values())[:places] if ids else []

    async def _read_one_of(self, source: Document) -> None:
        """At most one page of a source at a time."""
        self._reading.add(source.id)
        found = False
        try:
            doc = await self._next(source.id)
            if doc is not None:
                await self._read(source, doc)
                found = True
        except Exception as error:
            # Ours, not the page's: its lease ends, and it is read again.
            PAGES.labels(outcome="our_trouble").inc()
            log.error("reading a page broke off", source_id=source.id, exc_info=error)
        finally:
            self._reading.discard(source.id)
            if found:
                self._more.set()

    async def _next(self, source_id: str) -> Document | None:
        """The newest item whose page nobody has read, is reading, or may not try yet; its lease is ours."""
        now = self.clock.now()
        unread = {
            "state.text_from": source_id,
            "state.item.first_seen_at": {"$gt": now - YOUNGER_THAN, "$lte": now},
            "state.page": {"$exists": False},
        }
        newest = self.items.collection.find(unread, {"_id": 1}).sort("state.item.first_seen_at", -1)
        waiting = [raw["_id"] async for raw in newest.limit(WAITING_A_SOURCE)]
        found = self.pages.find({"_id": {"$in": waiting}, "due_at": {"$gt": now}}, {"_id": 1})
        resting = {raw["_id"] async for raw in found}
        docs = await self.items.load(id_ for id_ in waiting if id_ not in resting)
        for id_ in waiting:
            address = self._address(docs[id_]) if id_ in docs else None
            if address is None:
                continue
            if await self.politeness.free_at(address) is not None:
                return None
            if await self._take(id_, now):
                return docs[id_]
        return None

    def _address(self, doc: Document) -> str | None:
        sealed = doc.state.get("sealed_link")
        link: str | None = doc.state["item"]["link"]
        return unseal(self.keys.link, doc.id, sealed) if sealed else link

    async def _take(self, item_id: str, now: datetime) -> bool:
        """One reader a page: `due_at` is the lease while it is read, and the pause afterwards."""
        free = {"_id": item_id, "due_at": {"$gt": EPOCH, "$lte": now}}
        mine = {"due_at": now + LEASE, "leased_by": self.replica, "until": now + YOUNGER_THAN}
        try:
            await self.pages.update_one(free, {"$set": mine, "$inc": {"tries": 1}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def _read(self, source: Document, doc: Document) -> None:
        address = self._address(doc)
        assert address is not None
        with self.tracing.span("ingest page", None) as traceparent:
            state = source.state
            cause = Cause.origin(opmode=state["opmode"], drillid=state["drillid"], traceparent=traceparent)
            try:
                article = await self._fetched(address)
            except _NoPage as trouble:
                await self.politeness.rest(address, trouble.rest_seconds)
                await self._after_trouble(doc, trouble, cause)
                return
            crashpoint("ingest.page.fetched")
            await self._tell(source.state["source"], doc, address, article, cause)
            crashpoint("ingest.page.told")

    async def _fetched(self, address: str) -> Mapping[str, Any]:
        """The article of a page; raises _NoPage."""
        try:
            fetched = await self.fetcher.safe_fetch(address, headers={"accept": ACCEPT})
        except FetchRefused as refused:
            raise _NoPage(refused.reason, final=True) from None
        except FetchFailed as failed:
            raise _NoPage(failed.reason, final=failed.reason in ("too_large", "too_many_redirects")) from None
        if fetched.status != 200:
            rest = retry_after_seconds(fetched.headers.get("retry-after"), fetched.status, self.clock.now())
            reason = f"http_{fetched.status}"
            raise _NoPage(reason, final=reason in _FINAL, rest_seconds=rest)
        content_type = fetched.headers.get("content-type", "")
        if content_type and "html" not in content_type.lower():
            raise _NoPage("not_a_page", final=True)
        try:
            return await self.pool.parse(fetched.body, content_type, kind="page")
        except ParseFailed as failed:
            raise _NoPage(failed.reason, final=True) from None

    async def _tell(
        self, source: Mapping[str, Any], doc: Document, address: str, article: Mapping[str, Any], cause: Cause
    ) -> None:
        now, digest = self.clock.now(), doc.state["digest"]
        origin = Origin(
            source_id=source["source_id"], outlet_id=source["outlet_id"], outlet_name=source["outlet_name"],
            url=address, mode=mode_of(cause.opmode, cause.drillid), zone=source["zone"],
        )  # fmt: skip
        entry = told_by_page(doc.state, address, article)
        if entry is None:
            await self._end(doc.id, digest, "no_more", cause)
            return
        masked = mask(entry, origin, self.keys, now)
        if not isinstance(masked, Masked):
            # The gate will not vouch for the page; what the feed told has passed it.
            await self._end(doc.id, digest, "withheld", cause)
            return
        former = doc.state.get("former", ())
        await self.memory.file(former)
        await self._archive(masked, doc.state["item"]["rev_no"] + 1)
        filed = max((one["rev_no"] for one in former), default=0)
        intent = Intent(
            entity_id=doc.id,
            cause=cause,
            decide=lambda stood: revised_by_page(stood, masked, now, filed_up_to=filed) if stood else None,
        )
        after = (await self.items.apply([intent]))[doc.id]
        await self.memory.file(after.state.get("former", ()) if after else ())
        await self.pages.delete_one({"_id": doc.id})
        PAGES.labels(outcome="read").inc()

    async def _archive(self, masked: Masked, rev_no: int) -> None:
        if masked.full_text is not None:
            whole = {"item_id": masked.item_id, "rev_no": rev_no, "text": masked.full_text, "at": self.clock.now()}
            await self.archive.update_one({"_id": f"{masked.item_id}:{rev_no}"}, {"$set": whole}, upsert=True)

    async def _after_trouble(self, doc: Document, trouble: _NoPage, cause: Cause) -> None:
        record = await self.pages.find_one({"_id": doc.id}) or {}
        tries = record.get("tries", 1)
        if trouble.final or tries >= TRIES:
            await self._end(doc.id, doc.state["digest"], trouble.reason, cause)
            return
        PAGES.labels(outcome=trouble.reason).inc()
        pause = max(_PAUSES[min(tries, len(_PAUSES)) - 1], timedelta(seconds=trouble.rest_seconds))
        later = {"$set": {"due_at": self.clock.now() + pause}, "$unset": {"leased_by": ""}}
        await self.pages.update_one({"_id": doc.id}, later)

    async def _end(self, item_id: str, digest: str, outcome: str, cause: Cause) -> None:
        """The page gives nothing; the item stays as the feed told it."""
        PAGES.labels(outcome=outcome).inc()
        now = self.clock.now()
        intent = Intent(
            entity_id=item_id,
            cause=cause,
            decide=lambda stood: nothing_more(stood, digest, outcome, now) if stood else None,
        )
        await self.items.apply([intent])
        await self.pages.delete_one({"_id": item_id})
