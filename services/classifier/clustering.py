"""Whether an item belongs to a story, as grouping asks it; whether two items tell of one event: `same_event.py`."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from services.classifier.same_event import WINDOW
from services.classifier.same_event import Decision as Likeness
from services.classifier.same_event import same_event as likeness
from services.classifier.traits import Traits as Features
from services.classifier.traits import traits as features

COPY_WINDOW = timedelta(days=30)
# Of the pairs an index finds in a stream fewer are of one event than of pairs somebody asks about: a story wants a
# surer likeness, and of half its headlines, or one odd headline chains strangers together.
JOIN, HEADLINES_ALIKE = 0.8, 0.5
MERGE = 0.9  # an item this much like one headline belongs, whatever the others say; fits two stories so: it ties them


def belongs(item: Features, heads: Collection[Features], alike: Sequence[Likeness]) -> bool:
    """`heads`: the story's headlines; `alike`: what was decided on those that tell of the item's event."""
    if any(like.certain for like in alike):
        return True
    best = max((like.score for like in alike), default=0.0)
    if best < JOIN or best >= MERGE:
        return best >= MERGE
    return sum(likeness(item, head).same for head in heads) >= HEADLINES_ALIKE * len(heads)


__all__ = ["COPY_WINDOW", "MERGE", "WINDOW", "Features", "Likeness", "belongs", "features", "likeness"]
