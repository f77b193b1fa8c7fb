"""The members of a story → its present state. A pure function: order, repeats and restarts change nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from libs.schemas.common import CertaintyLevel, Count, Sentiment, SourceLine, UnitMention
from libs.schemas.items import GroupableItem, Reason
from libs.schemas.stories import Copies, OldEvent, OurStatement, OutletCount, SentimentMix, Story, Timeline, TopicCount
from services.classifier.certainty import WEIGHTIEST_FIRST
from services.classifier.clustering import features
from services.classifier.labelling import IMPORTANCE

BUCKET = timedelta(minutes=15)
BUCKETS = 96
MAX_HEADS, MAX_FIRST, MAX_OUTLETS, MAX_UNITS = 20, 5, 10, 5
MAX_COPY_HEADS, MAX_COPY_IDS = 50, 20
MAX_ITEMS, MAX_CARRYING = 1_000, 200
MAX_SPLITS = 50
CENTRAL_AMONG = 30
SLEEPS_AFTER = timedelta(hours=72)
LEAD_CHARACTERS = 600
_RANK = {name: rank for rank, name in enumerate(IMPORTANCE)}
_TONES = ("negatif", "campuran", "netral", "positif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One item of a story, as much as the story's figures need. `at`: first seen, or published for backfill."""

    item_id: str
    story_id: str
    mode: str
    sequence: int
    at: datetime
    title: str
    lead: str
    excerpt: str
    outlet_id: str
    outlet_name: str
    link: str | None
    units: tuple[UnitMention, ...]
    topic: str
    severity: int
    severity_why: tuple[Reason, ...]
    sentiment: str
    polarity: str
    actuality: str
    needs_review: bool
    signature: tuple[int, ...]
    words: int
    copy_of: str | None = None
    ties: tuple[str, ...] = ()
    gone: bool = False
    certainty: CertaintyLevel | None = None
    # Position in the grouper's topic, the order of placing: a rebuilt memory must equal a grown one.
    place_no: int = 0
    # A person put it where it is: the system leaves it there.
    held: bool = False
    # The story it left for the one it is in.
    parted_from: str | None = None
    # What its placing found: the story it develops, the older event it tells again, the releases its words carry.
    development_of: str | None = None
    old_event: OldEvent | None = None
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What a story's state holds beyond its members: its relations to other stories, and what people said of it."""

    merged_from: tuple[str, ...] = ()
    into: str | None = None
    split_from: str | None = None
    split_into: tuple[str, ...] = ()
    title: str | None = None
    pinned: bool = False

    @classmethod
    def of(cls, story: Story | None) -> "Lineage":
        if story is None:
            return cls()
        return cls(
            merged_from=tuple(story.merged_from), into=story.into, split_from=story.split_from,
            split_into=tuple(story.split_into), title=story.title if story.titled_by == "orang" else None,
            pinned=story.pinned,
        )  # fmt: skip


def member_of(item: GroupableItem, *, story_id: str, mode: str, sequence: int, lane: str) -> Member:
    at = (item.published_at or item.first_seen_at) if lane == "backfill" else item.first_seen_at
    lead = item.text[:LEAD_CHARACTERS]
    return Member(
        item_id=item.item_id,
        story_id=story_id,
        mode=mode,
        sequence=sequence,
        at=at,
        title=item.title,
        lead=lead,
        excerpt=item.excerpt,
        outlet_id=item.outlet_id,
        outlet_name=item.outlet_name,
        link=item.link,
        units=tuple(item.units),
        topic=item.topics[0].name if item.topics else "lainnya",
        severity=item.severity.value,
        severity_why=tuple(item.severity.why),
        sentiment=item.sentiment.label,
        polarity=item.polarity,
        actuality=item.actuality,
        certainty=item.certainty.value if item.certainty else None,
        needs_review=item.needs_review.yes,
        signature=tuple(item.signature),
        words=len(item.title.split()) + len(item.text.split()),
        gone=not item.relevance.relevant,
    )


