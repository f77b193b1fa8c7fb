"""A read text → the places where a unit's type stands with a name, or with what else tells the unit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from libs.reference.regions import SHORT_FORMS
from libs.reference.unit_names import NamedUnit, Telling, UnitNames, squeezed
from libs.reference.units import Gazetteer
from services.classifier.misspelling import Misspellings
from services.classifier.normalising import Reading
from services.classifier.unit_words import (
    ALONE,
    BEGINNINGS,
    CLASS_WORDS,
    DAYS,
    FILLERS,
    GRADES,
    JOINING,
    KINDS,
    LOCATING,
    MOVING,
    NO_UNIT_BEFORE,
    POLICE,
    SERVING,
    TYPES,
    Type,
)

_LONGEST_QUALIFIERS = 9
_HANDLE = re.compile(r" (lapas|rutan|bapas|lpka)([a-z][a-z0-9]{3,})(?= )")
_HANDLE_PARTS = re.compile(
    r"(perempuan|wanita|narkotika|pemuda|terbuka)?(?:kelas|klas|kls)?(iia|iib|iii|ii|i|2a|2b|1|2|3)?(.+)"
)
_OF_HANDLE = {"lapas": "Lapas", "rutan": "Rutan", "bapas": "Bapas", "lpka": "LPKA"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Words first..last and what they say. `located`: "lapas di X", any kind may be meant; `joined`: named along with
    another ("Lapas Surabaya ke Cipinang"); `alone`: the place without a type; `vague`: the name may go on;
    `beside`: unit ids and provinces that the place named right behind fits."""

    first: int
    last: int
    jenis: str
    kind: str | None
    kelas: str | None
    named: tuple[NamedUnit, ...]
    located: bool = False
    joined: bool = False
    alone: bool = False
    misspelt: bool = False
    vague: bool = False
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Opening:
    """A type and its qualifiers, before the name."""

    jenis: str
    kind: str | None
    kelas: str | None
    located: bool
    next: int


