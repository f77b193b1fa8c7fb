"""Builds with a guard taken out: a search that finds nothing in them proves nothing.

`python -m tests.leaks.mutants <mutant> <service, or pasopati's arguments behind "-">` runs it."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def no_gate() -> None:
    """The privacy gate lets everything through, and logs and dead letters are not masked either."""
    import libs.privacy as privacy
    from libs.privacy import addresses, logs, outcomes

    # The package's own attribute of that name is the function.
    gate: Any = import_module("libs.privacy.gate")

    def open_gate(text: str, *, channel: Any) -> Any:
        return gate.GateResult(
            text=text, outcome=outcomes.Outcome.PASS, classes={}, spans=(), mode=outcomes.Mode.NORMAL
        )

    def open_gate_parts(parts: Mapping[str, str], *, channel: Any) -> Any:
        told = {name: open_gate(text, channel=channel) for name, text in parts.items()}
        return gate.Parts(outcome=outcomes.Outcome.PASS, mode=outcomes.Mode.NORMAL, classes={}, parts=told)

    def unchanged(text: str) -> str:
        return text

    def clean(_: str) -> addresses.AddressVerdict:
        return addresses.AddressVerdict.CLEAN

    replaced: dict[str, Any] = {
        "gate": open_gate, "gate_parts": open_gate_parts, "numbers_masked": unchanged, "redact": unchanged,
        "gate_address": clean,
    }  # fmt: skip
    for module in (privacy, gate, addresses, logs):
        for name, function in replaced.items():
            if hasattr(module, name) and callable(getattr(module, name)):
                setattr(module, name, function)
    from libs.runtime import telemetry

    telemetry.mask = unchanged
    telemetry.redact = unchanged


def chat(*said: bytes) -> None:
    """Straight to the log file: the logger itself would shorten it and leave repetitions out."""
    print(*(part.decode("utf-8", "replace") for part in said), file=sys.stderr, flush=True)


def talkative() -> None:
    """What is dropped today is kept: requests and fetched bodies are logged as they came, photos stay as they were,
    records nobody understands are parked whole."""
    from libs.runtime import telemetry

    telemetry.redact = lambda text: text
    import services.gateway.photos as photos
    from services.gateway.doors import Door

    honest_call, honest_body, honest_clean = Door.__call__, Door._body, photos.Cleaner.clean

    async def tell(self: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            said = [
                scope.get("raw_path", b""),
                scope.get("query_string", b""),
                *(v for pair in scope["headers"] for v in pair),
            ]
            chat(*said)
        await honest_call(self, scope, receive, send)

    async def keep(self: Any, *args: Any, **kwargs: Any) -> bytes:
        body = await honest_body(self, *args, **kwargs)
        chat(body)
        return body

    async def as_it_came(self: Any, content: bytes) -> tuple[dict[str, object], bytes]:
        facts, _ = await honest_clean(self, content)
        return facts, content

    import services.ingest.fetching as fetching
    from libs.runtime.dead_letter import ParkingLot

    honest_parse, honest_park = fetching._parse, ParkingLot.park

    async def parse(adapter: Any, body: bytes, *args: Any) -> Any:
        chat(body)
        return await honest_parse(adapter, body, *args)

    async def park(self: Any, record: Any, reason: str, *, valid: bool) -> None:
        await honest_park(self, record, reason, valid=True)

    fetching._parse = parse  # type: ignore[assignment]
    ParkingLot.park = park  # type: ignore[method-assign]
    Door.__call__ = tell  # type: ignore[method-assign]
    Door._body = keep  # type: ignore[method-assign]
    photos.Cleaner.clean = as_it_came  # type: ignore[method-assign]


MUTANTS: dict[str, Callable[[], None]] = {"no_gate": no_gate, "talkative": talkative}


if __name__ == "__main__":
    mutant, what, *rest = sys.argv[1:]
    MUTANTS[mutant]()
    if what == "-":
        sys.argv = ["pasopati", *rest]
        runpy.run_module("libs.runtime.cli", run_name="__main__")
    else:
        sys.argv = sys.argv[:1]
        runpy.run_module(f"services.{what}.main", run_name="__main__")
