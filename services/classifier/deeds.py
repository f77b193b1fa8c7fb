"""What people ask of items and stories → one document write each, with its answer; or the reason why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from libs.runtime.clock import Clock
from libs.runtime.commands import (
    Answer,
    Applied,
    CommandDesk,
    CommandHandler,
    Rejected,
    Unchanged,
    command_subscription,
)
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.kafka import Subscription
from libs.runtime.outbox import Announcement, Cause, Decision, Document, Entities, Intent
from libs.schemas.commands import MergeStories, PinStory, RelabelItem, RenameStory, SplitStory
from libs.schemas.envelope import Command
from libs.schemas.ids import from_command
from libs.schemas.items import ItemRelabelled
from libs.schemas.stories import Story, StoryChanged
from libs.schemas.topics import CLASSIFIER_COMMANDS
from services.classifier.labelled import Labelled, announcements_of
from services.classifier.relabelling import NOT_FOUND, Refusal, hold, spoken, told, value_of
from services.classifier.store import Corrections, MemberStore, Signals, origin_of_state, story_to_state
from services.classifier.summarising import Lineage, Member
from services.classifier.telling import Known, StoryMoved, Touch, end_of, know, parting, swallowing, tell
from services.classifier.units import GazetteerUnits

ROUNDS: Final = 20
NO_STORY: Final = Rejected(code=404, kode="tidak_ditemukan", message="Isu ini tidak ditemukan.")
MERGED: Final = Rejected(
    code=409, kode="isu_sudah_digabung", message="Isu ini sudah digabung ke isu lain. Buka isu itu, lalu coba lagi."
)
OTHERS_UNKNOWN: Final = Rejected(
    code=422,
    kode="isu_lain_tidak_ditemukan",
    message="Ada isu yang tidak ditemukan. Periksa pilihannya.",
)
ITSELF: Final = Rejected(code=422, kode="isu_sama", message="Isu tidak dapat digabung dengan dirinya sendiri.")
OTHER_MODE: Final = Rejected(
    code=422, kode="isu_beda_mode", message="Isu latihan atau contoh tidak dapat digabung dengan isu sungguhan."
)
NOT_ITS_ITEMS: Final = Rejected(
    code=422, kode="bukan_publikasi_isu", message="Ada publikasi yang tidak termasuk isu ini. Muat ulang halaman."
)
NOTHING_LEFT: Final = Rejected(
    code=422,
    kode="isu_menjadi_kosong",
    message="Sisakan paling sedikit satu publikasi di isu ini.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the commands work with."""

    labels: Entities
    on_items: CommandDesk
    corrections: Corrections
    stories: Entities
    on_stories: CommandDesk
    members: MemberStore
    signals: Signals
    units: GazetteerUnits
    clock: Clock


async def relabel(command: RelabelItem, *, desk: Desk) -> None:
    """A person's word on an item's labels holds at once and from now on, and is kept to learn from."""
    stood = await desk.labels.get(command.subject)
    cause = _caused(command, stood)

    def decide(doc: Document | None) -> Answer:
        if doc is None:
            return _rejected(NOT_FOUND)
        labelled = Labelled.of_state(doc.state)
        word = spoken(
            command.data, labelled.item, labelled.word, units=desk.units, opmode=labelled.origin.opmode,
            now=desk.clock.now(),
        )  # fmt: skip
        if word is None:
            return Unchanged()
        if isinstance(word, Refusal):
            return _rejected(word)
        item = hold(labelled.item, word, units=desk.units, opmode=labelled.origin.opmode)
        record = {
            "_id": command.id, "item_id": item.item_id, "role": word.by.role, "by": word.by.key_id,
            "reason": command.data.reason, "confirmed": command.data.confirmed, "at": desk.clock.now(),
            "fields": list(word.fields),
            "before": {name: told(value_of(labelled.item, name)) for name in word.values},
            "after": {name: told(value_of(item, name)) for name in word.values},
            "model": item.model.model_dump(), "opmode": labelled.origin.opmode, **labelled.taught(),
        }  # fmt: skip
        after = replace(labelled, item=item, word=word, record=record)
        return Applied(
            Decision(state=after.to_state(), announcements=announcements_of(after, labelled, event=ItemRelabelled))
        )

    doc = await desk.on_items.carry_out(command, command.subject, decide, cause=cause)
    record = doc.state.get("record") if doc else None
    if record and record["_id"] == command.id:
        # Kept in the same write as its effect: killed here, the command comes again and finds it there.
        crashpoint("classifier.correction.before_keeping")
        await desk.corrections.keep(record)


