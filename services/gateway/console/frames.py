"""One change of the live feed → the markup that the browser morphs in. The same for everybody, ≤ 1.5 KB a row."""

from functools import cache
from typing import TypeVar

from jinja2 import Template

from libs.schemas.alerts import Alert
from libs.schemas.envelope import Part
from libs.schemas.sources import Outlet, SilentUnit
from libs.schemas.stories import Story
from services.gateway.console.rendering import environment
from services.gateway.console.rows import Row, alert_row, story_row
from services.gateway.gateway import Gateway
from services.gateway.live import Change
from services.gateway.views import View

T = TypeVar("T", bound=Part)

# Pages that list these read themselves again; the row is not streamed.
_SIGNS = ("rilis", "sumber")
# What travels with the sources and is listed elsewhere.
_APART: dict[type[Part], str] = {Outlet: "media", SilentUnit: "unit-diam"}


@cache
def _template() -> Template:
    return environment().from_string('{% from "_baris.html" import baris %}{{ baris(row) }}')


def row_partial(row: Row) -> str:
    """A row and where it goes: over the one with its id."""
    return f'<hx-partial id="{row.dom_id}" hx-swap="outerMorph">{_template().render(row=row).strip()}</hx-partial>'


def view_of(change: Change, data: T) -> View[T]:
    """The change's state as the pages' queries would give it."""
    event = change.event
    return View(
        id=change.id,
        sequence=event.sequence,
        opmode=event.opmode,
        drillid=event.drillid,
        event=event.type,
        at=event.time,
        data=data,
    )


async def render_change(change: Change, gateway: Gateway) -> str | None:
    """Called once per change for all readers; None: nothing that a page shows."""
    data, now = change.event.data, gateway.clock.now()
    if isinstance(data, Story):
        return row_partial(story_row(view_of(change, data), now))
    if isinstance(data, Alert):
        return row_partial(alert_row(view_of(change, data), now))
    if change.kind in _SIGNS:
        return f'<hx-partial id="{_APART.get(type(data), change.kind)}-{change.id}" hx-swap="none"></hx-partial>'
    return None
