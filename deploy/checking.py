"""`make check`: every rule that can be checked without starting anything; names each failure."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deploy.local.places import PROJECT

_TOOLS = PROJECT / ".venv" / "bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One command; its words are what the reader sees."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check said, and how long it took."""

    check: Check
    passed: bool
    output: str
    seconds: float


# The slowest first: they decide when all are done.
CHECKS = (
    Check(name="types (mypy --strict)", command=(sys.executable, "-m", "mypy")),
    Check(name="who may import whom", command=(str(_TOOLS / "lint-imports"),)),
    Check(name="contract (schemas, catalogue)", command=(str(_TOOLS / "pasopati"), "schemas", "check")),
    Check(name="generated documents", command=(str(_TOOLS / "pasopati"), "docs", "--check")),
    Check(name="lint", command=(sys.executable, "-m", "ruff", "check", "--quiet", ".")),
    Check(name="format", command=(sys.executable, "-m", "ruff", "format", "--check", "--quiet", ".")),
    Check(name="lock", command=(sys.executable, "-m", "deploy.locking", "check")),
)


def carry_out(check: Check) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(check.command, cwd=PROJECT, capture_output=True, text=True, check=False)
    return Outcome(
        check=check,
        passed=done.returncode == 0,
        output=(done.stdout + done.stderr).strip(),
        seconds=time.monotonic() - began,
    )


def main() -> int:
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as workers:
        outcomes = list(workers.map(carry_out, CHECKS))
    for outcome in outcomes:
        print(f"{'ok  ' if outcome.passed else 'FAIL'} {outcome.check.name} ({outcome.seconds:.1f} s)")
        if not outcome.passed:
            print(outcome.output)
    failed = sum(not outcome.passed for outcome in outcomes)
    print(f"{len(outcomes)} checks, {failed} failed, {time.monotonic() - began:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
