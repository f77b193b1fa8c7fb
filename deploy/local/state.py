"""What a run leaves in .run/: its lock, the records of its processes, state.json for tools."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.processes import Identity

# Readers of the bus end before the bus; anything unknown counts as a service.
_LAST = ("sample", "mongo", "kafka")


class AlreadyRunning(Exception):
    """Another launcher works in this folder."""


@contextmanager
def only_launcher(run: Path) -> Iterator[None]:
    """Held while a launcher works in `run`; ends with its process, however that ends."""
    run.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(run / "launcher.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            raise AlreadyRunning(f"already running in {run.parent}") from held
        record = run / "launcher.pid"
        Identity.current().write(record)
        yield
        record.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str) -> None:
    """Mode 0600 from its first moment, and never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def write_state(run: Path, state: dict[str, object]) -> None:
    write_private(run / "state.json", json.dumps(state, indent=2) + "\n")


def read_state(run: Path) -> dict[str, object]:
    try:
        state = json.loads((run / "state.json").read_text())
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def left_over(run: Path) -> list[tuple[str, Identity]]:
    """Recorded processes that still live, in the order in which to end them; records of the dead are removed."""
    living: list[tuple[str, Identity]] = []
    for record in run.glob("*/*.pid"):
        identity = Identity.read(record)
        if identity is not None and identity.is_alive():
            living.append((record.stem, identity))
        else:
            record.unlink(missing_ok=True)
    return sorted(living, key=lambda one: (_LAST.index(one[0]) if one[0] in _LAST else -1, one[0]))


def end_left_over(run: Path, *, patience_seconds: float) -> list[str]:
    """End every recorded process, services side by side and before the servers they use; their names."""
    living = left_over(run)
    services = [(name, identity) for name, identity in living if name not in _LAST]
    for _, identity in services:
        # All asked at once, then awaited one after the other.
        identity.ask_to_end()
    for _, identity in living:
        identity.end(patience_seconds=patience_seconds)
    left_over(run)
    return [name for name, _ in living]


def empty(run: Path) -> None:
    shutil.rmtree(run, ignore_errors=True)
