"""The door that every request passes: who asks, may they, is the form ours, is the body bearable; and what leaves."""

import asyncio
import hmac
import time
from collections.abc import Mapping
from functools import partial
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.runtime.mongo import PyMongoError
from services.gateway.answers import SAFE_METHODS, Answers
from services.gateway.auth import Person, Sessions, address_of
from services.gateway.inputs import indecent_json
from services.gateway.metrics import REQUESTS
from services.gateway.policy import Line, Policy
from services.gateway.problems import Problem

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_BODY_SECONDS = 15.0
_UPLOAD_SECONDS = 90.0
_HEADERS: list[tuple[bytes, bytes]] = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]


class Door:
    """Raw ASGI in front of everything. `streams` are paths served without FastAPI (the live feeds)."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        sessions: Sessions,
        policy: Policy,
        max_body_bytes: int,
        large_bodies: Mapping[str, int] | None = None,
        streams: Mapping[str, ASGIApp],
        answers: Answers,
        public_url: str = "",
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._policy = policy
        self._max_body_bytes = max_body_bytes
        self._large_bodies = large_bodies or {}
        self._streams = streams
        self._answers = answers
        self._public_host = urlsplit(public_url).netloc
        secure = public_url.startswith("https://")
        self._headers = [*_HEADERS, (b"strict-transport-security", b"max-age=31536000")] if secure else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        leaving = _Leaving(scope, send, self._headers)
        asked, scope = scope, {**scope, "state": {}}
        if asked["method"] == "HEAD" and scope["path"] not in self._streams:
            scope["method"] = "GET"  # the server leaves the body away
        line: Line | None = None
        try:
            line = self._line(scope)
            receive = await self._admit(scope, receive, line)
            await self._streams.get(scope["path"], self._app)(scope, receive, leaving)
        except Exception as error:
            if not leaving.started:
                await self._answers.to(scope, error)(scope, receive, leaving)
            elif not leaving.finished:
                raise  # half an answer is out: only closing the connection tells the truth
        finally:
            route = line.route if line and not self._policy.is_file(line.route) else "-"
            REQUESTS.labels(method=asked["method"] if line else "-", route=route, status=leaving.status).inc()

    def _line(self, scope: Scope) -> Line:
        line = self._policy.line_for(scope["method"], scope["path"])
        if line is None:
            if methods := self._policy.methods_of(scope["path"]):
                raise Problem(status=405, headers={"Allow": ", ".join(methods)})
            raise Problem(status=404)
        return line

    async def _admit(self, scope: Scope, receive: Receive, line: Line) -> Receive:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        state = scope.setdefault("state", {})
        if line.open and self._policy.is_file(scope["path"]):
            return receive
        person, token = await self._who(scope, headers, open_route=line.open)
        state["person"] = person
        state["csrf"] = self._sessions.csrf_of(token) if token else ""
        if not line.open:
            if person is None:
                raise Problem(status=401, headers={"WWW-Authenticate": 'Bearer realm="pasopati"'})
            if not line.admits(person.role):
                raise Problem(status=403, detail=_for_whom(line, person))
            state["still_allowed"] = partial(self._still_allowed, scope, headers, line, person)
        if scope["method"] in SAFE_METHODS:
            return receive
        _same_site(headers, self._public_host)
        body = await self._body(headers, receive, large=self._large_bodies.get(scope["path"], 0))
        if token and not hmac.compare_digest(_form_token(headers, body).encode(), state["csrf"].encode()):
            raise Problem(status=403, kode="formulir_usang", title="Formulir ini sudah usang. Muat ulang halamannya")
        if "json" in headers.get(b"content-type", "") and (flaw := indecent_json(body)):
            raise Problem(status=422 if flaw.well_formed else 400, kode=flaw.kode, title=flaw.title)
        return _replay(body, receive)

    async def _still_allowed(self, scope: Scope, headers: Mapping[bytes, str], line: Line, person: Person) -> bool:
        """Whether the one who opened a stream would be let in again, in the same role."""
        try:
            now, _ = await self._who(scope, headers, open_route=False)
        except Problem:
            return False
        return now is not None and now.role == person.role and line.admits(now.role)

    async def _who(
        self, scope: Scope, headers: Mapping[bytes, str], *, open_route: bool
    ) -> tuple[Person | None, str | None]:
        """The person, and the session's token when it is one. A wrong key is a refusal, an old cookie is nobody."""
        self._sessions.people.look(time.monotonic())
        if authorization := headers.get(b"authorization"):
            return self._by_bearer(scope, authorization), None
        token = _cookie(headers.get(b"cookie", ""), self._sessions.cookie)
        if not token:
            return None, None
        try:
            person = await self._sessions.person_of(token)
        except PyMongoError:
            if open_route:
                return None, None  # the public pages do not need to know who asks
            raise
        return person, token if person else None

    def _by_bearer(self, scope: Scope, authorization: str) -> Person:
        scheme, _, key = authorization.partition(" ")
        address, now = address_of(scope), time.monotonic()
        person = self._sessions.person_by_key(key.strip()) if scheme.lower() == "bearer" else None
        if person is None:
            # A right key always comes in: one system with an old key must not shut out its neighbours.
            if wait := self._sessions.strangers.wait_seconds(address, now):
                raise Problem(status=429, headers={"Retry-After": str(wait)})
            self._sessions.strangers.failed(address, now)
            raise Problem(
                status=401, kode="kunci_salah", title="Kunci tidak dikenal", headers={"WWW-Authenticate": "Bearer"}
            )
        return person

    async def _body(self, headers: Mapping[bytes, str], receive: Receive, *, large: int = 0) -> bytes:
        """The whole body. `large`: the bytes that an upload may have; it also gets the time a slow phone needs."""
        limit, patience = max(self._max_body_bytes, large), _UPLOAD_SECONDS if large else _BODY_SECONDS
        declared = headers.get(b"content-length", "0")
        if not declared.isdigit() or len(declared) > 12:
            raise Problem(status=400)
        if int(declared) > limit:
            raise Problem(status=413)
        chunks, size = [], 0
        try:
            async with asyncio.timeout(patience):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Problem(status=400)
                    chunk = message.get("body", b"")
                    size += len(chunk)
                    if size > limit:
                        raise Problem(status=413)
                    chunks.append(chunk)
                    if not message.get("more_body"):
                        return b"".join(chunks)
        except TimeoutError:
            raise Problem(status=408, headers={"Connection": "close"}) from None


