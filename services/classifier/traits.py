"""A document → what same-event looks at, computed once: weighted stems, numbers, deeds, units, time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import sqrt

from services.classifier.normalising import Reading, fold, read
from services.classifier.particulars import Particulars, particulars
from services.classifier.stopwords import STOPWORDS
from services.classifier.wordings import Synonyms, WordTable, stems_of, synonyms, word_table

TEXT_WORDS = 70
HEADLINE_WORDS = 25  # of a text without a title
LEAD_WEIGHT = 0.35
GRAM = 4

_NUMBER = re.compile(
    r"(?P<before>rp\.?\s?|us\$\s?|usd\s?|m\s?|level\s)?(?P<value>\d+(?:[.,]\d+)*)"
    r"(?:[\s-]?(?P<after>[a-z%]+))?"
)
_WORD_NUMBERS = {
    "satu": "1", "seorang": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6", "tujuh": "7",
    "delapan": "8", "sembilan": "9", "sepuluh": "10", "sebelas": "11", "belasan": "1x", "puluhan": "xx",
    "ratusan": "xxx", "ribuan": "xxxx",
}  # fmt: skip
_KINDS = {
    "persen": "%", "%": "%", "pct": "%",
    "triliun": "uang", "t": "uang", "miliar": "uang", "m": "uang", "juta": "uang", "jt": "uang",
    "napi": "orang", "narapidana": "orang", "wbp": "orang", "tahanan": "orang", "orang": "orang", "warga": "orang",
    "penghuni": "orang", "korban": "orang", "petugas": "orang", "sipir": "orang", "pegawai": "orang",
    "kg": "berat", "kilogram": "berat", "kilo": "berat", "gram": "berat", "gr": "berat", "g": "berat", "ton": "berat",
    "tahun": "tahun", "th": "tahun", "bulan": "bulan", "hari": "hari", "jam": "jam", "menit": "jam",
    "hp": "benda", "ponsel": "benda", "handphone": "benda", "paket": "benda", "unit": "benda", "butir": "benda",
    "januari": "tgl", "februari": "tgl", "maret": "tgl", "april": "tgl", "mei": "tgl", "juni": "tgl", "juli": "tgl",
    "agustus": "tgl", "september": "tgl", "oktober": "tgl", "november": "tgl", "desember": "tgl",
}  # fmt: skip

Numbers = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What one document brings to a comparison. `terms`: stem → rarity, of the headline (by `title_terms` the document
    is found again); `lead`: of the first words of the text; `deeds`: synonym classes of the headline."""

    item_id: str
    at: datetime | None
    terms: dict[str, float]
    title_terms: frozenset[str]
    norm: float
    total: float
    grams: frozenset[str]
    lead: dict[str, float]
    lead_norm: float
    numbers: Numbers
    deeds: frozenset[str]
    particulars: Particulars
    units: frozenset[str]
    topic: str
    severity: int
    signature: tuple[int, ...]
    words: int


def traits(
    *,
    item_id: str,
    at: datetime | None,
    title: str,
    text: str = "",
    units: Iterable[str] = (),
    topic: str = "lainnya",
    severity: int = 0,
    signature: Sequence[int] = (),
    unit_names: Iterable[str] = (),
    words: int | None = None,
    table: WordTable | None = None,
) -> Traits:
    """`unit_names`: names of `units`; that both documents name the unit is weighed apart, not as likeness of words.
    `words`: of the whole text, when `text` is only its beginning."""
    table = table or word_table()
    known = synonyms()
    reading = read(title, text[: TEXT_WORDS * 16])
    named = frozenset(word for name in unit_names for word in fold(name).split())
    heading = reading.title_words or min(len(reading.words), HEADLINE_WORDS)
    stems = _stems(reading.words[:heading], named, known)
    terms = {stem: table.rarity(stem) for stem in stems}
    lead_stems = _stems(reading.words[heading : heading + TEXT_WORDS], named, known)
    lead = {stem: table.rarity(stem) for stem in lead_stems}
    headline = reading.title if reading.title_words else _first_words(reading, heading)
    return Traits(
        item_id=item_id,
        at=at,
        terms=terms,
        title_terms=frozenset(terms),
        norm=sqrt(sum(w * w for w in terms.values())),
        total=sum(terms.values()),
        grams=_grams(stems),
        lead=lead,
        lead_norm=sqrt(sum(w * w for w in lead.values())),
        numbers=numbers_of(headline),
        deeds=frozenset(s for s in terms if s.startswith("k_")),
        particulars=particulars(headline),
        units=frozenset(units),
        topic=topic,
        severity=severity,
        signature=tuple(signature),
        words=len(reading.words) if words is None else words,
    )


def numbers_of(headline: str) -> Numbers:
    """Numbers of a headline with what they count: ("12", "orang"), ("17.76", "uang"), ("7.107", "")."""
    text = fold(headline)
    found = set()
    for match in _NUMBER.finditer(text):
        before, after = (match["before"] or "").strip(" ."), match["after"] or ""
        kind = "uang" if before in ("rp", "us$", "usd") else _KINDS.get(after, "")
        value = match["value"].replace(",", ".").rstrip(".")
        if kind == "orang" or re.fullmatch(r"\d{1,3}(\.0{3})+", value):
            value = value.replace(".", "")
        if len(value) == 4 and value.startswith(("19", "20")) and not kind:
            continue  # a year says little about which event
        found.add((value, kind))
    words = text.replace("-", " ").split()
    for word, following in pairwise([*words, ""]):
        value = _WORD_NUMBERS.get(word, "")
        if value:
            found.add((value, "orang" if word == "seorang" else _KINDS.get(following.strip(".,:;!?"), "")))
    return frozenset(found)


def _first_words(reading: Reading, count: int) -> str:
    return reading.body[: reading.spans[count - 1][1]] if count else ""


def _stems(words: Sequence[str], left_out: frozenset[str], known: Synonyms) -> list[str]:
    kept = [w for w in words if w not in left_out]
    return [
        stem
        for stem in stems_of(kept, known)
        if stem not in STOPWORDS and (len(stem) > 2 or not stem.isdecimal()) and len(stem) > 1
    ]


def _grams(stems: Iterable[str]) -> frozenset[str]:
    """Pieces of four letters: what survives a slip of the pen or an ending the stemmer does not know."""
    pieces = set()
    for stem in stems:
        if stem.startswith("k_"):
            pieces.add(stem)
            continue
        padded = f" {stem} "
        pieces.update(padded[i : i + GRAM] for i in range(max(1, len(padded) - GRAM + 1)))
    return frozenset(pieces)
