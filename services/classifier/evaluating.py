"""`pasopati eval`: the rules against a labelled file or a file of real articles; prints figures and errors."""

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.classifier.clustering import Features, features, likeness
from services.classifier.evaluating_entities import evaluate_entities
from services.classifier.evaluating_units import evaluate_units
from services.classifier.labelling import Labeller
from services.classifier.models.linear import load_model
from services.classifier.near_copies import is_near_copy, signature
from services.classifier.normalising import read
from services.classifier.rules import load_rules
from services.classifier.units import GazetteerUnits
from services.classifier.verdicts import Verdict

_TONE = {"positif": "positive", "negatif": "negative", "netral": "neutral", "campuran": "neutral"}
# Pairs without a usable date are taken as of one day.
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Tally:
    """Hits and misses of a yes/no question."""

    hit: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, *, said: bool, true: bool) -> None:
        self.hit += said and true
        self.wrong += said and not true
        self.missed += true and not said

    @property
    def precision(self) -> float:
        return self.hit / max(1, self.hit + self.wrong)

    @property
    def recall(self) -> float:
        return self.hit / max(1, self.hit + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(1, 2 * self.hit + self.wrong + self.missed)

    def __str__(self) -> str:
        return (
            f"F1={self.f1:.3f} precision={self.precision:.3f} recall={self.recall:.3f} "
            f"(hit {self.hit}, wrong {self.wrong}, missed {self.missed})"
        )


def command(argv: list[str]) -> int:
    """`pasopati eval --items F | --pairs F | --articles F.csv [--show]`: figures on files of the yardstick's form."""
    parser = argparse.ArgumentParser(prog="pasopati eval", description=command.__doc__)
    parser.add_argument("--items", type=Path, help="JSONL: text, kind, relevant, category, sentiment, severity")
    parser.add_argument("--pairs", type=Path, help="JSONL: a {title}, b {title}, label, near_copy")
    parser.add_argument("--articles", type=Path, help="CSV of general news: judul, isi_berita")
    parser.add_argument("--units", action="store_true", help="the texts whose units are labelled by hand")
    parser.add_argument("--entities", action="store_true", help="who is spoken of and who says what, labelled by hand")
    parser.add_argument("--show", action="store_true", help="list every error")
    arguments = parser.parse_args(argv)
    if arguments.units:
        evaluate_units(show=arguments.show)
    if arguments.entities:
        evaluate_entities(show=arguments.show)
    if not (arguments.items or arguments.pairs or arguments.articles):
        if not (arguments.units or arguments.entities):
            parser.error("name at least one of --items, --pairs, --articles, --units, --entities")
        return 0
    labeller = Labeller(load_rules(), GazetteerUnits(), load_model())
    labeller.label("pemanasan", "pemanasan")
    print(f"rules {labeller.version} sha256={labeller.sha256[:12]} patterns={labeller.matcher.pattern_count}")
    if arguments.items:
        evaluate_items(labeller, _json_lines(arguments.items), show=arguments.show)
    if arguments.pairs:
        evaluate_pairs(_json_lines(arguments.pairs), show=arguments.show)
    if arguments.articles:
        evaluate_articles(labeller, _articles(arguments.articles))
    return 0


def classify_command(argv: list[str]) -> int:
    """`pasopati classify --jsonl`: {"id","title","text"?} lines in, labels out; no server needed."""
    parser = argparse.ArgumentParser(prog="pasopati classify", description=classify_command.__doc__)
    parser.add_argument("--jsonl", action="store_true", required=True)
    parser.parse_args(argv)
    labeller = Labeller(load_rules(), GazetteerUnits(), load_model())
    for line in sys.stdin:
        if line.strip():
            given = json.loads(line)
            verdict = labeller.label(given.get("title") or "", given.get("text") or "")
            print(json.dumps({"id": given.get("id"), **_told(verdict)}, ensure_ascii=False))
    return 0


def evaluate_items(labeller: Labeller, rows: Sequence[dict[str, Any]], *, show: bool = False) -> None:
    relevance, severe = Tally(), Tally()
    topic_hits = tone_hits = 0
    confused: Counter[tuple[str, str]] = Counter()
    began = time.process_time()
    verdicts = [_judge(labeller, row) for row in rows]
    seconds = time.process_time() - began
    for row, verdict in zip(rows, verdicts, strict=True):
        told = _told(verdict)
        relevance.add(said=told["relevant"], true=row["relevant"] == "yes")
        severe.add(said=told["severity"] >= 3, true=row["severity"] >= 3)
        topic_hits += told["topic"] == row["category"]
        tone_hits += told["sentiment"] == row["sentiment"]
        if told["topic"] != row["category"]:
            confused[(row["category"], told["topic"])] += 1
            if show:
                print(f"  topic {told['topic']} for {row['category']}: {row['text'][:110]}")
        if show and (told["severity"] >= 3) != (row["severity"] >= 3):
            print(f"  severity {told['severity']} for {row['severity']}: {row['text'][:110]}")
        if show and told["sentiment"] != row["sentiment"]:
            print(f"  sentiment {told['sentiment']} for {row['sentiment']}: {row['text'][:110]}")
    count = len(rows)
    print(f"items {count}, {count / max(seconds, 1e-9):.0f} items/s of one core")
    print(f"relevance   {relevance}")
    print(f"severity>=3 {severe}")
    print(f"topic accuracy {topic_hits / count:.3f} ({topic_hits}/{count}), macro-F1 {_macro_f1(rows, verdicts):.3f}")
    print(f"sentiment accuracy {tone_hits / count:.3f} ({tone_hits}/{count})")
    for (true, said), times in confused.most_common(5):
        print(f"  most confused: {true} told as {said}, {times} times")


def evaluate_pairs(rows: Sequence[dict[str, Any]], *, show: bool = False) -> None:
    same, always, copies = Tally(), Tally(), Tally()
    for row in rows:
        true = row["label"] == "same_event"
        a, b = _side(row["a"]), _side(row["b"])
        like = likeness(a, b)
        near = is_near_copy(a.signature, b.signature, words=min(a.words, b.words))
        same.add(said=like.same or near, true=true)
        always.add(said=True, true=true)
        copies.add(said=near, true=bool(row.get("near_copy")))
        if show and (like.same or near) != true:
            print(f"  {like.score:.2f} {row['label']}: {row['a']['title'][:70]} | {row['b']['title'][:70]}")
    print(f"pairs {len(rows)}, by headline alone")
    print(f"same event {same}; always yes {always.f1:.3f}")
    print(f"near copy  {copies} (headlines alone; the yardstick's copies are of bodies)")


def evaluate_articles(labeller: Labeller, rows: Sequence[tuple[str, str]]) -> None:
    began = time.process_time()
    verdicts = [labeller.label(title, body) for title, body in rows]
    seconds = time.process_time() - began
    relevant = [(t, v) for (t, _), v in zip(rows, verdicts, strict=True) if v.relevance.relevant]
    severe = [(t, v) for t, v in relevant if v.severity.value >= 3]
    print(f"articles {len(rows)}, {len(rows) / max(seconds, 1e-9):.0f} articles/s of one core")
    print(f"called relevant {len(relevant)}, of severity >= 3 {len(severe)}")
    for title, verdict in relevant:
        print(f"  {verdict.relevance.score:.2f} {verdict.topic} {verdict.severity.value}: {title[:110]}")


def _judge(labeller: Labeller, row: dict[str, Any]) -> Verdict:
    return labeller.label(row["text"]) if row.get("kind") == "headline" else labeller.label("", row["text"])


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "relevant": verdict.relevance.relevant,
        "relevance": verdict.relevance.score,
        "topic": verdict.topic,
        "topics": [t.name for t in verdict.topics],
        "sentiment": _TONE[verdict.sentiment.label],
        "severity": verdict.severity.value,
        "units": [u.unit_id for u in verdict.units.units],
        "needs_review": verdict.needs_review,
    }


def _macro_f1(rows: Sequence[dict[str, Any]], verdicts: Sequence[Verdict]) -> float:
    scores = []
    for name in {row["category"] for row in rows}:
        tally = Tally()
        for row, verdict in zip(rows, verdicts, strict=True):
            tally.add(said=verdict.topic == name, true=row["category"] == name)
        scores.append(tally.f1)
    return sum(scores) / max(1, len(scores))


def _side(side: dict[str, Any]) -> Features:
    title, text = side.get("title") or "", side.get("text") or ""
    return features(
        item_id=side.get("url") or title,
        at=_SOME_DAY,
        title=title,
        text=text,
        signature=signature(read(title, text)),
    )


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _articles(path: Path) -> list[tuple[str, str]]:
    csv.field_size_limit(10**8)

    def rows() -> Iterator[tuple[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                yield row["judul"], row["isi_berita"]

    return list(rows())
