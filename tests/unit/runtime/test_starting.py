"""A store that stumbles while a service starts is waited for; what is wrong for good ends the start."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError, _OperationCancelled

from libs.runtime.mongo import Database
from libs.runtime.service import Life, Parts, Runtime
from libs.runtime.settings import ServiceSettings


class Store:
    """Answers a ping after it failed so many times."""

    def __init__(self, away: int = 0) -> None:
        self.away = away

    async def command(self, _: str) -> None:
        if self.away:
            self.away -= 1
            raise ServerSelectionTimeoutError("nobody")


async def nothing(_: Runtime[Any]) -> Parts:
    return Parts()


def a_life() -> Life[ServiceSettings]:
    return Life("publisher", cast(ServiceSettings, SimpleNamespace()), nothing)


async def test_a_step_is_repeated_when_the_store_went_away_under_it() -> None:
    store, half, steps = Store(away=1), ["a relay of the first try"], 0

    async def step() -> str:
        nonlocal steps
        steps += 1
        if steps == 1:
            raise _OperationCancelled("operation cancelled")
        assert not half, "what the first try left is undone"
        return "built"

    assert await a_life()._insist(step, cast(Database, store), undo=half.clear) == "built"
    assert (steps, store.away) == (2, 0)


async def test_what_is_wrong_for_good_ends_the_start() -> None:
    async def step() -> None:
        raise OperationFailure("not allowed", 13)

    with pytest.raises(OperationFailure):
        await a_life()._insist(step, cast(Database, Store()))
