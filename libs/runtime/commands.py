"""Commands and outcomes: a command is carried out once, and answered as often as it is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from libs.runtime.announcing import Announcement, Cause, Entry, Renderer
from libs.runtime.kafka import Batch, Subscription
from libs.runtime.outbox import Decision, Document, Entities, Intent
from libs.schemas.envelope import Command
from libs.schemas.outcomes import (
    CommandApplied,
    CommandRejected,
    CommandUnchanged,
    Done,
    Finding,
    Refused,
    SourcePreview,
)
from libs.schemas.topics import Topic, topic_of

AnyCommand = Command[Any]
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Applied:
    """It changes the entity: write and announce this."""

    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The entity already stands as asked; only the outcome is announced. `preview`: what a source was found to say."""

    preview: SourcePreview | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """It cannot be done: `kode` for programs, `message` for people (Indonesian), `findings` of the privacy gate."""

    code: Literal[404, 409, 422]
    kode: str
    message: str
    findings: tuple[Finding, ...] = ()


Answer = Applied | Unchanged | Rejected


class CommandDesk:
    """Carries out commands on the entities of one collection; `topic` is where their events travel."""

    def __init__(
        self, entities: Entities, *, topic: Topic, renderer: Renderer, announce: Callable[[Entry], Awaitable[None]]
    ) -> None:
        self._entities = entities
        self._topic = topic
        self._renderer = renderer
        self._announce = announce

    async def carry_out(
        self,
        command: AnyCommand,
        entity_id: str,
        decide: Callable[[Document | None], Answer],
        *,
        cause: Cause | None = None,
    ) -> Document | None:
        """Decides and writes (the outcome with the effect, in one document), or announces the stored outcome again.

        `cause` defaults to the command; a service passes one with the target's opmode and lane."""
        cause = cause or Cause.of(command)
        homeless: list[Announcement] = []

        def decided(doc: Document | None) -> Decision | None:
            homeless.clear()
            answer = decide(doc)
            if isinstance(answer, Applied):
                made = answer.decision
                topic = topic_of(made.announcements[0].event) if made.announcements else self._topic
                return Decision(
                    state=made.state, announcements=made.announcements, guard=made.guard,
                    answer=lambda sequences: self._done(CommandApplied, command, entity_id, topic, sequences),
                )  # fmt: skip
            if doc is None:
                homeless.append(self._without_document(command, entity_id, answer))
                return None
            return Decision(
                state=doc.state, answer=lambda sequences: self._other(command, entity_id, answer, sequences)
            )

        stood = await self._entities.get(entity_id)
        if stood is not None and command.id in stood.applied:
            await self._again(command, entity_id, stood)
            return stood
        after = await self._entities.apply(
            [Intent(entity_id=entity_id, inputs=(command.id,), cause=cause, decide=decided)]
        )
        for outcome in homeless:
            await self._announce(self._renderer.render_answer(cause, outcome))
        return after[entity_id]

    async def _again(self, command: AnyCommand, entity_id: str, doc: Document) -> None:
        stored = doc.answers.get(command.id)
        entry = self._renderer.render_answer(
            Cause.of(command), self._done(CommandUnchanged, command, entity_id, self._topic, doc.sequences)
        )
        if stored is not None:
            entry = Entry(id=entry.id, topic=entry.topic, key=entry.key, value=stored, entity_id=entry.entity_id)
        await self._announce(entry)

    def _other(
        self, command: AnyCommand, entity_id: str, answer: Unchanged | Rejected, sequences: Mapping[str, int]
    ) -> Announcement:
        if isinstance(answer, Rejected):
            return _refused(command, entity_id, answer)
        return self._done(CommandUnchanged, command, entity_id, self._topic, sequences, answer.preview)

    def _without_document(self, command: AnyCommand, entity_id: str, answer: Unchanged | Rejected) -> Announcement:
        return self._other(command, entity_id, answer, {})

    def _done(
        self,
        event: type[CommandApplied] | type[CommandUnchanged],
        command: AnyCommand,
        entity_id: str,
        topic: Topic,
        sequences: Mapping[str, int],
        preview: SourcePreview | None = None,
    ) -> Announcement:
        done = Done(
            command_id=command.id,
            entity_id=entity_id,
            topic=topic.name,
            sequence=sequences.get(topic.slug, 0),
            preview=preview,
        )
        return Announcement(event=event, data=done, entity_id=command.id, sequence=1)


def _refused(command: AnyCommand, entity_id: str, answer: Rejected) -> Announcement:
    data = Refused(
        command_id=command.id,
        entity_id=entity_id,
        code=answer.code,
        kode=answer.kode,
        message=answer.message,
        findings=list(answer.findings),
    )
    return Announcement(event=CommandRejected, data=data, entity_id=command.id, sequence=1)


CommandHandler = Callable[[Any], Awaitable[None]]


def command_subscription(
    topic: Topic,
    *,
    group: str,
    handlers: Mapping[type[AnyCommand], CommandHandler],
    side_by_side: Collection[type[AnyCommand]] = (),
) -> Subscription:
    """One subscription for a service's commands; every command of the topic needs its handler.

    `side_by_side`: commands that concern nothing but their own entity. A batch carries these out many at a time, those
    of one entity still in their order; all others wait their turn, one by one."""
    if set(handlers) != set(topic.events):
        raise ValueError(f"handlers of {topic.name} must be exactly its commands")

    async def carry_out_all(batch: Batch) -> None:
        for together, commands in groupby(batch.events, key=lambda command: type(command) in side_by_side):
            if together:
                await _side_by_side(list(commands), handlers)
            else:
                for command in commands:
                    await handlers[type(command)](command)

    return Subscription(topics=(topic,), group=group, handler=carry_out_all)


async def _side_by_side(commands: Sequence[AnyCommand], handlers: Mapping[type[AnyCommand], CommandHandler]) -> None:
    of_entity: dict[str, list[AnyCommand]] = {}
    for command in commands:
        of_entity.setdefault(command.subject, []).append(command)
    seats = asyncio.Semaphore(AT_ONCE)

    async def in_order(mine: list[AnyCommand]) -> None:
        async with seats:
            for command in mine:
                await handlers[type(command)](command)

    done = await asyncio.gather(*map(in_order, of_entity.values()), return_exceptions=True)
    # Only when all have ended: nothing of this batch may still run when it comes again.
    if failed := [outcome for outcome in done if isinstance(outcome, BaseException)]:
        raise failed[0]


__all__ = ["Answer", "Applied", "CommandDesk", "Rejected", "Unchanged", "command_subscription"]
