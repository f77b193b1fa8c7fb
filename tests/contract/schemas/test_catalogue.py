"""The catalogue as it is holds every rule; each line that does not is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

from deploy.local.places import PROJECT
from libs.schemas.alerts import AlertRaised
from libs.schemas.checks import check_catalogue, check_events, check_names_in_sources, defined_events
from libs.schemas.commands import PollNow
from libs.schemas.envelope import Event, Part, schema_uri, type_of
from libs.schemas.topics import ALERTS, ALERTS_COMMANDS, CATALOGUE, STORIES, all_events, topic_of


def rules(breaches: Any) -> set[tuple[str, str]]:
    return {(breach.subject, breach.rule) for breach in breaches}


def test_the_catalogue_holds_every_rule() -> None:
    assert list(check_catalogue()) == []
    assert list(check_events()) == []
    assert list(check_names_in_sources(PROJECT)) == []


def test_every_event_class_stands_in_the_catalogue_once() -> None:
    assert set(defined_events()) == set(all_events())
    for event in all_events():
        assert event in topic_of(event).events
        assert event.model_fields["type"].default == type_of(event)
        assert schema_uri(event).startswith("urn:pasopati:schema:")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"name": "Pasopati.Alerts.v1"}, "topic_name"),
        ({"name": "pasopati.alerts_raised.v1"}, "topic_name"),
        ({"name": "pasopati.alerts"}, "topic_name"),
        ({"key": ""}, "topic_key"),
        ({"producer": "somebody"}, "topic_producer"),
        ({"consumers": ("somebody",)}, "topic_consumer"),
        ({"consumers": ()}, "topic_consumer"),
        ({"consumers": ("gateway",)}, "topic_visibility"),
        ({"name": "pasopati-int.alerts.v1"}, "topic_visibility"),
        ({"keep_days": 0}, "topic_size"),
        ({"partitions": 0}, "topic_size"),
        ({"events": ()}, "topic_without_events"),
        ({"events": (PollNow,)}, "event_topic"),
    ],
)
def test_a_wrong_line_is_named(changes: dict[str, Any], rule: str) -> None:
    line = replace(ALERTS, **changes)
    assert (line.name, rule) in rules(check_catalogue([line]))


def test_an_event_on_a_command_topic_is_named() -> None:
    assert (ALERTS_COMMANDS.name, "command_topic") in rules(
        check_catalogue([replace(ALERTS_COMMANDS, events=(AlertRaised,))])
    )


def test_what_stands_twice_is_named() -> None:
    found = rules(
        check_catalogue([*CATALOGUE, replace(ALERTS, slug="other"), replace(STORIES, name="pasopati.other.v1")])
    )
    assert {(ALERTS.name, "name_twice"), ("stories", "slug_twice"), ("AlertRaised", "event_on_two_topics")} <= found


class Prison(Part):
    no_register: str


class InmateMoved(Event[Prison]):
    """Somebody was moved."""

    type: Literal["id.go.ditjenpas.pasopati.inmate.moved.v1"] = "id.go.ditjenpas.pasopati.inmate.moved.v1"


class Unversioned(Event[Prison]):
    type: Literal["id.go.ditjenpas.pasopati.Inmate.moved"] = "id.go.ditjenpas.pasopati.Inmate.moved"


def test_an_event_without_a_topic_or_with_a_field_that_may_not_be_is_named() -> None:
    found = rules(check_events([InmateMoved, Unversioned, InmateMoved]))
    assert ("InmateMoved", "topic_missing") in found
    assert ("InmateMoved", "forbidden_field") in found
    assert ("Unversioned", "event_type") in found
    assert ("id.go.ditjenpas.pasopati.inmate.moved.v1", "type_twice") in found


def test_a_topic_that_only_code_knows_is_named(tmp_path: Path) -> None:
    source = tmp_path / "services" / "x" / "main.py"
    source.parent.mkdir(parents=True)
    source.write_text(
        'A = "pasopati.alerts.v1"\nB = "pasopati-int.shadow.v1"\nC = "id.go.ditjenpas.pasopati.item.seen.v1"\n'
    )
    assert rules(check_names_in_sources(tmp_path)) == {("pasopati-int.shadow.v1", "topic_unknown")}
