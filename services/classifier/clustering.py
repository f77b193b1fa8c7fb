"""Whether two items tell of one event, as grouping asks it; decided in `same_event.py`."""

from datetime import timedelta

from services.classifier.same_event import WINDOW
from services.classifier.same_event import Decision as Likeness
from services.classifier.same_event import same_event as likeness
from services.classifier.traits import Traits as Features
from services.classifier.traits import traits as features

COPY_WINDOW = timedelta(days=30)
MERGE = 0.75  # a later item must fit two stories this well to tie them

__all__ = ["COPY_WINDOW", "MERGE", "WINDOW", "Features", "Likeness", "features", "likeness"]
