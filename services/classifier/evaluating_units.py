"""`pasopati eval --units`: texts whose units were labelled by hand → how many are named right, left open, missed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any, Final

from services.classifier.normalising import read
from services.classifier.training.corpus import Example, load
from services.classifier.units import GazetteerUnits
from services.classifier.verdicts import UnitReading

LABELLED: Final = Path(__file__).parent / "training" / "units_gold.jsonl"
# The yardstick's texts stay beside the project; only their ids and our labels are in it.
YARDSTICK: Final = Path(__file__).parents[3] / "shared" / "data" / "gold_dev" / "corrections_gold.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCase:
    """One text with the units it names (the first mention first) and the units an ambiguous name may mean."""

    id: str
    title: str
    text: str
    units: tuple[str, ...]
    candidates: tuple[str, ...]
    kind: str

    @property
    def names_one(self) -> bool:
        return bool(self.units)

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.candidates) and not self.units


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    case: UnitCase
    said: tuple[str, ...]
    candidates: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Of a text that names units: the surest one is among them. Of any other: nothing is claimed."""
        return bool(self.said) and self.said[0] in self.case.units if self.case.names_one else not self.said

    @property
    def offered(self) -> float:
        """The share of an ambiguous name's units that the person who decides is shown."""
        return len(set(self.candidates) & set(self.case.candidates)) / max(1, len(self.case.candidates))


def load_cases(labelled: Path = LABELLED, yardstick: Path = YARDSTICK) -> tuple[list[UnitCase], int]:
    """The cases whose text is at hand, and how many of the yardstick's are not."""
    texts = {row["id"]: row for row in _json_lines(yardstick)} if yardstick.is_file() else {}
    cases, absent = [], 0
    for row in _json_lines(labelled):
        if "title" not in row and row["id"] not in texts:
            absent += 1
            continue
        cases.append(_case(row, texts.get(row["id"])))
    return cases, absent


def _case(row: dict[str, Any], known: dict[str, Any] | None) -> UnitCase:
    title, text = row.get("title", ""), row.get("text", "")
    if known is not None:
        title, text = (known["text"], "") if known["kind"] == "headline" else ("", known["text"])
    return UnitCase(
        id=row["id"],
        title=title,
        text=text,
        units=tuple(row["units"]),
        candidates=tuple(row["candidates"]),
        kind="tolok ukur" if known is not None else row["kind"],
    )


def measure(cases: Iterable[UnitCase], finder: GazetteerUnits) -> list[Outcome]:
    return [_outcome(case, finder.find(read(case.title, case.text), opmode="live")) for case in cases]


def _outcome(case: UnitCase, reading: UnitReading) -> Outcome:
    return Outcome(case=case, said=tuple(u.unit_id for u in reading.units), candidates=reading.candidates)


def evaluate_units(*, show: bool = False, labelled: Path = LABELLED, yardstick: Path = YARDSTICK) -> None:
    cases, absent = load_cases(labelled, yardstick)
    outcomes = measure(cases, GazetteerUnits())
    if absent:
        print(f"{absent} texts of the yardstick are not at hand ({yardstick.name} beside the project): left out")
    own = [o for o in outcomes if o.case.id.startswith(("u-", "v-"))]
    last = [o for o in outcomes if o.case.id.startswith("w-")]
    yard = [o for o in outcomes if o.case.kind == "tolok ukur"]
    for name, some in (("all", outcomes), ("own texts", own), ("own, labelled last", last), ("yardstick", yard)):
        if some:
            print_figures(name, some)
    written = [*own, *last]
    for kind in dict.fromkeys(o.case.kind for o in written):
        of_kind = [o for o in written if o.case.kind == kind]
        print(f"  {kind:14} {sum(o.is_right for o in of_kind):3} of {len(of_kind)}")
    print_other_writers(load(), GazetteerUnits())
    if show:
        for outcome in (o for o in outcomes if not o.is_right or (o.case.is_ambiguous and o.offered < 1)):
            print(f"  {outcome.case.id} said {outcome.said or '-'} {outcome.candidates or ''}")
            print(f"    for {outcome.case.units or '-'} {outcome.case.candidates or ''}: {_shown(outcome.case)}")


def print_figures(name: str, outcomes: Sequence[Outcome]) -> None:
    named = [o for o in outcomes if o.case.names_one]
    untold = [o for o in outcomes if not o.case.names_one]
    ambiguous = [o for o in untold if o.case.is_ambiguous]
    wrong = sum(bool(o.said) and not o.is_right for o in named)
    all_named = sum(set(o.case.units) == set(o.said) for o in named)
    print(f"units, {name}: {len(outcomes)} texts")
    print(f"  top-1 of those named   {_rate(named)}; wrong {wrong}, silent {sum(not o.said for o in named)}")
    print(f"  all units, none beside {all_named} of {len(named)}")
    print(f"  abstains, none told    {_rate(untold)}")
    if ambiguous:
        offered = sum(o.offered for o in ambiguous) / len(ambiguous)
        some = sum(o.offered > 0 for o in ambiguous)
        print(f"  ambiguous: candidates' recall {offered:.3f}, some offered in {some} of {len(ambiguous)}")


def print_other_writers(examples: Sequence[Example], finder: GazetteerUnits) -> None:
    """The training text, whose writers noted the units' names as they wrote them: is a name that leads to a unit by
    itself found where it stands, and is nothing claimed where the writer named none or a place of the fancy?"""
    found = named = claimed = unnamed = 0
    for example in examples:
        said = _ids(finder, example.title, example.lead)
        meant = {unit for name in example.units if name != "?" for unit in _ids(finder, name, "")}
        if meant:
            named += 1
            found += bool(said) and said[0] in meant
        else:
            unnamed += 1
            claimed += bool(said)
    low, high = wilson(found, named)
    print(f"training text, other writers: {found} of {named} named found ({low:.3f} to {high:.3f})", end="; ")
    print(f"silent on {unnamed - claimed} of {unnamed} without a unit of the list")


def _ids(finder: GazetteerUnits, title: str, text: str) -> tuple[str, ...]:
    return tuple(unit.unit_id for unit in finder.find(read(title, text), opmode="live").units)


def _rate(outcomes: Sequence[Outcome]) -> str:
    right, count = sum(o.is_right for o in outcomes), len(outcomes)
    low, high = wilson(right, count)
    return f"{right / max(1, count):.3f} ({right} of {count}, 95 % {low:.3f} to {high:.3f})"


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson's score interval: holds near 1, where the plain one does not)."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


def _shown(case: UnitCase) -> str:
    return " / ".join(filter(None, (case.title, case.text)))[:120]


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
