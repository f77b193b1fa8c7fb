"""Broken versions of the runtime: a sweep that does not notice them proves nothing.

`python -m tests.faults.mutants <mutant> <service>` runs that service with one promise taken out."""

import runpy
import sys
from collections.abc import Callable
from typing import Any

from aiokafka import TopicPartition


def commit_before_work() -> None:
    """The offset is committed while the work is still to be done."""
    from libs.runtime.kafka import Reader

    honest = Reader.consume

    async def consume(self: Reader, message: Any) -> None:
        records = message.raw_message
        if self.consumer is not None:
            await self.consumer.commit({TopicPartition(r.topic, r.partition): r.offset + 1 for r in records})
        await honest(self, message)

    Reader.consume = consume  # type: ignore[method-assign]


def no_outbox() -> None:
    """What is to be announced is only remembered in memory, not in the document."""
    from libs.runtime.outbox import Entities

    honest = Entities._operation

    def forgetful(self: Entities, *args: Any, **kwargs: Any) -> Any:
        operation = honest(self, *args, **kwargs)
        document: Any = operation._doc
        if "$push" in document:
            document["$push"].pop("outbox", None)
        else:
            document["outbox"] = []
        for fields in (document, document.get("$set", {})):
            fields.pop("pending_since", None)
            fields.pop("pending_by", None)
        return operation

    Entities._operation = forgetful  # type: ignore[method-assign]


def no_readers_rule() -> None:
    """Whatever comes again is taken for new."""
    from libs.runtime.outbox import Document, Intent

    Intent.is_stale = lambda self, doc: False  # type: ignore[method-assign]
    Intent.is_applied = lambda self, doc: False  # type: ignore[method-assign]
    honest = Document.of

    def forgetful(raw: Any) -> Document:
        return honest({**raw, "applied": (), "seen": {}})

    Document.of = staticmethod(forgetful)  # type: ignore[method-assign]


MUTANTS: dict[str, Callable[[], None]] = {
    "commit_before_work": commit_before_work,
    "no_outbox": no_outbox,
    "no_readers_rule": no_readers_rule,
}


if __name__ == "__main__":
    mutant, service = sys.argv[1:3]
    MUTANTS[mutant]()
    sys.argv = sys.argv[:1]
    runpy.run_module(f"services.{service}.main", run_name="__main__")
