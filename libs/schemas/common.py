"""Words and small shapes shared by several events."""

from typing import Literal

from pydantic import Field

from .envelope import Part, UtcTime

Topic22 = Literal[
    "luar_lingkup", "operasional", "pelarian", "penyelundupan", "tokoh", "layanan", "remisi_integrasi", "narkoba",
    "pembinaan", "seremonial", "kekerasan_wbp", "kekerasan_petugas", "kebijakan", "hp_pungli", "kerusuhan",
    "kematian", "kebakaran_bencana", "hoaks_klarifikasi", "overkapasitas", "integritas", "residivis", "lainnya",
]  # fmt: skip
CrisisCategory = Literal[
    "keamanan_ketertiban", "halinar", "integritas", "kematian_kesehatan", "hunian_sarana", "bencana",
    "perlakuan_hukum", "opini_publik", "tata_kelola", "eksternal",
]  # fmt: skip
SentimentLabel = Literal["positif", "netral", "negatif", "campuran"]
Polarity = Literal["officials_acted", "officials_failed", "none"]
Urgency = Literal["rendah", "sedang", "tinggi", "kritis"]
ImpactScope = Literal["upt", "kanwil", "nasional", "lintas_instansi", "perhatian_publik_luas"]
Actuality = Literal["kejadian_baru", "perkembangan_kasus_lama", "konten_lama_kembali_viral", "tidak_dapat_dipastikan"]
# Certainty of CAP 1.2 (OASIS): Observed, Likely, Possible, Unlikely, Unknown.
CertaintyLevel = Literal["teramati", "sangat_mungkin", "mungkin", "tidak_mungkin", "tidak_diketahui"]
Level = Literal["waspada", "siaga", "krisis"]
Role = Literal[
    "operator", "analis", "editor", "penyetuju", "juru_bicara", "pimpinan_krisis", "pelapor_upt", "auditor", "admin",
    "sistem_pelanggan", "layar_dinding", "sistem",
]  # fmt: skip


class Actor(Part):
    """Who did something: a role and a keyed id, never a name. `sistem` acts by itself."""

    role: Role
    key_id: str = Field(max_length=64)


class Span(Part):
    """Characters [start, end) of the title (`field=title`) or text that a label rests on, and their words."""

    field: Literal["title", "text"] = "title"
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    words: str = Field(max_length=200)


class Count(Part):
    """A figure that says what it counts and where its list is; a bare number is not a figure."""

    what: Literal["publikasi", "media", "isu", "kejadian"]
    value: int = Field(ge=0)
    items_ref: str


class UnitMention(Part):
    """A unit (UPT) of the gazetteer, with the certainty and the way it was told."""

    unit_id: str
    name: str
    province: str | None = None
    zone: Literal["WIB", "WITA", "WIT"] | None = None
    score: float = Field(ge=0, le=1)
    how: str


class Entity(Part):
    """Who or what is spoken of. A person (`orang`) is a role, or an office holder whom the gate left readable."""

    kind: Literal["orang", "lembaga", "tempat"]
    text: str = Field(max_length=200)
    role: str | None = Field(default=None, max_length=100)
    spans: list[Span] = Field(default_factory=list, max_length=10)


class Quote(Part):
    """Words somebody said, and who (an office or role; a name only where the gate left it readable)."""

    words: str = Field(max_length=500)
    by: str | None = Field(default=None, max_length=200)
    role: str | None = Field(default=None, max_length=100)
    span: Span | None = None


class Sentiment(Part):
    """Towards the institution's standing."""

    label: SentimentLabel
    score: float = Field(ge=0, le=1)


class SourceLine(Part):
    """One publication as evidence shows it."""

    item_id: str
    outlet_id: str
    outlet_name: str
    title: str
    link: str | None = None
    at: UtcTime
    at_means: Literal["terbit", "pertama_terlihat"] = "pertama_terlihat"
