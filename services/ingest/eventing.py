"""A news text and when it was published → when the event happened, if the text says so plainly; else nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from services.ingest.dating import MONTHS, ZONES, zone_named

# The lead and what explains it; dates further down belong to the background.
LOOKED_AT_CHARS: Final = 800
# Older ones are another story's dates (a birth, a law, an earlier case).
OLDEST: Final = timedelta(days=30)

_WEEKDAYS: Final = {
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "jum'at": 4, "sabtu": 5, "minggu": 6, "ahad": 6,
}  # fmt: skip
# When a part of the day begins: the earliest that is meant.
_PARTS: Final = {
    "dini hari": 0, "subuh": 4, "pagi": 5, "siang": 11, "sore": 15, "petang": 15, "malam": 18, "tengah malam": 0,
}  # fmt: skip
_PART_WORDS: Final = "|".join(sorted(_PARTS, key=len, reverse=True))
_DAY_PART: Final = rf"(?:\s(?P<part>{_PART_WORDS})\b)?"
_LATER_PART: Final = rf"(?:\s(?P<part_2>{_PART_WORDS})\b)?"
_WEEKDAY: Final = r"(?P<weekday>Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Minggu|Ahad)"
_PLAIN_DATE: Final = (
    r"(?P<day>\d{1,2})(?:\s?[/-]\s?(?P<month>\d{1,2})(?:\s?[/-]\s?(?P<year>\d{4}|\d{2}))?"
    r"|\s(?P<name>[A-Za-z]{3,9})(?:\s(?P<year_2>\d{4}))?)(?!\d)"
)
# "Rabu (18/6/2025) malam", "Rabu malam (18/6)", "Rabu, 18 Juni 2025", "Rabu malam".
_BY_WEEKDAY: Final = re.compile(
    rf"\b{_WEEKDAY}\b{_DAY_PART}(?:\s?[,(]?\s?\(?{_PLAIN_DATE}\)?{_LATER_PART})?", re.IGNORECASE
)
# "pada 18 Juni 2025", "(18/6/2025)", "tanggal 18/6".
_BY_DATE: Final = re.compile(rf"(?:\b(?:pada|tanggal|tgl\.?)\s|\(){_PLAIN_DATE}\)?{_DAY_PART}", re.IGNORECASE)
# "kemarin malam (17/6)", "tadi malam", "semalam", "hari ini".
_BY_WORD: Final = re.compile(
    rf"\b(?P<word>kemarin|hari ini|tadi|semalam)\b{_DAY_PART}(?:\s?\({_PLAIN_DATE}\))?", re.IGNORECASE
)
_CLOCK: Final = re.compile(
    r"\b(?:pukul|pkl\.?|jam)\s(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:\s(?P<zone>WIB|WITA|WIT)\b)?", re.IGNORECASE
)
_SENTENCE_END: Final = re.compile(r"[.!?][\"”']?\s{1,20}(?=[A-Z\"“'(])|\n")
# A sentence with these tells when somebody spoke or wrote, what is to come, or where a span of time begins.
_SPEECH: Final = (
    "kata katanya ujar ujarnya ucap ucapnya tutur tuturnya jelas jelasnya ungkap ungkapnya terang terangnya papar "
    "paparnya sebut sebutnya imbuh imbuhnya tegas tegasnya tambah tambahnya lanjut lanjutnya pungkas pungkasnya cerita "
    "ceritanya tulis tulisnya menurut mengatakan menjelaskan menuturkan menyebut menyebutkan mengungkapkan "
    "menyampaikan menegaskan menambahkan memaparkan menyatakan menceritakan dihubungi ditemui dikonfirmasi konfirmasi "
    "keterangan keterangannya rilis wawancara berdasarkan merangkum dirangkum rangkum menyusun disusun dilihat "
    "terlihat dipantau pantauan mengunggah diunggah unggahan unggahannya akun komentar"
)
_OTHER_TIMES: Final = (
    "akan bakal besok lusa mendatang rencana rencananya berencana dijadwalkan jadwal hingga sampai sejak selama mulai "
    "setiap tiap lahir kelahiran nomor sebelumnya dulu silam hijriah hijriyah pekan edisi periode"
)
_NOT_THE_EVENT: Final = re.compile(
    r"[\"“”]|\b(?:" + "|".join((_SPEECH + " " + _OTHER_TIMES).split()) + r")\b|(?:me|di)lansir|(?:di|meng)utip|dikutip|"
    r"(?:mem|di)beritakan|beberapa hari|(?:jumpa|siaran) pers|konferensi pers|undang-undang|"
    r"(?:tahun|bulan|minggu|\))\s(?:yang\s)?lalu\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A day a sentence tells, with what it says about the hour."""

    day: date
    part: str | None
    at: time | None
    zone: tzinfo


