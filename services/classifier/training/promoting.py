"""Whether a new model takes over: figures of both, by a rule that does not depend on who asks."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.classifier.evaluating_items import answer_of, document_of, label_all, truth_of
from services.classifier.labelling import Document, Labeller
from services.classifier.training.corpus import Example
from services.classifier.training.figures import Answer, Figure, figures

# By less than this a model is not better, only another.
MARGIN: Final = 0.002
# Fewer texts that neither model has learnt from say nothing.
LEAST_FRESH: Final = 300
Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Taken over or not, and why."""

    promoted: bool
    why: str


def ruling(old: Mapping[str, Figure], new: Values, *, fresh: tuple[Values, Values] | None = None) -> Ruling:
    """A new model must be better on the mean of all figures, and on none of the yardstick's worse than the old one's
    95 % interval. `fresh`: figures of the old and the new one on texts that neither has learnt from; where there are
    enough of them they count as much as the yardstick, which rules have been read against."""
    fallen = [name for name, figure in old.items() if new[name] < figure.low]
    if fallen:
        return Ruling(False, f"below the present model's interval: {', '.join(fallen)}")
    before, after = _mean({name: figure.value for name, figure in old.items()}), _mean(new)
    told = f"yardstick {before:.4f} -> {after:.4f}"
    if fresh:
        told += f", unseen texts {_mean(fresh[0]):.4f} -> {_mean(fresh[1]):.4f}"
        before, after = (before + _mean(fresh[0])) / 2, (after + _mean(fresh[1])) / 2
    better = after >= before + MARGIN
    return Ruling(better, f"mean of all figures {before:.4f} -> {after:.4f} ({told})")


def mark_of(example: Example) -> str:
    """What a model remembers of a text it has learnt from."""
    return hashlib.sha256(f"{example.title}|{example.lead}".encode()).hexdigest()[:8]


def on_fresh(
    old: Labeller, learnt: Sequence[str], examples: Sequence[Example], said: Sequence[Answer], true: Sequence[Answer]
) -> tuple[Values, Values] | None:
    """Figures on what the old model has not learnt from. `said`: the new one's answers, each held out."""
    known = set(learnt)
    chosen = [n for n, example in enumerate(examples) if mark_of(example) not in known]
    if not known or len(chosen) < LEAST_FRESH:
        return None
    verdicts = label_all(old, [Document(title=examples[n].title, text=examples[n].lead) for n in chosen])
    truth = [true[n] for n in chosen]
    before = figures([answer_of(v) for v in verdicts], truth, resamples=1)
    after = figures([said[n] for n in chosen], truth, resamples=1)
    return _values(before), _values(after)


def on_yardstick(labeller: Labeller, path: Path) -> dict[str, Figure]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    verdicts = label_all(labeller, [document_of(row) for row in rows])
    return figures([answer_of(v) for v in verdicts], [truth_of(row) for row in rows])


def _values(told: Mapping[str, Figure]) -> dict[str, float]:
    return {name: figure.value for name, figure in told.items()}


def _mean(values: Values) -> float:
    return sum(values.values()) / len(values)
