"""`python -m services.classifier.training.same_event_stream DAY.csv NER-FOLDER`: stories of the day, held out."""

import json
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from services.classifier.evaluating_day import B3, b3, stories_of
from services.classifier.moments import moment
from services.classifier.same_event import Decision, Model, read_model, same_event
from services.classifier.training.same_event import (
    FOLDS,
    both_models,
    fold_number,
    general_texts,
    ruled_out,
    sample,
    training_pairs,
)
from services.classifier.training.same_event_words import Text, articles, make_table, publication_dates
from services.classifier.training.story_pairs import Pair
from services.classifier.traits import Traits


def folds_of(count: int, pairs: Sequence[Pair]) -> list[int]:
    """Per row of the day its fold: that of its event, or of its own number when nothing is known to be like it."""
    known = {p.group: fold_number(p.group) for p in pairs}
    found = [fold_number(str(row)) for row in range(count)]
    for pair in pairs:
        for side in (pair.a, pair.b):
            if side.key.isdecimal() and not pair.group.startswith("jauh"):
                found[int(side.key)] = known[pair.group]
    return found


def held_out_stories(day: Sequence[Text], dates: Sequence[str], general: Sequence[Text]) -> dict[str, B3]:
    """All articles run through the grouper; of each fold only its own count, judged by a model and a table of words
    that have read none of them."""
    pairs = training_pairs(day, dates)
    fold_of = folds_of(len(day), pairs)
    moments = [moment(date) for date in dates]
    found: dict[str, list[tuple[int, B3]]] = {"by headline": [], "with text": []}
    for k in range(FOLDS):
        hidden = frozenset(row for row, fold in enumerate(fold_of) if fold == k)
        table = make_table([*(text for row, text in enumerate(day) if row not in hidden), *general])
        model = _model_without([p for p in pairs if not _touches(p, hidden)], day, general, hidden)
        for name, parts in found.items():
            decide = partial(_decide, model)
            placed = stories_of(day, moments, with_text=name == "with text", decide=decide, table=table)
            rows = hidden & placed.keys()
            parts.append((len(rows), b3(placed, rows)))
    return {name: _together(parts) for name, parts in found.items()}


def _model_without(
    pairs: Sequence[Pair], day: Sequence[Text], general: Sequence[Text], hidden: frozenset[int]
) -> Model:
    data = sample(day, [p for p in pairs if not ruled_out(p)], general, hidden)
    learnt = both_models("", data, quiet=True)
    # Every article of the stream has a date.
    return read_model(json.dumps({"version": "", **learnt, **{f"{name}_undated": w for name, w in learnt.items()}}))


def _touches(pair: Pair, hidden: frozenset[int]) -> bool:
    return any(side.key.isdecimal() and int(side.key) in hidden for side in (pair.a, pair.b))


def _decide(model: Model, a: Traits, b: Traits) -> Decision:
    return same_event(a, b, model)


def _together(parts: Iterable[tuple[int, B3]]) -> B3:
    parts = list(parts)
    count = sum(n for n, _ in parts)
    return B3(sum(n * p.precision for n, p in parts) / count, sum(n * p.recall for n, p in parts) / count)


def main(argv: Sequence[str]) -> None:
    day_path = Path(argv[0])
    day, dates = articles(day_path), publication_dates(day_path)
    for name, figure in held_out_stories(day, dates, general_texts(Path(argv[1]))).items():
        print(f"stories of the day, {name}, held out in {FOLDS} parts: {figure}")


if __name__ == "__main__":
    main(sys.argv[1:])
