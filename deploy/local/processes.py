"""Processes that outlive a crash of whoever started them, and are never confused with a stranger's."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_HAS_PROC = Path("/proc/self/stat").exists()
# The child writes its own record before it becomes the program, so no crash of ours falls between start and record.
_RECORD_THEN_BECOME = 'cat "/proc/$$/stat" > "$0" 2>/dev/null || echo "$$ () $(ps -o lstart= -p $$)" > "$0"; exec "$@"'

# A log that has grown beyond this makes room at the next start; the one before it is kept.
_LOG_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A process for good: a process id is used again, a process id with its start time is not."""

    pid: int
    started: str

    @classmethod
    def parse(cls, text: str) -> "Identity | None":
        """One line of /proc/<pid>/stat, or `pid () start time` where there is no /proc."""
        pid, _, _ = text.partition(" ")
        _, _, rest = text.rpartition(")")
        fields = rest.split()
        if not pid.isdigit() or not fields:
            return None
        # Field 22 of proc(5) is the start time; the name in brackets, which may hold blanks, is field 2.
        started = fields[19] if len(fields) > 30 else " ".join(fields)
        return cls(pid=int(pid), started=started)

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """None when there is no such process or only its remains (a zombie)."""
        if _HAS_PROC:
            try:
                text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
            except OSError:
                return None
            if text.rpartition(")")[2].split()[0] in "ZX":
                return None
            return cls.parse(text)
        seen = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return cls.parse(f"{pid} () {seen.stdout}") if seen.stdout.strip() else None

    @classmethod
    def read(cls, record: Path) -> "Identity | None":
        try:
            return cls.parse(record.read_text())
        except OSError:
            return None

    @classmethod
    def current(cls) -> "Identity":
        return cls.of(os.getpid()) or cls(pid=os.getpid(), started="unknown")

    def write(self, record: Path) -> None:
        record.write_text(f"{self.pid} () {self.started}")

    def is_alive(self) -> bool:
        return Identity.of(self.pid) == self

    def send(self, sig: signal.Signals) -> None:
        if self.is_alive():
            try:
                os.kill(self.pid, sig)
            except ProcessLookupError:
                return

    def is_gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def ask_to_end(self) -> None:
        self.send(signal.SIGTERM)
        # A stopped process would sleep through the request.
        self.send(signal.SIGCONT)

    def end(self, *, patience_seconds: float) -> bool:
        """Ask, wait, then force. True when it went by itself."""
        self.ask_to_end()
        if self.is_gone_within(patience_seconds):
            return True
        self.send(signal.SIGKILL)
        self.is_gone_within(10)
        return False


@dataclass(slots=True, kw_only=True)
class Process:
    """One program of ours: started in a session of its own, output in a log file, identity in a record file."""

    name: str
    command: Sequence[str]
    record: Path
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    # Descriptors the program inherits; a lock held on one of them lasts exactly as long as the program does.
    inherits: Sequence[int] = ()
    # For tests: a killed test run leaves nothing behind. Start such a process from the main thread only.
    dies_with_parent: bool = False
    _popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        output: IO[bytes]
        guard = shutil.which("setpriv") if self.dies_with_parent else None
        prefix = (guard, "--pdeathsig", "KILL", "--") if guard else ()
        with self.log.open("ab") as output:
            self._popen = subprocess.Popen(
                ["/bin/sh", "-c", _RECORD_THEN_BECOME, str(self.record), *prefix, *self.command],
                env={**os.environ, **self.env},
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=tuple(self.inherits),
            )

    @property
    def pid(self) -> int:
        if self._popen is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._popen.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return None if self._popen is None else self._popen.poll()

    def is_running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def send(self, sig: signal.Signals) -> None:
        if self._popen is not None:
            self._popen.send_signal(sig)

    def kill(self) -> None:
        """kill -9 and wait until it is gone."""
        if self._popen is not None:
            self._popen.kill()
            self._popen.wait(30)
            self.record.unlink(missing_ok=True)

    def ask_to_stop(self) -> None:
        if self.is_running():
            self.send(signal.SIGTERM)
            self.send(signal.SIGCONT)

    def stop(self, *, patience_seconds: float = 25) -> int:
        """SIGTERM, then SIGKILL after `patience_seconds`; the exit code (143 and 0 are clean)."""
        if self._popen is None:
            return 0
        self.ask_to_stop()
        try:
            code = self._popen.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            code = self._popen.wait(30)
        self.record.unlink(missing_ok=True)
        return code

    def stop_when_done(self, timeout_seconds: float) -> int:
        """For a program that ends by itself: its exit code."""
        if self._popen is None:
            raise RuntimeError(f"{self.name} was never started")
        try:
            code = self._popen.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            return self.stop(patience_seconds=1)
        self.record.unlink(missing_ok=True)
        return code

    def last_lines(self, count: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""
