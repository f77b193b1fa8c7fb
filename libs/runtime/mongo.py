"""The one door to the document store (motor): acknowledged by the majority and on disk, or it did not happen."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    CursorNotFound,
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
# What a server says that is stopping, or that others are to be asked instead of.
_LEAVING = frozenset({91, 189, 10107, 11600, 11602, 13435, 13436})


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
    """Whether the store is away or busy, so that the same operation may succeed later.

    A cursor that is not known any more was the store's before it was started again; an operation that was cancelled
    under one (`_OperationCancelled`) is an AutoReconnect."""
    if isinstance(error, BulkWriteError):
        return _left_in_between(error)
    return isinstance(error, AutoReconnect | CursorNotFound | ExecutionTimeout | WTimeoutError)


def _left_in_between(error: BulkWriteError) -> bool:
    """Whether all that went wrong in a bulk write is that the store went away (or that a key was there already)."""
    details = error.details or {}
    codes = {problem.get("code") for name in ("writeErrors", "writeConcernErrors") for problem in details.get(name, [])}
    return bool(codes & _LEAVING) and codes <= _LEAVING | {DUPLICATE_KEY}


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
