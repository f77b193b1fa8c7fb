"""A read text → who and what it speaks of: people by role or office, bodies, places; each where it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from ahocorasick_rs import AhoCorasick

from libs.reference.regions import SHORT_FORMS, regions
from libs.reference.units import normalised
from services.classifier.entity_words import (
    BODIES,
    EVERYDAY_REGIONS,
    HEADS,
    LEADERS,
    LOCATORS,
    NO_NAME,
    OFFICES,
    RANKS,
    ROLES,
    TOKEN_ROLES,
)
from services.classifier.normalising import Place, Reading

Kind = Literal["orang", "lembaga", "tempat"]
MAX_ENTITIES, MAX_PLACES, MAX_TEXT = 30, 10, 200
_MOST_NAME_WORDS, _MOST_PARTS = 4, 4
_TOKEN: Final = re.compile("|".join(re.escape(token) for token in TOKEN_ROLES))
_NAME: Final = re.compile(r"[A-Z][a-z'’]+$|[A-Z]$")
_TEXT_BETWEEN = """
    kelas klas kls i ii iia iib iii a b kota kabupaten kab provinsi ri perwakilan wilayah
"""
_BETWEEN_PARTS: Final = frozenset(_TEXT_BETWEEN.split())
_CALLED_AFTER: Final = frozenset({"RS", "Polda", "Mapolda", "Universitas"})
_ALSO_PLACES = {"solo": "kota", "jogja": "kota", "nusakambangan": "pulau", "sumatera": "pulau", "kalimantan": "pulau"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One entity. `role`: the person's, or what kind of region; of a body, none. Places in the order of the text."""

    kind: Kind
    text: str
    role: str | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A term of the lexicon at words first..last; `sort`: kepala, jabatan, pimpinan, peran, lembaga, wilayah."""

    first: int
    last: int
    sort: str
    meant: str


@dataclass(frozen=True, slots=True)
class _Part:
    """An entity at words first..last, before those of one name are joined."""

    kind: Kind
    text: str
    role: str | None
    first: int
    last: int


def entities_of(reading: Reading, title: str, text: str, units: Sequence[tuple[int, int]]) -> tuple[Spoken, ...]:
    """`title`, `text`: the masked originals of the reading; `units`: first and last word of each unit named."""
    hits = _lexicon().hits(reading)
    parts = list(_people(reading, hits, units))
    taken = _covered(parts)
    parts += [part for part in _bodies(reading, hits) if part.first not in taken]
    taken |= _covered(parts) | _named_words(reading, units)
    parts += [part for part in _regions(reading, hits) if part.last not in taken]
    found = [(part, reading.place(part.first, part.last)) for part in parts]
    found += list(_tokens(title, "judul")) + list(_tokens(text[: len(reading.body)], "isi"))
    found.sort(key=lambda pair: (pair[1].field != "judul", pair[1].start))
    return _joined(found)


def _joined(found: Sequence[tuple[_Part, Place]]) -> tuple[Spoken, ...]:
    """One entity a name, with all its places."""
    places: dict[tuple[Kind, str], list[Place]] = {}
    first: dict[tuple[Kind, str], _Part] = {}
    for part, place in found:
        key = (part.kind, part.text.casefold())
        first.setdefault(key, part)
        places.setdefault(key, []).append(place)
    return tuple(
        Spoken(kind=part.kind, text=part.text, role=part.role, places=tuple(places[key][:MAX_PLACES]))
        for key, part in list(first.items())[:MAX_ENTITIES]
    )


def _tokens(source: str, field: str) -> Iterator[tuple[_Part, Place]]:
    if "[" not in source:
        return
    for match in _TOKEN.finditer(source):
        part = _Part("orang", match[0], TOKEN_ROLES[match[0]], 0, 0)
        yield part, Place(field, match.start(), match.end(), match[0])


class _Lexicon:
    """All terms in one automaton."""

    def __init__(self) -> None:
        terms: dict[str, tuple[str, str]] = {}
        # Of a city and a regency of one name the bare name means the city; a province's name means the province.
        for region in sorted(regions(), key=lambda r: ("kabupaten", "kota", "provinsi").index(r.kind)):
            terms[normalised(region.name)] = ("wilayah", region.kind)
        terms |= {short: ("wilayah", "provinsi") for short in SHORT_FORMS if short != "jogja"}
        terms["yogyakarta"] = ("wilayah", "kota")
        terms |= {name: ("wilayah", kind) for name, kind in _ALSO_PLACES.items()}
        for sort, some in (("kepala", HEADS), ("jabatan", OFFICES), ("peran", ROLES), ("lembaga", BODIES)):
            terms |= {term: (sort, meant) for term, meant in some.items()}
        terms |= {term: ("pimpinan", term) for term in LEADERS}
        self._meant = list(terms.values())
        self._automaton = AhoCorasick([f" {term} " for term in terms])

    def hits(self, reading: Reading) -> list[_Hit]:
        """The longest term at each word, none inside another."""
        found = [
            _Hit(reading.word_at(start + 1), reading.word_at(end - 2), *self._meant[index])
            for index, start, end in self._automaton.find_matches_as_indexes(reading.joined, overlapping=True)
        ]
        found.sort(key=lambda hit: (hit.first, -hit.last))
        apart: list[_Hit] = []
        for hit in found:
            if not apart or hit.first > apart[-1].last:
                apart.append(hit)
        return apart


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    return _Lexicon()


def _people(reading: Reading, hits: Sequence[_Hit], units: Sequence[tuple[int, int]]) -> Iterator[_Part]:
    by_first = {hit.first: hit for hit in hits}
    known = {*by_first, *(first for first, _ in units)}
    for hit in hits:
        if hit.sort == "peran":
            yield _Part("orang", _words(reading, hit.first, hit.last), hit.meant, hit.first, hit.last)
        elif hit.sort in ("kepala", "jabatan"):
            last = _end_of_office(reading, hit, by_first, units) if hit.sort == "kepala" else hit.last
            yield _holder(reading, hit, last, hit.meant, known, needs_place=hit.sort == "kepala")
        elif hit.sort == "pimpinan" and (body := by_first.get(hit.last + 1)) is not None and body.sort == "lembaga":
            last = _end_of_office(reading, body, by_first, units)
            yield _holder(reading, hit, last, _leader_of(hit, body), known, needs_place=False)


def _leader_of(hit: _Hit, body: _Hit) -> str:
    if hit.meant == "anggota":
        return {"DPRD*": "anggota dprd"}.get(body.meant, "anggota dpr" if "DPR" in body.meant else "anggota lembaga")
    return "kepala bnn" if body.meant == "BNN*" else f"{hit.meant.removeprefix('wakil ')} lembaga"


def _end_of_office(reading: Reading, hit: _Hit, by_first: dict[int, _Hit], units: Sequence[tuple[int, int]]) -> int:
    """The last word of "Kepala Rutan Kelas I Salemba Jakarta Pusat": units, bodies and regions belong to the office."""
    last = max([hit.last, *(end for start, end in units if hit.first <= start <= hit.last + 1)])
    for _ in range(_MOST_PARTS):
        following = last + 1
        while following < len(reading.words) and reading.words[following] in _BETWEEN_PARTS:
            following += 1
        part = by_first.get(following)
        if part is None or part.sort not in ("lembaga", "wilayah") or not _same_sentence(reading, last, following):
            break
        if _gap(reading, last, last + 1).strip():
            break
        last = part.last
    return last


def _holder(reading: Reading, hit: _Hit, last: int, role: str, known: set[int], *, needs_place: bool) -> _Part:
    """The office, or its holder by name where the gate left a name behind it."""
    named = _name_behind(reading, last, known, bare=last > hit.last or not needs_place)
    if named is not None:
        first, end = named
        return _Part("orang", _words(reading, first, end), role, hit.first, end)
    return _Part("orang", _words(reading, hit.first, last).removesuffix("nya"), role, hit.first, last)


def _name_behind(reading: Reading, last: int, known: set[int], *, bare: bool) -> tuple[int, int] | None:
    """First and last word of a name in running text; after a comma, or at once where the office is complete (`bare`).
    `known`: words that begin something else. Headlines write every word with a capital: nothing there tells a name."""
    at = last + 1
    if at >= len(reading.words) or at < reading.title_words or not _same_sentence(reading, last, at):
        return None
    at, bare = _past_the_rest(reading, at, bare=bare)
    gap = _gap(reading, at - 1, at).strip()
    if gap not in ("", ",") or (gap == "" and not bare):
        return None
    while at < len(reading.words) and reading.words[at] in RANKS:
        at += 1
    end = at
    longest = min(len(reading.words), at + _MOST_NAME_WORDS)
    while end < longest and end not in known and _is_name(reading, end, joined=end > at):
        end += 1
    return (at, end - 1) if end - at >= 2 or (end - at == 1 and gap == ",") else None


def _past_the_rest(reading: Reading, at: int, *, bare: bool) -> tuple[int, bool]:
    """Behind what else belongs to the office: a place nobody lists, up to a rank ("Kapolsek Kebayoran Baru Kompol …"),
    or small words up to a comma ("kuasa hukum keluarga korban, …"). True: the name may follow without a comma."""
    for skipped in range(_MOST_NAME_WORDS + 1):
        word = at + skipped
        if word >= len(reading.words) or not _same_sentence(reading, at - 1, word):
            break
        gap = _gap(reading, word - 1, word).strip()
        if reading.words[word] in RANKS and gap in ("", ","):
            return word, True
        if gap == "," and skipped and _is_small(reading, at, word):
            return word, bare
        if gap:
            break
    return at, bare


def _is_small(reading: Reading, first: int, end: int) -> bool:
    return all(reading.body[reading.spans[word][0]].islower() for word in range(first, end))


def _is_name(reading: Reading, word: int, *, joined: bool) -> bool:
    start, end = reading.spans[word]
    if reading.words[word] in NO_NAME or not _NAME.match(reading.body[start:end]):
        return False
    return not joined or not _gap(reading, word - 1, word).strip(" .'’-")


def _bodies(reading: Reading, hits: Sequence[_Hit]) -> Iterator[_Part]:
    by_first = {hit.first: hit for hit in hits}
    for hit in hits:
        if hit.sort != "lembaga":
            continue
        name, takes_region, _ = hit.meant.partition("*")
        last = _end_of_office(reading, hit, by_first, ()) if takes_region else hit.last
        if name in _CALLED_AFTER and last == hit.last:
            last = _end_of_capitals(reading, last)
        plain = not takes_region or (last == hit.last and hit.first == hit.last and name in ("BNN", "Imigrasi"))
        if plain and takes_region and reading.words[hit.first] != name.lower():
            plain = False
        text = name if plain else _words(reading, hit.first, last)
        yield _Part("lembaga", text, None, hit.first, last)


def _end_of_capitals(reading: Reading, last: int) -> int:
    """ "RSUD Dr Soetomo", "Polsek Tambun": called after what nobody lists; where only names have capitals."""
    in_title = last < reading.title_words
    source = reading.title if in_title else reading.body
    if _all_capitals(reading, in_title):
        return last
    for word in range(last + 1, min(len(reading.words), last + _MOST_NAME_WORDS)):
        if not _same_sentence(reading, last, word) or _gap(reading, word - 1, word).strip(" ."):
            break
        if not source[reading.spans[word][0]].isupper() or (reading.words[word] in RANKS and word > last + 1):
            break
        last = word
    return last


def _regions(reading: Reading, hits: Sequence[_Hit]) -> Iterator[_Part]:
    for hit in hits:
        if hit.sort != "wilayah" or not _is_place(reading, hit):
            continue
        before = reading.words[hit.first - 1] if hit.first else ""
        if before in ("kota", "kabupaten") and _same_sentence(reading, hit.first - 1, hit.first):
            yield _Part("tempat", _words(reading, hit.first - 1, hit.last), before, hit.first - 1, hit.last)
        else:
            yield _Part("tempat", _words(reading, hit.first, hit.last), hit.meant, hit.first, hit.last)


def _is_place(reading: Reading, hit: _Hit) -> bool:
    """ "Napi serang petugas" speaks of no city: everyday words are places where the text shows it."""
    if hit.first != hit.last or reading.words[hit.first] not in EVERYDAY_REGIONS:
        return True
    before = reading.words[hit.first - 1] if hit.first else ""
    if before in LOCATORS:
        return True
    in_title = hit.last < reading.title_words
    source = reading.title if in_title else reading.body
    begins = hit.first in (0, reading.title_words) or not _same_sentence(reading, hit.first - 1, hit.first)
    return source[reading.spans[hit.first][0]].isupper() and not begins and not _all_capitals(reading, in_title)


def _all_capitals(reading: Reading, in_title: bool) -> bool:
    """A headline in which nearly every word begins with a capital."""
    if not in_title:
        return False
    capitals = sum(reading.title[start].isupper() for start, _ in reading.spans[: reading.title_words])
    return capitals >= 0.7 * reading.title_words


def units_spoken(reading: Reading, units: Sequence[tuple[int, int]]) -> tuple[Spoken, ...]:
    """Units as those who speak ("Lapas Tarakan bantah …"), each mention by itself."""
    places = [reading.place(first, last) for first, last in units]
    return tuple(Spoken(kind="lembaga", text=p.text[:MAX_TEXT], role="unit", places=(p,)) for p in places)


def _named_words(reading: Reading, units: Sequence[tuple[int, int]]) -> set[int]:
    """Words of units' names; a place told by "di" is a place of its own ("lapas di Karawang")."""
    words: set[int] = set()
    for first, last in units:
        if first == last:
            # The place alone stands for its unit: it is spoken of as a place too.
            continue
        told = next((w for w in range(last, first, -1) if reading.words[w] in ("di", "kabupaten")), None)
        words.update(range(first, last + 1 if told is None else told))
    return words


def _covered(parts: Sequence[_Part]) -> set[int]:
    return {word for part in parts for word in range(part.first, part.last + 1)}


def _words(reading: Reading, first: int, last: int) -> str:
    return " ".join(reading.place(first, last).text.split())[:MAX_TEXT]


def _same_sentence(reading: Reading, a: int, b: int) -> bool:
    return b < len(reading.sentences) and reading.sentences[a] == reading.sentences[b]


def _gap(reading: Reading, before: int, after: int) -> str:
    """What stands between two neighbouring words of one field."""
    source = reading.title if after < reading.title_words else reading.body
    return source[reading.spans[before][1] : reading.spans[after][0]]
