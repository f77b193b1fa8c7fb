"""Which units (UPT) a text names: type, class, kind and name read in order; ambiguity settled or admitted."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from libs.reference.unit_names import NamedUnit, Telling
from libs.reference.units import Unit
from services.classifier.normalising import LEAD, TITLE, Place, Reading
from services.classifier.unit_mentions import Mention, Names, sentence_of
from services.classifier.unit_words import BESIDE_RESIDENTS, ELSEWHERE, EVERYDAY, POLICE, RESIDENTS
from services.classifier.verdicts import UnitMatch, UnitReading

MAX_UNITS, MAX_CANDIDATES = 6, 15
_FULL = (0.98, "nama lengkap")
_HOW = {
    Telling.PLACE: (0.92, "jenis dan tempat"),
    Telling.ALIAS: (0.88, "nama sehari-hari"),
    Telling.REGION: (0.82, "jenis dan wilayah"),
    Telling.SHARED: (0.8, "nama yang dipakai bersama, jenisnya satu"),
}
_SETTLED, _LOCATED, _SWAPPED, _ALONE = 0.85, 0.75, 0.65, 0.6
_HOLDING = frozenset({"Lapas", "Rutan"})


class GazetteerUnits:
    """Finds units for any mode: the sample's fictional ones only in sample mode, the real ones otherwise."""

    def find(self, reading: Reading, *, opmode: str) -> UnitReading:
        names = _names("sample" if opmode == "sample" else "live")
        mentions = names.mentions(reading)
        settled = _settle(names, reading, mentions)
        if settled.units or any(not mention.alone for mention in mentions):
            return settled
        apart = _apart(names, reading)
        return apart if apart.units or not mentions else settled

    def reporter(self, unit_id: str | None, *, opmode: str) -> UnitMatch | None:
        """The unit that wrote a report, as sure as a unit can be; None: nobody reported, or a unit we do not know."""
        unit = self.describe(unit_id, opmode=opmode) if unit_id else None
        return _match(unit, 1.0, "pelapor", None) if unit else None

    def describe(self, unit_id: str, *, opmode: str) -> Unit | None:
        return _names("sample" if opmode == "sample" else "live").gazetteer.get(unit_id)


@lru_cache(maxsize=2)
def _names(mode: str) -> Names:
    return Names(mode)


def _settle(names: Names, reading: Reading, mentions: Sequence[Mention]) -> UnitReading:
    """Certain mentions first; they then decide what the ambiguous ones mean."""
    sure: dict[str, tuple[UnitMatch, int]] = {}
    unsure: list[tuple[Mention, tuple[str, ...]]] = []
    for mention in mentions:
        meant, score, how = _meant(mention, lambda: names.provinces(reading))
        if len(meant) == 1 and score:
            _add(sure, reading, mention, meant[0], score, how)
        elif meant and not mention.joined:
            unsure.append((mention, tuple(unit.unit_id for unit in meant)))
    still = [(mention, ids) for mention, ids in unsure if not any(unit_id in sure for unit_id in ids)]
    ranked = sorted(sure.values(), key=lambda found: (-found[0].score, found[1]))[:MAX_UNITS]
    candidates = tuple(dict.fromkeys(unit_id for _, ids in still for unit_id in ids))[:MAX_CANDIDATES]
    # A unit named for certain in the title is what the item is about; a vague name beside or below changes nothing.
    in_title = any(reading.zone(position) == TITLE for _, position in ranked)
    is_unsure = bool(still) and not in_title and not (ranked and all(reading.zone(m.first) != TITLE for m, _ in still))
    return UnitReading(
        units=tuple(match for match, _ in ranked),
        unsure=is_unsure,
        candidates=candidates if is_unsure else (),
        why="nama itu dipakai lebih dari satu unit" if is_unsure else "",
        spans=tuple((mention.first, mention.last) for mention in mentions),
    )


def _meant(mention: Mention, provinces: Callable[[], frozenset[str]]) -> tuple[list[Unit], float, str]:
    """The units a mention may mean (one: it is that one), how sure that is, and by what."""
    pool, swapped = _of_type(mention)
    pool = _of_kind(pool, mention)
    if mention.kelas is not None:
        pool = [n for n in pool if n.unit.kelas == mention.kelas] or pool
    narrowed = _narrowed(pool, mention, provinces) if len(pool) > 1 else []
    settled = bool(narrowed) and len(narrowed) < len(pool)
    pool = narrowed if settled else pool
    if len(pool) > 1 and not settled and any(n.telling is Telling.SHARED for n in pool):
        return [n.unit for n in pool], 0.0, ""
    # "Lapas di Bogor" may be any of the regency; "Lapas Bogor" is the one called so.
    surest = pool if mention.located else [n for n in pool if n.telling <= Telling.ALIAS] or pool
    if len(surest) > 1 and not mention.located and mention.kind is None:
        # The plain name is the general prison's: others are told by their kind.
        general = [n for n in surest if n.unit.subjenis == "Umum"]
        surest = general if len(general) == 1 else surest
    if len(surest) != 1 or (mention.vague and not settled):
        return [n.unit for n in surest], 0.0, ""
    score, how = _sureness(mention, surest[0], settled=settled, swapped=swapped)
    return [surest[0].unit], score, how


