"""What the console's routes share: a drawn page, a piece of one, what a role may do, and that a thing is not here."""

from fastapi.responses import HTMLResponse

from services.gateway.auth import Person
from services.gateway.console.pieces import May
from services.gateway.console.rendering import render
from services.gateway.console.shell import Shell
from services.gateway.policy import may
from services.gateway.problems import Problem


def may_of(person: Person) -> May:
    return lambda method, route: may(person.role, method, route)


def draw(template: str, shell: Shell, model: object) -> HTMLResponse:
    return HTMLResponse(render(template, shell=shell, page=model))


def piece(template: str, **values: object) -> HTMLResponse:
    return HTMLResponse(render(template, **values))


def page_number(told: str, *, most: int) -> int:
    """Which page of a list an address asks for; the first when it says nothing of sense."""
    return max(1, min(int(told), most)) if told.isascii() and told.isdigit() and len(told) <= 6 else 1


def gone(what: str) -> Problem:
    return Problem(status=404, detail=f"{what} ini tidak ditemukan. Mungkin digabung atau diarsipkan.")
