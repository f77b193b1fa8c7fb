"""Commands: what a person asks the owner of a thing to do."""

from typing import Literal

from pydantic import Field

from .alerts import DismissReason
from .common import (
    Actor,
    Actuality,
    CrisisCategory,
    ImpactScope,
    Polarity,
    SentimentLabel,
    Topic22,
    Urgency,
)
from .envelope import Command, Part, UtcTime
from .releases import InformationClass, ReleaseKind
from .reports import MAX_PHOTOS, Answering, Figure, Photo, ReportKind


class Asked(Part):
    """Every command says who asks."""

    by: Actor


class NewSource(Asked):
    outlet_name: str = Field(min_length=1, max_length=200)
    url: str = Field(min_length=8, max_length=2048)
    interval_seconds: int = Field(default=300, ge=5, le=86_400)
    zone: str = "Asia/Jakarta"
    enabled: bool = True
    kind: Literal["rss", "mastodon"] = "rss"
    name: str | None = Field(default=None, max_length=200)
    full_text: bool = False


class SourceLook(Asked):
    """An address to look at before it becomes a source: nothing is kept."""

    url: str = Field(min_length=8, max_length=2048)
    kind: Literal["rss", "mastodon"] = "rss"


class OutletEdit(Asked):
    """What a person knows of an outlet; a fact left out stays, an empty one goes. `source` names who says so."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    domain: str | None = Field(default=None, max_length=253)
    owner_group: str | None = Field(default=None, max_length=200)
    reach_tier: str | None = Field(default=None, max_length=200)
    region: str | None = Field(default=None, max_length=200)
    press_council: str | None = Field(default=None, max_length=200)
    source: str = Field(min_length=3, max_length=300)


class NewReport(Asked):
    """A unit's report, already masked by the gateway; `client_id` is the phone's own id of it. Times in UTC."""

    client_id: str = Field(min_length=8, max_length=64)
    unit_id: str = Field(max_length=100)
    kind: ReportKind
    title: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=20_000)
    happened_at: UtcTime
    ended_at: UtcTime | None = None
    figures: list[Figure] = Field(default_factory=list, max_length=20)
    photos: list[Photo] = Field(default_factory=list, max_length=MAX_PHOTOS)
    answering: Answering | None = None
    written_at: UtcTime | None = None


class RestrictionLift(Asked):
    """One of two persons who must agree before all staff may read a restricted case. What was masked stays masked."""

    reason: str = Field(min_length=5, max_length=500)


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


class LabelsCorrected(Asked):
    """What a person says of an item's labels; what is left out stays. `confirmed`: all of them are right as they are.

    Topics are ordered, the first is the item's topic; `units` are unit ids, an empty list says that none is meant."""

    reason: str = Field(min_length=1, max_length=500)
    confirmed: bool = False
    relevant: bool | None = None
    topics: list[Topic22] | None = Field(default=None, min_length=1, max_length=5)
    crisis_category: CrisisCategory | None = None
    sentiment: SentimentLabel | None = None
    polarity: Polarity | None = None
    severity: int | None = Field(default=None, ge=0, le=4)
    urgency: Urgency | None = None
    impact_scope: ImpactScope | None = None
    units: list[str] | None = Field(default=None, max_length=20)
    actuality: Actuality | None = None


class StoriesJoined(Asked):
    """The other stories that are the same matter; the entity of the command is the one that stays."""

    others: list[str] = Field(min_length=1, max_length=20)
    reason: str = Field(min_length=1, max_length=500)


class StoryParted(Asked):
    """Items that are another matter and get a story of their own."""

    item_ids: list[str] = Field(min_length=1, max_length=200)
    title: str | None = Field(default=None, min_length=1, max_length=300)
    reason: str = Field(min_length=1, max_length=500)


class StoryNamed(Asked):
    title: str = Field(min_length=1, max_length=300)


class StoryHeld(Asked):
    """A pinned story stays in front, never falls asleep and is never merged or split by the system."""

    pinned: bool


class AddSource(Command[NewSource]):
    type: Literal["id.go.ditjenpas.pasopati.command.add-source.v1"] = "id.go.ditjenpas.pasopati.command.add-source.v1"


class ChangeSource(Command[SourceSwitch]):
    type: Literal["id.go.ditjenpas.pasopati.command.change-source.v1"] = (
        "id.go.ditjenpas.pasopati.command.change-source.v1"
    )


class PollNow(Command[Asked]):
    type: Literal["id.go.ditjenpas.pasopati.command.poll-now.v1"] = "id.go.ditjenpas.pasopati.command.poll-now.v1"


class PreviewSource(Command[SourceLook]):
    type: Literal["id.go.ditjenpas.pasopati.command.preview-source.v1"] = (
        "id.go.ditjenpas.pasopati.command.preview-source.v1"
    )


class EditOutlet(Command[OutletEdit]):
    type: Literal["id.go.ditjenpas.pasopati.command.edit-outlet.v1"] = "id.go.ditjenpas.pasopati.command.edit-outlet.v1"


class SubmitReport(Command[NewReport]):
    type: Literal["id.go.ditjenpas.pasopati.command.submit-report.v1"] = (
        "id.go.ditjenpas.pasopati.command.submit-report.v1"
    )


class LiftRestriction(Command[RestrictionLift]):
    type: Literal["id.go.ditjenpas.pasopati.command.lift-restriction.v1"] = (
        "id.go.ditjenpas.pasopati.command.lift-restriction.v1"
    )


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


class RelabelItem(Command[LabelsCorrected]):
    type: Literal["id.go.ditjenpas.pasopati.command.relabel-item.v1"] = (
        "id.go.ditjenpas.pasopati.command.relabel-item.v1"
    )


class MergeStories(Command[StoriesJoined]):
    type: Literal["id.go.ditjenpas.pasopati.command.merge-stories.v1"] = (
        "id.go.ditjenpas.pasopati.command.merge-stories.v1"
    )


class SplitStory(Command[StoryParted]):
    type: Literal["id.go.ditjenpas.pasopati.command.split-story.v1"] = "id.go.ditjenpas.pasopati.command.split-story.v1"


class RenameStory(Command[StoryNamed]):
    type: Literal["id.go.ditjenpas.pasopati.command.rename-story.v1"] = (
        "id.go.ditjenpas.pasopati.command.rename-story.v1"
    )


class PinStory(Command[StoryHeld]):
    type: Literal["id.go.ditjenpas.pasopati.command.pin-story.v1"] = "id.go.ditjenpas.pasopati.command.pin-story.v1"