def summarise(
    story_id: str, members: Iterable[Member], *, now: datetime, lineage: Lineage | None = None
) -> Story | None:
    """The story as it stands; None when no member was ever seen. Members that became irrelevant no longer count."""
    lineage = lineage or Lineage()
    every = sorted({m.item_id: m for m in members}.values(), key=lambda m: (m.at, m.item_id))
    if not every:
        return None
    living = [m for m in every if not m.gone]
    shown = living or every
    heads = [m for m in shown if m.copy_of is None] or shown
    worst = max(shown, key=lambda m: (m.severity, -m.at.timestamp(), m.item_id))
    mix = Counter(m.sentiment for m in living)
    status = "digabung" if lineage.into else "terbuka" if living else "ditutup"
    return Story(
        story_id=story_id,
        title=lineage.title or central_title(heads),
        titled_by="orang" if lineage.title else "sistem",
        status=status,
        first_item_at=shown[0].at,
        last_item_at=shown[-1].at,
        counts=[
            Count(what="publikasi", value=len(living), items_ref=f"/isu/{story_id}"),
            Count(what="media", value=len({m.outlet_id for m in living}), items_ref=f"/isu/{story_id}"),
        ],
        item_ids=[m.item_id for m in living[-MAX_ITEMS:][::-1]],
        copies_count=sum(m.copy_of is not None for m in living),
        units=(units := _units(shown)),
        provinces=sorted({u.province for u in units if u.province}),
        topics=_topics(shown),
        sentiment=_sentiment(mix),
        sentiment_mix=SentimentMix(**{tone: mix.get(tone, 0) for tone in _TONES}),
        polarity=_polarity(shown),
        certainty=_certainty(shown),
        actuality=_actuality(shown),
        old_event=_old_event(living),
        development_of=next((m.development_of for m in shown if m.development_of not in (None, story_id)), None),
        severity_max=worst.severity if living else 0,
        severity_why=list(worst.severity_why) if living else [],
        severity_item_id=worst.item_id if living else None,
        peak_per_hour=_peak([m.at for m in living]),
        timeline=_timeline([m.at for m in living], now),
        outlets=_outlets(living),
        head_items=[_line(m) for m in heads[-MAX_HEADS:][::-1]],
        first_sources=[_line(m) for m in heads[:MAX_FIRST]],
        copies=_copies(living),
        excerpt=next((m.excerpt for m in heads if m.excerpt), "")[:280],
        merged_from=sorted(set(lineage.merged_from)),
        into=lineage.into,
        needs_review=any(m.needs_review for m in living),
        pinned=lineage.pinned,
        asleep=not lineage.pinned and now - shown[-1].at >= SLEEPS_AFTER,
        carries_our_statement=_our_statement(story_id, living),
        split_from=lineage.split_from or next((m.parted_from for m in every if m.parted_from), None),
        split_into=list(dict.fromkeys(lineage.split_into))[-MAX_SPLITS:],
    )


def same_but_for_time(a: Story, b: Story) -> bool:
    """Whether two states differ in nothing but the moving window of the timeline and who changed them last."""
    passing = {"timeline", "changed_by"}
    return a.model_dump(exclude=passing) == b.model_dump(exclude=passing)


def central_title(heads: Sequence[Member]) -> str:
    """The headline most like all others; the earliest of equals. With one or two headlines, the first."""
    titled = [m for m in heads if m.title.strip()]
    if not titled:
        return (heads[0].lead or heads[0].excerpt or "(tanpa judul)")[:200]
    if len(titled) <= 2:
        return titled[0].title
    half = CENTRAL_AMONG // 2
    some = titled if len(titled) <= CENTRAL_AMONG else titled[:half] + titled[-half:]
    terms = [_title_terms(m.title) for m in some]
    common = Counter(t for found in terms for t in found)
    scores = [sum(common[t] - 1 for t in found) / (len(found) + 3) for found in terms]
    best = max(range(len(some)), key=lambda i: (round(scores[i], 6), -i))
    return some[best].title


@lru_cache(maxsize=20_000)
def _title_terms(title: str) -> frozenset[str]:
    # The same headlines are weighed again with every item that joins.
    return frozenset(features(item_id="", at=None, title=title, text="").title_terms)


def _units(members: Sequence[Member]) -> list[UnitMention]:
    counts: Counter[str] = Counter()
    best: dict[str, UnitMention] = {}
    for member in members:
        for unit in member.units:
            counts[unit.unit_id] += 1
            known = best.get(unit.unit_id)
            if known is None or (unit.score, unit.how) > (known.score, known.how):
                best[unit.unit_id] = unit
    ranked = sorted(counts, key=lambda u: (-counts[u], -best[u].score, u))
    return [best[u] for u in ranked[:MAX_UNITS]]


def _topics(members: Sequence[Member]) -> list[TopicCount]:
    counts = Counter(m.topic for m in members)
    ranked = sorted(counts, key=lambda t: (-counts[t], _RANK.get(t, 99)))
    return [TopicCount.model_validate({"name": t, "items": counts[t]}) for t in ranked]


