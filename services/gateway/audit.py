"""The record of every action: append-only, hash-chained, written before the action is sent."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from libs.runtime.mongo import BulkWriteError, Collection, DuplicateKeyError, PyMongoError, only_duplicates

GENESIS = "0" * 64
_TRIES = 50
_PATIENCE_SECONDS = 3.0
_TOGETHER = 50


class AuditUnavailable(Exception):
    """The entry could not be written: the action must not happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One action of one person. `seq` and the two hashes make the chain; texts are present as hashes only."""

    seq: int
    at: datetime
    person_id: str
    role: str
    via: str
    action: str
    target: str
    command_id: str | None
    body_sha256: str
    opmode: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is about to be done."""

    at: datetime
    person_id: str
    role: str
    via: str
    action: str
    target: str
    command_id: str | None = None
    body_sha256: str = ""
    opmode: str = "live"


def chain_hash(*, seq: int, deed: Deed, previous: str) -> str:
    """SHA-256 over the entry and the hash before it."""
    fields = [
        seq, deed.at.isoformat(), deed.person_id, deed.role, deed.via, deed.action, deed.target, deed.command_id,
        deed.body_sha256, deed.opmode, previous,
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps(fields)).hexdigest()


_Waiting = tuple[Deed, "asyncio.Future[tuple[Entry, bool]]"]


class Audit:
    """The chain in the store. `_id` is the sequence number, so two writers can never fork it."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._head: tuple[int, str] | None = None
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        await self._collection.create_index([("command_id", 1)], unique=True, sparse=True)

    async def append(self, deed: Deed) -> tuple[Entry, bool]:
        """Writes the entry, or finds the one that this command already has (then False). AuditUnavailable.

        A chain is written link by link, but not wave by wave: whoever waits while the store writes goes with the next
        write, all together."""
        waiting: _Waiting = (deed, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        try:
            # Shielded: one who gives up must not tear the others' write.
            return await asyncio.wait_for(asyncio.shield(waiting[1]), _PATIENCE_SECONDS)
        except (PyMongoError, TimeoutError) as error:
            raise AuditUnavailable(type(error).__name__) from error

    async def _write_waiting(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
            try:
                await (self._append_all(together) if len(together) > 1 else self._append_one(together[0]))
            except Exception as error:
                self._head = None  # unknown what was written
                for _, future in together:
                    if not future.done():
                        future.set_exception(error)
                        future.exception()  # seen: the one who waited may have gone

    async def _append_one(self, waiting: _Waiting) -> None:
        deed, future = waiting
        future.set_result(await self._append(deed))

    async def _append_all(self, together: Sequence[_Waiting]) -> None:
        """One write; what follows the first that is there already (or met another head) goes singly."""
        seq, previous = self._head or await self._read_head()
        entries: list[Entry] = []
        for deed, _ in together:
            entries.append(_entry(seq + 1, deed, previous))
            seq, previous = entries[-1].seq, entries[-1].hash
        written = len(entries)
        try:
            await self._collection.insert_many([_to_document(entry) for entry in entries], ordered=True)
        except BulkWriteError as error:
            if not only_duplicates(error):
                raise
            written = int((error.details or {})["writeErrors"][0]["index"])
        self._head = (seq, previous) if written == len(entries) else None
        for (_, future), entry in zip(together[:written], entries, strict=False):
            future.set_result((entry, True))
        for waiting in together[written:]:
            await self._append_one(waiting)

    async def _append(self, deed: Deed) -> tuple[Entry, bool]:
        for _ in range(_TRIES):
            seq, previous = self._head or await self._read_head()
            seq += 1
            entry = _entry(seq, deed, previous)
            try:
                await self._collection.insert_one(_to_document(entry))
            except DuplicateKeyError:
                # Either this command has its entry, or another process was quicker at the head.
                self._head = None
                if known := await self.of_command(deed.command_id):
                    return known, False
                continue
            self._head = (entry.seq, entry.hash)
            return entry, True
        raise AuditUnavailable("the head never stood still")

    async def _read_head(self) -> tuple[int, str]:
        async for document in self._collection.find({}).sort("_id", -1).limit(1):
            return int(document["_id"]), str(document["hash"])
        return 0, GENESIS

    async def of_command(self, command_id: str | None) -> Entry | None:
        """The entry of a command."""
        if command_id is None:
            return None
        document = await self._collection.find_one({"command_id": command_id})
        return _from_document(document) if document else None

    async def entries(self) -> AsyncIterator[Entry]:
        """The whole chain, oldest first, in keyset pages."""
        last = 0
        while True:
            page = await self._collection.find({"_id": {"$gt": last}}).sort("_id", 1).limit(1000).to_list(1000)
            for document in page:
                yield _from_document(document)
            if len(page) < 1000:
                return
            last = page[-1]["_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the verifier found: how many entries, the head, and the first flaw (None: whole)."""

    count: int
    head: str
    flaw: str | None


async def verify_chain(entries: AsyncIterator[Entry], expected_head: tuple[int, str] | None = None) -> Verdict:
    """Finds a changed, removed, inserted or swapped entry; a cut-off tail only with a head noted elsewhere."""
    count, previous, heads = 0, GENESIS, {}
    async for entry in entries:
        if entry.seq != count + 1:
            return Verdict(count=count, head=previous, flaw=f"entry {count + 1} is missing")
        if entry.previous != previous:
            return Verdict(count=count, head=previous, flaw=f"entry {entry.seq} does not follow the one before it")
        if chain_hash(seq=entry.seq, deed=_deed(entry), previous=previous) != entry.hash:
            return Verdict(count=count, head=previous, flaw=f"entry {entry.seq} was changed")
        count, previous = entry.seq, entry.hash
        if expected_head and entry.seq == expected_head[0]:
            heads[entry.seq] = entry.hash
    if expected_head and heads.get(expected_head[0]) != expected_head[1]:
        return Verdict(count=count, head=previous, flaw=f"entry {expected_head[0]} is not the one that was noted")
    return Verdict(count=count, head=previous, flaw=None)


def _entry(seq: int, deed: Deed, previous: str) -> Entry:
    return Entry(
        seq=seq,
        at=deed.at,
        person_id=deed.person_id,
        role=deed.role,
        via=deed.via,
        action=deed.action,
        target=deed.target,
        command_id=deed.command_id,
        body_sha256=deed.body_sha256,
        opmode=deed.opmode,
        previous=previous,
        hash=chain_hash(seq=seq, deed=deed, previous=previous),
    )


def _deed(entry: Entry) -> Deed:
    return Deed(**{name: getattr(entry, name) for name in Deed.__dataclass_fields__})


def _to_document(entry: Entry) -> dict[str, Any]:
    document = {name: getattr(entry, name) for name in Entry.__dataclass_fields__ if name != "seq"}
    if entry.command_id is None:
        del document["command_id"]  # sparse: only present ones must be unique
    return {"_id": entry.seq, **document}


def _from_document(document: dict[str, Any]) -> Entry:
    fields = {name: document.get(name) for name in Entry.__dataclass_fields__ if name != "seq"}
    return Entry(seq=int(document["_id"]), **fields)  # type: ignore[arg-type]
