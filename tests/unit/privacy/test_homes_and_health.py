"""Where somebody lives and what somebody suffers from is masked; offices, events and programmes stay readable."""

from __future__ import annotations

import pytest

from libs.privacy import gate


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Rumah korban di Jalan Mawar No. 12 dijaga.", "Rumah korban di [ALAMAT] dijaga."),
        (
            "Rumah WBP di Jl. Melati No. 12 RT 03/RW 05 Kelurahan Sukamaju Kecamatan Cimanggis Kota Depok dikunjungi.",
            "Rumah WBP di [ALAMAT] Kota Depok dikunjungi.",
        ),
        ("Litmas ke rumah klien di Kampung Baru RT 02 RW 01 Desa Sukasari.", "Litmas ke rumah klien di [ALAMAT]."),
        ("Alamat: Perum Griya Asri Blok C5 No. 17, Bekasi", "Alamat: [ALAMAT], Bekasi"),
        ("Alamat rumah : Dusun Krajan RT 01/RW 02, Desa Sumber", "Alamat rumah : [ALAMAT]"),
        ("dia tinggal di jl mawar no 5 rt 02 rw 03 kel sukamaju", "dia tinggal di [ALAMAT]"),
        ("Penggeledahan rumah tersangka di Jl. KH. Ahmad Dahlan Gang Buntu No 4A.", None),
        ("NIK 3201015703900012, Gg. Kelinci III No. 9, Bogor", "NIK [NIK], [ALAMAT], Bogor"),
    ],
)
def test_homes_are_masked(text: str, masked: str | None) -> None:
    result = gate(text, channel="unit_report")
    assert result.classes["alamat"] == 1
    assert masked is None or result.text == masked


@pytest.mark.parametrize(
    "text",
    [
        "Lapas Kelas I Contoh, Jalan Raya Timur No. 170, menerima kunjungan.",
        "Kebakaran di Jalan Sudirman, korban dilarikan ke rumah sakit.",
        "Korban dirawat di Rumah Sakit Contoh, Jl. Merdeka No. 2.",
        "Kantor kami di Jl. Raya Contoh No. 5.",
        "Perbaikan jalan rusak belum selesai, kata warga.",
        "Ia keluar rumah lalu jalan kaki 2 kilometer.",
        "Arus di Jalan Tol Contoh padat. Tersangka ditahan.",
        "Program berhenti di tengah jalan. Kuota habis.",
        "Apel di Blok C, kamar 12, diikuti WBP.",
    ],
)
def test_offices_events_and_ways_stay(text: str) -> None:
    assert gate(text, channel="unit_report").text == text


@pytest.mark.parametrize(
    "text",
    [
        "Seorang narapidana hamil dipindahkan.",
        "Napi tersebut mengidap HIV.",
        "Salah satu WBP positif TBC dirujuk.",
        "Tersangka itu ODGJ menurut dokter.",
        "WBP dengan NIK 3201015703900012 menderita kanker payudara.",
        "WBP dengan NIK 3201015703900012 dirujuk. Ia mengidap gagal ginjal.",
    ],
)
def test_illness_is_masked_with_its_person(text: str) -> None:
    assert gate(text, channel="unit_report").classes["kesehatan"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "Skrining TBC bagi 50 WBP berjalan lancar.",
        "Penyuluhan HIV/AIDS untuk warga binaan.",
        "Hari AIDS diperingati di lapas.",
        "Klinik melayani pasien diabetes dan asma.",
        "Seorang tahanan meninggal karena gagal ginjal.",
        "Depresi ekonomi menekan rupiah.",
    ],
)
def test_programmes_and_causes_without_a_name_stay(text: str) -> None:
    assert gate(text, channel="unit_report").text == text
