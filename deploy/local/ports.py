"""Free ports on loopback that two checkouts starting at the same moment do not both take."""

import fcntl
import os
import socket
import tempfile
from pathlib import Path

# Below the range from which outgoing connections take their ports (32768 on Linux, 49152 elsewhere).
_SEARCHED = range(20_000, 32_000)
_HELD: dict[int, int] = {}


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # What a server does: a port in TIME_WAIT is free, a listening one is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _reserve(port: int) -> bool:
    """Reserve among our own kind by a file lock that ends with this process, then ask the machine."""
    if port in _HELD:
        return False
    directory = Path(tempfile.gettempdir()) / f"pasopati-ports-{os.getuid()}"
    directory.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(directory / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    if not is_free(port):
        os.close(descriptor)
        return False
    _HELD[port] = descriptor
    return True


def take_port(usual: int | None = None) -> int:
    """The usual port when it is free, else the next free one; reserved until this process ends."""
    if usual is not None and _reserve(usual):
        return usual
    # Start somewhere else in each process: neighbours then rarely try the same ports.
    offset = (os.getpid() * 61) % len(_SEARCHED)
    for step in range(len(_SEARCHED)):
        port = _SEARCHED[(offset + step) % len(_SEARCHED)]
        if _reserve(port):
            return port
    raise RuntimeError("no free port on 127.0.0.1 between 20000 and 31999")


def release_port(port: int) -> None:
    descriptor = _HELD.pop(port, None)
    if descriptor is not None:
        os.close(descriptor)
