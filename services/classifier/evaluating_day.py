"""`pasopati eval --day`: a day of general news → hard negatives, edited articles found again, stories of the stream."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from services.classifier.clustering import Decide, likeness
from services.classifier.evaluating_pairs import Call, precision, recall, tell_hard, told
from services.classifier.moments import moment
from services.classifier.near_copies import CopyIndex, is_near_copy, signature
from services.classifier.normalising import read
from services.classifier.pairing import answer
from services.classifier.story_index import StoryIndex
from services.classifier.training.same_event_words import Text, articles, publication_dates
from services.classifier.training.story_pairs import DIFFERENT, SAME, Pair, Side, real_day, real_events, unsure_rows
from services.classifier.traits import Traits, traits
from services.classifier.wordings import WordTable

HARD_NEGATIVES, EDITED, ENOUGH_WORDS = 300, 300, 120
BEFORE = "Simak kabar terbaru pilihan redaksi, diperbarui setiap jam sepanjang hari ini untuk pembaca setia."
AFTER = "Ikuti saluran kami di aplikasi pesan dan jangan lewatkan berita pilihan lainnya dari daerah Anda."

Edit = Callable[[list[str], Random, Sequence[str]], list[str]]


def evaluate_day(path: Path) -> None:
    day = articles(path)
    moments = [moment(date) for date in publication_dates(path)]
    pairs = real_day(day, moments)
    for with_text in (False, True):
        _tell_pairs(pairs, with_text=with_text)
    _tell_copies(day)
    for with_text in (False, True):
        _tell_stories(day, moments, with_text=with_text)


def _tell_pairs(pairs: Sequence[Pair], *, with_text: bool) -> None:
    """The negatives whose articles have most words in common. The shipped model has learnt from these very pairs: what
    it does on articles it has not seen is printed by its training."""
    sides = {side.key: side for pair in pairs for side in (pair.a, pair.b)}
    known = {key: side_traits(side, with_text=with_text) for key, side in sides.items()}
    words = {key: frozenset(read(side.title, side.text).words) for key, side in sides.items()}
    calls = [
        (pair.label == SAME, answer(known[pair.a.key], known[pair.b.key]).same, _shared(words, pair))
        for pair in pairs
        if pair.label in (SAME, DIFFERENT)
    ]
    true = [Call(said, True) for same, said, _ in calls if same]
    different = sorted((-shared, said) for same, said, shared in calls if not same)
    name = "with text" if with_text else "by headline"
    print(f"real day, {name}: {len(true)} of one event, {told('recall', true, recall)}")
    tell_hard([Call(said, False) for _, said in different[:HARD_NEGATIVES]], true)


def side_traits(side: Side, *, with_text: bool) -> Traits:
    return traits(item_id=side.key, at=side.at, title=side.title, text=side.text if with_text else "", topic=side.topic)


def _shared(words: dict[str, frozenset[str]], pair: Pair) -> float:
    a, b = words[pair.a.key], words[pair.b.key]
    return len(a & b) / max(1, len(a | b))


def _replaced(share: float) -> Edit:
    def edit(words: list[str], chance: Random, others: Sequence[str]) -> list[str]:
        return [chance.choice(others) if chance.random() < share else word for word in words]

    return edit


EDITS: dict[str, Edit] = {
    "5 % of words": _replaced(0.05),
    "10 % of words": _replaced(0.10),
    "20 % of words": _replaced(0.20),
    "last third cut": lambda words, _, __: words[: len(words) * 2 // 3],
    "last half cut": lambda words, _, __: words[: len(words) // 2],
    "sentence before": lambda words, _, __: [*BEFORE.split(), *words],
    "sentences around": lambda words, _, __: [*BEFORE.split(), *words, *AFTER.split()],
}


def _tell_copies(day: Sequence[Text]) -> None:
    """Each edit is looked for among all articles of the day. Finding another article is right only when that one is a
    copy of the edited one's source, as press releases are."""
    index = CopyIndex()
    signatures = {}
    for row, text in enumerate(day):
        reading = read(text.title, text.body)
        signatures[row] = (signature(reading), len(reading.words))
        index.add(str(row), *signatures[row])
    chance = Random(3)
    long_enough = [row for row, text in enumerate(day) if len(text.body.split()) >= ENOUGH_WORDS]
    rows = chance.sample(long_enough, EDITED)
    others = [word for row in chance.sample(long_enough, 50) for word in day[row].body.split()]
    for name, edit in EDITS.items():
        calls: list[Call] = []
        for row in rows:
            reading = read(day[row].title, " ".join(edit(day[row].body.split(), chance, others)))
            found = index.head_of(signature(reading), len(reading.words))
            calls += _judged(found, row, signatures)
        print(f"copies, {name}: {told('recall', calls, recall)} {told('precision', calls, precision)}")


def _judged(found: tuple[str, float] | None, row: int, signatures: dict[int, tuple[list[int], int]]) -> Iterator[Call]:
    if found is None:
        yield Call(False, True)
        return
    other = int(found[0])
    (sig, words), (other_sig, other_words) = signatures[row], signatures[other]
    shorter, longer = sorted((words, other_words))
    right = other == row or is_near_copy(sig, other_sig, words=shorter, longer=longer)
    yield Call(True, right)
    if not right:
        yield Call(False, True)


def _tell_stories(day: Sequence[Text], moments: Sequence[datetime | None], *, with_text: bool) -> None:
    placed = stories_of(day, moments, with_text=with_text)
    name = "with text" if with_text else "by headline"
    sizes = Counter(placed.values())
    print(
        f"stories of the day, {name}: {len(placed)} articles, {len(sizes)} stories (largest {max(sizes.values())}); "
        f"{b3(placed, placed.keys())}"
    )


@dataclass(frozen=True, slots=True)
class B3:
    """Bagga and Baldwin: for each article how pure and how whole its story is."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    def __str__(self) -> str:
        return f"B3 F1 {self.f1:.3f} precision {self.precision:.3f} recall {self.recall:.3f}"


def b3(placed: dict[int, str], rows: Collection[int]) -> B3:
    """Over `rows` of all that were placed; events as read by hand."""
    stories: defaultdict[str, set[int]] = defaultdict(set)
    for row, story in placed.items():
        stories[story].add(row)
    event_of = {row: set(event) for event in real_events() for row in event}
    unsure = unsure_rows()
    pure = whole = 0.0
    for row in rows:
        event = event_of.get(row, {row}) & placed.keys()
        said = stories[placed[row]] - unsure.get(row, set())
        right = len(said & event)
        pure += right / len(said)
        whole += right / len(event)
    return B3(pure / len(rows), whole / len(rows))


def stories_of(
    day: Sequence[Text],
    moments: Sequence[datetime | None],
    *,
    with_text: bool,
    decide: Decide = likeness,
    table: WordTable | None = None,
) -> dict[int, str]:
    """Articles with a headline and a date, in the order of their dates, each with the story it ends up in."""
    index = StoryIndex("live", decide)
    rows = sorted((at, row) for row, at in enumerate(moments) if at is not None and day[row].title)
    placed = {}
    for at, row in rows:
        text = day[row]
        reading = read(text.title, text.body)
        item = traits(
            item_id=str(row),
            at=at,
            title=text.title,
            text=text.body if with_text else "",
            topic="lainnya",
            signature=signature(reading),
            words=len(reading.words),
            table=table,
        )
        placement = index.place(item)
        index.add(item, placement.story_id, copy_of=placement.copy_of)
        for tie in placement.ties:
            index.merge(tie, placement.story_id)
        placed[row] = placement.story_id
    return {row: index.resolve(story) for row, story in placed.items()}
