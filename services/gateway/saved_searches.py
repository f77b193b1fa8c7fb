"""Searches that a person keeps, for themselves or for their role: name, question, filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from libs.runtime.mongo import Database, Document, DuplicateKeyError
from services.gateway.auth import Person
from services.gateway.problems import Problem

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """`filters`: as the address of the page carries them. `own`: made by whoever asks."""

    id: str
    name: str
    question: str
    filters: Mapping[str, str] = field(default_factory=dict)
    shared: bool = False
    own: bool = True


class SavedSearches:
    """One document a search."""

    def __init__(self, database: Database) -> None:
        self._collection = database["saved_searches"]

    async def prepare(self) -> None:
        await self._collection.create_index([("person_id", 1)])

    async def of(self, person: Person) -> list[SavedSearch]:
        """Their own, and what others of the same role share; by name."""
        theirs = {"$or": [{"person_id": person.person_id}, {"shared": True, "role": person.role}]}
        found = await self._collection.find(theirs).to_list(MOST * 20)
        return sorted((_saved(one, person) for one in found), key=lambda one: (not one.own, one.name.casefold()))

    async def keep(self, person: Person, saved: SavedSearch, *, at: datetime) -> None:
        """Once: the same id again changes nothing. Problem 409 when there are fifty already."""
        if await self._collection.count_documents({"person_id": person.person_id}) >= MOST:
            title = f"Sudah ada {MOST} pencarian tersimpan. Hapus satu, lalu simpan lagi."
            raise Problem(status=409, kode="terlalu_banyak", title=title)
        document = {
            "_id": saved.id, "person_id": person.person_id, "role": person.role, "at": at, "name": saved.name,
            "question": saved.question, "filters": dict(saved.filters), "shared": saved.shared,
        }  # fmt: skip
        try:
            await self._collection.insert_one(document)
        except DuplicateKeyError:
            return

    async def forget(self, person: Person, saved_id: str) -> bool:
        """Only one's own."""
        gone = await self._collection.delete_one({"_id": saved_id, "person_id": person.person_id})
        return bool(gone.deleted_count)


def _saved(document: Document, person: Person) -> SavedSearch:
    filters: dict[str, Any] = document["filters"]
    return SavedSearch(
        id=str(document["_id"]),
        name=document["name"],
        question=document["question"],
        filters={name: str(value) for name, value in filters.items()},
        shared=bool(document["shared"]),
        own=document["person_id"] == person.person_id,
    )
