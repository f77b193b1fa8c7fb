"""Stand-ins for the store and the bus behind the gateway, and the whole application on them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter
from starlette.types import ASGIApp

from libs.runtime.blobs import Blobs
from libs.runtime.mongo import DUPLICATE_KEY, BulkWriteError, DuplicateKeyError
from libs.runtime.telemetry import Tracing
from libs.schemas.envelope import Command, Event
from libs.schemas.outcomes import CommandApplied, Done
from libs.schemas.topics import ALERTS
from services.gateway.app import create_app
from services.gateway.audit import Audit
from services.gateway.auth import Person, Sessions
from services.gateway.commanding import Commanding
from services.gateway.cursors import Cursors
from services.gateway.facts import Told
from services.gateway.gateway import Gateway
from services.gateway.keys import make_development_keys
from services.gateway.people import People
from services.gateway.photos import Album
from services.gateway.saved_searches import SavedSearch
from services.gateway.search_index import Found
from services.gateway.seeing import Outage, Seeing
from services.gateway.settings import GatewaySettings
from services.gateway.statistics import Fact
from services.gateway.views import Health, ItemView, Page, View
from tests.support.builders import a_classified_item, a_trend, an_alert, envelope_of

SECRET = "11" * 32
START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


class FakeCollection:
    """Equality queries, one unique index, newest-first sorting by `_id`: as much as sessions and audit ask."""

    def __init__(self, unique: str | None = None) -> None:
        self.documents: dict[Any, dict[str, Any]] = {}
        self.broken: Exception | None = None
        self.together: list[int] = []
        self._unique = unique

    async def create_index(self, *_: Any, **__: Any) -> None: ...

    async def insert_one(self, document: dict[str, Any]) -> None:
        if self.broken:
            raise self.broken
        taken = document["_id"] in self.documents
        if self._unique and document.get(self._unique) is not None:
            taken = taken or any(d.get(self._unique) == document[self._unique] for d in self.documents.values())
        if taken:
            raise DuplicateKeyError("taken", 11000)
        self.documents[document["_id"]] = dict(document)

    async def insert_many(self, documents: Sequence[dict[str, Any]], *, ordered: bool) -> None:
        assert ordered
        self.together.append(len(documents))
        for index, document in enumerate(documents):
            try:
                await self.insert_one(document)
            except DuplicateKeyError as error:
                problem = {"index": index, "code": DUPLICATE_KEY}
                raise BulkWriteError({"writeErrors": [problem]}) from error

    async def find_one(self, query: dict[str, Any], _: Any = None) -> dict[str, Any] | None:
        return next((d for d in self.documents.values() if all(d.get(k) == v for k, v in query.items())), None)

    async def delete_one(self, query: dict[str, Any]) -> None:
        self.documents.pop(query["_id"], None)

    def find(self, query: dict[str, Any]) -> "FakeCursor":
        after = query.get("_id", {}).get("$gt", 0)
        return FakeCursor([d for d in self.documents.values() if d["_id"] > after])


@dataclass
class FakeCursor:
    found: list[dict[str, Any]]

    def sort(self, _: str, direction: int) -> "FakeCursor":
        return FakeCursor(sorted(self.found, key=lambda d: int(d["_id"]), reverse=direction < 0))

    def limit(self, count: int) -> "FakeCursor":
        return FakeCursor(self.found[:count])

    async def to_list(self, _: int) -> list[dict[str, Any]]:
        return self.found

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        for document in self.found:
            yield document


@dataclass
class FakeFacts:
    """Facts given by the test; every source is read all the time."""

    facts: list[Fact] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)

    async def between(self, since: datetime, until: datetime, _: Any = None) -> Told:
        return Told(facts=tuple(fact for fact in self.facts if since <= fact.at < until), cut=False)

    async def reports(self, *_: Any) -> dict[str, int]:
        return {}

    async def seeing(self, _: Any = None) -> Seeing:
        return Seeing(sources=frozenset(("s1", "s2")), outages=self.outages)

    async def first_at(self, _: Any = None) -> datetime | None:
        return min((fact.at for fact in self.facts), default=None)

    async def of_items(self, item_ids: Sequence[str]) -> list[Fact]:
        return sorted((f for f in self.facts if f.id in item_ids), key=lambda f: (f.at, f.id), reverse=True)

    async def outlet_names(self) -> dict[str, str]:
        return {"harian-contoh": "Harian Contoh"}

    async def rows(self, item_ids: Sequence[str]) -> list[View[Any]]:
        return [a_view(a_classified_item(), id=item_id, event="item.classified") for item_id in item_ids]

    async def trends(self, *_: Any, **__: Any) -> list[View[Any]]:
        return [a_view(a_trend(), event="trend.raised")]


def a_view(data: Any, *, sequence: int = 1, event: str = "alert.raised", **changes: Any) -> View[Any]:
    entity = getattr(data, "alert_id", None) or "00000000-0000-5000-8000-000000000001"
    values = {
        "id": entity, "sequence": sequence, "opmode": "live", "drillid": None, "event": event, "at": START, "data": data
    }  # fmt: skip
    return View(**(values | changes))


@dataclass
class FakeViews:
    """Answers every query; knows one alert, and nothing else."""

    known: dict[str, View[Any]] = field(default_factory=dict)
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    async def alert(self, alert_id: str) -> View[Any] | None:
        return self.known.get(alert_id)

    story = release = draft = source = alert

    async def item(self, item_id: str) -> ItemView | None:
        return None

    async def anything(self, entity_id: str, _: Any) -> View[Any] | None:
        return self.known.get(entity_id)

    async def _page(self, *query: Any, **options: Any) -> Page[Any]:
        self.asked.append(("page", (query, options)))
        return Page(rows=list(self.known.values()), next=None)

    stories = alerts = items = releases = drafts = sources = public_releases = _page

    async def some(self, *query: Any, **options: Any) -> list[View[Any]]:
        return []

    async def history_of(self, alert_id: str) -> list[View[Any]]:
        return [self.known[alert_id]] if alert_id in self.known else []

    notifications_of = history_of

    async def mode_of(self, view: str, entity_id: str) -> tuple[str, str | None] | None:
        return ("live", None) if entity_id in self.known else None

    async def outcome(self, command_id: str) -> dict[str, Any] | None:
        return self.outcomes.get(command_id)

    async def reached(self, view: str, entity_id: str, sequence: int, *, within: float) -> bool:
        return True

    async def health(self) -> Health:
        return Health(
            sources_all=2, sources_live=1, sources_failing=1, waiting=1, open_stories=3, data_age_seconds=1.5,
            last_item_at=START,
        )  # fmt: skip

    async def trails(self, view: str, ids: Sequence[str]) -> dict[str, Any]:
        return {}


class FakeSearch:
    """Finds nothing; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, dict[str, Any]]] = []

    async def find(self, question: str, filters: Any, **options: Any) -> Found:
        self.asked.append((question, filters, options))
        return Found(rows=[], next=None, total=0, more=False, common=(), only_common=False, frequencies={}, facets={})


