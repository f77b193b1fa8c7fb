"""What the privacy gate costs on ordinary texts and on texts made to hurt it: four times the text, no sixteenfold cost.

`make bench-gate`; ends with 1 when a cost grows faster than in proportion."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator

from deploy.local.sample.day import load_day
from libs.privacy import Channel, gate

SIZE = 100_000
# Linear is 4 and quadratic 16; the summand forgives what is too short to measure.
MOST_GROWTH, UNMEASURABLE_SECONDS = 9.0, 0.02

_PATTERNS = {
    "digits": "3",
    "digits and blanks": "3 ",
    "a NIK at every step": "1/",
    "look-alike words": "So l",
    "bin": "bin ",
    "binti and names": "binti Sari ",
    "combining marks": "1\u0301",
    "at-signs": "@",
    "half addresses": "a.b@",
    "half registers": "B.I.",
    "reg": "reg ",
    "half cases": "1/Pid.",
    "blanks": "1   ",
    "keywords": "NIK ",
    "passports": "paspor ",
    "plates": "B 1 ",
    "plates told": "nopol b ",
    "streets": "Jl. ",
    "streets of homes": "rumah korban di Jl. Mawar ",
    "quarters": "RT 1 ",
    "villages": "warga Desa Suka ",
    "brackets": "(",
    "ages": "(15) ",
    "years": "15 tahun ",
    "pupils": "siswa SMP korban ",
    "children": "anak cabul ",
    "initials": "inisial AB, ",
    "initials with an age": "AB (15), ",
    "dotted capitals": "A.B. ",
    "schools": "SMPN 3 ",
    "small schools": "smp 3 ",
    "handles": "@abc ",
    "accounts": "akun korban @abc ",
    "announced": "bernama ",
    "illness": "napi hamil ",
    "sentences": "Ia hamil. ",
    "number words": "nol delapan ",
    "entities": "&#51;",
    "half entities": "&amp;",
    "escapes": "\\u0033",
    "backslashes": "\\",
    "percents": "%33",
    "tags": "<b>",
    "half tags": "<b ",
    "capital names": "Budi Sari ",
    "tokens": "[WBP] ",
    "line breaks": "\n",
    "one long word": "a",
    "one long capital": "A",
}
# Switches on child mode and everything that asks whether somebody is in the sentence.
_CHILD = "Anak binaan dengan NIK 3201015703900012 "
_WAYS: tuple[tuple[Channel, str], ...] = (("news", ""), ("unit_report", _CHILD), ("social", _CHILD))


def seconds(text: str, channel: Channel) -> float:
    """Processor time of the quickest of two runs."""
    best = float("inf")
    for _ in range(2):
        began = time.process_time()
        gate(text, channel=channel)
        best = min(best, time.process_time() - began)
    return best


def is_linear(quarter: float, whole: float) -> bool:
    return whole < MOST_GROWTH * quarter + UNMEASURABLE_SECONDS


def ordinary(texts: Iterable[str], channel: Channel) -> str:
    shown = list(texts)
    began = time.process_time()
    for text in shown:
        gate(text, channel=channel)
    each = (time.process_time() - began) / len(shown)
    return f"{each * 1000:.3f} ms each, {1 / each:,.0f}/s"


def growth(name: str, pattern: str) -> Iterator[tuple[str, bool]]:
    """A line per way the pattern comes, and whether its cost grew with its length only."""
    for channel, opening in _WAYS:
        whole = opening + (pattern * (SIZE // len(pattern) + 1))[:SIZE]
        quarter, all_of_it = seconds(whole[: SIZE // 4], channel), seconds(whole, channel)
        figures = f"{all_of_it * 1000:8.1f} ms, a quarter {quarter * 1000:7.1f} ms"
        yield f"{channel:12} 100 KB of {name:22} {figures}", is_linear(quarter, all_of_it)


def main() -> int:
    items = load_day().items
    short = [f"{item.title}. {item.text}"[:800] for item in items]
    long = [" ".join([item.title, item.text] * 10)[:2000] for item in items]
    for channel, _ in _WAYS:
        print(f"{channel:12} {len(short)} texts of at most 800 signs  {ordinary(short, channel)}")
        print(f"{channel:12} {len(long)} texts of 2,000 signs  {ordinary(long, channel)}")
    slow = 0
    for name, pattern in _PATTERNS.items():
        for line, linear in growth(name, pattern):
            slow += not linear
            print(line if linear else f"{line}  GROWS FASTER THAN THE TEXT")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
