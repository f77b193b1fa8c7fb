"""The classifier as a process: rules and gazetteer loaded, two subscriptions, no pages of its own."""

from libs.runtime.retention import Retention
from libs.runtime.service import Parts, Runtime, serve
from libs.runtime.telemetry import log
from services.classifier import keeping
from services.classifier.grouping import Grouper
from services.classifier.handlers import subscriptions
from services.classifier.labelling import Labeller
from services.classifier.rules import load_rules
from services.classifier.settings import ClassifierSettings
from services.classifier.store import MemberStore
from services.classifier.units import GazetteerUnits


async def build(runtime: Runtime[ClassifierSettings]) -> Parts:
    rules = load_rules(runtime.settings.rules_folder)
    units = GazetteerUnits()
    labeller = Labeller(rules, units)
    # The first text of each mode would otherwise pay for building the gazetteer's automata.
    for opmode in ("live", "sample"):
        labeller.label("pemanasan", "pemanasan", opmode=opmode)
    members = MemberStore(runtime.database["story_members"])
    await members.prepare()
    grouper = Grouper(runtime.entities("stories"), members, runtime.clock)
    log.info("rules loaded", version=rules.version, sha256=rules.sha256[:12], patterns=labeller.matcher.pattern_count)
    retention = Retention(
        database=runtime.database, rules=keeping.RULES, clock=runtime.clock, stopping=runtime.stopping
    )
    return Parts(
        subscriptions=subscriptions(labeller=labeller, units=units, labels=runtime.entities("labels"), grouper=grouper),
        tasks=[retention.keep_sweeping],
    )


if __name__ == "__main__":
    serve("classifier", ClassifierSettings, build)
