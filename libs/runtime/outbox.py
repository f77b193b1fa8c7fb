"""One effect = one document write: state, sequence and what is still to be announced, guarded in the filter."""

import asyncio
import random
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import InsertOne, UpdateOne

from libs.runtime.announcing import Announcement, Cause, Entry, Renderer
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import PermanentError, TransientError
from libs.runtime.mongo import BulkWriteError, Collection, only_duplicates
from libs.runtime.relay import Job, Relay
from libs.runtime.telemetry import LOST_RACES

__all__ = ["Announcement", "Cause", "Decision", "Document", "Entities", "Intent"]

APPLIED_KEPT = 200
ANSWERS_KEPT = 50
OUTBOX_ENTRIES, OUTBOX_BYTES = 64, 512 * 1024
_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An entity as it stands in the store. `applied`: input ids whose effect is already in `state`."""

    id: str
    version: int
    state: dict[str, Any]
    sequences: Mapping[str, int]
    seen: Mapping[str, int]
    applied: Sequence[str]
    answers: Mapping[str, str] = field(default_factory=dict)
    outbox: Sequence[Entry] = ()

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Document":
        return cls(
            id=raw["_id"],
            version=raw["version"],
            state=raw["state"],
            sequences=raw.get("sequences", {}),
            seen=raw.get("seen", {}),
            applied=raw.get("applied", ()),
            answers={answer["id"]: answer["value"] for answer in raw.get("answers", ())},
            outbox=[Entry.of(entry) for entry in raw.get("outbox", ())],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The whole new state and what to announce. `guard`: further conditions for the filter of the write (they must
    hold for the stored document; the caller's `decide` must refuse by itself what they refuse)."""

    state: dict[str, Any]
    announcements: tuple[Announcement, ...] = ()
    guard: Mapping[str, Any] = field(default_factory=dict)
    answer: Callable[[Mapping[str, int]], Announcement] | None = None


