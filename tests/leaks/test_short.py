"""Canaries in at every entrance of the build as it is; `make leak-test` also runs builds with a guard taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.leaks.running import CANARIES_AT_LEAST, run
from tests.leaks.telling import by_entrance, by_place
from tests.support.stack import Stack

pytestmark = pytest.mark.slow


async def test_no_canary_is_left_anywhere_and_each_of_them_came_in(
    stack: Stack, namespace: str, tmp_path: Path
) -> None:
    findings = await run(stack, namespace, tmp_path / "world")
    told = f"{by_entrance(findings)}\n{by_place(findings)}"
    assert findings.clean, told
    assert len(findings.world.aviary.let_out) >= CANARIES_AT_LEAST
