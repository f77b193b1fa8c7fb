"""Settings of the classifier."""

from pathlib import Path

from libs.runtime.settings import ServiceSettings
from services.classifier.rules import RULES_FOLDER


class ClassifierSettings(ServiceSettings):
    """`PASOPATI_RULES_FOLDER`: the folder with the seven rule files; the shipped ones when unset."""

    rules_folder: Path = RULES_FOLDER
