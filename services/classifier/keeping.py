"""How long the classifier keeps what it has: one line a class of data."""

from __future__ import annotations

from typing import Final

from libs.runtime.retention import SETTLED, Rule

# Copies are looked for 30 days back, and the grouper's memory is read anew from a day more.
_LOOKS_BACK: Final = 31
RULES: Final = (
    Rule(data_class="label", collection="labels", at="state.item.first_seen_at", days=400, where=SETTLED, least_days=3),
    Rule(data_class="anggota_isu", collection="story_members", at="at", days=400, least_days=_LOOKS_BACK),
    # After its members: no story stands without a document.
    Rule(
        data_class="isu", collection="stories", at="state.last_item_at", days=400, where=SETTLED,
        least_days=_LOOKS_BACK,
    ),
    Rule(data_class="rilis_dikenal", collection="statements", at="published_at", days=400),
    Rule(data_class="koreksi_label", collection="corrections", at="at", days=730),
    Rule(data_class="hitungan", collection="trend_items", at="at", days=36),
    Rule(data_class="tren", collection="trends", at="state.at", days=400, where=SETTLED, least_days=_LOOKS_BACK),
)  # fmt: skip
KEPT: Final = {
    "turns": "one a sweeper, one for the grouper",
    "trend_sights": "one a source",
    "purges": "the proof of what was purged",
}
