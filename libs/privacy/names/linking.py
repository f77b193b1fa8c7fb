"""Later and shorter forms of a name follow what the document tells about the person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from libs.privacy.names.cues import KINDS
from libs.privacy.names.reading import Words

_NO_PART_OF_A_NAME = frozenset({"title", "honorific", "bin", "alias", "rank", "pol", "office"})


def parts(words: Words, start: int, end: int) -> tuple[str, ...]:
    """The words of a name that can stand for it alone."""
    return tuple(
        word
        for word in words.low[start:end]
        if len(word) > 2 and word.isalpha() and KINDS.get(word) not in _NO_PART_OF_A_NAME
    )


@dataclass(slots=True)
class People:
    """Everybody a document tells about: parts of names → role, the masked apart from the readable."""

    masked: dict[str, str] = field(default_factory=dict)
    readable: set[str] = field(default_factory=set)
    initials: dict[str, str] = field(default_factory=dict)

    def add(self, names: Sequence[str], role: str) -> None:
        if role in {"office", "public"}:
            self.readable.update(names)
        elif role:
            for name in names:
                self.masked.setdefault(name, role)
            if len(names) > 1:
                self.initials.setdefault("".join(name[0] for name in names), role)

    def role_of(self, names: Iterable[str]) -> str:
        """The role of the person all these parts belong to; a private one counts before a readable one."""
        told = [name for name in names]
        if not told:
            return ""
        roles = [self.masked.get(name, "") for name in told]
        if all(roles) or (any(roles) and not any(name in self.readable for name in told)):
            return next(role for role in roles if role)
        return "office" if all(name in self.readable for name in told) else ""
