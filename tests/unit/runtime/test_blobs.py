"""Blobs: named by content, written once and whole, found again."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from libs.runtime.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(folder=tmp_path / "blobs")


async def test_what_is_put_is_found_under_its_sha256(blobs: Blobs) -> None:
    sha256 = await blobs.put(b"isi")
    assert sha256 == hashlib.sha256(b"isi").hexdigest()
    assert await blobs.get(sha256) == b"isi"


async def test_the_same_content_twice_is_one_file_that_nobody_touched(blobs: Blobs) -> None:
    sha256 = await blobs.put(b"isi")
    (first,) = [path for path in blobs.folder.rglob("*") if path.is_file()]
    before = first.stat()
    assert await blobs.put(b"isi") == sha256
    assert first.stat().st_mtime_ns == before.st_mtime_ns
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == [first]


async def test_nobody_else_on_the_machine_may_read_it(blobs: Blobs) -> None:
    sha256 = await blobs.put(b"isi")
    file = blobs.folder / sha256[:2] / sha256
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "/", "\x00" * 64])
async def test_what_is_no_sha256_is_nowhere(blobs: Blobs, name: str) -> None:
    assert await blobs.get(name) is None
    assert await blobs.retire(name, nobody) is False


async def test_a_full_disk_leaves_nothing_half_written(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        await blobs.put(b"isi")
    monkeypatch.undo()
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []
    assert await blobs.get(hashlib.sha256(b"isi").hexdigest()) is None


async def test_what_a_killed_process_left_is_swept_and_nothing_else(blobs: Blobs) -> None:
    sha256 = await blobs.put(b"isi")
    draft = blobs.folder / sha256[:2] / ".new-mati"
    draft.write_bytes(b"setengah")
    now = draft.stat().st_mtime
    assert blobs.forget_drafts(older_than_seconds=60, now=now) == 0
    assert blobs.forget_drafts(older_than_seconds=60, now=now + 61) == 1
    assert [name for name, _ in blobs.all()] == [sha256]


async def test_a_blob_ends_when_its_time_is_over(blobs: Blobs) -> None:
    sha256 = await blobs.put(b"isi")
    assert await blobs.retire(sha256, nobody) is True
    assert await blobs.get(sha256) is None
    assert await blobs.retire(sha256, nobody) is False
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []


async def test_a_blob_that_is_wanted_meanwhile_stays(blobs: Blobs) -> None:
    sha256 = await blobs.put(b"isi")

    async def put_again() -> bool:
        assert await blobs.put(b"isi") == sha256, "whoever comes in between finds no blob and writes one"
        return True

    assert await blobs.retire(sha256, put_again) is False
    assert await blobs.get(sha256) == b"isi"


async def test_one_laid_aside_by_a_process_that_died_is_asked_about_again(blobs: Blobs) -> None:
    sha256 = await blobs.put(b"isi")

    async def die() -> bool:
        raise ConnectionError("killed")

    with pytest.raises(ConnectionError):
        await blobs.retire(sha256, die)
    assert [name for name, _ in blobs.all()] == [sha256]

    async def wanted() -> bool:
        return True

    assert await blobs.retire(sha256, wanted) is False
    assert await blobs.get(sha256) == b"isi"


async def nobody() -> bool:
    return False
