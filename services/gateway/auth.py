"""Who sends a request: bearer keys of systems, sessions of people, and the proof that a form is our own."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast

from fastapi import Request, Response

from libs.runtime.clock import Clock
from libs.runtime.mongo import Collection
from libs.schemas.common import Actor, Role
from services.gateway.audit import Deed
from services.gateway.metrics import SIGN_INS
from services.gateway.people import Known, People

_FAILURES_ALLOWED = 5
_FAILURES_WINDOW_SECONDS = 60.0
_ADDRESSES_REMEMBERED = 10_000
_MAX_KEY_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks. `key_id` is what events carry; `via`: a session of the console, or a key of the API."""

    person_id: str
    role: Role
    label: str
    key_id: str
    via: Literal["sesi", "kunci"]
    unit_id: str | None = None
    """The unit whose reports this person writes and reads (pelapor_upt)."""

    @property
    def actor(self) -> Actor:
        return Actor(role=self.role, key_id=self.key_id)


class Throttle:
    """At most five failures a minute from one address; the sixth has to wait."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_seconds(self, address: str, now: float) -> int:
        """0: try; otherwise how long to wait."""
        failures = self._failures.get(address)
        while failures and now - failures[0] > _FAILURES_WINDOW_SECONDS:
            failures.popleft()
        if not failures or len(failures) < _FAILURES_ALLOWED:
            return 0
        return max(1, int(_FAILURES_WINDOW_SECONDS - (now - failures[0])) + 1)

    def failed(self, address: str, now: float) -> None:
        self._failures.setdefault(address, deque(maxlen=_FAILURES_ALLOWED)).append(now)
        self._failures.move_to_end(address)
        if len(self._failures) > _ADDRESSES_REMEMBERED:
            self._failures.popitem(last=False)

    def forget(self, address: str) -> None:
        self._failures.pop(address, None)


class Sessions:
    """Sessions in the store, by the hash of their token: who reads the store cannot use one."""

    def __init__(
        self, *, collection: Collection, people: People, clock: Clock, hours: float, secure: bool, csrf_key: bytes
    ) -> None:
        self._collection = collection
        self._clock = clock
        self._life = timedelta(hours=hours)
        self._secure = secure
        self._csrf_key = csrf_key
        self.people = people
        self.throttle = Throttle()  # of the login form
        self.strangers = Throttle()  # of keys that nobody has
        self.cookie = "__Host-pasopati" if secure else "pasopati_sesi"

    async def prepare(self) -> None:
        await self._collection.create_index([("expires_at", 1)])

    async def open(self, known: Known) -> str:
        """A new session's token."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        document = {"_id": _hash(token), "person_id": known.person_id, "at": now, "expires_at": now + self._life}
        await self._collection.insert_one(document)
        return token

    async def person_of(self, token: str) -> Person | None:
        """Whose session it is, in today's role; None when over, or the person is gone."""
        if len(token) > _MAX_KEY_LENGTH:
            return None
        document = await self._collection.find_one({"_id": _hash(token)})
        if document is None or document["expires_at"] <= self._clock.now():
            return None
        known = self.people.by_id(str(document["person_id"]))
        return self._person(known, "sesi") if known else None

    def person_by_key(self, key: str) -> Person | None:
        """Whose key it is."""
        if len(key) > _MAX_KEY_LENGTH:
            return None
        known = self.people.by_key(key, self._clock.now())
        return self._person(known, "kunci") if known else None

    async def close(self, token: str) -> None:
        await self._collection.delete_one({"_id": _hash(token)})

    async def sweep(self) -> int:
        """Removes what is over; how many."""
        result = await self._collection.delete_many({"expires_at": {"$lt": self._clock.now()}})
        return int(result.deleted_count)

    def _person(self, known: Known, via: Literal["sesi", "kunci"]) -> Person:
        return Person(
            person_id=known.person_id,
            role=known.role,
            label=known.label,
            key_id=self.people.key_id(known.person_id),
            via=via,
            unit_id=known.unit_id,
        )

    def csrf_of(self, token: str) -> str:
        """The form token of a session: derived, so nothing is stored and nothing can be swapped between sessions."""
        return hmac.digest(self._csrf_key, _hash(token).encode(), "sha256").hex()[:40]

    def put_cookie(self, response: Response, token: str) -> None:
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(self._life.total_seconds()),
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def drop_cookie(self, response: Response) -> None:
        response.delete_cookie(self.cookie, path="/", httponly=True, samesite="lax", secure=self._secure)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The key was right."""

    person: Person
    token: str
    sessions: Sessions

    def put_cookie(self, response: Response) -> None:
        self.sessions.put_cookie(response, self.token)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSignedIn:
    """The key was not right, or it was tried too often."""

    reason: Literal["kunci_salah", "terlalu_sering"]
    retry_after_seconds: int = 0


def sessions_of(request: Request) -> Sessions:
    return cast(Sessions, request.app.state.gateway.sessions)


def address_of(scope: Any) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "?"


async def sign_in(request: Request, key: str) -> SignedIn | NotSignedIn:
    """A key from the login form → a session. An old session of the same browser ends."""
    sessions = sessions_of(request)
    address, now = address_of(request.scope), time.monotonic()
    if wait := sessions.throttle.wait_seconds(address, now):
        SIGN_INS.labels(result="throttled").inc()
        return NotSignedIn(reason="terlalu_sering", retry_after_seconds=wait)
    person = sessions.person_by_key(key.strip())
    if person is None:
        sessions.throttle.failed(address, now)
        SIGN_INS.labels(result="refused").inc()
        await asyncio.sleep(0)  # the loop serves others between guesses
        return NotSignedIn(reason="kunci_salah")
    sessions.throttle.forget(address)
    if old := request.cookies.get(sessions.cookie):
        await sessions.close(old)
    await _enter_in_audit(request, person, "SignIn")
    SIGN_INS.labels(result="accepted").inc()
    known = Known(person_id=person.person_id, role=person.role, label=person.label)
    return SignedIn(person=person, token=await sessions.open(known), sessions=sessions)


async def sign_out(request: Request, response: Response) -> None:
    """Ends the session here and in the store."""
    sessions = sessions_of(request)
    if token := request.cookies.get(sessions.cookie):
        if person := visitor_of(request):
            await _enter_in_audit(request, person, "SignOut")
        await sessions.close(token)
    sessions.drop_cookie(response)


async def _enter_in_audit(request: Request, person: Person, action: str) -> None:
    gateway = request.app.state.gateway
    deed = Deed(
        at=gateway.clock.now(),
        person_id=person.person_id,
        role=person.role,
        via="sesi",
        action=action,
        target=person.person_id,
    )
    await gateway.audit.append(deed)


def person_of(request: Request) -> Person:
    """Who asks, on a route whose policy line names roles: the door let nobody else through."""
    person = visitor_of(request)
    if person is None:
        raise RuntimeError("person_of() on a route that is open to everyone")
    return person


def visitor_of(request: Request) -> Person | None:
    """Who asks, if anybody known."""
    return cast("Person | None", request.scope.get("state", {}).get("person"))


def csrf_token(request: Request) -> str:
    """For the hidden field `_csrf` or the header `X-CSRF-Token`; empty without a session."""
    return str(request.scope.get("state", {}).get("csrf", ""))


def safe_next(path: str) -> str:
    """Where to go after signing in: a path of this site, or the feed (never another site)."""
    local = path.startswith("/") and not path.startswith(("//", "/\\")) and all(" " <= c <= "~" for c in path)
    return path if local and "\\" not in path and len(path) <= 500 else "/umpan"
