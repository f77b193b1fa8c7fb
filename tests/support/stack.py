"""A broker and a document store for tests: one of each a session, or the servers named in the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import release_port, take_port
from deploy.local.servers import KafkaServer, MongoServer


@dataclass(slots=True, kw_only=True)
class Stack:
    """Addresses, and the servers themselves where we started them (for tests that kill them)."""

    kafka_bootstrap: str
    mongodb_url: str
    kafka: KafkaServer | None = None
    mongo: MongoServer | None = None

    def env(self) -> dict[str, str]:
        return {"KAFKA_BOOTSTRAP_SERVERS": self.kafka_bootstrap, "MONGODB_URL": self.mongodb_url}

    def stop(self) -> None:
        for server in (self.kafka, self.mongo):
            if server is not None:
                server.process.ask_to_stop()
        for server in (self.kafka, self.mongo):
            if server is not None:
                server.process.stop()
                release_port(server.port)


def start_stack(directory: Path, *, durable: bool = False, own: bool = False) -> Stack:
    """Servers below `directory`. `durable`: the store keeps a file; `own`: never the servers of the environment."""
    kafka_bootstrap = "" if own else os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "")
    mongodb_url = "" if own else os.environ.get("MONGODB_URL", "")
    stack = Stack(kafka_bootstrap=kafka_bootstrap, mongodb_url=mongodb_url)
    try:
        if not kafka_bootstrap:
            stack.kafka = KafkaServer(
                directory=directory / "kafka", port=take_port(), controller_port=take_port(), dies_with_parent=True
            )
            stack.kafka_bootstrap = stack.kafka.address
            stack.kafka.start()
        if not mongodb_url:
            stack.mongo = MongoServer(
                directory=directory / "mongo", port=take_port(), in_memory=not durable, dies_with_parent=True
            )
            stack.mongodb_url = stack.mongo.url
            stack.mongo.start()
        # Started side by side, awaited one after the other.
        for server in (stack.kafka, stack.mongo):
            if server is not None:
                server.wait_ready()
    except BaseException:
        stack.stop()
        raise
    return stack
