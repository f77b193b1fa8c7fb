"""Each way of breaking a reader is found, and named with its event and rule."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from libs.schemas.alerts import AlertRaised
from libs.schemas.checks import snapshot_of
from libs.schemas.compatibility import breaches
from libs.schemas.items import ItemCollected
from libs.schemas.topics import AnyEvent, all_events

Schema = dict[str, Any]
Mutation = Callable[[Schema], None]


def properties(schema: Schema, part: str) -> Schema:
    fields: Schema = schema["$defs"][part]["properties"]
    return fields


def rename(part: str, old: str, new: str) -> Mutation:
    def mutate(schema: Schema) -> None:
        fields = properties(schema, part)
        fields[new] = fields.pop(old)

    return mutate


def in_field(part: str, name: str, **changes: Any) -> Mutation:
    return lambda schema: properties(schema, part)[name].update(changes)


def require(part: str, name: str, *, new: Schema | None = None) -> Mutation:
    def mutate(schema: Schema) -> None:
        if new is not None:
            properties(schema, part)[name] = new
        schema["$defs"][part].setdefault("required", []).append(name)

    return mutate


def drop_field(part: str, name: str) -> Mutation:
    return lambda schema: properties(schema, part).pop(name)


def drop_requirement(part: str, name: str) -> Mutation:
    return lambda schema: schema["$defs"][part]["required"].remove(name)


def replace(part: str, name: str, field: Schema) -> Mutation:
    return lambda schema: properties(schema, part).update({name: field})


def drop_value(part: str, name: str, value: str) -> Mutation:
    return lambda schema: properties(schema, part)[name]["enum"].remove(value)


BREAKING: list[tuple[str, type[AnyEvent], Mutation, str, str]] = [
    ("removed field", AlertRaised, drop_field("Alert", "summary"), "field_removed", "data.summary"),
    ("renamed field", AlertRaised, rename("Alert", "title", "judul"), "field_removed", "data.title"),
    ("removed envelope field", AlertRaised, lambda s: s["properties"].pop("opmode"), "field_removed", "opmode"),
    (
        "field removed deep inside",
        AlertRaised,
        drop_field("Count", "what"),
        "field_removed",
        "data.evidence.counts[].what",
    ),
    (
        "new required field",
        AlertRaised,
        require("Alert", "wajib", new={"type": "string"}),
        "new_required_field",
        "data.wajib",
    ),
    ("optional field made required", AlertRaised, require("Alert", "summary"), "new_required_field", "data.summary"),
    (
        "required field made optional",
        AlertRaised,
        drop_requirement("Alert", "title"),
        "field_no_longer_promised",
        "data.title",
    ),
    ("changed type", AlertRaised, replace("Alert", "episode", {"type": "string"}), "type_changed", "data.episode"),
    (
        "time became text",
        AlertRaised,
        replace("Alert", "opened_at", {"type": "string"}),
        "type_changed",
        "data.opened_at",
    ),
    (
        "made nullable",
        AlertRaised,
        replace("Alert", "title", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "type_changed",
        "data.title",
    ),
    (
        "list of other things",
        AlertRaised,
        replace("Alert", "story_ids", {"type": "array", "items": {"type": "integer"}}),
        "type_changed",
        "data.story_ids[]",
    ),
    (
        "map of other things",
        ItemCollected,
        replace("Privacy", "classes", {"type": "object", "additionalProperties": {"type": "string"}}),
        "type_changed",
        "data.privacy.classes{}",
    ),
    ("narrowed enum", AlertRaised, drop_value("Alert", "level", "siaga"), "enum_narrowed", "data.level"),
    ("text became enum", AlertRaised, in_field("Alert", "title", enum=["a"]), "enum_narrowed", "data.title"),
    (
        "another event type",
        AlertRaised,
        lambda s: s["properties"]["type"].update(const="id.go.ditjenpas.pasopati.alert.opened.v1"),
        "enum_narrowed",
        "type",
    ),
    ("shorter text", ItemCollected, in_field("Item", "title", maxLength=10), "bound_tightened", "data.title"),
    ("higher minimum", ItemCollected, in_field("Item", "rev_no", minimum=2), "bound_tightened", "data.rev_no"),
    ("new pattern", ItemCollected, in_field("Item", "outlet_id", pattern="^x"), "bound_tightened", "data.outlet_id"),
]


@pytest.mark.parametrize(
    ("event", "mutate", "rule", "where"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING]
)
def test_a_breaking_change_is_named(event: type[AnyEvent], mutate: Mutation, rule: str, where: str) -> None:
    committed = snapshot_of(event)
    changed = copy.deepcopy(committed)
    mutate(changed)
    found = breaches(event.__name__, committed, changed)
    assert (event.__name__, rule, where) in {(b.subject, b.rule, b.where) for b in found}
    assert str(found[0]).startswith(f"{event.__name__}: ")


HARMLESS: list[tuple[str, Mutation]] = [
    ("new optional field", lambda s: properties(s, "Alert").update({"baru": {"type": "string", "default": ""}})),
    ("wider enum", lambda s: properties(s, "Alert")["level"]["enum"].append("awas")),
    ("longer text", lambda s: properties(s, "Change")["what"].update(maxLength=10**9)),
    ("other words", lambda s: s["$defs"]["Alert"].update(description="lain")),
    ("another default", lambda s: properties(s, "Alert")["stage"].update(default="terverifikasi")),
]


@pytest.mark.parametrize("mutate", [case[1] for case in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_what_no_reader_notices_is_allowed(mutate: Mutation) -> None:
    committed = snapshot_of(AlertRaised)
    committed["$defs"]["Change"]["properties"]["what"]["maxLength"] = 100
    changed = copy.deepcopy(committed)
    mutate(changed)
    assert breaches("AlertRaised", committed, changed) == []


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.__name__)
def test_an_event_does_not_break_itself(event: type[AnyEvent]) -> None:
    assert breaches(event.__name__, snapshot_of(event), snapshot_of(event)) == []


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.__name__)
def test_losing_any_field_of_any_event_is_found(event: type[AnyEvent]) -> None:
    committed, changed = snapshot_of(event), snapshot_of(event)
    for part in [changed, *changed["$defs"].values()]:
        for name, field in list(part.get("properties", {}).items()):
            del part["properties"][name]
            found = {(b.rule, b.where.rsplit(".", 1)[-1]) for b in breaches(event.__name__, committed, changed)}
            assert ("field_removed", name) in found
            part["properties"][name] = field
