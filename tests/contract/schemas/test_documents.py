"""docs/asyncapi.yaml and docs/topics.md are what the catalogue says, and others can read them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.local.places import PROJECT
from libs.schemas import asyncapi
from libs.schemas.asyncapi import asyncapi_document, stale_documents, topics_document
from libs.schemas.command import docs
from libs.schemas.topics import CATALOGUE, all_events

CHECKER = PROJECT / "tests" / "contract" / "asyncapi"


@pytest.fixture(scope="module")
def official_parser() -> Path:
    """The script around @asyncapi/parser, installed from its own lock when it is not yet."""
    npm = shutil.which("npm")
    assert npm, "the AsyncAPI document is checked by the official parser: install Node.js 20 with npm"
    if not (CHECKER / "node_modules" / "@asyncapi" / "parser").is_dir():
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=CHECKER, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return CHECKER / "validate.mjs"


def validate(parser: Path, document: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["node", str(parser), str(document)], capture_output=True, text=True, check=False)


def test_the_committed_documents_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert docs(["--check"]) == 0, capsys.readouterr().err


def test_a_stale_document_is_named_and_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncapi, "PROJECT", tmp_path)
    assert docs(["--check"]) == 1
    assert docs([]) == 0
    (tmp_path / "docs" / "topics.md").write_text("lama")
    assert [(b.subject, b.rule) for b in stale_documents()] == [("docs/topics.md", "document_stale")]
    assert docs([]) == 0 and docs(["--check"]) == 0


def test_yaml_readers_see_exactly_the_document() -> None:
    read = yaml.safe_load((PROJECT / "docs" / "asyncapi.yaml").read_text("utf-8"))
    meant = json.loads(json.dumps(asyncapi_document()))
    assert read == meant


def test_every_topic_and_event_is_in_the_documents() -> None:
    document, page = asyncapi_document(), topics_document()
    assert {channel["address"] for channel in document["channels"].values()} == {topic.name for topic in CATALOGUE}
    assert set(document["components"]["messages"]) == {event.__name__ for event in all_events()}
    for topic in CATALOGUE:
        assert f"`{topic.name}`" in page
    for message in document["components"]["messages"].values():
        assert message["examples"], message["title"]


@pytest.mark.slow
def test_the_official_parser_finds_no_error(official_parser: Path) -> None:
    done = validate(official_parser, PROJECT / "docs" / "asyncapi.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.strip().splitlines()[-1]
    assert said == f"valid: AsyncAPI 3.0.0, {len(CATALOGUE)} channels, {len(all_events())} messages"


@pytest.mark.slow
def test_the_official_parser_would_find_one(official_parser: Path, tmp_path: Path) -> None:
    broken = tmp_path / "asyncapi.yaml"
    text = (PROJECT / "docs" / "asyncapi.yaml").read_text("utf-8")
    broken.write_text(text.replace('action: "send"', 'action: "shout"', 1))
    done = validate(official_parser, broken)
    assert done.returncode == 1 and "error: operations" in done.stdout
