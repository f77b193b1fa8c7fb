"""The sample server's addresses → the files that tell ingest and alerts about it, and the secret it checks with."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from typing import Any

import yaml

OUTLETS = Path(__file__).parent / "sources.yaml"
SECRET_NAME = "sample_webhook_secret"
# The rungs of the ladder and who stands on each.
RUNGS = {1: "operator", 2: "analis", 3: "pimpinan_krisis"}


def webhook_secret(state_dir: Path, secrets_dir: Path | None = None) -> str:
    """whsec_…, from the launcher's secret (hexadecimal) or one of our own, made once and readable by its owner only."""
    path = (secrets_dir or state_dir) / SECRET_NAME
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return "whsec_" + base64.b64encode(bytes.fromhex(path.read_text(encoding="utf-8").strip())).decode()


def sources(base_url: str) -> dict[str, Any]:
    """The sources file with the feeds at this run's address; their ids stay the same (see `key`)."""
    data: dict[str, Any] = yaml.safe_load(OUTLETS.read_text(encoding="utf-8"))
    for outlet in data["outlets"]:
        for feed in outlet["feeds"]:
            feed["url"] = base_url + feed["url"]
    return data


def recipients(base_url: str, secret: str) -> dict[str, Any]:
    """The sample's recipients: one on each rung, each with a webhook and a mail address, all of them the inbox."""
    return {
        "sample": {
            rung: [
                {
                    "id": f"kotak-contoh-{role.replace('_', '-')}",
                    "role": role,
                    "channels": [
                        {"kind": "webhook", "url": f"{base_url}/inbox/webhook", "secret": secret},
                        {"kind": "email", "to": f"{role.replace('_', '.')}@kotak-contoh.example"},
                    ],
                }
            ]
            for rung, role in RUNGS.items()
        }
    }


def write_config(folder: Path, *, base_url: str, secret: str) -> None:
    """sample_sources.yaml and recipients.yaml, the latter readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (
        ("sample_sources.yaml", sources(base_url)),
        ("recipients.yaml", recipients(base_url, secret)),
    ):
        path = folder / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            yaml.safe_dump(data, file, allow_unicode=True, sort_keys=False)
