"""A text about a child is in child mode, nobody can ask for another one, and nothing tells which child it is."""

from __future__ import annotations

import inspect

import pytest

from libs.privacy import Channel, Mode, Outcome, gate, gate_parts


@pytest.mark.parametrize(
    "text",
    [
        "Anak binaan LPKA Contoh mengikuti ujian.",
        "Lima andikpas menerima remisi.",
        "Polisi menyerahkan ABH kepada jaksa.",
        "Anak yang berhadapan dengan hukum didampingi Bapas.",
        "Korban masih di bawah umur.",
        "Seorang anak korban kekerasan dirawat.",
        "Hakim anak menjatuhkan tindakan.",
        "Perkara 4/Pid.Sus-Anak/2025/PN Bdg diputus.",
        "Pelaku berusia 15 tahun itu diserahkan.",
        "Seorang bocah 10 tahun hilang.",
        "MR (15) dilaporkan hilang.",
        "Korban, A.B. (9), trauma.",
        "Siswi SMP dicabuli tetangganya.",
        "Pelajar SMK tewas dalam tawuran.",
        "Remaja ditangkap karena mencuri.",
        "Ayah di Contoh menyetubuhi anak tirinya, kata polisi.",
        "Ibu diduga menganiaya bayi di kontrakan.",
        "Korban (laki-laki, 16 tahun) dirawat.",
        "Usianya 14 tahun ketika ditangkap.",
        "pelaku umur 17 masih sekolah",
        "Bayi itu baru berusia delapan bulan ketika dibuang.",
        "Usianya baru empat belas ketika masuk sel.",
        "Pelakunya rata-rata usia belasan.",
        "adikku Zahra 10 thn jadi saksi",
        "MUHAMMAD CONTOH, 16 TH, DITERIMA DARI KEJARI",
        "Diversi perkara itu gagal.",
        "Unit PPA memeriksa saksi.",
        "Hakim menjatuhkan pidana pembinaan dalam lembaga.",
        "Siswi SMP dijual lewat aplikasi.",
        "Murid SD diskors karena bullying.",
    ],
)
def test_texts_about_a_child(text: str) -> None:
    assert gate(text, channel="news").mode is Mode.CHILD


@pytest.mark.parametrize(
    "text",
    [
        "Hari Anak Nasional diperingati di lapas.",
        "Direktur anak usaha itu ditahan.",
        "Anak buah kapal ditangkap.",
        "Divonis 15 tahun penjara.",
        "Ia menjalani hukuman 12 tahun.",
        "Peristiwa itu terjadi 10 tahun lalu.",
        "Pasal 81 ayat (2) dan ayat (15).",
        "Pada Senin (16/6/2025) dan Selasa (17).",
        "Garansi baterai (8 tahun) berlaku.",
        "Keduanya terpaut usia 12 tahun.",
        "Korban berusia 35 tahun, pelaku (28) ditahan.",
        "Skor 2-1, menit ke-15, kelompok usia 40 tahun.",
        "Siswa SMP menang lomba pidato.",
        "Anaknya, 35 tahun, ikut menjenguk tersangka.",
        "Penerbangan dari Melbourne (2) dan Perth (3) batal.",
        "Kasus Anak Krakatau dibahas.",
        "HUT ke-17 tahun ini meriah.",
        "Diversifikasi usaha berjalan.",
        "Bayi dalam kandungan usia tujuh bulan sehat.",
        "Anak muda bekerja selama 10 tahun di sana.",
    ],
)
def test_texts_that_only_sound_so(text: str) -> None:
    assert gate(text, channel="news").mode is Mode.NORMAL


def test_school_initials_village_and_handle_go() -> None:
    text = (
        "Siswi SMPN 3 Contoh berinisial MR (15), warga Desa Karangsari RT 01 Kabupaten Contoh, dicabuli. "
        "MR dan A.B. trauma. Akun @mr.contoh15 ikut diserang."
    )
    result = gate(text, channel="news")
    assert result.text == (
        "Siswi [SEKOLAH] berinisial [ANAK] (15), warga [ALAMAT] Kabupaten Contoh, dicabuli. "
        "[ANAK] dan [ANAK] trauma. Akun [ANAK] ikut diserang."
    )


@pytest.mark.parametrize(
    "school",
    [
        "SDN 05 Contoh",
        "SMP Negeri 2 Contoh",
        "SMAN 1",
        "MTsN 4 Contoh Kota",
        "SMK Bina Karya",
        "smpn 3 contoh",
        "Ponpes Al Contoh",
    ],
)
def test_a_childs_school_goes_and_its_kind_alone_stays(school: str) -> None:
    assert gate(f"Korban berusia 14 tahun bersekolah di {school}.", channel="news").classes["sekolah"] == 1
    assert gate("Korban berusia 14 tahun itu siswa SMP.", channel="news").text.endswith("siswa SMP.")


