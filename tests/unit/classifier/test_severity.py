"""How bad: drills, awards and denials are no incidents, order decides, foiled is small."""

import pytest

from services.classifier.labelling import Labeller

CASES = [
    (4, "Belasan napi kabur dari Lapas Nabire"),
    (4, "17 tahanan Rutan Sorong melarikan diri"),
    (4, "Napi kabur massal dari Lapas Kutacane"),
    (4, "Lapas Jayapura terbakar hebat"),
    (4, "Napi sandera sipir di Rutan Siak"),
    (4, "Kelompok bersenjata serang Lapas Wamena"),
    (4, "Kerusuhan berujung maut, dua napi tewas dan blok dibakar di Lapas Palu"),
    (3, "Seorang napi kabur dari Lapas Garut"),
    (3, "Napi masih diburu setelah melompati tembok rutan"),
    (3, "Tahanan Rutan Kudus tewas dikeroyok"),
    (3, "Napi ditemukan gantung diri di kamar hunian"),
    (3, "Sipir ditangkap karena edarkan sabu"),
    (3, "Oknum petugas selundupkan narkoba ke Lapas Palu"),
    (3, "Kerusuhan terjadi di Rutan Siak"),
    (3, "Oknum petugas lapas aniaya narapidana"),
    (3, "Kalapas terima suap untuk fasilitas mewah napi"),
    (2, "Napi Lapas Tuban meninggal karena sakit"),
    (2, "Dua narapidana berkelahi di Lapas Tuban"),
    (2, "Napi kendalikan peredaran sabu dari lapas"),
    (2, "Dugaan pungli kunjungan di Rutan Depok"),
    (2, "Upaya kabur napi Lapas Garut digagalkan"),
    (2, "Napi yang kabur dari Lapas Garut ditangkap kembali"),
    (1, "Petugas Lapas Jember gagalkan penyelundupan sabu"),
    (1, "Lapas Ambarawa bantah kabar napi kabur"),
    (1, "Penghuni Rutan Medan melebihi kapasitas"),
    (1, "Razia kamar hunian temukan dua ponsel"),
    (0, "Simulasi kebakaran di Lapas Tuban"),
    (0, "Latihan penanganan kerusuhan digelar di Rutan Kudus"),
    (0, "Lapas Garut raih penghargaan layanan publik"),
    (0, "Pelari asal Lapas Tuban juara lomba lari 10K"),
    (0, "Cegah peredaran narkoba, petugas rutan tes urine"),
    (0, "Antisipasi kebakaran, Lapas Palu periksa APAR"),
    (0, "Warga binaan Lapas Garut panen cabai"),
    (0, "Ribuan narapidana terima remisi"),
    (0, "Deklarasi zero halinar di Rutan Kudus"),
    (0, "Napi hukuman mati dipindah ke Lapas Garut"),
    (0, "Lapas Narkotika Pamekasan buka layanan baru"),
    (0, "DPR bahas anggaran lapas"),
]


@pytest.mark.parametrize(("level", "title"), CASES)
def test_severity_of_a_headline(labeller: Labeller, level: int, title: str) -> None:
    verdict = labeller.label(title)
    assert verdict.severity.value == level, (verdict.topic, [r.words for r in verdict.severity.why])


def test_order_decides_denials(labeller: Labeller) -> None:
    denial = labeller.label("Lapas bantah kabar napi kabur")
    escape = labeller.label("Napi kabur, lapas bantah lalai")
    assert (denial.topic, denial.severity.value) == ("hoaks_klarifikasi", 1)
    assert (escape.topic, escape.severity.value) == ("pelarian", 3)


def test_an_old_incident_deep_in_the_text_is_not_todays(labeller: Labeller) -> None:
    text = "Warga binaan belajar menanam sayur di kebun lapas bersama penyuluh dari dinas pertanian. " * 8
    text += "Tiga tahun lalu lima belas napi kabur dari lapas itu."
    assert labeller.label("Kebun sayur Lapas Garut panen raya", text).severity.value <= 1


def test_every_severity_says_why(labeller: Labeller) -> None:
    verdict = labeller.label("Seorang napi kabur dari Lapas Garut")
    assert verdict.severity.why
    assert verdict.severity.why[0].rule.startswith("kep.")
    assert verdict.urgency == "tinggi"
    assert verdict.crisis_category == "keamanan_ketertiban"


@pytest.mark.parametrize(
    ("level", "title"),
    [
        (1, "Mengenang kebakaran Lapas Tangerang lima tahun lalu"),
        (2, "Sipir dibacok orang tak dikenal"),
        (0, "Petugas rutan tewas kecelakaan saat berangkat kerja"),
        (3, "Pembunuhan di dalam sel, dua napi jadi tersangka"),
        (2, "Puluhan napi keracunan makanan"),
        (4, "53 napi Lapas Kutacane kabur, 20 tertangkap"),
    ],
)
def test_bygone_off_duty_and_partly_recaptured(labeller: Labeller, level: int, title: str) -> None:
    assert labeller.label(title).severity.value == level


def test_a_serious_incident_is_never_the_officials_success(labeller: Labeller) -> None:
    assert (
        labeller.label("53 napi Lapas Kutacane kabur, 20 ditangkap kembali oleh petugas").polarity != "officials_acted"
    )
