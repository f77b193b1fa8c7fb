"""What a soak found, in words; each part has its section of one page."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.machine import Machine
from tests.bench.soak_ledger import Line, Tally, largest, line_through
from tests.bench.soak_plan import AHEAD, DAYS, FULL, KEPT_DAYS, LOOK_EVERY_SECONDS, MOST_DOCUMENTS
from tests.bench.soak_watch import Look, Swept, by_minutes

HEAD = """# Memory and documents over time

`make soak`: the classifier's million (`ITEMS=…`), then ingest (`MINUTES=…`); `PART=classifier` or `PART=ingest`: one.
"""
CLASSIFIER, INGEST = "The classifier", "Ingest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    tally: Tally
    looks: Sequence[Look]
    swept: Swept
    seconds: float
    cpu: Mapping[str, float]
    ended_early: str | None
    faults: Sequence[str]

    @property
    def memory(self) -> Line:
        return line_through([(look.seconds, look.classifier_mb) for look in self.looks])

    @property
    def kept_its_promise(self) -> bool:
        return not self.faults and self.ended_early is None and self.memory.flat is not False


def headline(outcome: Outcome) -> str:
    """How far it got comes first: a part is never told as the whole."""
    tally = outcome.tally
    rate = tally.answered / outcome.seconds if outcome.seconds else 0.0
    if outcome.ended_early is not None:
        reached = f"**Ended early** at {tally.answered:,} of {tally.wanted:,} items, because {outcome.ended_early}"
    elif tally.wanted < FULL:
        reached = f"**A short look**, {tally.wanted:,} items instead of {FULL:,}"
    else:
        reached = f"{tally.wanted:,} items"
    return (
        f"{reached}: {rate:.0f} items/s over {outcome.seconds / 60:.1f} minutes, at most {tally.most_documents:,} "
        f"documents (goal ≤ {MOST_DOCUMENTS:,}), {outcome.swept.all_gone:,} deleted in {outcome.swept.turns:,} sweeps"
    )


def section(outcome: Outcome, machine: Machine) -> tuple[list[str], bool]:
    memory = outcome.memory
    lines = [
        f"{headline(outcome)}. {machine.model}, {machine.cores} cores shared by all, load before {machine.load:.1f}.",
        "",
        *_as_in_life(outcome),
        "",
        *_tally_lines(outcome.tally, outcome.faults),
        "",
        f"Memory of the classifier after the first third: {memory.mean:.0f} MB, {memory.slope:+.2f} MB a minute, "
        f"{memory.word}. Processor seconds: {', '.join(f'{name} {s:.0f}' for name, s in outcome.cpu.items())}.",
        "",
        *_documents_lines(outcome),
        "",
        *_rows(outcome.looks),
    ]
    return lines, outcome.kept_its_promise


def _as_in_life(outcome: Outcome) -> list[str]:
    wanted, fed = outcome.tally.wanted, outcome.tally.fed
    hours_a_second = 24 * DAYS * fed / wanted / outcome.seconds if outcome.seconds else 0.0
    kept = ", ".join(f"{name} {days:g}" for name, days in KEPT_DAYS.items())
    return [
        "The process is the classifier's own (`services.classifier.main` with all it reads), fed through Kafka on the "
        f"live lane, never more than {AHEAD:,} items ahead, {wanted / DAYS:,.0f} a day of news (life: 7,500), 6 % of "
        "them written as relevant. Two things were shortened:",
        "",
        f"- The time of day is that of the newest item read: {DAYS:.0f} days of news, {hours_a_second:.1f} hours "
        "of them a second. Retention, stories and trends live by it; relays by the machine's clock.",
        f"- Periods, by `PASOPATI_CLASSIFIER_RETENTION_DAYS`: {kept} days instead of 400; hitungan its 36.",
        "",
        f"The sweeper looks each {LOOK_EVERY_SECONDS:g} s, which is {hours_a_second * LOOK_EVERY_SECONDS:.0f} hours of "
        "news; in life it sweeps each hour. Rules, queries, records and batches are those of production. The broker's "
        "topics are bounded by bytes, not by days.",
    ]


def _tally_lines(tally: Tally, found: Sequence[str]) -> list[str]:
    said = "as promised" if not found else "NOT as promised: " + "; ".join(found)
    return [
        f"- fed {tally.fed:,}, classified {tally.answered:,} (told again {tally.repeats:,}, labelled twice "
        f"{tally.doubled:,}, never fed {tally.strange:,}), heard by a plain reader of `items.classified`;",
        f"- relevant {tally.relevant:,}: in stories {tally.members:,} and {tally.members_purged:,} that ended since; "
        f"in series {tally.counted:,} and {tally.counted_purged:,}; members without a story {tally.without_story:,};",
        f"- still to be announced {tally.outbox:,}, parked {tally.parked:,}: {said}.",
    ]


def _documents_lines(outcome: Outcome) -> list[str]:
    most = largest([look.documents for look in outcome.looks])
    last = outcome.looks[-1].documents if outcome.looks else {}
    gone = ", ".join(f"{name} {count:,}" for name, count in sorted(outcome.swept.gone.items()))
    rows = [f"| `{name}` | {most.get(name, 0):,} | {last.get(name, 0):,} |" for name in sorted({*most, *last})]
    rows.append(f"| all | {sum(most.values()):,} | {sum(last.values()):,} |")
    return ["| collection | when most | at the end |", "|---|--:|--:|", *rows, "", f"Deleted: {gone or 'nothing'}."]


def _rows(looks: Sequence[Look]) -> list[str]:
    head = [
        "| minute | items | documents | outbox | lag: labels, stories, trends | classifier MB | store MB | store GB "
        "| broker MB | broker GB | open stories | series |",
        "|" + "--:|" * 12,
    ]
    return head + [_row(look) for look in by_minutes(looks)]


def _row(look: Look) -> str:
    cells = (
        f"{look.seconds / 60:.1f}", f"{look.answered:,}", f"{look.all_documents:,}", f"{look.outbox:,}",
        ", ".join(f"{lag:,}" for lag in look.lags.values()), f"{look.classifier_mb:.0f}", f"{look.store_mb:.0f}",
        f"{look.store_disk_gb:.2f}", f"{look.broker_mb:.0f}", f"{look.broker_disk_gb:.2f}", f"{look.stories:,}",
        f"{look.series:,}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def put_section(page: Path, name: str, lines: Sequence[str]) -> None:
    """Writes one section anew and leaves the others; at once or not at all."""
    old = page.read_text("utf-8") if page.exists() else ""
    sections = dict(_sections(old))
    sections[name] = "\n".join(lines).strip("\n")
    order = [one for one in (CLASSIFIER, INGEST) if one in sections]
    text = HEAD + "".join(f"\n## {one}\n\n{sections[one]}\n" for one in order)
    page.parent.mkdir(parents=True, exist_ok=True)
    fresh = page.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, page)


def _sections(text: str) -> list[tuple[str, str]]:
    parts = ("\n" + text).split("\n## ")[1:]
    return [(name, body.strip("\n")) for name, _, body in (part.partition("\n") for part in parts)]
