"""The texts of one document, read once → what in each of them identifies a person, and whether it is about a child."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from libs.privacy.childhood import is_about_a_child
from libs.privacy.codes import CHILD_CASE, cases, mail_addresses, registers
from libs.privacy.folding import Folded, fold
from libs.privacy.health import health
from libs.privacy.hints import ADDRESS, ILLNESS, PERSON, SCHOOL, hints
from libs.privacy.homes import homes
from libs.privacy.keywords import Keywords
from libs.privacy.letters import without_labels
from libs.privacy.names import find_names
from libs.privacy.numbers import Found, nik_and_kk, runs, spoken_runs
from libs.privacy.outcomes import TOKENS, Channel
from libs.privacy.papers import insurance_numbers, passports, plates, tax_numbers
from libs.privacy.phones import phones
from libs.privacy.sentences import Sentences
from libs.privacy.traces import handles, initials, schools
from libs.privacy.units import without_units

_HOLDS_NUMBERS = re.compile(r"[0-9@/]|[\[({]\s?at\s?[\])}]|reg|lapan|nol|tujuh", re.IGNORECASE)
_TOKEN = re.compile("|".join(map(re.escape, TOKENS.values())))


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open, in characters of the text that was handed in."""

    start: int
    end: int
    kind: str


Spans = tuple[Span, ...]


def read(texts: Sequence[str], *, channel: Channel, child: bool) -> tuple[list[Spans], bool]:
    """Spans per text, in order and apart; and whether the document is about a child, which `child` may know already."""
    folded = [fold(text) for text in texts]
    numbers = [list(_numbers(one, by_structure=channel != "news")) for one in folded]
    told = [hints(one.lower) for one in folded]
    child = child or any(map(_tells_of_a_child, folded, told, numbers))
    names = [
        without_units(without_labels(found, one.text), one.text, one.lower)
        for one, found in zip(folded, find_names(folded, channel=channel, child=child), strict=True)
    ]
    form = channel == "unit_report"
    found = [_in_context(*part, child=child, form=form) for part in zip(folded, told, numbers, names, strict=True)]
    return [_in_source(*part) for part in zip(folded, found, strict=True)], child


def read_numbers(text: str) -> Spans:
    """Numbers and mail addresses only, by structure alone: cheap, and it needs no sentence."""
    folded = fold(text)
    return _in_source(folded, _apart(_beside_tokens(folded.text, list(_numbers(folded, by_structure=True)))))


def _tells_of_a_child(folded: Folded, told: int, numbers: Iterable[Found]) -> bool:
    return is_about_a_child(folded.text, folded.lower, told) or any(
        one.kind == "perkara" and CHILD_CASE.search(folded.text[one.start : one.end]) for one in numbers
    )


def _numbers(folded: Folded, *, by_structure: bool) -> Iterator[Found]:
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
        yield from nik_and_kk(run, words, keyword_needed=not by_structure)
    for run in found_runs:
        yield from insurance_numbers(run, words)
        yield from phones(run, words)
    yield from passports(text, lower)
    yield from plates(text, lower, words)


def _in_context(
    folded: Folded, told: int, numbers: list[Found], names: list[Found], *, child: bool, form: bool
) -> list[Found]:
    """With what only a sentence tells: homes and illness of the people that were found, a child's school."""
    text, lower = folded.text, folded.lower
    sentences = Sentences(text, [*numbers, *names])
    found = list(numbers)
    if told & ADDRESS:
        found += homes(text, lower, sentences, child=child, form=form)
    if child:
        if told & SCHOOL:
            found += schools(text, lower)
        found += initials(text, told)
    found += names
    found += handles(text, lower, child=child)
    if told & ILLNESS:
        found += health(lower, sentences, tells_of_people=told & PERSON != 0, child=child)
    return _apart(_beside_tokens(text, found))


def _beside_tokens(text: str, found: list[Found]) -> list[Found]:
    """Without what is masked already: a token stays the token it is."""
    tokens = [token.span() for token in _TOKEN.finditer(text)] if found and "[" in text else []
    if not tokens:
        return found
    return [piece for one in found for piece in _pieces(text, one, tokens)]


def _pieces(text: str, one: Found, tokens: list[tuple[int, int]]) -> Iterator[Found]:
    start = one.start
    first = bisect_left(tokens, (one.start, one.start))
    for token_start, token_end in tokens[max(0, first - 1) :]:
        if token_start >= one.end:
            break
        if token_end > start:
            yield from _worth_masking(text, start, token_start, one.kind)
            start = token_end
    yield from _worth_masking(text, start, one.end, one.kind)


def _worth_masking(text: str, start: int, end: int, kind: str) -> Iterator[Found]:
    piece = text[start:end]
    if any(map(str.isalnum, piece)):
        yield Found(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()), kind)


def _apart(found: list[Found]) -> list[Found]:
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


def _in_source(folded: Folded, found: list[Found]) -> Spans:
    spans: list[Span] = []
    position = 0
    for one in found:
        start, end = folded.origin(one.start, one.end)
        # One sign of the source that folds to several may be cut in two: the first half has taken all of it.
        if start >= position:
            spans.append(Span(start, end, one.kind))
            position = end
    return tuple(spans)
