"""The open stories of one mode in memory: where an item belongs, what develops what, what has drifted apart."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import nlargest, nsmallest
from itertools import islice
from operator import itemgetter

from libs.schemas.ids import story_id as make_story_id
from services.classifier.clustering import (
    COPY_WINDOW,
    MERGE,
    WINDOW,
    Decide,
    Features,
    Likeness,
    belongs,
    has_rival,
    likeness,
)
from services.classifier.near_copies import CopyIndex
from services.classifier.relating import developing, retelling, younger_half

MAX_STORIES = 20_000
MAX_HEADS = 40
# An item is compared with so many headlines, found by its rarest words, and with those of so many stories of its units.
HEADS_COMPARED, HEADS_OF_A_STORY = 16, 3
RAREST_TERMS, LATEST_HEADS = 8, 8
UNIT_STORIES, LATEST_OF_UNIT = 6, 30
# A story beyond the window that a new one develops, or tells again.
DEVELOPS_WITHIN, OLD_AFTER = timedelta(days=14), timedelta(days=7)
ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
# A story is looked at for having drifted apart when it has grown to so many headlines.
LOOKED_AT = frozenset({7, 10, 14, 20, 28, 40})


@dataclass(slots=True)
class StoryEntry:
    """A story as the index keeps it: enough to compare with, bounded. `items`: when, and which units it names.
    `looked_at`: these very headlines were found to be of one matter."""

    story_id: str
    first_at: datetime
    last_at: datetime
    heads: dict[str, Features] = field(default_factory=dict)
    items: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)
    units: Counter[str] = field(default_factory=Counter)
    looked_at: bool = False


_Candidate = tuple[StoryEntry, list[Features]]  # a story and the headlines of it to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an item goes. `ties`: other stories that this item shows to be the same event; `develops`: an earlier
    story on the same matter; `retells`: a story whose event is old, of which the item speaks as news."""

    story_id: str
    is_new: bool
    copy_of: str | None = None
    ties: tuple[str, ...] = ()
    score: float = 0.0
    develops: str | None = None
    retells: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """A story an item fits, how well, and whether well enough to tie that story to others it fits as well."""

    story_id: str
    score: float
    ties: bool