def _of_type(mention: Mention) -> tuple[list[NamedUnit], bool]:
    """Units of the type said; of the other type of prison where the place has only that ("Lapas Sukadana")."""
    pool = [n for n in mention.named if n.unit.jenis == mention.jenis]
    if pool or mention.jenis not in _HOLDING or mention.kind is not None:
        return pool, False
    return [n for n in mention.named if n.unit.jenis in _HOLDING], True


def _of_kind(pool: list[NamedUnit], mention: Mention) -> list[NamedUnit]:
    if mention.kind is None:
        return pool
    return [n for n in pool if n.unit.subjenis == mention.kind] or (pool if mention.kind == "Khusus" else [])


def _narrowed(pool: list[NamedUnit], mention: Mention, provinces: Callable[[], frozenset[str]]) -> list[NamedUnit]:
    """Those that the place right behind fits ("Lapas Teluk Dalam Banjarmasin"), else those of a province named."""
    beside = [n for n in pool if n.unit.unit_id in mention.beside or n.unit.province in mention.beside]
    if beside:
        return beside
    named = provinces()
    return [n for n in pool if n.unit.province in named]


def _sureness(mention: Mention, named: NamedUnit, *, settled: bool, swapped: bool) -> tuple[float, str]:
    score, how = _HOW[named.telling]
    if mention.kelas == named.unit.kelas and named.telling is Telling.PLACE and not swapped:
        score, how = _FULL
    if settled:
        score, how = min(score, _SETTLED), "jenis, tempat dan wilayah"
    if mention.located:
        score, how = _LOCATED, "jenis di tempat itu"
    if mention.joined:
        score, how = _LOCATED, "disebut bersama unit lain"
    if mention.alone:
        score, how = _LOCATED, "nama tempatnya saja"
    if swapped:
        score, how = _SWAPPED, "tempat; jenisnya lain di daftar"
    if mention.misspelt:
        score, how = score * 0.9, f"{how}, ejaan mirip"
    return score, how


def _add(
    sure: dict[str, tuple[UnitMatch, int]], reading: Reading, mention: Mention, unit: Unit, score: float, how: str
) -> None:
    value = score if reading.zone(mention.first) in (TITLE, LEAD) else score * 0.8
    known = sure.get(unit.unit_id)
    if known is None or known[0].score < round(value, 2):
        place = reading.place(mention.first, mention.last)
        sure[unit.unit_id] = (_match(unit, value, how, place), mention.first if known is None else known[1])


def _match(unit: Unit, score: float, how: str, place: Place | None) -> UnitMatch:
    return UnitMatch(
        unit_id=unit.unit_id, name=unit.name, score=round(score, 2), how=how, place=place, province=unit.province
    )


def _apart(names: Names, reading: Reading) -> UnitReading:
    """No name behind a type: people inside and their place ("Napi Kediri"), or type and place in one sentence."""
    types = {reading.sentences[word]: (jenis, word) for word, jenis in names.bare_types(reading)}
    residents = RESIDENTS.intersection(reading.words)
    if not types and not residents:
        return UnitReading()
    for first, last, named in names.places(reading):
        if reading.zone(first) not in (TITLE, LEAD) or "".join(reading.words[first : last + 1]) in EVERYDAY:
            continue
        kind_here, told_at = types.get(reading.sentences[first], (None, -1))
        inside = _residents_before(reading, first, speaks_of_prison=bool(types))
        if not inside and not (told_at > last and _is_where(reading, first)):
            continue
        pool = [n for n in named if n.unit.jenis in _HOLDING and n.telling is not Telling.SHARED]
        pool = [n for n in pool if n.unit.jenis == kind_here] or pool
        pool = [n for n in pool if n.telling <= Telling.ALIAS] or pool
        fitting = _in_province(names, reading, [n.unit for n in pool])
        if len(fitting) == 1:
            match = _match(fitting[0], _ALONE, "tempat orang di dalamnya", reading.place(first, last))
            return UnitReading(units=(match,))
        if fitting:
            candidates = tuple(unit.unit_id for unit in fitting)[:MAX_CANDIDATES]
            return UnitReading(unsure=True, candidates=candidates, why="di tempat itu ada lebih dari satu unit")
    return UnitReading()


def _in_province(names: Names, reading: Reading, units: list[Unit]) -> list[Unit]:
    if len(units) < 2:
        return units
    named = names.provinces(reading)
    return [unit for unit in units if unit.province in named] or units


def _residents_before(reading: Reading, word: int, *, speaks_of_prison: bool) -> bool:
    """ "Napi Kediri", "dua tahanan kasus narkoba di Krui": the place says where inside people are."""
    words, sentence = reading.words, sentence_of(reading, word)
    for position in range(word - 1, max(-1, word - 5), -1):
        if reading.sentences[position] != reading.sentences[word]:
            return False
        if words[position] in RESIDENTS:
            if words[position] != "tahanan":
                return words[position] != "warga" or words[position + 1] == "binaan"
            # Detainees are the police's as often: a prison must be spoken of.
            return POLICE.isdisjoint(sentence) and speaks_of_prison
        if words[position] not in BESIDE_RESIDENTS:
            return False
    return False


def _is_where(reading: Reading, word: int) -> bool:
    """ "Dua orang di Krui kabur, pihak rutan mencari": said where, and nothing says that the place is another's."""
    return word > 0 and reading.words[word - 1] == "di" and _speaks_of_one(sentence_of(reading, word))


def _speaks_of_one(sentence: Iterable[str]) -> bool:
    return ELSEWHERE.isdisjoint(sentence)
