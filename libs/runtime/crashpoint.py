"""Named places where a test may kill the process as hard as a power cut would."""

import os
import signal
from collections import Counter

_hits: Counter[str] = Counter()


def _armed() -> tuple[str, int]:
    name, _, hit = os.environ.get("PASOPATI_CRASHPOINT", "").partition(":")
    return name, int(hit or 1)


_NAME, _HIT = _armed()


def crashpoint(name: str) -> None:
    """kill -9 this process when `PASOPATI_CRASHPOINT` is `<name>:<hit>` and this is the hit-th time; else nothing."""
    if name != _NAME:
        return
    _hits[name] += 1
    if _hits[name] >= _HIT:
        os.kill(os.getpid(), signal.SIGKILL)
