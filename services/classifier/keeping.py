"""How long the classifier keeps what it has: one line a class of data."""

from __future__ import annotations

from typing import Final

from libs.runtime.retention import SETTLED, Rule

RULES: Final = (
    Rule(data_class="label", collection="labels", at="state.item.first_seen_at", days=400, where=SETTLED),
)  # fmt: skip
KEPT: Final = {
    "stories": "as long as their compacted topic",
    "story_members": "bounded by the stories that are open",
    "turns": "one a sweeper",
    "purges": "the proof of what was purged",
}
