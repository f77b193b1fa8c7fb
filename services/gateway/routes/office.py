"""Who I am, what became of my command, how the picture stands."""

from fastapi import APIRouter, Request, Response

from services.gateway.auth import person_of
from services.gateway.gateway import gateway_of
from services.gateway.problems import Problem
from services.gateway.routes.answering import READS, CommandAnswer, CommandId, answer_response, json_response

router = APIRouter(tags=["office"])


@router.get("/me", responses=READS)
async def read_me(request: Request) -> Response:
    """The person or system behind the key."""
    person = person_of(request)
    return json_response({"label": person.label, "role": person.role, "key_id": person.key_id, "via": person.via})


@router.get("/perintah/{command_id}", response_model=CommandAnswer, responses=READS)
async def read_command(request: Request, command_id: CommandId) -> Response:
    """What became of a command that one sent oneself (202: still not known)."""
    answer = await gateway_of(request).commands.look_up(person_of(request), command_id)
    if answer is None:
        raise Problem(status=404)
    return await answer_response(request, answer)


@router.get("/kesehatan", responses=READS)
async def read_health(request: Request) -> Response:
    """Sources live and failing, what waits, how old the data is (seconds; null: not known yet)."""
    health = await gateway_of(request).views.health()
    return json_response(
        {
            "sources": {"all": health.sources_all, "live": health.sources_live, "failing": health.sources_failing},
            "waiting_alerts": health.waiting,
            "open_stories": health.open_stories,
            "data_age_seconds": health.data_age_seconds,
            "last_item_at": health.last_item_at,
        }
    )
