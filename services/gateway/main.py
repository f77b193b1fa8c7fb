"""The gateway as a process: projections in, pages, API and live feeds out."""

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import Any

from libs.runtime.blobs import Blobs
from libs.runtime.retention import Retention
from libs.runtime.service import Parts, Runtime, serve
from libs.runtime.telemetry import log
from libs.schemas.envelope import Command
from services.gateway import keeping
from services.gateway.app import create_app
from services.gateway.audit import Audit
from services.gateway.auth import Sessions
from services.gateway.commanding import Commanding
from services.gateway.console import frames, pages
from services.gateway.cursors import Cursors
from services.gateway.facts import Facts
from services.gateway.freshness import Freshness
from services.gateway.gateway import Gateway
from services.gateway.handlers import subscriptions
from services.gateway.live import Hub
from services.gateway.people import People
from services.gateway.photo_keeping import PhotoKeeping
from services.gateway.photos import Album
from services.gateway.public import pages as public_pages
from services.gateway.resuming import Resuming
from services.gateway.saved_searches import SavedSearches
from services.gateway.search_index import SearchIndex
from services.gateway.settings import GatewaySettings
from services.gateway.streaming import Stream
from services.gateway.views_store import Views

ASSETS = Path(__file__).parent / "console" / "dist"
_SWEEP_SECONDS = 600


async def build(runtime: Runtime[GatewaySettings]) -> Parts:
    """Wires the gateway; everything outside is made here."""
    settings = runtime.settings
    cursors, freshness = Cursors(settings.derived_key("cursors")), Freshness()
    views = Views(runtime.database, cursors=cursors, clock=runtime.clock, freshness=freshness, opmodes=settings.opmodes)
    audit, sessions = Audit(runtime.database["audit"]), _sessions(runtime)
    index = SearchIndex(runtime.database, cursors=cursors, opmodes=settings.opmodes)
    saved = SavedSearches(runtime.database)
    for store in (views, audit, sessions, index, saved):
        await store.prepare()
    commands = _commanding(runtime, views, audit)
    hub = _hub(runtime, views, commands, cursors=cursors, freshness=freshness)
    gateway = Gateway(
        settings=settings,
        clock=runtime.clock,
        people=sessions.people,
        sessions=sessions,
        audit=audit,
        views=views,
        commands=commands,
        hub=hub,
        search=index,
        saved=saved,
        facts=Facts(database=runtime.database, clock=runtime.clock, opmodes=settings.opmodes),
        album=await _album(runtime),
    )
    hub.render = partial(frames.render_change, gateway=gateway)
    resuming = Resuming(bus=runtime.bus, hub=hub, trails=views, max_records=settings.resume_max_records)
    app = create_app(
        gateway,
        routers=(pages.router, public_pages.router),
        streams={
            "/api/v1/arus": Stream(hub=hub, resuming=resuming, form="json"),
            "/umpan/arus": Stream(hub=hub, resuming=resuming, form="html"),
        },
        render_problem=pages.render_problem,
        assets=ASSETS,
    )
    return Parts(
        subscriptions=subscriptions(views, index),
        tasks=[
            hub.read,
            hub.hand_out,
            hub.beat,
            hub.recheck,
            index.keep_counting,
            partial(_end_streams, runtime, hub),
            partial(_sweep, sessions, gateway.album),
            partial(gateway.album.keep_sweeping, runtime.stopping),
            Retention(
                database=runtime.database, rules=keeping.RULES, clock=runtime.clock, stopping=runtime.stopping
            ).keep_sweeping,
        ],
        app=app,
        on_stop=[gateway.album.aclose],
        problems=lambda: [] if hub.started.is_set() else ["the live reader has not started"],
    )


def _hub(
    runtime: Runtime[GatewaySettings], views: Views, commands: Commanding, *, cursors: Cursors, freshness: Freshness
) -> Hub:
    return Hub(
        bus=runtime.bus,
        clock=runtime.clock,
        cursors=cursors,
        trails=views,
        health=views.health,
        freshness=freshness,
        on_outcome=commands.outcome_arrived,
        heartbeat_seconds=runtime.settings.heartbeat_seconds,
    )


def _sessions(runtime: Runtime[GatewaySettings]) -> Sessions:
    settings = runtime.settings
    people = People(
        file=settings.people_file, pepper=settings.derived_key("people"), actor_key=settings.derived_key("actors")
    )
    # A broken file is said at once, not at the first request.
    people.look(time.monotonic())
    if settings.people_file is None:
        log.warning("no people file: nobody can sign in")
    return Sessions(
        collection=runtime.database["sessions"],
        people=people,
        clock=runtime.clock,
        hours=settings.session_hours,
        secure=settings.secure,
        csrf_key=settings.derived_key("csrf"),
    )


async def _album(runtime: Runtime[GatewaySettings]) -> Album:
    folder, keeping_ = runtime.settings.blobs_folder, PhotoKeeping.of(runtime.database, runtime.clock)
    await keeping_.prepare()
    return Album(Blobs(folder=folder) if folder else None, keeping=keeping_)


def _commanding(runtime: Runtime[GatewaySettings], views: Views, audit: Audit) -> Commanding:
    async def publish(command: Command[Any]) -> None:
        await runtime.bus.publish(command)

    return Commanding(
        views=views,
        audit=audit,
        publish=publish,
        clock=runtime.clock,
        tracing=runtime.tracing,
        node=runtime.settings.node,
        patience_seconds=runtime.settings.command_patience_seconds,
    )


async def _end_streams(runtime: Runtime[GatewaySettings], hub: Hub) -> None:
    """An open stream would hold the server up until its patience ends."""
    await runtime.stopping.wait()
    hub.close()


async def _sweep(sessions: Sessions, album: Album) -> None:
    while True:
        await sessions.sweep()
        await album.sweep(time.time())
        await asyncio.sleep(_SWEEP_SECONDS)


if __name__ == "__main__":
    serve("gateway", GatewaySettings, build)
