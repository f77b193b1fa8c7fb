"""../shared/data/ner → sentences of general news that concern no prison: what the models must leave alone."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.classifier.labelling import Labeller
from services.classifier.training.corpus import Example, example_of

SHARED: Final = Path("../shared/data")
SENTENCES: Final = 2_500
_LENGTH: Final = range(5, 40)
# What the rules find near the domain may well be of it: left out, nobody has labelled it.
_FAR: Final = 0.12
_FIELDS: Final = {
    "lead": "", "relevant": "tidak", "topics": "luar_lingkup", "crisis": "", "sentiment": "netral", "polarity": "none",
    "severity": "0", "urgency": "rendah", "impact": "upt", "units": "", "actuality": "-", "language": "id",
    "voice": "nasional", "hard": "",
}  # fmt: skip


def general_news(labeller: Labeller, shared: Path = SHARED) -> list[Example]:
    """The same sentences for the same files; none where the files are not there."""
    found = sorted(set(_sentences(shared / "ner")), key=lambda text: hashlib.sha256(text.encode()).digest())
    kept: list[Example] = []
    for text in found:
        if len(kept) < SENTENCES and labeller.label(text).relevance.score < _FAR:
            kept.append(example_of({**_FIELDS, "title": text}, at="ner"))
    return kept


def _sentences(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*_train_preprocess.txt")):
        for block in path.read_text("utf-8").split("\n\n"):
            words = [line.split()[0] for line in block.splitlines() if line.strip()]
            if len(words) in _LENGTH:
                yield " ".join(words)
