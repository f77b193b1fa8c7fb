"""How long ingest keeps what it has: one line a class of data."""

from __future__ import annotations

from typing import Final

from libs.runtime.retention import SETTLED, Rule

RULES: Final = (
    Rule(data_class="berita", collection="items", at="state.item.first_seen_at", days=400, where=SETTLED),
    Rule(data_class="versi_lama", collection="versions", at="superseded_at", days=180),
    Rule(data_class="teks_panjang", collection="archive", at="at", days=400),
    Rule(data_class="karantina", collection="quarantine", at="at", days=90),
    Rule(data_class="halaman_dicoba", collection="pages", at="until", days=0),
    # Five years, as the records of an office.
    Rule(data_class="laporan_unit", collection="reports", at="state.report.received_at", days=1826, where=SETTLED),
)
# Not by age: bounded by what they describe, or swept by their own owner.
KEPT: Final = {
    "sources": "one a source, as long as it is known",
    "outlets": "one an outlet, as long as it is known",
    "units": "one a unit",
    "fetching": "one a source: its plan",
    "hosts": "one a host: when it may be asked",
    "payloads": "swept by archiving.py, by days and bytes",
    "titles": "swept by remembering.py, after its window",
    "turns": "one a sweeper",
    "purges": "the proof of what was purged",
}
