"""The words around a unit's name: types, classes, kinds, and what shows that no unit is meant."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Words that open a unit's name → its type and, where the word says it, its kind. The head stands for the unit.
_TEXT_TYPES = """
    Lapas: lapas, lembaga pemasyarakatan, lp, l p, kalapas, lembaga permasyarakatan
    Lapas/Narkotika: lpn, lapastik
    Lapas/Perempuan: lpp
    Rutan: rutan, rumah tahanan, rumah tahanan negara, karutan, cabang rutan, cabrutan, cabang rumah tahanan negara
    LPKA: lpka, lembaga pembinaan khusus anak, lapas anak, lp anak, kalpka, ka lpka
    LPAS: lpas, lembaga penempatan anak sementara
    Bapas: bapas, balai pemasyarakatan, kabapas
    Rupbasan: rupbasan, rumah penyimpanan benda sitaan negara, karupbasan
    RSU: rs pengayoman, rsu pengayoman, rumah sakit pengayoman, rumah sakit umum pengayoman, rsu, rumah sakit umum
"""
Type = tuple[tuple[str, ...], str, str | None]


def _types() -> Mapping[str, tuple[Type, ...]]:
    """First word → the types it may open, the longest first."""
    found: dict[str, list[Type]] = {}
    for line in _TEXT_TYPES.strip().splitlines():
        told, _, words = line.strip().partition(": ")
        jenis, _, kind = told.partition("/")
        for form in words.split(", "):
            parts = tuple(form.split())
            found.setdefault(parts[0], []).append((parts, jenis, kind or None))
    return MappingProxyType({word: tuple(sorted(some, key=lambda t: -len(t[0]))) for word, some in found.items()})


TYPES: Final = _types()
KINDS: Final = MappingProxyType(
    {
        "perempuan": "Perempuan", "wanita": "Perempuan", "narkotika": "Narkotika", "narkoba": "Narkotika",
        "narkotik": "Narkotika", "narkotka": "Narkotika", "pemuda": "Pemuda", "terbuka": "Terbuka", "khusus": "Khusus",
    }
)  # fmt: skip
CLASS_WORDS: Final = frozenset({"kelas", "klas", "kls", "kl"})
GRADES: Final = MappingProxyType(
    {
        "i": "I", "1": "I", "ii": "II", "2": "II", "iia": "IIA", "2a": "IIA", "iib": "IIB", "2b": "IIB",
        "iii": "III", "3": "III",
    }
)  # fmt: skip
# Said of a prison beside its kind; tells nothing of which it is.
_TEXT_FILLERS = """
    dewasa umum negara super maximum maksimum medium minimum security high risk
"""
FILLERS: Final = frozenset(_TEXT_FILLERS.split())
_TEXT_LOCATING = """
    di yang berada ada terletak kota kabupaten kab kawasan wilayah daerah pulau
"""
LOCATING: Final = frozenset(_TEXT_LOCATING.split())
# Several units, or a road called after one.
_TEXT_NO_UNIT_BEFORE = """
    sejumlah beberapa seluruh semua para dua tiga empat lima enam antar jalan jl
"""
NO_UNIT_BEFORE: Final = frozenset(_TEXT_NO_UNIT_BEFORE.split())
_TEXT_JOINING = """
    dan serta atau maupun hingga
"""
JOINING: Final = frozenset(_TEXT_JOINING.split())
MOVING: Final = ("dipindah", "pindah", "dimutasi", "mutasi", "dilayar", "dieksekusi", "dijebloskan")

_TEXT_RESIDENTS = """
    napi narapidana wbp tahanan napiter warga binaan
"""
RESIDENTS: Final = frozenset(_TEXT_RESIDENTS.split())
_TEXT_BESIDE_RESIDENTS = """
    binaan di dalam kasus narkoba narkotika korupsi teroris terorisme pria wanita perempuan lansia lapas
"""
# What may stand between people inside and the place they are in; anything else (asal, ditangkap) says otherwise.
BESIDE_RESIDENTS: Final = frozenset(_TEXT_BESIDE_RESIDENTS.split())
_TEXT_POLICE = """
    polisi polres polresta polrestabes polsek polda mabes polri bareskrim mako brimob kpk kejaksaan kejagung kejari
    kejati pomdam puspom denpom guntur militer imigrasi rudenim bnn bnnp bnnk satreskrim reskrim kapolres kapolsek
"""
POLICE: Final = frozenset(_TEXT_POLICE.split())
_TEXT_ELSEWHERE = """
    bebas eks mantan ditangkap dibekuk diringkus jaringan kurir residivis asal bekas dekat alumni
"""
# With these in the sentence a place and the word lapas belong to different matters.
ELSEWHERE: Final = frozenset(_TEXT_ELSEWHERE.split()) | POLICE
# Prisons known by the place alone, when the sentence speaks of people serving there.
ALONE: Final = frozenset({"sukamiskin", "nusakambangan"})
_TEXT_SERVING = """
    napi narapidana wbp tahanan napiter terpidana koruptor mendekam menghuni huni penghuni bulan tahun dijebloskan
    dipindah dipindahkan pemindahan dieksekusi eksekusi dikirim dilayar vonis dibui
"""
SERVING: Final = frozenset(_TEXT_SERVING.split())
# Words that begin the names of many places: what stands behind them may belong to the name.
_TEXT_BEGINNINGS = """
    tanjung batang rantau raya muaro
"""
BEGINNINGS: Final = frozenset(_TEXT_BEGINNINGS.split())
_TEXT_DAYS = """
    ini itu senin selasa rabu kamis jumat sabtu minggu raya
"""
DAYS: Final = frozenset(_TEXT_DAYS.split())
# Places whose name is an everyday word: told only right behind a type, never by the place alone.
_TEXT_EVERYDAY = """
    negara idi barat timur utara selatan tengah raya jaya kota baru pusat anak delta masa sari hilir hulu lama
    muda pemuda wanita perempuan khusus terbuka narkotika umum bangli padang natal rantau batu besi muara muaro
    bulu raba pengayoman soe baa banjar batang tual talu kumbang makale permisan landak kapuas
"""
EVERYDAY: Final = frozenset(_TEXT_EVERYDAY.split())
