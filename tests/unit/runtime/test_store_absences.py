"""What the driver raises while the store is away means "later", and what is wrong for good does not."""

from typing import Any

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    CursorNotFound,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WTimeoutError,
    _OperationCancelled,
)

from libs.runtime.mongo import DUPLICATE_KEY, is_transient


def a_bulk(*codes: int, concern: int | None = None) -> BulkWriteError:
    details: dict[str, Any] = {"writeErrors": [{"index": n, "code": code} for n, code in enumerate(codes)]}
    return BulkWriteError(details | ({"writeConcernErrors": [{"code": concern}]} if concern else {}))


@pytest.mark.parametrize(
    "error",
    [
        _OperationCancelled("operation cancelled"),
        AutoReconnect("gone"),
        NetworkTimeout("slow"),
        NotPrimaryError("shutdown", {"code": 11600}),
        ServerSelectionTimeoutError("nobody"),
        CursorNotFound("cursor id 7 not found", 43),
        ExecutionTimeout("slow", 50),
        WTimeoutError("slow", 64),
        a_bulk(91),
        a_bulk(DUPLICATE_KEY, 11600),
        a_bulk(concern=189),
    ],
    ids=lambda error: f"{type(error).__name__}-{error}"[:50],
)
def test_the_same_may_succeed_when_the_store_is_back(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        OperationFailure("no such operator", 2),
        DuplicateKeyError("taken", DUPLICATE_KEY),
        a_bulk(DUPLICATE_KEY),
        a_bulk(91, 121),
        a_bulk(),
        ValueError("ours"),
    ],
    ids=lambda error: f"{type(error).__name__}-{error}"[:50],
)
def test_what_is_wrong_is_not_tried_for_ever(error: Exception) -> None:
    assert not is_transient(error)
