"""Releases → statements, and the stories whose items turn out to carry one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from libs.runtime.clock import Clock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.outbox import Decision, Document, Entities, Intent
from libs.schemas.ids import mode_of
from libs.schemas.releases import ReleasePublished
from services.classifier.statements import CARRIED_FROM, Statement, Statements
from services.classifier.store import MemberStore, Signals, StatementStore, origin_of_state
from services.classifier.telling import Known, StoryMoved, Touch, know, tell

# How long after a release its words may have been met by a grouper that had not heard of it yet.
LATE = timedelta(days=1)
ROUNDS = 20


class Releases:
    """What it hears is kept first, so that whoever places an item next knows it; then it looks at those just placed."""

    def __init__(
        self, stories: Entities, members: MemberStore, statements: StatementStore, signals: Signals, clock: Clock
    ) -> None:
        self._stories = stories
        self._members = members
        self._statements = statements
        self._signals = signals
        self._clock = clock

    async def hear(self, events: Sequence[ReleasePublished]) -> None:
        """Safe to repeat."""
        if not events:
            return
        statements = [
            Statement.of(event.data, mode=mode_of(event.opmode, event.drillid), sequence=event.sequence)
            for event in events
        ]
        for statement in statements:
            await self._statements.keep(statement)
        crashpoint("classifier.statement.after_keeping")
        await self._signals.tell(releases=[statement.release_id for statement in statements])
        await self._look_back(statements)

    async def _look_back(self, fresh: Sequence[Statement]) -> None:
        """One reading of what was placed since the first of them, however many they are."""
        known = Statements(fresh)
        dates = [statement.published_at for statement in fresh]
        carrying: defaultdict[str, list[str]] = defaultdict(list)
        stories: dict[str, None] = {}
        async for placed in self._members.placed_between(min(dates) - CARRIED_FROM, max(dates) + LATE):
            for release_id in known.carried_by(placed.text, mode=placed.mode):
                # Told also when it is known to carry it: whoever found that may have died before telling.
                stories[placed.story_id] = None
                if release_id not in placed.carries:
                    carrying[release_id].append(placed.item_id)
        for release_id, item_ids in carrying.items():
            await self._members.carry(item_ids, release_id)
        for story_id in stories:
            await self._tell(story_id)

    async def _tell(self, story_id: str) -> None:
        for _ in range(ROUNDS):
            doc = await self._stories.get(story_id)
            if doc is None or doc.state["into"] is not None:
                # Whoever writes it next reads its members anew.
                return
            known = (await know([story_id], stories=self._stories, members=self._members))[story_id]
            touch = Touch(cause=origin_of_state(doc.state).cause())

            def decide(doc: Document | None, known: Known = known, touch: Touch = touch) -> Decision | None:
                return tell(story_id, known, doc, touch, now=self._clock.now())

            try:
                await self._stories.apply([Intent(entity_id=story_id, cause=touch.cause, decide=decide)])
            except StoryMoved:
                continue
            return
        raise TransientError("a story keeps changing under our hands")