Decide = Callable[[Document | None], Decision | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What inputs mean to do to one entity. `decide` is pure and is asked again after a lost race; it must leave out
    inputs that are in `doc.applied`, and returns None when nothing is to be done. Without inputs (a timer, a poll)
    the version in the filter guards alone. `seen`: the reader's rule, (source entity, sequence) pairs."""

    entity_id: str
    cause: Cause
    decide: Decide
    inputs: tuple[str, ...] = ()
    seen: tuple[tuple[str, int], ...] = ()

    def is_stale(self, doc: Document) -> bool:
        """The reader's rule: drop what is not higher than the last sequence seen of that source entity."""
        return bool(self.seen) and all(doc.seen.get(key, 0) >= sequence for key, sequence in self.seen)

    def is_applied(self, doc: Document) -> bool:
        return bool(self.inputs) and set(self.inputs) <= set(doc.applied)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    intent: Intent
    before: Document | None
    inputs: tuple[str, ...]
    operation: InsertOne[dict[str, Any]] | UpdateOne
    entries: tuple[Entry, ...]


class Entities:
    """One collection of versioned documents, each with its outbox in it."""

    def __init__(self, collection: Collection, relay: Relay, renderer: Renderer) -> None:
        self.collection = collection
        self._relay = relay
        self._renderer = renderer

    async def index(self, keys: Sequence[tuple[str, int]], *, sparse: bool = False, unique: bool = False) -> None:
        """Makes sure of an index (called once, while the service starts)."""
        await self.collection.create_index(list(keys), sparse=sparse, unique=unique)

    async def load(self, ids: Iterable[str]) -> dict[str, Document]:
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        return {raw["_id"]: Document.of(raw) async for raw in self.collection.find({"_id": {"$in": wanted}})}

    async def get(self, entity_id: str) -> Document | None:
        return (await self.load([entity_id])).get(entity_id)

    async def apply(self, intents: Sequence[Intent]) -> dict[str, Document | None]:
        """Carries out one intent per entity in one bulk write (again for lost races), then announces.

        Returns every entity as it stands afterwards (None: it does not exist and nothing was to be made).
        Raises TransientError when the store or the broker keeps us waiting, PermanentError when a guard refuses."""
        pending = {intent.entity_id: intent for intent in intents}
        if len(pending) != len(intents):
            raise ValueError("fold intents per entity: one effect is one write")
        standing: dict[str, Document | None] = {}
        for round_no in range(_ROUNDS):
            docs = await self.load(pending)
            attempts = []
            for entity_id, intent in pending.items():
                doc = docs.get(entity_id)
                standing[entity_id] = doc
                attempt = self._attempt(intent, doc)
                if attempt is not None:
                    attempts.append(attempt)
            if not attempts:
                return standing
            won = await self._write(attempts)
            await self._announce([a for a in attempts if a.intent.entity_id in won], standing)
            pending = {a.intent.entity_id: a.intent for a in attempts if a.intent.entity_id not in won}
            if not pending:
                return standing
            LOST_RACES.labels(collection=self.collection.name).inc(len(pending))
            if round_no > 2:
                await asyncio.sleep(random.uniform(0, 0.02 * round_no))
        raise TransientError(f"{len(pending)} documents of {self.collection.name} keep changing under our hands")

    def _attempt(self, intent: Intent, doc: Document | None) -> _Attempt | None:
        if doc is not None and (intent.is_applied(doc) or intent.is_stale(doc)):
            return None
        decision = intent.decide(doc)
        if decision is None:
            return None
        inputs = tuple(i for i in intent.inputs if doc is None or i not in doc.applied)
        # Only an input id proves whose write won; a write without one gets a token of its own (never published).
        inputs = inputs or (uuid.uuid4().hex,)
        sequences = dict(doc.sequences) if doc else {}
        entries = self._renderer.render(intent.entity_id, intent.cause, decision.announcements, sequences)
        answers: list[dict[str, str]] = []
        if decision.answer is not None:
            answer = decision.answer(sequences)
            entry = self._renderer.render_answer(intent.cause, answer)
            entries = (*entries, entry)
            answers = [{"id": entry.entity_id, "value": entry.value}]
        if doc is not None:
            _refuse_overflow(doc, entries)
        operation = self._operation(intent, doc, decision, inputs, sequences, entries, answers)
        return _Attempt(intent=intent, before=doc, inputs=inputs, operation=operation, entries=entries)

    def _operation(
        self,
        intent: Intent,
        doc: Document | None,
        decision: Decision,
        inputs: tuple[str, ...],
        sequences: Mapping[str, int],
        entries: tuple[Entry, ...],
        answers: list[dict[str, str]],
    ) -> InsertOne[dict[str, Any]] | UpdateOne:
        now = self._renderer.now()
        seen = {**(doc.seen if doc else {}), **dict(intent.seen)}
        outbox = [entry.kept() for entry in entries]
        if doc is None:
            fresh: dict[str, Any] = {
                "_id": intent.entity_id, "version": 1, "state": decision.state, "sequences": dict(sequences),
                "seen": seen, "applied": list(inputs), "answers": answers, "outbox": outbox,
            }  # fmt: skip
            if outbox:
                fresh |= {"pending_since": now, "pending_by": self._relay.replica}
            return InsertOne(fresh)
        change: dict[str, Any] = {"state": decision.state, "sequences": dict(sequences), "seen": seen}
        if outbox:
            change |= {"pending_since": now, "pending_by": self._relay.replica}
        return UpdateOne(
            {"_id": doc.id, "version": doc.version, "applied": {"$nin": list(inputs)}, **decision.guard},
            {
                "$set": change,
                "$inc": {"version": 1},
                "$push": {
                    "applied": {"$each": list(inputs), "$slice": -APPLIED_KEPT},
                    "answers": {"$each": answers, "$slice": -ANSWERS_KEPT},
                    "outbox": {"$each": outbox},
                },
            },
        )

    async def _write(self, attempts: Sequence[_Attempt]) -> set[str]:
        """The bulk write; returns the entities whose write won."""
        crashpoint("store.before_write")
        done = 0
        try:
            result = await self.collection.bulk_write([a.operation for a in attempts], ordered=False)
            done = result.matched_count + result.inserted_count
        except BulkWriteError as error:
            if not only_duplicates(error):
                raise
        crashpoint("store.after_write")
        if done == len(attempts):
            return {a.intent.entity_id for a in attempts}
        return await self._who_won(attempts)

    async def _who_won(self, attempts: Sequence[_Attempt]) -> set[str]:
        # A bulk result holds totals only, and both racers compute the same event ids: ask for the inputs.
        ids = [a.intent.entity_id for a in attempts]
        found = self.collection.find({"_id": {"$in": ids}}, {"applied": 1, "version": 1})
        now = {raw["_id"]: raw async for raw in found}
        won = set()
        for attempt in attempts:
            raw = now.get(attempt.intent.entity_id)
            if raw is None:
                continue
            if set(attempt.inputs) <= set(raw["applied"]):
                won.add(attempt.intent.entity_id)
            elif attempt.before is not None and raw["version"] == attempt.before.version:
                raise PermanentError(f"the guard of a write to {self.collection.name} refused what was decided")
        return won

    async def _announce(self, won: Sequence[_Attempt], standing: dict[str, Document | None]) -> None:
        """Hands on everything outstanding of each document, oldest first: older entries never wait behind newer."""
        jobs = []
        for attempt in won:
            before, intent = attempt.before, attempt.intent
            version = before.version + 1 if before else 1
            outstanding = (*(before.outbox if before else ()), *attempt.entries)
            if outstanding:
                jobs.append(Job(entity_id=intent.entity_id, version=version, entries=tuple(outstanding)))
            standing[intent.entity_id] = self._standing(attempt, version)
        await self._relay.publish(jobs)

    def _standing(self, attempt: _Attempt, version: int) -> Document:
        operation: Any = attempt.operation
        if attempt.before is None:
            return Document.of(operation._doc)
        change = operation._doc["$set"]
        return Document(
            id=attempt.before.id,
            version=version,
            state=change["state"],
            sequences=change["sequences"],
            seen=change["seen"],
            applied=[*attempt.before.applied, *attempt.inputs][-APPLIED_KEPT:],
        )


def _refuse_overflow(doc: Document, entries: Sequence[Entry]) -> None:
    waiting = [*doc.outbox, *entries]
    if len(waiting) > OUTBOX_ENTRIES or sum(len(entry.value) for entry in waiting) > OUTBOX_BYTES:
        raise TransientError(f"too much of {doc.id} waits to be announced")
