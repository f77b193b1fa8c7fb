"""Labels alone (rules, models, units): headlines, headlines with leads and whole articles per second of one core."""

import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from services.classifier.evaluating_items import BATCH, label_all
from services.classifier.labelling import Document, Labeller
from services.classifier.models.linear import load_model
from services.classifier.rules import load_rules
from services.classifier.training.corpus import load
from services.classifier.units import GazetteerUnits

ARTICLES = Path("../shared/data/news_sample/2025-06-18.csv")


def per_second(labeller: Labeller, documents: Sequence[Document]) -> float:
    label_all(labeller, documents[:BATCH])
    began = time.process_time()
    label_all(labeller, documents)
    return len(documents) / (time.process_time() - began)


def articles() -> list[Document]:
    csv.field_size_limit(10**8)
    if not ARTICLES.exists():
        return []
    with ARTICLES.open(encoding="utf-8-sig", newline="") as lines:
        return [Document(title=row["judul"], text=row["isi_berita"]) for row in csv.DictReader(lines)]


def main() -> int:
    began = time.perf_counter()
    model = load_model()
    print(f"model read in {time.perf_counter() - began:.2f} s")
    rules, units, examples = load_rules(), GazetteerUnits(), load()
    texts = {
        "headlines": [Document(title=e.title or e.lead) for e in examples],
        "headlines with leads": [Document(title=e.title, text=e.lead) for e in examples],
        "whole articles": articles(),
    }
    alone, both = Labeller(rules, units), Labeller(rules, units, model)
    for name, documents in texts.items():
        if documents:
            by_rules, by_both = per_second(alone, documents), per_second(both, documents)
            print(
                f"{name}: {by_both:.0f} items/s of one core, rules alone {by_rules:.0f}, ratio={by_both / by_rules:.2f}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