async def merge(command: MergeStories, *, desk: Desk) -> None:
    """Other stories live on in this one: they end first, then their items move, then this one tells of them."""
    into, others = command.subject, list(dict.fromkeys(command.data.others))
    docs = await desk.stories.load([into, *others])
    refused = _refused(docs.get(into)) or _not_joinable(into, others, docs)
    if refused is not None or command.id in docs[into].applied:
        begun = any(command.id in docs[gone].applied for gone in others if gone in docs)
        await _answer(command, docs.get(into), refused if refused and not begun else Unchanged(), desk=desk)
        return
    cause = _caused(command, docs[into])
    touch = Touch(cause=cause, inputs=(command.id,), by=command.data.by)
    await desk.stories.apply([end_of(gone, into, touch) for gone in others])
    crashpoint("classifier.merge.after_end")
    for gone in others:
        # After their end: whoever placed an item meanwhile finds the story ended and decides again.
        await desk.members.move(gone, into, held=True)
    await _tell(command, touch, swallowing(*others), desk=desk)


def _not_joinable(into: str, others: Sequence[str], docs: dict[str, Document]) -> Rejected | None:
    if into in others:
        return ITSELF
    if any(story_id not in docs for story_id in others):
        return OTHERS_UNKNOWN
    if any(docs[story_id].state["into"] not in (None, into) for story_id in others):
        return MERGED
    modes = {_mode(docs[story_id]) for story_id in (into, *others)}
    return OTHER_MODE if len(modes) > 1 else None


def _mode(doc: Document) -> str:
    return origin_of_state(doc.state).mode


async def split(command: SplitStory, *, desk: Desk) -> None:
    """Items leave the story for one of their own; copies go where their head goes."""
    story_id, fresh = command.subject, from_command("story", command.id)
    docs = await desk.stories.load([story_id])
    members = await desk.members.of_stories([story_id, fresh])
    leaving = _leaving(command.data.item_ids, members[story_id], members[fresh])
    refused = _refused(docs.get(story_id)) or (leaving if isinstance(leaving, Rejected) else None)

    def named(lineage: Lineage) -> Lineage:
        return replace(lineage, split_from=story_id, title=lineage.title or command.data.title)

    doc = docs.get(story_id)
    touch = Touch(cause=_caused(command, doc), inputs=(command.id,), by=command.data.by, relate=named)
    if refused is MERGED and members[fresh]:
        # The system merged what was left, between two tries of ours: what left has its story all the same.
        await _open(fresh, touch, desk=desk)
        refused = None
    elif refused is None and doc is not None and command.id not in doc.applied and not isinstance(leaving, Rejected):
        await desk.members.part(leaving, story_id=story_id, into=fresh, held=True)
        await _open(fresh, touch, desk=desk)
        await _tell(command, touch, parting(fresh), desk=desk)
        return
    await _answer(command, doc, refused or Unchanged(), desk=desk)


def _leaving(item_ids: Sequence[str], here: dict[str, Member], gone: dict[str, Member]) -> set[str] | Rejected:
    """`gone`: what left already, when the command comes again."""
    chosen = set(item_ids)
    if not chosen <= here.keys() | gone.keys():
        return NOT_ITS_ITEMS
    chosen |= {m.item_id for m in here.values() if m.copy_of in chosen}
    return NOTHING_LEFT if here.keys() <= chosen else chosen


async def rename(command: RenameStory, *, desk: Desk) -> None:
    """A person's title stays until a person changes it."""
    await _change(command, {"title": command.data.title, "titled_by": "orang"}, desk=desk)


async def pin(command: PinStory, *, desk: Desk) -> None:
    """Pinned, it never sleeps and the system neither merges nor splits it."""
    pinned = command.data.pinned
    await _change(command, {"pinned": pinned} | ({"asleep": False} if pinned else {}), desk=desk)


