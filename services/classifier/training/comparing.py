"""`make compare-models`: kinds of models on held-out parts of our text, one line each: figures, cost, size."""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from services.classifier.evaluating_items import label_all
from services.classifier.labelling import Document, Labeller
from services.classifier.models.hashing import grams, pieces
from services.classifier.models.linear import MODEL, VECTORS, load_model
from services.classifier.normalising import read
from services.classifier.rules import load_rules
from services.classifier.training.corpus import Example, load
from services.classifier.training.figures import THREE_TONES, f1, macro_f1
from services.classifier.training.folds import PARTS
from services.classifier.training.general import general_news
from services.classifier.training.learning import COST, Seen, see, text_of
from services.classifier.training.train import Course, held_out_verdicts, told_by
from services.classifier.units import GazetteerUnits

Labels = npt.NDArray[Any]
TIMED: Final = 400


def targets(examples: Sequence[Example]) -> dict[str, Labels]:
    return {
        "relevance": np.array([e.relevant for e in examples]),
        "topic": np.array([e.topics[0] for e in examples]),
        "sentiment": np.array([THREE_TONES[e.sentiment] for e in examples]),
        "severe": np.array([e.severity >= 3 for e in examples]),
    }


def line(name: str, said: dict[str, Labels], true: dict[str, Labels], cost: str) -> str:
    cells = (
        f"{f1(said['relevance'], true['relevance']):.3f}",
        f"{(said['topic'] == true['topic']).mean():.3f}",
        f"{macro_f1(said['topic'].tolist(), true['topic'].tolist()):.3f}",
        f"{(said['sentiment'] == true['sentiment']).mean():.3f}",
        f"{f1(said['severe'], true['severe']):.3f}",
    )
    return f"| {name} | {' | '.join(cells)} | {cost} |"


Made = list[Any]


def held_out(
    rows: Any, parts: Labels, true: dict[str, Labels], make: Callable[[], Any]
) -> tuple[dict[str, Labels], Made]:
    """Each part labelled by a model that learnt from the others, trained anew for each task; and the last ones made."""
    said, made = {}, []
    for task, labels in true.items():
        told = labels.copy()
        for part in range(PARTS):
            inside = parts == part
            model = make().fit(rows[~inside], labels[~inside])
            told[inside] = model.predict(rows[inside])
        said[task] = told
        made.append(model)
    return said, made


def size_of(made: Made) -> float:
    """Megabytes at one byte a weight, as the shipped model keeps its n-grams."""
    weights = 0
    for model in made:
        told = model.coefs_ if hasattr(model, "coefs_") else [getattr(model, "coef_", None)]
        weights += sum(w.size for w in told if w is not None) or model.feature_log_prob_.size
    return weights / 1e6


def cost_of(course: Course, labeller: Labeller, kinds: frozenset[str], rows: Any, made: Made) -> str:
    """Milliseconds a text (read, rules where they are used, rows, the four tasks told), and the size."""
    chosen = course.examples[:TIMED]
    space = replace(course.space, kinds=kinds)
    began = time.process_time()
    if "rules" in kinds:
        seen = see(labeller, [text_of(example) for example in chosen])
    else:
        seen = Seen([], [], [grams(texts) for _, texts in pieces([read(*text_of(example)) for example in chosen])])
    space.rows(seen)
    for model in made:
        model.predict(rows[:TIMED])
    return f"{1000 * (time.process_time() - began) / len(chosen):.2f}, {size_of(made):.1f} MB"


def answers(told: Sequence[Any]) -> dict[str, Labels]:
    return {
        "relevance": np.array([a.relevant for a in told]),
        "topic": np.array([a.topic for a in told]),
        "sentiment": np.array([THREE_TONES[a.tone] for a in told]),
        "severe": np.array([a.severity >= 3 for a in told]),
    }


def milliseconds(labeller: Labeller, examples: Sequence[Example]) -> float:
    """Of one text, labelled in a batch with everything that is done for it (reading, units, rules, models)."""
    documents = [Document(title=e.title, text=e.lead) for e in examples[:TIMED]]
    label_all(labeller, documents[:50])
    began = time.process_time()
    label_all(labeller, documents)
    return 1000 * (time.process_time() - began) / len(documents)


def _network() -> MLPClassifier:
    return MLPClassifier((64,), alpha=1.0, max_iter=15, random_state=0)


def main() -> int:
    examples = load()
    rules, units = load_rules(), GazetteerUnits()
    alone = Labeller(rules, units)
    course = Course(alone, examples, general_news(alone))
    # What stands for the whole run is not looked through again and again while texts are timed.
    gc.freeze()
    true = targets(examples)
    parts = course.parts
    print(f"{len(examples)} examples, {PARTS} parts, near-duplicates on one side")
    print("| kind | relevance F1 | topic accuracy | topic macro-F1 | sentiment | severity>=3 F1 | ms an item, size |")
    print("|---|---|---|---|---|---|---|")
    said = answers([told_by(v) for v in label_all(alone, [Document(title=e.title, text=e.lead) for e in examples])])
    print(line("rules alone", said, true, f"{milliseconds(alone, examples):.2f}, 85 kB"), flush=True)

    def svm() -> LinearSVC:
        return LinearSVC(C=COST, random_state=0)

    kinds: list[tuple[str, tuple[str, ...], Callable[[], Any]]] = [
        ("complement naive Bayes, n-grams", ("grams",), lambda: ComplementNB(alpha=0.3)),
        ("logistic regression, n-grams", ("grams",), lambda: LogisticRegression(C=10, max_iter=60)),
        ("linear SVM, n-grams", ("grams",), svm),
        ("linear SVM, word vectors", ("vectors",), svm),
        ("small network (64), word vectors", ("vectors",), _network),
        ("small network (64), word vectors and findings", ("vectors", "rules"), _network),
        ("linear SVM, without rules' findings", ("grams", "vectors"), svm),
        ("linear SVM, without word vectors", ("grams", "rules"), svm),
        ("linear SVM, all three", ("grams", "vectors", "rules"), svm),
    ]
    for name, used, make in kinds:
        features = replace(course.space, kinds=frozenset(used)).rows(course.seen)
        if make is _network:
            features = features.toarray().astype(np.float32)
        said, made = held_out(features, parts, true, make)
        print(line(name, said, true, cost_of(course, alone, frozenset(used), features, made)), flush=True)
    said = answers([told_by(v) for v in held_out_verdicts(course)])
    size = (MODEL.stat().st_size + VECTORS.stat().st_size) / 1e6
    cost = f"{milliseconds(Labeller(rules, units, load_model()), examples):.2f}, {size:.1f} MB"
    print(line("shipped: that, blended with the rules, guard rails, all labels", said, true, cost))
    return 0


if __name__ == "__main__":
    sys.exit(main())
