"""Two hundred real articles, marked by hand before the gate read them: leaks, hidden officials, what was wrong."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from libs.privacy import Outcome, gate_parts
from tests.privacy.counting import Share, f1, kappa
from tests.privacy.marked import covered

MARKS = Path(__file__).parent / "marks"
FIRST, SECOND = MARKS / "news_200.jsonl", MARKS / "news_50_second.jsonl"
ROWS = 1500


@dataclass(frozen=True, slots=True)
class Mark:
    start: int
    end: int
    kind: str
    unsure: bool

    @property
    def group(self) -> str:
        return self.kind[0]


Marks = dict[int, list[Mark]]


def marks_of(file: Path) -> tuple[Marks, dict[int, str]]:
    """Row → its marks, and row → the sha256 of the text they belong to."""
    marks, digests = {}, {}
    for line in file.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        marks[told["row"]] = [Mark(*span) for span in told["spans"]]
        digests[told["row"]] = told["sha256"]
    return marks, digests


def articles(shared: Path) -> list[tuple[str, str]]:
    """Title and text of the first rows of the sample."""
    with (shared / "data" / "news_sample" / "2025-06-18.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["judul"], row["isi_berita"]) for _, row in zip(range(ROWS), csv.DictReader(file), strict=False)]


@dataclass(slots=True)
class Read:
    """What became of an article: stretches of title, line break and text that were masked."""

    text: str
    outcome: Outcome
    taken: list[tuple[int, int]]


def read(title: str, text: str) -> Read:
    found = gate_parts({"title": title, "text": text}, channel="news")
    shift = len(title) + 1
    taken = [(span.start, span.end) for span in found.parts["title"].spans]
    taken += [(span.start + shift, span.end + shift) for span in found.parts["text"].spans]
    whole = f"{title}\n{text}"
    return Read(whole, found.outcome, [(0, len(whole))] if found.outcome is Outcome.QUARANTINE else taken)


@dataclass(slots=True)
class Reality:
    """Mentions by class: private ones left readable, office holders and public figures hidden; the sure ones apart."""

    told: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sure_told: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sure_wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    listed: list[str] = field(default_factory=list)
    private_documents: int = 0
    leaking_documents: int = 0
    elsewhere: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def share(self, prefix: str, *, sure: bool = False) -> Share:
        told, wrong = (self.sure_told, self.sure_wrong) if sure else (self.told, self.wrong)
        kinds = [kind for kind in told if kind.startswith(prefix)]
        return Share(hits=sum(wrong[kind] for kind in kinds), all=sum(told[kind] for kind in kinds))


def measure(shared: Path) -> Reality:
    marks, digests = marks_of(FIRST)
    rows, reality = articles(shared), Reality()
    for row, told in sorted(marks.items()):
        one = read(*rows[row])
        assert sha256(one.text.encode()).hexdigest() == digests[row], f"row {row} is not the article that was marked"
        reality.outcomes[one.outcome] += 1
        _compare(row, told, one, reality)
    return reality


def _compare(row: int, told: list[Mark], one: Read, reality: Reality) -> None:
    leaked = False
    for mark in told:
        whole, touched = covered(one.text, mark.start, mark.end, one.taken)
        wrong = not whole if mark.group == "P" else touched
        leaked |= wrong and mark.group == "P"
        reality.told[mark.kind] += 1
        reality.wrong[mark.kind] += wrong
        if not mark.unsure:
            reality.sure_told[mark.kind] += 1
            reality.sure_wrong[mark.kind] += wrong
        if wrong:
            unsure = " unsure" if mark.unsure else ""
            reality.listed.append(f"row {row} [{mark.start}:{mark.end}] {mark.kind}{unsure}")
    private = any(mark.group == "P" for mark in told)
    reality.private_documents += private
    reality.leaking_documents += private and leaked
    if one.outcome is not Outcome.QUARANTINE:
        reality.elsewhere += sum(
            not any(mark.start < end and start < mark.end for mark in told) for start, end in one.taken
        )


def outcomes_of_all(shared: Path) -> Mapping[str, int]:
    """Every article of the sample's first rows: what the gate would do with it."""
    counts: dict[str, int] = defaultdict(int)
    for title, text in articles(shared):
        counts[read(title, text).outcome] += 1
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Of two independent readings of the same articles."""

    articles: int
    exact_f1: float
    overlap_f1: float
    kappa: float
    shared: int


def agreement() -> Agreement | None:
    """None: the second reading is not there."""
    if not SECOND.exists():
        return None
    (first, _), (second, _) = marks_of(FIRST), marks_of(SECOND)
    both = sorted(first.keys() & second.keys())
    told, found = sum(len(first[row]) for row in both), sum(len(second[row]) for row in both)
    exact = overlapping = 0
    pairs: list[tuple[str, str]] = []
    for row in both:
        exact += len({(m.start, m.end) for m in first[row]} & {(m.start, m.end) for m in second[row]})
        for mark in first[row]:
            twin = next((o for o in second[row] if o.start < mark.end and mark.start < o.end), None)
            if twin is not None:
                overlapping += 1
                pairs.append((mark.group, twin.group))
    return Agreement(
        articles=len(both),
        exact_f1=f1(exact, told, found),
        overlap_f1=f1(overlapping, told, found),
        kappa=kappa(pairs),
        shared=len(pairs),
    )
