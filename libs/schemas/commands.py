"""Commands: what a person asks the owner of a thing to do."""

from typing import Literal

from pydantic import Field

from .alerts import DismissReason
from .common import Actor, Actuality
from .envelope import Command, Part, UtcTime
from .releases import InformationClass, ReleaseKind


class Asked(Part):
    """Every command says who asks."""

    by: Actor


class NewSource(Asked):
    outlet_name: str = Field(min_length=1, max_length=200)
    url: str = Field(min_length=8, max_length=2048)
    interval_seconds: int = Field(default=300, ge=5, le=86_400)
    zone: str = "Asia/Jakarta"
    enabled: bool = True


class SourceSwitch(Asked):
    enabled: bool
    why: str | None = Field(default=None, max_length=200)


class AlertActed(Asked):
    note: str | None = Field(default=None, max_length=500)


class AlertJudged(Asked):
    actuality: Actuality
    severity: int = Field(ge=0, le=4)
    note: str | None = Field(default=None, max_length=500)


class AlertFalse(Asked):
    reason: DismissReason
    note: str | None = Field(default=None, max_length=500)


class DraftText(Asked):
    """A text to keep (`body` in Markdown); `base_sha256` names the text that was edited (None: a new one)."""

    kind: ReleaseKind
    title: str = Field(min_length=1, max_length=300)
    body: str = Field(min_length=1, max_length=50_000)
    information_class: InformationClass = "setiap_saat"
    embargo_until: UtcTime | None = None
    units: list[str] = Field(default_factory=list, max_length=50)
    alert_id: str | None = None
    base_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class DraftNamed(Asked):
    """The text that is meant, by its sha256: what the person saw is what is acted upon."""

    body_sha256: str = Field(pattern="^[0-9a-f]{64}$")


class DraftSentBack(Asked):
    reason: str = Field(min_length=1, max_length=500)


class AddSource(Command[NewSource]):
    type: Literal["id.go.ditjenpas.pasopati.command.add-source.v1"] = "id.go.ditjenpas.pasopati.command.add-source.v1"


class ChangeSource(Command[SourceSwitch]):
    type: Literal["id.go.ditjenpas.pasopati.command.change-source.v1"] = (
        "id.go.ditjenpas.pasopati.command.change-source.v1"
    )


class PollNow(Command[Asked]):
    type: Literal["id.go.ditjenpas.pasopati.command.poll-now.v1"] = "id.go.ditjenpas.pasopati.command.poll-now.v1"


class AcknowledgeAlert(Command[AlertActed]):
    type: Literal["id.go.ditjenpas.pasopati.command.acknowledge-alert.v1"] = (
        "id.go.ditjenpas.pasopati.command.acknowledge-alert.v1"
    )


class VerifyAlert(Command[AlertJudged]):
    type: Literal["id.go.ditjenpas.pasopati.command.verify-alert.v1"] = (
        "id.go.ditjenpas.pasopati.command.verify-alert.v1"
    )


class DismissAlert(Command[AlertFalse]):
    type: Literal["id.go.ditjenpas.pasopati.command.dismiss-alert.v1"] = (
        "id.go.ditjenpas.pasopati.command.dismiss-alert.v1"
    )


class ResolveAlert(Command[AlertActed]):
    type: Literal["id.go.ditjenpas.pasopati.command.resolve-alert.v1"] = (
        "id.go.ditjenpas.pasopati.command.resolve-alert.v1"
    )


class SaveDraft(Command[DraftText]):
    type: Literal["id.go.ditjenpas.pasopati.command.save-draft.v1"] = "id.go.ditjenpas.pasopati.command.save-draft.v1"


class SubmitDraft(Command[DraftNamed]):
    type: Literal["id.go.ditjenpas.pasopati.command.submit-draft.v1"] = (
        "id.go.ditjenpas.pasopati.command.submit-draft.v1"
    )


class ApproveDraft(Command[DraftNamed]):
    type: Literal["id.go.ditjenpas.pasopati.command.approve-draft.v1"] = (
        "id.go.ditjenpas.pasopati.command.approve-draft.v1"
    )


class ReturnDraft(Command[DraftSentBack]):
    type: Literal["id.go.ditjenpas.pasopati.command.return-draft.v1"] = (
        "id.go.ditjenpas.pasopati.command.return-draft.v1"
    )


class Publish(Command[DraftNamed]):
    type: Literal["id.go.ditjenpas.pasopati.command.publish.v1"] = "id.go.ditjenpas.pasopati.command.publish.v1"
