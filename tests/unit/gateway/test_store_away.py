"""While the store is away people and programs are told so (503) and may come again; nothing looks broken."""

from typing import Any, cast

import pytest
from pymongo.errors import AutoReconnect, CursorNotFound, OperationFailure, PyMongoError, _OperationCancelled

from services.gateway.cursors import Cursors
from services.gateway.search_index import SearchIndex
from tests.unit.gateway.fakes import World
from tests.unit.gateway.test_doors import is_problem

AWAY = [_OperationCancelled("operation cancelled"), AutoReconnect("gone"), CursorNotFound("cursor id 7 not found", 43)]


def breaks(error: PyMongoError) -> Any:
    async def broken(*_: Any, **__: Any) -> Any:
        raise error

    return broken


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("path", ["/api/v1/stories", "/api/v1/stats/overview"])
async def test_a_question_meanwhile_is_to_be_asked_again(world: World, error: PyMongoError, path: str) -> None:
    views, facts = cast(Any, world.views), cast(Any, world.gateway.facts)
    views.stories = facts.between = breaks(error)
    async with world.client("operator") as client:
        answer = await client.get(path)
    assert is_problem(answer, 503) and answer.headers["retry-after"] == "5"


async def test_what_the_store_refuses_for_good_is_our_fault(world: World) -> None:
    cast(Any, world.views).stories = breaks(OperationFailure("no such operator", 2))
    async with world.client("operator") as client:
        assert (await client.get("/api/v1/stories")).status_code == 500


async def test_words_are_counted_again_when_the_store_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    index = SearchIndex(cast(Any, None), cursors=Cursors(b"k" * 32))
    answers: list[Any] = [_OperationCancelled("operation cancelled"), OperationFailure("broken", 2)]

    async def recount() -> int:
        raise answers.pop(0)

    monkeypatch.setattr(index, "recount", recount)
    monkeypatch.setattr("services.gateway.search_index._STORE_AWAY_SECONDS", 0)
    with pytest.raises(OperationFailure):
        await index.keep_counting()
    assert answers == []
