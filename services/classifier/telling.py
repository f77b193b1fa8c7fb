"""Members of a story, as read at one version of its document → the one write that tells how it stands now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from libs.runtime.outbox import Announcement, Cause, Decision, Document, Entities, Intent
from libs.schemas.common import Actor
from libs.schemas.envelope import Event
from libs.schemas.stories import Story, StoryChanged, StoryGrew, StoryMerged, StoryOpened, StorySplit
from services.classifier.store import MemberStore, Origin, origin_of_state, story_to_state
from services.classifier.summarising import Lineage, Member, same_but_for_time, summarise

# Changes that are nothing joining and no item changing.
_QUIET = frozenset({"timeline", "changed_by", "asleep", "pinned", "carries_our_statement"})


class StoryMoved(Exception):
    """A story is no longer what its members were read for: somebody else wrote it."""

    def __init__(self, story_id: str) -> None:
        super().__init__(story_id)
        self.story_id = story_id


@dataclass(slots=True)
class Known:
    """Members of a story as read or written at this version of its document (0: no document yet)."""

    version: int
    members: dict[str, Member]
    decided: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What makes a story be told anew. `lane` live: it is live news from now on, whatever old items came along."""

    cause: Cause
    inputs: tuple[str, ...] = ()
    relate: Callable[[Lineage], Lineage] = lambda lineage: lineage
    by: Actor | None = None


async def know(story_ids: Iterable[str], *, stories: Entities, members: MemberStore) -> dict[str, Known]:
    """Versions first, members after: what another writer adds in between makes our write lose, not its members."""
    wanted = list(story_ids)
    if not wanted:
        return {}
    docs = await stories.load(wanted)
    found = await members.of_stories(wanted)
    return {
        story_id: Known(docs[story_id].version if story_id in docs else 0, found[story_id]) for story_id in wanted
    }  # fmt: skip


def tell(story_id: str, known: Known, doc: Document | None, touch: Touch, *, now: datetime) -> Decision | None:
    """The story as its members and relations make it; None when nothing about it is different.

    Raises StoryMoved when the members were read for another version, or when it lives on in another story."""
    if (doc.version if doc else 0) != known.version:
        raise StoryMoved(story_id)
    before = Story.model_validate(doc.state) if doc else None
    if before is not None and before.into is not None:
        raise StoryMoved(story_id)
    story = summarise(story_id, known.members.values(), now=now, lineage=touch.relate(Lineage.of(before)))
    if story is None or (before is not None and same_but_for_time(before, story)):
        return None
    story = story.model_copy(update={"changed_by": touch.by})
    known.decided = story_to_state(story, _origin(doc, touch.cause))
    return Decision(
        state=known.decided, announcements=(Announcement(event=_event_of(before, story), data=story),)
    )  # fmt: skip


def _event_of(before: Story | None, story: Story) -> type[Event[Story]]:
    if before is None:
        return StoryOpened
    if len(story.split_into) > len(before.split_into):
        return StorySplit
    was, is_now = before.model_dump(exclude=set(_QUIET)), story.model_dump(exclude=set(_QUIET))
    return StoryChanged if was == is_now else StoryGrew


def _origin(doc: Document | None, cause: Cause) -> Origin:
    if doc is None:
        return Origin(
            opmode=cause.opmode, drillid=cause.drillid, lane=cause.lane, correlationid=cause.correlationid
        )  # fmt: skip
    origin = origin_of_state(doc.state, otherwise=cause)
    return replace(origin, lane="live") if cause.lane == "live" else origin


def end_of(story_id: str, into: str, touch: Touch) -> Intent:
    """The story lives on in another; nothing when it does already."""

    def decide(doc: Document | None) -> Decision | None:
        if doc is None:
            return None
        before = Story.model_validate(doc.state)
        if before.into == into:
            return None
        story = before.model_copy(update={"status": "digabung", "into": into, "changed_by": touch.by})
        state = story_to_state(story, origin_of_state(doc.state, otherwise=touch.cause))
        return Decision(state=state, announcements=(Announcement(event=StoryMerged, data=story),))

    return Intent(entity_id=story_id, cause=touch.cause, decide=decide, inputs=touch.inputs)


def swallowing(*gone: str) -> Callable[[Lineage], Lineage]:
    return lambda lineage: replace(lineage, merged_from=(*lineage.merged_from, *gone))


def parting(*fresh: str) -> Callable[[Lineage], Lineage]:
    return lambda lineage: replace(lineage, split_into=(*dict.fromkeys((*lineage.split_into, *fresh)),))
