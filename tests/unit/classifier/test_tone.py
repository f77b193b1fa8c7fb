"""Tone towards the institution, and whether officials acted or failed."""

import pytest

from services.classifier.labelling import Labeller

TONES = [
    ("positif", "Petugas Lapas Jember gagalkan penyelundupan sabu"),
    ("positif", "Rutan Kudus raih penghargaan pelayanan publik"),
    ("positif", "Warga binaan Lapas Garut panen cabai"),
    ("positif", "Lapas Tuban bagikan sembako gratis"),
    ("positif", "Narapidana terima remisi, sepuluh langsung bebas"),
    ("positif", "Simulasi kebakaran di Lapas Tuban berjalan lancar"),
    ("positif", "Razia Lapas Garut, tidak ditemukan barang terlarang"),
    ("negatif", "Seorang napi kabur dari Lapas Garut"),
    ("negatif", "Keluarga keluhkan pungli di Rutan Depok"),
    ("negatif", "Oknum sipir aniaya napi"),
    ("negatif", "Kerusuhan di Rutan Siak, pengamanan dikritik"),
    ("negatif", "Tahanan tewas dikeroyok di Rutan Kudus"),
    ("negatif", "Overkapasitas, napi tidur bergantian"),
    ("negatif", "Napi kendalikan jaringan sabu dari lapas"),
    ("netral", "Puluhan napi dipindahkan ke Nusakambangan"),
    ("netral", "DPR bahas rancangan aturan remisi narapidana"),
    ("netral", "Lapas Ambarawa bantah kabar napi kabur"),
    ("netral", "Polisi usut wanita yang selundupkan sabu ke lapas"),
]
POLARITIES = [
    ("officials_acted", "Petugas Lapas Jember gagalkan penyelundupan sabu"),
    ("officials_acted", "Penyelundupan ponsel ke rutan digagalkan petugas"),
    ("officials_acted", "Petugas rutan menemukan sabu saat razia"),
    ("officials_acted", "Napi buron ditangkap kembali oleh petugas lapas"),
    ("officials_failed", "Oknum petugas selundupkan sabu ke lapas"),
    ("officials_failed", "Napi kabur, petugas dinilai lalai"),
    ("officials_failed", "Sipir aniaya narapidana"),
    ("officials_failed", "Kalapas dicopot usai kasus suap"),
    ("none", "Warga binaan Lapas Garut belajar menjahit"),
    ("none", "Ribuan narapidana terima remisi"),
]


@pytest.mark.parametrize(("tone", "title"), TONES)
def test_tone(labeller: Labeller, tone: str, title: str) -> None:
    verdict = labeller.label(title)
    assert verdict.sentiment.label == tone, (verdict.sentiment, verdict.topic, verdict.polarity)


@pytest.mark.parametrize(("polarity", "title"), POLARITIES)
def test_polarity(labeller: Labeller, polarity: str, title: str) -> None:
    assert labeller.label(title).polarity == polarity


@pytest.mark.parametrize(
    ("actuality", "title"),
    [
        ("konten_lama_kembali_viral", "Video lama kerusuhan lapas kembali viral"),
        ("perkembangan_kasus_lama", "Buntut pelarian napi, pengamanan Lapas Garut diperketat"),
        ("kejadian_baru", "Seorang napi kabur dari Lapas Garut"),
        ("tidak_dapat_dipastikan", "Warga binaan Lapas Garut belajar menjahit"),
    ],
)
def test_actuality(labeller: Labeller, actuality: str, title: str) -> None:
    assert labeller.label(title).actuality == actuality
