"""A pool of two child processes that parse feeds: a deadline each, killed and replaced when it passes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from libs.runtime.shut_in import LENGTH

START_SECONDS = 20.0
FEEDS_PER_WORKER = 500
MAX_REPLY_BYTES = 64 * 1024 * 1024


class ParseFailed(Exception):
    """No feed came out of it; `reason` is a slug (`not_a_feed`, `parse_timeout`, `parse_crashed`, …)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True, kw_only=True)
class _Worker:
    process: asyncio.subprocess.Process
    feeds: int = 0

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


@dataclass(slots=True, kw_only=True)
class ParserPool:
    """`size` processes, made when first needed; `deadline_seconds` is the parent's, from request to last byte."""

    size: int = 2
    deadline_seconds: float = 2.0
    feeds_per_worker: int = FEEDS_PER_WORKER
    killed: Callable[[], object] = lambda: None
    _idle: asyncio.Queue[_Worker | None] = field(init=False)
    _live: dict[int, _Worker] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._idle = asyncio.Queue()
        for _ in range(self.size):
            self._idle.put_nowait(None)

    async def parse(self, body: bytes, content_type: str = "", *, kind: str = "rss") -> dict[str, Any]:
        """The worker's answer; raises ParseFailed. `kind`: of the source, or `page` for an article's page.

        The body never leaves memory and never enters a message."""
        worker = await self._idle.get()
        keep: _Worker | None = None
        try:
            worker = worker or await self._start()
            request = json.dumps({"kind": kind, "content_type": content_type[:200]}).encode() + b"\n" + body
            reply = await self._within_deadline(self._ask(worker, request))
            worker.feeds += 1
            keep = worker
        finally:
            if worker is not None and (keep is None or worker.feeds >= self.feeds_per_worker):
                await self._end(worker)
                keep = None
            self._idle.put_nowait(keep)
        answer: dict[str, Any] = json.loads(reply)
        if not answer.pop("ok"):
            raise ParseFailed(str(answer["reason"]))
        return answer

    async def _within_deadline(self, work: Awaitable[bytes]) -> bytes:
        try:
            async with asyncio.timeout(self.deadline_seconds):
                return await work
        except TimeoutError:
            self.killed()
            raise ParseFailed("parse_timeout") from None
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.killed()
            raise ParseFailed("parse_crashed") from None

    async def _ask(self, worker: _Worker, request: bytes) -> bytes:
        assert worker.process.stdin is not None and worker.process.stdout is not None
        worker.process.stdin.write(LENGTH.pack(len(request)))
        worker.process.stdin.write(request)
        await worker.process.stdin.drain()
        size = LENGTH.unpack(await worker.process.stdout.readexactly(LENGTH.size))[0]
        if size > MAX_REPLY_BYTES:
            raise ValueError("reply too large")
        return await worker.process.stdout.readexactly(size)

    async def _start(self) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.ingest.parser_worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Nothing of the service's settings, least of all its keys, is of use to a parser.
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            limit=1024 * 1024,
            start_new_session=True,
        )
        worker = _Worker(process=process)
        self._live[process.pid] = worker
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                await process.stdout.readexactly(LENGTH.size)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await self._end(worker)
            raise ParseFailed("parser_not_started") from error
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._live.pop(worker.process.pid, None)
        await worker.kill()

    async def aclose(self) -> None:
        """Kill every child; pairs with the construction."""
        for worker in list(self._live.values()):
            await self._end(worker)
