"""Unit reports: what a prison or detention centre (UPT) tells of itself, masked before it is written."""

from typing import Literal

from pydantic import Field

from .common import Actor
from .envelope import Event, Part, UtcTime
from .items import Privacy

ReportKind = Literal["kegiatan", "gangguan", "tanggapan"]
PhotoType = Literal["image/jpeg", "image/png", "image/webp"]
MAX_PHOTOS = 5


class Figure(Part):
    """A number of a report with what it counts ("peserta", "paket")."""

    name: str = Field(min_length=1, max_length=80)
    value: float = Field(ge=0, le=1e12, allow_inf_nan=False)


class Photo(Part):
    """A picture kept by its content's sha256, without EXIF; it never travels itself. Width and height in pixels."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    media_type: PhotoType
    bytes: int = Field(ge=1)
    width: int = Field(ge=1, le=20_000)
    height: int = Field(ge=1, le=20_000)


class Answering(Part):
    """What a `tanggapan` answers and how the unit stands to it."""

    alert_id: str | None = Field(default=None, max_length=64)
    stance: Literal["membenarkan", "membantah", "menjelaskan"]


class Report(Part):
    """A unit's report as taken in; every string has passed the privacy gate. Times in UTC, `zone` is the unit's."""

    report_id: str
    unit_id: str = Field(max_length=100)
    unit_name: str = Field(max_length=200)
    province: str | None = None
    zone: Literal["WIB", "WITA", "WIT"]
    kind: ReportKind
    title: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=20_000)
    happened_at: UtcTime
    ended_at: UtcTime | None = None
    figures: list[Figure] = Field(default_factory=list, max_length=20)
    photos: list[Photo] = Field(default_factory=list, max_length=MAX_PHOTOS)
    answering: Answering | None = None
    by: Actor
    written_at: UtcTime | None = None
    received_at: UtcTime
    item_id: str
    privacy: Privacy


class ReportReceived(Event[Report]):
    """A unit's report was taken in; its text travels once more as an item of kind `laporan`."""

    type: Literal["id.go.ditjenpas.pasopati.report.received.v1"] = "id.go.ditjenpas.pasopati.report.received.v1"
