"""Pairs of documents with what they are told to be: of the real day by row numbers, of our own text by families."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from services.classifier.normalising import fold
from services.classifier.training.same_event_words import Text

HERE = Path(__file__).parent
REAL_DAY, EVENTS, FAMILIES = HERE / "pairs_real_day.tsv", HERE / "events_real_day.txt", HERE / "pairs"
TOPICS = FAMILIES / "topics.tsv"
SAME, UNSURE, DIFFERENT = "same", "unsure", "different"
HOURS_BETWEEN = 1.5  # headlines of one event, unless they say otherwise
# What stands before the place in the name of a unit.
_TEXT_UNIT_WORDS = """
    lapas rutan lpka bapas rupbasan kelas i ii iia iib iii khusus narkotika perempuan cabang
"""
UNIT_WORDS = frozenset(_TEXT_UNIT_WORDS.split())
_LATER = re.compile(r"^\+(\d+(?:\.\d+)?)j\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One document. `unit`: the unit its text names, as an id; `group`: what is held out together."""

    key: str
    title: str
    text: str = ""
    at: datetime | None = None
    source: str = ""
    unit: str = ""
    unit_name: str = ""
    topic: str = "lainnya"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    a: Side
    b: Side
    label: str
    group: str

    @property
    def same(self) -> bool:
        return self.label != DIFFERENT


def real_day(texts: Sequence[Text], moments: Sequence[datetime | None]) -> list[Pair]:
    """`texts`: the day's articles in the order of its rows."""
    pairs = []
    for line in REAL_DAY.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        a, b, label, group = line.split("\t")
        sides = [_article(int(row), texts, moments) for row in (a, b)]
        pairs.append(Pair(a=sides[0], b=sides[1], label=label, group=group))
    return pairs


def _article(row: int, texts: Sequence[Text], moments: Sequence[datetime | None]) -> Side:
    text = texts[row]
    return Side(
        key=str(row), title=text.title, text=text.body, at=moments[row], source=text.source, topic="luar_lingkup"
    )


def real_events() -> list[list[int]]:
    """Rows of the real day that tell of one event; events of two articles and more, as read by hand."""
    events = []
    for line in EVENTS.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            events += [[int(row) for row in event.split()] for event in re.split(r"[|~]", line)]
    return [event for event in events if len(event) > 1]


def unsure_rows() -> dict[int, set[int]]:
    """Per row the rows of which a reader cannot be sure whether they tell of its event."""
    unsure: dict[int, set[int]] = {}
    for line in EVENTS.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        for block in line.split("|"):
            events = [{int(row) for row in event.split()} for event in block.split("~")]
            together = set().union(*events)
            unsure |= {row: together - event for event in events for row in event}
    return unsure


def own_pairs(folder: Path = FAMILIES) -> list[Pair]:
    """Headlines of one event are pairs of the same, headlines of different events of a family hard negatives."""
    return [pair for path in sorted(folder.glob("*.txt")) for pair in _pairs_of(path)]


def our_topics(path: Path = TOPICS) -> dict[str, str]:
    """Headline of the families → the topic our labels gave it."""
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def _pairs_of(path: Path) -> Iterator[Pair]:
    for family, events in _families(path):
        for event in events:
            yield from (Pair(a=a, b=b, label=SAME, group=family) for a, b in combinations(event, 2))
        for one, other in combinations(events, 2):
            yield from (Pair(a=a, b=b, label=DIFFERENT, group=family) for a in one for b in other)


def _families(path: Path) -> Iterator[tuple[str, list[list[Side]]]]:
    """`# remark`, `== family`, `- day time | topic | unit`, then a headline a line, "+20j " before one told later."""
    name, events = "", list[list[Side]]()
    when, topic, unit = datetime(2026, 1, 1, tzinfo=UTC), "", ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("=="):
            if events:
                yield name, events
            name, events = f"{path.stem}: {line.strip('= ')}", []
        elif line.startswith("- "):
            day, topic, unit = (part.strip() for part in line[2:].split("|"))
            when = datetime.fromisoformat(day).replace(tzinfo=UTC)
            events.append([])
        else:
            events[-1].append(_headline(line, when, topic, unit, key=f"{path.name}:{number}", place=len(events[-1])))
    if events:
        yield name, events


def _headline(line: str, when: datetime, topic: str, unit: str, *, key: str, place: int) -> Side:
    later = _LATER.match(line)
    hours = float(later[1]) if later else place * HOURS_BETWEEN
    title = _LATER.sub("", line).strip()
    named = _named(title, unit)
    return Side(
        key=key,
        title=title,
        at=when + timedelta(hours=hours),
        source=f"sendiri-{place}",
        unit="-".join(fold(unit).split()) if named else "",
        unit_name=unit if named else "",
        topic=topic,
    )


def _named(title: str, unit: str) -> bool:
    """A headline names its unit when it holds the words of the unit's place."""
    place = [w for w in fold(unit).split() if w not in UNIT_WORDS]
    words = set(re.findall(r"\w+", fold(title)))
    return bool(place) and all(w in words for w in place)
