"""What the API takes in: strict models, and the first look at a JSON body before anybody parses it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from libs.schemas.alerts import DismissReason
from libs.schemas.common import (
    Actuality,
    CrisisCategory,
    ImpactScope,
    Polarity,
    SentimentLabel,
    Topic22,
    Urgency,
)
from libs.schemas.items import ItemKind
from libs.schemas.releases import InformationClass, ReleaseKind
from libs.schemas.reports import MAX_PHOTOS, ReportKind

MAX_DEPTH = 12
MAX_STRING = 60_000
MAX_VALUES = 5_000
_INT64 = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with a body."""

    kode: str
    title: str
    well_formed: bool = True


_BROKEN = Flaw(kode="bukan_json", title="Kiriman ini bukan JSON yang utuh", well_formed=False)
_TOO_DEEP = Flaw(kode="terlalu_dalam", title="JSON ini terlalu dalam atau terlalu banyak isinya")
_BAD_NUMBER = Flaw(kode="angka_terlalu_besar", title="Ada angka di luar jangkauan")
_BAD_TEXT = Flaw(kode="huruf_terlarang", title="Ada huruf yang tidak boleh ada")
_LONG_TEXT = Flaw(kode="terlalu_panjang", title="Ada teks yang terlalu panjang")
_BAD_KEY = Flaw(kode="nama_isian_terlarang", title="Ada nama isian yang tidak boleh ada")


def indecent_json(body: bytes) -> Flaw | None:
    """Refuses what must reach no parser and no store: lone surrogates, NUL, `$`/`.` keys, depth, huge numbers."""
    if not body:
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _BROKEN
    for values, (depth, key, part) in enumerate(_walk(value), start=1):
        if depth > MAX_DEPTH or values > MAX_VALUES:
            return _TOO_DEEP
        if key is not None and ("$" in key or "." in key or "\x00" in key or len(key) > 100):
            return _BAD_KEY
        if isinstance(part, str) and (flaw := _text_flaw(part)):
            return flaw
        if isinstance(part, int | float) and not isinstance(part, bool) and abs(part) >= _INT64:
            return _BAD_NUMBER
    return None


def _text_flaw(text: str) -> Flaw | None:
    if len(text) > MAX_STRING:
        return _LONG_TEXT
    return _BAD_TEXT if "\x00" in text else None


def _walk(value: Any) -> Iterator[tuple[int, str | None, Any]]:
    """Every part of a JSON value with its depth, without recursion."""
    todo: list[tuple[int, str | None, Any]] = [(1, None, value)]
    while todo:
        depth, key, part = todo.pop()
        yield depth, key, part
        if depth > MAX_DEPTH:
            continue
        if isinstance(part, dict):
            todo.extend((depth + 1, name, child) for name, child in part.items())
        elif isinstance(part, list):
            todo.extend((depth + 1, None, child) for child in part)


def clean_text(text: str) -> str:
    """NFC, without control and direction marks other than line breaks; refuses surrogates."""
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValueError("surrogate")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")).strip()


def _in_our_time(at: datetime) -> datetime:
    # At the edges of the calendar a change of zone overflows.
    if not 2000 <= at.year <= 2100:
        raise ValueError("year")
    return at


