"""The application on fakes."""

from pathlib import Path

import pytest

from tests.unit.gateway.fakes import World, a_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return a_world(tmp_path)
