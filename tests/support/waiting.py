"""Waiting for a condition instead of sleeping for a time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")
Errors = tuple[type[Exception], ...]


@overload
async def eventually(
    condition: Callable[[], Awaitable[T]], *, within: float = ..., what: str = ..., retry: Errors = ...
) -> T: ...
@overload
async def eventually(condition: Callable[[], T], *, within: float = ..., what: str = ..., retry: Errors = ...) -> T: ...
async def eventually(
    condition: Callable[[], Any],
    *,
    within: float = 10.0,
    what: str = "",
    retry: Errors = (AssertionError,),
) -> Any:
    """The first truthy answer of `condition` (plain or async); AssertionError when none came `within` seconds.

    An AssertionError raised by the condition counts as "not yet", and is what one reads when time is up.
    """
    deadline = time.monotonic() + within
    pause = 0.01
    last: object = None
    while True:
        reason: Exception | None = None
        try:
            answer = condition()
            value = await answer if inspect.isawaitable(answer) else answer
            if value:
                return value
            last = value
        except retry as error:
            reason = error
        if time.monotonic() >= deadline:
            name = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"not within {within:g} s: {name} (last answer: {reason or last!r})") from reason
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.2)
