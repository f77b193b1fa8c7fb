"""Settings of the classifier."""

from pathlib import Path

from libs.runtime.settings import ServiceSettings
from services.classifier.rules import RULES_FOLDER


class ClassifierSettings(ServiceSettings):
    """`PASOPATI_RULES_FOLDER`: the folder with the seven rule files; the shipped ones when unset.
    `PASOPATI_TRENDS_EVERY_SECONDS`: how often trends look at the clock (easing, sources that are not read)."""

    rules_folder: Path = RULES_FOLDER
    trends_every_seconds: float = 15.0
