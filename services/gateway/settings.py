"""Settings of the gateway (`PASOPATI_…`)."""

import json
import os
from pathlib import Path

from pydantic import Field, SecretStr

from libs.runtime.settings import ServiceSettings
from libs.schemas.envelope import OpMode


class GatewaySettings(ServiceSettings):
    """The shared settings, and: who may come in, where it can be reached from outside, which modes it shows."""

    people_file: Path | None = None
    public_url: str = ""
    sample_inbox_url: str | None = None
    opmodes: tuple[OpMode, ...] = ("live", "drill", "sample")
    session_hours: float = Field(default=12, gt=0, le=24)
    command_patience_seconds: float = Field(default=3.0, gt=0, le=30)
    max_body_bytes: int = Field(default=256 * 1024, ge=1024)
    blobs_folder: Path | None = None
    max_photo_bytes: int = Field(default=8 * 1024 * 1024, ge=1024, le=32 * 1024 * 1024)
    resume_max_records: int = Field(default=5_000, ge=0)
    heartbeat_seconds: float = Field(default=5.0, gt=0)

    @property
    def secure(self) -> bool:
        """Reached over TLS: cookies are bound to it."""
        return self.public_url.startswith("https://")


def settings_of(state_file: Path | None) -> GatewaySettings:
    """From the environment; or of a running `make run`: addresses from its state file, secrets from beside it."""
    if state_file is None:
        return GatewaySettings()
    state = json.loads(state_file.read_text())
    os.environ.setdefault("PASOPATI_SECRETS_DIR", str(state_file.parent / "secrets"))
    return GatewaySettings(
        kafka_bootstrap_servers=state["kafka_bootstrap"], mongodb_url=SecretStr(state["mongodb_url"])
    )