Instant = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_in_our_time)]
Note = Annotated[str, Field(max_length=500), AfterValidator(clean_text)]
LongText = Annotated[str, Field(min_length=1, max_length=50_000), AfterValidator(clean_text)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
EntityId = Annotated[str, Field(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
IdempotencyKey = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]


class Input(BaseModel):
    """Base of every body: unknown fields and other types are refused, not guessed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NothingMore(Input):
    """An action that needs no words."""


class Noted(Input):
    note: Note | None = None


class Judged(Input):
    actuality: Actuality
    severity: int = Field(ge=0, le=4)
    note: Note | None = None


class FoundFalse(Input):
    reason: DismissReason
    note: Note | None = None


class TextToSave(Input):
    kind: ReleaseKind
    title: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(clean_text)]
    body: LongText
    information_class: InformationClass = "setiap_saat"
    embargo_until: Instant | None = None
    units: list[Annotated[str, Field(pattern="^[A-Za-z0-9._:-]{1,64}$")]] = Field(default_factory=list, max_length=50)
    alert_id: EntityId | None = None
    base_sha256: Sha256 | None = None


class TextNamed(Input):
    body_sha256: Sha256


class SentBack(Input):
    reason: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(clean_text)]


LocalTime = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?$", max_length=40)
]


def _short(value: float) -> float:
    # Digits behind the point could carry what the gate refuses before it.
    return round(value, 2)


class FigureToSend(Input):
    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(clean_text)]
    value: Annotated[float, Field(strict=False, ge=0, le=1e12, allow_inf_nan=False), AfterValidator(_short)]


class StanceToSend(Input):
    alert_id: EntityId | None = None
    stance: Literal["membenarkan", "membantah", "menjelaskan"]


class ReportToSend(Input):
    """`client_id`: the phone's own id of the report. Times without an offset are the unit's local time."""

    client_id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{8,64}$")]
    kind: ReportKind
    title: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean_text), Field(min_length=1)]
    text: Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(clean_text), Field(min_length=1)]
    happened_at: LocalTime
    ended_at: LocalTime | None = None
    figures: list[FigureToSend] = Field(default_factory=list, max_length=20)
    photos: list[Sha256] = Field(default_factory=list, max_length=MAX_PHOTOS)
    answering: StanceToSend | None = None
    written_at: Instant | None = None


class ToLift(Input):
    """Why a restricted case may be read by all staff; without anybody's identity."""

    reason: Annotated[str, Field(min_length=5, max_length=500), AfterValidator(clean_text), Field(min_length=5)]


Why = Annotated[str, Field(min_length=3, max_length=500), AfterValidator(clean_text), Field(min_length=3)]
StoryTitle = Annotated[str, Field(min_length=3, max_length=300), AfterValidator(clean_text), Field(min_length=3)]


class LabelsToCorrect(Input):
    """What is left out stays as it is; `confirmed`: all of them are right."""

    reason: Why
    confirmed: bool = False
    relevant: bool | None = None
    topics: list[Topic22] | None = Field(default=None, min_length=1, max_length=5)
    crisis_category: CrisisCategory | None = None
    sentiment: SentimentLabel | None = None
    polarity: Polarity | None = None
    severity: int | None = Field(default=None, ge=0, le=4)
    urgency: Urgency | None = None
    impact_scope: ImpactScope | None = None
    units: list[Annotated[str, Field(pattern="^[A-Za-z0-9._:-]{1,64}$")]] | None = Field(default=None, max_length=20)
    actuality: Actuality | None = None


class StoriesToJoin(Input):
    others: list[EntityId] = Field(min_length=1, max_length=20)
    reason: Why


class StoryToPart(Input):
    item_ids: list[EntityId] = Field(min_length=1, max_length=200)
    title: StoryTitle | None = None
    reason: Why


class StoryToName(Input):
    title: StoryTitle


class StoryToHold(Input):
    pinned: bool


class SourceToAdd(Input):
    outlet_name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean_text)]
    url: Annotated[str, Field(min_length=8, max_length=2048, pattern=r"^https?://[\x21-\x7e]+$")]
    interval_seconds: int = Field(default=300, ge=5, le=86_400)
    zone: Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC"] = "Asia/Jakarta"
    enabled: bool = True
    kind: Literal["rss", "mastodon"] = "rss"
    name: Annotated[str, Field(max_length=200), AfterValidator(clean_text)] | None = None
    full_text: bool = False


class SourceToLookAt(Input):
    url: Annotated[str, Field(min_length=8, max_length=2048, pattern=r"^https?://[\x21-\x7e]+$")]
    kind: Literal["rss", "mastodon"] = "rss"


Fact = Annotated[str, Field(max_length=200), AfterValidator(clean_text)]


class OutletToEdit(Input):
    """What is left out stays, what is empty goes; `source` names who says so."""

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean_text)] | None = None
    domain: Annotated[str, Field(max_length=253, pattern=r"^[a-z0-9.-]+$")] | None = None
    owner_group: Fact | None = None
    reach_tier: Fact | None = None
    region: Fact | None = None
    press_council: Fact | None = None
    source: Annotated[str, Field(max_length=300), AfterValidator(clean_text), Field(min_length=3)]


class SourceSwitched(Input):
    enabled: bool
    why: Annotated[str, Field(max_length=200), AfterValidator(clean_text)] | None = None


class SearchToSave(Input):
    """A search that is kept; `shared`: for everybody of the same role. Filters as `GET /api/v1/search` takes them."""

    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(clean_text), Field(min_length=1)]
    query: Annotated[str, Field(max_length=200), AfterValidator(clean_text)] = ""
    topic: Topic22 | None = None
    unit_id: Annotated[str, Field(pattern="^[A-Za-z0-9._:-]{1,64}$")] | None = None
    province: Annotated[str, Field(pattern=r"^[A-Za-z .'-]{1,64}$")] | None = None
    sentiment: SentimentLabel | None = None
    severity_min: int | None = Field(default=None, ge=0, le=4)
    outlet_id: Annotated[str, Field(pattern="^[A-Za-z0-9._:-]{1,120}$")] | None = None
    kind: ItemKind | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")] | None = None
    days: int | None = Field(default=None, ge=1, le=400)
    shared: bool = False
