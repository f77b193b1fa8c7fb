"""SubmitReport → one document per report, announced as a report and as an item."""

from __future__ import annotations

from dataclasses import dataclass

from libs.reference.units import Gazetteer
from libs.runtime.clock import Clock
from libs.runtime.commands import Answer, CommandDesk
from libs.runtime.crashpoint import crashpoint
from libs.runtime.outbox import Cause, Document
from libs.schemas.commands import SubmitReport
from services.ingest.metrics import REPORTS
from services.ingest.reports import check, submit
from services.ingest.unit_watch import UnitWatch


@dataclass(slots=True, kw_only=True)
class ReportDesk:
    """Takes in what units report. `key`: recognises a report by its content without keeping that twice."""

    desk: CommandDesk
    watch: UnitWatch
    key: bytes
    clock: Clock

    async def submit(self, command: SubmitReport) -> None:
        """Answered as often as it is asked, kept once."""
        now = self.clock.now()
        checked = check(command, units=Gazetteer.for_mode(command.opmode), key=self.key, now=now)
        answered: list[Answer] = []

        def decide(doc: Document | None) -> Answer:
            answered.append(submit(doc, command, checked, self.key, now))
            return answered[-1]

        crashpoint("ingest.report.received")
        doc = await self.desk.carry_out(command, command.subject, decide)
        crashpoint("ingest.report.written")
        if doc is not None:
            # Also for one that was here already: whoever died between the two comes by again.
            report = doc.state["report"]
            await self.watch.heard(report["unit_id"], doc.id, report["received_at"], Cause.of(command))
        what = type(answered[-1]).__name__.lower() if answered else "repeated"
        REPORTS.labels(kind=command.data.kind, answer=what).inc()
