"""When it happened, if the lead says so plainly; otherwise nothing."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.eventing import event_time

# Published on Wednesday 18 June 2025, 21.00 WIB.
PUBLISHED = datetime(2025, 6, 18, 14, 0, tzinfo=UTC)
WIB = timedelta(hours=7)


def wib(day: int, hour: int = 0, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=UTC) - WIB


@pytest.mark.parametrize(
    ("lead", "at"),
    [
        ("Kebakaran terjadi di Lapas Contoh, Rabu (18/6/2025).", wib(18)),
        ("Kebakaran terjadi di Lapas Contoh pada Rabu (18/6).", wib(18)),
        ("Kebakaran terjadi di Lapas Contoh, Selasa (17/06/2025) malam.", wib(17, 18)),
        ("Kebakaran terjadi di Lapas Contoh, Selasa malam (17/6/2025).", wib(17, 18)),
        ("Kebakaran terjadi di Lapas Contoh, Selasa (17/6/2025) dini hari.", wib(17)),
        ("Kebakaran terjadi di Lapas Contoh, Selasa (17/6/2025), pukul 19.58 WIB.", wib(17, 19, 58)),
        ("Kebakaran terjadi di Lapas Contoh, Selasa (17/6/2025) sekitar pukul 20.58 WITA.", wib(17, 19, 58)),
        ("Kebakaran terjadi di Lapas Contoh pada Selasa, 17 Juni 2025, pukul 19.58.", wib(17, 19, 58)),
        ("Kebakaran terjadi di Lapas Contoh pada 17 Juni 2025.", wib(17)),
        ("Kebakaran terjadi di Lapas Contoh pada 17 Juni.", wib(17)),
        ("Kebakaran terjadi di Lapas Contoh, Selasa malam.", wib(17, 18)),
        ("Kebakaran terjadi di Lapas Contoh, Rabu pagi.", wib(18, 5)),
        ("Kebakaran terjadi di Lapas Contoh, Jumat sore.", wib(13, 15)),
        ("Kebakaran terjadi di Lapas Contoh, Jum'at (13/6/2025).", wib(13)),
        ("Kebakaran terjadi di Lapas Contoh kemarin malam.", wib(17, 18)),
        ("Kebakaran terjadi di Lapas Contoh tadi malam.", wib(17, 18)),
        ("Kebakaran terjadi di Lapas Contoh tadi pagi.", wib(18, 5)),
        ("Kebakaran terjadi di Lapas Contoh kemarin (17/6).", wib(17)),
        ("Kebakaran terjadi di Lapas Contoh hari ini, Rabu (18/6/2025).", wib(18)),
        ("Kebakaran terjadi, Senin (16/6/2025). “Sudah padam,” kata Kalapas, Rabu (18/6/2025).", wib(16)),
        ("Petugas memadamkan api, Senin (16/6). Api muncul Senin (16/6) pukul 10.15 WIB.", wib(16, 10, 15)),
        ("Kebakaran terjadi di Rutan Contoh, Sabtu (31/5/2025).", wib(31, month=5)),
    ],
)  # fmt: skip
def test_a_lead_that_tells_the_day(lead: str, at: datetime) -> None:
    assert event_time(lead, PUBLISHED, "Asia/Jakarta") == at


@pytest.mark.parametrize(
    "lead",
    [
        "",
        "Kebakaran terjadi di Lapas Contoh.",
        "“Sudah padam,” kata Kalapas, Rabu (18/6/2025).",
        "Kalapas mengatakan api sudah padam, Rabu (18/6/2025).",
        "Dikutip dari Antara, Rabu (18/6/2025), api sudah padam.",
        "Melansir Antara, Rabu (18/6/2025), api sudah padam.",
        "Pameran akan dibuka Kamis (19/6/2025).",
        "Pameran dibuka Kamis (19/6/2025).",
        "Pendaftaran dibuka sejak Senin (16/6/2025).",
        "Kunjungan dibuka setiap Selasa pagi.",
        "Sudah seminggu ini hujan. Minggu depan cerah.",
        "Kebakaran terjadi, Senin (16/6). Warga menyerahkan bantuan, Selasa (17/6).",
        "Kebakaran terjadi di Lapas Contoh, Senin (17/6/2025).",
        "Kebakaran terjadi di Lapas Contoh, Selasa (17/6/2024).",
        "Lapas Contoh diresmikan pada 17 Agustus 2020.",
        "Kebakaran terjadi, Selasa (31/6/2025).",
        "Kebakaran terjadi, Selasa (10/6/2025) lalu.",
        "Liburan kemarin ramai.",
        "Dalam beberapa hari ini hujan.",
    ],
)
def test_where_it_is_not_plain_nothing_is_said(lead: str) -> None:
    assert event_time(lead, PUBLISHED, "Asia/Jakarta") is None


def test_a_day_told_far_below_is_background() -> None:
    assert event_time("Api padam. " * 100 + "Kebakaran terjadi, Selasa (17/6/2025).", PUBLISHED, "WIB") is None


def test_a_clock_without_a_zone_is_the_outlets() -> None:
    lead = "Kebakaran terjadi di Lapas Contoh, Selasa (17/6/2025) pukul 21.58."
    assert event_time(lead, PUBLISHED, "WIT") == wib(17, 19, 58)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    event_time(text, PUBLISHED, "WIB")


@pytest.mark.parametrize("piece", ["Rabu ", "(1/", "pada 1 ", "kemarin ", "1/1/", ". A", "hari ini (", "pukul 1"])
def test_a_hostile_text_costs_no_more_than_a_long_one(piece: str) -> None:
    began = time.perf_counter()
    event_time(piece * (400_000 // len(piece)), PUBLISHED, "WIB")
    assert time.perf_counter() - began < 0.5
