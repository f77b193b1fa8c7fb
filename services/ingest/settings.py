"""Settings of ingest, from the environment (`PASOPATI_…`) and secret files."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, field_validator

from libs.reference.outlets import SHIPPED
from libs.reference.registry import FILE as REGISTRY
from libs.runtime.http import local_addresses
from libs.runtime.settings import ServiceSettings
from services.ingest.archiving import Bounds
from services.ingest.scheduling import Patience


class IngestSettings(ServiceSettings):
    """`local_addresses`: address:port pairs that may be read beside public ones (the sample's feed server)."""

    local_addresses: str = ""
    sources_file: Path = SHIPPED
    sample_sources_file: Path | None = None
    outlets_file: Path | None = REGISTRY
    live: bool = False
    per_host_seconds: float = Field(default=5.0, ge=0, le=3600)
    fetch_seconds: float = Field(default=15.0, gt=0, le=60)
    parse_seconds: float = Field(default=2.0, gt=0, le=30)
    silence_look_seconds: float = Field(default=300.0, gt=0, le=3600)
    polls_at_once: int = Field(default=400, ge=1, le=1000)
    lease_seconds: float = Field(default=60.0, ge=3, le=600)
    give_up_after_hours: float = Field(default=24.0, ge=0, le=720)
    give_up_score: float = Field(default=10.0, gt=0, le=1000)
    retry_after_hours: float = Field(default=24.0, gt=0, le=720)
    archive_days: float = Field(default=30.0, gt=0, le=3650)
    archive_mebibytes: int = Field(default=2048, ge=1)

    @field_validator("local_addresses")
    @classmethod
    def _readable(cls, value: str) -> str:
        local_addresses(value)
        return value

    @field_validator("sample_sources_file", "outlets_file", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def patience(self) -> Patience:
        """With sources that fail."""
        return Patience(
            score=self.give_up_score,
            since=timedelta(hours=self.give_up_after_hours),
            retry=timedelta(hours=self.retry_after_hours),
        )

    @property
    def archive_bounds(self) -> Bounds:
        """Of the payload archive."""
        return Bounds(days=self.archive_days, total_bytes=self.archive_mebibytes * 1024 * 1024)

    @property
    def local(self) -> frozenset[tuple[str, int]]:
        return local_addresses(self.local_addresses)
