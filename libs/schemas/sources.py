"""Sources: the feeds that ingest reads, and how they fare."""

from typing import Literal

from pydantic import Field

from .envelope import Event, Part, UtcTime

SourceKind = Literal["rss"]


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
