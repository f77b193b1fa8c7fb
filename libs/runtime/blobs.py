"""Photos and files on disk, named by the sha256 of their content: written once, never changed."""

import asyncio
import hashlib
import os
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from libs.runtime.crashpoint import crashpoint

_SHA256 = re.compile("[0-9a-f]{64}")
_DRAFT = ".new-"
_ASIDE = ".aside-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blobs:
    """A folder of blobs. The same bytes are one file, however often and from however many processes they are put.

    A blob appears whole or not at all: written beside its place, synced, renamed, the folder synced."""

    folder: Path

    async def put(self, content: bytes) -> str:
        """The sha256 under which the content is kept from now on; OSError when the disk refuses."""
        return await asyncio.to_thread(self._put, content)

    async def get(self, sha256: str) -> bytes | None:
        """The content; None: not here (or not a sha256)."""
        return await asyncio.to_thread(self._get, sha256)

    async def retire(self, sha256: str, wanted: Callable[[], Awaitable[bool]]) -> bool:
        """Ends a blob's life (retention), unless somebody wants it again by now; whether it ended.

        It is laid aside before `wanted` is asked: who puts the same bytes meanwhile either makes that answer yes, or
        finds no blob and writes it anew. One that was laid aside by a process that died is asked about again."""
        if not await asyncio.to_thread(self._lay_aside, sha256):
            return False
        if await wanted():
            await asyncio.to_thread(self._aside(sha256).replace, self._place(sha256))
            return False
        await asyncio.to_thread(self._aside(sha256).unlink, True)
        return True

    def all(self) -> Iterator[tuple[str, float]]:
        """Every blob with the time it was first put (seconds since 1970); for retention, off the event loop."""
        for path in self.folder.glob("??/*"):
            name = path.name.removeprefix(_ASIDE)
            if _SHA256.fullmatch(name):
                yield name, path.stat().st_mtime

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def _put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._place(sha256)
        if place.exists():
            return sha256
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_name(f"{_DRAFT}{uuid.uuid4().hex}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            crashpoint("blobs.before_rename")
            draft.rename(place)
        finally:
            draft.unlink(missing_ok=True)
        _sync(place.parent)
        _sync(self.folder)
        return sha256

    def _get(self, sha256: str) -> bytes | None:
        if not _SHA256.fullmatch(sha256):
            return None
        try:
            return self._place(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def _aside(self, sha256: str) -> Path:
        place = self._place(sha256)
        return place.with_name(f"{_ASIDE}{place.name}")

    def _lay_aside(self, sha256: str) -> bool:
        if not _SHA256.fullmatch(sha256):
            return False
        try:
            self._place(sha256).replace(self._aside(sha256))
        except FileNotFoundError:
            return self._aside(sha256).exists()
        return True

    def forget_drafts(self, *, older_than_seconds: float, now: float) -> int:
        """Removes what a killed process left half written; how many."""
        count = 0
        for path in self.folder.glob(f"??/{_DRAFT}*"):
            if now - path.stat().st_mtime > older_than_seconds:
                path.unlink(missing_ok=True)
                count += 1
        return count


def _sync(folder: Path) -> None:
    # The name of a new file is durable only when its folder is.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