def test_degrees_offices_and_places_in_capitals_are_no_initials() -> None:
    text = "Kepala LPKA Contoh, S.H., M.H., menerima tamu dari D.I. Yogyakarta dan PT (15) Contoh."
    assert "anak" not in gate(text, channel="news").classes


def test_the_unit_keeps_its_handle_and_its_address() -> None:
    text = "LPKA Contoh, Jl. Raya Contoh No. 5, mengundang lewat @lpka_contoh."
    assert gate(text, channel="unit_report").text == text


def test_one_part_about_a_child_puts_all_parts_into_child_mode() -> None:
    parts = gate_parts({"title": "Korban 14 tahun trauma", "text": "Ia murid SMPN 1 Contoh."}, channel="news")
    assert parts.mode is Mode.CHILD
    assert parts.parts["text"].text == "Ia murid [SEKOLAH]."
    assert gate("Ia murid SMPN 1 Contoh.", channel="news").text == "Ia murid SMPN 1 Contoh."


def test_nobody_can_ask_for_another_mode() -> None:
    assert set(inspect.signature(gate).parameters) == {"text", "channel"}
    assert set(inspect.signature(gate_parts).parameters) == {"parts", "channel"}


def test_somebody_announced_and_not_found_is_quarantined_with_counts_only() -> None:
    text = "Korban berusia 14 tahun itu bernama qwxz, telepon 081234567890."
    result = gate(text, channel="news")
    assert result.outcome is Outcome.QUARANTINE
    assert (result.text, result.spans) == ("[DITAHAN]", ())
    assert result.classes["telepon"] == 1


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "viral anak smp negeri 2 contoh umur 14 bawa sajam, warga kp melayu rt 3",
            "viral anak [SEKOLAH] umur 14 bawa sajam, warga [ALAMAT]",
        ),
        ("korban 12 tahun itu asal desa sukamaju", "korban 12 tahun itu asal [ALAMAT]"),
        (
            "Bocah 9 tahun berinisial A.S. melapor. Polisi membenarkan AS trauma.",
            "Bocah 9 tahun berinisial [ANAK] melapor. Polisi membenarkan [ANAK] trauma.",
        ),
        (
            "Rumah bocah 9 tahun itu di RT 01/02 Kel. Pisangan.",
            "Rumah bocah 9 tahun itu di [ALAMAT].",
        ),
    ],
)
def test_posts_in_small_letters_and_initials_of_other_things_hide_no_child(text: str, masked: str) -> None:
    assert gate(text, channel="social").text == masked


def test_initials_behind_a_role_go_and_what_is_only_written_so_stays() -> None:
    text = "Korban 14 tahun. Anak NK trauma, kata NK. Pelaku UMKM dan korban PHK, anak SD, saksi JPU."
    masked = gate(text, channel="news").text
    assert "NK" not in masked and masked.count("[ANAK]") == 2
    assert masked.endswith("Pelaku UMKM dan korban PHK, anak SD, saksi JPU.")


@pytest.mark.parametrize(
    "text",
    [
        "Pelajar EZ menabrak gerbang rutan.",
        "Pagi itu Salsabila, putri bungsu Kosim, menulis surat yang dibacakan di lapas.",
        "Siswa kelas VIII itu dibawa polisi.",
        "Karena belum 12 tahun, ia diserahkan ke Dinas Sosial.",
        "Ia berusia tujuh belas tahun.",
    ],
)
def test_children_are_told_by_school_family_letters_and_years(text: str) -> None:
    assert gate(text, channel="news").mode is Mode.CHILD


@pytest.mark.parametrize("channel", ["news", "social", "unit_report"])
def test_in_child_mode_what_no_list_explains_is_somebody(channel: Channel) -> None:
    text = "Anak binaan LPKA dijemput Wrenda Sungai Raya; MK, 11 tahun, menunggu di Kabupaten Garut."
    masked = gate(text, channel=channel).text
    assert not any(word in masked for word in ("Wrenda", "Sungai", "MK"))
    assert "Kabupaten Garut" in masked and "LPKA" in masked


def test_an_official_stays_readable_beside_a_child() -> None:
    masked = gate("Kepala LPKA Hendra Wiguna menerima anak binaan.", channel="news").text
    assert "Hendra Wiguna" in masked
