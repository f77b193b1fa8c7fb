"""Which story an item belongs to: near-copies first, then same-event by terms, names, units, numbers and time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from heapq import nsmallest
from math import sqrt

import Stemmer

from libs.schemas.ids import story_id as make_story_id
from services.classifier.near_copies import CopyIndex
from services.classifier.normalising import Reading, fold, read
from services.classifier.severity import INCIDENT_TOPICS
from services.classifier.stopwords import DOMAIN_WORDS, STOPWORDS

WINDOW = timedelta(hours=72)
COPY_WINDOW = timedelta(days=30)
# Likeness (cosine) from which two items tell of one event: by words alone; the same unit and incident; an incident and
# its denial at the same unit; the same unit otherwise.
SAME_EVENT, SAME_INCIDENT, DENIED_INCIDENT, SAME_UNIT = 0.36, 0.10, 0.06, 0.33
# So rare that two of a kind at one unit within a day are one: what they say hardly matters.
RARE = frozenset({"pelarian", "kerusuhan", "kebakaran_bencana", "kematian"})
RARE_WINDOW, SAME_RARE = timedelta(hours=24), 0.02
MERGE = 0.45  # a later item must fit two stories this well to tie them
TEXT_WORDS = 70
MAX_HEADS = 40
MAX_CANDIDATES = 40
RAREST_TERMS, COMMON_TERM = 10, 250

_stem = lru_cache(maxsize=100_000)(Stemmer.Stemmer("indonesian").stemWord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What grouping looks at. `terms`: stem → weight (title words count fully, lead words less)."""

    item_id: str
    at: datetime
    terms: dict[str, float]
    norm: float
    title_terms: frozenset[str]
    numbers: frozenset[str]
    units: frozenset[str]
    topic: str
    severity: int
    signature: tuple[int, ...]
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    score: float
    same: bool
    why: str
    certain: bool = False


def features(
    *,
    item_id: str,
    at: datetime,
    title: str,
    text: str,
    units: Iterable[str] = (),
    topic: str = "lainnya",
    severity: int = 0,
    signature: Sequence[int] = (),
    unit_names: Iterable[str] = (),
) -> Features:
    """`unit_names`: names of `units`; that both items name the unit is weighed apart, not as likeness of words."""
    reading = read(title, text)
    terms, title_terms = _terms(reading, frozenset(word for name in unit_names for word in fold(name).split()))
    numbers = frozenset(w for w in reading.words[: reading.title_words or 25] if w.isdecimal() and len(w) <= 4)
    return Features(
        item_id=item_id,
        at=at,
        terms=terms,
        norm=sqrt(sum(w * w for w in terms.values())),
        title_terms=title_terms,
        numbers=numbers,
        units=frozenset(units),
        topic=topic,
        severity=severity,
        signature=tuple(signature),
        words=len(reading.words),
    )


def _terms(reading: Reading, left_out: frozenset[str]) -> tuple[dict[str, float], frozenset[str]]:
    heading = reading.title_words or min(len(reading.words), 25)
    terms: dict[str, float] = {}
    for index, word in enumerate(reading.words[: heading + TEXT_WORDS]):
        weight = 0.0 if word in left_out else _word_weight(word)
        if weight == 0:
            continue
        stem = _stem(word)
        if index >= heading:
            weight *= 0.35
        terms[stem] = max(terms.get(stem, 0.0), weight)
    titled = frozenset(_stem(w) for w in reading.words[:heading] if w not in left_out and _word_weight(w) > 0)
    return terms, titled


@lru_cache(maxsize=100_000)
def _word_weight(word: str) -> float:
    if word in STOPWORDS or (len(word) < 3 and not word.isdecimal()):
        return 0.0
    if word.isdecimal():
        return 0.9 if len(word) <= 4 else 0.5
    return 0.45 if word in DOMAIN_WORDS else 1.0


