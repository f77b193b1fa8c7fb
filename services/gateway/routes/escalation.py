"""Stories by how fast and how far they spread, each score with its arithmetic."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from libs.schemas.envelope import OpMode
from libs.schemas.stories import Story
from services.gateway.escalating import Escalation, escalation
from services.gateway.gateway import Gateway, gateway_of
from services.gateway.outlets_views import outlet_weights_of
from services.gateway.routes.answering import READS, Limit, Modes, json_response
from services.gateway.views import StoryQuery, View

router = APIRouter(prefix="/stats", tags=["stats"])
# A story that nobody told of for a day spreads no more.
MOVED_WITHIN = timedelta(hours=24)
MOST_RANKED = 500


class PartBody(BaseModel):
    name: str
    points: float
    most: int
    words: str


class EscalationRow(BaseModel):
    """`items_ref`: the publications that the score is made of."""

    story_id: str
    title: str
    opmode: str
    score: float
    parts: list[PartBody]
    arithmetic: str
    items_ref: str


class EscalationBody(BaseModel):
    rows: list[EscalationRow]


async def ranked_stories(
    gateway: Gateway, opmodes: tuple[OpMode, ...] | None = None
) -> list[tuple[View[Story], Escalation]]:
    """Open stories that moved within a day, the highest score first."""
    now = gateway.clock.now()
    query = StoryQuery(status="terbuka", since=now - MOVED_WITHIN, opmodes=opmodes)
    stories = (await gateway.views.stories(query, limit=MOST_RANKED)).rows
    weights = await outlet_weights_of(gateway.views, (o.outlet_id for view in stories for o in view.data.outlets))
    told = [(view, escalation(view.data, weights, now=now)) for view in stories]
    return sorted(told, key=lambda one: (-one[1].score, one[1].story_id))


@router.get("/escalation", response_model=EscalationBody, responses=READS)
async def read_escalation(request: Request, opmode: Modes = None, limit: Limit = 20) -> Response:
    """Which open stories spread fastest and furthest now (pace, weighted outlets, tone, severity)."""
    found = await ranked_stories(gateway_of(request), (opmode,) if opmode else None)
    return json_response({"rows": [_row(view, one) for view, one in found[:limit]]})


def _row(view: View[Story], one: Escalation) -> dict[str, object]:
    parts = [{"name": p.name, "points": p.points, "most": p.most, "words": p.words} for p in one.parts]
    return {
        "story_id": one.story_id, "title": view.data.title, "opmode": view.opmode, "score": one.score, "parts": parts,
        "arithmetic": one.arithmetic, "items_ref": f"/api/v1/stories/{one.story_id}/items",
    }  # fmt: skip