class FakeSaved:
    """Kept searches in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, SavedSearch]] = {}

    async def of(self, person: Person) -> list[SavedSearch]:
        return [replace(saved, own=owner == person.person_id) for owner, saved in self.kept.values()]

    async def keep(self, person: Person, saved: SavedSearch, *, at: datetime) -> None:
        self.kept[saved.id] = (person.person_id, saved)

    async def forget(self, person: Person, saved_id: str) -> bool:
        return self.kept.pop(saved_id, None) is not None


Outcome = Callable[[Command[Any]], Event[Any] | None]


def applied(command: Command[Any]) -> Event[Any]:
    done = Done(command_id=command.id, entity_id=command.subject, topic=ALERTS.name, sequence=2)
    made: Event[Any] = envelope_of(CommandApplied, done)
    return made


@dataclass
class World:
    """The application with everything outside faked; `outcome` decides what becomes of a command."""

    app: ASGIApp
    gateway: Gateway
    keys: dict[str, str]
    clock: FakeClock
    views: FakeViews
    audit_entries: FakeCollection
    sessions: FakeCollection
    sent: list[Command[Any]]
    outcome: Outcome = applied

    def client(self, role: str | None = None, **options: Any) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.keys[role]}"} if role else {}
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://pasopati.contoh", headers=headers, **options)

    async def session(self, role: str) -> tuple[httpx.AsyncClient, str]:
        """A signed-in browser and its form token."""
        known = self.gateway.people.by_id(f"{role.replace('_', '-')}-1")
        assert known is not None
        token = await self.gateway.sessions.open(known)
        client = self.client()
        client.cookies.set(self.gateway.sessions.cookie, token)
        return client, self.gateway.sessions.csrf_of(token)


def a_world(directory: Path, *, routers: Sequence[APIRouter] = (), **settings: Any) -> World:
    made = GatewaySettings(secret_key=SECRET, people_file=directory / "people.yaml", **settings)
    text, keys = make_development_keys(pepper=made.derived_key("people"), now=START)
    (directory / "people.yaml").write_text(text)
    clock, views, sent = FakeClock(), FakeViews(), list[Command[Any]]()
    alert = an_alert()
    views.known[alert.alert_id] = a_view(alert)
    people = People(
        file=made.people_file, pepper=made.derived_key("people"), actor_key=made.derived_key("actors")
    )  # fmt: skip
    people.look(0.0)
    audit_entries, sessions = FakeCollection(unique="command_id"), FakeCollection()
    audit: Any = Audit(audit_entries)  # type: ignore[arg-type]
    world: World

    async def publish(command: Command[Any]) -> None:
        sent.append(command)
        event = world.outcome(command)
        if event is not None:
            commands.outcome_arrived(event)

    commands = Commanding(
        views=views, audit=audit, publish=publish, clock=clock, tracing=Tracing("gateway", None), node="pusat",  # type: ignore[arg-type]
        patience_seconds=0.05,
    )  # fmt: skip
    doors = Sessions(
        collection=sessions, people=people, clock=clock, hours=12, secure=made.secure,  # type: ignore[arg-type]
        csrf_key=made.derived_key("csrf"),
    )  # fmt: skip
    gateway = Gateway(
        settings=made, clock=clock, people=people, sessions=doors, audit=audit, views=views, commands=commands,  # type: ignore[arg-type]
        hub=None, search=FakeSearch(), saved=FakeSaved(), facts=FakeFacts(),  # type: ignore[arg-type]
        album=Album(Blobs(folder=directory / "blobs")),
    )  # fmt: skip
    world = World(
        app=create_app(gateway, routers=routers), gateway=gateway, keys=keys, clock=clock, views=views,
        audit_entries=audit_entries, sessions=sessions, sent=sent,
    )  # fmt: skip
    return world


CURSORS = Cursors(b"k" * 32)
Sleeper = Callable[[], Awaitable[None]]
