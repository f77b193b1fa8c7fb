"""Parking: what a service cannot take goes to its dead-letter topic with its origin and the reason."""

import asyncio
import re
from collections import deque

from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError

from libs.runtime.bus import ACKNOWLEDGED_WITHIN_SECONDS, Bus
from libs.runtime.errors import TransientError
from libs.runtime.telemetry import log, redact
from libs.schemas.topics import DEAD_LETTERS

_KEPT_BYTES = 512 * 1024
_OUR_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOO_MANY, OUT_OF = 50, 1000


class ParkingLot:
    """Parks records of one subscription and notices when it parks too many of them."""

    def __init__(self, bus: Bus, *, service: str, group: str) -> None:
        self._bus = bus
        self._topic = DEAD_LETTERS[service]
        self._group = group
        self._recent: deque[bool] = deque(maxlen=OUT_OF)

    def took(self, count: int = 1) -> None:
        self._recent.extend([False] * count)

    @property
    def overflowing(self) -> bool:
        """5 % of the last 1,000 records, which 50 in a row are too: something is wrong with us, not with them."""
        return sum(self._recent) >= TOO_MANY

    async def park(self, record: ConsumerRecord[bytes, bytes], reason: str, *, valid: bool) -> None:
        """Acknowledged by the broker before it returns; of an invalid record only place, size and fault are kept."""
        value, key = record.value or b"", (record.key or b"").decode("utf-8", "replace")
        # Whoever wrote an invalid one did not pass the privacy gate, and nobody can say whom it names: it lies where
        # it was found for as long as its topic keeps it, and nowhere else.
        kept = value[:_KEPT_BYTES] if valid else b""
        headers = {
            "origin-topic": record.topic,
            "origin-partition": str(record.partition),
            "origin-offset": str(record.offset),
            "group": self._group,
            "reason": redact(reason),
            "bytes": str(len(value)),
        }
        future = await self._bus.send(self._topic, key if valid or _OUR_ID.fullmatch(key) else "", kept, headers)
        try:
            await asyncio.wait_for(asyncio.shield(future), ACKNOWLEDGED_WITHIN_SECONDS)
        except (KafkaError, TimeoutError) as error:
            raise TransientError(f"kafka: {type(error).__name__}") from None
        self._recent.append(True)
        log.error(
            "parked",
            group=self._group,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            reason=reason,
        )
