"""items.collected → labels → items.classified and items.relevant; items.relevant, releases, commands → stories."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from libs.runtime.kafka import Batch, Subscription
from libs.runtime.outbox import Cause, Decision, Document, Entities, Intent
from libs.schemas.items import ClassifiedItem, ItemClassified, ItemCollected, ItemRevised
from libs.schemas.topics import ITEMS_BACKFILL, ITEMS_COLLECTED, ITEMS_RELEVANT, RELEASES
from services.classifier import metrics
from services.classifier.announcing import classified_item
from services.classifier.deeds import Desk, commands_of
from services.classifier.grouping import Grouper
from services.classifier.labelled import Labelled, announcements_of, text_of
from services.classifier.labelling import Document as TextToLabel
from services.classifier.labelling import Labeller
from services.classifier.near_copies import signature
from services.classifier.normalising import read
from services.classifier.relabelling import hold
from services.classifier.releases import Releases
from services.classifier.store import Corrections, Origin
from services.classifier.units import GazetteerUnits

Collected = ItemCollected | ItemRevised


async def classify_items(
    batch: Batch, *, labeller: Labeller, units: GazetteerUnits, labels: Entities, corrections: Corrections
) -> None:
    """One write per item holds its labels and their announcement: a crash repeats the work, never loses it."""
    by_item: dict[str, list[Collected]] = {}
    for event in batch.events:
        by_item.setdefault(event.data.item_id, []).append(event)
    with metrics.LABEL_SECONDS.time():
        intents = label_all(list(by_item.values()), labeller=labeller, units=units)
    await labels.apply(intents)
    for event in batch.events:
        if isinstance(event, ItemRevised) and event.data.revision_cause == "gate":
            # What a newer gate masks must not live on in what is kept to learn from.
            await corrections.mask_again(event.data.item_id, event.data.title, text_of(event.data.text))


async def group_stories(batch: Batch, *, grouper: Grouper) -> None:
    await grouper.group(batch)


async def hear_releases(batch: Batch, *, releases: Releases) -> None:
    await releases.hear(batch.events)


def label_all(
    revisions: Sequence[Sequence[Collected]], *, labeller: Labeller, units: GazetteerUnits
) -> list[Intent]:  # fmt: skip
    """One intent an item. Only its newest revision counts; older ones in the same batch are settled with it."""
    newest = [max(events, key=lambda e: e.sequence) for events in revisions]
    verdicts = labeller.label_many([_document(event, units) for event in newest])
    intents = []
    for event, events, verdict in zip(newest, revisions, verdicts, strict=True):
        item = classified_item(event.data, verdict, labeller=labeller, units=units, opmode=event.opmode)
        intents.append(_intent(event, events, item, units))
    return intents


def _document(event: Collected, units: GazetteerUnits) -> TextToLabel:
    item = event.data
    reporter = units.reporter(item.unit_id, opmode=event.opmode) if item.kind == "laporan" else None
    return TextToLabel(title=item.title, text=item.text, opmode=event.opmode, reporter=reporter)


def _intent(event: Collected, events: Sequence[Collected], classified: ClassifiedItem, units: GazetteerUnits) -> Intent:
    item = event.data
    _count(classified)

    def decide(doc: Document | None) -> Decision:
        before = Labelled.of_state(doc.state) if doc else None
        word = before.word if before else None
        after = Labelled(
            item=hold(classified, word, units=units, opmode=event.opmode),
            text=text_of(item.text),
            signature=(),
            origin=Origin(
                opmode=event.opmode, drillid=event.drillid, lane=event.lane, correlationid=event.correlationid
            ),
            word=word,
            record=before.record if before else None,
        )
        if after.in_a_story:
            after = replace(after, signature=tuple(signature(read(item.title, item.text))))
        said = announcements_of(after, before, event=ItemClassified)
        return Decision(state=after.to_state(), announcements=said)

    return Intent(
        entity_id=item.item_id,
        cause=Cause.of(event),
        decide=decide,
        inputs=tuple(e.id for e in events),
        seen=(("items", event.sequence),),
    )


def _count(classified: ClassifiedItem) -> None:
    metrics.LABELLED.labels(relevant=str(classified.relevance.relevant).lower()).inc()
    if classified.severity.value >= 3:
        metrics.SEVERE.labels(severity=str(classified.severity.value)).inc()
    if classified.needs_review.yes:
        metrics.NEEDS_REVIEW.inc()


def subscriptions(*, labeller: Labeller, desk: Desk, grouper: Grouper, releases: Releases) -> list[Subscription]:
    classify = partial(
        classify_items, labeller=labeller, units=desk.units, labels=desk.labels, corrections=desk.corrections
    )
    return [
        Subscription(topics=(ITEMS_COLLECTED,), group="classifier", handler=classify),
        # A group of its own: what was brought in later never holds up what is said now.
        Subscription(topics=(ITEMS_BACKFILL,), group="classifier.backfill", handler=classify),
        Subscription(
            topics=(ITEMS_RELEVANT,), group="classifier.stories", handler=partial(group_stories, grouper=grouper)
        ),
        Subscription(
            topics=(RELEASES,), group="classifier.releases", handler=partial(hear_releases, releases=releases)
        ),
        commands_of(desk),
    ]
