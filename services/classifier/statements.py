"""What was published in our name → which items carry it, and which old event it once answered (pure)."""

import re
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from libs.schemas.releases import Release
from libs.schemas.stories import Story
from services.classifier.clustering import Features, features, likeness
from services.classifier.near_copies import CopyIndex, is_near_copy, signature
from services.classifier.normalising import fold, read

KEPT_TEXT: Final = 4_000
# A title of fewer words is no citation when it is met elsewhere.
CITED_WORDS: Final = 5
# Items seen a moment before the release is dated: clocks differ. Later than the last, nobody quotes it word for word.
CARRIED_FROM, CARRIED_UNTIL = timedelta(minutes=10), timedelta(days=30)
ANSWERED_WITHIN: Final = timedelta(days=30)
SHARED_TERMS: Final = 2
_CODE: Final = re.compile(r"\b[a-z]{3,8}(?:-[0-9a-z]{4}){1,2}\b")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A release as the grouper looks at it."""

    release_id: str
    mode: str
    sequence: int
    code: str
    title: str
    text: str
    path: str
    units: tuple[str, ...]
    published_at: datetime

    @classmethod
    def of(cls, release: Release, *, mode: str, sequence: int) -> "Statement":
        return cls(
            release_id=release.release_id, mode=mode, sequence=sequence, code=release.code, title=release.title,
            text=release.plain[:KEPT_TEXT], path=release.path, units=tuple(release.units),
            published_at=release.published_at,
        )  # fmt: skip

    @cached_property
    def features(self) -> Features:
        return features(
            item_id=self.release_id, at=self.published_at, title=self.title, text=self.text, units=self.units
        )

    @cached_property
    def signatures(self) -> tuple[tuple[tuple[int, ...], int], ...]:
        """With its title and without, as outlets print it; each with the number of its words."""
        readings = (read(self.title, self.text), read("", self.text))
        return tuple((tuple(signature(reading)), len(reading.words)) for reading in readings)

    @cached_property
    def cited_as(self) -> str:
        title = fold(self.title).strip()
        return title if len(title.split()) >= CITED_WORDS else ""

    def is_in(self, text: "Text") -> bool:
        """Whether a text gives its code, cites its title, or repeats it."""
        return self.in_time(text) and (self.is_cited(text) or self.is_repeated(text))

    def in_time(self, text: "Text") -> bool:
        return self.published_at - CARRIED_FROM <= text.at <= self.published_at + CARRIED_UNTIL

    def is_cited(self, text: "Text") -> bool:
        return self.code.casefold() in text.codes or bool(self.cited_as and self.cited_as in text.folded)

    def is_repeated(self, text: "Text") -> bool:
        return any(
            signed and text.signature and is_near_copy(text.signature, signed, words=min(words, text.words))
            for signed, words in self.signatures
        )


@dataclass(frozen=True, kw_only=True)
class Text:
    """An item's words, looked through once for all statements."""

    at: datetime
    title: str
    body: str
    signature: tuple[int, ...]
    words: int

    @cached_property
    def folded(self) -> str:
        return fold(f"{self.title} {self.body}")

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(_CODE.findall(f"{self.title} {self.body}".casefold()))


class Statements:
    """What is known to have been published, by mode."""

    def __init__(self, known: Iterable[Statement] = ()) -> None:
        self._of_mode: defaultdict[str, list[Statement]] = defaultdict(list)
        self._copies: defaultdict[str, CopyIndex] = defaultdict(CopyIndex)
        for statement in sorted(known, key=_when):
            self.take(statement)

    def take(self, statement: Statement) -> None:
        """One more, or a newer wording of one that is known."""
        known, copies = self._of_mode[statement.mode], self._copies[statement.mode]
        for older in [s for s in known if s.release_id == statement.release_id]:
            known.remove(older)
            for number in range(len(older.signatures)):
                copies.drop(f"{older.release_id} {number}")
        insort(known, statement, key=_when)
        for number, (signed, words) in enumerate(statement.signatures):
            copies.add(f"{statement.release_id} {number}", signed, words)

    def carried_by(self, text: Text, *, mode: str) -> tuple[str, ...]:
        """Cost hardly grows with what is known: repeats are found by bands, citations by a look at words."""
        head = self._copies[mode].head_of(text.signature, text.words) if mode in self._copies else None
        repeated = head[0].partition(" ")[0] if head else ""
        return tuple(
            s.release_id
            for s in self._of_mode.get(mode, ())
            if s.in_time(text) and (s.release_id == repeated or s.is_cited(text))
        )

    def answering(self, story: Story, *, mode: str) -> Statement | None:
        """The latest that was published on a story: one that its items carried, or on the same matter in its time."""
        known = self._of_mode.get(mode, [])
        carried = set(story.carries_our_statement.release_ids if story.carries_our_statement else ())
        units = {unit.unit_id for unit in story.units}
        told = features(
            item_id=story.story_id, at=story.first_item_at, title=story.title, text=story.excerpt, units=units,
            unit_names=[unit.name for unit in story.units], topic=story.topics[0].name if story.topics else "lainnya",
        )  # fmt: skip
        for statement in reversed(known):
            in_time = story.first_item_at <= statement.published_at <= story.last_item_at + ANSWERED_WITHIN
            if statement.release_id in carried or (in_time and _on_the_same(statement, told)):
                return statement
        return None


def _when(statement: Statement) -> tuple[datetime, str]:
    return statement.published_at, statement.release_id


def _on_the_same(statement: Statement, told: Features) -> bool:
    said = replace(statement.features, at=told.at)
    if told.units and said.units and not told.units & said.units:
        return False
    shared = len(told.title_terms & said.title_terms)
    return (bool(told.units & said.units) and shared >= SHARED_TERMS) or likeness(told, said).same


def to_document(statement: Statement) -> dict[str, Any]:
    return {
        "mode": statement.mode, "sequence": statement.sequence, "code": statement.code, "title": statement.title,
        "text": statement.text, "path": statement.path, "units": list(statement.units),
        "published_at": statement.published_at,
    }  # fmt: skip


def of_document(raw: Mapping[str, Any]) -> Statement:
    fields = {name: value for name, value in raw.items() if name != "_id"}
    return Statement(release_id=raw["_id"], **(fields | {"units": tuple(raw["units"])}))
