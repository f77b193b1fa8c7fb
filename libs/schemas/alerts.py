"""Alerts (peringatan): a warning that waits for a person."""

from typing import Literal

from pydantic import Field

from .common import (
    Actor,
    Actuality,
    Count,
    Level,
    Role,
    Sentiment,
    SourceLine,
    Span,
    Topic22,
    UnitMention,
)
from .envelope import Event, Part, UtcTime

AlertStatus = Literal["terbuka", "diakui", "reda", "selesai", "salah", "digabung"]
Stage = Literal["awal", "terverifikasi"]
DismissReason = Literal["bukan_unit_kita", "konten_lama", "latihan", "salah_paham_kalimat", "lainnya"]


class RuleMatch(Part):
    """One rule that holds for the alert's story: its reason in words, its figures, and the words it rests on."""

    rule_id: str
    name: str
    level: Level
    why: str
    spans: list[Span] = Field(default_factory=list)
    window_minutes: int | None = None
    observed: float | None = None
    expected: float | None = None
    threshold: float | None = None


class Evidence(Part):
    """What the alert rests on; every count says what it counts."""

    counts: list[Count]
    first_sources: list[SourceLine] = Field(default_factory=list, max_length=5)
    item_ids: list[str] = Field(default_factory=list, max_length=20)
    bucket_minutes: int = 15
    timeline_start_at: UtcTime | None = None
    timeline: list[int] = Field(default_factory=list, max_length=192)
    mean: float | None = None
    threshold: float | None = None


class Rung(Part):
    """One step of the ladder: who is called, and when."""

    rung: int = Field(ge=1)
    role: Role
    at: UtcTime
    reached: bool


class Change(Part):
    """What this transition did, by whom (None: the system), and why."""

    what: str
    by: Actor | None = None
    reason: str | None = None
    note: str | None = None


class Alert(Part):
    """The whole present state of an alert."""

    alert_id: str
    rule_id: str
    rules_matched: list[RuleMatch]
    group_key: str
    episode: int = Field(ge=1)
    level: Level
    severity: int = Field(ge=0, le=4)
    stage: Stage = "awal"
    status: AlertStatus = "terbuka"
    title: str
    summary: str = ""
    evidence: Evidence
    units: list[UnitMention] = Field(default_factory=list)
    topics: list[Topic22] = Field(default_factory=list)
    sentiment: Sentiment | None = None
    actuality: Actuality = "tidak_dapat_dipastikan"
    story_ids: list[str]
    opened_at: UtcTime
    changed_at: UtcTime
    escalates_at: UtcTime | None = None
    escalates_to: list[Role] = Field(default_factory=list)
    acknowledged_by: Actor | None = None
    acknowledged_at: UtcTime | None = None
    lapses_at: UtcTime | None = None
    rung: int = Field(default=0, ge=0)
    round: int = Field(default=1, ge=1)
    ladder: list[Rung] = Field(default_factory=list)
    ladder_failed: bool = False
    into: str | None = None
    change: Change


class AlertRaised(Event[Alert]):
    """A warning waits for a person."""

    type: Literal["id.go.ditjenpas.pasopati.alert.raised.v1"] = "id.go.ditjenpas.pasopati.alert.raised.v1"


class AlertGrew(Event[Alert]):
    """Its story grew, or another rule holds."""

    type: Literal["id.go.ditjenpas.pasopati.alert.grew.v1"] = "id.go.ditjenpas.pasopati.alert.grew.v1"


class AlertVerified(Event[Alert]):
    """A person confirmed that it is real, with actuality and severity."""

    type: Literal["id.go.ditjenpas.pasopati.alert.verified.v1"] = "id.go.ditjenpas.pasopati.alert.verified.v1"


class AlertAcknowledged(Event[Alert]):
    """A person took it; the ladder stops."""

    type: Literal["id.go.ditjenpas.pasopati.alert.acknowledged.v1"] = "id.go.ditjenpas.pasopati.alert.acknowledged.v1"


class AlertAcknowledgementLapsed(Event[Alert]):
    """Nobody acted since the acknowledgement; the ladder starts again."""

    type: Literal["id.go.ditjenpas.pasopati.alert.acknowledgement-lapsed.v1"] = (
        "id.go.ditjenpas.pasopati.alert.acknowledgement-lapsed.v1"
    )


class AlertEscalated(Event[Alert]):
    """Nobody answered in time; the next rung is called."""

    type: Literal["id.go.ditjenpas.pasopati.alert.escalated.v1"] = "id.go.ditjenpas.pasopati.alert.escalated.v1"


class AlertReminded(Event[Alert]):
    """It is acknowledged and still open after the repeat time; its holder is reminded."""

    type: Literal["id.go.ditjenpas.pasopati.alert.reminded.v1"] = "id.go.ditjenpas.pasopati.alert.reminded.v1"


class AlertMerged(Event[Alert]):
    """Its story merged into another's; the earlier alert `into` lives on."""

    type: Literal["id.go.ditjenpas.pasopati.alert.merged.v1"] = "id.go.ditjenpas.pasopati.alert.merged.v1"


class AlertResolved(Event[Alert]):
    """A person closed it."""

    type: Literal["id.go.ditjenpas.pasopati.alert.resolved.v1"] = "id.go.ditjenpas.pasopati.alert.resolved.v1"


class AlertDismissed(Event[Alert]):
    """A person found it false."""

    type: Literal["id.go.ditjenpas.pasopati.alert.dismissed.v1"] = "id.go.ditjenpas.pasopati.alert.dismissed.v1"
