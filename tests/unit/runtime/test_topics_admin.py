"""What the broker is told about each topic."""

import pytest

from libs.runtime.bus import Bus
from libs.runtime.settings import ServiceSettings
from libs.runtime.topics_admin import configuration, main
from libs.schemas.envelope import MAX_VALUE_BYTES
from libs.schemas.topics import ALERTS, CATALOGUE, DAY_MS, DEAD_LETTERS, ITEMS_COLLECTED, Topic

KEY = "5a" * 32


@pytest.mark.parametrize("topic", CATALOGUE, ids=lambda topic: topic.slug)
def test_every_topic_keeps_what_the_catalogue_promises(topic: Topic) -> None:
    made = configuration(topic)
    # What does not fit a record of ours must still fit the broker: it is parked, not refused.
    assert int(made["max.message.bytes"]) >= 2 * MAX_VALUE_BYTES
    kept = made["retention.ms"] if topic.cleanup == "delete" else made["min.compaction.lag.ms"]
    assert int(kept) == topic.keep_days * DAY_MS
    assert ("retention.ms" in made) == (topic.cleanup == "delete"), "a compacted topic must not forget its last state"


def test_figures_of_some_topics() -> None:
    assert configuration(ALERTS) == {
        "cleanup.policy": "compact", "max.message.bytes": "1048576", "min.compaction.lag.ms": str(90 * 86_400_000),
    }  # fmt: skip
    assert configuration(ITEMS_COLLECTED)["retention.ms"] == str(7 * 86_400_000)
    assert configuration(DEAD_LETTERS["alerts"])["cleanup.policy"] == "delete"


def test_a_namespace_keeps_topics_and_groups_apart() -> None:
    plain, tested = Bus(ServiceSettings(secret_key=KEY)), Bus(ServiceSettings(secret_key=KEY, namespace="t1"))
    assert (plain.physical(ALERTS), plain.group("alerts")) == ("pasopati.alerts.v1", "alerts")
    assert (tested.physical(ALERTS), tested.group("alerts")) == ("pasopati.alerts.v1.t1", "t1.alerts")
    assert all(bus.logical(bus.physical(topic)) is topic for bus in (plain, tested) for topic in CATALOGUE)


def test_the_list_names_every_topic(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == [topic.name for topic in CATALOGUE]
