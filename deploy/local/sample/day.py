"""items/*.yaml → the items of the CONTOH day with the second of the day at which each comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
# The day is compressed into these; afterwards the pool trickles, one item each gap.
DAY_SECONDS = 600
TRICKLE_GAP_SECONDS = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleItem:
    """One publication; `at_seconds` counts the seconds that the day has been played."""

    item_id: str
    outlet_id: str
    at_seconds: float
    title: str
    text: str

    @property
    def slug(self) -> str:
        words = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        return f"{words[:80].rstrip('-')}-{self.item_id}"


@dataclass(frozen=True, slots=True)
class Day:
    """All items of the day in order, and the pool that follows it."""

    items: tuple[SampleItem, ...]
    pool: tuple[SampleItem, ...]

    def until(self, played_seconds: float) -> list[SampleItem]:
        """Everything that has come out, oldest first. The pool goes round for ever, each round under new ids."""
        out = [item for item in self.items if item.at_seconds <= played_seconds]
        trickled = int((played_seconds - DAY_SECONDS) // TRICKLE_GAP_SECONDS) if played_seconds > DAY_SECONDS else 0
        return out + [self._trickled(number) for number in range(trickled)]

    def _trickled(self, number: int) -> SampleItem:
        turn, place = divmod(number, len(self.pool))
        item = self.pool[place]
        return SampleItem(
            item_id=f"{item.item_id}-{turn + 1}",
            outlet_id=item.outlet_id,
            at_seconds=DAY_SECONDS + (number + 1) * TRICKLE_GAP_SECONDS,
            title=item.title,
            # A later round tells itself from the first: it is a new edition, not a correction of the old one.
            text=item.text if turn == 0 else f"{item.text} (Terbitan ke-{turn + 1} dalam rangkaian contoh ini.)",
        )


def load_day(folder: Path = FOLDER / "items") -> Day:
    """Raises ValueError naming the file and the item that breaks the form."""
    outlets = {
        outlet["outlet_id"] for outlet in yaml.safe_load((FOLDER / "sources.yaml").read_text("utf-8"))["outlets"]
    }
    items: list[SampleItem] = []
    pool: list[SampleItem] = []
    for path in sorted(folder.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            (pool if path.stem.startswith("tetes") else items).extend(_with_copies(entry, path, outlets))
    ids = [item.item_id for item in items + pool]
    if repeated := {item_id for item_id in ids if ids.count(item_id) > 1}:
        raise ValueError(f"sample items appear twice: {sorted(repeated)}")
    return Day(tuple(sorted(items, key=lambda item: (item.at_seconds, item.item_id))), tuple(pool))


def _with_copies(entry: dict[str, Any], path: Path, outlets: set[str]) -> list[SampleItem]:
    """An item, and the copies other outlets made of it (an agency's text, taken over whole)."""
    unknown = entry.keys() - {"id", "outlet", "at", "title", "text", "copies"}
    if unknown or not {"id", "outlet", "title", "text"} <= entry.keys() or entry["outlet"] not in outlets:
        raise ValueError(f"{path.name}: {entry.get('id')} breaks the form {sorted(unknown)}")
    first = SampleItem(
        item_id=entry["id"],
        outlet_id=entry["outlet"],
        at_seconds=_second(entry.get("at", 0), entry["id"]),
        title=entry["title"].strip(),
        text=" ".join(entry["text"].split()),
    )
    made = [first]
    for copy in entry.get("copies", ()):
        if copy["outlet"] not in outlets:
            raise ValueError(f"{path.name}: a copy of {entry['id']} names an unknown outlet")
        made.append(
            SampleItem(
                item_id=f"{first.item_id}-{copy['outlet']}",
                outlet_id=copy["outlet"],
                at_seconds=_second(copy["at"], entry["id"]),
                title=copy.get("title", first.title),
                text=" ".join(copy.get("text", first.text).split()),
            )
        )
    return made


def _second(value: object, item_id: str) -> float:
    if not isinstance(value, int | float) or not 0 <= value <= DAY_SECONDS:
        raise ValueError(f"{item_id}: at is a second of the day, 0 to {DAY_SECONDS}")
    return float(value)
