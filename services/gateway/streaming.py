"""`/api/v1/arus` and `/umpan/arus`: server-sent events over raw ASGI, one task and one bounded slot per client."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import orjson
from starlette.types import Receive, Scope, Send

from services.gateway.auth import Person
from services.gateway.framing import named_frame
from services.gateway.live import Form, Hub, Slot
from services.gateway.metrics import STREAM_CLIENTS
from services.gateway.problems import Problem
from services.gateway.resuming import Missed, Resuming

STAFF_KINDS = frozenset({"isu", "peringatan", "rilis", "sumber"})
# What a role may watch; staff may ask for single items (`butir`) too, which nobody gets unasked.
KINDS_OF_ROLE: dict[str, frozenset[str]] = {
    "sistem_pelanggan": frozenset({"peringatan", "rilis"}),
    "layar_dinding": frozenset({"isu", "peringatan", "sumber"}),
}
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_BACKLOG_CHUNK = 100

StillAllowed = Callable[[], Awaitable[bool]]


class Stream:
    """One of the two feeds as an ASGI application; the door has already let the person in."""

    def __init__(self, *, hub: Hub, resuming: Resuming, form: Form) -> None:
        self._hub = hub
        self._resuming = resuming
        self._form = form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        person: Person = scope["state"]["person"]
        still_allowed: StillAllowed = scope["state"]["still_allowed"]
        query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10)
        kinds = _kinds(person.role, query.get("jenis", []))
        if not self._hub.started.is_set() or self._hub.closed:
            raise Problem(status=503, headers={"Retry-After": "2"})
        slot = Slot(form=self._form, kinds=kinds, still_allowed=still_allowed)
        since = await self._since(scope, query)
        STREAM_CLIENTS.labels(form=self._form).inc()
        until = self._hub.join(slot)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            if scope["method"] != "HEAD":
                await self._serve(slot, since, until, receive, send)
        finally:
            self._hub.leave(slot)
            STREAM_CLIENTS.labels(form=self._form).dec()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _since(self, scope: Scope, query: dict[str, list[str]]) -> list[int] | str | None:
        """Where the client stands: positions; a text that is no cursor of ours; or None, it has none."""
        headers = dict(scope["headers"])
        text = headers.get(b"last-event-id", b"").decode("latin-1") or (query.get("sejak") or [""])[0]
        if not text:
            return None
        positions = self._hub.opened(text)
        if positions is None:
            return text
        await self._resuming.up_to_date(positions)
        return positions

    async def _serve(
        self, slot: Slot, since: list[int] | str | None, until: list[int], receive: Receive, send: Send
    ) -> None:
        tasks = {
            asyncio.create_task(self._send_all(slot, since, until, send)),
            asyncio.create_task(_until_gone(receive)),
            asyncio.create_task(slot.ended.wait()),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_all(self, slot: Slot, since: list[int] | str | None, until: list[int], send: Send) -> None:
        await _body(send, b"retry: 1000\nid: " + self._hub.cursor(_first_id(since, until)).encode() + b"\n\n")
        if since is not None:
            await self._send_missed(slot, since, until, send)
        await _body(send, await self._hub.greeting(until))
        while True:
            await slot.ready.wait()
            await _body(send, slot.take())

    async def _send_missed(self, slot: Slot, since: list[int] | str, until: list[int], send: Send) -> None:
        missed = Missed(too_much=0)
        if isinstance(since, list) and all(a <= b for a, b in zip(since, until, strict=True)):
            missed = await self._resuming.missed(since, until)
        if missed.too_much is not None:
            body = orjson.dumps({"terlewat": missed.too_much})
            await _body(send, named_frame("muat-ulang", body, self._hub.cursor(until)))
            return
        step = _BACKLOG_CHUNK if slot.form == "json" else max(1, len(missed.moments))
        for start in range(0, len(missed.moments), step):
            chunk = await self._hub.frames(slot.form, slot.kinds, missed.moments[start : start + step])
            if chunk:
                await _body(send, chunk)


def _first_id(since: list[int] | str | None, until: list[int]) -> list[int]:
    # A client that drops before its backlog is out must come back with where it stood, not with now.
    return since if isinstance(since, list) else until


def _kinds(role: str, asked: list[str]) -> frozenset[str]:
    allowed = KINDS_OF_ROLE.get(role, STAFF_KINDS | {"butir"})
    if not asked:
        return allowed & STAFF_KINDS
    wanted = frozenset(word for text in asked for word in text.split(","))
    if not wanted <= allowed:
        raise Problem(status=422, kode="jenis_tak_dikenal", title="Ada jenis yang tidak dikenal atau bukan untuk Anda")
    return wanted


async def _body(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    """Ends when the client has closed the connection; without such a watcher a shutdown hangs."""
    while (await receive())["type"] != "http.disconnect":
        pass
