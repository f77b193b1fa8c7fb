"""What the streams carry, and its bytes: a line of JSON (≤ 300 B) or a row, each with the cursor after it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from libs.schemas.envelope import Event
from services.gateway.projections import event_name
from services.gateway.views import Health

MAX_JSON_BYTES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One transition as the streams carry it. `kind`: isu, peringatan, rilis, sumber or butir."""

    kind: str
    id: str
    event: Event[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The heartbeat: server time, age of the data, counts."""

    at: datetime
    health: Health | None
    data_age_seconds: float | None

    def body(self) -> bytes:
        health = self.health
        return orjson.dumps(
            {
                "waktu": _iso(self.at),
                "umur_data_detik": None if self.data_age_seconds is None else round(self.data_age_seconds, 1),
                "menunggu": health.waiting if health else None,
                "isu": health.open_stories if health else None,
                "sumber_hidup": health.sources_live if health else None,
                "sumber": health.sources_all if health else None,
                "berita_terakhir": _iso(health.last_item_at) if health and health.last_item_at else None,
            }
        )


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_of(change: Change) -> bytes:
    """At most 300 bytes: which thing changed, how, and enough to decide whether to look at it."""
    event, data = change.event, change.event.data
    document: dict[str, Any] = {
        "jenis": change.kind,
        "id": change.id,
        "urutan": event.sequence,
        "peristiwa": event_name(event),
        "mode": event.opmode,
    }
    for name, field_name in (("status", "status"), ("keadaan", "state"), ("tingkat", "severity")):
        value = getattr(data, field_name, None)
        if isinstance(value, str | int):
            document[name] = value
    if change.kind == "isu":
        document["tingkat"] = data.severity_max
    title = str(getattr(data, "title", None) or getattr(data, "outlet_name", ""))
    room = MAX_JSON_BYTES - len(orjson.dumps({**document, "judul": ""}))
    while title and len(orjson.dumps(title)) - 2 > room:
        title = title[: min(len(title) - 1, room)]
    document["judul"] = title
    return orjson.dumps(document)


def sse(cursor: str, data: bytes) -> bytes:
    lines = b"\n".join(b"data: " + line for line in data.splitlines() or [b""])
    return b"id: " + cursor.encode() + b"\n" + lines + b"\n\n"


def named_frame(name: str, data: bytes, cursor: str | None = None) -> bytes:
    """A named event, which a browser delivers as a DOM event."""
    head = b"id: " + cursor.encode() + b"\n" if cursor else b""
    return head + b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"
