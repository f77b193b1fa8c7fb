"""A short sweep in every test run; the whole one is `make faults`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.killing import Kill, at_points, short_plan
from tests.faults.world import world
from tests.support.stack import Stack, start_stack

pytestmark = pytest.mark.slow
KILLS = 20


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Stack]:
    started = start_stack(tmp_path / "stack", durable=True, own=True)
    yield started
    started.stop()


async def test_twenty_kills_lose_and_double_nothing(servers: Stack, namespace: str, tmp_path: Path) -> None:
    async with world(servers, namespace, tmp_path / "world") as made:
        never = await at_points(made, short_plan(KILLS))
        findings = await made.settle()
        print(f"\n{sum(made.kills.values())} kills: {findings}")
        assert not never, f"never hit: {never}"
        assert findings.clean, str(findings)
        assert not made.people.refused, made.people.refused
        assert findings.counts["items fed"] >= 500 and findings.counts["releases"] >= 1


async def test_a_runtime_without_outbox_is_found_out(servers: Stack, namespace: str, tmp_path: Path) -> None:
    async with world(servers, namespace, tmp_path / "world", mutant="no_outbox") as made:
        # Where an outbox would have told what a dead process had only written; which write is the first one is chance.
        deaths = (("classifier", 1), ("classifier", 2), ("ingest", 3), ("classifier", 4))
        await at_points(made, [Kill(service=name, point="store.after_write", hit=hit) for name, hit in deaths])
        findings = await made.settle(within=15)
        assert findings.lost, "a broken runtime went unnoticed: the sweep proves nothing"
