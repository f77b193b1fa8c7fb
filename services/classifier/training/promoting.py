"""Whether a new model takes over: figures of both on the yardstick, by a rule that does not depend on who asks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.classifier.evaluating_items import answer_of, document_of, label_all, truth_of
from services.classifier.labelling import Labeller
from services.classifier.training.figures import Figure, figures


@dataclass(frozen=True, slots=True)
class Ruling:
    """Taken over or not, and why."""

    promoted: bool
    why: str


def ruling(old: Mapping[str, Figure], new: Mapping[str, float]) -> Ruling:
    """A new model must be better on the mean of all figures, and on none worse than the old one's 95 % interval."""
    fallen = [name for name, figure in old.items() if new[name] < figure.low]
    if fallen:
        return Ruling(False, f"below the present model's interval: {', '.join(fallen)}")
    before = sum(figure.value for figure in old.values()) / len(old)
    after = sum(new[name] for name in old) / len(old)
    if after <= before:
        return Ruling(False, f"mean of all figures {after:.4f}, present model {before:.4f}")
    return Ruling(
        True, f"mean of all figures {before:.4f} -> {after:.4f}, no figure below the present model's interval"
    )


def on_yardstick(labeller: Labeller, path: Path) -> dict[str, Figure]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    verdicts = label_all(labeller, [document_of(row) for row in rows])
    return figures([answer_of(v) for v in verdicts], [truth_of(row) for row in rows])
