"""`make leak-test`: the build as it is, then builds with a guard taken out; prints tables, ends with 1 on any leak."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.leaks.mutants import MUTANTS
from tests.leaks.running import CANARIES_AT_LEAST, Findings, run
from tests.leaks.telling import by_entrance, by_place, unnoticed
from tests.support.stack import start_stack


def everything(parts: list[str]) -> int:
    began, verdicts = time.monotonic(), dict[str, bool]()
    with tempfile.TemporaryDirectory(prefix="pasopati-leaks-") as place:
        stack = start_stack(Path(place) / "stack", own=True)
        try:
            for name in (None, *MUTANTS):
                if parts and (name or "build") not in parts:
                    continue
                findings = asyncio.run(
                    run(stack, f"bocor{len(verdicts)}", Path(place) / (name or "build"), mutant=name)
                )
                print(f"\n== {f'mutant {name}' if name else 'the build as it is'}\n{by_entrance(findings)}")
                print(by_place(findings))
                verdicts[name or "build"] = _verdict(name, findings)
        finally:
            stack.stop()
    print(f"\n{time.monotonic() - began:.0f} s")
    for name, good in verdicts.items():
        print(f"{'ok  ' if good else 'FAIL'}  {name}")
    return 0 if verdicts and all(verdicts.values()) else 1


def _verdict(mutant: str | None, findings: Findings) -> bool:
    if mutant is None:
        return findings.clean and len(findings.world.aviary.let_out) >= CANARIES_AT_LEAST
    missed = unnoticed(mutant, findings)
    print(f"entrances where it went unnoticed: {', '.join(missed) or 'none'}")
    return not missed


if __name__ == "__main__":
    sys.exit(everything(sys.argv[1:]))
