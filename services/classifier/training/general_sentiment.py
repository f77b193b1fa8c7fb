"""`make eval-sentiment`: our kind of model on published Indonesian sentiment sets, beside what is published on them."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sklearn.svm import LinearSVC

from services.classifier.labelling import Labeller
from services.classifier.models.linear import load_vectors
from services.classifier.normalising import read
from services.classifier.rules import load_rules
from services.classifier.training.figures import macro_f1
from services.classifier.training.general import SHARED
from services.classifier.training.learning import COST, Space, see

Rows = list[tuple[str, str]]
# As the papers on these sets tell it (IndoNLU 2020, NusaX 2023), of a network of 335 million weights.
PUBLISHED: Final = "published for IndoBERT-large, not reproduced: SmSA about 0.92-0.93, NusaX-Indonesian about 0.90"


def smsa(part: str, shared: Path) -> Rows:
    lines = (shared / "smsa" / f"{part}_preprocess.tsv").read_text("utf-8").splitlines()
    return [(text, label) for text, _, label in (line.rpartition("\t") for line in lines) if text]


def nusax(part: str, shared: Path) -> Rows:
    with (shared / "nusax" / f"indonesian_{part}.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row["label"]) for row in csv.DictReader(lines)]


def without(rows: Rows, others: Rows) -> Rows:
    """Rows whose words are not those of another row: NusaX is made from SmSA."""
    known = {_words(text) for text, _ in others}
    return [(text, label) for text, label in rows if _words(text) not in known]


def _words(text: str) -> str:
    return " ".join(read("", text).words[:12])


def score(learnt: Rows, asked: Rows) -> tuple[float, float]:
    """Macro-F1 and accuracy of n-grams and word vectors under a linear separator."""
    labeller = Labeller(load_rules())
    vectors, _ = load_vectors()
    seen, other = (see(labeller, [("", text) for text, _ in rows]) for rows in (learnt, asked))
    space = Space.of(seen, vectors, frozenset({"grams", "vectors"}))
    model = LinearSVC(C=COST, random_state=0).fit(space.rows(seen), [label for _, label in learnt])
    said = model.predict(space.rows(other)).tolist()
    true = [label for _, label in asked]
    return macro_f1(said, true), sum(a == b for a, b in zip(said, true, strict=True)) / len(true)


def main(argv: Sequence[str]) -> int:
    shared = Path(argv[0]) if argv else SHARED
    train, test = smsa("train", shared), smsa("test", shared)
    f1, accuracy = score(train, test)
    print(f"SmSA test ({len(test)}): macro-F1 {f1:.3f}, accuracy {accuracy:.3f}, learnt from {len(train)} rows of SmSA")
    asked = nusax("test", shared)
    every = [row for part in ("train", "valid", "test") for row in nusax(part, shared)]
    apart = without([*train, *smsa("valid", shared)], every)
    f1, accuracy = score(apart, asked)
    print(
        f"NusaX-Indonesian test ({len(asked)}): macro-F1 {f1:.3f}, accuracy {accuracy:.3f}, learnt from "
        f"{len(apart)} rows of SmSA that are not in NusaX"
    )
    both = [*apart, *without(nusax("train", shared), asked)]
    f1, accuracy = score(both, asked)
    print(
        f"  and from {len(both) - len(apart)} rows of NusaX's training part: macro-F1 {f1:.3f}, accuracy {accuracy:.3f}"
    )
    print(PUBLISHED)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
