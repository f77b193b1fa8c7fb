"""How much of what is said we could read: spells in which sources failed or fell quiet. Pure; seconds since 1970."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from libs.schemas.envelope import Event
from libs.schemas.sources import Source
from services.classifier.trends.counting import ALL, DAY, HOUR, NEWS_CLASS, SOCIAL_CLASS, WIB
from services.classifier.trends.rules import Sight

Seeing = Literal["penuh", "sebagian", "buta"]
SPELLS_KEPT: Final = 60
_LEAST_WEIGHT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Spell:
    """From when until when (None: still) a source could not be read or said too little."""

    first: int
    last: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A source as far as sight goes. `weight`: its items a day; nothing while people have switched it off."""

    source_id: str
    mode: str
    sequence: int
    of: str
    weight: float
    spells: tuple[Spell, ...] = ()


def watched(before: Watched | None, event: Event[Source], mode: str) -> Watched | None:
    """The source after the event; None when it is no news or nothing to be watched (files that people bring)."""
    source = event.data
    if source.kind == "impor" or (before is not None and before.sequence >= event.sequence):
        return None
    at = int(event.time.timestamp())
    by_people = not source.enabled and source.disabled_by != "sistem"
    since = None if by_people else _down_since(source, at)
    return Watched(
        source_id=source.source_id,
        mode=mode,
        sequence=event.sequence,
        of=SOCIAL_CLASS if source.kind == "mastodon" else NEWS_CLASS,
        weight=0.0 if by_people else max(source.items_per_day or 1.0, _LEAST_WEIGHT),
        spells=_spells(before.spells if before else (), since, at),
    )


def _down_since(source: Source, at: int) -> int | None:
    """It was blind from its last success on, not from the moment that was noticed."""
    if source.state in ("gagal", "dimatikan"):
        return min(at, int(source.last_success_at.timestamp())) if source.last_success_at else at
    if source.quiet is not None:
        return min(at, int(source.quiet.since.timestamp()))
    return None


def _spells(spells: Sequence[Spell], since: int | None, at: int) -> tuple[Spell, ...]:
    open_ = bool(spells) and spells[-1].last is None
    if since is not None and not open_:
        return (*spells, Spell(since, None))[-SPELLS_KEPT:]
    if since is None and open_:
        return (*spells[:-1], replace(spells[-1], last=max(at, spells[-1].first)))
    return tuple(spells)


@dataclass(slots=True)
class Sights:
    """All sources of one mode. Without any known source nothing is said to be blind."""

    rules: Sight
    sources: Sequence[Watched] = ()
    _days: dict[tuple[str, int], bool] = field(default_factory=dict)

    def seeing(self, of: str, first: int, last: int) -> Seeing:
        share = self.unread(of, first, last)
        return "buta" if share >= self.rules.blind else "sebagian" if share >= self.rules.partial else "penuh"

    def unread(self, of: str, first: int, last: int) -> float:
        """Share of the sources' weight, by time, that could not be read between two moments."""
        lost = whole = 0.0
        for source in self.sources:
            if of in (SOCIAL_CLASS, NEWS_CLASS) and source.of != of:
                continue
            whole += source.weight
            lost += source.weight * _overlap(source.spells, first, last) / (last - first)
        return lost / whole if whole else 0.0

    def blind_days(self, of: str, first: int, last: int) -> frozenset[int]:
        """Days (WIB) of which too much was not read to teach what is usual."""
        if not any(source.spells for source in self.sources):
            return frozenset()
        starts = ((day, day * DAY - WIB) for day in range(first, last))
        return frozenset(d for d, at in starts if self.unread(of, at, at + DAY) >= self.rules.partial)

    def blind_hours(self, now: int, hours: int) -> dict[str, frozenset[int]]:
        """Class → hours of the recent past that were blind."""
        if not any(source.spells for source in self.sources):
            return {}
        recent = range(now // HOUR - hours, now // HOUR + 1)
        return {
            of: frozenset(h for h in recent if self.unread(of, h * HOUR, h * HOUR + HOUR) >= self.rules.blind)
            for of in (ALL, NEWS_CLASS, SOCIAL_CLASS)
        }


def _overlap(spells: Iterable[Spell], first: int, last: int) -> int:
    return sum(max(0, min(last, s.last if s.last is not None else last) - max(first, s.first)) for s in spells)
