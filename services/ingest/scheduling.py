"""When a source is read next, and when its trouble is worth telling."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

POLITE_SECONDS_AFTER_429: Final = 30
MAX_RETRY_AFTER_SECONDS: Final = 3600
MAX_BACK_OFF_SECONDS: Final = 3600
FAILURES_WORTH_TELLING: Final = 3

# What an operator reads, by the slug of the reason.
_WORDS: Final = {
    "timeout": "tidak menjawab dalam batas waktu",
    "unreachable": "alamat tidak terjangkau",
    "broken_answer": "jawaban terputus atau tidak sah",
    "too_many_redirects": "dialihkan tanpa akhir",
    "too_large": "umpan lebih dari 5 MiB",
    "encoding_refused": "kompresi yang tidak diterima",
    "encoding_broken": "kompresi rusak",
    "address_private": "alamat tidak terbuka untuk umum",
    "address_form": "bentuk alamat tidak sah",
    "parsers_differ": "bentuk alamat tidak sah",
    "userinfo": "alamat memuat nama pengguna",
    "scheme": "bukan alamat http atau https",
    "port": "porta selain 80 dan 443",
    "not_a_feed": "isinya bukan RSS, Atom atau JSON Feed",
    "html_page": "isinya halaman web, bukan umpan",
    "doctype_refused": "memuat DOCTYPE, ditolak demi keamanan",
    "too_deep": "susunan terlalu dalam",
    "too_many_attributes": "terlalu banyak atribut",
    "parse_timeout": "terlalu lama diurai",
    "parse_crashed": "tidak dapat diurai",
    "parser_not_started": "pengurai tidak dapat dijalankan",
    "http_429": "meminta jeda (429)",
    "not_json": "jawabannya bukan JSON",
    "not_posts": "jawabannya bukan unggahan Mastodon",
    "mastodon_form": "bukan alamat akun atau tagar Mastodon (https://server/@akun atau https://server/tags/tagar)",
    "account_gone": "akun tidak ada atau sudah ditutup",
    "account_moved": "akun sudah pindah ke alamat lain",
    "public_reading_closed": "server menutup bacaan untuk umum",
}


def in_words(reason: str) -> str:
    """The reason of a failure for people (Indonesian)."""
    if reason.startswith("http_") and reason not in _WORDS:
        return f"menjawab dengan kode {reason.removeprefix('http_')}"
    return _WORDS.get(reason, "tidak dapat dibaca")


def next_poll_at(*, now: datetime, interval_seconds: int, failures: int, retry_after_seconds: int = 0) -> datetime:
    """The interval while all is well, doubled with each failure up to an hour (never less than the interval)."""
    if not failures:
        return now + timedelta(seconds=interval_seconds)
    back_off = min(interval_seconds * 2 ** min(failures, 12), max(MAX_BACK_OFF_SECONDS, interval_seconds))
    return now + timedelta(seconds=max(back_off, retry_after_seconds))


def retry_after_seconds(header: str | None, status: int, now: datetime) -> int:
    """What a server asks for, in seconds or as a date, capped; 30 s at least after a 429."""
    least = POLITE_SECONDS_AFTER_429 if status == 429 else 0
    if not header:
        return least
    header = header.strip()[:64]
    try:
        asked = int(header) if header.isdigit() else int((parsedate_to_datetime(header) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        asked = 0
    return min(max(asked, least), MAX_RETRY_AFTER_SECONDS)


def is_worth_telling(*, state: str, failures: int) -> bool:
    """A source that never worked is told at once, one that worked after three failures in a row."""
    return state != "gagal" and failures >= (1 if state == "baru" else FAILURES_WORTH_TELLING)