class Names:
    """The gazetteer of one mode, ready to be looked up at any word of a text."""

    def __init__(self, mode: str) -> None:
        self.gazetteer = Gazetteer.for_mode(mode)
        self._names = UnitNames.of(self.gazetteer)
        self._by_name = self._names.by_name
        self._longest = self._names.longest_words
        self._first_words = {name[:3] for name in self._by_name}
        self._misspellings = Misspellings(self._by_name)
        provinces = {unit.province for unit in self.gazetteer}
        self._provinces = {squeezed(name): name for name in provinces}
        self._provinces |= {squeezed(short): name for short, name in SHORT_FORMS.items() if name in provinces}

    def mentions(self, reading: Reading) -> list[Mention]:
        """In the order of the text, apart from each other."""
        found = [*self._named(reading), *self._handles(reading), *self._alone(reading)]
        found.sort(key=lambda m: (m.first, -m.last))
        apart: list[Mention] = []
        for mention in found:
            if not apart or mention.first > apart[-1].last or mention.first == apart[-1].first:
                apart.append(mention)
        return apart

    def bare_types(self, reading: Reading) -> Iterator[tuple[int, str]]:
        for position, word in enumerate(reading.words):
            if word in TYPES and (form := _form(reading, position)) is not None:
                if not position or reading.words[position - 1] not in NO_UNIT_BEFORE:
                    yield position, form[1]
            elif word == "sipir":
                yield position, "Lapas"

    def places(self, reading: Reading) -> Iterator[tuple[int, int, tuple[NamedUnit, ...]]]:
        """Every name of a unit's place, with or without a type: first and last word, and the units."""
        position, count = 0, len(reading.words)
        while position < count:
            if reading.words[position][:3] in self._first_words and (hit := self._at(reading, position)) is not None:
                last, named = hit
                yield position, last, named
                position = last
            position += 1

    def provinces(self, reading: Reading) -> frozenset[str]:
        words, known = reading.words, self._provinces
        pairs = (known.get(a + b) for a, b in pairwise(words))
        singles = (known.get(word) for word in words)
        triples = (known.get(a + b + c) for a, b, c in zip(words, words[1:], words[2:], strict=False))
        return frozenset(name for found in (singles, pairs, triples) for name in found if name)

    def _named(self, reading: Reading) -> Iterator[Mention]:
        words, done = reading.words, -1
        for position, word in enumerate(words):
            if position <= done or word not in TYPES:
                continue
            for mention in self._read(reading, position):
                yield mention
                done = max(done, mention.last)

    def _read(self, reading: Reading, position: int) -> list[Mention]:
        """The mention that begins at a type, with those joined to it; nothing when no name follows."""
        opening = self._opening(reading, position)
        if opening is None:
            return []
        if opening.next < len(reading.words) and reading.words[opening.next] in JOINING:
            return self._two_types(reading, position, opening)
        hit, misspelt = self._name_behind(reading, opening)
        if hit is None:
            return []
        last, named = hit
        if _is_of_others(reading, last) or (position and reading.words[position - 1] in NO_UNIT_BEFORE):
            return []
        mention = Mention(
            first=position,
            last=last,
            jenis=opening.jenis,
            kind=opening.kind,
            kelas=opening.kelas,
            named=named,
            located=opening.located,
            misspelt=misspelt,
            vague=opening.kelas is None and _may_go_on(reading, opening.next, last),
            beside=self._beside(reading, last),
        )
        return [mention, *self._joined_to(reading, mention)]

    def _two_types(self, reading: Reading, position: int, opening: _Opening) -> list[Mention]:
        """ "Lapas dan Rutan Batam": the name behind the second type is the first's too."""
        following = opening.next + 1
        if following >= len(reading.words) or reading.words[following] not in TYPES:
            return []
        second = self._read(reading, following)
        if not second:
            return []
        first = replace(
            second[0],
            first=position,
            last=opening.next - 1,
            jenis=opening.jenis,
            kind=opening.kind,
            kelas=opening.kelas,
        )
        return [replace(first, joined=True), *second]

    def _opening(self, reading: Reading, position: int) -> _Opening | None:
        words = reading.words
        form = _form(reading, position)
        if form is None:
            return None
        parts, jenis, kind = form
        at, kelas, located = position + len(parts), None, False
        if jenis == "RSU" and "pengayoman" in parts:
            at -= 1
        for _ in range(_LONGEST_QUALIFIERS):
            if at >= len(words) or not _continues(reading, position, at):
                break
            word = words[at]
            following = words[at + 1] if at + 1 < len(words) else ""
            if word in CLASS_WORDS:
                at += 1
            elif word in GRADES and kelas is None:
                kelas = GRADES[word]
                at += 1
                if kelas == "II" and following in ("a", "b"):
                    kelas, at = f"II{following.upper()}", at + 1
            elif word in KINDS and not (kind and word == "khusus"):
                kind, at = KINDS[word], at + 1
            elif word == "anak" and jenis == "Lapas":
                jenis, at = "LPKA", at + 1
            elif self._at(reading, at) is not None and not (word == "negara" and self._spells_out(reading, at)):
                break
            elif word in FILLERS:
                at += 1
            elif word in LOCATING:
                located, at = located or word != "kota", at + 1
            else:
                break
        return _Opening(jenis, kind, kelas, located, at)

    def _spells_out(self, reading: Reading, at: int) -> bool:
        """ "Rumah tahanan negara", "Rutan Negara Kelas I X": the type written out, not the unit at Negara."""
        following = reading.words[at + 1] if at + 1 < len(reading.words) else ""
        return following in CLASS_WORDS or (bool(following) and self._at(reading, at + 1) is not None)

    def _name_behind(
        self, reading: Reading, opening: _Opening
    ) -> tuple[tuple[int, tuple[NamedUnit, ...]] | None, bool]:
        at = opening.next
        if at >= len(reading.words):
            return None, False
        if (hit := self._at(reading, at)) is not None:
            return hit, False
        if opening.kind is not None and (hit := self._only_of_province(reading, at, opening)) is not None:
            return hit, False
        if opening.located:
            return None, False
        for count in range(min(self._longest, len(reading.words) - at), 0, -1):
            if reading.sentences[at + count - 1] == reading.sentences[at]:
                name = self._misspellings.meant("".join(reading.words[at : at + count]))
                if name is not None:
                    return (at + count - 1, self._by_name[name]), True
        return None, False

    def _at(self, reading: Reading, at: int) -> tuple[int, tuple[NamedUnit, ...]] | None:
        """The longest name that begins at a word and stays in its sentence."""
        words, sentences = reading.words, reading.sentences
        for count in range(min(self._longest, len(words) - at), 0, -1):
            last = at + count - 1
            if sentences[last] != sentences[at]:
                continue
            named = self._by_name.get("".join(words[at : last + 1]))
            if named is not None and not (count > 1 and words[last] == "hari" and _follows(reading, last) in DAYS):
                return last, named
        return None

    def _only_of_province(
        self, reading: Reading, at: int, opening: _Opening
    ) -> tuple[int, tuple[NamedUnit, ...]] | None:
        """ "Lapas Narkotika Lampung": the units of that type and kind in the province."""
        for count in range(min(3, len(reading.words) - at), 0, -1):
            province = self._provinces.get("".join(reading.words[at : at + count]))
            if province is not None:
                units = [
                    unit
                    for unit in self.gazetteer
                    if unit.province == province and unit.jenis == opening.jenis and unit.subjenis == opening.kind
                ]
                named = tuple(NamedUnit(unit, Telling.REGION) for unit in units)
                return (at + count - 1, named) if named else None
        return None

    def _beside(self, reading: Reading, last: int) -> frozenset[str]:
        """Unit ids and provinces of the place named right behind a name."""
        at = last + 1
        while at < len(reading.words) and reading.words[at] in LOCATING:
            at += 1
        if at >= len(reading.words) or reading.sentences[at] != reading.sentences[last]:
            return frozenset()
        found = {n.unit.unit_id for n in hit[1]} if (hit := self._at(reading, at)) is not None else set()
        for count in (3, 2, 1):
            if (province := self._provinces.get("".join(reading.words[at : at + count]))) is not None:
                found.add(province)
        return frozenset(found)

    def _joined_to(self, reading: Reading, mention: Mention) -> list[Mention]:
        """ "dari Lapas Surabaya ke Cipinang", "Lapas Kediri dan Jombang": the type holds for the second place too."""
        at = mention.last + 1
        words = reading.words
        if at + 1 >= len(words) or reading.sentences[at + 1] != reading.sentences[mention.last]:
            return []
        moved = words[at] == "ke" and any(word.startswith(MOVING) for word in sentence_of(reading, at))
        hit = self._at(reading, at + 1) if moved or words[at] in JOINING else None
        if hit is None:
            return []
        last, named = hit
        return [replace(mention, first=at + 1, last=last, named=named, kind=None, kelas=None, joined=True)]

    def _handles(self, reading: Reading) -> Iterator[Mention]:
        """ "@rutanponorogo", "#LapasBanyuwangi": type and name in one word."""
        for match in _HANDLE.finditer(reading.joined):
            parts = _HANDLE_PARTS.fullmatch(match[2])
            whole = self._by_name.get(match[2])
            named = whole or (self._by_name.get(parts[3]) if parts else None)
            if named is None:
                continue
            kind = KINDS.get(parts[1] or "") if parts and not whole else None
            kelas = GRADES.get(parts[2] or "") if parts and not whole else None
            word = reading.word_at(match.start() + 1)
            yield Mention(first=word, last=word, jenis=_OF_HANDLE[match[1]], kind=kind, kelas=kelas, named=named)

    def _alone(self, reading: Reading) -> Iterator[Mention]:
        """ "Tujuh bulan di Sukamiskin", "dipindah ke Nusakambangan": places that stand for their prison."""
        if not any(word in reading.joined for word in ALONE):
            return
        for position, word in enumerate(reading.words):
            if word in ALONE and word in self._by_name and not SERVING.isdisjoint(sentence_of(reading, position)):
                named = tuple(n for n in self._by_name[word] if n.unit.jenis == "Lapas")
                yield Mention(
                    first=position, last=position, jenis="Lapas", kind=None, kelas=None, named=named, alone=True
                )


