"""`pasopati pairs --jsonl`: two documents a line → do they tell of one event, is one a near-copy of the other."""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TextIO

from services.classifier.announcing import GROUPED_TEXT
from services.classifier.labelling import Labeller
from services.classifier.models.linear import load_model
from services.classifier.moments import moment
from services.classifier.near_copies import is_near_copy, signature
from services.classifier.normalising import read
from services.classifier.rules import load_rules
from services.classifier.same_event import same_event
from services.classifier.story_index import StoryIndex
from services.classifier.summarising import LEAD_CHARACTERS
from services.classifier.traits import Traits, traits
from services.classifier.units import GazetteerUnits

COPY = 0.95  # the least score of a near-copy


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a pair."""

    same: bool
    near_copy: bool
    score: float
    why: str


def pair_up(labeller: Labeller, a: dict[str, Any], b: dict[str, Any]) -> Answer:
    """The decision the running service takes, for two documents of the form {"title", "text"?, "published"?}."""
    return answer(document(labeller, a, name="a"), document(labeller, b, name="b"))


def answer(a: Traits, b: Traits) -> Answer:
    """Placed by the grouper's own memory, one after the other and nothing else in it: do they share a story? Dates
    count when both have one. In which order they come changes nothing."""
    if a.at is None or b.at is None:
        a, b = replace(a, at=None), replace(b, at=None)
    index = StoryIndex("live")
    index.add(a, index.place(a).story_id)
    placed = index.place(b)
    decision = same_event(a, b)
    shorter, longer = sorted((a.words, b.words))
    if is_near_copy(a.signature, b.signature, words=shorter, longer=longer):
        return Answer(not placed.is_new, True, max(decision.score, COPY), "salinan")
    return Answer(not placed.is_new, False, decision.score, decision.why)


def document(labeller: Labeller, given: dict[str, Any], *, name: str) -> Traits:
    """As the grouper would get it: labelled, and no more of its text than an item brings along."""
    title, text = _text(given.get("title")), _text(given.get("text"))
    verdict = labeller.label(title, text)
    grouped = text[:GROUPED_TEXT]
    return traits(
        item_id=name,
        at=moment(_text(given.get("published"))),
        title=title,
        text=grouped[:LEAD_CHARACTERS],
        units=[u.unit_id for u in verdict.units.units],
        unit_names=[u.name for u in verdict.units.units],
        topic=verdict.topic,
        severity=verdict.severity.value,
        signature=signature(read(title, text)),
        words=len(title.split()) + len(grouped.split()),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def command(argv: list[str]) -> int:
    """`pasopati pairs --jsonl`: {"id","a":{"title","text"?,"published"?},"b":{...}} lines in, decisions out."""
    parser = argparse.ArgumentParser(prog="pasopati pairs", description=command.__doc__)
    parser.add_argument("--jsonl", action="store_true", required=True)
    parser.parse_args(argv)
    labeller = Labeller(load_rules(), GazetteerUnits(), load_model())
    return answer_lines(labeller, sys.stdin.buffer, out=sys.stdout, err=sys.stderr)


def answer_lines(labeller: Labeller, lines: Iterable[bytes], *, out: TextIO, err: TextIO) -> int:
    """Answers every line it can read; the others are named on `err` and hold nothing up."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            given = _pair(raw)
        except ValueError as error:
            print(f"line {number}: {error}", file=err)
            continue
        answer = pair_up(labeller, given["a"], given["b"])
        told = {"id": given.get("id"), "same_event": answer.same, "near_copy": answer.near_copy, "score": answer.score}
        print(json.dumps(told, ensure_ascii=False), file=out, flush=True)
    return 0


def _pair(raw: bytes) -> dict[str, Any]:
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON ({error})") from error
    if not isinstance(given, dict) or not all(isinstance(given.get(side), dict) for side in "ab"):
        raise ValueError('not of the form {"id", "a": {"title"}, "b": {"title"}}')
    return given
