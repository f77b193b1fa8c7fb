"""Lines for logs keep what a reader needs and lose what names a person."""

from __future__ import annotations

import pytest

from libs.privacy import redact


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("duplicate key {nik: 3201015703900012}", "duplicate key {nik: [NIK]}"),
        ("napi Budi Contoh Santosa pindah", "napi [WBP] pindah"),
        ("Tersangka Asep bin Karta ditahan", "Tersangka [TAHANAN] ditahan"),
        ("a.n. Siti Contoh tidak ada", "a.n. [WARGA] tidak ada"),
        ('{"nama": "Budi Contoh", "unit": "lapas-contoh"}', '{"nama": "[WARGA]", "unit": "lapas-contoh"}'),
        ("nama_ibu='Siti Contoh'", "nama_ibu='[WARGA]'"),
        ("from 081234567890 (a@b.example)", "from [TELEPON] ([SUREL])"),
        ("anak binaan berinisial MR", "anak binaan berinisial [ANAK]"),
    ],
)
def test_people_go(line: str, kept: str) -> None:
    assert redact(line) == kept


@pytest.mark.parametrize(
    "line",
    [
        "ValueError: invalid literal for int() with base 10: 'abc'",
        "GET https://contoh.example/feed.xml 304 in 0.12 s",
        "source 5f2c9a (Harian Contoh) failed: ConnectTimeout",
        "narapidana 45, tahanan 12, kapasitas 500",
        "topic pasopati-int.items.collected.v1 partition 3 offset 812345",
        "2026-11-22 08:15:00,123 WARNING relay: lost race on items",
    ],
)
def test_ordinary_lines_stay(line: str) -> None:
    assert redact(line) == line