def sentence_of(reading: Reading, word: int) -> Sequence[str]:
    """The words of the sentence a word stands in, forty to either side at most."""
    sentences, here = reading.sentences, reading.sentences[word]
    first, last = word, word
    while first > 0 and word - first < 40 and sentences[first - 1] == here:
        first -= 1
    while last + 1 < len(sentences) and last - word < 40 and sentences[last + 1] == here:
        last += 1
    return reading.words[first : last + 1]


def _form(reading: Reading, position: int) -> Type | None:
    """The longest type that begins at a word: "rumah" alone opens none."""
    words = reading.words
    return next((t for t in TYPES[words[position]] if tuple(words[position : position + len(t[0])]) == t[0]), None)


def _follows(reading: Reading, last: int) -> str:
    return reading.words[last + 1] if last + 1 < len(reading.words) else ""


def _may_go_on(reading: Reading, first: int, last: int) -> bool:
    """ "Lapas Tanjung Liman": a capital behind a word that begins many places' names may belong to the name."""
    if first != last or reading.words[last] not in BEGINNINGS or last + 1 >= len(reading.words):
        return False
    if reading.sentences[last + 1] != reading.sentences[last]:
        return False
    source = reading.title if last + 1 < reading.title_words else reading.body
    end, start = reading.spans[last][1], reading.spans[last + 1][0]
    return source[end:start].isspace() and source[start].isupper()


def _continues(reading: Reading, position: int, at: int) -> bool:
    """No sentence ends between the type and here, but for the stop of an abbreviation (L.P., Kls.)."""
    if (position < reading.title_words) != (at < reading.title_words):
        return False
    return reading.sentences[at] == reading.sentences[at - 1] or len(reading.words[at - 1]) <= 3


def _is_of_others(reading: Reading, last: int) -> bool:
    """ "Rutan Salemba Cabang Kejaksaan Agung": a unit's name on somebody else's cells."""
    behind = reading.words[last + 1 : last + 6]
    return bool(behind) and behind[0] == "cabang" and not POLICE.isdisjoint(behind)
