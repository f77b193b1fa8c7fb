"""The sample server as a process: real feeds over HTTP, a signed push, a mail, a restart that goes on."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import feedparser
import httpx
import pytest
import yaml
from standardwebhooks.webhooks import Webhook

from deploy.local.places import PROJECT
from deploy.local.sample import config
from libs.reference.outlets import load_sources
from services.alerts.recipients import load_recipients
from tests.support.waiting import eventually


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Played:
    """One sample server on ports of its own."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir, self.port, self.smtp_port = state_dir, a_free_port(), a_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *, speed: float) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local.sample.server", "--port", str(self.port)),
            *("--smtp-port", str(self.smtp_port), "--state-dir", str(self.state_dir), "--speed", str(speed)),
            stdout=subprocess.PIPE,
            cwd=PROJECT,
        )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 20)
        assert line.startswith(b"ready:")

    async def stop(self) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 10)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.get(
                self.url + path, headers={name.replace("_", "-"): headers[name] for name in headers}
            )

    async def entries(self, outlet: str) -> list[Any]:
        return list(feedparser.parse((await self.get(f"/feeds/{outlet}.xml")).content).entries)


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[Played]:
    server = Played(tmp_path / "state")
    yield server
    if server.process is not None:
        await server.stop()


async def test_feeds_fill_are_parsed_and_answer_304(played: Played) -> None:
    await played.start(speed=600)

    async def whole_day() -> bool:
        return len(await played.entries("lensa-contoh")) >= 19 and len(await played.entries("harian-contoh")) >= 21

    await eventually(whole_day, within=10)
    await played.stop()
    await played.start(speed=0.001)
    for outlet, version in (("harian-contoh", "rss20"), ("lensa-contoh", "atom10")):
        answer = await played.get(f"/feeds/{outlet}.xml")
        feed = feedparser.parse(answer.content)
        assert not feed.bozo and feed.version == version
        assert all(entry.link.startswith(f"https://{outlet}.example/berita/") for entry in feed.entries)
        times = [entry.published_parsed for entry in feed.entries]
        assert times == sorted(times, reverse=True)
        assert (await played.get(f"/feeds/{outlet}.xml", if_none_match=answer.headers["etag"])).status_code == 304
        modified = answer.headers["last-modified"]
        assert (await played.get(f"/feeds/{outlet}.xml", if_modified_since=modified)).status_code == 304
        assert (await played.get(f"/feeds/{outlet}.xml", if_none_match='"other"')).status_code == 200
    assert (await played.get("/feeds/tidak-ada.xml")).status_code == 404


async def test_a_restart_goes_on_with_the_day_and_keeps_its_times(played: Played) -> None:
    await played.start(speed=60)
    await eventually(lambda: played.entries("humas-contoh"), within=10)
    before = {entry.id: entry.published for entry in await played.entries("humas-contoh")}
    assert await played.stop() == 0
    await played.start(speed=60)
    after = {entry.id: entry.published for entry in await played.entries("humas-contoh")}
    assert before.items() <= after.items()
    assert len(after) < 11


async def test_pushes_arrive_in_the_inbox_and_survive_a_kill(played: Played) -> None:
    await played.start(speed=0.001)
    secret = config.webhook_secret(played.state_dir)
    body = json.dumps(
        {"alert_id": "a-1", "title": "Pelarian", "text": "[SERIUS] Pelarian", "recipient_role": "operator"}
    )
    headers = {
        "webhook-id": "n-1",
        "webhook-timestamp": str(int(datetime.now(UTC).timestamp())),
        "webhook-signature": Webhook(secret).sign("n-1", datetime.now(UTC), body),
    }
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(f"{played.url}/inbox/webhook", content=body, headers=headers)).status_code == 204
        assert (await client.post(f"{played.url}/inbox/webhook", content=body)).status_code == 401
        huge = await client.post(f"{played.url}/inbox/webhook", content=b"x" * 300_000)
        assert huge.status_code == 413
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "pasopati@contoh.example",
        "analis@kotak-contoh.example",
        "[SERIUS] Pelarian",
    )
    mail["X-Pasopati-Notification-Id"] = "n-2"
    mail.set_content("CONTOH.")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=played.smtp_port)
    assert played.process is not None
    played.process.kill()
    await played.process.wait()
    await played.start(speed=0.001)
    messages = (await played.get("/inbox.json")).json()["messages"]
    assert [(message["kind"], message["notification_id"]) for message in messages] == [
        ("email", "n-2"),
        ("webhook", "n-1"),
    ]


def listening_sockets() -> list[str]:
    return [line for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]


async def test_it_listens_on_loopback_only(played: Played) -> None:
    await played.start(speed=0.001)
    listening = {
        line.split()[1].split(":")[0]
        for line in listening_sockets()
        if line.split()[1].endswith((f":{played.port:04X}", f":{played.smtp_port:04X}")) and line.split()[3] == "0A"
    }
    assert listening == {"0100007F"}


def test_the_written_files_are_what_the_services_read(tmp_path: Path) -> None:
    secret = config.webhook_secret(tmp_path)
    config.write_config(tmp_path / "run", base_url="http://127.0.0.1:8123", secret=secret)
    seeds = load_sources(tmp_path / "run" / "sample_sources.yaml")
    assert len(seeds) == 12
    assert all(seed.opmode == "sample" and seed.enabled for seed in seeds)
    assert seeds[0].url == "http://127.0.0.1:8123/feeds/harian-contoh.xml"
    assert {seed.zone for seed in seeds} == {"WIB", "WITA", "WIT"}
    path = tmp_path / "run" / "recipients.yaml"
    assert path.stat().st_mode & 0o777 == 0o600
    people = load_recipients(path)
    assert [one.role for one in people.on("sample", (1, 2, 3))] == ["operator", "analis", "pimpinan_krisis"]
    assert people.on("live", (1, 2, 3)) == [] and people.on("drill", (1, 2, 3)) == []
    assert yaml.safe_load(path.read_text()).keys() == {"sample"}
