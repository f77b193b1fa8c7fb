"""Dates as outlets write them, and what names no moment."""

from __future__ import annotations

import csv
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.dating import clamp_future, is_zone, read_date

JAKARTA = "Asia/Jakarta"
# 18 June 2025, 19.58 WIB, a Wednesday.
AT = datetime(2025, 6, 18, 12, 58, tzinfo=UTC)
MIDNIGHT = datetime(2025, 6, 17, 17, 0, tzinfo=UTC)
NOW = datetime(2025, 6, 19, 3, 0, tzinfo=UTC)

WRITTEN = [
    # detikcom, Okezone, Republika, Kompas.com, Tempo, Liputan6, SINDOnews, Tribunnews, Suara, Merdeka
    ("Rabu, 18 Jun 2025 19:58 WIB", AT, "known"),
    ("Rabu, 18 Jun  2025 19:58 WIB", AT, "known"),
    ("Sabtu, 31 Mei  2025 12:03 WIB", datetime(2025, 5, 31, 5, 3, tzinfo=UTC), "known"),
    (",\xa0Jurnalis-Rabu, 18 Juni 2025 |19:58 WIB", AT, "known"),
    (",\xa0Jurnalis-Jum'at, 13 Juni 2025 |19:04 WIB", datetime(2025, 6, 13, 12, 4, tzinfo=UTC), "known"),
    ("Rabu   18 Jun 2025  19:58 WIB", AT, "known"),
    ("Kompas.com- 18/06/2025, 19:58 WIB", AT, "known"),
    ("18 Juni 2025 | 19.58 WIB", AT, "known"),
    ("5 Juni 2025 | 13.00 WIB", datetime(2025, 6, 5, 6, 0, tzinfo=UTC), "known"),
    ("Diperbarui 18 Jun 2025, 19:58 WIB", AT, "known"),
    ("Rabu, 18 Juni 2025 - 20:58 WITA", AT, "known"),
    ("Tayang: Rabu, 18 Juni 2025 21:58 WIT", AT, "known"),
    ("Tayang: Rabu, 18 Juni 2025 19:58 WIB | Diperbarui: Kamis, 19 Juni 2025 08:00 WIB", AT, "known"),
    ("Diperbarui: Kamis, 19 Juni 2025 08:00 WIB Tayang: Rabu, 18 Juni 2025 19:58 WIB", AT, "known"),
    ("Rabu, 18 Juni 2025 | 19:58 WIB", AT, "known"),
    ("Rabu, 18 Juni 2025 19:58:00", AT, "assumed"),
    # what offices, blogs and other outlets write
    ("18/06/2025 | 19:58", AT, "assumed"),
    ("18/06/2025 19:58 WIB", AT, "known"),
    ("18-06-2025 19:58", AT, "assumed"),
    ("18.06.2025 19.58", AT, "assumed"),
    ("18/6/2025 19:58:00", AT, "assumed"),
    ("18/6/25 19:58", AT, "assumed"),
    ("18 / 06 / 2025 19:58", AT, "assumed"),
    ("6/18/2025 7:58:00 PM", AT, "assumed"),
    ("8/7/2025 15:04", datetime(2025, 7, 8, 8, 4, tzinfo=UTC), "assumed"),
    ("31-05-2025", datetime(2025, 5, 30, 17, 0, tzinfo=UTC), "assumed"),
    ("Rabu, 18/06/2025 19:58 WIB", AT, "known"),
    ("Rabu (18/6/2025) 19.58 WIB", AT, "known"),
    ("Rabu, 18 Juni 2025 pukul 19.58 WIB", AT, "known"),
    ("Rabu, 18 Juni 2025 Pkl. 19:58 WIB", AT, "known"),
    ("Rabu, 18 Juni 2025, jam 19.58", AT, "assumed"),
    ("18 Juni 2025 • 19:58 WIB", AT, "known"),
    ("18 Juni 2025 · 19:58", AT, "assumed"),
    ("18 Juni 2025 @ 19:58", AT, "assumed"),
    ("18 Juni 2025 — 19:58 WIB", AT, "known"),
    ("18 Juni 2025 (19:58 WIB)", AT, "known"),
    ("18 Juni 2025 19:58 Waktu Indonesia Barat", AT, "known"),
    ("18 Juni 2025 20:58 waktu Indonesia Tengah", AT, "known"),
    ("18 Juni 2025 19:58 wib", AT, "known"),
    ("18 Juni 2025 19:58 GMT+7", AT, "known"),
    ("18 Juni 2025 19:58 (GMT+07:00)", AT, "known"),
    ("18 Juni 2025 20:58 UTC+8", AT, "known"),
    ("19:58 WIB, 18 Juni 2025", AT, "known"),
    ("Pukul 19:58 WIB - Rabu, 18 Juni 2025", AT, "known"),
    ("19.58 | 18/06/2025", AT, "assumed"),
    ("18-Jun-2025 19:58", AT, "assumed"),
    ("18-Juni-2025, 19:58 WIB", AT, "known"),
    ("18 Jun '25 19:58", AT, "assumed"),
    ("18 Jun 25 21:58 WIT", AT, "known"),
    ("Rabu, 18 Juni 2025 / 22 Dzulhijjah 1446 H 19:58", MIDNIGHT, "assumed"),
    ("22 Dzulhijjah 1446 H | Rabu, 18 Juni 2025 19:58 WIB", AT, "known"),
    ("22 Zulhijah 1446 / 18 Juni 2025 19:58 WIB", AT, "known"),
    ("18 Agustus 2025 pukul 14.05", datetime(2025, 8, 18, 7, 5, tzinfo=UTC), "assumed"),
    ("18 Agt 2025 14:05", datetime(2025, 8, 18, 7, 5, tzinfo=UTC), "assumed"),
    ("17 Nopember 2025 07.00 WIB", datetime(2025, 11, 17, 0, 0, tzinfo=UTC), "known"),
    ("1 Pebruari 2025 07.00 WIB", datetime(2025, 2, 1, 0, 0, tzinfo=UTC), "known"),
    ("18 Okt. 2025, 07:00", datetime(2025, 10, 18, 0, 0, tzinfo=UTC), "assumed"),
    ("25 Des 2024 07:00 WIB", datetime(2024, 12, 25, 0, 0, tzinfo=UTC), "known"),
    # RFC 822, ISO 8601 and what programs print
    ("Wed, 18 Jun 2025 19:58:00 +0700", AT, "known"),
    ("Wed, 18 Jun 2025 12:58:00 GMT", AT, "known"),
    ("Wed, 18 Jun 2025 19:58:00 WIB", AT, "known"),
    ("Wed, 18 Jun 2025 12:58:00 Z", AT, "known"),
    ("Wed, 18 Jun 2025 08:58:00 EDT", AT, "known"),
    ("Wed, 18 Jun 2025 19:58:00", AT, "assumed"),
    ("Rab, 18 Jun 2025 19:58:00 +0700", AT, "known"),
    ("2025-06-18T19:58:00+07:00", AT, "known"),
    ("2025-06-18T12:58:00Z", AT, "known"),
    ("2025-06-18T12:58:00.123Z", AT.replace(microsecond=123_000), "known"),
    ("2025-06-18T19:58:00", AT, "assumed"),
    ("2025-06-18T19:58+0700", AT, "known"),
    ("2025-06-18T19:58:00+07", AT, "known"),
    ("2025-06-18 19:58", AT, "assumed"),
    ("2025-06-18 19.58 WIB", AT, "known"),
    ("2025/06/18 19:58:00", AT, "assumed"),
    ("2025.06.18 19:58", AT, "assumed"),
    ("20250618T195800+0700", AT, "known"),
    ("2025-06-18", MIDNIGHT, "assumed"),
    ("June 18, 2025 19:58", AT, "assumed"),
    ("June 18th, 2025 at 7:58 PM", AT, "assumed"),
    ("June 18, 2025 12:58 a.m. WIB", datetime(2025, 6, 17, 17, 58, tzinfo=UTC), "known"),
    ("Wed Jun 18 19:58:00 WIB 2025", AT, "known"),
    ("1750251480", AT, "known"),
    ("1750251480000", AT, "known"),
    # relative to when it was read: 19 June 2025, 10.00 WIB
    ("3 jam lalu", NOW - timedelta(hours=3), "known"),
    ("3 jam yang lalu", NOW - timedelta(hours=3), "known"),
    ("Sejam lalu", NOW - timedelta(hours=1), "known"),
    ("45 menit lalu", NOW - timedelta(minutes=45), "known"),
    ("2 hari yang lalu", NOW - timedelta(days=2), "known"),
    ("1 minggu lalu", NOW - timedelta(days=7), "known"),
    ("2 hours ago", NOW - timedelta(hours=2), "known"),
    ("an hour ago", NOW - timedelta(hours=1), "known"),
    ("baru saja", NOW, "known"),
    ("kemarin 19.58", AT, "assumed"),
    ("Kemarin, 19:58 WIB", AT, "known"),
    ("Kemarin pukul 20.58 WITA", AT, "known"),
    ("kemarin", MIDNIGHT, "assumed"),
    ("Hari ini, 08:30 WIB", datetime(2025, 6, 19, 1, 30, tzinfo=UTC), "known"),
    ("18 Juni, 19:58 WIB", AT, "known"),
    ("31 Desember, 19:58 WIB", datetime(2024, 12, 31, 12, 58, tzinfo=UTC), "known"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "at", "zone"), WRITTEN)
