"""Stories (isu): items on one matter, grouped."""

from typing import Literal

from pydantic import Field

from .common import Actor, Actuality, CertaintyLevel, Count, Polarity, Sentiment, SourceLine, Topic22, UnitMention
from .envelope import Event, Part, UtcTime
from .items import Reason


class Timeline(Part):
    """Publications per bucket by first-seen time; `counts[i]` is [start_at + i·bucket, start_at + (i+1)·bucket)."""

    bucket_minutes: int = 15
    start_at: UtcTime
    counts: list[int] = Field(max_length=192)


class SentimentMix(Part):
    positif: int = 0
    netral: int = 0
    negatif: int = 0
    campuran: int = 0


class OutletCount(Part):
    outlet_id: str
    outlet_name: str
    publications: int


class TopicCount(Part):
    name: Topic22
    items: int


class Copies(Part):
    """Near-copies of one head item; counted as exposure, shown as one line."""

    head_item_id: str
    item_ids: list[str] = Field(max_length=200)


class OldEvent(Part):
    """An event of more than seven days ago, told as new: when it was, its story, and what was said of it then."""

    story_id: str
    event_at: UtcTime
    title: str
    item_ids: list[str] = Field(default_factory=list, max_length=20)
    release_id: str | None = None
    release_title: str | None = None
    release_url: str | None = None


class OurStatement(Part):
    """How much of a story carries what we published: items that repeat or cite a release (newest), their share."""

    release_ids: list[str] = Field(default_factory=list, max_length=20)
    item_ids: list[str] = Field(default_factory=list, max_length=200)
    count: Count
    share: float = Field(ge=0, le=1)


class Story(Part):
    """The whole present state of a story; every figure is a count of its members.

    `item_ids`: the members that the figures count, copies too, newest first (the newest thousand of a larger one)."""

    story_id: str
    title: str
    status: Literal["terbuka", "digabung", "ditutup"] = "terbuka"
    first_item_at: UtcTime
    last_item_at: UtcTime
    counts: list[Count]
    item_ids: list[str] = Field(default_factory=list, max_length=1000)
    copies_count: int = 0
    units: list[UnitMention] = Field(default_factory=list)
    provinces: list[str] = Field(default_factory=list)
    topics: list[TopicCount] = Field(default_factory=list)
    sentiment: Sentiment
    sentiment_mix: SentimentMix = SentimentMix()
    polarity: Polarity = "none"
    severity_max: int = Field(default=0, ge=0, le=4)
    severity_why: list[Reason] = Field(default_factory=list)
    severity_item_id: str | None = None
    certainty: CertaintyLevel | None = None
    actuality: Actuality = "tidak_dapat_dipastikan"
    peak_per_hour: int = 0
    timeline: Timeline
    outlets: list[OutletCount] = Field(default_factory=list, max_length=10)
    head_items: list[SourceLine] = Field(default_factory=list, max_length=20)
    first_sources: list[SourceLine] = Field(default_factory=list, max_length=5)
    copies: list[Copies] = Field(default_factory=list, max_length=50)
    excerpt: str = Field(default="", max_length=280)
    merged_from: list[str] = Field(default_factory=list)
    into: str | None = None
    needs_review: bool = False
    titled_by: Literal["sistem", "orang"] = "sistem"
    pinned: bool = False
    asleep: bool = False
    split_from: str | None = None
    split_into: list[str] = Field(default_factory=list, max_length=50)
    development_of: str | None = None
    old_event: OldEvent | None = None
    carries_our_statement: OurStatement | None = None
    changed_by: Actor | None = None


class StoryOpened(Event[Story]):
    """The first item on a matter was seen."""

    type: Literal["id.go.ditjenpas.pasopati.story.opened.v1"] = "id.go.ditjenpas.pasopati.story.opened.v1"


class StoryGrew(Event[Story]):
    """Items joined the story, or one of its items changed."""

    type: Literal["id.go.ditjenpas.pasopati.story.grew.v1"] = "id.go.ditjenpas.pasopati.story.grew.v1"


class StoryMerged(Event[Story]):
    """The story turned out to be the same as another and lives on in `into`."""

    type: Literal["id.go.ditjenpas.pasopati.story.merged.v1"] = "id.go.ditjenpas.pasopati.story.merged.v1"


class StorySplit(Event[Story]):
    """Items that were another matter left the story for one of their own (the last of `split_into`)."""

    type: Literal["id.go.ditjenpas.pasopati.story.split.v1"] = "id.go.ditjenpas.pasopati.story.split.v1"


class StoryChanged(Event[Story]):
    """Nothing joined, but the story is another: renamed, pinned, asleep, awake, or our statement was carried."""

    type: Literal["id.go.ditjenpas.pasopati.story.changed.v1"] = "id.go.ditjenpas.pasopati.story.changed.v1"
