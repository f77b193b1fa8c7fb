"""The HTTP face of a service: alive, ready, metrics, and the service's own pages behind them."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]


class Face:
    """ASGI: /livez says the loop turns, /readyz that work makes progress (503 with the reasons otherwise)."""

    def __init__(self, problems: Callable[[], list[str]]) -> None:
        self._problems = problems
        self.app: AsgiApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/livez":
            await _answer(send, 200, b'{"alive": true}')
        elif scope["type"] == "http" and scope["path"] == "/readyz":
            problems = self._problems()
            body = json.dumps({"ready": not problems, "problems": problems}).encode()
            await _answer(send, 503 if problems else 200, body)
        elif scope["type"] == "http" and scope["path"] == "/metrics":
            await _answer(send, 200, generate_latest(), CONTENT_TYPE_LATEST)
        elif self.app is not None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await _answer(send, 503 if self._problems() else 404, b'{"title": "nothing here"}')

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


async def _answer(send: Send, status: int, body: bytes, kind: str = "application/json") -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
