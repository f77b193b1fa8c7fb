"""The map of the bus: every topic, what travels on it, who writes and who reads it. Not here means not there."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union

from pydantic import Field, TypeAdapter, ValidationError

from . import alerts, commands, items, notifications, outcomes, releases, reports, sources, stories, trends
from .envelope import Envelope, Lane, type_of

SERVICES = ("ingest", "classifier", "alerts", "publisher", "gateway")
PUBLIC_PREFIX = "pasopati."
PRIVATE_PREFIX = "pasopati-int."
DAY_MS = 86_400_000
_OUR_FIELD = re.compile(r"[a-z_]{1,40}[0-9]{0,3}|id\.go\.ditjenpas\.pasopati\.[a-z0-9.-]{1,60}")

AnyEvent = Envelope[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic. `keep_days` is the retention, or for `compact` the days during which every transition stays.

    `lane`: a topic of the backfill lane carries events of its live twin; their sequences count as one."""

    slug: str
    name: str
    about: str
    events: tuple[type[AnyEvent], ...]
    key: str
    producer: str
    consumers: tuple[str, ...]
    keep_days: int
    cleanup: Literal["delete", "compact"] = "delete"
    partitions: int = 6
    local_partitions: int = 3
    lane: Lane = "live"

    @property
    def public(self) -> bool:
        """Other systems may read it (by grant): nothing in it that a stranger may not read."""
        return self.name.startswith(PUBLIC_PREFIX)


def _commands(service: str, *events: type[AnyEvent]) -> Topic:
    return Topic(
        slug=f"{service}_commands",
        name=f"{PRIVATE_PREFIX}{service}.commands.v1",
        about=f"What people ask of {service}.",
        events=events,
        key="entity id",
        producer="gateway",
        consumers=(service,),
        keep_days=7,
    )


def _dead_letters(service: str) -> Topic:
    return Topic(
        slug=f"{service}_dlq",
        name=f"{PRIVATE_PREFIX}{service}.dlq",
        about=f"Records that {service} could not take, parked with their origin and the reason in the headers.",
        events=(),
        key="the parked record's key",
        producer=service,
        consumers=("operations",),
        keep_days=30,
        partitions=1,
        local_partitions=1,
    )


