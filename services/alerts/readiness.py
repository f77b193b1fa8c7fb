"""Whether the service's own loops still turn: a clock that nobody looks at is a call that nobody gets."""

import time
from collections.abc import Callable, Iterable
from typing import Final

STALLED_SECONDS: Final = 60.0


class Looks:
    """When each loop last looked at what is due. Time is given in for tests; monotonic seconds otherwise."""

    def __init__(self, loops: Iterable[str], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last = dict.fromkeys(loops, monotonic())

    def looked(self, loop: str) -> None:
        self._last[loop] = self._monotonic()

    def problems(self) -> list[str]:
        """Reasons for not being ready."""
        now = self._monotonic()
        return [
            f"{loop}: not looked at for {now - last:.0f} s"
            for loop, last in self._last.items()
            if now - last > STALLED_SECONDS
        ]
