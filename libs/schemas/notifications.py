"""Notifications: the pushes that an alert asks for, and what became of each. Never an address."""

from typing import Literal

from pydantic import Field

from .common import Count, Level, Role
from .envelope import Event, Part, UtcTime

NotifyReason = Literal[
    "dibuka", "bertambah", "naik", "diingatkan", "akui_berakhir", "tangga_habis", "terverifikasi", "selesai"
]


class NotificationRequest(Part):
    """Call the people of these rungs about this transition of the alert (`transition`: its sequence on the topic)."""

    alert_id: str
    transition: int = Field(ge=1)
    repeat: int = Field(default=0, ge=0)
    reason: NotifyReason
    rungs: list[int] = Field(min_length=1)
    round: int = Field(default=1, ge=1)
    level: Level
    severity: int = Field(ge=0, le=4)
    stage: Literal["awal", "terverifikasi"]
    title: str
    unit_names: list[str] = Field(default_factory=list)
    counts: list[Count] = Field(default_factory=list)
    why: str = ""
    occurred_at: UtcTime
    opened_at: UtcTime | None = None


class Notification(Part):
    """One push to one recipient over one channel."""

    notification_id: str
    alert_id: str
    transition: int
    channel: str
    recipient_id: str
    recipient_role: Role
    status: Literal["terkirim", "gagal"]
    attempts: int = Field(ge=1)
    provider_id: str | None = None
    failure: str | None = Field(default=None, max_length=200)
    reason: NotifyReason
    level: Level
    title: str
    at: UtcTime


class NotificationRequested(Event[NotificationRequest]):
    """An alert asks for its people to be called."""

    type: Literal["id.go.ditjenpas.pasopati.notification.requested.v1"] = (
        "id.go.ditjenpas.pasopati.notification.requested.v1"
    )


class NotificationSent(Event[Notification]):
    """The channel's provider accepted the push."""

    type: Literal["id.go.ditjenpas.pasopati.notification.sent.v1"] = "id.go.ditjenpas.pasopati.notification.sent.v1"


class NotificationFailed(Event[Notification]):
    """The push cannot be delivered; nobody tries again."""

    type: Literal["id.go.ditjenpas.pasopati.notification.failed.v1"] = "id.go.ditjenpas.pasopati.notification.failed.v1"
