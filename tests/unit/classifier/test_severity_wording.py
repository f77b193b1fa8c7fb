"""Serious or not in other words than the rules' own cases: written after the rules, as such news is usually told."""

import pytest

from services.classifier.labelling import Labeller

SERIOUS = [
    "Tahanan Rutan Kabur Saat Berobat di RSUD, Petugas Lakukan Pengejaran",
    "Manfaatkan Hujan Deras, Empat Napi Panjat Tembok Lapas",
    "Napi Lapas Kelas IIB Kabur Usai Kerja Bakti di Luar Tembok",
    "Seorang Warga Binaan Melarikan Diri Saat Dikawal ke Rumah Sakit",
    "Napi Kasus Pembunuhan Hilang dari Sel, Kalapas Benarkan",
    "Jebol Plafon, Tahanan Rutan Lolos dan Masih Dicari",
    "Polisi Sebar Foto Napi yang Kabur dari Lapas",
    "Gali Terowongan, Narapidana Lapas Kelas I Berhasil Lolos",
    "Napi Tewas Gantung Diri di Kamar Mandi Lapas",
    "Tahanan Ditemukan Tak Bernyawa di Sel Isolasi Rutan",
    "Napi Tewas Diduga Dianiaya Sesama Penghuni",
    "Keluarga Tuntut Keadilan atas Kematian Tahanan di Rutan",
    "Napi Meninggal Mendadak, Keluarga Temukan Luka Lebam",
    "Kerusuhan Pecah di Lapas, Ratusan Personel Brimob Dikerahkan",
    "Lapas Membara, Napi Bakar Kantor",
    "Ratusan Napi Mengamuk, Kaca Kantor Lapas Pecah",
    "Kebakaran Hebat Landa Lapas, Puluhan Napi Dievakuasi",
    "Si Jago Merah Lalap Blok Hunian Rutan",
    "Oknum Sipir Ditangkap Bawa Sabu ke Dalam Lapas",
    "BNN Tangkap Pegawai Lapas Terkait Jaringan Sabu",
    "Kalapas Terjaring OTT KPK",
    "Sipir Terima Suap dari Napi, Ditetapkan Tersangka",
    "Petugas Rutan Diduga Perkosa Tahanan Wanita",
    "Oknum Pegawai Lapas Aniaya Napi hingga Tewas",
    "Video Viral Sipir Pukuli Napi",
    "Napi Kendalikan Peredaran 20 Kg Sabu dari Dalam Lapas",
    "Napi Otak Peredaran Sabu Jaringan Internasional dari Lapas",
    "Kelompok Bersenjata Tembaki Lapas",
    "Napi Tikam Petugas Lapas Pakai Pisau Rakitan",
    "Napi Sandera Petugas, Minta Dipindahkan",
    "Anak Binaan Tewas Dikeroyok di LPKA",
    "Dua Kelompok Napi Bentrok, Tiga Luka Parah",
    "Eks Kalapas Jadi Tersangka Korupsi Bahan Makanan",
    "Napi Perempuan Dilecehkan Oknum Petugas Rutan",
    "Napi Disodomi Teman Satu Sel",
    "Penganiayaan Napi oleh Sipir, Enam Petugas Diperiksa",
    "Tahanan Tewas, Enam Sipir Jadi Tersangka",
    "Napi Bebas Keluar Masuk Lapas, Kalapas Dicopot",
    "Banjir Rendam Lapas, Ratusan Warga Binaan Dievakuasi",
]
NOT_SERIOUS = [
    "Petugas Lapas Gagalkan Upaya Kabur Napi",
    "Petugas Rutan Temukan Sabu dalam Nasi Bungkus",
    "Napi yang Kabur dari Lapas Berhasil Ditangkap Kembali",
    "Lapas Gelar Simulasi Penanganan Kerusuhan dan Kebakaran",
    "Kalapas Bantah Kabar Napi Tewas Dianiaya",
    "Ratusan Napi Terima Remisi, Dua Langsung Bebas",
    "Mantan Napi Ditangkap Curi Motor",
    "Petugas Lapas Ikuti Tes Urine, Hasil Negatif Narkoba",
    "Kalapas Ditahan? Humas Tegaskan Itu Hoaks",
    "Lapas Kerja Sama dengan Brimob Perkuat Pengamanan",
    "Petugas Damkar Latih Pegawai Lapas Padamkan Api",
    "Tahanan Polres Kabur dari Sel",
    "Napi Meninggal karena Sakit di RSUD",
    "Kalapas Pimpin Razia, Petugas Sita Gunting dan Sendok",
    "Warga Binaan Tampilkan Drama Pelarian di Panggung",
    "Sipir Tolak Suap dan Dapat Penghargaan",
    "DPR Minta Kalapas Bertanggung Jawab soal Overkapasitas",
    "Petugas Lapas Tangkap Pengunjung Bawa Sabu",
    "Kalapas Lantik Kepala KPLP Baru",
    "Menteri Ancam Pecat Sipir Terlibat Narkoba",
]


@pytest.mark.parametrize("title", SERIOUS)
def test_a_serious_event_is_seen_in_other_words(labeller: Labeller, title: str) -> None:
    assert labeller.label(title).severity.value >= 3


@pytest.mark.parametrize("title", NOT_SERIOUS)
def test_what_sounds_alike_is_not_serious(labeller: Labeller, title: str) -> None:
    assert labeller.label(title).severity.value < 3


def test_a_number_of_days_is_no_number_of_people(labeller: Labeller) -> None:
    assert labeller.label("Napi yang kabur 11 hari dari Lapas Garut ditangkap kembali").severity.value == 2
    assert labeller.label("11 napi kabur dari Lapas Garut").severity.value == 4
