"""Known names → the one a misspelt word means: one letter more, less, other or exchanged."""

from collections.abc import Iterable, Iterator

SHORTEST = 8


class Misspellings:
    """Finds by shared deletions: what loses one letter to become the same is at most two edits apart, then measured."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_rest: dict[str, set[str]] = {}
        for name in names:
            if len(name) >= SHORTEST:
                for rest in _rests(name):
                    self._by_rest.setdefault(rest, set()).add(name)

    def meant(self, word: str) -> str | None:
        """None: no name is one edit away, or several are. Shorter names, and other beginnings, are too like words."""
        if len(word) < SHORTEST - 1:
            return None
        near = {name for rest in _rests(word) for name in self._by_rest.get(rest, ()) if _alike(word, name)}
        return near.pop() if len(near) == 1 else None


def _alike(word: str, name: str) -> bool:
    return word[:2] == name[:2] and is_one_edit(word, name)


def is_one_edit(a: str, b: str) -> bool:
    """At most one letter inserted, dropped, changed, or two neighbours exchanged."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    first = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[first:] == b[first + 1 :]
    exchanged = a[first : first + 2] == b[first : first + 2][::-1]
    return a[first + 1 :] == b[first + 1 :] or (exchanged and a[first + 2 :] == b[first + 2 :])


def _rests(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
