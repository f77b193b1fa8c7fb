"""Other and shorter forms of a name follow what the document tells about the person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from libs.privacy.names.cues import KINDS
from libs.privacy.names.deciding import READABLE, Decision
from libs.privacy.names.mentions import Mention
from libs.privacy.names.reading import Words
from libs.privacy.numbers import Found

_NO_PART_OF_A_NAME = frozenset({"title", "honorific", "bin", "alias", "rank", "pol", "office"})


_LIKELY = 0.5
# Behind these a name is that of a place: di Ambon, Lapas Sudirman.
_BEFORE_A_PLACE = frozenset({"unit", "place", "thing"})
_OF_A_PLACE = frozenset({"di", "ke", "dari", "asal"})


def parts(words: Words, mention: Mention) -> tuple[str, ...]:
    """The words of a name that can stand for it alone; initials as they are written."""
    if mention.how in {"initial", "hidden"}:
        return ("".join(word for word in words.words[mention.start : mention.end] if word != "."),)
    return tuple(
        word
        for word in words.low[mention.start : mention.end]
        if len(word) > 2 and word.isalpha() and KINDS.get(word) not in _NO_PART_OF_A_NAME
    )


@dataclass(slots=True)
class People:
    """Everybody a document tells about: parts of names → role where it is told surely, else chances to be weighed."""

    masked: dict[str, str] = field(default_factory=dict)
    # Masked where every name goes, though no role is told.
    likely: dict[str, str] = field(default_factory=dict)
    readable: set[str] = field(default_factory=set)
    # Sum and count.
    chances: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, words: Words, mention: Mention, decision: Decision, *, every_name: bool) -> None:
        names = parts(words, mention)
        for name in names:
            if not decision.sure:
                if every_name and decision.role != READABLE:
                    self.likely.setdefault(name, decision.role)
                total, count = self.chances.get(name, (0.0, 0))
                self.chances[name] = total + decision.chance, count + 1
            elif decision.role == READABLE:
                self.readable.add(name)
            else:
                self.masked.setdefault(name, decision.role)
        if decision.sure and decision.role != READABLE and len(names) > 1:
            self.masked.setdefault("".join(name[0].upper() for name in names), decision.role)

    def role_of(self, words: Words, mention: Mention, decision: Decision) -> str:
        """What is told of the person elsewhere where this mention is not sure; a private role counts first."""
        if decision.sure:
            return decision.role
        names = parts(words, mention)
        roles = [self.masked.get(name, "") for name in names]
        if roles and all(roles):
            return roles[0]
        if names and all(name in self.readable for name in names):
            return READABLE
        told = next((role for role in roles if role), "")
        if told or decision.role == READABLE:
            return told or READABLE
        # All mentions of a person together: one odd sentence about a singer makes no prisoner.
        weighed = [self.chances[name] for name in names] or [(decision.chance, 1)]
        likely = sum(total for total, _ in weighed) > _LIKELY * sum(count for _, count in weighed)
        return decision.role if likely else READABLE


def named_again(words: Words, mentions: Sequence[Mention], people: People, sorts: Mapping[str, str]) -> Iterator[Found]:
    """Words of masked names where nobody saw a name, and their initials."""
    again = people.likely | people.masked
    if not again:
        return
    taken = {index for mention in mentions for index in range(mention.start, mention.end)}
    for index, word in enumerate(words.words):
        if index in taken or not word[0].isupper():
            continue
        role = _initials_of(words, index, people) if word.isupper() and len(word) <= 4 else ""
        low = words.low[index]
        if not role and low in again and low not in people.readable and _may_be_again(words, index, sorts):
            before = words.low[index - 1] if index else ""
            role = "" if before in _OF_A_PLACE or KINDS.get(before) in {"unit", "place", "thing"} else again[low]
        if role:
            yield Found(words.starts[index], words.end(index), role)


def _may_be_again(words: Words, index: int, sorts: Mapping[str, str]) -> bool:
    """A name that is a common word too counts only behind a small word or a comma, where a capital tells much."""
    sort = sorts.get(words.low[index], "U")
    if sort != "C":
        return sort != "P"
    before = words.words[index - 1] if index else "."
    behind = words.words[index + 1] if index + 1 < len(words.words) else "."
    return (before == "," or before.islower()) and words.words[index][1:].islower() and not behind[0].isupper()


def _initials_of(words: Words, index: int, people: People) -> str:
    """Letters between full stops are part of a degree or an abbreviation: S.H."""
    around = words.words[index - 1 : index] + words.words[index + 1 : index + 2]
    return "" if "." in around and len(words.words[index]) == 1 else people.masked.get(words.words[index], "")
