"""The kinds of sources that are read: one file and one line each."""

from __future__ import annotations

from typing import Final

from services.ingest.sources.adapter import Adapter
from services.ingest.sources.mastodon import Mastodon
from services.ingest.sources.rss import Feeds

ADAPTERS: Final[dict[str, Adapter]] = {adapter.kind: adapter for adapter in (Feeds(), Mastodon())}
