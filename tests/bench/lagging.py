"""How many items are on their way, as the broker tells it: neither classified yet, nor read by the last group."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from libs.schemas.topics import CATALOGUE, ITEMS_CLASSIFIED, ITEMS_COLLECTED

LOOK_EVERY_SECONDS = 0.5


class Backlog:
    """Looks twice a second; `on_the_way` counts an item until the slowest of its readers has it."""

    def __init__(self, bootstrap: str, namespace: str, put: Callable[[], int]) -> None:
        self._bootstrap, self._namespace, self._put = bootstrap, namespace, put
        self.collected = self.classified = 0
        self.lags: dict[str, int] = {}
        self.history: list[tuple[float, int, int]] = []  # when, on the way, classified
        self._admin: Any = None
        self._consumer: Any = None
        self._groups: list[str] = []
        self._places: list[TopicPartition] = []

    @property
    def on_the_way(self) -> int:
        """Put but not classified, and what the slowest group has still to read. Looked at half a second ago, at most:
        what was put meanwhile counts."""
        return self._put() - self.classified + max(self.lags.values(), default=0)

    async def start(self) -> None:
        self._admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, enable_auto_commit=False)
        await self._admin.start()
        await self._consumer.start()
        listed = await self._admin.list_consumer_groups()
        self._groups = [group[0] for group in listed if group[0].startswith(f"{self._namespace}.")]
        known = await self._consumer._client.fetch_all_metadata()
        names = [f"{topic.name}.{self._namespace}" for topic in CATALOGUE]
        self._places = [TopicPartition(name, p) for name in names for p in known.partitions_for_topic(name) or ()]
        await self.look()

    async def stop(self) -> None:
        await self._admin.close()
        await self._consumer.stop()

    async def look(self) -> None:
        ends = await self._ends()
        self.collected = self._sum(ends, ITEMS_COLLECTED.name)
        self.classified = self._sum(ends, ITEMS_CLASSIFIED.name)
        lags = {}
        for group in self._groups:
            committed = await self._admin.list_consumer_group_offsets(group)
            name = group.removeprefix(f"{self._namespace}.")
            lags[name] = sum(max(0, ends.get(place, 0) - at.offset) for place, at in committed.items())
        # What the classifier has not read is not classified either: it counts once.
        lags.pop("classifier", None)
        self.lags = lags
        self.history.append((time.monotonic(), self.on_the_way, self.classified))

    async def look_for_ever(self) -> None:
        while True:
            began = time.monotonic()
            await self.look()
            await asyncio.sleep(max(0.0, LOOK_EVERY_SECONDS - (time.monotonic() - began)))

    def since(self, moment: float) -> list[tuple[float, int, int]]:
        """The looks since then; at least the last two."""
        return max(([look for look in self.history if look[0] >= moment], self.history[-2:]), key=len)

    async def _ends(self) -> dict[TopicPartition, int]:
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(self._places)
        return ends

    def _sum(self, ends: dict[TopicPartition, int], topic: str) -> int:
        return sum(end for place, end in ends.items() if place.topic == f"{topic}.{self._namespace}")
