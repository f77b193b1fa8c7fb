"""Files under words/ → what stands in them, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files


@cache
def sections(name: str) -> Mapping[str, Sequence[str]]:
    """Section → its lines, without comments and empty lines."""
    found: dict[str, list[str]] = {}
    kind = ""
    text = files("libs.privacy.names").joinpath("words", name).read_text(encoding="utf-8")
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(kind, []).append(line)
    return found


def word_set(section: str) -> frozenset[str]:
    """A section of sets.txt, whose words stand apart by blanks."""
    return frozenset(word for line in sections("sets.txt")[section] for word in line.split())
