"""`pasopati topics apply`: makes the topics of the catalogue, reports differences, and never shrinks anything."""

import argparse
import asyncio
import os
from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.admin.new_partitions import NewPartitions

from libs.runtime.bus import Bus
from libs.runtime.settings import ServiceSettings
from libs.schemas.topics import CATALOGUE, DAY_MS, Topic

_EXISTS = 36
_MAX_MESSAGE_BYTES = 1024 * 1024


def configuration(topic: Topic) -> dict[str, str]:
    """The broker's settings for a topic, as the catalogue means them."""
    config = {"cleanup.policy": topic.cleanup, "max.message.bytes": str(_MAX_MESSAGE_BYTES)}
    if topic.cleanup == "compact":
        return config | {"min.compaction.lag.ms": str(topic.keep_days * DAY_MS)}
    return config | {"retention.ms": str(topic.keep_days * DAY_MS)}


async def apply(settings: ServiceSettings, *, local: bool, replication: int = 1) -> list[str]:
    """Makes what is missing; returns one line for each topic made, widened or different. Raises KafkaError."""
    bus = Bus(settings)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    try:
        wanted = {bus.physical(topic): topic for topic in CATALOGUE}
        existing = set(await admin.list_topics())
        lines = await _create(admin, {n: t for n, t in wanted.items() if n not in existing}, local, replication)
        standing = {n: t for n, t in wanted.items() if n in existing}
        if standing:
            lines += await _widen(admin, standing, local)
            lines += await _differences(admin, standing)
        return lines
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, missing: dict[str, Topic], local: bool, replication: int) -> list[str]:
    if not missing:
        return []
    made = [
        NewTopic(
            name=name,
            num_partitions=topic.local_partitions if local else topic.partitions,
            replication_factor=replication,
            topic_configs=configuration(topic),
        )
        for name, topic in missing.items()
    ]
    response = await admin.create_topics(made)
    # Errors of this client are returned, not raised.
    bad = {error[0]: error[1:] for error in response.topic_errors if error[1] not in (0, _EXISTS)}
    if bad:
        raise RuntimeError(f"topics refused: {bad}")
    return [f"made      {name}" for name in missing]


async def _widen(admin: AIOKafkaAdminClient, standing: dict[str, Topic], local: bool) -> list[str]:
    lines, more = [], {}
    for described in await admin.describe_topics(list(standing)):
        name, have = described["topic"], len(described["partitions"])
        topic = standing[name]
        want = topic.local_partitions if local else topic.partitions
        if have < want and topic.partitions > 1:
            more[name] = NewPartitions(want)
            lines.append(f"widened   {name} from {have} to {want} partitions")
        elif have > want:
            lines.append(f"differs   {name} has {have} partitions, the catalogue {want}: left alone (never shrinks)")
    if more:
        await admin.create_partitions(more)
    return lines


async def _differences(admin: AIOKafkaAdminClient, standing: dict[str, Topic]) -> list[str]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in standing]
    lines = []
    for response in await admin.describe_configs(resources):
        for resource in response.resources:
            name, entries = resource[3], resource[4]
            have = {entry[0]: entry[1] for entry in entries}
            for key, want in configuration(standing[name]).items():
                if have.get(key) != want:
                    lines.append(f"differs   {name}: {key} is {have.get(key)}, the catalogue says {want}: left alone")
    return lines


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="pasopati topics", description="Topics of the catalogue on the broker.")
    parser.add_argument("verb", choices=["apply", "list"])
    parser.add_argument("--local", action="store_true", help="partition counts for one machine")
    parser.add_argument("--replication", type=int, default=1)
    options = parser.parse_args(argv)
    if options.verb == "list":
        for topic in CATALOGUE:
            print(f"{topic.name:45} {topic.producer:11} -> {', '.join(topic.consumers)}")
        return 0
    os.environ.setdefault("PASOPATI_SECRET_KEY", "00" * 32)  # needs no secret: topics only
    lines = asyncio.run(apply(ServiceSettings(), local=options.local, replication=options.replication))
    print("\n".join(lines) or "every topic stands as the catalogue says")
    return 0
