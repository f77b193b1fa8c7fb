"""`pasopati schemas check | snapshot` and `pasopati docs [--check]`: the contract's rules, and what is made from it."""

import argparse
import sys
from collections.abc import Sequence

from .asyncapi import PROJECT, documents, stale_documents, write_documents
from .checks import (
    check_catalogue,
    check_events,
    check_examples,
    check_names_in_sources,
    check_snapshots,
    defined_events,
    write_snapshots,
)
from .compatibility import Breach
from .topics import CATALOGUE


def main(argv: list[str]) -> int:
    """0 when all is well; breaches go to stderr, one a line."""
    parser = argparse.ArgumentParser(prog="pasopati schemas", description="The contract against its rules.")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("check", help="fail, naming event and rule, where the contract is broken")
    snapshot = actions.add_parser("snapshot", help="write today's JSON Schemas into libs/schemas/snapshots")
    snapshot.add_argument(
        "--accept-breaking",
        action="store_true",
        help="also where that breaks readers: only for an event that nobody reads yet",
    )
    asked = parser.parse_args(argv)
    return _check() if asked.action == "check" else _snapshot(accept_breaking=asked.accept_breaking)


def docs(argv: list[str]) -> int:
    """Writes docs/asyncapi.yaml and docs/topics.md, or only says whether they are up to date."""
    parser = argparse.ArgumentParser(prog="pasopati docs", description="Write the documents made from the catalogue.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a document is out of date")
    if parser.parse_args(argv).check:
        stale = list(stale_documents())
        _print(stale)
        print(f"docs: {len(documents()) - len(stale)} up to date, {len(stale)} stale")
        return 1 if stale else 0
    changed = write_documents()
    print(f"docs: {len(changed)} written, {len(documents()) - len(changed)} unchanged")
    return 0


def _check() -> int:
    found = [
        *check_catalogue(),
        *check_events(),
        *check_snapshots(),
        *check_examples(),
        *check_names_in_sources(PROJECT),
    ]
    _print(found)
    print(f"schemas: {len(defined_events())} events on {len(CATALOGUE)} topics, {len(found)} breaches")
    return 1 if found else 0


def _snapshot(*, accept_breaking: bool) -> int:
    changed, refused = write_snapshots(accept_breaking=accept_breaking)
    _print(refused)
    print(f"snapshots: {len(changed)} written, {len(refused)} breaches refused")
    return 1 if refused else 0


def _print(breaches: Sequence[Breach]) -> None:
    for breach in breaches:
        print(breach, file=sys.stderr)
