"""The people at work meanwhile, over the REST API: each press is sent until it is answered, under one key."""

import asyncio
import itertools
import struct
import uuid
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.correcting import Correctors
from tests.faults.receiving import Subscriber

DONE, PENDING = (200, 201), 202
PHONES = 3


@dataclass(slots=True)
class People:
    """Acknowledges every second alert, verifies some, corrects labels and stories, and carries a text to publication
    again and again. `quiet`: no more corrections."""

    url: str
    keys: dict[str, str]
    subscriber: Subscriber
    pages_feed: str
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: list[str] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)
    attempted: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    reports_tried: list[str] = field(default_factory=list)
    correctors: Correctors = field(init=False)

    def __post_init__(self) -> None:
        self.correctors = Correctors(self.press, self.subscriber, self.quiet)

    async def press(
        self, role: str, path: str, body: dict[str, Any] | None = None, *, may_refuse: Collection[str] = ()
    ) -> dict[str, Any] | None:
        """POSTs until somebody says yes or no; None for a no. A 202 is asked again under the same key.

        `may_refuse`: for which reasons (kode) a no is no fault."""
        key = uuid.uuid4().hex
        headers = {"authorization": f"Bearer {self.keys[role]}", "idempotency-key": key}
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                try:
                    answer = await client.post(f"{self.url}/api/v1{path}", json=body or {}, headers=headers)
                except (httpx.HTTPError, OSError):
                    await asyncio.sleep(0.2)
                    continue
                if answer.status_code in DONE:
                    said: dict[str, Any] = answer.json()
                    return said
                if answer.status_code == PENDING or answer.status_code >= 500 or answer.status_code == 404:
                    # Not yet known to everybody: the effect of an earlier step may still be on its way.
                    await asyncio.sleep(0.2)
                    continue
                if answer.json().get("kode") not in may_refuse:
                    self.refused.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                return None

    async def answer_alerts(self) -> None:
        for n in itertools.count():
            alert = (await self.subscriber.new_alerts.get()).subject
            if n % 2 == 0:
                if await self.press("operator", f"/alerts/{alert}/acknowledge"):
                    self.acknowledged.append(alert)
            elif n % 4 == 1:
                judged = {"actuality": "kejadian_baru", "severity": 3}
                if await self.press("analis", f"/alerts/{alert}/verify", judged):
                    self.verified.append(alert)

    async def publish_texts(self) -> None:
        for n in itertools.count(1):
            title = f"Klarifikasi uji {n}"
            self.attempted.append(title)
            draft = {"kind": "klarifikasi", "title": title, "body": f"Isi klarifikasi uji {n}."}
            saved = await self.press("editor", "/releases", draft)
            if saved is None:
                continue
            path, named = (
                f"/releases/{saved['entity_id']}",
                {"body_sha256": await self._fingerprint(saved["entity_id"])},
            )
            for role, step in (("editor", "submit"), ("penyetuju", "approve"), ("penyetuju", "publish")):
                if await self.press(role, f"{path}/{step}", named) is None:
                    break
            else:
                self.published.append(title)
            await asyncio.sleep(0.2)

    async def send_reports(self, phone: int) -> None:
        """A unit's phone: every report is sent until it is taken, every third once more under another press, as a phone
        does that never heard the answer. Every second has a photo."""
        for n in itertools.count(phone, PHONES):
            title = f"Panen sayur uji ke-{n}"
            report: dict[str, Any] = {
                "client_id": f"ponsel-uji-{n:06d}", "kind": "kegiatan", "title": title,
                "text": "Warga binaan memanen sayur di kebun dan membagikannya kepada warga sekitar.",
                "happened_at": "2026-11-20T09:00",
            }  # fmt: skip
            if n // PHONES % 2 == 0:
                report["photos"] = [await self._photo(a_photo(n))]
            self.reports_tried.append(title)
            for _ in range(2 if n // PHONES % 3 == 0 else 1):
                if await self.press("pelapor", "/reports", report) is not None and title not in self.reported:
                    self.reported.append(title)
            await asyncio.sleep(0.2)

    async def _photo(self, content: bytes) -> str:
        headers = {"authorization": f"Bearer {self.keys['pelapor']}", "content-type": "image/png"}
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                try:
                    answer = await client.post(f"{self.url}/api/v1/reports/photos", content=content, headers=headers)
                    if answer.status_code == 201:
                        return str(answer.json()["sha256"])
                except (httpx.HTTPError, OSError, ValueError):
                    pass
                await asyncio.sleep(0.2)

    async def add_pages(self) -> None:
        """A source whose articles are read as pages, added as a person would."""
        asked = {
            "outlet_name": "Penuh Uji", "url": self.pages_feed, "interval_seconds": 5, "full_text": True,
        }  # fmt: skip
        await self.press("analis", "/sources", asked)

    async def _fingerprint(self, release: str) -> str:
        headers = {"authorization": f"Bearer {self.keys['editor']}"}
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                try:
                    answer = await client.get(f"{self.url}/api/v1/drafts/{release}", headers=headers)
                    if answer.status_code == 200:
                        found = answer.json()
                        return str((found.get("data") or found)["body_sha256"])
                except (httpx.HTTPError, OSError):
                    pass
                await asyncio.sleep(0.2)

    async def poll_sources(self) -> None:
        """Commands for ingest: reads a source out of turn, twice a second."""
        headers = {"authorization": f"Bearer {self.keys['analis']}"}
        while True:
            try:
                async with httpx.AsyncClient(timeout=10) as client:
                    rows = (await client.get(f"{self.url}/api/v1/sources", headers=headers)).json()["rows"]
            except (httpx.HTTPError, OSError, KeyError, ValueError):
                await asyncio.sleep(0.5)
                continue
            for row in rows[:4]:
                await self.press("analis", f"/sources/{row['id']}/poll")
                await asyncio.sleep(0.5)

    def start(self) -> list[asyncio.Task[None]]:
        work = [self.add_pages(), self.answer_alerts(), self.publish_texts(), self.poll_sources()]
        phones = [self.send_reports(number) for number in range(1, PHONES + 1)]
        return [asyncio.create_task(one) for one in (*work, *phones, *self.correctors.work())]


def a_photo(number: int) -> bytes:
    """A PNG of one pixel whose colour is the number: each is a file of its own."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixel = b"\0" + number.to_bytes(3, "big")
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixel)) + chunk(b"IEND", b"")
