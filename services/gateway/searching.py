"""Words → stems, a typed question → what it asks for, and how well a publication answers it. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from services.gateway.stemming import stem_of

# A word in so many publications tells none of them apart; below this many documents no share means anything.
COMMON_SHARE = 0.05
FEWEST_DOCUMENTS = 200
TITLE_WEIGHT = 3.0
# Of a common word only the title says something, and little.
COMMON_WEIGHT = 0.5
TEXT_CHARS = 6_000
MAX_TERMS = 160
MAX_QUERY_CHARS = 200
MAX_QUERY_WORDS = 12

# Function words: in nearly every sentence, so neither kept nor looked for.
_FUNCTION_WORDS = """yang di ke dan dari untuk dengan pada dalam ini itu oleh akan telah sudah juga adalah tersebut atau
    karena saat tidak bisa dapat ada sebagai para serta hingga lebih secara masih bagi agar bahwa setelah sebelum antara
    namun tetapi sementara ketika jika maka pun lagi saja hanya yakni yaitu ia dia mereka kami kita anda saya kepada
    terhadap tentang seperti sebuah seorang satu dua hal kata ujar ucap jelas tutur sang si nya lalu kemudian atas bawah
    bukan belum sedang harus ingin mau seluruh semua setiap sejumlah beberapa banyak wib wita wit the of and in to"""
STOP_WORDS: Final = frozenset(_FUNCTION_WORDS.split())
_WORD = re.compile(r"[^\W_]+")
_MASK = re.compile(r"\[[A-Z][A-Z _0-9-]*\]")
_ASKED = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')


@lru_cache(maxsize=100_000)
def code_of(stem: str) -> int:
    """What stands for a stem in the index: 31 bits, a third of the room of its letters. Two stems in two thousand
    million share one. Its negative stands for a stem of a restricted text: found by those who may read that text."""
    return zlib.crc32(stem.encode()) & 0x7FFFFFFF or 1


def folded_words(text: str) -> list[str]:
    """Lower case, without accents, masks and punctuation, in order."""
    plain = unicodedata.normalize("NFKD", _MASK.sub(" ", text))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).casefold())


def in_order(text: str) -> list[str]:
    """Every word's stem, function words too: for phrases."""
    return [stem_of(word) for word in folded_words(text)]


