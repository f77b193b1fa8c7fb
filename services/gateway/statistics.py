"""Facts about relevant publications → figures: periods compared, shares, concentration, ratios, precursors. Pure.

Every figure counts publications (publikasi) unless its name says otherwise, and carries the narrowing (`where`) that
lists exactly what it counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Final, Literal

By = Literal["semua", "topik", "unit", "provinsi", "jenis", "nada", "media"]

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
    # Through which sources it came.
    via: tuple[str, ...] = ()

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
    in the period before; `year`: on the same days a year before, where data reach that far."""

    value: int
    where: Where
    before: int | None = None
    year: int | None = None
    since: datetime | None = None
    what: Literal["publikasi", "media", "unit", "laporan"] = "publikasi"

    @property
    def change(self) -> float | None:
        """Share by which it grew; None without a period before, or from nothing."""
        return _grown(self.value, self.before)

    @property
    def year_change(self) -> float | None:
        return _grown(self.value, self.year)


def _grown(value: int, before: int | None) -> float | None:
    return (value - before) / before if before else None


_HOLDS: Final[Mapping[str, Callable[[Fact, str], bool]]] = {
    "topik": lambda fact, value: value in fact.topics,
    "unit": lambda fact, value: value in fact.units,
    "antara": lambda fact, value: not set(fact.units).isdisjoint(value.split(",")),
    "wilayah": lambda fact, value: value in fact.provinces,
    "nada": lambda fact, value: fact.sentiment == value,
    "dan": lambda fact, value: fact.sentiment == value,
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


def overview(now: Sequence[Fact], before: Sequence[Fact], year: Sequence[Fact] | None = None) -> Overview:
    """The period against the one before it, of the same length; `year`: the same days a year before."""

    def count(where: Where, matches: Callable[[Fact], bool]) -> Figure:
        ago = sum(map(matches, year)) if year is not None else None
        return Figure(value=sum(map(matches, now)), before=sum(map(matches, before)), year=ago, where=where)

    def of(label: str) -> Figure:
        return count({"nada": label}, lambda fact: fact.sentiment == label)

    positive, negative = of("positif"), of("negatif")
    return Overview(
        publications=count({}, lambda _: True),
        outlets=Figure(
            value=_outlets(now), before=_outlets(before), year=_outlets(year) if year is not None else None, where={},
            what="media",
        ),
        positive=positive,
        negative=negative,
        neutral=of("netral"),
        mixed=of("campuran"),
        severe=count({"sev": "3"}, lambda fact: fact.severity >= 3),
        ratio=_ratio(positive.value, negative.value),
        ratio_before=_ratio(positive.before or 0, negative.before or 0),
    )  # fmt: skip


def _outlets(facts: Iterable[Fact]) -> int:
    return len({fact.outlet_id for fact in facts})


def _ratio(positive: int, negative: int) -> float | None:
    return positive / negative if negative else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A key's publications, their share of all, and its own mood."""

    key: str
    count: Figure
    share: float
    positive: Figure
    negative: Figure
    severity: int


def narrowed(share: Share, where: Where) -> Share:
    """Of what was narrowed before: its lists are, too."""
    figures = {name: getattr(share, name) for name in ("count", "positive", "negative")}
    return replace(share, **{name: replace(one, where=both(where, one.where)) for name, one in figures.items()})


def both(where: Where, more: Where) -> Where:
    """What holds both; a second mood (of negative ones the positive: none) stands beside the first."""
    twice = "nada" in where and "nada" in more
    return {**where, **({"dan" if name == "nada" else name: value for name, value in more.items()} if twice else more)}


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
    return [_share(key, of, by, before=earlier[key], total=total) for key, of in ranked]


def _share(key: str, of: Sequence[Fact], by: By, *, before: int, total: int) -> Share:
    where = {FIELD_OF[by]: key} if by in FIELD_OF else {}
    return Share(
        key=key,
        count=Figure(value=len(of), before=before, where=where),
        share=len(of) / total,
        positive=Figure(value=sum(fact.positive for fact in of), where=both(where, {"nada": "positif"})),
        negative=Figure(value=sum(fact.negative for fact in of), where=both(where, {"nada": "negatif"})),
        severity=max(fact.severity for fact in of),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """The `units` named most, their share, and the negative publications that name any of them."""

    units: int
    share: float
    count: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """Which part of the negative publications that name a unit falls on the units named most. `hhi`: the sum of squared
    shares (1: all on one unit; 1/n: spread evenly over n)."""

    negatives: Figure
    units: Figure
    top: tuple[Top, ...]
    hhi: float | None


def concentration(facts: Iterable[Fact], *, tops: Sequence[int] = (1, 3, 5, 10)) -> Concentration:
    counts: Counter[str] = Counter()
    negatives = [fact for fact in facts if fact.negative and fact.units]
    for fact in negatives:
        # One publication weighs one, however many units it names.
        counts.update({unit: 1 / len(set(fact.units)) for unit in set(fact.units)})
    ranked, where = sorted(counts, key=lambda unit: (-counts[unit], unit)), {"nada": "negatif", "bernama": "ya"}
    total = sum(counts.values())

    def top(many: int) -> Top:
        named = set(ranked[:many])
        value = sum(not named.isdisjoint(fact.units) for fact in negatives)
        told = Figure(value=value, where={"nada": "negatif", "antara": ",".join(ranked[:many])})
        return Top(units=many, share=sum(counts[unit] for unit in named) / total, count=told)

    return Concentration(
        negatives=Figure(value=len(negatives), where=where),
        units=Figure(value=len(ranked), where=where, what="unit"),
        top=tuple(top(many) for many in tops if many <= len(ranked)),
        hhi=sum((one / total) ** 2 for one in counts.values()) if total else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Precursor:
    """Small signs in one unit, this period against the weekly mean of the weeks before: `score` is the weighted count
    over what was usual (plus one), `parts` the count of each topic. `before`: where the basis of `usual` begins."""

    unit_id: str
    count: Figure
    score: float
    usual: float
    before: datetime
    parts: tuple[tuple[str, Figure], ...]


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
            where = {"unit": unit, "tanda": "ya"}
            ranked = tuple(
                (topic, Figure(value=many, where=where | {"topik": topic}, since=begin))
                for topic, many in parts[unit].most_common()
            )
            figure = Figure(value=count, where=where, since=begin)
            basis = begin - timedelta(days=basis_days)
            found.append(Precursor(unit_id=unit, count=figure, score=score, usual=usual, before=basis, parts=ranked))
    return sorted(found, key=lambda one: (-one.score, one.unit_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a unit tells of itself against what others tell of it."""

    unit_id: str
    reports: Figure
    publications: Figure
    positive: Figure
    negative: Figure


def output(facts: Sequence[Fact], reports: Mapping[str, int], *, most: int = 20) -> list[Output]:
    """Units by their own reports; those that others tell of and that report nothing stand below."""
    told: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind != "laporan":
            for unit in dict.fromkeys(fact.units):
                told[unit].append(fact)
    rows = [_output(unit, reports.get(unit, 0), told[unit]) for unit in reports.keys() | told.keys()]
    return sorted(rows, key=lambda one: (-one.reports.value, -one.publications.value, one.unit_id))[:most]


def _output(unit: str, reports: int, told: Sequence[Fact]) -> Output:
    where = {"unit": unit, "luar": "ya"}
    return Output(
        unit_id=unit,
        reports=Figure(value=reports, where={"unit": unit}, what="laporan"),
        publications=Figure(value=len(told), where=where),
        positive=Figure(value=sum(fact.positive for fact in told), where=where | {"nada": "positif"}),
        negative=Figure(value=sum(fact.negative for fact in told), where=where | {"nada": "negatif"}),
    )
