"""The child process of the parser pool: frames with a body come in on standard input, what it holds goes out."""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import sys
from dataclasses import fields
from typing import Any, BinaryIO

MEMORY_BYTES = 256 * 1024 * 1024
# The parent's deadline is far shorter; this one ends a worker whose parent was killed in the middle of a feed.
ORPHAN_SECONDS = 30
LENGTH = struct.Struct(">I")


# A parser has no business on the network or in other programs, whatever a feed talks it into.
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")


def stay_inside(event: str, _arguments: tuple[object, ...]) -> None:
    """Audit hook: refuses connections, look-ups and programs."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


def _fields_of(value: Any) -> dict[str, Any]:
    """Of a dataclass, as they are: a copy of everything below them would cost more than writing them."""
    return {one.name: getattr(value, one.name) for one in fields(value)}


def answer(request: bytes) -> bytes:
    """One request (a JSON line, then the body) → one JSON answer. Never raises for anything the body does."""
    from services.ingest import articles
    from services.ingest.sources import ADAPTERS
    from services.ingest.sources.entry import NotParsed

    line, _, body = request.partition(b"\n")
    try:
        asked = json.loads(line)
        parse = articles.parse if asked["kind"] == "page" else ADAPTERS[asked["kind"]].parse
        found = parse(body, asked["content_type"])
        return json.dumps({"ok": True, **_fields_of(found)}, default=_fields_of).encode()
    except NotParsed as refused:
        return json.dumps({"ok": False, "reason": str(refused)}).encode()
    except MemoryError:
        # Half-freed memory is no ground to go on: the parent replaces this process.
        os._exit(70)
    except RecursionError:
        return json.dumps({"ok": False, "reason": "too_deep"}).encode()
    except Exception:
        return json.dumps({"ok": False, "reason": "not_a_feed"}).encode()


def _serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    answer(b'{"kind": "rss", "content_type": ""}\n<rss/>')
    outgoing.write(LENGTH.pack(0))
    outgoing.flush()
    while len(head := incoming.read(LENGTH.size)) == LENGTH.size:
        signal.alarm(ORPHAN_SECONDS)
        reply = answer(incoming.read(LENGTH.unpack(head)[0]))
        signal.alarm(0)
        outgoing.write(LENGTH.pack(len(reply)) + reply)
        outgoing.flush()


def main() -> None:
    """Bounded before the first byte is read: memory, no files to write, no core of what was in memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(stay_inside)
    outgoing = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the frames.
    os.dup2(2, 1)
    _serve(sys.stdin.buffer, outgoing)


if __name__ == "__main__":
    main()