ITEMS_COLLECTED = Topic(
    slug="items_collected",
    name="pasopati-int.items.collected.v1",
    about="Content as it was seen, masked by the privacy gate.",
    events=(items.ItemCollected, items.ItemRevised),
    key="item_id",
    producer="ingest",
    consumers=("classifier", "gateway"),
    keep_days=7,
    partitions=12,
)
ITEMS_BACKFILL = Topic(
    slug="items_backfill",
    name="pasopati-int.items.backfill.v1",
    about="The same from imports and re-processing, so that live items never wait behind it.",
    events=(items.ItemCollected, items.ItemRevised),
    key="item_id",
    producer="ingest",
    consumers=("classifier", "gateway"),
    keep_days=7,
    partitions=12,
    lane="backfill",
)
ITEMS_RELEVANT = Topic(
    slug="items_relevant",
    name="pasopati-int.items.relevant.v1",
    about="Relevant items with text and signature, for the one active grouper.",
    events=(items.RelevantItem,),
    key="item_id",
    producer="classifier",
    consumers=("classifier",),
    keep_days=35,
    partitions=1,
    local_partitions=1,
)
ITEMS_CLASSIFIED = Topic(
    slug="items_classified",
    name="pasopati.items.classified.v1",
    about="Items with labels, and the reason for each label.",
    events=(items.ItemClassified, items.ItemRelabelled),
    key="item_id",
    producer="classifier",
    consumers=("gateway", "others"),
    keep_days=30,
    partitions=12,
)
STORIES = Topic(
    slug="stories",
    name="pasopati.stories.v1",
    about="Stories (isu): items on one matter, with their counts.",
    events=(
        stories.StoryOpened,
        stories.StoryGrew,
        stories.StoryMerged,
        stories.StorySplit,
        stories.StoryChanged,
    ),
    key="story_id",
    producer="classifier",
    consumers=("alerts", "gateway", "others"),
    keep_days=30,
    cleanup="compact",
)
TRENDS = Topic(
    slug="trends",
    name="pasopati.trends.v1",
    about="Series of counts that left their baseline.",
    events=(trends.TrendRaised, trends.TrendEased),
    key="series",
    producer="classifier",
    consumers=("gateway", "others"),
    keep_days=30,
    cleanup="compact",
)
ALERTS = Topic(
    slug="alerts",
    name="pasopati.alerts.v1",
    about="Alerts (peringatan) and everything that happens to them.",
    events=(
        alerts.AlertRaised,
        alerts.AlertGrew,
        alerts.AlertVerified,
        alerts.AlertAcknowledged,
        alerts.AlertAcknowledgementLapsed,
        alerts.AlertEscalated,
        alerts.AlertReminded,
        alerts.AlertMerged,
        alerts.AlertResolved,
        alerts.AlertDismissed,
    ),
    key="alert_id",
    producer="alerts",
    consumers=("publisher", "gateway", "others"),
    keep_days=90,
    cleanup="compact",
)
NOTIFICATIONS = Topic(
    slug="notifications",
    name="pasopati-int.notifications.v1",
    about="Pushes asked for and what became of each; never an address.",
    events=(notifications.NotificationRequested, notifications.NotificationSent, notifications.NotificationFailed),
    key="alert_id of a request, notification_id otherwise",
    producer="alerts",
    consumers=("alerts", "gateway"),
    keep_days=30,
)
SOURCES = Topic(
    slug="sources",
    name="pasopati.sources.v1",
    about="The sources that are read and how they fare, outlets, and units that fell silent.",
    events=(
        sources.SourceAdded,
        sources.SourceChanged,
        sources.SourceFailing,
        sources.SourceQuiet,
        sources.SourceRecovered,
        sources.SourceDisabled,
        sources.OutletAdded,
        sources.OutletChanged,
        sources.UnitSilent,
        sources.UnitSpoke,
    ),
    key="source_id, outlet_id or unit_id",
    producer="ingest",
    consumers=("classifier", "gateway", "others"),
    keep_days=30,
    cleanup="compact",
)
REPORTS = Topic(
    slug="reports",
    name="pasopati-int.reports.v1",
    about="What units report of themselves.",
    events=(reports.ReportReceived,),
    key="unit_id",
    producer="ingest",
    consumers=("gateway",),
    keep_days=90,
    partitions=12,
)
DRAFTS = Topic(
    slug="drafts",
    name="pasopati-int.drafts.v1",
    about="Texts on their way to publication.",
    events=(
        releases.DraftSaved,
        releases.DraftSubmitted,
        releases.DraftApproved,
        releases.DraftReturned,
        releases.ApprovalVoided,
        releases.DraftPublished,
    ),
    key="release_id",
    producer="publisher",
    consumers=("gateway",),
    keep_days=365,
    cleanup="compact",
)
RELEASES = Topic(
    slug="releases",
    name="pasopati.releases.v1",
    about="The official word, published.",
    events=(releases.ReleasePublished,),
    key="release_id",
    producer="publisher",
    consumers=("classifier", "gateway", "others"),
    keep_days=365,
    cleanup="compact",
)
INGEST_COMMANDS = _commands(
    "ingest",
    commands.AddSource,
    commands.ChangeSource,
    commands.PollNow,
    commands.PreviewSource,
    commands.EditOutlet,
    commands.SubmitReport,
    commands.LiftRestriction,
)
CLASSIFIER_COMMANDS = _commands(
    "classifier",
    commands.RelabelItem,
    commands.MergeStories,
    commands.SplitStory,
    commands.RenameStory,
    commands.PinStory,
)
ALERTS_COMMANDS = _commands(
    "alerts", commands.AcknowledgeAlert, commands.VerifyAlert, commands.DismissAlert, commands.ResolveAlert
)
PUBLISHER_COMMANDS = _commands(
    "publisher",
    commands.SaveDraft,
    commands.SubmitDraft,
    commands.ApproveDraft,
    commands.ReturnDraft,
    commands.Publish,
)
COMMAND_OUTCOMES = Topic(
    slug="command_outcomes",
    name="pasopati-int.commands.outcomes.v1",
    about="What became of each command.",
    events=(outcomes.CommandApplied, outcomes.CommandUnchanged, outcomes.CommandRejected),
    key="command id",
    producer="every owner",
    consumers=("gateway",),
    keep_days=7,
)
DEAD_LETTERS = {service: _dead_letters(service) for service in SERVICES}

