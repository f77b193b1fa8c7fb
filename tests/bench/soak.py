"""`make soak`: a million items through the classifier (ITEMS=…), then ten minutes of ingest (MINUTES=…).

PART=classifier or PART=ingest runs one of them."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from deploy.local.places import PROJECT
from tests.bench.soak_classifier import soak_classifier
from tests.bench.soak_ingest import SOURCES, soak_ingest
from tests.bench.soak_plan import FULL, Limits
from tests.bench.soak_report import CLASSIFIER, INGEST, put_section

RESULTS = PROJECT / "docs" / "bench" / "soak.md"
# What is no full run does not take the place of one.
LOOKS = PROJECT / ".run" / "soak.md"


def main() -> int:
    chosen = _chosen()
    os.nice(chosen.nice)
    kept = True
    if chosen.part in ("both", "classifier"):
        page = chosen.out or (RESULTS if chosen.items >= FULL else LOOKS)
        limits = Limits(hours=chosen.hours)
        print(f"soak: {chosen.items:,} items through the classifier; result in {page}", flush=True)
        with tempfile.TemporaryDirectory(prefix="pasopati-soak-") as place:
            lines, kept = soak_classifier(Path(place), chosen.items, limits)
        put_section(page, CLASSIFIER, lines)
        print("\n".join(lines), flush=True)
    if chosen.part in ("both", "ingest"):
        with tempfile.TemporaryDirectory(prefix="pasopati-soak-") as place:
            lines, flat = soak_ingest(Path(place), chosen.sources, chosen.minutes)
        put_section(chosen.out or (RESULTS if chosen.minutes >= 10 else LOOKS), INGEST, lines)
        print(lines[0], flush=True)
        kept = kept and flat
    return 0 if kept else 1


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--part", choices=["both", "classifier", "ingest"], default=os.environ.get("PART") or "both")
    parser.add_argument("--items", type=int, default=int(os.environ.get("ITEMS") or FULL))
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES") or 10))
    parser.add_argument("--sources", type=int, default=SOURCES)
    parser.add_argument("--hours", type=float, default=Limits().hours, help="the classifier's part ends after these")
    parser.add_argument("--nice", type=int, default=0, help="for everything that is started")
    parser.add_argument("--out", type=Path, default=None, help=f"the page; {RESULTS.name} of docs/bench for full runs")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
