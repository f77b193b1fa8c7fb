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


_LIKELY = 0.5


@dataclass(slots=True)
class People:
    """Everybody a document tells about: parts of names → role where it is told surely, else chances to be weighed."""

    masked: dict[str, str] = field(default_factory=dict)
    readable: set[str] = field(default_factory=set)
    chances: dict[str, list[float]] = field(default_factory=dict)

    def add(self, names: Sequence[str], decision: Decision) -> None:
        for name in names:
            if not decision.sure:
                self.chances.setdefault(name, []).append(decision.chance)
            elif decision.role == READABLE:
                self.readable.add(name)
            else:
                self.masked.setdefault(name, decision.role)

    def role_of(self, names: Sequence[str], decision: Decision) -> str:
        """Of a mention that is not sure: what is told of the person elsewhere; a private role counts first."""
        roles = [self.masked.get(name, "") for name in names]
        if roles and all(roles):
            return roles[0]
        if names and all(name in self.readable for name in names):
            return READABLE
        told = next((role for role in roles if role), "")
        if told:
            return told
        if decision.role == READABLE:
            return READABLE
        # All mentions of a person together: one odd sentence about a singer makes no prisoner.
        weighed = [chance for name in names for chance in self.chances[name]] or [decision.chance]
        return decision.role if sum(weighed) > _LIKELY * len(weighed) else READABLE
