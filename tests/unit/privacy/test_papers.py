"""Tax, insurance, passport and plate numbers are found near their words, and other numbers stay."""

from __future__ import annotations

import pytest

from libs.privacy import Channel, gate


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("NPWP 01.234.567.8-901.000 atas berkas", "NPWP [NPWP] atas berkas"),
        ("tertulis 01.234.567.8-901.000 di kop", "tertulis [NPWP] di kop"),
        ("npwp: 012345678901000", "npwp: [NPWP]"),
        ("N.P.W.P 0123 4567 8901 000", "N.P.W.P [NPWP]"),
        ("NPWP 3201015703900012 (16 digit)", "NPWP [NPWP] (16 digit)"),
        ("nomor pokok wajib pajak 01\u200b2345678901\u200b000", "nomor pokok wajib pajak [NPWP]"),
        ("kartu BPJS 0001234567890 hilang", "kartu BPJS [BPJS] hilang"),
        ("No. JKN: 0001-2345-67890", "No. JKN: [BPJS]"),
        ("BPJS Ketenagakerjaan 12345678901", "BPJS Ketenagakerjaan [BPJS]"),
        ("0001234567890 (BPJS)", "[BPJS] (BPJS)"),
        ("Paspor A1234567 disita", "Paspor [PASPOR] disita"),
        ("paspor no. X 1234567 dan E7654321", "paspor no. [PASPOR] dan [PASPOR]"),
        ("passport AB123456 milik", "passport [PASPOR] milik"),
        ("paspor C 1 2 3 4 5 6 7", "paspor [PASPOR]"),
        ("B1234567 tertera pada paspor", "[PASPOR] tertera pada paspor"),
        ("mobil B 1234 XYZ melaju", "mobil [PELAT] melaju"),
        ("Tercatat AB-1234-CD.", "Tercatat [PELAT]."),
        ("nopol ad 5567 xy", "nopol [PELAT]"),
        ("pelat nomor B 1 RI", "pelat nomor [PELAT]"),
        ("motor Honda D 12 AB", "motor Honda [PELAT]"),
        ("B1234XYZ berhenti", "[PELAT] berhenti"),
    ],
)
@pytest.mark.parametrize("channel", ["news", "unit_report"])
def test_papers_are_masked(text: str, masked: str, channel: Channel) -> None:
    assert gate(text, channel=channel).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "IMEI 356938035643809 pada ponsel sitaan",
        "rekening 1234567890123 di bank",
        "resi 000123456789012 dari kurir",
        "peserta BPJS 12.345.678 jiwa",
        "kode A1234567 pada barang bukti",
        "paspor hijau berlaku mulai 2025",
        "Blok A 1 B dan C 3 D",
        "pukul A 08.00 WIB",
        "mobil dengan mesin K15B bertenaga",
        "ruang B 2 A di lantai 3",
        "H 2025 RI bukan apa-apa",
        "T 45 S ke utara",
        "pasal F 12 ayat 3",
    ],
)
def test_other_numbers_and_letters_stay(text: str) -> None:
    assert gate(text, channel="news").text == text


def test_an_insurance_word_does_not_take_the_phone_behind_it() -> None:
    assert gate("Layanan BPJS hubungi 081234567890", channel="news").text == "Layanan BPJS hubungi [TELEPON]"