def event_time(text: str, published_at: datetime, outlet_zone: str) -> datetime | None:
    """The moment in UTC; the beginning of the day (or of its part: pagi, malam) where no clock is told.

    Only the lead is asked. Abstains when sentences tell different days, when a weekday contradicts its date, when the
    day lies after the publication or more than 30 days before it, and when it is only the day of a statement."""
    zone = zone_named(outlet_zone)
    told = list(_told_days(text[:LOOKED_AT_CHARS], published_at.astimezone(zone).date(), zone))
    if not told or len({one.day for one in told}) > 1:
        return None
    best = max(told, key=lambda one: (one.at is not None, one.part is not None))
    hour = time(_PARTS[best.part]) if best.part else time(0)
    found = datetime.combine(best.day, best.at or hour, best.zone).astimezone(UTC)
    return found if found <= published_at else None


def _told_days(text: str, published: date, zone: tzinfo) -> Iterator[_Told]:
    for sentence in _sentences(text):
        if _NOT_THE_EVENT.search(sentence):
            continue
        for found in _dates_in(sentence):
            day = _day(found, published)
            if day is None:
                return
            if published - OLDEST <= day <= published:
                yield _with_clock(day, found, sentence[found.end() :], zone)


def _sentences(text: str) -> Iterator[str]:
    begin = 0
    for end in _SENTENCE_END.finditer(text):
        yield text[begin : end.end()]
        begin = end.end()
    yield text[begin:]


def _dates_in(sentence: str) -> Iterator[re.Match[str]]:
    """Each date once: with its weekday, else by itself, else by a word."""
    taken = 0
    for form in (_BY_WEEKDAY, _BY_WORD, _BY_DATE):
        for found in form.finditer(sentence):
            if found["day"] is None and not _is_told_day(found):
                continue
            taken += 1
            yield found
        if taken:
            return


def _is_told_day(found: re.Match[str]) -> bool:
    """A bare word tells a day only with a part of it: "Minggu" is a week, too, and "kemarin" may be last month."""
    if found["part"] is None:
        return found.groupdict().get("word", "").lower() in ("semalam", "hari ini")
    return found.groupdict().get("weekday", "A")[0].isupper()


def _day(found: re.Match[str], published: date) -> date | None:
    """The day a match means; None when it contradicts itself, which makes the whole text doubtful."""
    told = found.groupdict()
    written = _written_day(told, published) if told["day"] else None
    weekday = _WEEKDAYS.get((told.get("weekday") or "").lower().replace("’", "'"))
    if told["day"]:
        return written if written and weekday in (None, written.weekday()) else None
    if weekday is not None:
        return published - timedelta(days=(published.weekday() - weekday) % 7)
    word, part = (told.get("word") or "").lower(), (told.get("part") or "").lower()
    if word in ("kemarin", "semalam") or (word == "tadi" and part == "malam"):
        return published - timedelta(days=1)
    return published


def _written_day(told: dict[str, str | None], published: date) -> date | None:
    month = int(told["month"]) if told["month"] else MONTHS.get((told["name"] or "").lower())
    year = told["year"] or told.get("year_2")
    if month is None:
        return None
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else [published.year, published.year - 1]
    for one in years:
        try:
            day = date(one, month, int(told["day"] or 0))
        except ValueError:
            return None
        if year or day <= published:
            return day
    return None


def _with_clock(day: date, found: re.Match[str], behind: str, zone: tzinfo) -> _Told:
    part = found["part"] or found.groupdict().get("part_2")
    clock = _CLOCK.search(behind[:80])
    at: time | None = None
    if clock and int(clock["hour"]) < 24 and int(clock["minute"]) < 60:
        at = time(int(clock["hour"]), int(clock["minute"]))
        zone = zone_named(ZONES[clock["zone"].upper()]) if clock["zone"] else zone
    return _Told(day=day, part=part.lower() if part else None, at=at, zone=zone)
