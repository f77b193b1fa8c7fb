"""Our envelopes are CloudEvents 1.0: the official SDK reads a record and finds every attribute in it."""

from __future__ import annotations

import re

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent

from libs.runtime.bus import encode
from libs.schemas.envelope import CONTENT_TYPE, Event, schema_uri, type_of
from libs.schemas.topics import AnyEvent, all_events, parse, topic_of
from tests.support.builders import examples

EXAMPLES = examples()


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.__name__)
def test_the_sdk_reads_what_travels_and_we_read_what_the_sdk_writes(event: type[AnyEvent]) -> None:
    ours = EXAMPLES[event]
    value = encode(ours)
    read = from_kafka_event(
        KafkaMessage(headers={"content-type": CONTENT_TYPE.encode()}, key=ours.subject.encode(), value=value)
    )
    assert isinstance(read, CloudEvent)
    assert read.get_specversion() == "1.0"
    assert (read.get_id(), read.get_type(), read.get_source()) == (ours.id, type_of(event), ours.source)
    assert (read.get_subject(), read.get_time()) == (ours.subject, ours.time)
    assert (read.get_dataschema(), read.get_datacontenttype()) == (schema_uri(event), "application/json")
    assert read.get_data() == ours.data.model_dump(mode="json", exclude_none=True)
    for extension in ("correlationid", "causationid", "opmode", "lane", "traceparent"):
        assert read.get_extension(extension) == getattr(ours, extension)
    if isinstance(ours, Event):
        assert read.get_extension("sequence") == ours.sequence
    # The key is the record's, not the event's: the SDK would otherwise want a `partitionkey` attribute.
    written = to_structured_event(read, key_mapper=lambda _: ours.subject)
    assert parse(topic_of(event), written.value) == ours


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.__name__)
def test_attribute_names_are_as_the_specification_wants_them(event: type[AnyEvent]) -> None:
    for name in event.model_fields:
        assert re.fullmatch(r"[a-z0-9]{1,20}", name), name
