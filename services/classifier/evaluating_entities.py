"""`pasopati eval --entities`: short texts labelled by hand → precision and recall of entities and of quotes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from services.classifier.entities import Spoken, entities_of, units_spoken
from services.classifier.evaluating_units import wilson
from services.classifier.normalising import read
from services.classifier.quotes import Said, quotes_of
from services.classifier.units import GazetteerUnits

Labels = set[tuple[str, ...]]
LABELLED: Final = Path(__file__).parent / "training" / "entities_gold.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was said and should have been, of one sort."""

    name: str
    right: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.said)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.true)

    def __str__(self) -> str:
        low, high = wilson(self.right, self.said)
        below, above = wilson(self.right, self.true)
        return (
            f"{self.name:20} precision {self.precision:.3f} ({self.right} of {self.said}, {low:.3f} to {high:.3f}), "
            f"recall {self.recall:.3f} ({self.right} of {self.true}, {below:.3f} to {above:.3f})"
        )


def measure(*, latest: bool = False, show: bool = False) -> list[Counted]:
    """Of the texts the words were worked out on, or of the `latest`, labelled when the rest was done."""
    units = GazetteerUnits()
    pairs: dict[str, list[tuple[Labels, Labels]]] = {}
    for row in map(json.loads, LABELLED.read_text(encoding="utf-8").splitlines()):
        if row["id"].startswith("k-") is not latest:
            continue
        reading = read(row["title"], row["text"])
        spans = units.find(reading, opmode="live").spans
        found = entities_of(reading, row["title"], row["text"], spans)
        said = quotes_of(row["title"], row["text"], (*found, *units_spoken(reading, spans)))
        for name, mine, true in _sorts(row, found, said):
            pairs.setdefault(name, []).append((mine, true))
            if show and mine != true:
                print(f"  {row['id']} {name}: too much {sorted(mine - true)}, missed {sorted(true - mine)}")
    return [_counted(name, some) for name, some in pairs.items()]


def _sorts(row: dict[str, Any], found: Iterable[Spoken], said: Iterable[Said]) -> Iterable[tuple[str, Labels, Labels]]:
    for kind in ("orang", "lembaga", "tempat"):
        mine: Labels = {(s.text.casefold(), s.role or "") for s in found if s.kind == kind}
        yield kind, mine, {(text.casefold(), role) for k, text, role in row["entities"] if k == kind}
    yield "kutipan", {(s.words,) for s in said}, {(words,) for words, _, _ in row["quotes"]}
    told: Labels = {(s.words, (s.by or "").casefold(), s.role or "") for s in said}
    yield "kutipan dan penutur", told, {(words, by.casefold(), role) for words, by, role in row["quotes"]}


def _counted(name: str, pairs: Sequence[tuple[Labels, Labels]]) -> Counted:
    return Counted(
        name=name,
        right=sum(len(mine & true) for mine, true in pairs),
        said=sum(len(mine) for mine, _ in pairs),
        true=sum(len(true) for _, true in pairs),
    )


def evaluate_entities(*, show: bool = False) -> None:
    for latest, name in ((False, "worked on"), (True, "labelled last (README: what they showed at first sight)")):
        print(f"entities and quotes, texts {name}:")
        for counted in measure(latest=latest, show=show):
            print(f"  {counted}")
