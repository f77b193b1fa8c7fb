"""The child process that opens photos: frames with a picture come in on standard input, a clean one goes out.

The picture is decoded and written anew, so that nothing of the file survives but what one sees: no EXIF, GPS,
thumbnail, comment, colour profile, and nothing hidden before or behind it."""

import io
import json
import os

from PIL import Image, ImageOps

from libs.runtime.shut_in import serve_frames

MEMORY_BYTES = 768 * 1024 * 1024
# The parent's deadline is shorter; this one ends a worker whose parent was killed.
ORPHAN_SECONDS = 60
LONGEST_SIDE = 2048
# A JPEG is scaled while it is read; the others must be held whole.
MAX_PIXELS = {"JPEG": 64_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
MAX_SIDE = 20_000
_SIGNS = (("JPEG", b"\xff\xd8\xff"), ("PNG", b"\x89PNG\r\n\x1a\n"))
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class NotAPhoto(Exception):
    """The message is a slug: `foto_tidak_dikenal`, `foto_rusak`, `foto_terlalu_luas`."""


def form_of(content: bytes) -> str:
    """JPEG, PNG or WEBP by the first bytes, whatever anybody calls it."""
    for form, sign in _SIGNS:
        if content.startswith(sign):
            return form
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    raise NotAPhoto("foto_tidak_dikenal")


def clean(content: bytes) -> tuple[dict[str, object], bytes]:
    """What the picture shows, written anew (≤ 2048 px), and its facts. Raises NotAPhoto."""
    form = form_of(content)
    try:
        with Image.open(io.BytesIO(content), formats=(form,)) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS[form] or max(width, height) > MAX_SIDE:
                raise NotAPhoto("foto_terlalu_luas")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            bare = _bare(picture, form)
    except NotAPhoto:
        raise
    except Image.DecompressionBombError as error:
        raise NotAPhoto("foto_terlalu_luas") from error
    except Exception as error:
        # Decoders raise whatever a broken file makes of them.
        raise NotAPhoto("foto_rusak") from error
    out = io.BytesIO()
    if form == "PNG":
        bare.save(out, "PNG", compress_level=6)
    else:
        bare.save(out, form, quality=85)
    facts = {"media_type": MEDIA_TYPES[form], "width": bare.width, "height": bare.height}
    return facts, out.getvalue()


def _bare(picture: Image.Image, form: str) -> Image.Image:
    """Only the pixels: a new image has no information beside them that could be written along."""
    see_through = form != "JPEG" and picture.has_transparency_data
    mode = "RGBA" if see_through else "RGB"
    plain = picture.convert(mode)
    bare = Image.new(mode, plain.size)
    bare.paste(plain)
    return bare


def answer(content: bytes) -> bytes:
    """One picture → one answer: a JSON line, then the clean picture."""
    try:
        facts, cleaned = clean(content)
    except NotAPhoto as refused:
        return json.dumps({"ok": False, "reason": str(refused)}).encode() + b"\n"
    except MemoryError:
        os._exit(70)
    return json.dumps({"ok": True, **facts}).encode() + b"\n" + cleaned


def main() -> None:
    serve_frames(answer, warm_up=Image.init, memory_bytes=MEMORY_BYTES, orphan_seconds=ORPHAN_SECONDS)


if __name__ == "__main__":
    main()
