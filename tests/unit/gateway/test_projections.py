"""Events become documents; of one entity the highest sequence wins."""

from libs.schemas.alerts import AlertGrew, AlertRaised
from libs.schemas.notifications import NotificationRequested
from libs.schemas.topics import CATALOGUE
from services.gateway.projections import (
    BACKFILL_TOPICS,
    ITEM_TOPICS,
    OTHER_TOPICS,
    VIEWS,
    Place,
    fold,
    order_of,
    project,
)
from tests.support.builders import NOON, an_alert, envelope_of, examples


def test_every_event_that_the_gateway_is_told_of_is_shown_somewhere() -> None:
    told = {topic for topic in CATALOGUE if "gateway" in topic.consumers}
    assert told == {*ITEM_TOPICS, *BACKFILL_TOPICS, *OTHER_TOPICS}
    shown = {event for event, example in examples().items() if project(example, Place(0, 0))}
    unseen = {event for topic in told for event in topic.events} - shown
    assert unseen == {NotificationRequested}  # what became of it is shown, not that it was asked for


def test_a_document_holds_what_lists_ask_for_and_the_whole_state() -> None:
    put, log = project(envelope_of(AlertRaised, sequence=3), Place(1, 77))
    assert (put.view, put.id, put.sequence, put.trail) == ("alerts", an_alert().alert_id, 3, ((3, 1, 77),))
    assert put.fields["status"] == "terbuka" and put.fields["event"] == "alert.raised"
    assert put.fields["data"] == an_alert().model_dump(mode="json", exclude_none=True)
    assert (log.view, log.id) == ("alert_log", f"{an_alert().alert_id}:00000003")
    assert {put.view, log.view} <= set(VIEWS)


def test_folding_keeps_the_highest_and_the_way_to_it() -> None:
    puts = [project(envelope_of(AlertGrew, sequence=s), Place(0, o))[0] for s, o in ((2, 5), (4, 6), (3, 7), (5, 8))]
    (folded,) = fold(puts)
    assert (folded.sequence, folded.trail) == (5, ((2, 0, 5), (4, 0, 6), (5, 0, 8)))


def test_order_sorts_by_time_then_id() -> None:
    assert order_of(NOON, "a") < order_of(NOON, "b") < order_of(NOON.replace(year=2027), "a")
