"""Photos of reports: only what one sees survives, whatever the file was."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from libs.runtime.blobs import Blobs
from services.gateway.photo_worker import LONGEST_SIDE, NotAPhoto, clean
from services.gateway.photos import Album, Cleaner
from services.gateway.problems import Problem
from tests.integration.reports_world import a_jpeg

SECRET = b"RAHASIA-3201014508950003"


def _picture(form: str, *, size: tuple[int, int] = (320, 200), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(out, form, **options)
    return out.getvalue()


def _with_exif() -> dict[str, bytes]:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 12.0, 34.5)})
    noted = PngImagePlugin.PngInfo()
    noted.add_text("Comment", SECRET.decode())
    noted.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET.decode()}</x>")
    return {
        "jpeg": _picture("JPEG", exif=exif, comment=SECRET, icc_profile=SECRET * 4, xmp=b"<x>" + SECRET + b"</x>"),
        "png": _picture("PNG", exif=exif, pnginfo=noted, icc_profile=SECRET * 4),
        "webp": _picture("WEBP", exif=exif, icc_profile=SECRET * 4, xmp=b"<x>" + SECRET + b"</x>"),
    }


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_nothing_that_is_not_seen_survives(form: str) -> None:
    content = _with_exif()[form]
    with Image.open(io.BytesIO(content)) as before:
        assert before.getexif()
    facts, cleaned = clean(content)
    assert SECRET in content or (form == "png" and b"iCCP" in content)
    assert SECRET not in cleaned
    assert facts["media_type"] == f"image/{form}"
    with Image.open(io.BytesIO(cleaned)) as after:
        assert not after.getexif()
        assert not set(after.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background"}


def test_a_photo_taken_on_its_side_stands_upright_without_the_note_that_says_so() -> None:
    facts, _ = clean(a_jpeg(640, 480))
    assert (facts["width"], facts["height"]) == (480, 640)


def test_a_large_photo_is_made_small() -> None:
    facts, cleaned = clean(_picture("JPEG", size=(6000, 4000)))
    assert (facts["width"], facts["height"]) == (LONGEST_SIDE, 1365)
    assert len(cleaned) < 300_000


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_what_hides_behind_a_picture_is_gone(form: str) -> None:
    content = _picture(form.upper())
    for hidden in (b"<script>alert(1)</script>" + SECRET, b"PK\x03\x04" + SECRET, b"%PDF-1.7 " + SECRET):
        _, cleaned = clean(content + hidden)
        assert SECRET not in cleaned and b"script" not in cleaned


def test_the_same_file_becomes_the_same_photo() -> None:
    content = a_jpeg()
    assert clean(content)[1] == clean(content)[1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"\x00" * 50,
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<html><script>alert(1)</script>",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\x00\x00\x00\x18ftypheic",
        b"BM" + b"\x00" * 60,
        b"II*\x00" + b"\x00" * 60,
        b"PK\x03\x04",
    ],
)
def test_what_is_no_jpeg_png_or_webp_is_refused_by_its_bytes(content: bytes) -> None:
    with pytest.raises(NotAPhoto, match="foto_tidak_dikenal"):
        clean(content)


@pytest.mark.parametrize("cut", [3, 12, 40, 200, 400])
@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_a_broken_photo_is_refused(form: str, cut: int) -> None:
    content = _with_exif()[form] if cut < 400 else _noisy(form)
    with pytest.raises(NotAPhoto):
        clean(content[:cut] if cut < len(content) else content[: len(content) // 2])


def _noisy(form: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(out, form)
    return out.getvalue()


def _png_bomb(width: int, height: int) -> bytes:
    """A few kilobytes that claim to be a wall of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 5_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(50_000, 50_000), (25_000, 10), (8_000, 8_000)])
def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(NotAPhoto, match="foto_terlalu_luas"):
        clean(_png_bomb(*size))


def test_see_through_stays_so_where_the_form_can() -> None:
    _, cleaned = clean(_picture("PNG", mode="RGBA"))
    with Image.open(io.BytesIO(cleaned)) as after:
        assert after.mode == "RGBA"


async def test_an_album_keeps_the_clean_photo_and_knows_it_again(tmp_path: Path) -> None:
    album = Album(Blobs(folder=tmp_path))
    try:
        photo = await album.take(a_jpeg())
        assert await album.take(a_jpeg()) == photo
        content = await album.read(photo.sha256)
        assert content is not None and len(content) == photo.bytes
        assert b"Rahasia" not in content
        again = Album(Blobs(folder=tmp_path))
        assert await again.look(photo.sha256) == photo
        assert await again.look("0" * 64) is None
    finally:
        await album.aclose()


async def test_a_worker_that_hangs_or_dies_is_replaced_and_the_next_photo_goes_through(tmp_path: Path) -> None:
    cleaner = Cleaner()
    album = Album(Blobs(folder=tmp_path), cleaner)
    try:
        first = await album.take(a_jpeg())
        (child,) = cleaner._live
        child.process.kill()
        await child.process.wait()
        with pytest.raises(Problem) as refused:
            await album.take(a_jpeg(100, 100))
        assert refused.value.status == 422
        assert await album.take(a_jpeg()) == first
        cleaner.deadline_seconds = 0.0
        with pytest.raises(Problem) as late:
            await album.take(a_jpeg(200, 100))
        assert late.value.kode == "foto_terlalu_lama"
        cleaner.deadline_seconds = 10.0
        assert (await album.take(a_jpeg())).sha256 == first.sha256
    finally:
        await album.aclose()


async def test_what_a_killed_upload_left_goes_after_an_hour(tmp_path: Path) -> None:
    album = Album(Blobs(folder=tmp_path))
    draft = tmp_path / "ab" / ".new-mati"
    draft.parent.mkdir()
    draft.write_bytes(b"setengah")
    now = draft.stat().st_mtime
    assert await album.sweep(now + 60) == 0
    assert await album.sweep(now + 3601) == 1
    assert await Album(None).sweep(now) == 0


async def test_without_a_folder_there_are_no_photos() -> None:
    with pytest.raises(Problem) as refused:
        await Album(None).take(a_jpeg())
    assert refused.value.status == 503
