"""The commands of ingest and who carries out each: one line a command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from libs.runtime.commands import CommandDesk, Rejected, command_subscription
from libs.runtime.kafka import Subscription
from libs.schemas.commands import (
    AddSource,
    ChangeSource,
    EditOutlet,
    LiftRestriction,
    PollNow,
    PreviewSource,
    SubmitReport,
)
from libs.schemas.topics import INGEST_COMMANDS
from services.ingest.handlers import SourceDesk
from services.ingest.previewing import PreviewDesk
from services.ingest.reports_desk import ReportDesk

Handler = Callable[[Any], Awaitable[None]]


def ingest_commands(
    *, sources: SourceDesk, reports: ReportDesk, previews: PreviewDesk, desk: CommandDesk
) -> Subscription:
    handlers: dict[Any, Handler] = {
        AddSource: sources.add_source,
        ChangeSource: sources.change_source,
        PollNow: sources.poll_now,
        PreviewSource: previews.preview,
        EditOutlet: sources.outlets.edit,
        SubmitReport: reports.submit,
        LiftRestriction: _refused(desk),
    }
    return command_subscription(
        INGEST_COMMANDS, group="ingest.commands", handlers=handlers, side_by_side={SubmitReport}
    )


def _refused(desk: CommandDesk) -> Handler:
    async def refuse(command: Any) -> None:
        answer = Rejected(code=422, kode="belum_tersedia", message="Belum tersedia.")
        await desk.carry_out(command, command.subject, lambda _: answer)

    return refuse
