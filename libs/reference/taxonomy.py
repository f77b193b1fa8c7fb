"""taxonomy.yaml → the names of topics, severities, sentiments and the rest, with their Indonesian labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

_FILE = Path(__file__).parent / "data" / "taxonomy.yaml"
_data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def _labels(section: str) -> Mapping[str, str]:
    return MappingProxyType({str(name): str(label) for name, label in _data[section].items()})


VERSION: int = _data["version"]
TOPICS = _labels("topics")
CRISIS_CATEGORIES = _labels("crisis_categories")
SEVERITIES: Mapping[int, str] = MappingProxyType({int(grade): str(word) for grade, word in _data["severities"].items()})
SENTIMENTS = _labels("sentiments")
POLARITIES = _labels("polarities")
LEVELS = _labels("levels")
ALERT_STAGES = _labels("alert_stages")
ALERT_STATUSES = _labels("alert_statuses")
KINDS = _labels("kinds")
ROLES = _labels("roles")
URGENCIES = _labels("urgencies")
IMPACT_SCOPES = _labels("impact_scopes")
ACTUALITIES = _labels("actualities")
REVIEW_STATUSES: tuple[str, ...] = tuple(_data["review_statuses"])
# The topic of everything that does not concern the corrections service.
OUT_OF_SCOPE = "luar_lingkup"


def topic_label(topic: str) -> str:
    """A topic of a newer taxonomy is shown by its name."""
    return TOPICS.get(topic, topic)
