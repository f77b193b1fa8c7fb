"""What a list says of an item beside its title: restricted, a report, another language, edited since, same title."""

from dataclasses import dataclass

from libs.schemas.items import ItemHead

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


def marks_of(item: ItemHead) -> tuple[Mark, ...]:
    marks = []
    if item.privacy.visibility == "terbatas":
        marks.append(Mark(look="badge l2", text="Terbatas"))
    if item.kind in _KINDS:
        href = f"/laporan/{item.report_id}" if item.report_id else ""
        marks.append(Mark(look="badge", text=_KINDS[item.kind], href=href))
    if item.language not in ("id", "und", ""):
        marks.append(Mark(look="badge", text=f"Bahasa {LANGUAGES.get(item.language, item.language)}"))
    if item.rev_no > 1:
        marks.append(Mark(look="m", text=f"versi {item.rev_no}"))
    if item.same_title_as:
        marks.append(Mark(look="m", text="judul sama dengan berita lain"))
    return tuple(marks)
