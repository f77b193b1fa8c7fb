"""Events → read-model documents: which view, which fields beside the whole state. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from libs.schemas import alerts, items, notifications, outcomes, releases, reports, sources, stories, trends
from libs.schemas.envelope import TYPE_PREFIX, Envelope, Event
from libs.schemas.topics import (
    ALERTS,
    COMMAND_OUTCOMES,
    DRAFTS,
    ITEMS_BACKFILL,
    ITEMS_CLASSIFIED,
    ITEMS_COLLECTED,
    NOTIFICATIONS,
    RELEASES,
    REPORTS,
    SOURCES,
    STORIES,
    TRENDS,
    Topic,
)
from services.gateway.doubts import kinds_of, rank_of

# Slow and frequent apart from quick and rare: a flood of items must not hold up the answer to a command.
ITEM_TOPICS: tuple[Topic, ...] = (ITEMS_COLLECTED, ITEMS_CLASSIFIED)
BACKFILL_TOPICS: tuple[Topic, ...] = (ITEMS_BACKFILL,)
OTHER_TOPICS: tuple[Topic, ...] = (
    STORIES, TRENDS, ALERTS, NOTIFICATIONS, SOURCES, REPORTS, DRAFTS, RELEASES, COMMAND_OUTCOMES,
)  # fmt: skip

TRAIL_LENGTH = 32
PAST_LENGTH = 60
MEMBERS_KEPT = 1000
OUTLET_FACTS = ("owner_group", "reach_tier", "region", "press_council")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands in its topic."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """One entity of one view as it now stands; `trail` are the sequences it went through and where they stood, `past`
    what of them people want to read later."""

    view: str
    id: str
    sequence: int
    fields: dict[str, Any]
    trail: tuple[tuple[int, int, int], ...] = ()
    past: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    view: str
    at: Callable[[Any], datetime]
    extra: Callable[[Any], dict[str, Any]]
    log: str | None = None
    """A view that keeps every transition, too."""
    past: Callable[[Any], dict[str, Any] | None] = lambda _: None


def order_of(at: datetime, entity_id: str) -> str:
    """One sortable string per document: its time, then its id. A single index serves sorting and keyset pages."""
    return f"{int(at.astimezone(UTC).timestamp() * 1000):014d}-{entity_id}"


def time_of(order: str) -> datetime:
    """The time in such a string."""
    return datetime.fromtimestamp(int(order.partition("-")[0]) / 1000, UTC)


def _names(mentions: Iterable[Any]) -> list[str]:
    return [mention.unit_id for mention in mentions]


def _story(event: Event[stories.Story]) -> dict[str, Any]:
    story = event.data
    return {
        "status": story.status,
        "severity": story.severity_max,
        "units": _names(story.units),
        "provinces": story.provinces,
        "topics": [topic.name for topic in story.topics],
        "sentiment": story.sentiment.label,
        "members": members_of(story),
        "development_of": story.development_of,
    }


def members_of(story: stories.Story) -> list[str]:
    """By which a publication finds its story, and a story its list: all it counts, or (told before it said so) heads
    and copies."""
    copied = (item_id for group in story.copies for item_id in (group.head_item_id, *group.item_ids))
    named = story.item_ids or [*(line.item_id for line in story.head_items), *copied]
    return list(dict.fromkeys(named))[:MEMBERS_KEPT]


def _story_past(event: Event[stories.Story]) -> dict[str, Any] | None:
    """What its page tells of its life. That it grew is told by its publications."""
    if isinstance(event, stories.StoryGrew):
        return None
    story = event.data
    return {"at": event.time, "event": event_name(event), "asleep": story.asleep, "split": story.split_into[-1:]}


def _alert(event: Event[alerts.Alert]) -> dict[str, Any]:
    alert = event.data
    return {
        "status": alert.status,
        "severity": alert.severity,
        "units": _names(alert.units),
        "stories": alert.story_ids,
        "opened_at": alert.opened_at,
    }


def _label(event: Event[items.ClassifiedItem]) -> dict[str, Any]:
    item, doubts = event.data, kinds_of(event.data.needs_review)
    return {
        "relevant": item.relevance.relevant,
        "severity": item.severity.value,
        "units": _names(item.units),
        "topics": [topic.name for topic in item.topics],
        "sentiment": item.sentiment.label,
        "outlet_id": item.outlet_id,
        "review": doubts,
        "review_rank": rank_of(item.severity.value, order_of(item.first_seen_at, entity_of(event))) if doubts else None,
    }


def _outlet(event: Event[sources.Outlet]) -> dict[str, Any]:
    outlet = event.data
    return {
        "domain": outlet.domain,
        "name_key": outlet.name.casefold(),
        "known": [fact for fact in OUTLET_FACTS if getattr(outlet, fact) is not None],
        "copycat": outlet.copycat is not None,
    }


def _source_past(event: Event[sources.Source]) -> dict[str, Any] | None:
    """What its history tells. That it is read and well is told each hour, and no news."""
    source = event.data
    if isinstance(event, sources.SourceChanged) and source.state == "hidup":
        return None
    return {
        "at": event.time,
        "event": event_name(event),
        "state": source.state,
        "by": source.disabled_by,
        "why": source.why if source.state in ("baru", "dimatikan") and source.disabled_by != "sistem" else None,
        "failure": source.failure,
        "failures": source.failures,
    }


def _trend(event: Event[trends.Trend]) -> dict[str, Any]:
    series = event.data.series
    return {"kind": series.kind, "key": series.key, "open": event.data.eased_at is None}


def _nothing(_: Event[Any]) -> dict[str, Any]:
    return {}


def _time(event: Event[Any]) -> datetime:
    return event.time


_PLANS: dict[type[Any], _Plan] = {
    items.Item: _Plan(view="items", at=lambda e: e.data.first_seen_at, extra=_nothing),
    items.ClassifiedItem: _Plan(view="labels", at=lambda e: e.data.first_seen_at, extra=_label),
    stories.Story: _Plan(view="stories", at=_time, extra=_story, past=_story_past),
    trends.Trend: _Plan(view="trends", at=_time, extra=_trend),
    alerts.Alert: _Plan(view="alerts", at=_time, extra=_alert, log="alert_log"),
    notifications.Notification: _Plan(
        view="notifications", at=lambda e: e.data.at, extra=lambda e: {"alert_id": e.data.alert_id}
    ),
    sources.Source: _Plan(
        view="sources",
        at=_time,
        extra=lambda e: {"enabled": e.data.enabled, "state": e.data.state, "outlet_name": e.data.outlet_name},
        past=_source_past,
    ),
    sources.Outlet: _Plan(view="outlets", at=_time, extra=_outlet),
    sources.SilentUnit: _Plan(
        view="silent_units", at=lambda e: e.data.since, extra=lambda e: {"silent": e.data.silent}
    ),
    reports.Report: _Plan(
        view="reports",
        at=lambda e: e.data.received_at,
        extra=lambda e: {"unit_id": e.data.unit_id, "kind": e.data.kind},
    ),
    releases.Draft: _Plan(view="drafts", at=_time, extra=lambda e: {"status": e.data.status}),
    releases.Release: _Plan(
        view="releases", at=lambda e: e.data.published_at, extra=lambda e: {"code": e.data.code.upper()}
    ),
    outcomes.Done: _Plan(view="outcomes", at=_time, extra=_nothing),
    outcomes.Refused: _Plan(view="outcomes", at=_time, extra=_nothing),
}

VIEWS: tuple[str, ...] = (*dict.fromkeys(plan.view for plan in _PLANS.values()), "alert_log")

# Which view holds the state that a topic announces: for "has my own view seen it yet?".
VIEW_OF_TOPIC: dict[str, str] = {
    STORIES.slug: "stories",
    ALERTS.slug: "alerts",
    SOURCES.slug: "sources",
    REPORTS.slug: "reports",
    DRAFTS.slug: "drafts",
    RELEASES.slug: "releases",
    ITEMS_COLLECTED.slug: "items",
    ITEMS_CLASSIFIED.slug: "labels",
}


def entity_of(event: Event[Any]) -> str:
    """The id under which the event's entity is kept."""
    return event.data.notification_id if isinstance(event.data, notifications.Notification) else event.subject


