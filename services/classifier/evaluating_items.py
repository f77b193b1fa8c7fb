"""`pasopati eval --items` and `--articles`: labels against a labelled file, and against a day of general news."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from services.classifier.labelling import Document, Labeller
from services.classifier.training.figures import Answer, calibration, figures, promised_at, risk_at
from services.classifier.verdicts import Verdict

TONES: Final = {"positif": "positive", "negatif": "negative", "netral": "neutral", "campuran": "neutral"}
_TONE_OF: Final = {"positive": "positif", "negative": "negatif", "neutral": "netral"}
# Labels of many texts at once cost a fraction of the same texts one by one.
BATCH: Final = 200


def label_all(labeller: Labeller, documents: Sequence[Document]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for at in range(0, len(documents), BATCH):
        verdicts += labeller.label_many(documents[at : at + BATCH])
    return verdicts


def document_of(row: dict[str, Any]) -> Document:
    """A headline is a title; a lead, a post or an article is a text without one."""
    if row.get("kind") == "headline":
        return Document(title=row["text"])
    return Document(title=row.get("title") or "", text=row["text"])


def truth_of(row: dict[str, Any]) -> Answer:
    return Answer(row["relevant"] in ("yes", True), row["category"], _TONE_OF[row["sentiment"]], int(row["severity"]))


def answer_of(verdict: Verdict) -> Answer:
    return Answer(verdict.relevance.relevant, verdict.topic, verdict.sentiment.label, verdict.severity.value)


def evaluate_items(labeller: Labeller, rows: Sequence[dict[str, Any]], *, show: bool = False) -> None:
    began = time.process_time()
    verdicts = label_all(labeller, [document_of(row) for row in rows])
    seconds = time.process_time() - began
    said, true = [answer_of(v) for v in verdicts], [truth_of(row) for row in rows]
    print(f"items {len(rows)}, {len(rows) / max(seconds, 1e-9):.0f} items/s of one core; 95 % intervals by bootstrap")
    for name, figure in figures(said, true).items():
        print(f"  {name:22} {figure}")
    tell_classes("relevance", [str(a.relevant) for a in said], [str(a.relevant) for a in true])
    tell_classes("topic", [a.topic for a in said], [a.topic for a in true])
    tell_classes("sentiment", [TONES[a.tone] for a in said], [TONES[a.tone] for a in true])
    tell_classes("severity", [str(a.severity) for a in said], [str(a.severity) for a in true])
    tell_certainty(verdicts, true)
    if show:
        _tell_errors(rows, said, true)


def tell_classes(name: str, said: Sequence[str], true: Sequence[str]) -> None:
    """Per class: precision, recall, F1, how many are true, how many were said."""
    print(f"{name:22} precision recall F1 true said")
    hits = Counter(a for a, b in zip(said, true, strict=True) if a == b)
    truths, told = Counter(true), Counter(said)
    for label in sorted(truths | told, key=lambda one: (-truths[one], one)):
        precision, recall = hits[label] / max(1, told[label]), hits[label] / max(1, truths[label])
        f1 = 2 * hits[label] / max(1, told[label] + truths[label])
        print(f"  {label:20} {precision:9.2f} {recall:6.2f} {f1:.2f} {truths[label]:4} {told[label]:4}")


def tell_certainty(verdicts: Sequence[Verdict], true: Sequence[Answer]) -> None:
    """How often the sure ones are right, what abstaining would save, and how many go to a person."""
    sure = [max(v.relevance.score, 1 - v.relevance.score) for v in verdicts]
    right = [v.relevance.relevant == t.relevant for v, t in zip(verdicts, true, strict=True)]
    tell_reliability("relevance", sure, right)
    both = [(v, t) for v, t in zip(verdicts, true, strict=True) if v.relevance.relevant]
    if both:
        tell_reliability("topic", [v.topics[0].score for v, _ in both], [v.topic == t.topic for v, t in both])
    review = sum(v.needs_review for v in verdicts)
    print(f"needs_review {review} of {len(verdicts)}")


def tell_reliability(name: str, sure: Sequence[float], right: Sequence[bool]) -> None:
    error, lines = calibration(sure, right)
    print(f"{name}: ECE {error:.3f}; how sure, how often right, how many")
    for line in lines:
        print(f"  {line}")
    curve = "  ".join(
        f"{coverage:.0%} {promised_at(sure, coverage):.3f}/{risk_at(sure, right, coverage):.3f}"
        for coverage in (1.0, 0.95, 0.9, 0.8, 0.7)
    )
    print(f"  wrong among the surest, promised/measured: {curve}")


def evaluate_articles(labeller: Labeller, rows: Sequence[tuple[str, str]]) -> None:
    """Every article called relevant or of severity ≥ 3, to be read by a person."""
    began = time.process_time()
    verdicts = label_all(labeller, [Document(title=title, text=body) for title, body in rows])
    seconds = time.process_time() - began
    relevant = [(title, v) for (title, _), v in zip(rows, verdicts, strict=True) if v.relevance.relevant]
    severe = [one for one in relevant if one[1].severity.value >= 3]
    print(f"articles {len(rows)}, {len(rows) / max(seconds, 1e-9):.0f} articles/s of one core")
    print(f"called relevant {len(relevant)}, of severity >= 3 {len(severe)}")
    for title, verdict in relevant:
        print(f"  {verdict.relevance.score:.2f} {verdict.topic} {verdict.severity.value}: {title[:110]}")


def _tell_errors(rows: Sequence[dict[str, Any]], said: Sequence[Answer], true: Sequence[Answer]) -> None:
    for row, a, b in zip(rows, said, true, strict=True):
        wrong = [
            f"{name} {told} for {meant}"
            for name, told, meant in (
                ("relevance", a.relevant, b.relevant),
                ("topic", a.topic, b.topic),
                ("sentiment", TONES[a.tone], TONES[b.tone]),
                ("severity", a.severity, b.severity),
            )
            if told != meant and (name != "severity" or (a.severity >= 3) != (b.severity >= 3))
        ]
        if wrong:
            print(f"  {'; '.join(wrong)}: {row['text'][:110]}")