def likeness(a: Features, b: Features) -> Likeness:
    """How surely two items tell of one event. The decision the running service takes and `pasopati pairs` prints."""
    if a.units and b.units and not a.units & b.units:
        return Likeness(score=0.0, same=False, why="unit berbeda")
    apart = abs(a.at - b.at)
    if apart > WINDOW:
        return Likeness(score=0.0, same=False, why="terlalu jauh waktunya")
    score = _cosine(a, b)
    shared_unit = bool(a.units & b.units)
    same_topic = a.topic == b.topic
    if a.numbers and b.numbers and not a.numbers & b.numbers:
        score *= 0.85
    if not same_topic and "hoaks_klarifikasi" not in (a.topic, b.topic):
        score *= 0.9
    needed, why, certain = SAME_EVENT, "isi serupa", False
    if shared_unit:
        needed, why = SAME_UNIT, "unit sama dan isi serupa"
        if same_topic and a.topic in INCIDENT_TOPICS:
            certain = a.topic in RARE and apart <= RARE_WINDOW
            needed, why = SAME_RARE if certain else SAME_INCIDENT, "unit dan kejadian yang sama"
        elif _is_denial(a, b):
            needed, why = DENIED_INCIDENT, "kejadian dan bantahannya di unit yang sama"
    return Likeness(score=round(min(1.0, score), 4), same=score >= needed, why=why, certain=certain and score >= needed)


def _is_denial(a: Features, b: Features) -> bool:
    topics = {a.topic, b.topic}
    return "hoaks_klarifikasi" in topics and bool(topics & INCIDENT_TOPICS)


def _cosine(a: Features, b: Features) -> float:
    if len(b.terms) < len(a.terms):
        a, b = b, a
    if not a.norm or not b.norm:
        return 0.0
    dot = sum(w * b.terms[t] for t, w in a.terms.items() if t in b.terms)
    return dot / (a.norm * b.norm)


