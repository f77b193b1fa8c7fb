"""When a source is read next, and when its trouble is worth telling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from services.ingest.rhythm import Forecast, Rhythm, recent_rate

# At so many items an hour a source is read as often as its interval allows; with three a day a seventh as often.
FULL_SPEED_ITEMS_PER_HOUR: Final = 6.0
LONGEST_PAUSE_SECONDS: Final = 2 * 3600
LONGEST_RETRY: Final = timedelta(days=7)

POLITE_SECONDS_AFTER_429: Final = 30
MAX_RETRY_AFTER_SECONDS: Final = 3600
MAX_BACK_OFF_SECONDS: Final = 3600
FAILURES_WORTH_TELLING: Final = 3

# Others weigh 1, answers of 5xx a half. Asking us to wait is no failure of the source's.
_WEIGHTS: Final = {
    "timeout": 0.4,
    "unreachable": 0.5,
    "broken_answer": 0.5,
    "parse_timeout": 0.5,
    "parse_crashed": 0.5,
    "parser_not_started": 0.0,
    "http_408": 0.4,
    "http_429": 0.1,
    "http_410": 3.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When a failing source is given up (both must hold), and how soon it is tried again at first."""

    score: float = 10.0
    since: timedelta = timedelta(days=1)
    retry: timedelta = timedelta(days=1)


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
    "host_rests": "situsnya sedang diberi jeda, coba lagi sebentar",
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


def pause_for(rate_per_hour: float, interval_seconds: float) -> float:
    """Seconds between polls of a source that carries so many items an hour. Of all ways to spend the same number of
    requests, pauses in proportion to 1/√rate let news wait least (docs/adr/0035)."""
    longest = max(LONGEST_PAUSE_SECONDS, interval_seconds)
    if rate_per_hour <= 0:
        return longest
    return min(max(interval_seconds, interval_seconds * math.sqrt(FULL_SPEED_ITEMS_PER_HOUR / rate_per_hour)), longest)


def usual_pause(forecast: Forecast, interval_seconds: int) -> int:
    """The pause on an average hour of its week: what people are told."""
    return round(pause_for(forecast.mean, interval_seconds))


def next_poll_at(
    *, rhythm: Rhythm, forecast: Forecast, now: datetime, interval_seconds: int, spread: float = 0.0
) -> datetime:
    """After a success: by the rate of this hour or of a burst that goes on, woken in time for a livelier hour to come.

    `spread` in [0, 1): up to a tenth more, so that sources that began together do not stay together."""
    burst = recent_rate(rhythm, now)
    pause = pause_for(max(forecast.rate(now), burst), interval_seconds)
    hour = timedelta(hours=1)
    begins = (now + forecast.offset).replace(minute=0, second=0, microsecond=0) - forecast.offset + hour
    while begins < now + timedelta(seconds=pause):
        awake = (begins - now).total_seconds() + pause_for(forecast.rate(begins), interval_seconds)
        pause = min(pause, awake)
        begins += hour
    return now + timedelta(seconds=pause * (1 + 0.1 * spread))


def after_failure_at(
    *, now: datetime, interval_seconds: int, failures: int, retry_after_seconds: int = 0, spread: float = 0.0
) -> datetime:
    """The interval doubled with each failure in a row up to an hour (never less than the interval), or what the server
    asks for; up to a quarter more, never less."""
    back_off = min(interval_seconds * 2 ** min(failures, 12), max(MAX_BACK_OFF_SECONDS, interval_seconds))
    return now + timedelta(seconds=max(back_off, retry_after_seconds) * (1 + 0.25 * spread))


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
    """A source that never worked is told at once, one that worked after three failures in a row; then again each time
    that the failures in a row have doubled."""
    if state == "gagal":
        return failures > FAILURES_WORTH_TELLING and math.log2(failures / FAILURES_WORTH_TELLING).is_integer()
    return failures >= (1 if state == "baru" else FAILURES_WORTH_TELLING)


def weight_of(reason: str) -> float:
    """How much a failure says about the source: an address that is gone says more than a slow minute of its server."""
    if reason in _WEIGHTS:
        return _WEIGHTS[reason]
    if reason.startswith("http_5"):
        return 0.5
    return 1.0


def score_after(score: float, reason: str | None) -> float:
    """Failures add their weight, a success (None) leaves a third: one good answer is no cure for a bad week."""
    if reason is not None:
        return round(score + weight_of(reason), 3)
    left = round(score / 3, 3)
    return left if left >= 0.1 else 0.0


def is_hopeless(*, score: float, first_failure_at: datetime | None, now: datetime, patience: Patience) -> bool:
    """Whether the system gives a source up for now: badly enough, and long enough that a night's outage is over."""
    if first_failure_at is None or score < patience.score:
        return False
    return now - first_failure_at >= patience.since


def retry_at(*, now: datetime, tries: int, patience: Patience, spread: float = 0.0) -> datetime:
    """When a source that was given up is tried again: after a day, two, four, at most a week."""
    pause = min(patience.retry * (1 << min(tries, 10)), max(LONGEST_RETRY, patience.retry))
    return now + pause * (1 + 0.1 * spread)


def tells_more(told_seconds: int | None, now_seconds: int) -> bool:
    """Whether a pause differs enough from the one that people were told to tell it."""
    if told_seconds is None:
        return True
    return not (told_seconds / 1.5 < now_seconds < told_seconds * 1.5)