def test_dates_as_outlets_write_them(written: str, at: datetime, zone: str) -> None:
    dated = read_date(written, JAKARTA, NOW)
    assert dated is not None
    assert (dated.at, dated.zone) == (at, zone)


def test_an_assumed_zone_is_the_outlets_own() -> None:
    east = read_date("2025-06-18 21:58", "WIT", NOW)
    assert east is not None and east.at == AT


@pytest.mark.parametrize(
    "written",
    [
        "", "segera", "31 Februari 2025", "2025-13-45", "9999-01-01", "0001-01-01", "18 Foo 2025", "٢٠٢٥-٠٦-١٨",
        "22 Dzulhijjah 1446 H", "hari ini", "pukul 19.58", "25:99 18", "Rabu", "12345678901", "18/18/2025", "d-7971101",
        "900 bulan lalu",
    ],
)  # fmt: skip
def test_what_names_no_moment_is_no_date(written: str) -> None:
    assert read_date(written, JAKARTA, NOW) is None


@pytest.mark.parametrize("written", ["kemarin", "3 jam lalu", "18 Juni, 19:58 WIB", "baru saja"])
def test_what_is_relative_needs_the_moment_it_was_read(written: str) -> None:
    assert read_date(written, JAKARTA) is None


@given(st.text(max_size=200))
def test_no_writing_breaks_the_reader_of_dates(written: str) -> None:
    read_date(written, JAKARTA, NOW)


