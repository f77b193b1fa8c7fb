"""Classes found in a document and the way it came → what is to be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

Channel = Literal["news", "social", "unit_report", "release"]


class Outcome(StrEnum):
    PASS = "pass"
    REDACT = "redact"
    REJECT = "reject"
    QUARANTINE = "quarantine"


class Mode(StrEnum):
    NORMAL = "normal"
    CHILD = "child"


TOKENS: Mapping[str, str] = MappingProxyType(
    {
        kind: f"[{kind.upper()}]"
        for kind in (
            "nik", "kk", "telepon", "register", "perkara", "surel", "npwp", "bpjs", "paspor", "pelat", "alamat",
            "kesehatan", "sekolah", "wbp", "tahanan", "keluarga", "anak", "warga",
        )
    }
)  # fmt: skip
# In place of the text of a quarantined document: nothing of it is kept.
WITHHELD = "[DITAHAN]"

NUMBERS_OF_PEOPLE = frozenset({"nik", "kk", "register", "perkara", "npwp", "bpjs", "paspor"})
NAMES = frozenset({"wbp", "tahanan", "keluarga", "anak", "warga"})
# Whom a report is about goes back to the unit that wrote it; a visitor's name and ways to reach somebody are masked.
_REJECTED: Mapping[Channel, frozenset[str]] = MappingProxyType(
    {
        "unit_report": NUMBERS_OF_PEOPLE | (NAMES - {"warga"}),
        "release": NUMBERS_OF_PEOPLE,
        "news": frozenset(),
        "social": frozenset(),
    }
)
# So many people, and so much of the text theirs, that it is a list of people and no report about something.
_LIST_OF, _SHARE_OF_A_LIST = 20, 0.25


def outcome(classes: Mapping[str, int], *, channel: Channel, masked_share: float, unsure: bool) -> Outcome:
    """`unsure`: something in a child's document may name somebody, and no rule says what it is."""
    if _REJECTED[channel]:
        return _to_its_writer(classes, channel)
    people = sum(count for kind, count in classes.items() if kind in NUMBERS_OF_PEOPLE | NAMES)
    if unsure or (people >= _LIST_OF and masked_share >= _SHARE_OF_A_LIST):
        return Outcome.QUARANTINE
    return Outcome.REDACT if classes else Outcome.PASS


def _to_its_writer(classes: Mapping[str, int], channel: Channel) -> Outcome:
    """Nobody waits for a report in quarantine: whoever wrote it is there to correct it."""
    if not _REJECTED[channel].isdisjoint(classes):
        return Outcome.REJECT
    return Outcome.REDACT if classes else Outcome.PASS
