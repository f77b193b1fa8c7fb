"""How old the picture is: seconds since the live reader last stood at the end of everything it reads."""

import time
from collections.abc import Callable


class Freshness:
    """`caught_up()` each time the reader stands at the end; a broker that is away lets the age grow."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._caught_up_at: float | None = None

    def caught_up(self, seconds_ago: float = 0.0) -> None:
        self._caught_up_at = self._monotonic() - seconds_ago

    @property
    def age_seconds(self) -> float | None:
        """None: never yet."""
        if self._caught_up_at is None:
            return None
        return max(0.0, self._monotonic() - self._caught_up_at)
