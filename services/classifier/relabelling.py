"""What a person says of an item's labels → labels that hold until a person says otherwise, or why not (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from libs.schemas.commands import LabelsCorrected
from libs.schemas.common import Actor, Sentiment, UnitMention
from libs.schemas.items import ClassifiedItem, Correction, NeedsReview, Reason, Relevance, Severity, TopicLabel
from services.classifier.labelling import CRISIS_CATEGORY
from services.classifier.units import GazetteerUnits

LABELS: Final = (
    "relevant", "topics", "crisis_category", "sentiment", "polarity", "severity", "urgency", "impact_scope", "units",
    "actuality",
)  # fmt: skip
OUT_OF_SCOPE: Final = "luar_lingkup"
# What follows from a severity when the person names no urgency.
_URGENCY: Final = {0: "rendah", 1: "rendah", 2: "sedang", 3: "tinggi", 4: "kritis"}
_ROLE_NAMES: Final = {"analis": "analis", "operator": "operator", "pimpinan_krisis": "pimpinan krisis"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a command is not carried out, for programs (`kode`) and for people (`message`)."""

    code: Literal[404, 409, 422]
    kode: str
    message: str


NOT_FOUND: Final = Refusal(
    code=404, kode="tidak_ditemukan", message="Publikasi ini tidak ditemukan, atau labelnya belum ada."
)
NOTHING_SAID: Final = Refusal(
    code=422, kode="tidak_ada_label", message="Sebutkan label yang benar, atau nyatakan semuanya sudah benar."
)
CONTRADICTION: Final = Refusal(
    code=422,
    kode="label_bertentangan",
    message="Publikasi di luar lingkup tidak punya topik lain, kategori krisis, atau keparahan. Pilih salah satu.",
)
UNKNOWN_UNIT: Final = Refusal(
    code=422, kode="unit_tidak_dikenal", message="Ada unit yang tidak ada dalam daftar UPT. Pilih dari daftar."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A person's word on an item: `values` by label name (what follows from what they said included), `fields` those
    they named. Earlier words of other labels live on in it."""

    values: Mapping[str, Any]
    fields: tuple[str, ...]
    by: Actor
    at: datetime
    reason: str
    confirmed: bool

    def to_state(self) -> dict[str, Any]:
        return {
            "values": dict(self.values), "fields": list(self.fields), "by": self.by.model_dump(), "at": self.at,
            "reason": self.reason, "confirmed": self.confirmed,
        }  # fmt: skip

    @classmethod
    def of_state(cls, raw: Mapping[str, Any] | None) -> "Word | None":
        if not raw:
            return None
        return cls(
            values=raw["values"], fields=tuple(raw["fields"]), by=Actor.model_validate(raw["by"]), at=raw["at"],
            reason=raw["reason"], confirmed=raw["confirmed"],
        )  # fmt: skip


def spoken(
    asked: LabelsCorrected, item: ClassifiedItem, earlier: Word | None, *, units: GazetteerUnits, opmode: str,
    now: datetime
) -> Word | Refusal | None:  # fmt: skip
    """The word that holds from now on; None when it held already."""
    named = {name: value for name in LABELS if (value := getattr(asked, name)) is not None}
    if not named and not asked.confirmed:
        return NOTHING_SAID
    if any(units.describe(unit_id, opmode=opmode) is None for unit_id in named.get("units", ())):
        return UNKNOWN_UNIT
    values = _with_consequences(named, item)
    if values is None:
        return CONTRADICTION
    held = dict(earlier.values) if earlier else {}
    if asked.confirmed:
        held = {name: value_of(item, name) for name in LABELS} | held
    held |= values
    fields = (*named,) if named else LABELS
    known = tuple(name for name in (earlier.fields if earlier else ()) if name not in fields)
    if earlier is not None and held == dict(earlier.values) and (earlier.confirmed or not asked.confirmed):
        return None
    return Word(
        values=held, fields=(*known, *fields), by=asked.by, at=now, reason=asked.reason,
        confirmed=asked.confirmed or bool(earlier and earlier.confirmed),
    )  # fmt: skip


def _with_consequences(named: Mapping[str, Any], item: ClassifiedItem) -> dict[str, Any] | None:
    """What was said and what follows from it; None when it contradicts itself."""
    said = dict(named)
    topics = said.get("topics")
    if topics is not None:
        said["topics"] = topics = list(dict.fromkeys(topics))
        if OUT_OF_SCOPE in topics and len(topics) > 1:
            return None
        said.setdefault("relevant", OUT_OF_SCOPE not in topics)
        if said["relevant"] == (OUT_OF_SCOPE in topics):
            return None
    relevant = said.get("relevant", item.relevance.relevant)
    if not relevant:
        if said.get("severity") or said.get("crisis_category"):
            return None
        return said | _out_of_scope() if "relevant" in said else said
    if topics is None and value_of(item, "topics") == [OUT_OF_SCOPE]:
        said["topics"] = ["operasional" if said.get("units") or item.units else "lainnya"]
    if ("severity" in said or "topics" in said) and "crisis_category" not in said:
        first = (said.get("topics") or value_of(item, "topics"))[0]
        severe = said.get("severity", item.severity.value) > 0
        said["crisis_category"] = CRISIS_CATEGORY.get(first) if severe else None
    if "severity" in said:
        said.setdefault("urgency", _URGENCY[said["severity"]])
    return said


def _out_of_scope() -> dict[str, Any]:
    return {
        "topics": [OUT_OF_SCOPE], "severity": 0, "crisis_category": None, "polarity": "none", "urgency": "rendah",
        "impact_scope": "upt",
    }  # fmt: skip


def value_of(item: ClassifiedItem, name: str) -> Any:
    """A label as commands name it."""
    match name:
        case "relevant":
            return item.relevance.relevant
        case "topics":
            return [topic.name for topic in item.topics]
        case "sentiment":
            return item.sentiment.label
        case "severity":
            return item.severity.value
        case "units":
            return [unit.unit_id for unit in item.units]
    return getattr(item, name)


def told(value: Any) -> str:
    """A label's value as a record shows it."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def hold(item: ClassifiedItem, word: Word | None, *, units: GazetteerUnits, opmode: str) -> ClassifiedItem:
    """The item with the person's word in place of the machine's; `before` is what the machine says of those labels."""
    if word is None:
        return item
    machine = dict(item.correction.before) if item.correction else {}
    before = {name: machine.get(name, told(value_of(item, name))) for name in word.fields}
    why = [Reason(rule="orang", words=f"ditetapkan {_ROLE_NAMES.get(word.by.role, word.by.role)}: {word.reason}")]
    fresh: dict[str, Any] = {name: _labelled(item, name, word.values[name], why) for name in word.values}
    if "relevant" in fresh:
        fresh["relevance"] = fresh.pop("relevant")
    if "units" in fresh:
        fresh["units"] = _mentions(item, word.values["units"], units, opmode)
        fresh["unit_unsure"] = []
    correction = Correction(
        by=word.by, at=word.at, fields=list(word.fields), reason=word.reason, confirmed=word.confirmed, before=before
    )
    return item.model_copy(
        update=fresh | {"needs_review": NeedsReview(), "decided_by": word.by.role, "correction": correction}
    )


def _labelled(item: ClassifiedItem, name: str, value: Any, why: list[Reason]) -> Any:
    """What agrees with the machine keeps the machine's reasons: they are about words in the text."""
    if value == value_of(item, name):
        return item.relevance if name == "relevant" else getattr(item, name)
    match name:
        case "relevant":
            return Relevance(score=1.0 if value else 0.0, relevant=value, why=why)
        case "topics":
            known = {topic.name: topic for topic in item.topics}
            return [known.get(topic) or TopicLabel(name=topic, score=1.0, why=why) for topic in value]
        case "sentiment":
            return Sentiment(label=value, score=1.0)
        case "severity":
            return Severity(value=value, why=why)
    return value


def _mentions(item: ClassifiedItem, ids: list[str], units: GazetteerUnits, opmode: str) -> list[UnitMention]:
    known = {unit.unit_id: unit for unit in item.units}
    return [known.get(unit_id) or mention for unit_id in ids if (mention := _mention(unit_id, units, opmode))]


def _mention(unit_id: str, units: GazetteerUnits, opmode: str) -> UnitMention | None:
    unit = units.describe(unit_id, opmode=opmode)
    if unit is None:
        return None
    zone: Any = unit.zone
    return UnitMention(
        unit_id=unit_id, name=unit.name, province=unit.province, zone=zone, score=1.0, how="ditetapkan orang"
    )
