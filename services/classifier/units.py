"""Which units (UPT) a text names: forms of their names found by one automaton, ambiguity settled or admitted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from libs.reference.units import JENIS_WORDS, FormStrength, Gazetteer, Unit, normalised
from services.classifier.normalising import LEAD, TITLE, Place, Reading
from services.classifier.verdicts import UnitMatch, UnitReading

_SCORE = {FormStrength.FULL: 0.98, FormStrength.SHORT: 0.92, FormStrength.ALIAS: 0.88, FormStrength.SHARED: 0.4}
_HOW = {
    FormStrength.FULL: "nama lengkap",
    FormStrength.SHORT: "jenis dan tempat",
    FormStrength.ALIAS: "nama sehari-hari",
    FormStrength.SHARED: "nama yang dipakai bersama",
}
APART_SCORE, PLACE_ONLY_SCORE = 0.75, 0.6
MAX_UNITS, MAX_CANDIDATES = 6, 5
# The head of a unit stands for the unit: "Kalapas Cipinang".
_HEADS = {"lapas ": "kalapas ", "rutan ": "karutan ", "bapas ": "kabapas ", "lpka ": "kalpka "}
_CLASS_WORDS = frozenset({"kelas", "klas"})
# Places whose name is an everyday word: told only by their full form, never by the place alone.
_TEXT_EVERYDAY = """
    negara idi barat timur utara selatan tengah raya jaya kota baru pusat anak delta masa sari hilir hulu lama
    muda pemuda wanita perempuan khusus terbuka narkotika umum bangli padang
"""
_EVERYDAY = frozenset(_TEXT_EVERYDAY.split())
_TEXT_RESIDENTS = """
    napi narapidana wbp tahanan napiter warga
"""
_RESIDENTS = frozenset(_TEXT_RESIDENTS.split())
_TYPE_WORDS = {word: jenis for jenis, words in JENIS_WORDS.items() for word in words if jenis != "RSU" and word != "lp"}
_TYPE_WORDS |= {"kalapas": "Lapas", "karutan": "Rutan", "kabapas": "Bapas", "sipir": "Lapas"}
_HOLDING = frozenset({"Lapas", "Rutan", "LPKA"})


@dataclass(frozen=True, slots=True)
class _Sight:
    """One form found: words first..last and the units it may mean."""

    first: int
    last: int
    meant: tuple[tuple[str, FormStrength], ...]


class _ModeFinder:
    """The gazetteer of one mode, compiled."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        types = {word for words in JENIS_WORDS.values() for word in words}
        forms = {text: meant for text, meant in gazetteer.by_form().items() if text not in types}
        for text, meant in list(forms.items()):
            for head, office in _HEADS.items():
                if text.startswith(head):
                    forms.setdefault(office + text.removeprefix(head), meant)
        self._meant = list(forms.values())
        self._forms = AhoCorasick([f" {text} " for text in forms], matchkind=MatchKind.LeftmostLongest)
        places = {
            place: ids for place, ids in gazetteer.by_place().items() if place not in _EVERYDAY and len(place) > 3
        }
        self._at = list(places.values())
        self._places = AhoCorasick([f" {place} " for place in places], matchkind=MatchKind.LeftmostLongest)
        self._types = AhoCorasick([f" {word} " for word in _TYPE_WORDS], matchkind=MatchKind.LeftmostLongest)
        self._type_of = list(_TYPE_WORDS.values())
        provinces = sorted({unit.province for unit in gazetteer if unit.province})
        self._province_names = provinces
        self._provinces = AhoCorasick([f" {normalised(p)} " for p in provinces]) if provinces else None

    def sights(self, reading: Reading) -> list[_Sight]:
        found = []
        for index, start, end in self._forms.find_matches_as_indexes(reading.joined):
            first, last = reading.word_at(start + 1), reading.word_at(end - 2)
            following = reading.words[last + 1] if last + 1 < len(reading.words) else ""
            # "Rutan Negara Kelas I X" spells out the type; the unit named Negara is not meant.
            if reading.words[last] == "negara" and following in _CLASS_WORDS:
                continue
            found.append(_Sight(first, last, self._meant[index]))
        return found

    def provinces(self, reading: Reading) -> set[str]:
        if self._provinces is None:
            return set()
        return {self._province_names[i] for i, _, _ in self._provinces.find_matches_as_indexes(reading.joined)}

    def places(self, reading: Reading) -> list[tuple[int, int, tuple[str, ...]]]:
        matches = self._places.find_matches_as_indexes(reading.joined)
        return [(reading.word_at(s + 1), reading.word_at(e - 2), self._at[i]) for i, s, e in matches]

    def types(self, reading: Reading) -> list[tuple[int, str]]:
        matches = self._types.find_matches_as_indexes(reading.joined)
        return [(reading.word_at(s + 1), self._type_of[i]) for i, s, e in matches]


class GazetteerUnits:
    """Finds units for any mode: the sample's fictional ones only in sample mode, the real ones otherwise."""

    def find(self, reading: Reading, *, opmode: str) -> UnitReading:
        finder = _finder("sample" if opmode == "sample" else "live")
        sights = finder.sights(reading)
        if not sights:
            return _apart(finder, reading)
        return _settle(finder, reading, sights)

    def reporter(self, unit_id: str | None, *, opmode: str) -> UnitMatch | None:
        """The unit that wrote a report, as sure as a unit can be; None: nobody reported, or a unit we do not know."""
        unit = self.describe(unit_id, opmode=opmode) if unit_id else None
        return _match(unit, 1.0, "pelapor", None) if unit else None

    def describe(self, unit_id: str, *, opmode: str) -> Unit | None:
        return _finder("sample" if opmode == "sample" else "live").gazetteer.get(unit_id)


