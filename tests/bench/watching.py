"""Clients of the live feed in one process: all read, some take down when each item arrived.

`python -m tests.bench.watching PORT KEY CLIENTS WRITE_DOWN FILE` says `connected` when all are, and on SIGTERM writes
{"arrived": [[item id, time], …], "bytes": n, "lost": connections that broke} to FILE."""

import asyncio
import json
import re
import signal
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

import orjson
import uvloop

# A frame is never split by the framing of HTTP: the gateway sends whole frames in a chunk.
_DATA = re.compile(rb"^data: (\{.*\})$", re.M)
PATH = "/api/v1/arus?jenis=butir,isu,peringatan,rilis,sumber"


@dataclass(slots=True)
class Notes:
    """What was seen by those who take it down."""

    arrived: list[tuple[str, float]] = field(default_factory=list)
    bytes: int = 0
    lost: int = 0
    open: int = 0
    wanted: int = 1 << 30
    all_open: asyncio.Event = field(default_factory=asyncio.Event)

    def see(self) -> None:
        if self.open >= self.wanted:
            self.all_open.set()


class Client(asyncio.Protocol):
    """Reads; with `takes_down`, keeps the first announcement of each item with its time."""

    def __init__(self, notes: Notes, request: bytes, *, takes_down: bool) -> None:
        self._notes, self._request, self._takes_down = notes, request, takes_down
        self._rest, self._opened = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports write, but are no asyncio.Transport.
        cast(asyncio.Transport, transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        now, notes = time.time(), self._notes
        notes.bytes += len(data)
        if not self._opened:
            self._opened = data.startswith(b"HTTP/1.1 200")
            notes.open += self._opened
            notes.see()
        if not self._takes_down:
            return
        whole, end, self._rest = (self._rest + data).rpartition(b"\n\n")
        if not end:
            return
        for found in _DATA.findall(whole):
            said = orjson.loads(found)
            if said.get("jenis") == "butir" and said["urutan"] == 1:
                notes.arrived.append((said["id"], now))

    def connection_lost(self, exc: Exception | None) -> None:
        self._notes.lost += 1


async def watch(port: int, key: str, clients: int, write_down: int) -> Notes:
    notes, loop, ended = Notes(), asyncio.get_running_loop(), asyncio.Event()

    def end() -> None:
        ended.set()
        notes.all_open.set()

    loop.add_signal_handler(signal.SIGTERM, end)
    request = (
        f"GET {PATH} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {key}\r\n"
        "accept: text/event-stream\r\n\r\n"
    ).encode()
    # Who takes down is spread over all: the last to be served is among them.
    every = max(1, clients // write_down)
    for n in range(clients):
        made = partial(Client, notes, request, takes_down=n % every == every - 1)
        await loop.create_connection(made, "127.0.0.1", port)
    notes.wanted = clients
    notes.see()
    await notes.all_open.wait()
    print("connected", flush=True)
    await ended.wait()
    return notes


if __name__ == "__main__":
    seen = uvloop.run(watch(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    said = json.dumps({"arrived": seen.arrived, "bytes": seen.bytes, "lost": seen.lost})
    Path(sys.argv[5]).write_text(said, encoding="utf-8")
