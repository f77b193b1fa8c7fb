"""What the publisher counts."""

from __future__ import annotations

from prometheus_client import Counter

DRAFTS_OPENED = Counter("pasopati_publisher_drafts_opened_total", "Drafts opened, by who wrote them.", ["by"])
COMMANDS_REFUSED = Counter("pasopati_publisher_commands_refused_total", "Commands refused, by reason.", ["kode"])
RELEASES_PUBLISHED = Counter("pasopati_publisher_releases_published_total", "Releases published, by mode.", ["opmode"])
