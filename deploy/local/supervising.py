"""Watches what was started: dead ones come back with back-off, and every change is said once."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.local.processes import Process

Say = Callable[[str], None]
# A process that lived this long has recovered: its next death starts the back-off anew.
HEALTHY_SECONDS = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


def pause_before_restart(deaths_in_a_row: int) -> float:
    """Seconds to wait after the n-th death in a row: 0.5, 1, 2 … 30."""
    return min(_FIRST_PAUSE * 2.0 ** min(deaths_in_a_row - 1, 10), _LONGEST_PAUSE)


@dataclass(slots=True, kw_only=True)
class Watched:
    """One process and how it has fared. `start` starts it anew; `url` is where it answers /readyz, if it does."""

    name: str
    process: Process
    start: Callable[[], None]
    url: str = ""
    started_at: float = 0.0
    deaths_in_a_row: int = 0
    restart_at: float | None = None
    was_ready: bool | None = None

    def is_ready(self) -> bool:
        if not self.process.is_running():
            return False
        return not self.url or answers(f"{self.url}/readyz")


def answers(url: str, *, timeout_seconds: float = 1.0) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=timeout_seconds) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Call `look` a few times a second."""

    say: Say
    # Told after every start, since a new life has a new process id.
    on_change: Callable[[], None]
    watched: list[Watched] = field(default_factory=list)
    _readiness_asked_at: float = 0.0

    def add(self, watched: Watched) -> None:
        watched.start()
        watched.started_at = time.monotonic()
        self.watched.append(watched)

    def look(self) -> None:
        now = time.monotonic()
        for one in self.watched:
            if one.restart_at is not None:
                if now >= one.restart_at:
                    self._start_again(one, now)
            elif not one.process.is_running():
                self._note_death(one, now)
        # Asking costs a request for each: every three seconds is soon enough for a person.
        if now - self._readiness_asked_at >= 3.0:
            self._readiness_asked_at = now
            for one in self.watched:
                self._note_readiness(one)

    def _note_death(self, one: Watched, now: float) -> None:
        if now - one.started_at >= HEALTHY_SECONDS:
            one.deaths_in_a_row = 0
        one.deaths_in_a_row += 1
        pause = pause_before_restart(one.deaths_in_a_row)
        one.restart_at = now + pause
        if one.was_ready:
            one.was_ready = False
        self.say(f"! {one.name} ended ({describe_exit(one.process.exit_code())}); again in {pause:g} s")
        if one.deaths_in_a_row > 1:
            self.say(_indented(one.process.last_lines(2)))

    def _start_again(self, one: Watched, now: float) -> None:
        one.restart_at = None
        one.started_at = now
        try:
            one.start()
        except OSError as error:
            one.restart_at = now + pause_before_restart(one.deaths_in_a_row + 1)
            self.say(f"! {one.name} could not be started: {error}")
            return
        self.on_change()

    def _note_readiness(self, one: Watched) -> None:
        if one.restart_at is not None or not one.url:
            return
        is_ready = one.is_ready()
        if one.was_ready is None and not is_ready:
            return  # still on its way up for the first time
        if one.was_ready is False and is_ready:
            self.say(f"✓ {one.name} is ready again (pid {one.process.pid})")
        elif one.was_ready and not is_ready and one.process.is_running():
            self.say(f"! {one.name} runs but is not ready; see {one.process.log}")
        one.was_ready = is_ready


def describe_exit(code: int | None) -> str:
    if code is None:
        return "running"
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
