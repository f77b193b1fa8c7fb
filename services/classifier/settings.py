"""Settings of the classifier."""

from pathlib import Path

from pydantic import Field, field_validator

from libs.runtime.retention import shortened
from libs.runtime.settings import ServiceSettings
from services.classifier import keeping
from services.classifier.rules import RULES_FOLDER


class ClassifierSettings(ServiceSettings):
    """`PASOPATI_RULES_FOLDER`: the folder with the rule files; the shipped ones when unset.
    `PASOPATI_TRENDS_EVERY_SECONDS`: how often trends look at the clock (easing, sources that are not read).
    `PASOPATI_CLASSIFIER_RETENTION_DAYS`: shorter periods by data class as JSON, {"label": 90}; docs/retention.md."""

    rules_folder: Path = RULES_FOLDER
    trends_every_seconds: float = 15.0
    classifier_retention_days: dict[str, float] = Field(default_factory=dict)

    @field_validator("classifier_retention_days")
    @classmethod
    def _within_the_rules(cls, value: dict[str, float]) -> dict[str, float]:
        shortened(keeping.RULES, value)
        return value
