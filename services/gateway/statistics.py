"""Facts about relevant publications → figures: periods compared, shares, concentration, ratios, precursors. Pure.

Every figure counts publications (publikasi) unless its name says otherwise, and carries the narrowing (`where`) that
lists exactly what it counted."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, Literal

Bucket = Literal["jam", "hari"]
By = Literal["semua", "topik", "unit", "provinsi", "jenis", "nada", "media"]
Sight = Literal["penuh", "sebagian", "buta"]

# National days are days in WIB.
WIB: Final = timezone(timedelta(hours=7), "WIB")
# What is told before a crisis in a unit: halinar (handphone, levies, drugs), overcrowding, complaints about service.
PRECURSORS: Final[Mapping[str, float]] = {
    "hp_pungli": 1.0,
    "narkoba": 1.0,
    "penyelundupan": 0.7,
    "overkapasitas": 1.0,
    "layanan": 0.5,
    "kekerasan_wbp": 1.5,
    "kekerasan_petugas": 1.5,
    "integritas": 1.0,
}
# A unit that was told of less often has no pattern yet.
PRECURSOR_AT_LEAST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One relevant publication, as counting needs it."""

    id: str
    at: datetime
    topics: tuple[str, ...]
    units: tuple[str, ...]
    provinces: tuple[str, ...]
    sentiment: str
    severity: int
    outlet_id: str
    kind: str

    @property
    def negative(self) -> bool:
        return self.sentiment == "negatif"

    @property
    def positive(self) -> bool:
        return self.sentiment == "positif"


# Which of the facts were counted: field → value, all of them; see `listed`.
Where = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`value` of `what`; `where` lists exactly these (since `since`, if not since the period began). `before`: the same
    in the period before."""

    value: int
    where: Where
    before: int | None = None
    since: datetime | None = None
    what: Literal["publikasi", "media", "laporan"] = "publikasi"

    @property
    def change(self) -> float | None:
        """Share by which it grew; None without a period before, or from nothing."""
        return (self.value - self.before) / self.before if self.before else None


_HOLDS: Final[Mapping[str, Callable[[Fact, str], bool]]] = {
    "topik": lambda fact, value: value in fact.topics,
    "unit": lambda fact, value: value in fact.units,
    "wilayah": lambda fact, value: value in fact.provinces,
    "nada": lambda fact, value: fact.sentiment == value,
    "sev": lambda fact, value: fact.severity >= int(value),
    "media": lambda fact, value: fact.outlet_id == value,
    "jenis": lambda fact, value: fact.kind == value,
    "bernama": lambda fact, _: bool(fact.units),
    "tanda": lambda fact, _: is_sign(fact),
    "luar": lambda fact, _: fact.kind != "laporan",
}
FIELDS: Final = tuple(_HOLDS)


def listed(facts: Iterable[Fact], where: Where) -> list[Fact]:
    """What a figure counted, the newest first. Raises KeyError for a field that nothing is narrowed by."""
    holds = [(_HOLDS[name], value) for name, value in where.items()]
    found = [fact for fact in facts if all(hold(fact, value) for hold, value in holds)]
    return sorted(found, key=lambda fact: (fact.at, fact.id), reverse=True)


def is_sign(fact: Fact) -> bool:
    """A negative publication about what comes before a crisis; a crisis is no sign of itself."""
    return fact.negative and fact.severity < 3 and any(topic in PRECURSORS for topic in fact.topics)


def values_of(fact: Fact, by: By) -> tuple[str, ...]:
    """Under which keys of a dimension a publication counts."""
    match by:
        case "semua":
            return ("semua",)
        case "topik":
            return fact.topics
        case "unit":
            return fact.units
        case "provinsi":
            return fact.provinces
        case "jenis":
            return (fact.kind,)
        case "nada":
            return (fact.sentiment,)
        case "media":
            return (fact.outlet_id,)


def counted(facts: Iterable[Fact], by: By) -> Counter[str]:
    return Counter(key for fact in facts for key in values_of(fact, by))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`ratio`: positive for each negative one; None when there is no negative one (then no ratio exists)."""

    publications: Figure
    outlets: Figure
    positive: Figure
    negative: Figure
    neutral: Figure
    mixed: Figure
    severe: Figure
    ratio: float | None
    ratio_before: float | None


