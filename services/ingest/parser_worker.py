"""The child process of the parser pool: frames with a body come in on standard input, what it holds goes out."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from typing import Any

from libs.runtime.shut_in import serve_frames

MEMORY_BYTES = 256 * 1024 * 1024
# The parent's deadline is far shorter; this one ends a worker whose parent was killed in the middle of a feed.
ORPHAN_SECONDS = 30


def _fields_of(value: Any) -> dict[str, Any]:
    """Of a dataclass, as they are: a copy of everything below them would cost more than writing them."""
    return {one.name: getattr(value, one.name) for one in fields(value)}


def answer(request: bytes) -> bytes:
    """One request (a JSON line, then the body) → one JSON answer. Never raises for anything the body does."""
    from services.ingest import articles
    from services.ingest.sources import ADAPTERS
    from services.ingest.sources.entry import NotParsed

    line, _, body = request.partition(b"\n")
    try:
        asked = json.loads(line)
        parse = articles.parse if asked["kind"] == "page" else ADAPTERS[asked["kind"]].parse
        found = parse(body, asked["content_type"])
        return json.dumps({"ok": True, **_fields_of(found)}, default=_fields_of).encode()
    except NotParsed as refused:
        return json.dumps({"ok": False, "reason": str(refused)}).encode()
    except MemoryError:
        # Half-freed memory is no ground to go on: the parent replaces this process.
        os._exit(70)
    except RecursionError:
        return json.dumps({"ok": False, "reason": "too_deep"}).encode()
    except Exception:
        return json.dumps({"ok": False, "reason": "not_a_feed"}).encode()


def main() -> None:
    serve_frames(
        answer,
        warm_up=lambda: answer(b'{"kind": "rss", "content_type": ""}\n<rss/>'),
        memory_bytes=MEMORY_BYTES,
        orphan_seconds=ORPHAN_SECONDS,
    )


if __name__ == "__main__":
    main()
