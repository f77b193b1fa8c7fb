"""A document and the way it came → the text that may be kept, what was found, and what is to be done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from libs.privacy.outcomes import TOKENS, WITHHELD, Channel, Mode, Outcome, outcome
from libs.privacy.reading import Span, Spans, read, read_numbers
from libs.privacy.traces import unsure

# Items carry it; a new version re-masks what is kept.
GATE_VERSION = "3"
# Nearly everything stands still after the second reading; the bound is against what is made to go on.
_MOST_READINGS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """`classes` counts the spans per class. The values themselves are nowhere in here."""

    text: str
    outcome: Outcome
    classes: Mapping[str, int]
    spans: Spans
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One document of several fields: what is to be done with it is decided once, for all of them."""

    outcome: Outcome
    mode: Mode
    classes: Mapping[str, int]
    parts: Mapping[str, GateResult]


def gate(text: str, *, channel: Channel) -> GateResult:
    """Masks who a text is about and how to reach them. Linear in the length, no I/O, never raises."""
    return gate_parts({"": text}, channel=channel).parts[""]


def gate_parts(parts: Mapping[str, str], *, channel: Channel) -> Parts:
    """The fields of one document: a name or a child told in one of them holds in all."""
    texts = list(parts.values())
    spans, child = read(texts, channel=channel, child=False)
    masked = [_masked(*part) for part in zip(texts, spans, strict=True)]
    fresh = spans
    for _ in range(_MOST_READINGS):
        if not any(fresh):
            break
        # A token is shorter than what it hides: words that stood too far apart to say anything have come together.
        fresh, child = read(masked, channel=channel, child=child)
        spans = [_with_fresh(*part) for part in zip(spans, fresh, strict=True)]
        masked = [_masked(*part) for part in zip(texts, spans, strict=True)]
    return _decided(parts, masked, spans, channel=channel, child=child)


def numbers_masked(text: str) -> str:
    """Only numbers and mail addresses, by structure alone: for what is no sentence about anybody."""
    return _masked(text, read_numbers(text))


def _masked(text: str, spans: Spans) -> str:
    pieces, position = [], 0
    for span in spans:
        pieces += [text[position : span.start], TOKENS[span.kind]]
        position = span.end
    return "".join([*pieces, text[position:]])


def _with_fresh(spans: Spans, fresh: Spans) -> Spans:
    """`fresh` are spans of the masked text and never touch its tokens; they go back to where they stood."""
    if not fresh:
        return spans
    known = iter(spans)
    told, shift = [], 0
    upcoming = next(known, None)
    for one in fresh:
        while upcoming is not None and upcoming.start + shift <= one.start:
            shift += len(TOKENS[upcoming.kind]) - (upcoming.end - upcoming.start)
            upcoming = next(known, None)
        told.append(Span(one.start - shift, one.end - shift, one.kind))
    return tuple(sorted([*spans, *told], key=lambda span: span.start))


def _decided(
    parts: Mapping[str, str], masked: list[str], spans: list[Spans], *, channel: Channel, child: bool
) -> Parts:
    classes = Counter(span.kind for one in spans for span in one)
    hidden = sum(span.end - span.start for one in spans for span in one)
    decided = outcome(
        classes,
        channel=channel,
        masked_share=hidden / max(1, sum(map(len, parts.values()))),
        unsure=child and any(map(unsure, masked)),
    )
    mode = Mode.CHILD if child else Mode.NORMAL
    results = [_result(*part, decided, mode) for part in zip(masked, spans, strict=True)]
    return Parts(outcome=decided, mode=mode, classes=dict(classes), parts=dict(zip(parts, results, strict=True)))


def _result(text: str, spans: Spans, decided: Outcome, mode: Mode) -> GateResult:
    classes = dict(Counter(span.kind for span in spans))
    if decided is Outcome.QUARANTINE:
        return GateResult(text=WITHHELD if text else "", outcome=decided, classes=classes, spans=(), mode=mode)
    return GateResult(text=text, outcome=decided, classes=classes, spans=spans, mode=mode)
