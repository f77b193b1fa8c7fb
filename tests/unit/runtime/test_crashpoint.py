"""Crash points: dead silent unless armed, and then exact to the hit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
PASSING = """
from libs.runtime.crashpoint import crashpoint
for n in range(1, 6):
    crashpoint("lain")
    crashpoint("uji.sini")
    print(n, flush=True)
"""


def passes(armed: str | None) -> tuple[int, int]:
    """The exit code and how many rounds were told before the end."""
    clean = {name: value for name, value in os.environ.items() if name != "PASOPATI_CRASHPOINT"}
    done = subprocess.run(
        [sys.executable, "-c", PASSING], cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False,
        env=clean | ({"PASOPATI_CRASHPOINT": armed} if armed is not None else {}),
    )  # fmt: skip
    return done.returncode, len(done.stdout.split())


@pytest.mark.parametrize(("armed", "rounds"), [("uji.sini", 0), ("uji.sini:1", 0), ("uji.sini:5", 4)])
def test_it_kills_at_the_hit_that_was_asked_for(armed: str, rounds: int) -> None:
    assert passes(armed) == (-9, rounds)


@pytest.mark.parametrize("armed", [None, "", "uji.sini:6", "uji", "uji.sini.lagi:1"])
def test_otherwise_it_does_nothing(armed: str | None) -> None:
    assert passes(armed) == (0, 5)