def overview(now: Sequence[Fact], before: Sequence[Fact]) -> Overview:
    """The period against the one before it, of the same length."""

    def count(where: Where, matches: Callable[[Fact], bool]) -> Figure:
        return Figure(value=sum(map(matches, now)), before=sum(map(matches, before)), where=where)

    def of(label: str) -> Figure:
        return count({"nada": label}, lambda fact: fact.sentiment == label)

    outlets = len({fact.outlet_id for fact in now}), len({fact.outlet_id for fact in before})
    positive, negative = of("positif"), of("negatif")
    return Overview(
        publications=count({}, lambda _: True),
        outlets=Figure(value=outlets[0], before=outlets[1], where={}, what="media"),
        positive=positive,
        negative=negative,
        neutral=of("netral"),
        mixed=of("campuran"),
        severe=count({"sev": "3"}, lambda fact: fact.severity >= 3),
        ratio=_ratio(positive.value, negative.value),
        ratio_before=_ratio(positive.before or 0, negative.before or 0),
    )


def _ratio(positive: int, negative: int) -> float | None:
    return positive / negative if negative else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A key's publications, their share of all, and its own mood."""

    key: str
    count: Figure
    share: float
    positive: int
    negative: int
    severity: int


FIELD_OF: Final[Mapping[By, str]] = {
    "topik": "topik", "unit": "unit", "provinsi": "wilayah", "jenis": "jenis", "nada": "nada", "media": "media",
}  # fmt: skip


