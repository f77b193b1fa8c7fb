"""`pasopati eval`: labels against labelled files or a day of real articles; `pasopati classify`: labels for lines."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from services.classifier.evaluating_day import evaluate_day
from services.classifier.evaluating_entities import evaluate_entities
from services.classifier.evaluating_items import BATCH, TONES, evaluate_articles, evaluate_items
from services.classifier.evaluating_pairs import evaluate_pairs
from services.classifier.evaluating_units import evaluate_units
from services.classifier.labelling import Document, Labeller
from services.classifier.models.linear import load_model
from services.classifier.rules import load_rules
from services.classifier.units import GazetteerUnits
from services.classifier.verdicts import Verdict


def command(argv: list[str]) -> int:
    """`pasopati eval --items F | --pairs F | --articles F.csv [--show]`: figures on files of the yardstick's form."""
    parser = argparse.ArgumentParser(prog="pasopati eval", description=command.__doc__)
    parser.add_argument("--items", type=Path, help="JSONL: text, kind, relevant, category, sentiment, severity")
    parser.add_argument("--pairs", type=Path, help="JSONL: a {title}, b {title}, label, near_copy")
    parser.add_argument("--articles", type=Path, help="CSV of general news: judul, isi_berita")
    parser.add_argument("--day", type=Path, help="the day of general news whose events were read by hand, as CSV")
    parser.add_argument("--units", action="store_true", help="the texts whose units are labelled by hand")
    parser.add_argument("--entities", action="store_true", help="who is spoken of and who says what, labelled by hand")
    parser.add_argument("--show", action="store_true", help="list every error")
    arguments = parser.parse_args(argv)
    if arguments.units:
        evaluate_units(show=arguments.show)
    if arguments.entities:
        evaluate_entities(show=arguments.show)
    if arguments.day:
        evaluate_day(arguments.day)
    if not (arguments.items or arguments.pairs or arguments.articles):
        if not (arguments.units or arguments.entities or arguments.day):
            parser.error("name at least one of --items, --pairs, --articles, --day, --units, --entities")
        return 0
    labeller = Labeller(load_rules(), GazetteerUnits(), load_model())
    labeller.label("pemanasan", "pemanasan")
    print(f"{labeller.name} {labeller.version} sha256={labeller.sha256[:12]} patterns={labeller.matcher.pattern_count}")
    if arguments.items:
        evaluate_items(labeller, _json_lines(arguments.items), show=arguments.show)
    if arguments.pairs:
        evaluate_pairs(labeller, _json_lines(arguments.pairs), show=arguments.show)
    if arguments.articles:
        evaluate_articles(labeller, _articles(arguments.articles))
    return 0


def classify_command(argv: list[str]) -> int:
    """`pasopati classify --jsonl`: {"id","title","text"?} lines in, labels out; no server needed."""
    parser = argparse.ArgumentParser(prog="pasopati classify", description=classify_command.__doc__)
    parser.add_argument("--jsonl", action="store_true", required=True)
    parser.parse_args(argv)
    labeller = Labeller(load_rules(), GazetteerUnits(), load_model())
    lines = (json.loads(line) for line in sys.stdin if line.strip())
    while given := list(islice(lines, BATCH)):
        documents = [Document(title=one.get("title") or "", text=one.get("text") or "") for one in given]
        for one, verdict in zip(given, labeller.label_many(documents), strict=True):
            print(json.dumps({"id": one.get("id"), **_told(verdict)}, ensure_ascii=False))
    return 0


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "relevant": verdict.relevance.relevant,
        "relevance": verdict.relevance.score,
        "topic": verdict.topic,
        "topics": [t.name for t in verdict.topics],
        "sentiment": TONES[verdict.sentiment.label],
        "severity": verdict.severity.value,
        "units": [u.unit_id for u in verdict.units.units],
        "needs_review": verdict.needs_review,
    }


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _articles(path: Path) -> list[tuple[str, str]]:
    csv.field_size_limit(10**8)

    def rows() -> Iterator[tuple[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                yield row["judul"], row["isi_berita"]

    return list(rows())
