"""Headlines of stories apart in time, or grown together by mistake → how they are related (pure)."""

from collections.abc import Sequence
from dataclasses import replace

from services.classifier.clustering import Features, likeness

# What must be shared, beside unit and topic, to call it a development; how much of a headline to call it the same.
SHARED_TERMS, RETOLD, RETOLD_TERMS = 2, 0.5, 4
# A stem this rare is a name, mostly.
NAME_RARITY = 6.0
HALF = 3  # headlines


def younger_half(heads: Sequence[Features]) -> list[str]:
    """Items of the younger of two halves (`heads` in the order of time) of which no headline tells of the same event
    as any of the other half, but for one item that fits both. Empty when there are no such halves."""
    alike = _alike(heads)
    for bridge in range(len(heads)):
        halves = [half for half in _components(alike, without=bridge) if len(half) >= HALF]
        if len(halves) == 2 and len(halves[0]) + len(halves[1]) == len(heads) - 1:
            return [heads[i].item_id for i in sorted(max(halves, key=min))]
    return []


def retelling(item: Features, head: Features) -> bool:
    """Nearly the same headline, time left aside: two escapes of one month are two events, one headline twice is one."""
    shared = len(item.title_terms & head.title_terms)
    wide = len(item.title_terms | head.title_terms)
    return shared >= RETOLD_TERMS and shared >= RETOLD * wide and likeness(item, replace(head, at=item.at)).same


def developing(item: Features, head: Features) -> bool:
    """The same unit and topic, words in common, and among them a rare one (a name, mostly) or a number."""
    if not item.units & head.units or item.topic != head.topic:
        return False
    shared = item.title_terms & head.title_terms
    telling = any(item.terms.get(term, 0.0) >= NAME_RARITY for term in shared)
    telling = telling or any(len(value) > 1 for value, _ in item.numbers & head.numbers)
    return telling and len(shared) >= SHARED_TERMS


def _alike(heads: Sequence[Features]) -> list[set[int]]:
    """For each headline the others that tell of the same event."""
    alike: list[set[int]] = [set() for _ in heads]
    for i, one in enumerate(heads):
        for j in range(i):
            if likeness(one, heads[j]).same:
                alike[i].add(j)
                alike[j].add(i)
    return alike


def _components(alike: list[set[int]], *, without: int) -> list[set[int]]:
    left, found = set(range(len(alike))) - {without}, []
    while left:
        reached, todo = set(), [left.pop()]
        while todo:
            at = todo.pop()
            reached.add(at)
            fresh = (alike[at] & left) - {without}
            left -= fresh
            todo.extend(fresh)
        found.append(reached)
    return found