class StoryIndex:
    """Deterministic: the same items in the same order give the same stories."""

    def __init__(self, mode: str, decide: Decide = likeness) -> None:
        """`decide`: another judgement of pairs than the service's, to try it."""
        self._mode = mode
        self._decide = decide
        self._stories: dict[str, StoryEntry] = {}
        self._story_of: dict[str, str] = {}
        self._into: dict[str, str] = {}
        self._by_term: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._by_unit: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._copies = CopyIndex()
        self._pinned: set[str] = set()
        self._apart: dict[tuple[str, str], None] = {}

    def __len__(self) -> int:
        return len(self._stories)

    def resolve(self, story_id: str) -> str:
        """The story an id lives on in."""
        seen = {story_id}
        while story_id in self._into:
            story_id = self._into[story_id]
            if story_id in seen:
                break
            seen.add(story_id)
        return story_id

    def redirect(self, gone: str, into: str) -> None:
        """A story that was merged away before this memory began."""
        self._into[gone] = into

    def hold(self, story_id: str, *, held: bool = True) -> None:
        """Pinned: the system neither merges nor splits it."""
        if held:
            self._pinned.add(story_id)
        else:
            self._pinned.discard(story_id)

    def keep_apart(self, one: str, other: str) -> None:
        """Split once, never merged again by the system."""
        self._apart[one, other] = None

    def may_merge(self, one: str, other: str) -> bool:
        one, other = self.resolve(one), self.resolve(other)
        if self._pinned and any(self.resolve(p) in (one, other) for p in self._pinned):
            return False
        return not any({self.resolve(a), self.resolve(b)} == {one, other} for a, b in self._apart)

    def place(self, item: Features, *, told_as_new: bool = True) -> Placement:
        """Where the item belongs; does not change the index (see `add`). `told_as_new`: it does not say itself that
        it speaks of something old."""
        known = self._story_of.get(item.item_id)
        if known is not None:
            return Placement(story_id=self.resolve(known), is_new=False)
        if copied := self._as_copy(item, told_as_new=told_as_new):
            return copied
        candidates = self._candidates(item)
        fitting = self._fitting(item, candidates)
        if not fitting:
            develops, retells = self._earlier(item, candidates, told_as_new=told_as_new)
            fresh = make_story_id(self._mode, item.item_id)
            return Placement(story_id=fresh, is_new=True, develops=develops, retells=retells)
        surest = [found for found in fitting if found.ties]
        best = self.earliest(*(f.story_id for f in surest)) if surest else fitting[0].story_id
        ties = tuple(f.story_id for f in surest if f.story_id != best and self._same(best, f.story_id))
        return Placement(story_id=best, is_new=False, ties=ties, score=fitting[0].score)

    def _as_copy(self, item: Features, *, told_as_new: bool) -> Placement | None:
        head = self._copies.head_of(item.signature, item.words)
        known = self._story_of.get(head[0]) if head else None
        if head is None or known is None:
            return None
        story = self.resolve(known)
        if not self._may_join(item, story, window=COPY_WINDOW):
            return None
        entry = self._stories[story]
        # Old words in a story that still goes on are its exposure; in one that has fallen asleep, old content again.
        again = told_as_new and _at(item) - entry.first_at > OLD_AFTER and _at(item) - entry.last_at > WINDOW
        return Placement(story_id=story, is_new=False, copy_of=head[0], score=head[1], retells=story if again else None)

    def add(self, item: Features, story_id: str, *, copy_of: str | None = None) -> None:
        """`copy_of`: its head; a copy is nothing to compare others with (except one that woke an old story)."""
        story_id = self.resolve(story_id)
        entry = self._stories.get(story_id)
        if entry is None:
            entry = self._stories[story_id] = StoryEntry(story_id, _at(item), _at(item))
        self._story_of[item.item_id] = story_id
        entry.first_at, entry.last_at = min(entry.first_at, _at(item)), max(entry.last_at, _at(item))
        entry.items[item.item_id] = (_at(item), item.units)
        self._count_units(entry, item.units, 1)
        if copy_of is not None:
            return
        self._copies.add(item.item_id, item.signature, item.words)
        if len(entry.heads) < MAX_HEADS:
            self._add_head(entry, item)

    def revise(self, item: Features) -> None:
        """An item that says something else now, in the story where it is."""
        entry = self._entry_of(item.item_id)
        if entry is None:
            return
        self._count_units(entry, entry.items[item.item_id][1], -1)
        entry.items[item.item_id] = (_at(item), item.units)
        self._count_units(entry, item.units, 1)
        if self._copies.drop(item.item_id):
            self._copies.add(item.item_id, item.signature, item.words)
        if item.item_id in entry.heads:
            self._forget_words(entry.heads[item.item_id])
            entry.heads[item.item_id], entry.looked_at = item, False
            self._note_words(item)

    def remove(self, item_id: str) -> None:
        """An item that is no longer relevant: nothing is compared with it any more."""
        entry = self._entry_of(item_id)
        if entry is not None:
            self._take_out(entry, [item_id])

    def _take_out(self, entry: StoryEntry, item_ids: Iterable[str]) -> None:
        for item_id in item_ids:
            del self._story_of[item_id]
            self._count_units(entry, entry.items.pop(item_id)[1], -1)
            self._copies.drop(item_id)
            head = entry.heads.pop(item_id, None)
            if head is not None:
                self._forget_words(head)
                entry.looked_at = False
        if not entry.items:
            del self._stories[entry.story_id]
            return
        times = [at for at, _ in entry.items.values()]
        entry.first_at, entry.last_at = min(times), max(times)

    def merge(self, gone: str, into: str) -> None:
        gone, into = self.resolve(gone), self.resolve(into)
        if gone == into:
            return
        self._into[gone] = into
        entry, target = self._stories.pop(gone, None), self._stories.get(into)
        if entry is None:
            return
        self._forget_postings(entry)
        if target is None:
            target = self._stories[into] = StoryEntry(into, entry.first_at, entry.last_at)
        target.first_at, target.last_at = min(target.first_at, entry.first_at), max(target.last_at, entry.last_at)
        target.items.update(entry.items)
        for _, units in entry.items.values():
            self._count_units(target, units, 1)
        for head in list(entry.heads.values())[: MAX_HEADS - len(target.heads)]:
            self._add_head(target, head)

    def forget_before(self, cutoff: datetime) -> int:
        """Drops stories that have been quiet since `cutoff`, and the quietest beyond the cap; returns how many.
        Of those that go on, what is older by a day: a memory read anew would not know it either."""
        quiet = {s for s, entry in self._stories.items() if entry.last_at < cutoff}
        if (over := len(self._stories) - len(quiet) - MAX_STORIES) > 0:
            rest = ((e.last_at, s) for s, e in self._stories.items() if s not in quiet)
            quiet.update(s for _, s in nsmallest(over, rest))
        for story_id in quiet:
            entry = self._stories.pop(story_id)
            self._forget_postings(entry)
            for item_id in entry.items:
                self._story_of.pop(item_id, None)
                self._copies.drop(item_id)
        long_ago = cutoff - timedelta(days=1)
        for entry in [e for e in self._stories.values() if e.first_at <= long_ago]:
            self._take_out(entry, [item_id for item_id, (at, _) in entry.items.items() if at <= long_ago])
        return len(quiet)

    def earliest(self, *stories: str) -> str:
        """Of two stories that are one, the earlier survives."""
        return min(stories, key=lambda s: (self._stories[s].first_at, s))

    def has(self, story_id: str) -> bool:
        return story_id in self._stories

    def holds(self, item_id: str) -> bool:
        return item_id in self._story_of

    def is_in(self, item_id: str, story_id: str) -> bool:
        known = self._story_of.get(item_id)
        return known is not None and self.resolve(known) == self.resolve(story_id)

    def drifted(self, story_id: str) -> list[str]:
        """Items that are another matter than the story's first. Empty for nearly every story."""
        entry = self._stories.get(story_id)
        if entry is None or entry.looked_at or story_id in self._pinned or len(entry.heads) not in LOOKED_AT:
            return []
        entry.looked_at = True
        return younger_half(sorted(entry.heads.values(), key=lambda h: (_at(h), h.item_id)))

    def compares_with(self, story_id: str) -> bool:
        """Whether it would compare others with one more headline of this story."""
        entry = self._stories.get(self.resolve(story_id))
        return entry is None or len(entry.heads) < MAX_HEADS

    def _entry_of(self, item_id: str) -> StoryEntry | None:
        known = self._story_of.get(item_id)
        return None if known is None else self._stories.get(self.resolve(known))

    def _add_head(self, entry: StoryEntry, head: Features) -> None:
        entry.heads[head.item_id], entry.looked_at = head, False
        self._note_words(head)

    def _note_words(self, head: Features) -> None:
        for term in head.title_terms:
            self._by_term[term][head.item_id] = None

    def _forget_words(self, head: Features) -> None:
        for term in head.title_terms:
            postings = self._by_term[term]
            postings.pop(head.item_id, None)
            if not postings:
                del self._by_term[term]

    def _count_units(self, entry: StoryEntry, units: Iterable[str], by: int) -> None:
        for unit in units:
            entry.units[unit] += by
            if not entry.units[unit]:
                del entry.units[unit]
            _count(self._by_unit, unit, entry.story_id, by)

    def _forget_postings(self, entry: StoryEntry) -> None:
        for head in entry.heads.values():
            self._forget_words(head)
        for unit, count in list(entry.units.items()):
            _count(self._by_unit, unit, entry.story_id, -count)

    def _candidates(self, item: Features) -> list[_Candidate]:
        """Stories worth comparing with the headlines to compare: those nearest in words, and the latest of its units.
        Words that many headlines use decide little and would make the cost grow with the number of open stories."""
        votes: defaultdict[str, float] = defaultdict(float)
        known = sorted((len(postings), term) for term in item.title_terms if (postings := self._by_term.get(term)))
        for _, term in known[:RAREST_TERMS]:
            weight = item.terms.get(term, 1.0)
            for head_id in islice(reversed(self._by_term[term]), LATEST_HEADS):
                votes[head_id] += weight
        chosen: dict[str, list[Features]] = {}
        for head_id, _ in nlargest(HEADS_COMPARED, votes.items(), key=itemgetter(1)):
            story_id = self.resolve(self._story_of[head_id])
            heads = chosen.setdefault(story_id, [])
            if len(heads) < HEADS_OF_A_STORY:
                heads.append(self._stories[story_id].heads[head_id])
        for story_id in self._nearest_of_units(item):
            latest = islice(reversed(self._stories[story_id].heads.values()), HEADS_OF_A_STORY)
            heads = chosen.setdefault(story_id, [])
            heads += [head for head in latest if all(head is not known for known in heads)]
        return [(self._stories[story_id], heads) for story_id, heads in chosen.items()]

    def _nearest_of_units(self, item: Features) -> list[str]:
        """At the same unit the same event may be told in wholly other words."""
        latest = {s for unit in item.units for s in islice(reversed(self._by_unit.get(unit, {})), LATEST_OF_UNIT)}
        return nsmallest(UNIT_STORIES, latest, key=lambda s: (abs(_at(item) - self._stories[s].last_at), s))

    def _fitting(self, item: Features, candidates: Sequence[_Candidate]) -> list[_Fit]:
        """Stories that tell of the item's event, best first."""
        compared: list[tuple[StoryEntry, list[Likeness], float]] = []
        for entry, heads in candidates:
            if self._may_join(item, entry.story_id, window=WINDOW):
                decided = [self._decide(item, head) for head in heads]
                best = max((like.score for like in decided), default=0.0)
                compared.append((entry, [like for like in decided if like.same], best))
        found = []
        for entry, alike, best in compared:
            rivals = bool(alike) and has_rival(best, (other for e, _, other in compared if e is not entry))
            if belongs(item, entry.heads.values(), alike, rivals=rivals, decide=self._decide):
                ties = best >= MERGE or any(like.certain for like in alike)
                found.append(_Fit(story_id=entry.story_id, score=best, ties=ties))
        return sorted(found, key=lambda f: (-f.score, self._stories[f.story_id].first_at, f.story_id))

    def _earlier(
        self, item: Features, candidates: Sequence[_Candidate], *, told_as_new: bool
    ) -> tuple[str | None, str | None]:
        """(the story it develops, the old one it tells again): of stories that fell silent before it, the latest."""
        develops: tuple[datetime, str] | None = None
        retells: tuple[datetime, str] | None = None
        for entry, heads in candidates:
            apart = _at(item) - entry.last_at
            if apart <= WINDOW or not self._may_join(item, entry.story_id, window=COPY_WINDOW):
                continue
            found = (entry.last_at, entry.story_id)
            if told_as_new and _at(item) - entry.first_at > OLD_AFTER and any(retelling(item, h) for h in heads):
                retells = max(retells or found, found)
            elif apart <= DEVELOPS_WITHIN and any(developing(item, h) for h in heads):
                develops = max(develops or found, found)
        return develops[1] if develops else None, retells[1] if retells else None

    def _may_join(self, item: Features, story_id: str, *, window: timedelta) -> bool:
        """Never two different units in one story when both are known, and never across a long silence."""
        entry = self._stories.get(story_id)
        if entry is None or not entry.first_at - window <= _at(item) <= entry.last_at + window:
            return False
        return not (item.units and entry.units and not item.units & entry.units.keys())

    def _same(self, a: str, b: str) -> bool:
        if not self.may_merge(a, b):
            return False
        units_a, units_b = self._stories[a].units, self._stories[b].units
        return not (units_a and units_b and not units_a.keys() & units_b.keys())


def _count(postings: defaultdict[str, dict[str, int]], key: str, story_id: str, by: int) -> None:
    stories = postings[key]
    count = stories.get(story_id, 0) + by
    if count > 0:
        stories[story_id] = count
        return
    stories.pop(story_id, None)
    if not stories:
        del postings[key]


def _at(item: Features) -> datetime:
    # Every item was seen at some time; documents that are only asked about may be without any.
    return item.at or ANY_TIME
