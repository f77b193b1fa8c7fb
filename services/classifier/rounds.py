"""What one batch does to members and stories, before it is written."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from libs.runtime.kafka import Received
from libs.runtime.outbox import Cause
from libs.schemas.envelope import OpMode
from libs.schemas.items import RelevantItem
from services.classifier.remembering import Memory
from services.classifier.story_index import StoryIndex
from services.classifier.summarising import Member


@dataclass(slots=True)
class Round:
    """What a batch does to members and stories. `merges`: (gone, into, the item that ties them)."""

    new: list[Member] = field(default_factory=list)
    changed: list[Member] = field(default_factory=list)
    merges: list[tuple[str, str, RelevantItem]] = field(default_factory=list)
    strays: set[tuple[str, str]] = field(default_factory=set)
    touched: defaultdict[str, list[RelevantItem]] = field(default_factory=lambda: defaultdict(list))
    parted: dict[str, str] = field(default_factory=dict)  # story → the one that leaves it
    modes: dict[str, str] = field(default_factory=dict)
    orphans: dict[str, Cause] = field(default_factory=dict)


def newest_of(records: Sequence[Received]) -> dict[str, Received]:
    """Per item the highest sequence, in the order in which the items came."""
    latest: dict[str, Received] = {}
    for received in records:
        item_id = told_by(received).data.item_id
        known = latest.get(item_id)
        if known is None or told_by(known).sequence < told_by(received).sequence:
            latest[item_id] = received
    return latest


def told_by(received: Received) -> RelevantItem:
    event: Any = received.event
    return cast("RelevantItem", event)


def merges_of(
    index: StoryIndex, story_id: str, member: Member, event: RelevantItem
) -> list[tuple[str, str, RelevantItem]]:
    """The stories this member ties, each into the earlier one. The ties are stored with the member, so a crash
    between the writes only means that they are carried out again."""
    merges = []
    for tie in member.ties:
        merges.append((tie, story_id, event))
        if index.has(tie):
            index.merge(tie, story_id)
    return merges


def adopt(memory: Memory, work: Round) -> None:
    """What the dead left half done is told with this batch: stories that have members and no document, those they
    left, and those whose items were put elsewhere."""
    for story_id, member in memory.orphans.items():
        _tell_too(work, member, story_id)
        if member.parted_from:
            _tell_too(work, member, member.parted_from)
            work.parted[member.parted_from] = story_id
    for (gone, into), member in memory.strays.items():
        work.strays.add((gone, into))
        _tell_too(work, member, into)


def _tell_too(work: Round, member: Member, story_id: str) -> None:
    opmode, _, drillid = member.mode.partition(":")
    if story_id not in work.touched:
        work.orphans[story_id] = Cause.origin(opmode=cast("OpMode", opmode), drillid=drillid or None)


def cause_of(events: Sequence[RelevantItem]) -> Cause:
    """A story that grew by live items is live news, whatever old ones came along."""
    return Cause.of(next((e for e in reversed(events) if e.lane == "live"), events[-1]))
