"""Drafts and releases: the official word, from the first line to the published text."""

from typing import Literal

from pydantic import Field

from .alerts import Change
from .common import Actor
from .envelope import Event, Part, UtcTime

ReleaseKind = Literal["siaran_pers", "klarifikasi", "pernyataan_awal", "hak_jawab", "berita_kegiatan", "karya_wbp"]
InformationClass = Literal["berkala", "serta_merta", "setiap_saat", "dikecualikan"]


class Approval(Part):
    """A person's yes to exactly one text, named by its sha256."""

    by: Actor
    body_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    at: UtcTime


class Draft(Part):
    """The whole present state of a text on its way to publication; `body_sha256` is the fingerprint approvals name.

    `source` is what its author typed, `body` (sanitised HTML) and `plain` what goes out. `author` saved it last;
    `authors` are all whose words are in it, and none of them may approve it.
    """

    release_id: str
    version: int = Field(ge=1)
    kind: ReleaseKind
    title: str = Field(max_length=300)
    body: str = Field(max_length=50_000)
    plain: str = Field(max_length=50_000)
    source: str = Field(default="", max_length=50_000)
    body_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    language: str = "id"
    information_class: InformationClass = "setiap_saat"
    embargo_until: UtcTime | None = None
    status: Literal["konsep", "diajukan", "disetujui", "dikembalikan", "terbit"]
    author: Actor
    authors: list[Actor] = Field(default_factory=list, max_length=50)
    approvals: list[Approval] = Field(default_factory=list, max_length=10)
    alert_id: str | None = None
    units: list[str] = Field(default_factory=list)
    code: str | None = None
    saved_at: UtcTime
    change: Change


class Release(Part):
    """A published text; `code` is what people type at /siaran/{code}."""

    release_id: str
    version: int = Field(ge=1)
    code: str
    kind: ReleaseKind
    title: str
    body: str
    plain: str
    body_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    language: str = "id"
    information_class: InformationClass
    embargo_until: UtcTime | None = None
    author: Actor
    approvers: list[Actor]
    published_by: Actor
    published_at: UtcTime
    alert_id: str | None = None
    units: list[str] = Field(default_factory=list)
    path: str


class DraftSaved(Event[Draft]):
    """A text was opened or edited."""

    type: Literal["id.go.ditjenpas.pasopati.draft.saved.v1"] = "id.go.ditjenpas.pasopati.draft.saved.v1"


class DraftSubmitted(Event[Draft]):
    """Its author asks for approval."""

    type: Literal["id.go.ditjenpas.pasopati.draft.submitted.v1"] = "id.go.ditjenpas.pasopati.draft.submitted.v1"


class DraftApproved(Event[Draft]):
    """Somebody other than the author approved exactly this text."""

    type: Literal["id.go.ditjenpas.pasopati.draft.approved.v1"] = "id.go.ditjenpas.pasopati.draft.approved.v1"


class DraftReturned(Event[Draft]):
    """It goes back to its author with a reason."""

    type: Literal["id.go.ditjenpas.pasopati.draft.returned.v1"] = "id.go.ditjenpas.pasopati.draft.returned.v1"


class ApprovalVoided(Event[Draft]):
    """The text was edited after an approval; every approval is void."""

    type: Literal["id.go.ditjenpas.pasopati.draft.approval-voided.v1"] = (
        "id.go.ditjenpas.pasopati.draft.approval-voided.v1"
    )


class DraftPublished(Event[Draft]):
    """The text is out under its code; the draft is closed."""

    type: Literal["id.go.ditjenpas.pasopati.draft.published.v1"] = "id.go.ditjenpas.pasopati.draft.published.v1"


class ReleasePublished(Event[Release]):
    """The official word is out."""

    type: Literal["id.go.ditjenpas.pasopati.release.published.v1"] = "id.go.ditjenpas.pasopati.release.published.v1"