class _Leaving:
    """Adds the headers that every answer carries, and remembers what left."""

    def __init__(self, scope: Scope, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self._public = scope["path"].startswith("/aset/")
        self.started = False
        self.finished = False
        self.status = "-"

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started, self.status = True, str(message["status"])
            present = {name.lower() for name, _ in message["headers"]}
            extra = [header for header in self._headers if header[0] not in present]
            if b"cache-control" not in present:
                # Names of built files carry a hash of their content.
                lasting = self._public and message["status"] == 200
                extra.append((b"cache-control", b"public, max-age=31536000, immutable" if lasting else b"no-store"))
            message = {**message, "headers": [*message["headers"], *extra]}
        await self._send(message)
        self.finished = message["type"] == "http.response.body" and not message.get("more_body")


def _for_whom(line: Line, person: Person) -> str:
    names = ", ".join(sorted(role.replace("_", " ") for role in line.roles))
    return f"Ini untuk {names}. Peran Anda: {person.role.replace('_', ' ')}."


def _same_site(headers: Mapping[bytes, str], public_host: str) -> None:
    """Refuses what a browser sends from another site (programs send neither header)."""
    origin = headers.get(b"origin")
    elsewhere = origin is not None and urlsplit(origin).netloc not in {headers.get(b"host", ""), public_host or "-"}
    if elsewhere or headers.get(b"sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Problem(status=403, kode="dari_situs_lain", title="Permintaan ini datang dari situs lain")


def _form_token(headers: Mapping[bytes, str], body: bytes) -> str:
    if token := headers.get(b"x-csrf-token"):
        return token
    if headers.get(b"content-type", "").startswith("application/x-www-form-urlencoded"):
        try:
            return parse_qs(body.decode("ascii"), max_num_fields=200).get("_csrf", [""])[0]
        except ValueError:
            return ""
    return ""


def _cookie(header: str, name: str) -> str | None:
    if name not in header:
        return None
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body, once more for the application; afterwards the connection's own messages."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
