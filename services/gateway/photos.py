"""Photos of unit reports: cleaned in a child process, kept by content, described for the event that names them."""

import asyncio
import contextlib
import hashlib
import io
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from PIL import Image

from libs.runtime.blobs import Blobs
from libs.runtime.shut_in import LENGTH
from libs.runtime.telemetry import log
from libs.schemas.reports import Photo
from services.gateway.metrics import PHOTOS
from services.gateway.photo_keeping import PhotoKeeping
from services.gateway.photo_worker import MEDIA_TYPES
from services.gateway.problems import Problem

WORKERS = 2
DEADLINE_SECONDS = 10.0
START_SECONDS = 20.0
PHOTOS_PER_WORKER = 200
MAX_WAITING = 24
DRAFT_SECONDS = 3600.0
_MAX_REPLY_BYTES = 64 * 1024 * 1024
_REMEMBERED = 2_000
_WORDS = {
    "foto_tidak_dikenal": "Bentuk foto ini tidak dikenal. Kirim JPEG, PNG, atau WebP.",
    "foto_rusak": "Foto ini tidak terbaca. Ambil ulang, lalu kirim lagi.",
    "foto_terlalu_luas": "Foto ini terlalu luas. Kecilkan, lalu kirim lagi.",
    "foto_terlalu_lama": "Foto ini tidak terbaca dalam waktunya. Kecilkan, lalu kirim lagi.",
}


class _Child:
    """One worker process; the frames on its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.done = 0

    @classmethod
    async def start(cls) -> "_Child":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.gateway.photo_worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Nothing of the service's settings, least of all its keys, is of use to a decoder.
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            start_new_session=True,
        )
        child = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS):
                await child._frame()
        except BaseException:
            await child.end()
            raise
        return child

    async def ask(self, content: bytes) -> bytes:
        assert self.process.stdin is not None
        self.process.stdin.write(LENGTH.pack(len(content)))
        self.process.stdin.write(content)
        await self.process.stdin.drain()
        self.done += 1
        return await self._frame()

    async def _frame(self) -> bytes:
        assert self.process.stdout is not None
        size = LENGTH.unpack(await self.process.stdout.readexactly(LENGTH.size))[0]
        if size > _MAX_REPLY_BYTES:
            raise ValueError("reply too large")
        return await self.process.stdout.readexactly(size)

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


@dataclass(slots=True)
class Cleaner:
    """Two children, made when first needed, replaced when they hang, die or grow old."""

    deadline_seconds: float = DEADLINE_SECONDS
    _idle: list[_Child] = field(default_factory=list)
    _live: set[_Child] = field(default_factory=set)
    _seats: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WORKERS))
    _waiting: int = 0

    async def clean(self, content: bytes) -> tuple[dict[str, object], bytes]:
        """Facts and clean bytes. Problem 415 or 422 for what is no photo, 503 when too many wait."""
        if self._waiting >= MAX_WAITING:
            raise Problem(status=503, kode="foto_antre", title="Terlalu banyak foto", headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            async with self._seats:
                line, _, cleaned = (await self._asked(content)).partition(b"\n")
        finally:
            self._waiting -= 1
        facts = json.loads(line)
        if not facts.pop("ok"):
            raise refused(str(facts["reason"]))
        return facts, cleaned

    async def _asked(self, content: bytes) -> bytes:
        child = self._idle.pop() if self._idle else await self._new()
        try:
            async with asyncio.timeout(self.deadline_seconds):
                reply = await child.ask(content)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError) as error:
            await self._end(child)
            log.warning("photo worker replaced", problem=type(error).__name__)
            raise refused("foto_terlalu_lama" if isinstance(error, TimeoutError) else "foto_rusak") from None
        except BaseException:
            await self._end(child)
            raise
        if child.done >= PHOTOS_PER_WORKER:
            await self._end(child)
        else:
            self._idle.append(child)
        return reply

    async def _new(self) -> _Child:
        child = await _Child.start()
        self._live.add(child)
        return child

    async def _end(self, child: _Child) -> None:
        self._live.discard(child)
        await child.end()

    async def aclose(self) -> None:
        for child in list(self._live):
            await self._end(child)
        self._idle.clear()


def refused(reason: str) -> Problem:
    PHOTOS.labels(result=reason).inc()
    status = 415 if reason == "foto_tidak_dikenal" else 422
    return Problem(status=status, kode=reason, title=_WORDS[reason])


class Album:
    """Where photos go and come from; without a folder there are none."""

    def __init__(
        self, blobs: Blobs | None, cleaner: Cleaner | None = None, *, keeping: PhotoKeeping | None = None
    ) -> None:
        self._blobs = blobs
        self._cleaner = cleaner or Cleaner()
        self._keeping = keeping
        self._known: OrderedDict[str, Photo] = OrderedDict()

    async def take(self, content: bytes) -> Photo:
        """Cleans and keeps; the same picture again is the same photo. Problem for what is none."""
        blobs = self._opened()
        facts, cleaned = await self._cleaner.clean(content)
        if self._keeping:
            await self._keeping.taken(hashlib.sha256(cleaned).hexdigest())
        sha256 = await blobs.put(cleaned)
        photo = Photo.model_validate({"sha256": sha256, "bytes": len(cleaned), **facts})
        self._remember(photo)
        PHOTOS.labels(result="kept").inc()
        return photo

    async def used(self, photos: Iterable[Photo]) -> None:
        """A report that shows them is about to be sent: they live as long as it does."""
        if self._keeping:
            await self._keeping.used(photo.sha256 for photo in photos)

    async def look(self, sha256: str) -> Photo | None:
        """What is known of a kept photo; None: there is none."""
        if sha256 in self._known:
            return self._known[sha256]
        content = await self.read(sha256)
        if content is None:
            return None
        photo = await asyncio.to_thread(_described, sha256, content)
        self._remember(photo)
        return photo

    async def read(self, sha256: str) -> bytes | None:
        return await self._opened().get(sha256)

    async def keep_sweeping(self, stopping: asyncio.Event) -> None:
        """Ends photos whose time is over, until the service stops."""
        if self._blobs and self._keeping:
            await self._keeping.keep_sweeping(self._blobs, stopping)
        else:
            await stopping.wait()

    async def sweep(self, now: float) -> int:
        """Removes what uploads left half written when their process was killed; how many."""
        if self._blobs is None:
            return 0
        return await asyncio.to_thread(self._blobs.forget_drafts, older_than_seconds=DRAFT_SECONDS, now=now)

    def _opened(self) -> Blobs:
        if self._blobs is None:
            raise Problem(status=503, kode="tanpa_tempat_foto", title="Tempat foto belum disiapkan")
        return self._blobs

    def _remember(self, photo: Photo) -> None:
        self._known[photo.sha256] = photo
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    async def aclose(self) -> None:
        await self._cleaner.aclose()


def _described(sha256: str, content: bytes) -> Photo:
    # Written by our own worker: only its head is read here.
    with Image.open(io.BytesIO(content), formats=tuple(MEDIA_TYPES)) as opened:
        width, height = opened.size
        media_type = MEDIA_TYPES[str(opened.format)]
    return Photo.model_validate(
        {"sha256": sha256, "media_type": media_type, "bytes": len(content), "width": width, "height": height}
    )
