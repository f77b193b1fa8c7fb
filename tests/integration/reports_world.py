"""A real gateway and ingest, reporters of several units, and what they send."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

from services.gateway.keys import DEVELOPMENT_PEOPLE
from services.gateway.people import hash_key, new_key, write_people
from services.gateway.settings import GatewaySettings
from tests.support.feeds import sources_file
from tests.support.running import SECRET_KEY, Running, Service

UNIT = "contoh-lapas-iia-utara"


def people_of_units(directory: Path, units: Mapping[str, str]) -> tuple[Path, dict[str, str]]:
    """A people file with everybody of `keys init` and one reporter per unit (name → unit_id); their keys."""
    pepper = GatewaySettings(secret_key=SECRET_KEY).derived_key("people")
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    roles: dict[str, tuple[str, str, str]] = {
        name: (role, label, "") for name, (role, label) in DEVELOPMENT_PEOPLE.items() if role != "pelapor_upt"
    }
    roles |= {name: ("pelapor_upt", f"Pelapor {name}"[:60], unit) for name, unit in units.items()}
    keys = {name: new_key() for name in roles}
    people = [
        {
            "person_id": name.replace("_", "-"),
            "role": role,
            "label": label,
            **({"unit_id": unit} if unit else {}),
            "keys": [{"hash": hash_key(pepper, keys[name]), "expires": until}],
        }
        for name, (role, label, unit) in roles.items()
    ]
    file = directory / "people.yaml"
    file.write_text(write_people(people))
    return file, keys


def a_report_body(**changes: Any) -> dict[str, Any]:
    """What a phone sends; times are the unit's own."""
    local = datetime.now(UTC) + timedelta(hours=7) - timedelta(minutes=30)
    body: dict[str, Any] = {
        "client_id": f"ponsel-{uuid4().hex}",
        "kind": "kegiatan",
        "title": "Panen sayur di kebun lapas",
        "text": "Warga binaan memanen 40 kg sayur di kebun lapas. Hasilnya untuk dapur.",
        "happened_at": local.strftime("%Y-%m-%dT%H:%M"),
    }
    return body | changes


def a_jpeg(width: int = 640, height: int = 480, *, colour: tuple[int, int, int] = (40, 90, 60)) -> bytes:
    """A photo as a phone writes it: with a maker, a place on earth and a comment."""
    image = Image.new("RGB", (width, height), colour)
    exif = Image.Exif()
    exif[0x010F] = "Pembuat Rahasia"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 12.0, 34.5), 3: "E", 4: (106.0, 49.0, 12.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"catatan rahasia")
    return out.getvalue()


@dataclass(slots=True, kw_only=True)
class Reporting:
    """The gateway's address and keys; sends as one of its people."""

    gateway: Service
    ingest: Service
    keys: dict[str, str]
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def client(self, name: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.keys[name]}"}
        return httpx.AsyncClient(base_url=self.gateway.url, headers=headers, timeout=20)

    async def send(self, name: str, body: dict[str, Any], *, key: str | None = None) -> httpx.Response:
        async with self.client(name) as client:
            return await client.post("/api/v1/reports", json=body, headers={"Idempotency-Key": key or uuid4().hex})


async def start_reporting(
    running: Running,
    tmp_path: Path,
    *,
    units: Mapping[str, str] | None = None,
    ingest_env: Mapping[str, str] | None = None,
) -> Reporting:
    """Both services, with a reporter `pelapor` of a unit of the sample."""
    people, keys = people_of_units(tmp_path, units or {"pelapor": UNIT})
    sources = sources_file(tmp_path / "sources.yaml", {"harian-contoh": []}, opmode="live", enabled=False)
    running.env |= {"PASOPATI_PEOPLE_FILE": str(people), "PASOPATI_SOURCES_FILE": str(sources)}
    ingest = await running.start("ingest", wait=False, env=dict(ingest_env or {}))
    gateway = await running.start("gateway", wait=False)
    await ingest.ready()
    await gateway.ready()
    return Reporting(gateway=gateway, ingest=ingest, keys=keys)
