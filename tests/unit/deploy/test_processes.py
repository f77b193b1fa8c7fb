"""A process of ours is recognised for good, and only then ended."""

import signal
import sys
from pathlib import Path

from deploy.local.processes import Identity, Process
from tests.support.waiting import eventually

_SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")
_STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
)


def a_process(directory: Path, *, command: tuple[str, ...] = _SLEEPER) -> Process:
    return Process(name="sleeper", command=command, record=directory / "sleeper.pid", log=directory / "sleeper.log")


async def test_the_record_names_the_program_that_was_started(tmp_path: Path) -> None:
    process = a_process(tmp_path)
    process.start()
    await eventually(lambda: "up" in process.last_lines())
    assert Identity.read(process.record) == Identity.of(process.pid)
    process.kill()
    assert not process.record.exists()


async def test_a_recycled_pid_is_never_signalled(tmp_path: Path) -> None:
    process = a_process(tmp_path)
    process.start()
    await eventually(lambda: "up" in process.last_lines())
    somebody_else = Identity(pid=process.pid, started="1")
    assert not somebody_else.is_alive()
    somebody_else.send(signal.SIGKILL)
    assert somebody_else.end(patience_seconds=0.1)
    assert process.is_running()
    process.kill()


async def test_a_process_that_ignores_the_request_is_forced(tmp_path: Path) -> None:
    process = a_process(tmp_path, command=_STUBBORN)
    process.start()
    await eventually(lambda: "up" in process.last_lines())
    assert process.stop(patience_seconds=0.3) == -signal.SIGKILL


async def test_a_stopped_process_wakes_up_to_end(tmp_path: Path) -> None:
    process = a_process(tmp_path)
    process.start()
    await eventually(lambda: "up" in process.last_lines())
    process.send(signal.SIGSTOP)
    assert process.stop(patience_seconds=10) == -signal.SIGTERM


def test_a_name_with_blanks_and_brackets_does_not_hide_the_start_time() -> None:
    line = "4711 (odd) name (x)) S 1 4711 4711 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 1" + " 0" * 30
    assert Identity.parse(line) == Identity(pid=4711, started="987654")


def test_garbage_in_a_record_is_nobody() -> None:
    assert Identity.parse("") is None
    assert Identity.parse("abc () now") is None


def test_a_log_that_has_grown_too_long_makes_room(tmp_path: Path) -> None:
    process = a_process(tmp_path, command=("/bin/echo", "hello"))
    with process.log.open("wb") as log:
        log.truncate(21 * 1024 * 1024)
    process.start()
    assert process.stop_when_done(10) == 0
    assert process.log.read_text() == "hello\n"
    assert (tmp_path / "sleeper.old.log").stat().st_size == 21 * 1024 * 1024
