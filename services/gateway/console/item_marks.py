"""What a list says of an item beside its title: restricted, a report, another language, edited since, same title."""

from collections.abc import Iterable
from dataclasses import dataclass

from libs.schemas.common import Role
from libs.schemas.items import ClassifiedItem
from services.gateway.console import words
from services.gateway.visibility import visible

# As people call them; others are shown by their code.
LANGUAGES = {
    "en": "Inggris", "jv": "Jawa", "jav": "Jawa", "su": "Sunda", "sun": "Sunda", "min": "Minangkabau", "ms": "Melayu",
    "ban": "Bali", "bbc": "Batak Toba", "bjn": "Banjar", "bug": "Bugis", "mad": "Madura", "ace": "Aceh", "nij": "Ngaju",
}  # fmt: skip
_KINDS = {"unggahan": "Unggahan", "video": "Video", "laporan": "Laporan unit", "klipping": "Kliping"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """css class, text, and where it leads (empty: nowhere)."""

    look: str
    text: str
    href: str = ""


def seen_by(role: Role, items: Iterable[ClassifiedItem]) -> list[ClassifiedItem]:
    """As this role may see them: of a restricted case most see no way to the outlet's own page."""
    return [_seen(item, role) for item in items]


def _seen(item: ClassifiedItem, role: Role) -> ClassifiedItem:
    kept = visible("ClassifiedItem", item.model_dump(mode="json", include={"link", "privacy"}), role)
    return item if "link" in kept else item.model_copy(update={"link": None})


def marks_of(item: ClassifiedItem, others: Iterable[ClassifiedItem] = ()) -> tuple[Mark, ...]:
    """`others`: of the same list; one of them may be whose title it shares."""
    marks = []
    if item.privacy.visibility == "terbatas":
        marks.append(Mark(look="badge l2", text="Terbatas"))
    if item.actuality == "konten_lama_kembali_viral":
        when = f" · peristiwanya {words.day(item.event_at)}" if item.event_at else ""
        marks.append(Mark(look="chip warn", text=f"{words.ACTUALITIES[item.actuality]}{when}"))
    if item.kind in _KINDS:
        href = f"/laporan/{item.report_id}" if item.report_id else ""
        marks.append(Mark(look="badge", text=_KINDS[item.kind], href=href))
    if item.language not in ("id", "und", ""):
        marks.append(Mark(look="badge", text=f"Bahasa {LANGUAGES.get(item.language, item.language)}"))
    if item.rev_no > 1:
        marks.append(Mark(look="m", text=f"versi {item.rev_no}"))
    if item.same_title_as:
        same = next((other.outlet_name for other in others if other.item_id == item.same_title_as), "berita lain")
        marks.append(Mark(look="m", text=f"judul sama dengan {same}"))
    return tuple(marks)