CATALOGUE: tuple[Topic, ...] = (
    ITEMS_COLLECTED,
    ITEMS_BACKFILL,
    ITEMS_RELEVANT,
    ITEMS_CLASSIFIED,
    STORIES,
    TRENDS,
    ALERTS,
    NOTIFICATIONS,
    SOURCES,
    REPORTS,
    DRAFTS,
    RELEASES,
    INGEST_COMMANDS,
    CLASSIFIER_COMMANDS,
    ALERTS_COMMANDS,
    PUBLISHER_COMMANDS,
    COMMAND_OUTCOMES,
    *DEAD_LETTERS.values(),
)

_TOPIC_OF = {event: topic for topic in CATALOGUE if topic.lane == "live" for event in topic.events}
_BACKFILL_OF = {event: topic for topic in CATALOGUE if topic.lane == "backfill" for event in topic.events}


class UnknownEvent(ValueError):
    """The type is none of the topic's: a newer writer's event, which this reader ignores."""


class InvalidEvent(ValueError):
    """The bytes are not an event of this topic; the message names fields and rules, never values."""


def topic_of(event: type[AnyEvent], lane: Lane = "live") -> Topic:
    """The one topic an event or command travels on; KeyError when the catalogue does not know it. Events that have a
    topic of their own in the backfill lane travel there when they belong to it, the others in the one they have."""
    return _BACKFILL_OF.get(event, _TOPIC_OF[event]) if lane == "backfill" else _TOPIC_OF[event]


def all_events() -> tuple[type[AnyEvent], ...]:
    """Every event and command of the catalogue."""
    return tuple(_TOPIC_OF)


@cache
def _reader(slug: str) -> TypeAdapter[Any]:
    topic = next(topic for topic in CATALOGUE if topic.slug == slug)
    if len(topic.events) == 1:
        return TypeAdapter(topic.events[0])
    # Built from the catalogue, so that a new event is readable the moment it has a line there.
    union: Any = Annotated[Union[topic.events], Field(discriminator="type")]  # noqa: UP007
    return TypeAdapter(union)


def _named(part: int | str) -> str:
    """A field of ours by its name; what a stranger called one may be somebody's name or number."""
    return str(part) if isinstance(part, int) or _OUR_FIELD.fullmatch(part) else "?"


def parse(topic: Topic, value: bytes | str) -> AnyEvent:
    """One record's value → its event. Raises UnknownEvent or InvalidEvent."""
    try:
        event: AnyEvent = _reader(topic.slug).validate_json(value)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        if any(problem["type"] == "union_tag_invalid" or problem["loc"] == ("type",) for problem in problems):
            raise UnknownEvent(f"a type that {topic.name} does not carry") from None
        what = "; ".join(f"{'.'.join(map(_named, p['loc']))}: {p['type']}" for p in problems[:5])
        raise InvalidEvent(what) from None
    return event


__all__ = ["CATALOGUE", "DEAD_LETTERS", "InvalidEvent", "Topic", "UnknownEvent", "parse", "topic_of", "type_of"]
