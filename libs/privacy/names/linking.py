"""Other and shorter forms of a name follow what the document tells about the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from libs.privacy.names.cues import KINDS
from libs.privacy.names.deciding import READABLE, Decision
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
    """Everybody a document tells about surely: parts of names → role."""

    masked: dict[str, str] = field(default_factory=dict)
    readable: set[str] = field(default_factory=set)
    initials: dict[str, str] = field(default_factory=dict)

    def add(self, names: Sequence[str], decision: Decision) -> None:
        if decision.role == READABLE:
            self.readable.update(names)
            return
        for name in names:
            self.masked.setdefault(name, decision.role)
        if len(names) > 1:
            self.initials.setdefault("".join(name[0] for name in names).upper(), decision.role)

    def role_of(self, names: Sequence[str]) -> str:
        """The role of the person these parts belong to; a private one counts before a readable one."""
        roles = [self.masked.get(name, "") for name in names]
        if roles and all(roles):
            return roles[0]
        if names and all(name in self.readable for name in names):
            return READABLE
        return next((role for role in roles if role), "")
