"""An item's labels ⇄ their document, and what is announced of them: to everybody, and to the grouper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from libs.runtime.outbox import Announcement
from libs.schemas.envelope import Event
from libs.schemas.items import ClassifiedItem, RelevantItem
from services.classifier.announcing import GROUPED_TEXT, groupable_item
from services.classifier.near_copies import signature
from services.classifier.normalising import read
from services.classifier.relabelling import Word
from services.classifier.store import Origin, origin_of_state

# From this severity on (one contained incident) a unit's report belongs among the stories.
REPORTED_INCIDENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """`text`: its (masked) beginning, as the grouper reads it; `signature`: of all its words. `word`: what a person
    said of it; `record`: the correction that made it so, until it is kept on its own."""

    item: ClassifiedItem
    text: str
    signature: tuple[int, ...]
    origin: Origin
    word: Word | None = None
    record: dict[str, Any] | None = None

    @classmethod
    def of_state(cls, state: Mapping[str, Any]) -> "Labelled":
        return cls(
            item=ClassifiedItem.model_validate(state["item"]),
            text=state.get("text", ""),
            signature=tuple(state.get("signature", ())),
            origin=origin_of_state(state),
            word=Word.of_state(state.get("word")),
            record=state.get("record"),
        )

    def to_state(self) -> dict[str, Any]:
        state: dict[str, Any] = {
            "relevant": self.in_a_story, "item": self.item.model_dump(), "text": self.text,
            "signature": list(self.signature), "origin": self.origin.to_state(),
        }  # fmt: skip
        if self.word is not None:
            state |= {"word": self.word.to_state(), "record": self.record}
        return state

    @property
    def in_a_story(self) -> bool:
        """What units report of their ordinary days is no coverage: of theirs, only what happened feeds a story."""
        item = self.item
        return item.relevance.relevant and (item.kind != "laporan" or item.severity.value >= REPORTED_INCIDENT)

    def taught(self) -> dict[str, str]:
        """The masked text a correction is about, to learn from; of a restricted case only its title."""
        restricted = self.item.privacy.visibility == "terbatas"
        return {"title": self.item.title, "text": "" if restricted else self.text}


def text_of(text: str) -> str:
    return text[:GROUPED_TEXT]


def announcements_of(
    after: Labelled, before: Labelled | None, *, event: type[Event[ClassifiedItem]]
) -> tuple[Announcement, ...]:  # fmt: skip
    """An item that is no longer relevant is told to the grouper too: it leaves its story."""
    said = [Announcement(event=event, data=after.item)]
    if after.in_a_story or (before is not None and before.in_a_story):
        signed = after.signature or signature(read(after.item.title, after.text))
        said.append(Announcement(event=RelevantItem, data=groupable_item(after.item, after.text, list(signed))))
    return tuple(said)
