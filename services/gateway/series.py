"""Facts → counts an hour or a day, each with the list behind it; what could not be seen is no zero. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from services.gateway.seeing import See, Seeing, Sight
from services.gateway.statistics import FIELD_OF, WIB, By, Fact, Where, counted, values_of

Bucket = Literal["jam", "hari"]
HOURLY_UP_TO: Final = timedelta(days=8)
# How far back is asked which sources tell of something.
BASIS: Final = timedelta(days=28)
# Series that nobody named: those told of most.
_LINES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Publications of a bucket that begins at `at`; `buta`: our sources could not be read then, so it says nothing."""

    at: datetime
    value: int | None
    sight: Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series; `where` narrows a list to it."""

    key: str
    where: Where
    points: tuple[Point, ...]


def begin_of(at: datetime, bucket: Bucket) -> datetime:
    """The bucket an instant belongs to: a clock hour, or a day in WIB."""
    if bucket == "jam":
        return at.replace(minute=0, second=0, microsecond=0)
    return at.astimezone(WIB).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def width_of(bucket: Bucket) -> timedelta:
    return timedelta(hours=1) if bucket == "jam" else timedelta(days=1)


def bucket_for(span: timedelta) -> Bucket:
    return "jam" if span <= HOURLY_UP_TO else "hari"


def series(facts: Iterable[Fact], *, since: datetime, until: datetime, bucket: Bucket, sight: See) -> list[Point]:
    """One point a bucket; None where nothing could be seen and nothing was (a zero there would look like calm)."""
    counts: Counter[datetime] = Counter(begin_of(fact.at, bucket) for fact in facts)
    points, at = [], begin_of(since, bucket)
    while at < until:
        seen = sight(at, min(at + width_of(bucket), until))
        value = counts[at]
        points.append(Point(at=at, value=None if seen == "buta" and not value else value, sight=seen))
        at += width_of(bucket)
    return points


def told_by(facts: Iterable[Fact], by: By) -> dict[str, Counter[str]]:
    """Per key of a dimension: through which sources it is told of, and how often."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        for key in dict.fromkeys(values_of(fact, by)):
            found[key].update(fact.via)
    return found


def most_told(facts: Sequence[Fact], by: By) -> list[str]:
    ranked = [key for key, _ in counted(facts, by).most_common(_LINES)]
    return ranked or (["semua"] if by == "semua" else [])


def lines(
    facts: Sequence[Fact],
    basis: Sequence[Fact],
    seeing: Seeing,
    *,
    by: By,
    keys: Sequence[str],
    since: datetime,
    until: datetime,
    bucket: Bucket,
) -> list[Line]:
    """`basis`: of the weeks before, for who tells of what. A series of one unit is blind when its own sources are."""
    sources: Mapping[str, Counter[str]] = told_by([*basis, *facts], by) if by != "semua" else {}
    made = []
    for key in keys:
        mine = [fact for fact in facts if key in values_of(fact, by)]
        sight = seeing.over(sources.get(key))
        points = series(mine, since=since, until=until, bucket=bucket, sight=sight)
        where = {FIELD_OF[by]: key} if by in FIELD_OF else {}
        made.append(Line(key=key, where=where, points=tuple(points)))
    return made
