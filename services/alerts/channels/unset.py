"""A channel whose server is not in the settings: every push waits for it, and says so."""

from .port import Delivery, NotDelivered


class UnsetChannel:
    def __init__(self, why: str) -> None:
        self._why = why

    async def deliver(self, delivery: Delivery) -> str:
        raise NotDelivered(self._why)
