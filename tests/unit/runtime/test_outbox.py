"""What the outbox decides without the store: who is stale, what is applied, which ids an announcement gets."""

from datetime import UTC, datetime
from typing import Any

import pytest

from libs.runtime.announcing import Announcement, Cause, Entry, Renderer
from libs.runtime.bus import encode
from libs.runtime.errors import PermanentError, TransientError
from libs.runtime.outbox import OUTBOX_ENTRIES, Document, Intent, _refuse_overflow
from libs.runtime.telemetry import Tracing
from libs.schemas import ids
from libs.schemas.alerts import AlertGrew, AlertRaised
from libs.schemas.envelope import type_of
from libs.schemas.items import ItemCollected
from libs.schemas.outcomes import CommandApplied, Done
from libs.schemas.topics import parse, topic_of
from tests.support.builders import an_alert, an_item, envelope_of

AT = datetime(2026, 11, 22, 3, 0, 0, 123000, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return AT


def a_document(**changes: Any) -> Document:
    values: dict[str, Any] = {"id": "a", "version": 3, "state": {}, "sequences": {}, "seen": {}, "applied": ()}
    return Document(**(values | changes))


def an_intent(**changes: Any) -> Intent:
    return Intent(entity_id="a", cause=Cause.origin(opmode="live"), decide=lambda doc: None, **changes)


def a_renderer() -> Renderer:
    return Renderer(service="alerts", node="pusat", clock=FixedClock(), tracing=Tracing("alerts", None))


@pytest.mark.parametrize(
    ("seen", "told", "stale"),
    [
        ({}, (("s", 1),), False),
        ({"s": 1}, (("s", 1),), True),
        ({"s": 2}, (("s", 1),), True),
        ({"s": 1}, (("s", 2),), False),
        ({"s": 5}, (("s", 5), ("t", 1)), False),
        ({"s": 5, "t": 1}, (("s", 4), ("t", 1)), True),
        ({"s": 5}, (), False),
    ],
)
def test_the_readers_rule(seen: dict[str, int], told: tuple[tuple[str, int], ...], stale: bool) -> None:
    assert an_intent(seen=told).is_stale(a_document(seen=seen)) is stale


@pytest.mark.parametrize(
    ("applied", "inputs", "known"),
    [
        ((), ("x",), False),
        (("x",), ("x",), True),
        (("x",), ("x", "y"), False),
        (("y", "x"), ("x", "y"), True),
        (("x",), (), False),
    ],
)
def test_an_input_is_applied_once(applied: tuple[str, ...], inputs: tuple[str, ...], known: bool) -> None:
    assert an_intent(inputs=inputs).is_applied(a_document(applied=applied)) is known


def test_ids_follow_from_entity_type_and_sequence_alone() -> None:
    alert = an_alert()
    announcements = (Announcement(event=AlertRaised, data=alert), Announcement(event=AlertGrew, data=alert))
    cause = Cause.origin(opmode="live")
    sequences, again = {"alerts": 4, "stories": 7}, {"alerts": 4}
    entries = a_renderer().render(alert.alert_id, cause, announcements, sequences)
    assert sequences == {"alerts": 6, "stories": 7}
    assert [entry.id for entry in entries] == [
        ids.event_id(type_of(AlertRaised), alert.alert_id, 5), ids.event_id(type_of(AlertGrew), alert.alert_id, 6),
    ]  # fmt: skip
    # A racer, or the same service after a crash, makes the same event of the same step.
    assert [entry.id for entry in a_renderer().render(alert.alert_id, cause, announcements, again)] == [
        entry.id for entry in entries
    ]


def test_what_is_rendered_is_what_a_reader_gets() -> None:
    before = envelope_of(ItemCollected, an_item(), opmode="sample", lane="backfill", correlationid="awal-9")
    alert = an_alert()
    (entry,) = a_renderer().render(
        alert.alert_id, Cause.of(before), (Announcement(event=AlertRaised, data=alert, key="kunci"),), {}
    )
    event: Any = parse(topic_of(AlertRaised), entry.value)
    assert (event.id, event.subject, event.sequence, event.source) == (
        entry.id, alert.alert_id, 1, "/pasopati/pusat/alerts",
    )  # fmt: skip
    assert (event.opmode, event.lane, event.correlationid, event.causationid) == (
        "sample", "backfill", "awal-9", before.id,
    )  # fmt: skip
    assert (event.time, event.traceparent, event.data) == (AT, before.traceparent, alert)
    assert (entry.topic, entry.key) == ("alerts", "kunci")
    assert Entry.of(entry.kept()).kept() == entry.kept()


def test_the_first_event_of_a_chain_is_its_own_correlation() -> None:
    alert = an_alert()
    announcement = (Announcement(event=AlertRaised, data=alert),)
    (entry,) = a_renderer().render(alert.alert_id, Cause.origin(opmode="live"), announcement, {})
    event: Any = parse(topic_of(AlertRaised), entry.value)
    assert event.correlationid == event.id and event.causationid is None and event.traceparent


def test_an_event_about_something_else_does_not_move_the_entitys_count() -> None:
    done = Done(command_id="c-1", entity_id="a", topic="pasopati.alerts.v1", sequence=2)
    sequences: dict[str, int] = {}
    announcement = Announcement(event=CommandApplied, data=done, entity_id="c-1", sequence=1)
    (entry,) = a_renderer().render("a", Cause.origin(opmode="live"), (announcement,), sequences)
    assert sequences == {} and entry.entity_id == entry.key == "c-1"
    assert entry.id == a_renderer().render_answer(Cause.origin(opmode="live"), announcement).id


def test_an_event_larger_than_the_contract_allows_is_never_made() -> None:
    assert len(encode(envelope_of(ItemCollected, an_item(text="a" * 100_000)))) > 100_000
    with pytest.raises(PermanentError, match="larger than 262144"):
        encode(envelope_of(ItemCollected, an_item(text="🔥" * 100_000)))


def test_an_outbox_that_nobody_empties_makes_its_writer_wait() -> None:
    one = Entry(id="e", topic="alerts", key="a", value="{}")
    _refuse_overflow(a_document(outbox=[one] * (OUTBOX_ENTRIES - 1)), [one])
    with pytest.raises(TransientError):
        _refuse_overflow(a_document(outbox=[one] * OUTBOX_ENTRIES), [one])
    big = Entry(id="e", topic="alerts", key="a", value="x" * 300_000)
    with pytest.raises(TransientError):
        _refuse_overflow(a_document(outbox=[big]), [big])
