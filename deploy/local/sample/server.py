"""Serves the CONTOH day's feeds and takes its pushes (webhook, SMTP), on loopback only, until SIGTERM.

python -m deploy.local.sample.server --port 8099 --smtp-port 2525 --state-dir .run/sample [--write-config DIR]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from email.utils import format_datetime
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deploy.local.sample import config
from deploy.local.sample.day import Day, load_day
from deploy.local.sample.feeds import Published, document
from deploy.local.sample.inbox import Inbox, NotSigned
from deploy.local.sample.playing import PlayClock, utc_now
from libs.reference.outlets import load_outlets

HOST = "127.0.0.1"
_PUSH_BYTES = 256 * 1024
_SAVE_EACH_SECONDS = 2.0


class SampleServer:
    """Holds the day, its clock and the inbox."""

    def __init__(self, *, day: Day, clock: PlayClock, inbox: Inbox) -> None:
        self._day, self._clock, self._inbox = day, clock, inbox
        self._outlets = load_outlets(config.OUTLETS)

    def app(self, smtp_port: int) -> Starlette:
        @contextlib.asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            loop = asyncio.get_running_loop()
            mail = await loop.create_server(
                lambda: SMTP(self, hostname="kotak-contoh.example", data_size_limit=_PUSH_BYTES), HOST, smtp_port
            )
            saving = asyncio.create_task(self._save_now_and_then())
            try:
                yield
            finally:
                saving.cancel()
                mail.close()
                await mail.wait_closed()
                self._clock.save(utc_now())

        return Starlette(
            routes=[
                Route("/feeds/{name}.xml", self.feed),
                Route("/inbox/webhook", self.webhook, methods=["POST"]),
                Route("/inbox.json", self.inbox_list),
                Route("/livez", self.live),
            ],
            lifespan=lifespan,
        )

    async def feed(self, request: Request) -> Response:
        outlet = self._outlets.get(request.path_params["name"])
        if outlet is None:
            return PlainTextResponse("Tidak ada umpan ini.\n", status_code=404)
        out = self._day.until(self._clock.played(utc_now()))
        published = [
            Published(item, self._clock.wall_time(item.at_seconds))
            for item in out
            if item.outlet_id == outlet.outlet_id
        ]
        feed = document(outlet, published, opened_at=self._clock.wall_time(0))
        headers = {"etag": feed.etag, "last-modified": format_datetime(feed.modified_at, usegmt=True)}
        if feed.is_known(request.headers.get("if-none-match"), request.headers.get("if-modified-since")):
            return Response(status_code=304, headers=headers)
        return Response(feed.body, media_type=feed.content_type, headers=headers)

    async def webhook(self, request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _PUSH_BYTES:
                return JSONResponse({"galat": "terlalu besar"}, status_code=413)
        try:
            self._inbox.take_webhook(bytes(body), dict(request.headers), now=utc_now())
        except NotSigned:
            return JSONResponse({"galat": "tanda tangan tidak sah"}, status_code=401)
        return Response(status_code=204)

    async def inbox_list(self, request: Request) -> Response:
        return JSONResponse({"messages": self._inbox.messages()}, headers={"cache-control": "no-store"})

    async def live(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each mail; kept before the 250 is said."""
        content = envelope.content
        assert isinstance(content, bytes)
        for recipient in envelope.rcpt_tos:
            self._inbox.take_mail(content, recipient, now=utc_now())
        return "250 Diterima"

    async def _save_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_SAVE_EACH_SECONDS)
            self._clock.save(utc_now())


async def serve(server: SampleServer, *, port: int, smtp_port: int) -> None:
    options = uvicorn.Config(
        server.app(smtp_port), host=HOST, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=3
    )
    await AnnouncedServer(options, f"feeds and inbox on http://{HOST}:{port}, mail on {HOST}:{smtp_port}").serve()


class AnnouncedServer(uvicorn.Server):
    """Says that it is ready when both ports listen, and ends with 0 on SIGTERM: a stop that was asked for."""

    def __init__(self, options: uvicorn.Config, where: str) -> None:
        super().__init__(options)
        self._where = where

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"ready: {self._where}", flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Feeds and inbox of the CONTOH day.")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--smtp-port", type=int, default=2525)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--speed", type=float, default=1.0, help="seconds of the day that pass in one second")
    parser.add_argument("--write-config", type=Path, metavar="DIR", help="write the two files for the services and end")
    arguments = parser.parse_args(argv)
    arguments.state_dir.mkdir(parents=True, exist_ok=True)
    secrets_dir = os.environ.get("PASOPATI_SECRETS_DIR")
    secret = config.webhook_secret(arguments.state_dir, Path(secrets_dir) if secrets_dir else None)
    if arguments.write_config:
        config.write_config(arguments.write_config, base_url=f"http://{HOST}:{arguments.port}", secret=secret)
        return
    server = SampleServer(
        day=load_day(),
        clock=PlayClock(arguments.state_dir / "clock.json", now=utc_now(), speed=arguments.speed),
        inbox=Inbox(arguments.state_dir / "inbox.jsonl", secret=secret),
    )
    asyncio.run(serve(server, port=arguments.port, smtp_port=arguments.smtp_port))


if __name__ == "__main__":
    main()
