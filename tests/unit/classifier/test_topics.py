"""What happened: topics of headlines and leads, primary and beside it."""

import pytest

from services.classifier.labelling import Labeller

CASES = [
    ("pelarian", "Tiga tahanan Rutan Sengkang kabur lewat plafon"),
    ("pelarian", "Napi kabur dari Lapas Ambarawa, Kalapas bantah lalai"),
    ("pelarian", "Narapidana melarikan diri saat berobat di rumah sakit"),
    ("pelarian", "Teralis digergaji, napi Lapas Bireuen menghilang dan masih diburu"),
    ("pelarian", "Buron setahun, napi Lapas Muaro ditangkap di pasar"),
    ("penyelundupan", "Petugas gagalkan penyelundupan sabu di Lapas Jember"),
    ("penyelundupan", "Istri napi selundupkan ponsel dalam pembalut ke rutan"),
    ("penyelundupan", "Oknum sipir selundupkan ganja ke dalam lapas"),
    ("penyelundupan", "Titip sabun ke rutan, isinya narkoba"),
    ("narkoba", "Napi Lapas Pontianak kendalikan peredaran sabu lintas provinsi"),
    ("narkoba", "Jaringan narkoba dikendalikan dari dalam lapas"),
    ("narkoba", "Bandar sabu itu ternyata narapidana Lapas Palu"),
    ("hp_pungli", "Keluarga keluhkan pungli kamar di Rutan Depok"),
    ("hp_pungli", "Razia blok hunian temukan belasan telepon genggam"),
    ("hp_pungli", "Napi tipu janda lewat love scamming dari lapas"),
    ("hp_pungli", "Napi siaran langsung TikTok dari kamar hunian"),
    ("kerusuhan", "Kerusuhan pecah di Lapas Muaro, dua blok rusak"),
    ("kerusuhan", "Napi sandera petugas di Rutan Siak"),
    ("kematian", "Tahanan Rutan Kudus ditemukan gantung diri"),
    ("kematian", "Narapidana Lapas Tuban meninggal karena sakit jantung"),
    ("kekerasan_wbp", "Napi dikeroyok rekan sekamar di Lapas Palu"),
    ("kekerasan_wbp", "Dua warga binaan berkelahi, satu dirawat"),
    ("kekerasan_petugas", "Oknum petugas lapas aniaya narapidana hingga lebam"),
    ("kekerasan_petugas", "Napi dipukuli sipir, keluarga melapor"),
    ("kebakaran_bencana", "Lapas Jayapura terbakar, penghuni dievakuasi"),
    ("kebakaran_bencana", "Banjir merendam Rutan Tenggarong"),
    ("hoaks_klarifikasi", "Lapas Ambarawa bantah kabar napi kabur"),
    ("hoaks_klarifikasi", "Hoaks, video kerusuhan lapas yang beredar di grup keluarga"),
    ("hoaks_klarifikasi", "Rutan Wonosobo luruskan isu pungli kunjungan"),
    ("hoaks_klarifikasi", "Cek fakta: tidak benar ada napi bebas membawa ponsel"),
    ("overkapasitas", "Kelebihan kapasitas, penghuni Rutan Medan tidur bergantian"),
    ("overkapasitas", "Kapasitas 200, Lapas Bangko diisi 611 orang"),
    ("remisi_integrasi", "Ribuan narapidana terima remisi kemerdekaan"),
    ("remisi_integrasi", "Dua puluh warga binaan jalani asimilasi"),
    ("remisi_integrasi", "Grasi bagi napi lansia diserahkan Kalapas"),
    ("pembinaan", "Warga binaan Lapas Garut panen lele"),
    ("pembinaan", "Karya batik napi perempuan dipamerkan"),
    ("pembinaan", "Rutan Wonosobo gelar pengajian bersama warga binaan"),
    ("layanan", "Layanan kunjungan Lapas Tuban kini tanpa antre"),
    ("layanan", "Warga binaan lapas jalani skrining TBC"),
    ("layanan", "Lapas Garut bagikan sembako kepada warga sekitar"),
    ("operasional", "Puluhan napi dipindahkan ke Nusakambangan"),
    ("operasional", "Apel siaga petugas Rutan Kudus"),
    ("operasional", "Simulasi kebakaran di Lapas Tuban libatkan damkar"),
    ("operasional", "Razia rutin blok hunian Lapas Garut, hasilnya nihil"),
    ("seremonial", "Kalapas Tuban dilantik, ini pesannya"),
    ("seremonial", "Upacara hari bakti digelar di Lapas Garut"),
    ("kebijakan", "DPR usulkan revisi aturan remisi narapidana"),
    ("kebijakan", "Pemerintah rancang syarat amnesti bagi narapidana"),
    ("integritas", "Kalapas terima suap demi sel mewah"),
    ("integritas", "Rutan Kudus canangkan zona integritas"),
    ("residivis", "Baru bebas dari lapas, pemuda ini mencuri motor lagi"),
    ("tokoh", "Koruptor kelas kakap itu kini menghuni Lapas Garut"),
]


@pytest.mark.parametrize(("topic", "title"), CASES)
def test_the_primary_topic(labeller: Labeller, topic: str, title: str) -> None:
    verdict = labeller.label(title)
    assert verdict.topic == topic, [(t.name, t.score, [r.words for r in t.why]) for t in verdict.topics]


def test_several_topics_with_the_primary_one_first(labeller: Labeller) -> None:
    verdict = labeller.label("Petugas gagalkan penyelundupan sabu yang disembunyikan pengunjung di Lapas Jember")
    assert next(t.name for t in verdict.topics) == "penyelundupan"
    assert "narkoba" in {t.name for t in verdict.topics}
    assert all(t.why for t in verdict.topics)


def test_a_text_without_a_title_is_read_by_its_first_words(labeller: Labeller) -> None:
    verdict = labeller.label("", "Tiga tahanan kabur dari Rutan Sengkang pada malam hari. Polisi ikut mencari.")
    assert verdict.topic == "pelarian"


def test_when_nothing_says_what_it_is_a_person_is_asked(labeller: Labeller) -> None:
    verdict = labeller.label("Lapas Garut hari ini")
    assert verdict.needs_review
    assert "topik" in verdict.review_reason
