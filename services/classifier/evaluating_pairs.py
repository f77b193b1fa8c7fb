"""`pasopati eval --pairs`: same event and near-copies on labelled pairs, by the running service's own decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Any

from services.classifier.labelling import Labeller
from services.classifier.normalising import read
from services.classifier.pairing import Answer, pair_up

RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Call:
    """What was said of a pair and what is true of it; `likeness`: words its headlines have in common."""

    said: bool
    true: bool
    likeness: float = 0.0


def f1(calls: Sequence[Call]) -> float:
    hit = sum(c.said and c.true for c in calls)
    return 2 * hit / max(1, sum(c.said for c in calls) + sum(c.true for c in calls))


def precision(calls: Sequence[Call]) -> float:
    return sum(c.said and c.true for c in calls) / max(1, sum(c.said for c in calls))


def recall(calls: Sequence[Call]) -> float:
    return sum(c.said and c.true for c in calls) / max(1, sum(c.true for c in calls))


def interval(calls: Sequence[Call], figure: Callable[[Sequence[Call]], float]) -> tuple[float, float]:
    """95 % of resamples lie between; always the same for the same calls."""
    chance = Random(11)
    values = sorted(figure(chance.choices(calls, k=len(calls))) for _ in range(RESAMPLES))
    return values[RESAMPLES // 40], values[-RESAMPLES // 40]


def told(name: str, calls: Sequence[Call], figure: Callable[[Sequence[Call]], float]) -> str:
    low, high = interval(calls, figure)
    return f"{name} {figure(calls):.3f} [{low:.3f}, {high:.3f}]"


def evaluate_pairs(labeller: Labeller, rows: Sequence[dict[str, Any]], *, show: bool = False) -> None:
    """Rows of the yardstick's form: a {title, text?, published?}, b, label or same_event, near_copy?."""
    answers = [pair_up(labeller, row["a"], row["b"]) for row in rows]
    calls = [_call(row, answer) for row, answer in zip(rows, answers, strict=True)]
    figures = (("F1", f1), ("precision", precision), ("recall", recall))
    print(f"pairs {len(calls)}, of one event {sum(c.true for c in calls)}; always yes F1 {f1(_all_yes(calls)):.3f}")
    print("same event  " + "  ".join(told(name, calls, figure) for name, figure in figures))
    tell_hard(hard_negatives(calls), [c for c in calls if c.true])
    # Copies are of texts: of headlines alone nobody can tell.
    if any("near_copy" in row and row["a"].get("text") and row["b"].get("text") for row in rows):
        copies = [Call(a.near_copy, bool(row.get("near_copy"))) for row, a in zip(rows, answers, strict=True)]
        print("near copy   " + "  ".join(told(name, copies, figure) for name, figure in figures))
    if show:
        for row, answer in zip(rows, answers, strict=True):
            if answer.same != is_same(row):
                said = "one event" if answer.same else "two events"
                print(f"  {answer.score:.2f} {said}: {row['a'].get('title', '')} | {row['b'].get('title', '')}")


def is_same(row: dict[str, Any]) -> bool:
    return bool(row["same_event"]) if "same_event" in row else row["label"] == "same_event"


def hard_negatives(calls: Sequence[Call]) -> list[Call]:
    """Different events whose headlines share more than those of the median different pair."""
    different = [c for c in calls if not c.true]
    middle = median([c.likeness for c in different] or [0.0])
    return [c for c in different if c.likeness >= middle]


def tell_hard(hard: Sequence[Call], true: Sequence[Call]) -> None:
    refused = sum(not c.said for c in hard)
    against = [*true, *hard]
    print(f"hard negatives {len(hard)}: refused {refused} ({refused / max(1, len(hard)):.3f});", end=" ")
    print(told("precision against them", against, precision))


def _call(row: dict[str, Any], answer: Answer) -> Call:
    words = [set(read(str(row[side].get("title") or ""), "").words) for side in "ab"]
    shared = len(words[0] & words[1]) / max(1, min(len(words[0]), len(words[1])))
    return Call(answer.same, is_same(row), shared)


def _all_yes(calls: Sequence[Call]) -> list[Call]:
    return [Call(True, c.true) for c in calls]