def shares(now: Sequence[Fact], before: Sequence[Fact], by: By, *, most: int = 20) -> list[Share]:
    """The most told of first: share of voice of outlets, topics, units, provinces. A publication that names two units
    counts for both, so shares of units may sum to more than one."""
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in now:
        for key in dict.fromkeys(values_of(fact, by)):
            groups[key].append(fact)
    earlier, total = counted(before, by), max(1, len(now))
    ranked = sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))[:most]
    return [
        Share(
            key=key,
            count=Figure(value=len(of), before=earlier[key], where={FIELD_OF[by]: key} if by in FIELD_OF else {}),
            share=len(of) / total,
            positive=sum(fact.positive for fact in of),
            negative=sum(fact.negative for fact in of),
            severity=max(fact.severity for fact in of),
        )
        for key, of in ranked
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """Which part of the negative publications that name a unit falls on the units named most. `hhi`: the sum of squared
    shares (1: all on one unit; 1/n: spread evenly over n)."""

    negatives: Figure
    units: int
    top: tuple[tuple[int, float], ...]
    hhi: float | None


def concentration(facts: Iterable[Fact], *, tops: Sequence[int] = (1, 3, 5, 10)) -> Concentration:
    counts: Counter[str] = Counter()
    negatives = 0
    for fact in facts:
        if fact.negative and fact.units:
            negatives += 1
            # One publication weighs one, however many units it names.
            counts.update({unit: 1 / len(set(fact.units)) for unit in set(fact.units)})
    total = sum(counts.values())
    ranked = sorted(counts.values(), reverse=True)
    return Concentration(
        negatives=Figure(value=negatives, where={"nada": "negatif", "bernama": "ya"}),
        units=len(counts),
        top=tuple((n, sum(ranked[:n]) / total) for n in tops) if total else (),
        hhi=sum((one / total) ** 2 for one in ranked) if total else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Precursor:
    """Small signs in one unit, this period against the weekly mean of the weeks before: `score` is the weighted count
    over what was usual (plus one), `parts` the count of each topic."""

    unit_id: str
    count: Figure
    score: float
    usual: float
    parts: tuple[tuple[str, int], ...]


def precursors(facts: Sequence[Fact], *, now: datetime, days: int = 7, basis_days: int = 28) -> list[Precursor]:
    """Units with more signs (`is_sign`) in the last `days` than was usual in the `basis_days` before; highest first."""
    begin = now - timedelta(days=days)
    weights: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    signs: Counter[str] = Counter()
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if not is_sign(fact):
            continue
        weight = max(PRECURSORS.get(topic, 0.0) for topic in fact.topics)
        recent = fact.at >= begin
        if not recent and fact.at < begin - timedelta(days=basis_days):
            continue
        for unit in dict.fromkeys(fact.units):
            weights[unit][0 if recent else 1] += weight
            if recent:
                signs[unit] += 1
                parts[unit].update(topic for topic in fact.topics if topic in PRECURSORS)
    found = []
    for unit, (recent_weight, earlier) in weights.items():
        usual, count = earlier * days / basis_days, signs[unit]
        score = recent_weight / (usual + 1)
        if count >= PRECURSOR_AT_LEAST and score > 1:
            figure = Figure(value=count, where={"unit": unit, "tanda": "ya"}, since=begin)
            ranked = tuple(parts[unit].most_common())
            found.append(Precursor(unit_id=unit, count=figure, score=score, usual=usual, parts=ranked))
    return sorted(found, key=lambda one: (-one.score, one.unit_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Publications of a bucket that begins at `at`; `buta`: our sources could not be read then, so it says nothing."""

    at: datetime
    value: int | None
    sight: Sight


def begin_of(at: datetime, bucket: Bucket) -> datetime:
    """The bucket an instant belongs to: a clock hour, or a day in WIB."""
    if bucket == "jam":
        return at.replace(minute=0, second=0, microsecond=0)
    return at.astimezone(WIB).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def width_of(bucket: Bucket) -> timedelta:
    return timedelta(hours=1) if bucket == "jam" else timedelta(days=1)


def series(
    facts: Iterable[Fact],
    *,
    since: datetime,
    until: datetime,
    bucket: Bucket,
    sight: Callable[[datetime, datetime], Sight],
) -> list[Point]:
    """One point a bucket; None where nothing could be seen and nothing was (a zero there would look like calm)."""
    counts: Counter[datetime] = Counter(begin_of(fact.at, bucket) for fact in facts)
    points, at = [], begin_of(since, bucket)
    while at < until:
        seen = sight(at, min(at + width_of(bucket), until))
        value = counts[at]
        points.append(Point(at=at, value=None if seen == "buta" and not value else value, sight=seen))
        at += width_of(bucket)
    return points


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A source could not be read from `since` to `until` (None: still)."""

    source_id: str
    since: datetime
    until: datetime | None


def sight_over(sources: int, outages: Sequence[Outage]) -> Callable[[datetime, datetime], Sight]:
    """How much of a stretch could be seen: `buta` when at least half of the reading time of all sources was lost,
    `sebagian` from a tenth on. Without any source nothing can be seen."""

    def sight(since: datetime, until: datetime) -> Sight:
        length = (until - since).total_seconds()
        if not sources or length <= 0:
            return "buta"
        lost = math.fsum(
            max(0.0, (min(one.until or until, until) - max(one.since, since)).total_seconds()) for one in outages
        )
        share = lost / (length * sources)
        return "buta" if share >= 0.5 else "sebagian" if share >= 0.1 else "penuh"

    return sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a unit tells of itself against what others tell of it."""

    unit_id: str
    reports: Figure
    publications: Figure
    positive: int
    negative: int


def output(facts: Sequence[Fact], reports: Mapping[str, int], *, most: int = 20) -> list[Output]:
    """Units by their own reports; those that others tell of and that report nothing stand below."""
    told: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind != "laporan":
            for unit in dict.fromkeys(fact.units):
                told[unit].append(fact)
    rows = [
        Output(
            unit_id=unit,
            reports=Figure(value=reports.get(unit, 0), where={"unit": unit}, what="laporan"),
            publications=Figure(value=len(told[unit]), where={"unit": unit, "luar": "ya"}),
            positive=sum(fact.positive for fact in told[unit]),
            negative=sum(fact.negative for fact in told[unit]),
        )
        for unit in reports.keys() | told.keys()
    ]
    return sorted(rows, key=lambda one: (-one.reports.value, -one.publications.value, one.unit_id))[:most]
