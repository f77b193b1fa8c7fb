"""Whether an item belongs to a story, as grouping asks it; whether two items tell of one event: `same_event.py`."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from services.classifier.same_event import WINDOW
from services.classifier.same_event import Decision as Likeness
from services.classifier.same_event import same_event as likeness
from services.classifier.traits import Traits as Features
from services.classifier.traits import traits as features

COPY_WINDOW = timedelta(days=30)
# An item this much like one headline belongs, whatever else there is; fits two stories so: it ties them.
MERGE = 0.92
# What is wanted beyond what two documents alone must be like. Among rivals (another story is somewhat alike, too: a
# series, a crowded matter) a surer likeness; of a story of several headlines a surer one, and most of them.
RIVAL, AMONG_RIVALS, OF_SEVERAL, HEADLINES_ALIKE = 0.2, 0.85, 0.75, 0.6
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
    another story is somewhat alike as well. A story of one headline without rivals takes exactly what tells of its
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


__all__ = ["COPY_WINDOW", "MERGE", "WINDOW", "Decide", "Features", "Likeness", "belongs", "features", "likeness"]
