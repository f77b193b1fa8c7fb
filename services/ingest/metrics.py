"""What ingest counts."""

from prometheus_client import Counter, Gauge, Histogram

POLLS = Counter("pasopati_ingest_polls_total", "Polls: read, unchanged, or why it failed", ["outcome"])
ITEMS = Counter("pasopati_ingest_items_total", "Entries of feeds by what they meant", ["meaning"])
LEFT_OUT = Counter("pasopati_ingest_entries_left_out_total", "Entries without identity, or beyond 1,000 in a feed")
POLL_SECONDS = Histogram("pasopati_ingest_poll_seconds", "A poll, from its lease to its last write")
PARSERS_KILLED = Counter("pasopati_ingest_parsers_killed_total", "Parser processes past their deadline or crashed")
CHARSETS_REPAIRED = Counter("pasopati_ingest_charsets_repaired_total", "Feeds that lied about their charset")
POLLING = Gauge("pasopati_ingest_polls_running", "Polls in progress")
REPORTS = Counter("pasopati_ingest_reports_total", "Unit reports by kind and what became of them", ["kind", "answer"])
QUARANTINED = Counter("pasopati_ingest_quarantined_total", "Texts the privacy gate would not vouch for", ["channel"])
SAME_TITLES = Counter("pasopati_ingest_same_titles_total", "New items under a title of the last 72 hours", ["outlet"])
ARCHIVED_PAYLOADS = Counter("pasopati_ingest_archived_payloads_total", "Masked payloads kept")
ARCHIVED_BYTES = Counter("pasopati_ingest_archived_bytes_total", "Their packed size")
PAGES = Counter("pasopati_ingest_pages_total", "Pages of articles: read, no_more, or why not", ["outcome"])
SILENT_UNITS = Gauge("pasopati_ingest_silent_units", "Units whose expected reports do not come")
