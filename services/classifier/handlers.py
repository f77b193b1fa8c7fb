"""items.collected → labels → items.classified and items.relevant; items.relevant → stories."""

from collections.abc import Sequence
from functools import partial

from libs.runtime.kafka import Batch, Subscription
from libs.runtime.outbox import Announcement, Cause, Decision, Document, Entities, Intent
from libs.schemas.items import (
    ClassifiedItem,
    GroupableItem,
    Item,
    ItemClassified,
    ItemCollected,
    ItemRevised,
    RelevantItem,
)
from libs.schemas.topics import ITEMS_BACKFILL, ITEMS_COLLECTED, ITEMS_RELEVANT
from services.classifier import metrics
from services.classifier.announcing import classified_item, groupable_item
from services.classifier.grouping import Grouper
from services.classifier.labelling import Labeller
from services.classifier.near_copies import signature
from services.classifier.normalising import read
from services.classifier.units import GazetteerUnits

Collected = ItemCollected | ItemRevised
# From this severity on (one contained incident) a unit's report belongs among the stories.
REPORTED_INCIDENT = 2


async def classify_items(batch: Batch, *, labeller: Labeller, units: GazetteerUnits, labels: Entities) -> None:
    """One write per item holds its labels and their announcement: a crash repeats the work, never loses it."""
    by_item: dict[str, list[Collected]] = {}
    for event in batch.events:
        by_item.setdefault(event.data.item_id, []).append(event)
    with metrics.LABEL_SECONDS.time():
        intents = [_label(events, labeller=labeller, units=units) for events in by_item.values()]
    await labels.apply(intents)


async def group_stories(batch: Batch, *, grouper: Grouper) -> None:
    await grouper.group(batch)


def _label(events: Sequence[Collected], *, labeller: Labeller, units: GazetteerUnits) -> Intent:
    """Only the newest revision counts; older ones in the same batch are settled with it."""
    event = max(events, key=lambda e: e.sequence)
    item = event.data
    reporter = units.reporter(item.unit_id, opmode=event.opmode) if item.kind == "laporan" else None
    verdict = labeller.label(item.title, item.text, opmode=event.opmode, reporter=reporter)
    classified = classified_item(item, verdict, labeller=labeller, units=units, opmode=event.opmode)
    _count(classified)

    def decide(doc: Document | None) -> Decision:
        # `relevant`: it is, or was, in a story.
        was_relevant, tells = bool(doc and doc.state.get("relevant")), _belongs_in_a_story(classified)
        announcements = [Announcement(event=ItemClassified, data=classified)]
        # An item that is no longer relevant is told to the grouper too: it leaves its story.
        if tells or was_relevant:
            announcements.append(Announcement(event=RelevantItem, data=_groupable(classified, item)))
        state = {
            "relevant": tells,
            "item": classified.model_dump(),
            "opmode": event.opmode,
            "drillid": event.drillid,
        }
        return Decision(state=state, announcements=tuple(announcements))

    return Intent(
        entity_id=item.item_id,
        cause=Cause.of(event),
        decide=decide,
        inputs=tuple(e.id for e in events),
        seen=(("items", event.sequence),),
    )


def _belongs_in_a_story(item: ClassifiedItem) -> bool:
    """What units report of their ordinary days is no coverage: of theirs, only what happened opens or feeds a story."""
    return item.relevance.relevant and (item.kind != "laporan" or item.severity.value >= REPORTED_INCIDENT)


def _groupable(classified: ClassifiedItem, item: Item) -> GroupableItem:
    return groupable_item(classified, item, signature(read(item.title, item.text)))


def _count(classified: ClassifiedItem) -> None:
    metrics.LABELLED.labels(relevant=str(classified.relevance.relevant).lower()).inc()
    if classified.severity.value >= 3:
        metrics.SEVERE.labels(severity=str(classified.severity.value)).inc()
    if classified.needs_review.yes:
        metrics.NEEDS_REVIEW.inc()


def subscriptions(
    *, labeller: Labeller, units: GazetteerUnits, labels: Entities, grouper: Grouper
) -> list[Subscription]:
    return [
        Subscription(
            topics=(ITEMS_COLLECTED,),
            group="classifier",
            handler=partial(classify_items, labeller=labeller, units=units, labels=labels),
        ),
        # A group of its own: what was brought in later never holds up what is said now.
        Subscription(
            topics=(ITEMS_BACKFILL,),
            group="classifier.backfill",
            handler=partial(classify_items, labeller=labeller, units=units, labels=labels),
        ),
        Subscription(
            topics=(ITEMS_RELEVANT,), group="classifier.stories", handler=partial(group_stories, grouper=grouper)
        ),
    ]
