"""The folder libs/schemas is also a wheel that needs nothing but pydantic."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from libs.schemas.topics import all_events
from tests.support.wheel import an_environment_with, build_wheel

STRANGER = """
import importlib.metadata, importlib.util, json, pathlib
import pasopati_schemas
from pasopati_schemas.topics import CATALOGUE, parse
from pasopati_schemas.envelope import type_of

assert importlib.util.find_spec("libs") is None, "the project itself is on the path"
folder = pathlib.Path(pasopati_schemas.__file__).parent / "snapshots"
read = 0
for topic in (topic for topic in CATALOGUE if topic.lane == "live"):
    for event in topic.events:
        name = type_of(event).removeprefix("id.go.ditjenpas.pasopati.")
        value = (folder / f"{name}.example.json").read_bytes()
        parsed = parse(topic, value)
        assert type(parsed) is event, (type(parsed), event)
        assert json.loads(parsed.model_dump_json(exclude_none=True)) == json.loads(value), name
        read += 1
needs = importlib.metadata.requires("pasopati-schemas")
assert needs == ["pydantic<3,>=2.8"], needs
print(f"{read} examples read")
"""


@pytest.mark.slow
def test_the_wheel_alone_in_an_empty_environment_reads_one_example_of_every_event(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path / "dist")
    python = an_environment_with(str(wheel), at=tmp_path / "venv")
    done = subprocess.run(
        [str(python), "-I", "-c", STRANGER], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{len(all_events())} examples read\n"
