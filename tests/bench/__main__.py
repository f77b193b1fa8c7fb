"""`make bench`: measures hops and chain, prints `name=value` lines, writes docs/bench/results.md."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from deploy.local.places import PROJECT
from tests.bench import chain, relaying
from tests.bench.chain import Chained
from tests.bench.machine import bind_to_two_cores, describe, gc_options
from tests.bench.plan import FULL, QUICK
from tests.bench.relaying import Relayed
from tests.bench.report import Figure, document, figures, lines
from tests.support.stack import Stack, start_stack

RESULTS = PROJECT / "docs" / "bench" / "results.md"
T = TypeVar("T")


def on_own_servers(directory: Path, work: Callable[[Stack], T]) -> T:
    """Servers of its own for each part, started outside any event loop; they write down their collections."""
    directory.mkdir(parents=True)
    os.environ["JAVA_TOOL_OPTIONS"] = gc_options(directory)
    stack = start_stack(directory / "stack", durable=True, own=True)
    del os.environ["JAVA_TOOL_OPTIONS"]
    try:
        return work(stack)
    finally:
        stack.stop()


def main(arguments: Sequence[str]) -> int:
    """0 when everything was measured, whether or not the goals were reached: a slow machine is no failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute, to try the bench itself; writes no results")
    parser.add_argument("--only", choices=("hop", "chain"), help="one part; writes no results")
    parser.add_argument("--results", type=Path, help="where to write instead of docs/bench/results.md")
    chosen = parser.parse_args(arguments)
    plan, began = QUICK if chosen.quick else FULL, time.monotonic()
    machine = describe(bind_to_two_cores())
    relayed: Relayed | None = None
    chained: Chained | None = None
    with tempfile.TemporaryDirectory(prefix="pasopati-bench-") as place:
        hop, whole = Path(place) / "hop", Path(place) / "chain"
        if chosen.only != "chain":
            print("measuring hops …", flush=True)
            relayed = on_own_servers(hop, lambda stack: relaying.measure(stack, hop / "work", plan.relay))
            tell(figures(relayed, None))
        if chosen.only != "hop":
            print("measuring the whole chain …", flush=True)
            chained = on_own_servers(whole, lambda stack: chain.measure(stack, whole / "work", whole, plan.chain))
    text = document(
        machine, relayed, chained,
        at=datetime.now(UTC), seconds=time.monotonic() - began, command=" ".join(("python -m tests.bench", *arguments)),
    )  # fmt: skip
    written = chosen.results or (None if chosen.quick or chosen.only else RESULTS)
    if written is None:
        print(f"\n{text}")
    else:
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(text, encoding="utf-8")
        print(f"written to {written}")
    tell(figures(relayed, chained))
    return 0


def tell(found: Sequence[Figure]) -> None:
    print("\n".join(lines(found)), flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("interrupted: nothing was written")
