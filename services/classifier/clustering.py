"""Whether an item belongs to a story, as grouping asks it; whether two items tell of one event: `same_event.py`."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta

from services.classifier.same_event import WINDOW
from services.classifier.same_event import Decision as Likeness
from services.classifier.same_event import same_event as likeness
from services.classifier.traits import Traits as Features
from services.classifier.traits import traits as features

COPY_WINDOW = timedelta(days=30)
# An item this much like one headline belongs, whatever else there is; fits two stories so: it ties them.
MERGE = 0.92
# What is wanted beyond what two documents alone must be like. Among rivals (another story is nearly as alike: a
# series, a crowded matter) a surer likeness; of a story of several headlines a surer one, and half of them.
RIVAL, NEARLY, AMONG_RIVALS, OF_SEVERAL, HEADLINES_ALIKE = 0.2, 0.3, 0.9, 0.75, 0.5
Decide = Callable[[Features, Features], Likeness]


def belongs(
    item: Features,
    heads: Collection[Features],
    alike: Sequence[Likeness],
    *,
    rivals: bool = False,
    decide: Decide = likeness,
) -> bool:
    """`heads`: the story's headlines; `alike`: what was decided on those that tell of the item's event; `rivals`:
    another story is nearly as alike. A story of one headline without rivals takes exactly what tells of its
    event."""
    if not alike:
        return False
    best = max(like.score for like in alike)
    if best >= MERGE or any(like.certain for like in alike):
        return True
    if rivals and best < AMONG_RIVALS:
        return False
    if len(heads) == 1:
        return True
    return best >= OF_SEVERAL and sum(decide(item, head).same for head in heads) >= HEADLINES_ALIKE * len(heads)


def has_rival(best: float, others: Iterable[float]) -> bool:
    """`best`, `others`: how alike an item is to the likest headline of this story, and of other ones."""
    least = max(RIVAL, best - NEARLY)
    return any(other >= least for other in others)


__all__ = ["COPY_WINDOW", "MERGE", "WINDOW", "Decide", "Features", "Likeness", "belongs", "features", "likeness"]
