"""Fixtures every test may use: servers, a namespace of one's own, service processes, the shared data."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.places import PROJECT
from tests.support.running import Running
from tests.support.stack import Stack, start_stack

# Cheap ones first: a broken unit is reported before a broker is started for it.
_ORDER = ("unit", "contract", "integration", "browser", "faults", "e2e", "bench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        part = item.path.relative_to(PROJECT / "tests").parts[0]
        return _ORDER.index(part) if part in _ORDER else len(_ORDER)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One Kafka and one MongoLocal (in memory) a session, or KAFKA_BOOTSTRAP_SERVERS / MONGODB_URL if set."""
    started = start_stack(tmp_path_factory.mktemp("stack"))
    yield started
    started.stop()


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """Servers for one test that kills them; the store keeps a file."""
    started = start_stack(tmp_path / "stack", durable=True, own=True)
    yield started
    started.stop()


@pytest.fixture
def namespace() -> str:
    """A short unique string that keeps one test's topics, groups and databases apart from all others."""
    return f"t{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def running(stack: Stack, namespace: str, tmp_path: Path) -> AsyncIterator[Running]:
    """Starts real service processes on `stack`; all of them end with the test."""
    starter = Running(stack=stack, namespace=namespace, directory=tmp_path / "services")
    yield starter
    await starter.close()


@pytest.fixture
async def own_running(own_stack: Stack, namespace: str, tmp_path: Path) -> AsyncIterator[Running]:
    """As `running`, on servers that only this test uses."""
    starter = Running(stack=own_stack, namespace=namespace, directory=tmp_path / "services")
    yield starter
    await starter.close()


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Reference data beside the project; most machines have none."""
    place = Path(os.environ.get("PASOPATI_SHARED_DIR", PROJECT.parent / "shared"))
    if not place.is_dir():
        pytest.skip("needs ../shared")
    return place
