"""A document and the way it came → the text that may be kept, what was found, and what is to be done with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from libs.privacy.childhood import is_about_a_child
from libs.privacy.codes import CHILD_CASE, cases, mail_addresses, registers
from libs.privacy.folding import Folded, fold
from libs.privacy.health import health
from libs.privacy.homes import homes
from libs.privacy.keywords import Keywords
from libs.privacy.numbers import Found, nik_and_kk, runs, spoken_runs
from libs.privacy.outcomes import TOKENS, WITHHELD, Channel, Mode, Outcome, outcome
from libs.privacy.papers import insurance_numbers, passports, plates, tax_numbers
from libs.privacy.phones import phones
from libs.privacy.sentences import Sentences
from libs.privacy.traces import handles, initials, schools, unsure

# Items carry it; a new version re-masks what is kept.
GATE_VERSION = "2"

_HOLDS_NUMBERS = re.compile(r"[0-9@/]|[\[({]\s?at\s?[\])}]|reg|lapan|nol|tujuh", re.IGNORECASE)


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
    folded = [fold(text) for text in parts.values()]
    numbers = [list(_numbers(one, channel)) for one in folded]
    child = any(map(_tells_of_a_child, folded, numbers))
    names: list[list[Found]] = [[] for _ in folded]
    form = channel == "unit_report"
    found = [_in_context(*part, child=child, form=form) for part in zip(folded, numbers, names, strict=True)]
    masked = [_masked(*part) for part in zip(folded, found, strict=True)]
    classes = dict(Counter(span.kind for _, spans in masked for span in spans))
    hidden = sum(span.end - span.start for _, spans in masked for span in spans)
    decided = outcome(
        classes,
        channel=channel,
        masked_share=hidden / max(1, sum(map(len, parts.values()))),
        unsure=child and any(unsure(text) for text, _ in masked),
    )
    mode = Mode.CHILD if child else Mode.NORMAL
    results = [_result(text, spans, decided, mode) for text, spans in masked]
    return Parts(outcome=decided, mode=mode, classes=classes, parts=dict(zip(parts, results, strict=True)))


def _result(text: str, spans: tuple[Span, ...], decided: Outcome, mode: Mode) -> GateResult:
    classes = dict(Counter(span.kind for span in spans))
    if decided is Outcome.QUARANTINE:
        return GateResult(text=WITHHELD if text else "", outcome=decided, classes=classes, spans=(), mode=mode)
    return GateResult(text=text, outcome=decided, classes=classes, spans=spans, mode=mode)


def _tells_of_a_child(folded: Folded, numbers: Iterable[Found]) -> bool:
    return is_about_a_child(folded.text, folded.lower) or any(
        one.kind == "perkara" and CHILD_CASE.search(folded.text[one.start : one.end]) for one in numbers
    )


def _numbers(folded: Folded, channel: Channel) -> Iterator[Found]:
    """The surest class first: it wins where two overlap."""
    text, lower = folded.text, folded.lower
    if _HOLDS_NUMBERS.search(text) is None:
        return
    yield from mail_addresses(text)
    yield from cases(text)
    yield from registers(text, lower)
    words = Keywords(text)
    found_runs = [*runs(text), *spoken_runs(text, lower)]
    for run in found_runs:
        yield from tax_numbers(run, words)
    for run in found_runs:
        yield from nik_and_kk(run, words, keyword_needed=channel == "news")
    for run in found_runs:
        yield from insurance_numbers(run, words)
        yield from phones(run, words)
    yield from passports(text, lower)
    yield from plates(text, lower, words)


def _in_context(folded: Folded, numbers: list[Found], names: list[Found], *, child: bool, form: bool) -> list[Found]:
    """With what only a sentence tells: homes and illness of the people that were found, a child's school."""
    text, lower = folded.text, folded.lower
    sentences = Sentences(text, [*numbers, *names])
    found = [*numbers, *homes(text, lower, sentences, child=child, form=form)]
    if child:
        found += schools(text, lower)
        found += initials(text)
    found += names
    found += handles(text, lower, child=child)
    found += health(lower, sentences, child=child)
    return _without_overlaps(found)


def _without_overlaps(found: list[Found]) -> list[Found]:
    """One span for all that touch one another: two readings of one run must not leave a digit between them."""
    merged: list[tuple[int, Found]] = []
    for rank, one in sorted(enumerate(found), key=lambda entry: (entry[1].start, entry[0])):
        if merged and one.start < merged[-1][1].end:
            best, last = merged[-1]
            kind = last.kind if best < rank else one.kind
            merged[-1] = (min(best, rank), Found(last.start, max(last.end, one.end), kind))
        else:
            merged.append((rank, one))
    return [one for _, one in merged]


def _masked(folded: Folded, found: list[Found]) -> tuple[str, tuple[Span, ...]]:
    spans, pieces, position = [], [], 0
    for one in found:
        start, end = folded.origin(one.start, one.end)
        if start < position:
            # One sign of the source that folds to several was cut in two.
            continue
        spans.append(Span(start, end, one.kind))
        pieces += [folded.source[position:start], TOKENS[one.kind]]
        position = end
    return "".join([*pieces, folded.source[position:]]), tuple(spans)


def numbers_masked(text: str) -> str:
    """Only numbers and mail addresses, by structure alone: cheap, and it needs no sentence."""
    folded = fold(text)
    return _masked(folded, _without_overlaps(list(_numbers(folded, "unit_report"))))[0]