@pytest.mark.parametrize("piece", ["1", "18 ", "18 Juni ", "18/06/", "- ", "1:1 ", "tayang ", "2025-06-18T", "\x00 "])
def test_a_hostile_date_costs_no_more_than_a_long_one(piece: str) -> None:
    began = time.perf_counter()
    read_date(piece * (200_000 // len(piece)), JAKARTA, NOW)
    assert time.perf_counter() - began < 0.5


def test_the_future_is_clamped_to_when_it_was_seen() -> None:
    assert clamp_future(AT + timedelta(days=3), AT) == AT
    assert clamp_future(AT + timedelta(minutes=9), AT) == AT + timedelta(minutes=9)


def test_zones_are_checked() -> None:
    assert is_zone("WIB") and is_zone("Asia/Makassar")
    assert not is_zone("Bulan/Laut") and not is_zone("../../etc/passwd")


def test_every_date_of_real_articles_is_read(shared_dir: Path) -> None:
    """1,973 articles of six outlets; one has no date."""
    csv.field_size_limit(10**9)
    with (shared_dir / "data" / "news_sample" / "2025-06-18.csv").open(encoding="utf-8-sig", newline="") as lines:
        written = [row["tanggal_publikasi"] for row in csv.DictReader(lines)]
    read = Counter(bool(read_date(one, JAKARTA, NOW)) for one in written if one.strip())
    assert read == {True: sum(bool(one.strip()) for one in written)}