def telling(words: Iterable[str]) -> list[str]:
    """Distinct stems of the words that say something, in order."""
    kept = (word for word in words if word not in STOP_WORDS and (len(word) > 1 or word.isdigit()))
    return list(dict.fromkeys(stem_of(word) for word in kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a question asks for, as stems; `words` says how each stem was written."""

    terms: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.terms or self.phrases or self.without)


def wanted(question: str) -> Wanted:
    """`lapas "air bersih" -pemilu`: words in any order, a phrase in quotes, a word that must not be there."""
    terms: list[str] = []
    phrases: list[tuple[str, ...]] = []
    without: list[tuple[str, ...]] = []
    written: dict[str, str] = {}
    for no_phrase, phrase, no_word, word in _ASKED.findall(question[:MAX_QUERY_CHARS])[:MAX_QUERY_WORDS]:
        said = folded_words(phrase or word)
        written |= {stem_of(one): one for one in said}
        stems = telling(said)
        if (no_phrase or no_word) and stems:
            without.append(tuple(stems))
        elif not (no_phrase or no_word):
            terms += stems
            if phrase and len(said) > 1:
                phrases.append(tuple(stem_of(one) for one in said))
    return Wanted(
        terms=tuple(dict.fromkeys(terms))[:MAX_QUERY_WORDS],
        phrases=tuple(dict.fromkeys(phrases)),
        without=tuple(dict.fromkeys(without)),
        words=written,
    )


def holds_phrase(texts: Iterable[str], phrase: Sequence[str]) -> bool:
    """Whether one of the texts has these stems one after the other."""
    looked_for = tuple(phrase)
    for text in texts:
        stems = in_order(text)
        starts = range(len(stems) - len(looked_for) + 1)
        if any(tuple(stems[start : start + len(looked_for)]) == looked_for for start in starts):
            return True
    return False


@dataclass(slots=True)
class Frequencies:
    """In how many publications each stem is. Counted anew now and then: between counts it may be off by a few."""

    documents: int = 0
    counts: Counter[int] = field(default_factory=Counter)

    def add(self, codes: Iterable[int]) -> None:
        """One more publication."""
        self.documents += 1
        self.counts.update(map(abs, codes))

    def of(self, terms: Iterable[str]) -> Frequencies:
        """As it stands for these."""
        return Frequencies.told(self.documents, {term: self.count(term) for term in terms})

    @classmethod
    def told(cls, documents: int, counts: Mapping[str, int]) -> Frequencies:
        return cls(documents=documents, counts=Counter({code_of(term): count for term, count in counts.items()}))

    def count(self, term: str) -> int:
        return self.counts[code_of(term)]

    def is_common(self, term: str) -> bool:
        return self.documents >= FEWEST_DOCUMENTS and self.count(term) > COMMON_SHARE * self.documents

    def rarest_first(self, terms: Iterable[str]) -> list[str]:
        return sorted(terms, key=lambda term: (self.count(term), term))

    def weight(self, term: str) -> float:
        """The rarer the heavier: ln(1 + documents / (1 + those with it))."""
        return math.log(1 + self.documents / (1 + self.count(term)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`must`: looked for, the rarest first. `common`: too frequent to tell anything, they only help to rank.
    `only_common`: nothing but such words was asked for, so all of them are looked for after all."""

    must: tuple[str, ...]
    common: tuple[str, ...]
    only_common: bool


def plan_of(asked: Wanted, frequencies: Frequencies) -> Plan:
    common = tuple(term for term in asked.terms if frequencies.is_common(term))
    rare = frequencies.rarest_first(term for term in asked.terms if term not in common)
    # Words of a phrase stay wanted however common they are: the phrase is not.
    told = {term for phrase in asked.phrases for term in phrase if term in asked.terms}
    must = [*rare, *(term for term in frequencies.rarest_first(common) if term in told)]
    if common and not must:
        return Plan(must=tuple(frequencies.rarest_first(common)), common=(), only_common=True)
    return Plan(must=tuple(must), common=tuple(term for term in common if term not in told), only_common=False)


def score_of(head: Iterable[int], plan: Plan, frequencies: Frequencies) -> float:
    """How well a publication that has all the wanted words answers: rare words and words of the title weigh more."""
    title = set(head)
    rare = sum(frequencies.weight(term) * (TITLE_WEIGHT if code_of(term) in title else 1.0) for term in plan.must)
    return round(rare + COMMON_WEIGHT * sum(code_of(term) in title for term in plan.common), 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a text; `hit`: a word that was asked for."""

    text: str
    hit: bool


def marked(text: str, asked: Wanted) -> tuple[Stretch, ...]:
    """The text in stretches, with the words that were asked for marked."""
    looked_for = {*asked.terms, *(stem for phrase in asked.phrases for stem in phrase if stem not in STOP_WORDS)}
    parts: list[Stretch] = []
    at = 0
    for found in _WORD.finditer(text):
        words = folded_words(found.group())
        if len(words) != 1 or stem_of(words[0]) not in looked_for:
            continue
        parts += [Stretch(text=text[at : found.start()], hit=False), Stretch(text=found.group(), hit=True)]
        at = found.end()
    parts.append(Stretch(text=text[at:], hit=False))
    return tuple(part for part in parts if part.text)


def entry_of(label: Mapping[str, Any], item: Mapping[str, Any] | None) -> dict[str, Any]:
    """The search entry of a relevant publication: a document of `labels`, and of `items` when its text is here."""
    data = label["data"]
    collected = (item or {}).get("data", {})
    title = telling(folded_words(data["title"]))
    text = " ".join((data.get("excerpt", ""), collected.get("text", "")[:TEXT_CHARS]))
    more = telling(folded_words(text))[:MAX_TERMS]
    restricted = "terbatas" in {
        (one.get("privacy") or {}).get("visibility", "biasa") for one in (data, collected)
    }  # fmt: skip
    head = [code_of(term) for term in title]
    below = [code_of(term) for term in more if term not in title]
    return {
        "opmode": label["opmode"],
        "at": label["at"],
        "order": label["order"],
        "terms": [*head, *(-code if restricted else code for code in below)],
        "head": head,
        "topics": label["topics"],
        "units": label["units"],
        "provinces": sorted({unit["province"] for unit in data.get("units", []) if unit.get("province")}),
        "sentiment": label["sentiment"],
        "severity": label["severity"],
        "outlet_id": label["outlet_id"],
        "kind": data.get("kind", "berita"),
        "language": data.get("language", "id"),
        "via": data.get("seen_via", []),
        "seq": int(label["seq"]) + int((item or {}).get("seq", 0)),
    }
