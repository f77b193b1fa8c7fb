"""The connection to Kafka: names in this installation, the one producer, and waiting for what must exist."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from libs.runtime.errors import PermanentError, TransientError
from libs.runtime.settings import ServiceSettings
from libs.runtime.telemetry import PUBLISHED, log
from libs.schemas.envelope import CONTENT_TYPE, MAX_VALUE_BYTES, Envelope
from libs.schemas.topics import CATALOGUE, Topic, topic_of

ACKNOWLEDGED_WITHIN_SECONDS = 30
_JSON_HEADERS = [("content-type", CONTENT_TYPE.encode())]


class Bus:
    """One per process. Everything that leaves goes through its idempotent producer (acks=all, zstd, no linger)."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._topics = {self.physical(topic): topic for topic in CATALOGUE}
        self._published = {topic.slug: PUBLISHED.labels(topic=topic.name) for topic in CATALOGUE}
        self.waits_for: str | None = None

    def physical(self, topic: Topic) -> str:
        """The topic's name on the broker (tests share a broker by namespace)."""
        return f"{topic.name}.{self._settings.namespace}" if self._settings.namespace else topic.name

    def group(self, name: str) -> str:
        return f"{self._settings.namespace}.{name}" if self._settings.namespace else name

    def logical(self, physical: str) -> Topic:
        return self._topics[physical]

    async def start(self) -> None:
        """Connects; retries for ever, saying so, while the broker is away or topics are missing."""
        await self._until_topics_exist()
        producer = AIOKafkaProducer(
            bootstrap_servers=self._settings.kafka_bootstrap_servers,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            compression_type="zstd",
            max_batch_size=128 * 1024,
            max_request_size=1024 * 1024,
        )
        await producer.start()
        self._producer = producer

    async def stop(self) -> None:
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await asyncio.wait_for(producer.stop(), 3)

    async def _until_topics_exist(self) -> None:
        attempt = 0
        while True:
            try:
                missing = sorted(set(self._topics) - await self._existing())
                if not missing:
                    self.waits_for = None
                    return
                problem = f"{len(missing)} topics do not exist, the first: {missing[0]}; run `pasopati topics apply`"
            except (KafkaError, OSError, TimeoutError) as error:
                problem = f"broker away: {type(error).__name__}"
            attempt += 1
            self.waits_for = problem
            log.warning("waiting for kafka", problem=problem, attempt=attempt)
            await asyncio.sleep(min(0.2 * 2**attempt, 5))

    async def answers(self) -> bool:
        """Whether the broker answers now (once connected)."""
        if self._producer is None:
            return False
        try:
            return bool(await asyncio.wait_for(self._producer.client.force_metadata_update(), 4))
        except (KafkaError, OSError, TimeoutError):
            return False

    async def _existing(self) -> set[str]:
        consumer = self.consumer()
        try:
            await asyncio.wait_for(consumer.start(), 10)
            return set(await asyncio.wait_for(consumer.topics(), 10))
        finally:
            await consumer.stop()

    def consumer(self, **options: Any) -> AIOKafkaConsumer:
        """A plain consumer without a group, for manual assignment (the caller starts and stops it)."""
        return AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka_bootstrap_servers, enable_auto_commit=False, **options
        )

    async def send(
        self, topic: Topic, key: str, value: bytes, headers: Mapping[str, str] | None = None
    ) -> "asyncio.Future[RecordMetadata]":
        """Hands a record to the producer in the caller's order; the future is its acknowledgement."""
        if self._producer is None:
            raise TransientError("the producer is not connected")
        extra = [(name, text.encode()) for name, text in (headers or {}).items()]
        try:
            future = await self._producer.send(
                self.physical(topic),
                value,
                key=key.encode(),
                headers=[*_JSON_HEADERS, *extra] if topic.events else extra,
            )
        except KafkaError as error:
            raise TransientError(f"kafka: {type(error).__name__}") from None
        self._published[topic.slug].inc()
        return future  # type: ignore[no-any-return]

    async def publish(self, envelope: Envelope[Any], *, key: str | None = None) -> None:
        """One envelope, acknowledged. TransientError: unknown whether it arrived; the same id may be sent again."""
        future = await self.send(topic_of(type(envelope)), key or envelope.subject, encode(envelope))
        try:
            await asyncio.wait_for(asyncio.shield(future), ACKNOWLEDGED_WITHIN_SECONDS)
        except (KafkaError, TimeoutError) as error:
            raise TransientError(f"kafka: {type(error).__name__}") from None


def encode(envelope: Envelope[Any]) -> bytes:
    """The bytes that travel (UTF-8 JSON without nulls); PermanentError above 256 KiB."""
    value = envelope.model_dump_json(exclude_none=True).encode()
    if len(value) > MAX_VALUE_BYTES:
        raise PermanentError(f"{envelope.type} of {len(value)} bytes is larger than {MAX_VALUE_BYTES}")
    return value
