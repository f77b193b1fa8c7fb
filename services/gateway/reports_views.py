"""Questions to the read models about unit reports and units that fell silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from libs.schemas.envelope import OpMode
from libs.schemas.reports import Report
from libs.schemas.sources import SilentUnit
from services.gateway.projections import time_of
from services.gateway.views import Page, View
from services.gateway.views_store import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    unit_id: str | None = None
    kind: str | None = None
    since: datetime | None = None
    opmodes: Sequence[OpMode] | None = None


async def list_reports(views: Views, query: ReportQuery, *, limit: int = 50, cursor: str | None = None) -> Page[Report]:
    """Newest first, by when they were received."""
    return await views.page("reports", Report, _conditions(query), query.opmodes, limit, cursor, since=query.since)


async def count_since(views: Views, query: ReportQuery, since: datetime) -> int:
    """How many came since then."""
    return await views.count("reports", _conditions(query), since=since)


def _conditions(query: ReportQuery) -> dict[str, Any]:
    wanted = {"unit_id": query.unit_id, "kind": query.kind}
    return {name: value for name, value in wanted.items() if value is not None}


async def silent_units(
    views: Views, *, limit: int = 200, cursor: str | None = None, opmodes: Sequence[OpMode] | None = None
) -> Page[SilentUnit]:
    """Units that are silent now, the latest first."""
    return await views.page("silent_units", SilentUnit, {"silent": True}, opmodes, limit, cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """A unit that has reported: since when, and how often."""

    unit_id: str
    first_at: datetime
    reports: int


async def reporting_units(views: Views) -> list[Reporting]:
    """Every unit of which a report is kept."""
    return [
        Reporting(unit_id=unit_id, first_at=time_of(first), reports=many)
        for unit_id, first, many in await views.spans("reports", "unit_id")
    ]


async def report_for(views: Views, report_id: str, *, unit_id: str | None) -> View[Report] | None:
    """One report; `unit_id`: only if it is this unit's."""
    view = await views.report(report_id)
    return view if view is not None and unit_id in (None, view.data.unit_id) else None