async def _change(command: Command[Any], facts: dict[str, Any], *, desk: Desk) -> None:
    stood = await desk.stories.get(command.subject)
    cause = _caused(command, stood)

    def decide(doc: Document | None) -> Answer:
        if doc is None:
            return NO_STORY
        if (refused := _refused(doc)) is not None:
            return refused
        before = Story.model_validate(doc.state)
        story = before.model_copy(update=facts)
        if story == before:
            return Unchanged()
        story = story.model_copy(update={"changed_by": command.data.by})
        return Applied(
            Decision(
                state=story_to_state(story, origin_of_state(doc.state, otherwise=cause)),
                announcements=(Announcement(event=StoryChanged, data=story),),
            )
        )

    await desk.on_stories.carry_out(command, command.subject, decide, cause=cause)
    await desk.signals.tell(stories=_others_now(command))


async def _open(story_id: str, touch: Touch, *, desk: Desk) -> None:
    """The story that was split off, told from its members; safe to repeat."""

    async def attempt(known: Known) -> None:
        def decide(doc: Document | None) -> Decision | None:
            return tell(story_id, known, doc, touch, now=desk.clock.now())

        await desk.stories.apply([Intent(entity_id=story_id, cause=touch.cause, decide=decide, inputs=touch.inputs)])

    await _until_it_stands(story_id, attempt, desk=desk)


async def _tell(command: Command[Any], touch: Touch, relate: Callable[[Lineage], Lineage], *, desk: Desk) -> None:
    """The story of the command, told anew in one write with the answer; then the grouper hears of it."""
    story_id, touch = command.subject, replace(touch, relate=relate)

    async def attempt(known: Known) -> None:
        def decide(doc: Document | None) -> Answer:
            decision = tell(story_id, known, doc, touch, now=desk.clock.now())
            return Applied(decision) if decision else Unchanged()

        await desk.on_stories.carry_out(command, story_id, decide, cause=touch.cause)

    await _until_it_stands(story_id, attempt, desk=desk)
    await desk.signals.tell(stories=_others_now(command))


async def _until_it_stands(story_id: str, attempt: Callable[[Known], Any], *, desk: Desk) -> None:
    for _ in range(ROUNDS):
        known = await know([story_id], stories=desk.stories, members=desk.members)
        try:
            await attempt(known[story_id])
            return
        except StoryMoved:
            continue
    raise TransientError("a story keeps changing under our hands")


async def _answer(command: Command[Any], doc: Document | None, answer: Answer, *, desk: Desk) -> None:
    """Nothing is to be done; a command that was carried out is answered as it was then."""
    cause = _caused(command, doc)
    await desk.on_stories.carry_out(command, command.subject, lambda _: answer, cause=cause)
    await desk.signals.tell(stories=_others_now(command))


def _others_now(command: Command[Any]) -> list[str]:
    """The stories that a command changes."""
    if isinstance(command, MergeStories):
        return [command.subject, *command.data.others]
    if isinstance(command, SplitStory):
        return [command.subject, from_command("story", command.id)]
    return [command.subject]


def _refused(doc: Document | None) -> Rejected | None:
    if doc is None:
        return NO_STORY
    return MERGED if doc.state["into"] is not None else None


def _rejected(refusal: Refusal) -> Rejected:
    return Rejected(code=refusal.code, kode=refusal.kode, message=refusal.message)


def _caused(command: Command[Any], doc: Document | None) -> Cause:
    """What a command changes belongs to the world of its target, whatever the sender said."""
    cause = Cause.of(command)
    if doc is None:
        return cause
    origin = origin_of_state(doc.state, otherwise=cause)
    return replace(cause, opmode=origin.opmode, drillid=origin.drillid, lane=origin.lane)


def commands_of(desk: Desk) -> Subscription:
    async def relabelled(command: Any) -> None:
        await relabel(command, desk=desk)

    async def merged(command: Any) -> None:
        await merge(command, desk=desk)

    async def parted(command: Any) -> None:
        await split(command, desk=desk)

    async def renamed(command: Any) -> None:
        await rename(command, desk=desk)

    async def pinned(command: Any) -> None:
        await pin(command, desk=desk)

    handlers: dict[type[Command[Any]], CommandHandler] = {
        RelabelItem: relabelled, MergeStories: merged, SplitStory: parted, RenameStory: renamed, PinStory: pinned,
    }  # fmt: skip
    return command_subscription(CLASSIFIER_COMMANDS, group="classifier.commands", handlers=handlers)
