"""Everything a running system keeps or tells, as bytes with the name of the place they lie in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bson
from aiokafka import AIOKafkaConsumer, TopicPartition
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from libs.schemas.topics import CATALOGUE
from tests.support.running import Running

Lying = tuple[str, bytes]
Planted = set[tuple[str, int, int]]


async def on_the_bus(running: Running, planted: Planted) -> list[Lying]:
    """Every record of every topic from its beginning: key, headers, value. `planted`: what we wrote there ourselves."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=running.stack.kafka_bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        known = await consumer._client.fetch_all_metadata()
        names = [f"{topic.name}.{running.namespace}" for topic in CATALOGUE]
        parts = [TopicPartition(name, part) for name in names for part in known.partitions_for_topic(name) or ()]
        assert {part.topic for part in parts} == set(names), "a topic of the catalogue is missing"
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        found: list[Lying] = []
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    if (record.topic, record.partition, record.offset) not in planted:
                        place = f"topic {record.topic.removesuffix(f'.{running.namespace}')}"
                        found += [(place, part) for part in (record.key, record.value) if part]
                        found += [(f"{place} headers", value) for _, value in record.headers]
        return found
    finally:
        await consumer.stop()


def in_the_store(running: Running) -> Iterator[Lying]:
    """Every document of every collection of every database as it is held; what is packed in it also unpacked."""
    client: MongoClient[Any] = MongoClient(running.stack.mongodb_url)
    with client:
        mine = [name for name in client.list_database_names() if name.endswith(f"_{running.namespace}")]
        assert len(mine) >= 5, f"databases of five services expected, not {mine}"
        for name in mine:
            service = name.removesuffix(f"_{running.namespace}").removeprefix("pasopati_")
            for collection in client[name].list_collection_names():
                place = f"store {service}.{collection}"
                for document in client[name].get_collection(collection, _raw()).find({}):
                    yield place, document.raw
                    yield from ((place, blob) for blob in _binaries(bson.decode(document.raw)))


def _raw() -> Any:
    return bson.codec_options.CodecOptions(document_class=RawBSONDocument)


def _binaries(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield bytes(value)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _binaries(part)
    elif isinstance(value, list):
        for part in value:
            yield from _binaries(part)


def in_folders(folders: Mapping[str, Path]) -> Iterator[Lying]:
    """Every file below them, with its name: logs, photos, state, temporary files."""
    for name, folder in folders.items():
        for path in folder.rglob("*"):
            relative = str(path.relative_to(folder))
            yield f"file name in {name}", relative.encode()
            if path.is_file() and not path.is_symlink():
                kind = "log" if path.suffix == ".log" else name
                yield f"{kind} {relative}" if kind == "log" else f"file in {name}", path.read_bytes()
