"""The commands of ingest and who carries out each: one line a command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from libs.runtime.commands import command_subscription
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
from services.ingest.lifting import LiftDesk
from services.ingest.previewing import PreviewDesk
from services.ingest.reports_desk import ReportDesk

Handler = Callable[[Any], Awaitable[None]]


def ingest_commands(
    *, sources: SourceDesk, reports: ReportDesk, previews: PreviewDesk, lifts: LiftDesk
) -> Subscription:
    handlers: dict[Any, Handler] = {
        AddSource: sources.add_source,
        ChangeSource: sources.change_source,
        PollNow: sources.poll_now,
        PreviewSource: previews.preview,
        EditOutlet: sources.outlets.edit,
        SubmitReport: reports.submit,
        LiftRestriction: lifts.lift,
    }
    return command_subscription(
        INGEST_COMMANDS, group="ingest.commands", handlers=handlers, side_by_side={SubmitReport}
    )
