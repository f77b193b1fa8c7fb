"""The classifier as a process: rules and gazetteer loaded, what it reads, no pages of its own."""

from functools import partial

from libs.runtime.retention import Retention, shortened
from libs.runtime.service import Parts, Runtime, serve
from libs.runtime.telemetry import log
from libs.schemas.topics import ITEMS_CLASSIFIED, STORIES
from services.classifier import keeping
from services.classifier.deeds import Desk
from services.classifier.grouping import Grouper
from services.classifier.handlers import subscriptions
from services.classifier.labelling import Labeller
from services.classifier.models.linear import load_model
from services.classifier.releases import Releases
from services.classifier.rules import load_rules
from services.classifier.settings import ClassifierSettings
from services.classifier.sleeping import keep_sleeping
from services.classifier.store import STORY_INDEXES, Corrections, MemberStore, Signals, StatementStore
from services.classifier.trends import handlers as trends
from services.classifier.units import GazetteerUnits


async def build(runtime: Runtime[ClassifierSettings]) -> Parts:
    rules = load_rules(runtime.settings.rules_folder)
    units = GazetteerUnits()
    labeller = Labeller(rules, units, load_model())
    # The first text of each mode would otherwise pay for building the gazetteer's automata.
    for opmode in ("live", "sample"):
        labeller.label("pemanasan", "pemanasan", opmode=opmode)
    members, corrections = MemberStore(runtime.database["story_members"]), Corrections(runtime.database["corrections"])
    await members.prepare()
    await corrections.prepare()
    labels, stories = runtime.entities("labels"), runtime.entities("stories")
    for field in STORY_INDEXES:
        await stories.index([(field, 1)], sparse=True)
    signals, statements = Signals(runtime.database["turns"]), StatementStore(runtime.database["statements"])
    grouper = Grouper(stories, members, statements, signals, runtime.clock)
    releases = Releases(stories, members, statements, signals, runtime.clock)
    desk = Desk(
        labels=labels,
        on_items=runtime.desk(labels, ITEMS_CLASSIFIED),
        corrections=corrections,
        stories=stories,
        on_stories=runtime.desk(stories, STORIES),
        members=members,
        signals=signals,
        units=units,
        clock=runtime.clock,
    )
    log.info(
        "rules and model loaded",
        version=labeller.version,
        sha256=labeller.sha256[:12],
        patterns=labeller.matcher.pattern_count,
    )
    watching, looking = await trends.parts(runtime)
    kept = shortened(keeping.RULES, runtime.settings.classifier_retention_days)
    retention = Retention(database=runtime.database, rules=kept, clock=runtime.clock, stopping=runtime.stopping)
    return Parts(
        subscriptions=[*subscriptions(labeller=labeller, desk=desk, grouper=grouper, releases=releases), *watching],
        tasks=[retention.keep_sweeping, partial(keep_sleeping, grouper, stopping=runtime.stopping), *looking],
    )


if __name__ == "__main__":
    serve("classifier", ClassifierSettings, build)
