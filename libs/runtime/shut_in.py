"""A child process that reads what strangers made: frames in, frames out, and no way to anything else."""

from __future__ import annotations

import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO, Final

# Before each frame: how many bytes it has. An empty frame says that the child is ready.
LENGTH: Final = struct.Struct(">I")
# Whoever reads a stranger's bytes has no business on the network or in other programs, whatever they talk it into.
_FORBIDDEN: Final = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")


def stay_inside(event: str, _arguments: tuple[object, ...]) -> None:
    """Audit hook: refuses connections, look-ups and programs."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


def serve_frames(
    answer: Callable[[bytes], bytes], *, warm_up: Callable[[], object], memory_bytes: int, orphan_seconds: int
) -> None:
    """Answers frames from standard input until it ends. Bounded before the first byte is read: memory, no files to
    write, no core of what was in memory; `orphan_seconds` ends a child whose parent was killed in the middle."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(stay_inside)
    outgoing = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the frames.
    os.dup2(2, 1)
    warm_up()
    _answer_all(answer, sys.stdin.buffer, outgoing, orphan_seconds)


def _answer_all(answer: Callable[[bytes], bytes], incoming: BinaryIO, outgoing: BinaryIO, orphan_seconds: int) -> None:
    outgoing.write(LENGTH.pack(0))
    outgoing.flush()
    while len(head := incoming.read(LENGTH.size)) == LENGTH.size:
        signal.alarm(orphan_seconds)
        reply = answer(incoming.read(LENGTH.unpack(head)[0]))
        signal.alarm(0)
        outgoing.write(LENGTH.pack(len(reply)) + reply)
        outgoing.flush()
