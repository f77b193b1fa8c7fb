"""How long the gateway's read models show what they show: one line a class of data."""

from __future__ import annotations

from typing import Final

from libs.runtime.retention import Rule

RULES: Final = (
    Rule(data_class="berita", collection="items", at="at", days=400),
    Rule(data_class="label", collection="labels", at="at", days=400),
    Rule(data_class="indeks_cari", collection="search", at="at", days=400),
    Rule(data_class="isu", collection="stories", at="at", days=400),
    Rule(data_class="tren", collection="trends", at="at", days=400),
    Rule(data_class="kiriman", collection="notifications", at="at", days=30),
    Rule(data_class="jawaban_perintah", collection="outcomes", at="at", days=7),
    Rule(data_class="laporan_unit", collection="reports", at="at", days=1826),
)
# Not by age: bounded by what they describe, or kept as records of the office.
KEPT: Final = {
    "alerts": "as long as their compacted topic",
    "alert_log": "what happened to an alert: the record of a crisis",
    "drafts": "as long as their compacted topic",
    "releases": "the official word stays",
    "sources": "as long as their compacted topic",
    "outlets": "as long as their compacted topic",
    "silent_units": "one a unit",
    "positions": "one a partition",
    "sessions": "swept by auth.py when they expire",
    "audit": "chained: an entry that is gone would be a break",
    "saved_searches": "fifty a person at most, until they delete them; gated before they are kept",
    "photos": "ends with its photo: two days, or 1826 with a report that shows it (photo_keeping.py)",
    "turns": "one a sweeper",
    "purges": "the proof of what was purged",
}
