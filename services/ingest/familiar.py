"""Entries that a source told before, word for word, and that were dealt with: not looked at again by this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# Two thousand sources of fifty entries: some ten megabytes.
MOST_REMEMBERED: Final = 100_000
_WORDS: Final = ("guid", "link", "canonical", "title", "text")


def print_of(entry: Mapping[str, Any]) -> int:
    """64 bits over what tells an entry from another; differs from process to process."""
    return hash(tuple(entry.get(name) or "" for name in _WORDS))


@dataclass(slots=True)
class Familiar:
    """The entries of each source's last reading. A shortcut only: forgetting it costs a look into the store."""

    most: int = MOST_REMEMBERED
    _by_source: OrderedDict[str, frozenset[int]] = field(default_factory=OrderedDict)
    _total: int = 0

    def strangers(self, source_id: str, entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Those that were not in the last reading."""
        known = self._by_source.get(source_id, frozenset())
        return [entry for entry in entries if print_of(entry) not in known]

    def remember(self, source_id: str, entries: Iterable[Mapping[str, Any]]) -> None:
        """All of a reading, once nothing of it is left to do; the sources longest unread are forgotten first."""
        self._total -= len(self._by_source.pop(source_id, ()))
        prints = frozenset(map(print_of, entries))
        self._by_source[source_id] = prints
        self._total += len(prints)
        while self._total > self.most and len(self._by_source) > 1:
            _, gone = self._by_source.popitem(last=False)
            self._total -= len(gone)
