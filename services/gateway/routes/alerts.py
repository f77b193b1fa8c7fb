"""Alerts and what people do with them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from libs.schemas.alerts import AlertStatus
from libs.schemas.commands import AcknowledgeAlert, DismissAlert, ResolveAlert, VerifyAlert
from services.gateway.gateway import gateway_of
from services.gateway.inputs import FoundFalse, Judged, Noted
from services.gateway.routes.answering import (
    DEEDS,
    READS,
    AlertId,
    CommandAnswer,
    Cursor,
    IdempotencyKey,
    Limit,
    Modes,
    Row,
    Rows,
    Severity,
    Word,
    carry_out,
    page_response,
    row_response,
    rows_response,
)
from services.gateway.views import AlertQuery

router = APIRouter(prefix="/alerts", tags=["alerts"])


@router.get("", response_model=Rows, responses=READS)
async def list_alerts(
    request: Request,
    status: Annotated[list[AlertStatus] | None, Query(max_length=6)] = None,
    severity_min: Severity = None,
    unit_id: Word = None,
    story_id: Word = None,
    opmode: Modes = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Last change first."""
    query = AlertQuery(
        status=status,
        severity_min=severity_min,
        unit_id=unit_id,
        story_id=story_id,
        opmodes=(opmode,) if opmode else None,
    )
    return page_response(request, await gateway_of(request).views.alerts(query, limit=limit, cursor=cursor))


@router.get("/{alert_id}", response_model=Row, responses=READS)
async def read_alert(request: Request, alert_id: AlertId) -> Response:
    """One alert with its evidence."""
    return row_response(request, await gateway_of(request).views.alert(alert_id))


@router.get("/{alert_id}/history", response_model=Rows, responses=READS)
async def read_history(request: Request, alert_id: AlertId) -> Response:
    """Every transition, oldest first."""
    return rows_response(request, await gateway_of(request).views.history_of(alert_id))


@router.get("/{alert_id}/notifications", response_model=Rows, responses=READS)
async def read_notifications(request: Request, alert_id: AlertId) -> Response:
    """What was pushed to whom (roles, never addresses), oldest first."""
    return rows_response(request, await gateway_of(request).views.notifications_of(alert_id))


@router.post("/{alert_id}/acknowledge", response_model=CommandAnswer, responses=DEEDS)
async def acknowledge(request: Request, alert_id: AlertId, key: IdempotencyKey, body: Noted | None = None) -> Response:
    """Take it; the ladder stops. 409 tells who was first."""
    return await carry_out(request, AcknowledgeAlert, entity_id=alert_id, key=key, body=body)


@router.post("/{alert_id}/verify", response_model=CommandAnswer, responses=DEEDS)
async def verify(request: Request, alert_id: AlertId, key: IdempotencyKey, body: Judged) -> Response:
    """It is real: with actuality and severity."""
    return await carry_out(request, VerifyAlert, entity_id=alert_id, key=key, body=body)


@router.post("/{alert_id}/dismiss", response_model=CommandAnswer, responses=DEEDS)
async def dismiss(request: Request, alert_id: AlertId, key: IdempotencyKey, body: FoundFalse) -> Response:
    """It is a false alarm: with the reason."""
    return await carry_out(request, DismissAlert, entity_id=alert_id, key=key, body=body)


@router.post("/{alert_id}/resolve", response_model=CommandAnswer, responses=DEEDS)
async def resolve(request: Request, alert_id: AlertId, key: IdempotencyKey, body: Noted | None = None) -> Response:
    """It is over."""
    return await carry_out(request, ResolveAlert, entity_id=alert_id, key=key, body=body)