def _sentiment(mix: Counter[str]) -> Sentiment:
    total = sum(mix.values())
    if not total:
        return Sentiment(label="netral", score=0.0)
    label = max(_TONES, key=lambda tone: (mix.get(tone, 0), -_TONES.index(tone)))
    return Sentiment.model_validate({"label": label, "score": round(mix[label] / total, 3)})


def _polarity(members: Sequence[Member]) -> Any:
    counts = Counter(m.polarity for m in members if m.polarity != "none")
    if not counts:
        return "none"
    return max(("officials_failed", "officials_acted"), key=lambda p: counts.get(p, 0))


def _our_statement(story_id: str, living: Sequence[Member]) -> OurStatement | None:
    """How many of its items repeat or cite what we published; None when none does."""
    carrying = [m for m in living if m.carries]
    if not carrying:
        return None
    releases = list(dict.fromkeys(release for m in carrying for release in m.carries))
    count = Count(what="publikasi", value=len(carrying), items_ref=f"/isu/{story_id}")
    return OurStatement(
        release_ids=releases[:MAX_HEADS],
        item_ids=[m.item_id for m in carrying[-MAX_CARRYING:][::-1]],
        count=count,
        share=round(len(carrying) / len(living), 4),
    )


def _old_event(living: Sequence[Member]) -> OldEvent | None:
    """What the latest member that tells of it found."""
    return next((m.old_event for m in reversed(living) if m.old_event is not None), None)


def _actuality(members: Sequence[Member]) -> Any:
    """Old content again, when the latest items were found to be that and none reports a development; otherwise what
    most members say, of those that say anything; old content weighs first among equals."""
    recent = [m for m in members if members[-1].at - m.at < SLEEPS_AFTER]
    if any(m.old_event for m in recent) and all(m.actuality != "perkembangan_kasus_lama" for m in recent):
        return "konten_lama_kembali_viral"
    counts = Counter(m.actuality for m in members if m.actuality != "tidak_dapat_dipastikan")
    order = ("konten_lama_kembali_viral", "perkembangan_kasus_lama", "kejadian_baru")
    return max(order, key=lambda a: counts.get(a, 0)) if counts else "tidak_dapat_dipastikan"


def _certainty(members: Sequence[Member]) -> CertaintyLevel | None:
    """Once confirmed, a matter is no rumour; None where nothing was weighed."""
    said = {m.certainty for m in members}
    return next((level for level in WEIGHTIEST_FIRST if level in said), None)


def _peak(times: Sequence[datetime]) -> int:
    """Most publications within any hour; `times` ascending."""
    peak = first = 0
    for last, at in enumerate(times):
        while at - times[first] >= timedelta(hours=1):
            first += 1
        peak = max(peak, last - first + 1)
    return peak


def _timeline(times: Sequence[datetime], now: datetime) -> Timeline:
    """The last 24 hours in quarters; the newest bucket holds `now`. An item of a moment ahead of `now` counts there."""
    this = datetime.fromtimestamp(now.timestamp() // BUCKET.total_seconds() * BUCKET.total_seconds(), tz=UTC)
    start = this - (BUCKETS - 1) * BUCKET
    counts = [0] * BUCKETS
    for at in times:
        index = int((at - start) // BUCKET)
        if index >= 0:
            counts[min(index, BUCKETS - 1)] += 1
    return Timeline(bucket_minutes=15, start_at=start, counts=counts)


def _outlets(members: Sequence[Member]) -> list[OutletCount]:
    counts = Counter(m.outlet_id for m in members)
    names = {m.outlet_id: m.outlet_name for m in members}
    ranked = sorted(counts, key=lambda o: (-counts[o], o))[:MAX_OUTLETS]
    return [OutletCount(outlet_id=o, outlet_name=names[o], publications=counts[o]) for o in ranked]


def _copies(members: Sequence[Member]) -> list[Copies]:
    by_head: defaultdict[str, list[str]] = defaultdict(list)
    for member in members:
        if member.copy_of is not None:
            by_head[member.copy_of].append(member.item_id)
    ranked = sorted(by_head, key=lambda h: (-len(by_head[h]), h))[:MAX_COPY_HEADS]
    return [Copies(head_item_id=h, item_ids=by_head[h][:MAX_COPY_IDS]) for h in ranked]


def _line(member: Member) -> SourceLine:
    return SourceLine(
        item_id=member.item_id,
        outlet_id=member.outlet_id,
        outlet_name=member.outlet_name,
        title=member.title or member.excerpt[:120],
        link=member.link,
        at=member.at,
        at_means="pertama_terlihat",
    )
