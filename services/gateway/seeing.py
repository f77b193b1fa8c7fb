"""How much of a stretch of time our sources could show: of everything, or of what only some of them tell of. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

Sight = Literal["penuh", "sebagian", "buta"]
See = Callable[[datetime, datetime], Sight]
BLIND_FROM: Final = 0.5
PARTIAL_FROM: Final = 0.1
# Who was told of less often has no sources of its own yet.
KNOWN_AFTER: Final = 3
_DOWN: Final = frozenset({"gagal", "dimatikan"})
_ADDED: Final = "source.added"
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A source could not be read from `since` to `until` (None: still)."""

    source_id: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Nothing can be seen of this one now: all its sources are down, the last since then."""

    key: str
    sources: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    """The sources that are switched on, and when they could not be read."""

    sources: frozenset[str]
    outages: Sequence[Outage]

    def over(self, told_by: Mapping[str, float] | None = None) -> See:
        """How much of a stretch could be seen. `told_by`: the sources of one thing, weighed by how much each told of
        it; of what is told too seldom to say, all sources count alike."""
        known = told_by is not None and sum(told_by.values()) >= KNOWN_AFTER
        weights = dict(told_by or {}) if known else dict.fromkeys(self.sources, 1.0)
        return sight_over(weights, self.outages)

    def unseen(self, told_by: Mapping[str, Mapping[str, float]], at: datetime) -> list[Unseen]:
        """Whose sources are all down at this moment; the longest first. Nothing when all sources are: then everything
        is, and that is another thing to say."""
        down = {one.source_id: one.since for one in self.outages if one.since <= at and (one.until or at) >= at}
        if not self.sources - down.keys():
            return []
        found = [
            Unseen(key=key, sources=tuple(sorted(sources)), since=max(down[source] for source in sources))
            for key, sources in told_by.items()
            if sum(sources.values()) >= KNOWN_AFTER and sources.keys() <= down.keys()
        ]
        return sorted(found, key=lambda one: (one.since, one.key))


def sight_over(weights: Mapping[str, float], outages: Sequence[Outage]) -> See:
    """`buta` when at least half of the (weighed) reading time was lost, `sebagian` from a tenth on. Without any source
    nothing can be seen."""
    whole = math.fsum(weights.values())

    def sight(since: datetime, until: datetime) -> Sight:
        length = (until - since).total_seconds()
        if whole <= 0 or length <= 0:
            return "buta"
        lost = math.fsum(
            weights.get(one.source_id, 0.0)
            * max(0.0, (min(one.until or until, until) - max(one.since, since)).total_seconds())
            for one in outages
        )
        share = lost / (length * whole)
        return "buta" if share >= BLIND_FROM else "sebagian" if share >= PARTIAL_FROM else "penuh"

    return sight


def outages_of(source: Mapping[str, Any]) -> list[Outage]:
    """Stretches in which a source could not be read, from its history (also before it was ours); the last one is open
    while it is down."""
    turns = sorted(source.get("past", ()), key=lambda one: one["at"])
    outages, since = [], None
    if turns and turns[0].get("event") == _ADDED:
        outages.append(Outage(source_id=str(source["_id"]), since=_EVER, until=turns[0]["at"]))
    for turn in turns:
        down = turn["state"] in _DOWN
        if down and since is None:
            since = turn["at"]
        elif not down and since is not None:
            outages.append(Outage(source_id=str(source["_id"]), since=since, until=turn["at"]))
            since = None
    if since is not None:
        still = source.get("state") in _DOWN
        # Its history keeps no "read and well" entries: the state's own time is the best that is known of its end.
        ended = None if still else source.get("at", since)
        outages.append(Outage(source_id=str(source["_id"]), since=since, until=ended))
    return outages
