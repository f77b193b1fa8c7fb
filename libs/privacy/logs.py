"""Lines for logs and texts of exceptions → the same without what identifies a person, cheaply."""

from __future__ import annotations

import re

from libs.privacy.gate import numbers_masked

_NAME = r"[A-Z][\w'’.\-]*(?:\s(?:bin|binti|[A-Z][\w'’.\-]*)){0,4}"
# Role → token; a name in a log stands behind the word that makes it one, or in a field that is called so.
_ROLES = (
    ("wbp", r"narapidana|napi|wbp|warga binaan|terpidana|klien"),
    ("tahanan", r"tahanan|tersangka|terdakwa|pelaku"),
    ("anak", r"anak binaan|andikpas|abh|bocah"),
    ("keluarga", r"istri|suami|ibu|ayah|orang ?tua|keluarga"),
    ("warga", r"korban|saksi|pelapor|pengunjung|bernama|atas nama|a\.n\.|an\.|alias|binti?|ber?inisial|inisial"),
)
_TOLD = re.compile(
    "|".join(
        rf"\b(?i:{words})(?!\w)[.:]?\s{{1,2}}(?:(?i:berinisial|inisial|bernama|a\.n\.|atas nama)\s)?(?P<{role}>{_NAME})"
        for role, words in _ROLES
    )
)
_FIELD = re.compile(
    r"(?P<key>[\"']?\b(?:nama(?:_\w{1,20}| lengkap)?|full_?name|alias)[\"']?\s?[=:]\s?)"
    r"(?P<quote>[\"'])(?P<value>[^\"']{2,80})(?P=quote)",
    re.IGNORECASE,
)


def redact(value: str) -> str:
    """What could be a number of a person goes, keyword or not, and names behind a role or in a field called `nama`."""
    masked = numbers_masked(value)
    masked = _FIELD.sub(r"\g<key>\g<quote>[WARGA]\g<quote>", masked)
    return _TOLD.sub(_without_the_name, masked)


def _without_the_name(match: re.Match[str]) -> str:
    role = match.lastgroup or "warga"
    start = match.start(role) - match.start()
    return f"{match.group()[:start]}[{role.upper()}]"