@dataclass(slots=True)
class StoryEntry:
    """A story as the index keeps it: enough to compare with, bounded."""

    story_id: str
    first_at: datetime
    last_at: datetime
    heads: list[Features] = field(default_factory=list)
    units: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an item goes. `ties`: other stories that this item shows to be the same event."""

    story_id: str
    is_new: bool
    copy_of: str | None = None
    ties: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """A story an item fits, how well, and whether well enough to tie that story to others it fits as well."""

    story_id: str
    score: float
    ties: bool


class StoryIndex:
    """The open stories of one mode. Deterministic: the same items in the same order give the same stories."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._stories: dict[str, StoryEntry] = {}
        self._story_of: dict[str, str] = {}
        self._into: dict[str, str] = {}
        self._by_term: defaultdict[str, set[str]] = defaultdict(set)
        self._by_unit: defaultdict[str, set[str]] = defaultdict(set)
        self._copies = CopyIndex()

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

    def place(self, item: Features) -> Placement:
        """Where the item belongs; does not change the index (see `add`)."""
        known = self._story_of.get(item.item_id)
        if known is not None:
            return Placement(story_id=self.resolve(known), is_new=False)
        head = self._copies.head_of(item.signature, item.words)
        if head is not None:
            story = self._story_of.get(head[0])
            if story is not None and self._may_join(item, self.resolve(story), window=COPY_WINDOW):
                return Placement(story_id=self.resolve(story), is_new=False, copy_of=head[0], score=head[1])
        fitting = self._fitting(item)
        if not fitting:
            return Placement(story_id=make_story_id(self._mode, item.item_id), is_new=True)
        surest = [found for found in fitting if found.ties]
        best = self.earliest(*(f.story_id for f in surest)) if surest else fitting[0].story_id
        ties = tuple(f.story_id for f in surest if f.story_id != best and self._same(best, f.story_id))
        return Placement(story_id=best, is_new=False, ties=ties, score=fitting[0].score)

    def add(self, item: Features, story_id: str, *, copy_of: str | None = None) -> None:
        story_id = self.resolve(story_id)
        entry = self._stories.get(story_id)
        if entry is None:
            entry = self._stories[story_id] = StoryEntry(story_id, item.at, item.at)
        self._story_of[item.item_id] = story_id
        entry.first_at, entry.last_at = min(entry.first_at, item.at), max(entry.last_at, item.at)
        for unit in item.units:
            entry.units[unit] += 1
            self._by_unit[unit].add(story_id)
        if copy_of is not None:
            return
        self._copies.add(item.item_id, item.signature, item.words)
        if len(entry.heads) < MAX_HEADS:
            entry.heads.append(item)
            for term in item.title_terms:
                self._by_term[term].add(story_id)

    def merge(self, gone: str, into: str) -> None:
        gone, into = self.resolve(gone), self.resolve(into)
        if gone == into:
            return
        self._into[gone] = into
        entry, target = self._stories.pop(gone, None), self._stories.get(into)
        if entry is None:
            return
        if target is None:
            target = self._stories[into] = StoryEntry(into, entry.first_at, entry.last_at)
        target.first_at, target.last_at = min(target.first_at, entry.first_at), max(target.last_at, entry.last_at)
        target.units.update(entry.units)
        for head in entry.heads[: MAX_HEADS - len(target.heads)]:
            target.heads.append(head)
            for term in head.title_terms:
                self._by_term[term].add(into)
        for unit in entry.units:
            self._by_unit[unit].add(into)

    def forget_before(self, cutoff: datetime) -> int:
        """Drops stories that have been quiet since `cutoff`; returns how many."""
        quiet = [s for s, entry in self._stories.items() if entry.last_at < cutoff]
        for story_id in quiet:
            entry = self._stories.pop(story_id)
            for unit in entry.units:
                self._by_unit[unit].discard(story_id)
            for head in entry.heads:
                for term in head.title_terms:
                    self._by_term[term].discard(story_id)
        gone = set(quiet)
        self._story_of = {item: story for item, story in self._story_of.items() if self.resolve(story) not in gone}
        return len(quiet)

    def earliest(self, *stories: str) -> str:
        """Of two stories that are one, the earlier survives."""
        return min(stories, key=lambda s: (self._stories[s].first_at, s))

    def has(self, story_id: str) -> bool:
        return story_id in self._stories

    def _candidates(self, item: Features) -> list[str]:
        """Stories of the item's units, and those that share its rarest words: words that many stories use decide
        nothing and would make the cost grow with the number of open stories."""
        votes: Counter[str] = Counter()
        for unit in item.units:
            for story_id in self._by_unit.get(unit, ()):
                votes[story_id] += 3
        known = [(len(self._by_term[term]), term) for term in item.title_terms if term in self._by_term]
        for size, term in sorted(known)[:RAREST_TERMS]:
            if size > COMMON_TERM:
                break
            for story_id in self._by_term[term]:
                votes[story_id] += 2
        open_votes = [(-v, s) for s, v in votes.items() if s in self._stories]
        return [s for _, s in nsmallest(MAX_CANDIDATES, open_votes)]

    def _fitting(self, item: Features) -> list[_Fit]:
        """Stories that tell of the item's event, best first."""
        found = []
        for story_id in self._candidates(item):
            if not self._may_join(item, story_id, window=WINDOW):
                continue
            alike = [like for head in self._stories[story_id].heads if (like := likeness(item, head)).same]
            if alike:
                best = max(like.score for like in alike)
                ties = best >= MERGE or any(like.certain for like in alike)
                found.append(_Fit(story_id=story_id, score=best, ties=ties))
        return sorted(found, key=lambda f: (-f.score, self._stories[f.story_id].first_at, f.story_id))

    def _may_join(self, item: Features, story_id: str, *, window: timedelta) -> bool:
        """Never two different units in one story when both are known, and never across a long silence."""
        entry = self._stories.get(story_id)
        if entry is None or not entry.first_at - window <= item.at <= entry.last_at + window:
            return False
        return not (item.units and entry.units and not item.units & entry.units.keys())

    def _same(self, a: str, b: str) -> bool:
        units_a, units_b = self._stories[a].units, self._stories[b].units
        return not (units_a and units_b and not units_a.keys() & units_b.keys())
