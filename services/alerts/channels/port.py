"""What every channel is to the sender: a way to hand over one push, and the two ways in which that fails."""

from dataclasses import dataclass
from typing import Protocol

from ..notifying import Push
from ..recipients import ChannelTo


class NotDelivered(Exception):
    """The push did not demonstrably arrive. `final`: it never will. `reason` holds no address and no body."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A push and where it goes."""

    push: Push
    to: ChannelTo
    traceparent: str | None


class Channel(Protocol):
    """`deliver` returns the provider's id for the push, or raises NotDelivered."""

    async def deliver(self, delivery: Delivery) -> str: ...
