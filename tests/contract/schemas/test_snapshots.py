"""What is committed for each event: its JSON Schema and an example."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from libs.schemas import checks
from libs.schemas.alerts import AlertRaised
from libs.schemas.checks import (
    SNAPSHOTS,
    check_examples,
    check_snapshots,
    example_path,
    snapshot_of,
    snapshot_path,
    write_snapshots,
)
from libs.schemas.command import main
from libs.schemas.envelope import schema_uri
from libs.schemas.topics import AnyEvent, all_events
from tests.contract.schemas.examples import example_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SNAPSHOTS, tmp_path / "snapshots"))


def rules(breaches: Any) -> set[tuple[str, str]]:
    return {(breach.subject, breach.rule) for breach in breaches}


def rewrite(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_every_event_has_a_current_snapshot_and_a_valid_example() -> None:
    assert list(check_snapshots()) == []
    assert list(check_examples()) == []


def test_the_examples_are_those_of_the_builders() -> None:
    for name, text in example_files().items():
        committed = (SNAPSHOTS / name).read_text("utf-8")
        assert committed == text, f"{name}: run `python -m tests.contract.schemas.examples`"


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.__name__)
def test_an_example_conforms_to_the_committed_schema_that_it_names(event: type[AnyEvent]) -> None:
    schema = json.loads(snapshot_path(event).read_text())
    example = json.loads(example_path(event).read_text())
    assert schema["$id"] == schema_uri(event) == example["dataschema"]
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(example)


def test_a_missing_snapshot_and_a_missing_example_are_named(folder: Path) -> None:
    snapshot_path(AlertRaised, folder).unlink()
    example_path(AlertRaised, folder).unlink()
    assert rules(check_snapshots(folder=folder)) == {("AlertRaised", "snapshot_missing")}
    assert rules(check_examples(folder=folder)) == {("AlertRaised", "example_missing")}


def test_a_harmless_difference_only_asks_for_a_new_snapshot(folder: Path) -> None:
    rewrite(snapshot_path(AlertRaised, folder), description="Lain.")
    assert rules(check_snapshots(folder=folder)) == {("AlertRaised", "snapshot_stale")}
    changed, refused = write_snapshots(folder, accept_breaking=False)
    assert (changed, refused) == (["alert.raised.v1.schema.json"], [])
    assert list(check_snapshots(folder=folder)) == []


def test_a_breaking_difference_is_not_written_over_unless_asked(folder: Path) -> None:
    path = snapshot_path(AlertRaised, folder)
    committed = snapshot_of(AlertRaised)
    committed["$defs"]["Alert"]["properties"]["dulu_ada"] = {"type": "string"}
    path.write_text(json.dumps(committed))
    assert rules(check_snapshots(folder=folder)) == {("AlertRaised", "field_removed")}
    changed, refused = write_snapshots(folder, accept_breaking=False)
    assert changed == [] and rules(refused) == {("AlertRaised", "field_removed")}
    changed, refused = write_snapshots(folder, accept_breaking=True)
    assert changed == [path.name] and refused == []


def test_a_committed_event_whose_class_is_gone_is_named(folder: Path) -> None:
    (folder / "alert.praised.v1.schema.json").write_text("{}")
    assert rules(check_snapshots(folder=folder)) == {("alert.praised.v1", "event_removed")}


def test_an_example_that_cannot_be_read_or_says_too_much_is_named(folder: Path) -> None:
    path = example_path(AlertRaised, folder)
    whole = json.loads(path.read_text())
    rewrite(path, data=whole["data"] | {"nama": "x"})
    assert [(b.rule, b.where) for b in check_examples(folder=folder)] == [("example_unknown_field", "data.nama")]
    rewrite(path, data={})
    assert rules(check_examples(folder=folder)) == {("AlertRaised", "example_invalid")}


def test_the_command_fails_and_says_which_event_and_rule(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = snapshot_of(AlertRaised)
    committed["$defs"]["Alert"]["properties"]["level"]["enum"].append("genting")
    snapshot_path(AlertRaised, folder).write_text(json.dumps(committed))
    monkeypatch.setattr(checks.check_snapshots, "__defaults__", (None, folder))
    assert main(["check"]) == 1
    said = capsys.readouterr()
    assert said.err == "AlertRaised: enum_narrowed at data.level (no longer allowed: genting)\n"
    assert said.out.endswith("1 breaches\n")


def test_the_command_is_content_with_what_is_committed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out.endswith("0 breaches\n")
