"""What every route finds in the application: the gateway's parts."""

from dataclasses import dataclass, field
from typing import cast

from fastapi import Request

from libs.runtime.clock import Clock
from services.gateway.audit import Audit
from services.gateway.auth import Sessions
from services.gateway.commanding import Commanding
from services.gateway.facts import Facts
from services.gateway.live import Hub
from services.gateway.people import People
from services.gateway.photos import Album
from services.gateway.saved_searches import SavedSearches
from services.gateway.search_index import SearchIndex
from services.gateway.settings import GatewaySettings
from services.gateway.views_store import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Everything outside is passed in by main.py."""

    settings: GatewaySettings
    clock: Clock
    people: People
    sessions: Sessions
    audit: Audit
    views: Views
    commands: Commanding
    hub: Hub
    search: SearchIndex
    saved: SavedSearches
    facts: Facts
    album: Album = field(default_factory=lambda: Album(None))

    async def page_cursor(self) -> str:
        """Where a page's lists stand: put it into the stream's address (`?sejak=`), and nothing between is missed.

        Read it before the lists. It may lag behind them; then a row is drawn again, which changes nothing."""
        positions = await self.views.positions([(topic.name, number) for topic, number in self.hub.layout])
        return self.hub.cursor(positions)


def gateway_of(request: Request) -> Gateway:
    return cast(Gateway, request.app.state.gateway)
