"""The trends of one mode: items in, what has risen and what has eased out. Pure; the store is somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from libs.reference import calendar
from services.classifier.trends.counting import DAY, HOUR, WIB, Counters, Series
from services.classifier.trends.facts import Fact, SeriesKey, series_of
from services.classifier.trends.habits import Habits
from services.classifier.trends.rules import TrendRules
from services.classifier.trends.sight import Seeing, Sights, Spell, Watched
from services.classifier.trends.weighing import Finding, Weigher

# Going through all series is the one slow thing here, and what is kept longer harms nobody.
FORGET_EVERY_DAYS: Final = 3

LineKey = tuple[SeriesKey, str]
"""A series and the rule by which it rose: at most one open trend each."""


@dataclass(frozen=True, slots=True)
class Open:
    """A trend as it was last told."""

    observed: int
    sight: Seeing


class Watch:
    """Counters, habits and open trends of one mode."""

    def __init__(
        self, mode: str, rules: TrendRules, *, kind_of_day: Callable[[date], calendar.Day] = calendar.day
    ) -> None:
        self.mode = mode
        self.rules = rules
        self.counters = Counters(mode)
        self.sights = Sights(rules.sight)
        self.habits = Habits(self.counters, rules.baseline, kind_of_day=kind_of_day)
        self.habits.blind_days = lambda of, first, last: self.sights.blind_days(of, first, last)
        self.weigher = Weigher(rules.rules, self.counters, self.habits)
        self.open: dict[LineKey, Open] = {}
        self._history_changed = False
        self._forgotten_on = 0
        self._seen_hour = 0
        self._sight_at: dict[tuple[str, int], Seeing] = {}

    def take(self, before: Fact | None, after: Fact, now: int) -> list[Series]:
        """Counts one item as it is instead of as it was; the series to look at."""
        touched = self.counters.change(before, after)
        if before is not None or after.old or after.at // HOUR != now // HOUR:
            self._note_late(before, after, touched, now)
        return [] if after.old else touched

    def _note_late(self, before: Fact | None, after: Fact, touched: Sequence[Series], now: int) -> None:
        """What changes hours gone by changes sums over them, and habits when it changes whole days."""
        left = [s for key in series_of(before) if (s := self.counters.series.get(key))] if before else []
        self.weigher.late([*touched, *left])
        today = (now + WIB) // DAY
        if any((fact.at + WIB) // DAY != today for fact in (before, after) if fact):
            self._history_changed = True

    def series(self, fact: Fact) -> list[Series]:
        """The series an item counts in now, if it does."""
        if fact.gone or fact.old:
            return []
        return [s for key in series_of(fact) if (s := self.counters.series.get(key))]

    def look(self, touched: Iterable[Series], now: int) -> list[Finding]:
        """What is to be told: a line that rose, or one that is open and has grown by far."""
        return [f for f in self.weigher.find(dict.fromkeys(touched), now) if self._is_news(f)]

    def _is_news(self, finding: Finding) -> bool:
        told = self.open.get((finding.series, finding.rule.id))
        return told is None or finding.observed >= self.rules.again_ratio * told.observed

    def sight_of(self, finding: Finding, now: int) -> Seeing:
        return self.sights.seeing(finding.rule.of, finding.first, min(finding.last, now + 1))

    def sight_now(self, line: LineKey, now: int) -> Seeing:
        """Over the time in which the line would have to be quiet to ease."""
        rule = self.rules.named(line[1])
        if rule is None:
            return "penuh"
        known = self._sight_at.get((rule.id, now))
        if known is None:
            # The same for all lines of a rule, and every source has to be asked.
            self._sight_at = {key: seeing for key, seeing in self._sight_at.items() if key[1] == now}
            known = self.sights.seeing(rule.of, now - rule.ease_hours * HOUR, now)
            self._sight_at[rule.id, now] = known
        return known

    def calm(self, now: int) -> list[LineKey]:
        """Open lines that are back within what is usual, and that we could see being so."""
        found = []
        for line in self.open:
            rule = self.rules.named(line[1])
            if rule is None or (self.sight_now(line, now) == "penuh" and self.weigher.is_calm(rule, line[0], now)):
                found.append(line)
        return found

    def eased(self, line: LineKey, now: int) -> None:
        self.open.pop(line, None)
        self.weigher.eased_at[line] = now

    def see(self, sources: Sequence[Watched], now: int) -> None:
        """What is known of the sources; habits are learnt anew when that changes which days were blind."""
        changed = _spells(sources) != _spells(self.sights.sources)
        self.sights.sources = sources
        self._sight_at.clear()
        if changed or now // HOUR != self._seen_hour:
            self._seen_hour = now // HOUR
            self.weigher.blind_hours = self.sights.blind_hours(now, 48)
        if changed:
            self._history_changed = True
            self.weigher.begin_anew()

    def turn(self, now: int) -> None:
        """Each hour: forgets what is past its time (counts every third day), learns habits anew if history changed."""
        if (now + WIB) // DAY >= self._forgotten_on + FORGET_EVERY_DAYS:
            self._forgotten_on = (now + WIB) // DAY
            self.counters.forget(now)
        self.weigher.forget(now)
        if self._history_changed:
            self._history_changed = False
            self.habits.forget()


def _spells(sources: Iterable[Watched]) -> dict[str, tuple[Spell, ...]]:
    return {source.source_id: source.spells for source in sources if source.spells}
