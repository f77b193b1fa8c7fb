"""The one door to the document store (motor): acknowledged by the majority and on disk, or it did not happen."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
    WTimeoutError,
)

Document = dict[str, Any]
Client = AsyncIOMotorClient[Document]
Database = AsyncIOMotorDatabase[Document]
Collection = AsyncIOMotorCollection[Document]

DUPLICATE_KEY = 11000


def connect(url: str) -> Client:
    """A lazy client: nothing is contacted before the first operation; times come back aware (UTC)."""
    return AsyncIOMotorClient(
        url,
        w="majority",
        journal=True,
        tz_aware=True,
        serverSelectionTimeoutMS=3000,
        socketTimeoutMS=20_000,
        connectTimeoutMS=3000,
    )


def is_transient(error: BaseException) -> bool:
    """Whether the store is away or busy, so that the same operation may succeed later."""
    return isinstance(error, AutoReconnect | ExecutionTimeout | WTimeoutError)


def only_duplicates(error: BulkWriteError) -> bool:
    """Whether everything that went wrong in a bulk write was "this key exists already"."""
    details = error.details or {}
    problems = details.get("writeErrors", [])
    return (
        bool(problems)
        and all(p.get("code") == DUPLICATE_KEY for p in problems)
        and not details.get("writeConcernErrors")
    )


__all__ = [
    "BulkWriteError", "Client", "Collection", "Database", "Document", "DuplicateKeyError", "PyMongoError",
    "connect", "is_transient", "only_duplicates",
]  # fmt: skip