def view_of(event: Event[Any]) -> str:
    """The view that shows the event's entity. One topic may carry several kinds: sources, outlets, silent units."""
    return _PLANS[type(event.data)].view


def project(event: Envelope[Any], place: Place) -> list[Put]:
    """The writes of one event: the entity's present state, and for alerts the transition as well. [] for others."""
    plan = _PLANS.get(type(event.data))
    if plan is None or not isinstance(event, Event):
        return []
    entity_id, at = entity_of(event), plan.at(event)
    fields = {
        "opmode": event.opmode,
        "drillid": event.drillid,
        "event": event_name(event),
        "at": event.time,
        "order": order_of(at, entity_id),
        "data": event.data.model_dump(mode="json", exclude_none=True),
        **plan.extra(event),
    }
    trail = ((event.sequence, place.partition, place.offset),)
    told = plan.past(event)
    past = ({**told, "seq": event.sequence},) if told else ()
    puts = [Put(view=plan.view, id=entity_id, sequence=event.sequence, fields=fields, trail=trail, past=past)]
    if plan.log:
        puts.append(
            Put(
                view=plan.log,
                id=f"{entity_id}:{event.sequence:08d}",
                sequence=event.sequence,
                fields={**fields, "entity_id": entity_id},
            )
        )
    return puts


def event_name(event: Event[Any]) -> str:
    """`alert.raised` for `id.go.ditjenpas.pasopati.alert.raised.v1`."""
    return event.type.removeprefix(TYPE_PREFIX).rpartition(".v")[0]


def fold(puts: Sequence[Put]) -> list[Put]:
    """One write per document: the highest sequence wins, the trail keeps what rose on the way to it."""
    folded: dict[tuple[str, str], Put] = {}
    for put in puts:
        known = folded.get((put.view, put.id))
        if known is None:
            folded[put.view, put.id] = put
        elif put.sequence > known.sequence:
            folded[put.view, put.id] = Put(
                view=put.view,
                id=put.id,
                sequence=put.sequence,
                fields=put.fields,
                trail=known.trail + put.trail,
                past=known.past + put.past,
            )
    return list(folded.values())
