"""A Mastodon server of a test: accounts and hashtags with real paging, and every way to answer badly."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.feeds import Answer, head


def post(number: int, **changes: Any) -> dict[str, Any]:
    """A public post as the API gives it; ids grow like a snowflake's."""
    id_ = str(110_000_000_000_000_000 + number)
    made: dict[str, Any] = {
        "id": id_,
        "uri": f"https://sosial.contoh.example/users/warga/statuses/{id_}",
        "url": f"https://sosial.contoh.example/@warga/{id_}",
        "created_at": f"2026-11-21T05:{number // 60 % 60:02}:{number % 60:02}.000Z",
        "edited_at": None,
        "visibility": "public",
        "language": "id",
        "spoiler_text": "",
        "content": f"<p>CONTOH: unggahan {number} tentang Lapas Contoh Utara</p>",
        "reblog": None,
        "in_reply_to_account_id": None,
        "reblogs_count": number,
        "media_attachments": [],
        "account": {"id": "7", "acct": "warga", "display_name": "Warga Contoh", "bot": False, "followers_count": 1200},
    }
    return made | changes


@dataclass(slots=True, kw_only=True)
class MastodonServer:
    """`posts`: oldest first. `special`: path (without query) → an answer of its own, before anything else."""

    port: int = 0
    posts: list[dict[str, Any]] = field(default_factory=list)
    account: dict[str, Any] = field(default_factory=lambda: {"id": "7", "acct": "warga", "username": "warga"})
    special: dict[str, Answer] = field(default_factory=dict)
    extra_headers: dict[str, str] = field(default_factory=dict)
    with_link: bool = True
    honours_since: bool = True
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def times(self, part: str) -> int:
        return sum(part in path for path in self.asked)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            line = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[0]
            target = line.split(" ")[1]
            self.asked.append(target)
            split = urlsplit(target)
            if split.path in self.special:
                await self.special[split.path](writer)
            else:
                writer.write(self._answer(split.path, parse_qs(split.query)))
            await writer.drain()
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    def _answer(self, path: str, query: dict[str, list[str]]) -> bytes:
        if path == "/api/v1/accounts/lookup":
            known = query.get("acct") == [self.account["acct"]]
            return self._json(self.account) if known else head("404 Not Found", length=0)
        if path == f"/api/v1/accounts/{self.account['id']}/statuses" or path.startswith("/api/v1/timelines/tag/"):
            return self._page(unquote(path), query)
        return head("404 Not Found", length=0)

    def _page(self, path: str, query: dict[str, list[str]]) -> bytes:
        below, above = int(query.get("max_id", ["9" * 19])[0]), int(query.get("since_id", ["0"])[0])
        matching = [one for one in self.posts if int(one["id"]) < below]
        if self.honours_since:
            matching = [one for one in matching if int(one["id"]) > above]
        page = sorted(matching, key=lambda one: int(one["id"]), reverse=True)[: int(query["limit"][0])]
        links = {}
        if self.with_link and page:
            prev, next_ = page[0]["id"], page[-1]["id"]
            links["link"] = (
                f'<{self.url(path)}?limit=40&max_id={next_}>; rel="next", <{self.url(path)}?min_id={prev}>; rel="prev"'
            )
        return self._json(page, **links)

    def _json(self, value: Any, **headers: str) -> bytes:
        body = json.dumps(value).encode()
        kind = "application/json; charset=utf-8"
        return head("200 OK", length=len(body), content_type=kind, **headers, **self.extra_headers) + body


def answering(body: str | bytes, *, status: str = "200 OK", **headers: str) -> Answer:
    """That body, whatever was asked."""
    told = body.encode() if isinstance(body, str) else body

    async def answer(writer: asyncio.StreamWriter) -> None:
        given = {"content_type": "application/json", **headers}
        writer.write(head(status, length=len(told), **given) + told)

    return answer


@asynccontextmanager
async def mastodon_server() -> AsyncIterator[MastodonServer]:
    fake = MastodonServer()
    server = await asyncio.start_server(fake._handle, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
