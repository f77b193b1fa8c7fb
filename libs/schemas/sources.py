"""Sources: what ingest reads and how it fares, the outlets behind them, and units that fell silent."""

from typing import Literal

from pydantic import Field

from .common import Actor
from .envelope import Event, Part, UtcTime

SourceKind = Literal["rss", "mastodon", "impor"]
"""`rss`: any feed (RSS, Atom, RDF, JSON Feed); `mastodon`: an account or hashtag; `impor`: files a person brought."""


class Quiet(Part):
    """A source that says less than it always did: the figures behind "gone quiet". Times in UTC."""

    since: UtcTime
    items_per_day: float = Field(ge=0)
    expected_meanwhile: float = Field(ge=0)
    chance: float = Field(ge=0, le=1)
    basis_days: float = Field(ge=0)


class Source(Part):
    """The whole present state of a source; times in UTC."""

    source_id: str
    outlet_id: str
    outlet_name: str
    kind: SourceKind = "rss"
    url: str = Field(max_length=2048)
    enabled: bool
    state: Literal["baru", "hidup", "gagal", "dimatikan"]
    interval_seconds: int = Field(ge=1)
    zone: str = "Asia/Jakarta"
    failures: int = Field(default=0, ge=0)
    failure: str | None = Field(default=None, max_length=200)
    last_success_at: UtcTime | None = None
    last_item_at: UtcTime | None = None
    next_poll_at: UtcTime | None = None
    why: str | None = Field(default=None, max_length=200)
    name: str | None = Field(default=None, max_length=200)
    full_text: bool = False
    reading_every_seconds: int | None = Field(default=None, ge=1)
    failure_score: float = Field(default=0, ge=0)
    retry_at: UtcTime | None = None
    items_per_day: float | None = Field(default=None, ge=0)
    quiet: Quiet | None = None
    disabled_by: Literal["orang", "sistem"] | None = None


class Copycat(Part):
    """A domain that looks like a known outlet's: which one, how (`huruf_mirip`, `ejaan_dekat`, `kata_tambahan`)."""

    domain: str = Field(max_length=253)
    of_outlet_id: str
    of_domain: str = Field(max_length=253)
    how: str = Field(max_length=40)


class OutletFact(Part):
    """One thing known of an outlet and the named source that says so."""

    value: str = Field(max_length=200)
    source: str = Field(max_length=300)


class Outlet(Part):
    """A publisher; a fact that no named source states is absent ("belum diketahui")."""

    outlet_id: str
    name: str = Field(max_length=200)
    domain: str = Field(max_length=253)
    zone: str = "Asia/Jakarta"
    owner_group: OutletFact | None = None
    reach_tier: OutletFact | None = None
    region: OutletFact | None = None
    press_council: OutletFact | None = None
    copycat: Copycat | None = None
    edited_by: Actor | None = None


class SilentUnit(Part):
    """A unit whose expected reports did not come: what was expected, what came, on which basis. Times in UTC."""

    unit_id: str
    unit_name: str = Field(max_length=200)
    province: str | None = None
    zone: Literal["WIB", "WITA", "WIT"]
    silent: bool
    last_report_at: UtcTime | None = None
    expected_per_day: float = Field(ge=0)
    missed: float = Field(ge=0)
    basis_days: int = Field(ge=0)
    since: UtcTime


class SourceAdded(Event[Source]):
    """A source is known, switched on or off."""

    type: Literal["id.go.ditjenpas.pasopati.source.added.v1"] = "id.go.ditjenpas.pasopati.source.added.v1"


class SourceChanged(Event[Source]):
    """A person changed it (switched on, off, renamed), or it was read for the first time."""

    type: Literal["id.go.ditjenpas.pasopati.source.changed.v1"] = "id.go.ditjenpas.pasopati.source.changed.v1"


class SourceFailing(Event[Source]):
    """It could not be read several times in a row; `failure` says why."""

    type: Literal["id.go.ditjenpas.pasopati.source.failing.v1"] = "id.go.ditjenpas.pasopati.source.failing.v1"


class SourceRecovered(Event[Source]):
    """It can be read again."""

    type: Literal["id.go.ditjenpas.pasopati.source.recovered.v1"] = "id.go.ditjenpas.pasopati.source.recovered.v1"


class SourceQuiet(Event[Source]):
    """It answers, but carries less than its own rhythm lets expect; `quiet` holds the figures."""

    type: Literal["id.go.ditjenpas.pasopati.source.quiet.v1"] = "id.go.ditjenpas.pasopati.source.quiet.v1"


class SourceDisabled(Event[Source]):
    """It failed for so long that it was switched off by the system; `failure` says why, `retry_at` when it is tried."""

    type: Literal["id.go.ditjenpas.pasopati.source.disabled.v1"] = "id.go.ditjenpas.pasopati.source.disabled.v1"


class OutletAdded(Event[Outlet]):
    """An outlet is known: from the shipped registry, from a person, or met in a source's address."""

    type: Literal["id.go.ditjenpas.pasopati.outlet.added.v1"] = "id.go.ditjenpas.pasopati.outlet.added.v1"


class OutletChanged(Event[Outlet]):
    """A person or a newer registry changed what is known of an outlet."""

    type: Literal["id.go.ditjenpas.pasopati.outlet.changed.v1"] = "id.go.ditjenpas.pasopati.outlet.changed.v1"


class UnitSilent(Event[SilentUnit]):
    """A unit (UPT) that used to report has not (UPT diam)."""

    type: Literal["id.go.ditjenpas.pasopati.unit.silent.v1"] = "id.go.ditjenpas.pasopati.unit.silent.v1"


class UnitSpoke(Event[SilentUnit]):
    """A unit that was silent reports again."""

    type: Literal["id.go.ditjenpas.pasopati.unit.spoke.v1"] = "id.go.ditjenpas.pasopati.unit.spoke.v1"
