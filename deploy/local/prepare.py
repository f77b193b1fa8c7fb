"""What must be on the machine before something starts: programs, jars, built assets. Nothing missing: no network."""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from deploy.local.assets import BuildFailed, build_console, install
from deploy.local.jars import BadDownload, kafka_jars, mongo_jars
from deploy.local.places import PROJECT
from deploy.local.toolchain import CHROMIUM, JAVA, MissingProgram, ensure

Say = Callable[[str], None]
FAILURES = (MissingProgram, BadDownload, BuildFailed)


def java(say: Say) -> None:
    """Java, and both servers' jars."""
    ensure(JAVA)
    _timed(say, "Apache Kafka", kafka_jars)
    _timed(say, "MongoLocal", mongo_jars)


def console(say: Say) -> None:
    """The console's script, style sheets and font."""
    _timed(say, "console assets", build_console)


def tests(say: Say) -> None:
    """Everything the tests drive besides our own processes."""
    java(say)
    console(say)
    ensure(CHROMIUM)
    for lock in sorted((PROJECT / "tests").rglob("package-lock.json")):
        if "node_modules" not in lock.parts:
            _timed(say, f"npm packages of {_short(lock.parent)}", partial(install, lock.parent))


def _short(folder: Path) -> str:
    return folder.relative_to(PROJECT).as_posix()


def _timed(say: Say, name: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    seconds = time.monotonic() - began
    # What was there already is not worth a line.
    if seconds > 1:
        say(f"· {name} installed ({seconds:.0f} s)")


def main(argv: list[str]) -> int:
    """`python -m deploy.local.prepare java|console|tests`."""
    parts: dict[str, Callable[[Say], None]] = {"java": java, "console": console, "tests": tests}
    try:
        for name in argv:
            parts[name](lambda line: print(line, file=sys.stderr, flush=True))
    except FAILURES as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