@lru_cache(maxsize=2)
def _finder(mode: str) -> _ModeFinder:
    return _ModeFinder(Gazetteer.for_mode(mode))


def _settle(finder: _ModeFinder, reading: Reading, sights: list[_Sight]) -> UnitReading:
    """Certain forms first; they then decide what the ambiguous ones mean."""
    sure: dict[str, UnitMatch] = {}
    open_sights: list[_Sight] = []
    for sight in sights:
        firm = [(u, s) for u, s in sight.meant if s is not FormStrength.SHARED]
        if len(firm) == 1 and len(sight.meant) == 1:
            _add(sure, finder, reading, sight, *firm[0])
        else:
            open_sights.append(sight)
    unsure: list[_Sight] = []
    for sight in open_sights:
        ids = [u for u, _ in sight.meant]
        if any(u in sure for u in ids):
            continue
        decided = _by_province(finder, reading, ids)
        if decided is not None:
            _add(sure, finder, reading, sight, decided, FormStrength.SHORT, "jenis, tempat dan provinsi", 0.85)
        else:
            unsure.append(sight)
    units = tuple(sorted(sure.values(), key=lambda u: (-u.score, u.unit_id))[:MAX_UNITS])
    candidates = tuple(dict.fromkeys(u for sight in unsure for u, _ in sight.meant))[:MAX_CANDIDATES]
    # A unit named for certain in the title is what the item is about; a vague name deeper down changes nothing.
    is_unsure = bool(unsure) and not (units and all(reading.zone(s.first) != TITLE for s in unsure))
    why = "nama itu dipakai lebih dari satu unit" if is_unsure else ""
    spans = tuple((s.first, s.last) for s in sights)
    return UnitReading(units=units, unsure=is_unsure, candidates=candidates if is_unsure else (), why=why, spans=spans)


def _add(
    sure: dict[str, UnitMatch],
    finder: _ModeFinder,
    reading: Reading,
    sight: _Sight,
    unit_id: str,
    strength: FormStrength,
    how: str | None = None,
    score: float | None = None,
) -> None:
    zone = reading.zone(sight.first)
    value = score or _SCORE[strength]
    if zone not in (TITLE, LEAD):
        value *= 0.8
    known = sure.get(unit_id)
    if known is None or known.score < value:
        unit = finder.gazetteer.units[unit_id]
        sure[unit_id] = _match(unit, value, how or _HOW[strength], reading.place(sight.first, sight.last))


def _match(unit: Unit, score: float, how: str, place: Place | None) -> UnitMatch:
    return UnitMatch(
        unit_id=unit.unit_id, name=unit.name, score=round(score, 2), how=how, place=place, province=unit.province
    )


def _by_province(finder: _ModeFinder, reading: Reading, ids: Iterable[str]) -> str | None:
    named = finder.provinces(reading)
    fitting = [u for u in ids if finder.gazetteer.units[u].province in named]
    return fitting[0] if len(fitting) == 1 else None


def _apart(finder: _ModeFinder, reading: Reading) -> UnitReading:
    """No name form: type and place in one sentence ("Napi di Krui kabur dari rutan"), or the place alone."""
    types = [(w, t) for w, t in finder.types(reading) if reading.zone(w) in (TITLE, LEAD)]
    kinds_in: dict[int, set[str]] = defaultdict(set)
    for word, kind in types:
        kinds_in[reading.sentences[word]].add(kind)
    for first, last, ids in finder.places(reading):
        if reading.zone(first) not in (TITLE, LEAD):
            continue
        sentence = reading.sentences[first]
        kinds = kinds_in.get(sentence, set())
        if not kinds and not _residents_near(reading, first):
            continue
        units = [finder.gazetteer.units[u] for u in ids]
        fitting = [u for u in units if u.jenis in (kinds or _HOLDING)]
        grade = reading.words[first - 1] if first else ""
        if any(u.kelas.lower() == grade for u in fitting):
            fitting = [u for u in fitting if u.kelas.lower() == grade and u.subjenis == "Umum"] or fitting
        place = reading.place(first, last)
        if len(fitting) == 1:
            score, how = (APART_SCORE, "jenis dan tempat dalam satu kalimat") if kinds else (PLACE_ONLY_SCORE, "tempat")
            return UnitReading(units=(_match(fitting[0], score, how, place),))
        if fitting:
            decided = _by_province(finder, reading, [u.unit_id for u in fitting])
            if decided is not None:
                unit = finder.gazetteer.units[decided]
                return UnitReading(units=(_match(unit, 0.7, "jenis, tempat dan provinsi", place),))
            return UnitReading(
                unsure=True,
                candidates=tuple(u.unit_id for u in fitting)[:MAX_CANDIDATES],
                why="di tempat itu ada lebih dari satu unit",
            )
    return UnitReading()


def _residents_near(reading: Reading, word: int) -> bool:
    """ "Napi Kediri", "tahanan di Krui": the place says where inside people are, a bare place name says nothing."""
    low = max(0, word - 3)
    return any(
        reading.words[i] in _RESIDENTS and reading.sentences[i] == reading.sentences[word] for i in range(low, word)
    )
