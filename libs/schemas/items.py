"""Items: one piece of content each, as collected (masked), as classified, and as handed to the grouper."""

from typing import Literal

from pydantic import Field

from .common import (
    Actor,
    Actuality,
    CertaintyLevel,
    CrisisCategory,
    Entity,
    ImpactScope,
    Polarity,
    Quote,
    Sentiment,
    Span,
    Topic22,
    UnitMention,
    Urgency,
)
from .envelope import Event, Part, UtcTime

ItemKind = Literal["berita", "unggahan", "video", "laporan", "klipping"]


class Reach(Part):
    followers: int | None = Field(default=None, ge=0)
    views: int | None = Field(default=None, ge=0)
    shares: int | None = Field(default=None, ge=0)


class Media(Part):
    kind: Literal["foto", "video", "audio"]
    sha256: str | None = None


class Privacy(Part):
    """What the gate found: counts per class (`nik`, `telepon`, …), its mode and version.

    `terbatas`: a restricted case (a child's); its text is for few roles until two persons lift that (`lifted_by`)."""

    classes: dict[str, int] = Field(default_factory=dict)
    mode: Literal["normal", "child"] = "normal"
    gate_version: str
    visibility: Literal["biasa", "terbatas"] = "biasa"
    lifted_by: list[Actor] = Field(default_factory=list, max_length=2)


class ItemHead(Part):
    """An item without its full text; every string has passed the privacy gate."""

    item_id: str
    rev_no: int = Field(ge=1)
    kind: ItemKind = "berita"
    outlet_id: str
    outlet_name: str
    seen_via: list[str] = Field(default_factory=list)
    link: str | None = Field(default=None, max_length=2048)
    link_id: str | None = None
    title: str = Field(max_length=1000)
    excerpt: str = Field(default="", max_length=280)
    language: str = "id"
    author_role: str | None = None
    published_at: UtcTime | None = None
    published_zone: Literal["known", "assumed"] | None = None
    event_at: UtcTime | None = None
    first_seen_at: UtcTime
    reach: Reach | None = None
    media: list[Media] = Field(default_factory=list)
    privacy: Privacy
    licence: str | None = None
    unit_id: str | None = Field(default=None, max_length=100)
    report_id: str | None = Field(default=None, max_length=64)
    same_title_as: str | None = Field(default=None, max_length=64)


class Item(ItemHead):
    """An item as ingest announces it; times in UTC, text masked and cut at 100,000 characters."""

    text: str = Field(default="", max_length=100_000)
    text_truncated: bool = False
    revision_cause: Literal["source", "gate"] | None = None


class Reason(Part):
    """Why a label was given: the rule (or model feature), its words in Indonesian, and where in the text."""

    rule: str
    words: str
    spans: list[Span] = Field(default_factory=list)


class Relevance(Part):
    score: float = Field(ge=0, le=1)
    relevant: bool
    why: list[Reason] = Field(default_factory=list)


class TopicLabel(Part):
    name: Topic22
    score: float = Field(ge=0, le=1)
    why: list[Reason] = Field(default_factory=list)


class Severity(Part):
    """0 routine or good, 1 minor, 2 one contained incident, 3 serious, 4 critical."""

    value: int = Field(ge=0, le=4)
    why: list[Reason] = Field(default_factory=list)
    score: float | None = Field(default=None, ge=0, le=1)


class Certainty(Part):
    """How certain it is that what is told has happened (CAP 1.2): confirmed, told as fact, supposed, denied."""

    value: CertaintyLevel
    why: list[Reason] = Field(default_factory=list)


class NeedsReview(Part):
    yes: bool = False
    reason: str | None = None


class ModelVersion(Part):
    name: str
    version: str
    sha256: str


class Correction(Part):
    """What a person said of an item's labels: which of them (`fields`), why, and what the machine had said."""

    by: Actor
    at: UtcTime
    fields: list[str] = Field(default_factory=list, max_length=20)
    reason: str = Field(max_length=500)
    confirmed: bool = False
    before: dict[str, str] = Field(default_factory=dict)


class ClassifiedItem(ItemHead):
    """An item with its labels; topics are ordered, the first is the item's topic."""

    relevance: Relevance
    topics: list[TopicLabel]
    crisis_category: CrisisCategory | None = None
    sentiment: Sentiment
    polarity: Polarity = "none"
    severity: Severity
    urgency: Urgency = "rendah"
    certainty: Certainty | None = None
    impact_scope: ImpactScope = "upt"
    units: list[UnitMention] = Field(default_factory=list)
    unit_unsure: list[UnitMention] = Field(default_factory=list)
    actuality: Actuality = "tidak_dapat_dipastikan"
    needs_review: NeedsReview = NeedsReview()
    entities: list[Entity] = Field(default_factory=list, max_length=30)
    quotes: list[Quote] = Field(default_factory=list, max_length=10)
    model: ModelVersion
    decided_by: str = "model"
    correction: Correction | None = None


class GroupableItem(ClassifiedItem):
    """A relevant item as the grouper needs it: with masked text and MinHash signature (128 unsigned 32-bit values)."""

    text: str = ""
    signature: list[int] = Field(default_factory=list)


class ItemCollected(Event[Item]):
    """A new piece of content was seen for the first time."""

    type: Literal["id.go.ditjenpas.pasopati.item.collected.v1"] = "id.go.ditjenpas.pasopati.item.collected.v1"


class ItemRevised(Event[Item]):
    """The content of a known item changed at its source, or a newer privacy gate masked it again."""

    type: Literal["id.go.ditjenpas.pasopati.item.revised.v1"] = "id.go.ditjenpas.pasopati.item.revised.v1"


class ItemClassified(Event[ClassifiedItem]):
    """An item (or its new revision) got its labels."""

    type: Literal["id.go.ditjenpas.pasopati.item.classified.v1"] = "id.go.ditjenpas.pasopati.item.classified.v1"


class ItemRelabelled(Event[ClassifiedItem]):
    """A person corrected or confirmed an item's labels; they hold until a person says otherwise."""

    type: Literal["id.go.ditjenpas.pasopati.item.relabelled.v1"] = "id.go.ditjenpas.pasopati.item.relabelled.v1"


class RelevantItem(Event[GroupableItem]):
    """A relevant item is ready to be placed in a story."""

    type: Literal["id.go.ditjenpas.pasopati.item.relevant.v1"] = "id.go.ditjenpas.pasopati.item.relevant.v1"
