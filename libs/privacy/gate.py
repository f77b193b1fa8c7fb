"""A text and the way it came → the text that may be kept, what was found, and what is to be done with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from libs.privacy.codes import CHILD_CASE, cases, mail_addresses, registers
from libs.privacy.folding import fold
from libs.privacy.keywords import Keywords
from libs.privacy.numbers import Found, nik_and_kk, phones, runs

# Items carry it; a new version re-masks what is kept.
GATE_VERSION = "1"

Channel = Literal["news", "social", "unit_report", "release"]
TOKENS: Mapping[str, str] = MappingProxyType(
    {
        "nik": "[NIK]",
        "kk": "[KK]",
        "telepon": "[TELEPON]",
        "register": "[REGISTER]",
        "perkara": "[PERKARA]",
        "surel": "[SUREL]",
    }
)
# What identifies an inmate goes back to the unit that wrote it; a phone number or address is only masked.
_REJECTED_IN_REPORTS = frozenset({"nik", "kk", "register", "perkara"})
_WORTH_A_LOOK = re.compile(r"[0-9@]|[\[({]\s?at\s?[\])}]|reg", re.IGNORECASE)


class Outcome(StrEnum):
    PASS = "pass"
    REDACT = "redact"
    REJECT = "reject"
    QUARANTINE = "quarantine"


class Mode(StrEnum):
    NORMAL = "normal"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open, in characters of the text that was handed in."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """`classes` counts the spans per class. The values themselves are nowhere in here."""

    text: str
    outcome: Outcome
    classes: Mapping[str, int]
    spans: tuple[Span, ...]
    mode: Mode


def gate(text: str, *, channel: Channel) -> GateResult:
    """Masks NIK, KK, phones, register and case numbers and e-mail. Linear in the length, no I/O, never raises."""
    folded = fold(text)
    if _WORTH_A_LOOK.search(folded.text) is None:
        return GateResult(text=text, outcome=Outcome.PASS, classes={}, spans=(), mode=Mode.NORMAL)
    found = _without_overlaps(_all_found(folded.text, keyword_needed=channel == "news"))
    spans = tuple(Span(*folded.origin(one.start, one.end), one.kind) for one in found)
    child = any(one.kind == "perkara" and CHILD_CASE.search(folded.text[one.start : one.end]) for one in found)
    classes = dict(Counter(span.kind for span in spans))
    return GateResult(
        text=_masked(text, spans),
        outcome=_outcome(classes, channel),
        classes=classes,
        spans=spans,
        mode=Mode.CHILD if child else Mode.NORMAL,
    )


def redact(value: str) -> str:
    """For logs and exception texts: what could be a number of a person goes, keyword or not."""
    return gate(value, channel="unit_report").text


def _all_found(text: str, *, keyword_needed: bool) -> Iterator[Found]:
    """The surest class first: it wins where two overlap."""
    yield from mail_addresses(text)
    yield from cases(text)
    yield from registers(text)
    words, numbers = Keywords(text), list(runs(text))
    for run in numbers:
        yield from nik_and_kk(run, words, keyword_needed=keyword_needed)
    for run in numbers:
        yield from phones(run, words)


def _without_overlaps(found: Iterator[Found]) -> list[Found]:
    """One span for all that touch one another: two readings of one run must not leave a digit between them."""
    ranked = list(enumerate(found))
    merged: list[tuple[int, Found]] = []
    for rank, one in sorted(ranked, key=lambda entry: (entry[1].start, entry[0])):
        if merged and one.start < merged[-1][1].end:
            best, last = merged[-1]
            kind = last.kind if best < rank else one.kind
            merged[-1] = (min(best, rank), Found(last.start, max(last.end, one.end), kind))
        else:
            merged.append((rank, one))
    return [one for _, one in merged]


def _masked(text: str, spans: tuple[Span, ...]) -> str:
    pieces, position = [], 0
    for span in spans:
        pieces += [text[position : span.start], TOKENS[span.kind]]
        position = span.end
    return "".join([*pieces, text[position:]])


def _outcome(classes: Mapping[str, int], channel: Channel) -> Outcome:
    if not classes:
        return Outcome.PASS
    if channel == "unit_report" and not _REJECTED_IN_REPORTS.isdisjoint(classes):
        return Outcome.REJECT
    return Outcome.REDACT
