"""`pasopati mask`: text or JSON lines in, what may be kept of them out; no server needed."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, BinaryIO, TextIO, get_args

from libs.privacy.gate import GateResult, gate
from libs.privacy.outcomes import Channel, Outcome

CHANNELS: tuple[Channel, ...] = get_args(Channel)


class BadLine(ValueError):
    """What is wrong with a line, without a word of what it holds."""


def command(argv: list[str]) -> int:
    """Standard input → standard output: one text, or with --jsonl one document a line, in the same order."""
    parser = argparse.ArgumentParser(prog="pasopati mask", description=command.__doc__)
    parser.add_argument("--jsonl", action="store_true", help='lines {"id","channel","text"} in, outcome and spans out')
    parser.add_argument(
        "--channel",
        choices=CHANNELS,
        default="unit_report",
        help="how a text came, or a line that does not say so itself; default: unit_report, the strictest",
    )
    given = parser.parse_args(argv)
    try:
        if given.jsonl:
            return mask_lines(sys.stdin.buffer, sys.stdout.buffer, sys.stderr, given.channel)
        return mask_text(sys.stdin.buffer, sys.stdout.buffer, sys.stderr, given.channel)
    except BrokenPipeError:
        # Whoever read along has gone; the interpreter must not try to write what is left.
        sys.stdout = None
        return 0


def mask_text(source: BinaryIO, target: BinaryIO, errors: TextIO, channel: Channel) -> int:
    """All of the input is one document: a name told in its first line holds in its last."""
    result = gate(source.read().decode("utf-8", "replace"), channel=channel)
    target.write(result.text.encode("utf-8", "replace"))
    target.flush()
    if result.outcome in (Outcome.REJECT, Outcome.QUARANTINE):
        found = ", ".join(f"{kind} {count}" for kind, count in result.classes.items())
        print(f"outcome: {result.outcome} ({found})", file=errors)
    return 0


def mask_lines(source: BinaryIO, target: BinaryIO, errors: TextIO, channel: Channel) -> int:
    """2 when a line could not be read; its number goes to `errors`, every other line is answered."""
    bad = 0
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            answer = _answered(line, channel)
        except BadLine as reason:
            bad += 1
            print(f"line {number}: {reason}", file=errors, flush=True)
            continue
        target.write(answer)
        target.flush()
    return 2 if bad else 0


def _answered(line: bytes, channel: Channel) -> bytes:
    document = _read(line)
    text, asked = document.get("text"), document.get("channel", channel)
    if not isinstance(text, str):
        raise BadLine('"text" is missing or no text')
    if asked not in CHANNELS:
        raise BadLine(f'"channel" is none of {", ".join(CHANNELS)}')
    answer = {"id": document.get("id"), **_told(gate(text, channel=asked))}
    try:
        return json.dumps(answer, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        # Half of a surrogate pair is no UTF-8; escaped it comes back as it was sent.
        return json.dumps(answer).encode() + b"\n"


def _read(line: bytes) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        # Its message would quote the line; `from None` keeps it out of every traceback.
        raise BadLine("no JSON in UTF-8") from None
    if not isinstance(document, dict):
        raise BadLine("no JSON object")
    return document


def _told(result: GateResult) -> dict[str, Any]:
    return {
        "text": result.text,
        "outcome": result.outcome,
        "mode": result.mode,
        "spans": [{"start": span.start, "end": span.end, "class": span.kind} for span in result.spans],
    }
