"""Who gets what on the live feed, and what a stream says first."""

import asyncio
from typing import Any

import pytest

from libs.schemas.topics import ALERTS
from services.gateway.auth import Person
from services.gateway.live import Hub
from services.gateway.problems import Problem
from services.gateway.resuming import Resuming
from services.gateway.streaming import Stream
from tests.unit.gateway.fakes import FakeViews
from tests.unit.gateway.test_live import INDEX, Bus, _read, a_hub


async def _yes() -> bool:
    return True


def a_scope(role: Any, query: str = "", last_id: str = "") -> dict[str, Any]:
    person = Person(person_id="x", role=role, label="X", key_id="k", via="kunci")
    headers = [(b"last-event-id", last_id.encode())] if last_id else []
    return {
        "type": "http", "method": "GET", "path": "/api/v1/arus", "query_string": query.encode(), "headers": headers,
        "state": {"person": person, "still_allowed": _yes},
    }  # fmt: skip


class Client:
    """One connection: what it got, until it goes."""

    def __init__(self, hub: Hub, scope: dict[str, Any]) -> None:
        self.got = b""
        self.sent = asyncio.Event()
        self._gone = asyncio.Event()
        resuming = Resuming(bus=Bus(), hub=hub, trails=FakeViews(), max_records=100)  # type: ignore[arg-type]
        stream = Stream(hub=hub, resuming=resuming, form="json")
        self.task = asyncio.create_task(stream(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.got += message.get("body", b"")
        self.sent.set()

    async def saw(self, what: bytes) -> None:
        async with asyncio.timeout(5):
            while what not in self.got:
                self.sent.clear()
                await self.sent.wait()

    async def leave(self) -> None:
        self._gone.set()
        await asyncio.wait_for(self.task, 5)


async def _opened(hub: Hub, scope: dict[str, Any]) -> Client:
    hub.started.set()
    client = Client(hub, scope)
    await client.saw(b"event: detak")
    return client


@pytest.mark.parametrize(
    ("role", "query", "kinds"),
    [
        ("operator", "", {"isu", "peringatan", "rilis", "sumber"}),
        ("operator", "jenis=butir,isu", {"butir", "isu"}),
        ("sistem_pelanggan", "", {"peringatan", "rilis"}),
        ("layar_dinding", "jenis=peringatan", {"peringatan"}),
    ],
)
async def test_a_role_sees_its_kinds(role: str, query: str, kinds: set[str]) -> None:
    hub = a_hub()
    client = await _opened(hub, a_scope(role, query))
    assert {kind for slot in hub.slots for kind in slot.kinds} == kinds
    await client.leave()
    assert not hub.slots


@pytest.mark.parametrize(("role", "query"), [("sistem_pelanggan", "jenis=isu"), ("operator", "jenis=apa")])
async def test_other_kinds_are_refused(role: str, query: str) -> None:
    hub = a_hub()
    hub.started.set()
    with pytest.raises(Problem, match="422"):
        await Client(hub, a_scope(role, query)).task


async def test_before_the_reader_stands_nobody_is_let_on() -> None:
    with pytest.raises(Problem, match="503"):
        await Client(a_hub(), a_scope("operator")).task


async def test_a_returning_client_gets_what_it_missed_then_what_comes() -> None:
    hub = a_hub()
    await hub._take(_read(hub, (0, 1)), INDEX)
    await hub._flush()
    cursor = hub.cursor()
    await hub._take(_read(hub, (1, 2), (2, 3)), INDEX)
    await hub._flush()
    client = await _opened(hub, a_scope("operator", last_id=cursor))
    assert b'"urutan":1' not in client.got and client.got.index(b'"urutan":2') < client.got.index(b'"urutan":3')
    assert client.got.startswith(b"retry: 1000\nid: " + cursor.encode()), "dropped before its backlog, it asks again"
    await hub._take(_read(hub, (3, 4)), INDEX)
    await hub._flush()
    await client.saw(b'"urutan":4')
    await client.leave()


async def test_the_page_may_say_where_its_lists_stand() -> None:
    hub = a_hub()
    cursor = hub.cursor()
    await hub._take(_read(hub, (0, 1)), INDEX)
    await hub._flush()
    client = await _opened(hub, a_scope("operator", f"sejak={cursor}"))
    assert b'"urutan":1' in client.got
    await client.leave()


async def test_a_cursor_of_another_layout_means_load_again() -> None:
    hub, other = a_hub(), a_hub()
    other.layout = [(ALERTS, 0)]
    client = await _opened(hub, a_scope("operator", last_id=other.cursor([0])))
    assert b'event: muat-ulang\ndata: {"terlewat":0}' in client.got
    await client.leave()


async def test_a_stream_ends_when_the_hub_does() -> None:
    hub = a_hub()
    client = await _opened(hub, a_scope("operator"))
    hub.close()
    await asyncio.wait_for(client.task, 5)
