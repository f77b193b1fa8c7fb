"""`pasopati audit verify`: walks the chain and says whether it is whole."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from libs.runtime.mongo import connect
from services.gateway.audit import Audit, verify_chain
from services.gateway.settings import GatewaySettings, settings_of


def _head(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    return int(number), digest


async def _run(settings: GatewaySettings, expected: tuple[int, str] | None) -> int:
    client = connect(settings.mongodb_url.get_secret_value())
    audit = Audit(client[settings.database_name("gateway")]["audit"])
    verdict = await verify_chain(audit.entries(), expected)
    client.close()
    if verdict.flaw:
        print(f"broken after {verdict.count} entries: {verdict.flaw}", file=sys.stderr)
        return 1
    print(f"whole: {verdict.count} entries, head {verdict.count}:{verdict.head}")
    return 0


def command(argv: Sequence[str]) -> int:
    """`audit verify [--head SEQ:HASH] [--state FILE]`; with a head noted earlier a cut-off tail is found, too."""
    parser = argparse.ArgumentParser(prog="pasopati audit", description="The record of every action.")
    verify = parser.add_subparsers(dest="action", required=True).add_parser("verify", help="is the chain whole?")
    verify.add_argument("--head", type=_head, default=None, help="a head noted elsewhere, SEQ:HASH")
    verify.add_argument("--state", type=Path, default=None, help="state file of a running `make run`")
    options = parser.parse_args(argv)
    return asyncio.run(_run(settings_of(options.state), options.head))
