"""A headline → what sets it apart from others of its kind: places, units by name, dates, hours, a list or a service."""

import re
from dataclasses import dataclass
from functools import lru_cache

from libs.reference.regions import SHORT_FORMS, regions
from services.classifier.entity_words import EVERYDAY_REGIONS, LOCATORS
from services.classifier.normalising import fold

_WORD = re.compile(r"[^\W_]+")
_KINDS = {
    "lapas": "lapas", "lp": "lapas", "lpp": "lapas", "lpn": "lapas", "rutan": "rutan", "lpka": "lpka",
    "bapas": "bapas", "rupbasan": "rupbasan",
}  # fmt: skip
# Between a unit's kind and the name of its place.
_TEXT_FILLERS = """
    kelas klas i ii iii ia ib iia iib perempuan narkotika khusus wanita anak pemuda terbuka negara cabang di
"""
_FILLERS = frozenset(_TEXT_FILLERS.split())
_TEXT_MONTHS = """
    januari februari maret april mei juni juli agustus september oktober november desember
    jan feb mar apr jun jul agu agt agst sep sept okt nov des
"""
_DATE = re.compile(rf"\b(\d{{1,2}}) (?:{'|'.join(_TEXT_MONTHS.split())})\b")
_CLOCK = re.compile(r"(?:\b(?:pukul|jam) (\d{1,2}[.:]\d\d)\b|\b(\d{1,2}[.:]\d\d) wi(?:b|ta?)\b)")
_DAYS = frozenset(["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"])
# "7 model gelang", "5 fakta": a list, unless people or things are counted that something happened to.
_LIST = re.compile(r"^(?:top )?\d{1,2} (?:[a-z]+ )?(?=[a-z])")
_COUNTED = re.compile(
    r"^\d{1,2} (?:napi|narapidana|tahanan|orang|warga|wbp|penghuni|petugas|sipir|pegawai|anak|pria|wanita|hp|ponsel|"
    r"paket|kamar|rumah|kg|kilo|kilogram|gram|ton|unit|butir|mantan|eks|kalapas|karutan|tersangka|korban|pelaku)\b"
)
_TEXT_SERVICES = """
    cara tips daftar sinopsis jadwal prediksi resep rekomendasi link profil potret zodiak ramalan harga kenapa mengapa
    benarkah apakah deretan cek arti doa mengenal sosok fakta klasemen intip live saksikan simak
"""
_SERVICES = frozenset(_TEXT_SERVICES.split())
_LATER = re.compile(
    r"\b(?:lagi|kembali|susulan|buntut|pasca|sepekan|seminggu|sebulan|setahun|(?:hari|pekan|bulan|tahun) "
    r"(?:setelah|usai|pasca)|(?:panen|hari|gelombang|razia|kali|yang) (?:kedua|ketiga|terakhir)|hari pertama)\b"
)
_AGAIN_OF_THE_SAME = re.compile(r"\b(?:ditangkap|tertangkap|dibekuk|diringkus|menyerahkan diri) (?:lagi|kembali)\b")
_LONGEST_PLACE = 3


@dataclass(frozen=True, slots=True)
class Particulars:
    """`places`: provinces and regencies; `named`: the word that names a unit's place; `kinds`: of units; `later`: says
    that something went before."""

    places: frozenset[str]
    named: frozenset[str]
    kinds: frozenset[str]
    dates: frozenset[str]
    days: frozenset[str]
    clocks: frozenset[str]
    a_list: bool
    a_service: bool
    later: bool


def particulars(headline: str) -> Particulars:
    text = fold(headline)
    words = _WORD.findall(text)
    named, kinds = _units(words)
    a_list = bool(_LIST.match(text)) and not _COUNTED.match(text)
    has_digits = any(c.isdigit() for c in text)
    return Particulars(
        places=_places(words),
        named=named,
        kinds=kinds,
        dates=frozenset(_DATE.findall(text)) if has_digits else frozenset(),
        days=_DAYS.intersection(words),
        clocks=frozenset(a or b for a, b in _CLOCK.findall(text)) if has_digits else frozenset(),
        a_list=a_list,
        a_service=a_list or bool(words and words[0] in _SERVICES),
        later=bool(_LATER.search(_AGAIN_OF_THE_SAME.sub("", text))),
    )


def against(a: frozenset[str], b: frozenset[str]) -> bool:
    """Both say it, and nothing in common."""
    return bool(a) and bool(b) and a.isdisjoint(b)


def elsewhere(a: Particulars, b: Particulars) -> bool:
    """Both name places, none of one the other's, its province or a regency in it."""
    if not against(a.places, b.places):
        return False
    known = _provinces()
    return {known[place] for place in a.places}.isdisjoint(known[place] for place in b.places)


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    """Name of a region as texts write it → its province."""
    found: dict[str, str] = {}
    for region in regions():
        name = " ".join(_WORD.findall(fold(region.name)))
        found.setdefault(re.sub(r"^(?:kabupaten|kota|di|dki) ", "", name), region.province)
    return found | {short: province for short, province in SHORT_FORMS.items() if short not in found}


def _places(words: list[str]) -> frozenset[str]:
    known = _provinces()
    found = set()
    for length in range(1, _LONGEST_PLACE + 1):
        for start in range(len(words) - length + 1):
            name = words[start] if length == 1 else " ".join(words[start : start + length])
            if name not in known:
                continue
            before = words[start - 1] if start else ""
            if name not in EVERYDAY_REGIONS or before in LOCATORS or before in _KINDS:
                found.add(name)
    return frozenset(found)


def _units(words: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    named, kinds = set(), set()
    for at, word in enumerate(words):
        kind = _KINDS.get(word)
        if kind is None:
            continue
        kinds.add(kind)
        rest = (w for w in words[at + 1 :] if w not in _FILLERS)
        if (name := next(rest, "")) and not name.isdecimal():
            named.add(name)
    return frozenset(named), frozenset(kinds)
